//! What `compare` says of a connection that both captures have, in English: where they
//! were taken, clocks and delays.

use std::fmt::Write as _;

use crate::lang::units::{Grouped, Span};
use crate::lang::{About, Delays, Likeness, Order, PairNote, Point, Remark, Tone};
use crate::track::Side;

use super::compare::side;
use super::plural;

/// What is said of a pair.
pub(super) fn pair(note: &PairNote<'_>, out: &mut Vec<Remark>) {
    let mut remark = |tone, head, text| out.push(Remark { tone, head, text, about: About::Comparison });
    match *note {
        PairNote::Same => remark(Tone::Good, "same", "nothing was lost, changed or added on the way, while both captured".into()),
        PairNote::Segments(common, [a, b]) => remark(
            Tone::Plain,
            "segments",
            format!("{} in both; {} at A, {} at B", Grouped(common), Grouped(a), Grouped(b)),
        ),
        PairNote::Recognised(all) => remark(Tone::Plain, "recognised", format!("by {}", likeness(all))),
        PairNote::Path(order, hops) => remark(Tone::Plain, "path", path(order, hops)),
        PairNote::Delays(from, delays) => remark(Tone::Plain, "on the way", delayed(from, &delays)),
        PairNote::Clock(offset, error) => remark(Tone::Plain, "clocks", clock(offset, error)),
        PairNote::ClockUnknown => remark(
            Tone::Plain,
            "clocks",
            "with segments of one side only, clocks and delays cannot be told apart".into(),
        ),
        PairNote::ClockUnsteady => remark(
            Tone::Note,
            "clocks",
            "delays contradict each other: a clock was set or ran at another speed, or segments were made on the way".into(),
        ),
        PairNote::Doubt => remark(
            Tone::Plain,
            "doubt",
            "a capture does not say what it missed: drops in the kernel, another filter, another path".into(),
        ),
        PairNote::Cut(point) => remark(
            Tone::Plain,
            "doubt",
            format!("payload at {} was cut by the snapshot length: contents are not compared", point.letter()),
        ),
        PairNote::Bounded(point, kept) => remark(
            Tone::Note,
            "doubt",
            format!("only the first {} segments of {} are compared", Grouped(kept), point.letter()),
        ),
    }
}

fn likeness(all: &[Likeness]) -> String {
    let word = |one: &Likeness| match one {
        Likeness::ClientIsn => "the client's ISN",
        Likeness::ServerIsn => "the server's ISN",
        Likeness::Addresses => "addresses and ports",
        Likeness::ClientData => "the client's first data",
        Likeness::ServerData => "the server's first data",
        Likeness::Timestamp => "the time stamp of the SYN",
        Likeness::Segments => "data in the middle",
    };
    all.iter().map(word).collect::<Vec<_>>().join(", ")
}

fn path(order: Order, hops: [Option<i16>; 2]) -> String {
    let mut text = match order {
        Order::Nearer(Point::A) => "A was taken nearer the client, B nearer the server".to_owned(),
        Order::Nearer(Point::B) => "B was taken nearer the client, A nearer the server".to_owned(),
        Order::Same => "A and B show the same times: one place".to_owned(),
        Order::Unknown => "which was taken nearer the client cannot be told".to_owned(),
    };
    let _ = match hops {
        [Some(0), Some(0)] => write!(text, "; no router between them lowered the TTL"),
        [Some(one), Some(other)] if one == other && one > 0 => {
            let routers = plural(one.unsigned_abs().into(), "router", "routers");
            write!(text, "; {routers} between them (TTL)")
        }
        [None, None] => Ok(()),
        [client, server] => {
            let show = |hops: Option<i16>| hops.map_or("?".to_owned(), |hops| (-hops).to_string());
            write!(text, "; TTL on the way: client {}, server {}", show(client), show(server))
        }
    };
    text
}

fn delayed(from: Side, delays: &Delays) -> String {
    let Delays { count, fastest, median, slowest } = *delays;
    let to = side(from.other());
    let of = plural(count, "segment", "segments");
    match fastest {
        Some(fastest) => format!(
            "{} → {to}: fastest {}, median {}, slowest {} ({of}; estimated)",
            side(from),
            Span::of_nanos(fastest),
            Span::of_nanos(fastest.saturating_add(median)),
            Span::of_nanos(fastest.saturating_add(slowest)),
        ),
        None => format!(
            "{} → {to}: median {} longer than the fastest, slowest {} longer ({of})",
            side(from),
            Span::of_nanos(median),
            Span::of_nanos(slowest)
        ),
    }
}

fn clock(offset: i64, error: u64) -> String {
    let ahead = match offset {
        0 => "B's clock is that of A".to_owned(),
        1.. => format!("B's clock is {} ahead of A's", Span::of_nanos(offset.unsigned_abs())),
        _ => format!("B's clock is {} behind A's", Span::of_nanos(offset.unsigned_abs())),
    };
    match error {
        0 => ahead,
        _ => format!(
            "{ahead}, give or take {}: estimated, both ways taken as equally long",
            Span::of_nanos(error)
        ),
    }
}
