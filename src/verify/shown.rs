//! As it should be, and as it is: the two words of a difference.

use std::fmt::Display;
use std::time::Duration;

use crate::lang::Aspect;
use crate::script::{Content, Expectation, Number, SeqField, Term, Timing};

use super::compare::{Bound, options_of};
use super::section::{Row, Section};
use super::seen::Seen;

/// The words of both for one thing.
pub fn both(
    what: Aspect,
    row: &Row,
    section: &Section,
    seen: &Seen,
    gap: Option<Duration>,
    bound: &Bound,
) -> (String, String) {
    let nothing = (Expectation::default(), Timing::default());
    let (expect, timing) = match &row.content {
        Content::Segment(seg) => (&seg.expect, seg.timing),
        Content::Icmp(icmp) => (&icmp.expect, icmp.timing),
        Content::Datagram(line) => (&nothing.0, line.timing),
        Content::Copy(timing, expect) => (expect, *timing),
        _ => (&nothing.0, nothing.1),
    };
    match what {
        Aspect::Step => (list(&expect.steps), list(&Expectation::of(&seen.event).steps)),
        Aspect::Mark(mark) => (mark.slug().into(), list(seen.event.marks.iter().map(|mark| mark.slug()))),
        Aspect::State(side) => {
            let wanted = expect.states.iter().find(|(of, _)| *of == side);
            let is = seen.event.states[side as usize].name();
            (wanted.map_or_else(String::new, |(_, state)| state.name().into()), is.into())
        }
        Aspect::TooEarly => (time(Some(timing.after.unwrap_or_default() + row.wait)), time(gap)),
        Aspect::TooLate => (time(timing.within), time(gap)),
        _ => fields(what, row, section, seen, bound),
    }
}

fn fields(what: Aspect, row: &Row, section: &Section, seen: &Seen, bound: &Bound) -> (String, String) {
    if let Content::Datagram(line) = &row.content {
        let expected = line.len.map_or_else(|| "*".into(), |len| len.to_string());
        return (expected, seen.brief.len.to_string());
    }
    let Content::Segment(seg) = &row.content else {
        return (row.text.clone(), seen.icmp.map_or_else(String::new, |(.., kind)| format!("{kind:?}")));
    };
    let known = |number: Number| match number {
        Number::Variable(term) => value(term, section, bound),
        other => other.to_string(),
    };
    let brief = &seen.brief;
    match what {
        Aspect::Flags => {
            (format!("[{}]", seg.loose.flags(seg.flags)), format!("[{}]", brief.flags.tcpdump()))
        }
        Aspect::Seq => {
            let expected = match seg.seq {
                Some(SeqField::At(at) | SeqField::Range(at, _)) => at.to_string(),
                Some(SeqField::Variable(term)) => value(term, section, bound),
                Some(SeqField::Between(start, _)) => known(start),
                Some(SeqField::Any) | None => "*".into(),
            };
            (expected, number(brief.seq))
        }
        Aspect::Ack => (seg.ack.map_or_else(String::new, known), number(brief.ack)),
        Aspect::Length => {
            let expected = match (seg.loose.len, seg.seq) {
                (Some(len), _) => len.to_string(),
                (None, Some(SeqField::Range(start, end))) => (end - start).to_string(),
                (None, Some(SeqField::Between(start, end))) => format!("{}:{}", known(start), known(end)),
                _ => "0".into(),
            };
            (expected, brief.len.to_string())
        }
        Aspect::Window => {
            let exactly = seg.window.map(|window| window.to_string());
            let expected = exactly.or(seg.loose.window.map(|window| window.to_string()));
            (expected.unwrap_or_default(), seen.window.to_string())
        }
        Aspect::Options => {
            let wanted = seg.options.as_deref().unwrap_or_default();
            (format!("<{}>", list(wanted)), format!("<{}>", list(options_of(seen))))
        }
        _ => {
            let id = number(seen.id.map(u64::from));
            let fragments = seen.fragments;
            let is = format!("id {id}, ttl {}, fragments {fragments}, {:?}", seen.ttl, seen.checksum);
            (row.text.clone(), is)
        }
    }
}

fn value(term: Term, section: &Section, bound: &Bound) -> String {
    let place = section.names.iter().position(|&name| name == term.name);
    match place.and_then(|place| *bound.get(place)?) {
        Some(value) => format!("{} ({term})", value + u64::from(term.plus)),
        None => term.to_string(),
    }
}

fn number(number: Option<u64>) -> String {
    number.map_or_else(|| "?".into(), |number| number.to_string())
}

fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let text = items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ");
    if text.is_empty() { "-".into() } else { text }
}

fn time(time: Option<Duration>) -> String {
    let mut text = String::new();
    // A text takes everything.
    let _ = crate::lang::units::Span(time.unwrap_or_default()).put(&mut text);
    text
}
