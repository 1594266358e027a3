//! The comparison for programs: an object a connection, and one for all.

use crate::lang::{Delays, Finding, Order, Point, Values};
use crate::render::json::{Key, Object, key};
use crate::track::Side;

use super::capture::{Capture, Flow};
use super::report::Outcome;
use super::story::Story;

/// One connection that is in both.
pub(super) fn pair(story: &Story<'_>, out: &mut Vec<u8>) {
    let mut o = Object::begin(out, "compared");
    o.flag(key!("same"), story.is_same());
    let [a, b] = &story.views;
    o.nested(key!("a"), |o| flow(o, a.flow));
    o.nested(key!("b"), |o| flow(o, b.flow));
    o.flag(key!("roles_differ"), story.pair.flipped);
    o.words(key!("recognised"), story.pair.likeness.iter().map(|one| one.slug()));
    o.number(key!("segments_in_both"), story.common);
    let clock = &story.clock;
    o.text_or_null(
        key!("nearer_client"),
        match clock.order {
            Order::Nearer(point) => Some(point.slug()),
            Order::Same => Some("same"),
            Order::Unknown => None,
        },
    );
    o.nested(key!("hops"), |o| {
        signed(o, key!("client"), clock.hops[0].map(i64::from));
        signed(o, key!("server"), clock.hops[1].map(i64::from));
    });
    signed(&mut o, key!("clock_offset_ns"), clock.offset.map(|(offset, _)| offset));
    o.number_or_null(key!("clock_error_ns"), clock.offset.map(|(_, error)| error));
    o.flag(key!("clock_steady"), !clock.unsteady);
    o.nested(key!("delay"), |o| {
        delay(o, key!("client"), clock.delays[Side::Client as usize]);
        delay(o, key!("server"), clock.delays[Side::Server as usize]);
    });
    o.list(key!("findings"), |list| story.findings.iter().for_each(|one| list.object(|o| finding(o, one))));
    o.end();
}

fn flow(o: &mut Object<'_>, flow: &Flow) {
    o.number(key!("conversation"), flow.number);
    o.end_point(key!("client"), flow.ends[0]);
    o.end_point(key!("server"), flow.ends[1]);
    o.word(key!("roles"), flow.roles.slug());
    o.text_or_null(key!("opening"), flow.verdict.map(|verdict| verdict.opening()));
    o.text_or_null(key!("ending"), flow.verdict.and_then(|verdict| verdict.ending()));
    o.number(key!("segments"), flow.records.len() as u64);
    o.number_or_null(key!("first_frame"), flow.records.first().map(|record| record.frame));
    o.number_or_null(key!("last_frame"), flow.records.last().map(|record| record.frame));
    o.flag(key!("whole"), !flow.cut);
}

fn delay(o: &mut Object<'_>, key: Key, delays: Option<Delays>) {
    let Some(Delays { count, fastest, median, slowest }) = delays else { return o.null(key) };
    o.nested(key, |o| {
        o.number(key!("segments"), count);
        o.number_or_null(key!("fastest_ns"), fastest);
        o.number(key!("median_above_ns"), median);
        o.number(key!("slowest_above_ns"), slowest);
    });
}

fn finding(o: &mut Object<'_>, finding: &Finding) {
    o.word(key!("kind"), finding.kind.slug());
    o.flag(key!("differs"), finding.kind.differs());
    o.word(key!("from"), finding.from.slug());
    o.text_or_null(key!("only"), finding.only.map(Point::slug));
    o.number(key!("count"), finding.count);
    o.flag(key!("certain"), finding.certain);
    let proof = finding.proof.filter(|_| finding.count == 1);
    o.number_or_null(key!("proof"), proof);
    o.text_or_null(key!("proof_in"), proof.map(|_| finding.proof_point().slug()));
    for (key, point) in [(key!("value_a"), 0), (key!("value_b"), 1)] {
        match finding.values {
            Values::None => o.null(key),
            Values::Numbers(values) => match values[point] {
                Some(value) => o.display(key, value),
                None => o.null(key),
            },
            Values::Option(named, at) => {
                o.text_or_null(key, Some(named.name()).filter(|_| at as usize == point));
            }
            Values::Ends(ends) => o.end_point(key, ends[point]),
        }
    }
    o.list(key!("frames"), |list| {
        for [a, b] in &finding.frames {
            list.object(|o| {
                o.number_or_null(key!("a"), *a);
                o.number_or_null(key!("b"), *b);
            });
        }
    });
}

/// A number that may be negative.
fn signed(o: &mut Object<'_>, key: Key, value: Option<i64>) {
    match value {
        Some(value) => o.signed(key, value),
        None => o.null(key),
    }
}

/// One connection in one capture only.
pub(super) fn alone(point: Point, of: &Flow, out: &mut Vec<u8>) {
    let mut o = Object::begin(out, "alone");
    o.word(key!("only"), point.slug());
    o.nested(key!("connection"), |o| flow(o, of));
    o.end();
}

/// All together.
pub(super) fn end(captures: [&Capture; 2], outcome: &Outcome, out: &mut Vec<u8>) {
    let mut o = Object::begin(out, "comparison");
    o.flag(key!("same"), outcome.is_same());
    o.number(key!("in_both"), outcome.pairs);
    o.number(key!("differing"), outcome.differing);
    o.number(key!("only_a"), outcome.only[0]);
    o.number(key!("only_b"), outcome.only[1]);
    o.number(key!("not_kept_a"), captures[0].passed_over);
    o.number(key!("not_kept_b"), captures[1].passed_over);
    o.end();
}
