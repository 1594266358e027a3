//! The outcome for programs: one object a section, and one for all.

use crate::lang::{Difference, Language};
use crate::render::json::Object;

use super::rows::beside;
use super::section::Section;
use super::tally::{Account, Tally};

/// One section.
pub fn section(section: &Section, tally: &Tally, lang: &dyn Language, out: &mut Vec<u8>) {
    let mut o = Object::begin(out, "verify");
    o.text("script", &section.file);
    o.number("line", section.line as u64);
    o.flag("passed", tally.passed());
    o.display("match", tally.quantity);
    o.number("conversations", tally.conversations);
    o.number("satisfied", tally.satisfied);
    o.numbers("failing", tally.failing.iter().copied());
    match tally.account() {
        None => {
            o.null("conversation");
            o.null("difference");
            o.list("lines", |_| {});
        }
        Some(account) => shown(section, account, lang, &mut o),
    }
    o.end();
}

fn shown(section: &Section, account: &Account, lang: &dyn Language, o: &mut Object<'_>) {
    o.number("conversation", account.conversation);
    match &account.failure {
        None => o.null("difference"),
        Some(failure) => o.nested("difference", |o| {
            let line = failure.row.and_then(|row| section.rows.get(row)).map(|row| row.line as u64);
            o.number_or_null("line", line);
            o.number_or_null("frame", failure.instead.map(|brief| brief.frame));
            o.word("kind", kind(&failure.difference));
            let (expected, seen) = match &failure.difference {
                Difference::But(_, _, expected, seen) | Difference::Verdict(_, expected, seen) => {
                    (Some(expected.as_str()), Some(seen.as_str()))
                }
                _ => (None, None),
            };
            o.text_or_null("expected", expected);
            o.text_or_null("seen", seen);
            let mut text = String::new();
            lang.difference(&failure.difference, &mut text);
            o.text("text", &text);
        }),
    }
    o.list("lines", |list| {
        for row in beside(section, account) {
            list.object(|o| {
                let own = row.row.and_then(|row| section.rows.get(row));
                o.number_or_null("line", own.map(|row| row.line as u64));
                o.text_or_null("script", own.map(|row| row.text.as_str()));
                o.word("status", row.status.slug());
                o.number_or_null("first_frame", row.frames.map(|(first, ..)| first));
                o.number_or_null("last_frame", row.frames.map(|(_, last, _)| last));
                o.number("frames", row.frames.map_or(0, |(.., count)| count));
                o.text_or_null("seen", Some(row.seen.as_str()).filter(|seen| !seen.is_empty()));
            });
        }
    });
}

const fn kind(difference: &Difference) -> &'static str {
    match difference {
        Difference::Another(..) => "another-segment",
        Difference::But(..) => "field",
        Difference::Surplus(..) => "surplus",
        Difference::Ends(..) => "missing",
        Difference::Verdict(..) => "verdict",
        Difference::TooManyWays(..) => "too-many-ways",
    }
}

/// All sections.
pub fn end(passed: bool, out: &mut Vec<u8>) {
    let mut o = Object::begin(out, "verified");
    o.flag("passed", passed);
    o.end();
}
