//! What was changed on the way in a segment that both captures have.

use crate::lang::{Kind, Named, Note, Point, Values};
use crate::model::{Flags, Seq};

use super::record::{Record, bit};
use super::view::{Seen, View};

/// Flags of Explicit Congestion Notification (RFC 3168, RFC 9768).
const ECN: Flags = Flags::ECE.with(Flags::CWR).with(Flags::AE);
/// Other flags that do not make another segment of one.
const MINOR: Flags = Flags::PSH.with(Flags::URG).with(Flags::ACK);

const fn note(kind: Kind, values: Values) -> Note {
    Note { kind, only: None, values, certain: true, proof: None }
}

/// All changes of one segment.
pub(super) fn changes(views: &[View<'_>; 2], a: usize, b: usize, out: &mut Vec<Note>) {
    let (Some((one, seen)), Some((other, their))) = (views[0].at(a), views[1].at(b)) else { return };
    if one.options != other.options && !one.options.cut && !other.options.cut {
        options(one, other, out);
        sack(views, [one, other], seen, out);
    }
    let mut differ = |kind, a: i64, b: i64| {
        if a != b {
            out.push(note(kind, Values::Numbers([Some(a), Some(b)])));
        }
    };
    let part = |record: &Record, of: Flags| i64::from(record.flags.bits() & of.bits());
    differ(Kind::EcnFlags, part(one, ECN), part(other, ECN));
    differ(Kind::EcnBits, i64::from(one.ecn), i64::from(other.ecn));
    differ(Kind::Flags, part(one, MINOR), part(other, MINOR));
    differ(Kind::Window, i64::from(one.window), i64::from(other.window));
    if seen.ack != their.ack && seen.ack.is_some() && their.ack.is_some() {
        out.push(note(Kind::Ack, Values::Numbers([seen.ack, their.ack])));
    }
    if one.whole && other.whole && one.len > 0 && one.print != other.print {
        out.push(note(Kind::Payload, Values::None));
    }
}

fn options(one: &Record, other: &Record, out: &mut Vec<Note>) {
    let (a, b) = (&one.options, &other.options);
    for named in Named::ALL {
        match [a.kinds, b.kinds].map(|kinds| kinds & bit(named) != 0) {
            [true, false] => out.push(note(Kind::Option, Values::Option(named, Point::A))),
            [false, true] => out.push(note(Kind::Option, Values::Option(named, Point::B))),
            _ => {}
        }
    }
    let mut differ = |kind, named, a: i64, b: i64| {
        let both = one.options.kinds & other.options.kinds & bit(named) != 0;
        if both && a != b {
            out.push(note(kind, Values::Numbers([Some(a), Some(b)])));
        }
    };
    differ(Kind::Mss, Named::Mss, a.mss.into(), b.mss.into());
    differ(Kind::WindowScale, Named::WindowScale, a.scale.into(), b.scale.into());
    let val = |val: Option<u32>| i64::from(val.unwrap_or(0));
    differ(Kind::Timestamps, Named::Timestamps, val(a.val), val(b.val));
}

/// SACK blocks count in the numbers of the other side; who rewrites those and forgets
/// the blocks makes them useless.
fn sack(views: &[View<'_>; 2], [one, other]: [&Record; 2], seen: &Seen, out: &mut Vec<Note>) {
    let (Some(a), Some(b)) = (one.options.sack, other.options.sack) else { return };
    let side = seen.from.other() as usize;
    let edges = |(left, right): (Seq, Seq), view: &View<'_>| {
        [left, right].map(|edge| i64::from(edge.relative_to(view.base[side])))
    };
    let ([a, a_end], [b, b_end]) = (edges(a, &views[0]), edges(b, &views[1]));
    if (a, a_end) != (b, b_end) {
        out.push(note(Kind::Sack, Values::Numbers([Some(a), Some(b)])));
    }
}
