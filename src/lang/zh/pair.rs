//! What `compare` says of a connection that both captures have, in Chinese: where they
//! were taken, clocks and delays.

use std::fmt::Write as _;

use crate::lang::units::{Grouped, Span};
use crate::lang::{About, Delays, Likeness, Order, PairNote, Point, Remark, Tone};
use crate::track::Side;

use super::compare::side;

/// What is said of a pair.
pub(super) fn pair(note: &PairNote<'_>, out: &mut Vec<Remark>) {
    let mut remark = |tone, head, text| out.push(Remark { tone, head, text, about: About::Comparison });
    match *note {
        PairNote::Same => remark(Tone::Good, "一致", "在两处都捕获的时间内，途中没有丢失、改变或添加".into()),
        PairNote::Segments(common, [a, b]) => remark(
            Tone::Plain,
            "报文段",
            format!("两处共有 {}；A 有 {}，B 有 {}", Grouped(common), Grouped(a), Grouped(b)),
        ),
        PairNote::Recognised(all) => remark(Tone::Plain, "依据", likeness(all)),
        PairNote::Path(order, hops) => remark(Tone::Plain, "路径", path(order, hops)),
        PairNote::Delays(from, delays) => remark(Tone::Plain, "途中", delayed(from, &delays)),
        PairNote::Clock(offset, error) => remark(Tone::Plain, "时钟", clock(offset, error)),
        PairNote::ClockUnknown => {
            remark(Tone::Plain, "时钟", "只有一方的报文段，无法区分时钟差与时延".into());
        }
        PairNote::ClockUnsteady => {
            remark(Tone::Note, "时钟", "时延互相矛盾：时钟被调整或快慢不同，或有报文段在途中产生".into());
        }
        PairNote::Doubt => {
            remark(
                Tone::Plain,
                "疑问",
                "捕获文件不会说明漏了什么：内核丢弃、过滤器不同、走了别的路径".into(),
            );
        }
        PairNote::Cut(point) => {
            remark(Tone::Plain, "疑问", format!("{} 的数据被捕获长度截断：不比较内容", point.letter()))
        }
        PairNote::Bounded(point, kept) => {
            remark(Tone::Note, "疑问", format!("只比较了 {} 的前 {} 个报文段", point.letter(), Grouped(kept)))
        }
    }
}

fn likeness(all: &[Likeness]) -> String {
    let word = |one: &Likeness| match one {
        Likeness::ClientIsn => "客户端的 ISN",
        Likeness::ServerIsn => "服务器的 ISN",
        Likeness::Addresses => "地址和端口",
        Likeness::ClientData => "客户端的首段数据",
        Likeness::ServerData => "服务器的首段数据",
        Likeness::Timestamp => "SYN 的时间戳",
        Likeness::Segments => "中间的数据",
    };
    all.iter().map(word).collect::<Vec<_>>().join("、")
}

fn path(order: Order, hops: [Option<i16>; 2]) -> String {
    let mut text = match order {
        Order::Nearer(Point::A) => "A 靠近客户端，B 靠近服务器".to_owned(),
        Order::Nearer(Point::B) => "B 靠近客户端，A 靠近服务器".to_owned(),
        Order::Same => "A 与 B 的时间相同：同一处".to_owned(),
        Order::Unknown => "无法判断哪一处靠近客户端".to_owned(),
    };
    let _ = match hops {
        [Some(0), Some(0)] => write!(text, "；其间没有路由器降低 TTL"),
        [Some(one), Some(other)] if one == other && one > 0 => write!(text, "；其间有 {one} 个路由器（TTL）"),
        [None, None] => Ok(()),
        [client, server] => {
            let show = |hops: Option<i16>| hops.map_or("?".to_owned(), |hops| (-hops).to_string());
            write!(text, "；途中 TTL：客户端 {}，服务器 {}", show(client), show(server))
        }
    };
    text
}

fn delayed(from: Side, delays: &Delays) -> String {
    let Delays { count, fastest, median, slowest } = *delays;
    let to = side(from.other());
    match fastest {
        Some(fastest) => format!(
            "{} → {to}：最快 {}，中位 {}，最慢 {}（{} 个报文段；估计值）",
            side(from),
            Span::of_nanos(fastest),
            Span::of_nanos(fastest.saturating_add(median)),
            Span::of_nanos(fastest.saturating_add(slowest)),
            Grouped(count),
        ),
        None => format!(
            "{} → {to}：中位比最快多 {}，最慢多 {}（{} 个报文段）",
            side(from),
            Span::of_nanos(median),
            Span::of_nanos(slowest),
            Grouped(count),
        ),
    }
}

fn clock(offset: i64, error: u64) -> String {
    let ahead = match offset {
        0 => "B 的时钟与 A 相同".to_owned(),
        1.. => format!("B 的时钟比 A 快 {}", Span::of_nanos(offset.unsigned_abs())),
        _ => format!("B 的时钟比 A 慢 {}", Span::of_nanos(offset.unsigned_abs())),
    };
    match error {
        0 => ahead,
        _ => format!("{ahead}，误差不超过 {}：按往返时延相等估计", Span::of_nanos(error)),
    }
}
