//! The outcome for programs: one object a section, and one for all. Keys are always
//! there and only added to; `docs/hsanalyze.schema.json` says what each means, and
//! `tests/schema.rs` holds every line against it.

use crate::lang::{Difference, Language};
use crate::render::json::{Object, key};

use super::rows::beside;
use super::section::Section;
use super::tally::{Account, Tally};

/// One section.
pub fn section(section: &Section, tally: &Tally, lang: &dyn Language, out: &mut Vec<u8>) {
    let mut o = Object::begin(out, "verify");
    o.text(key!("script"), &section.file);
    o.number(key!("line"), section.line as u64);
    o.flag(key!("passed"), tally.passed());
    o.word(key!("protocol"), if section.is_udp() { "udp" } else { "tcp" });
    o.display(key!("match"), tally.quantity);
    o.number(key!("conversations"), tally.conversations);
    o.number(key!("satisfied"), tally.satisfied);
    o.number(key!("unverified"), tally.unverified);
    o.numbers(key!("failing"), tally.failing.iter().copied());
    match tally.account() {
        None => {
            o.null(key!("conversation"));
            o.null(key!("difference"));
            o.list(key!("lines"), |_| {});
        }
        Some(account) => shown(section, account, lang, &mut o),
    }
    o.end();
}

fn shown(section: &Section, account: &Account, lang: &dyn Language, o: &mut Object<'_>) {
    o.number(key!("conversation"), account.conversation);
    match &account.failure {
        None => o.null(key!("difference")),
        Some(failure) => o.nested(key!("difference"), |o| {
            let line = failure.row.and_then(|row| section.rows.get(row)).map(|row| row.line as u64);
            o.number_or_null(key!("line"), line);
            o.number_or_null(key!("frame"), failure.instead.map(|brief| brief.frame));
            o.word(key!("kind"), kind(&failure.difference));
            let (expected, seen) = match &failure.difference {
                Difference::But(_, _, expected, seen) | Difference::Verdict(_, expected, seen) => {
                    (Some(expected.as_str()), Some(seen.as_str()))
                }
                _ => (None, None),
            };
            o.text_or_null(key!("expected"), expected);
            o.text_or_null(key!("seen"), seen);
            let mut text = String::new();
            lang.difference(&failure.difference, &mut text);
            o.text(key!("text"), &text);
        }),
    }
    o.list(key!("lines"), |list| {
        for row in beside(section, account) {
            list.object(|o| {
                let own = row.row.and_then(|row| section.rows.get(row));
                o.number_or_null(key!("line"), own.map(|row| row.line as u64));
                o.text_or_null(key!("script"), own.map(|row| row.text.as_str()));
                o.word(key!("status"), row.status.slug());
                o.number_or_null(key!("first_frame"), row.frames.map(|(first, ..)| first));
                o.number_or_null(key!("last_frame"), row.frames.map(|(_, last, _)| last));
                o.number(key!("frames"), row.frames.map_or(0, |(.., count)| count));
                o.text_or_null(key!("seen"), Some(row.seen.as_str()).filter(|seen| !seen.is_empty()));
            });
        }
    });
}

const fn kind(difference: &Difference) -> &'static str {
    match difference {
        Difference::Another(..) => "another-segment",
        Difference::But(..) => "field",
        Difference::Surplus(..) => "surplus",
        Difference::Ends(..) | Difference::Falls(..) => "missing",
        Difference::Verdict(..) => "verdict",
        Difference::TooManyWays(..) => "too-many-ways",
    }
}

/// All sections.
pub fn end(passed: bool, out: &mut Vec<u8>) {
    let mut o = Object::begin(out, "verified");
    o.flag(key!("passed"), passed);
    o.end();
}
