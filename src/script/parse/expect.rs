//! Reads what is expected of a line, and of a conversation.

use crate::track::State;
use crate::track::{Mark, Reply, Side};
use crate::verdict::{Confidence, End, ResetReason, Schedule, Verdict};

use super::super::ast::{Expectation, Outcome, StepWord};
use super::super::scan::{Cursor, Read};
use super::super::words::{self, listed};

/// `; fin-ack, fin second, +late; client TIME-WAIT`, or nothing.
pub(super) fn expectation(cursor: &mut Cursor<'_>) -> Read<Expectation> {
    let mut expect = Expectation::default();
    if !cursor.eat(";") {
        return Ok(expect);
    }
    loop {
        if cursor.eat("+") {
            expect.marks.push(mark(cursor)?);
        } else if let Some(side) = cursor.take(words::side) {
            let state = |word: &str| State::ALL.into_iter().find(|state| state.name() == word);
            expect.states.push((side, cursor.one_of("a state, such as FIN-WAIT-1", state)?));
        } else {
            expect.steps.push(step(cursor)?);
        }
        if !cursor.eat(",") && !cursor.eat(";") {
            return Ok(expect);
        }
    }
}

fn mark(cursor: &mut Cursor<'_>) -> Read<Mark> {
    cursor.one_of("a mark", |word| Mark::ALL.into_iter().find(|mark| mark.slug() == word))
}

fn step(cursor: &mut Cursor<'_>) -> Read<StepWord> {
    let what = "a step, `+` and a mark, or `client` or `server` and a state";
    let slug = cursor.one_of(what, words::step)?;
    let detail = cursor.take(|word| listed(words::details(slug), word));
    let numbered = cursor.peek().starts_with(|c: char| c.is_ascii_digit());
    let number = if numbered { Some(cursor.number("a number")?) } else { None };
    Ok(StepWord { slug, detail, number })
}

/// `complete, graceful, first client, 3 segments`
pub(super) fn outcome(cursor: &mut Cursor<'_>) -> Read<Outcome> {
    let what = "an opening, such as `complete`, or of UDP `udp-answered`";
    let mut outcome = Outcome::blank(cursor.one_of(what, opening)?);
    while !outcome.is_of_datagrams() && cursor.eat(",") {
        item(cursor, &mut outcome)?;
    }
    Ok(outcome)
}

fn opening(word: &str) -> Option<&'static str> {
    listed(Verdict::OPENINGS, word).or_else(|| listed(Reply::VERDICTS, word))
}

fn item(cursor: &mut Cursor<'_>, outcome: &mut Outcome) -> Read<()> {
    const SIDE: &str = "`client` or `server`";
    if cursor.eat("+") {
        outcome.marks.push(mark(cursor)?);
    } else if cursor.eat("~") {
        let slug = cursor.one_of("what lowers the confidence", |word| listed(Confidence::SLUGS, word))?;
        outcome.confidence.push(slug);
    } else if cursor.eat_word("first") {
        outcome.first = Some(cursor.one_of(SIDE, words::side)?);
    } else if cursor.eat_word("simultaneous") {
        outcome.simultaneous = true;
    } else if cursor.eat_word("reason") {
        outcome.reason =
            Some(cursor.one_of("the reason of a reset", |word| listed(ResetReason::SLUGS, word))?);
    } else if cursor.eat_word("schedule") {
        let slug = cursor.one_of("how the SYN is repeated", |word| listed(Schedule::SLUGS, word))?;
        outcome.schedule = Some(slug);
    } else if cursor.eat_word("roles") {
        let roles = |word: &str| words::ROLES.into_iter().find(|roles| roles.slug() == word);
        outcome.roles = Some(cursor.one_of("`seen`, `inferred` or `guessed`", roles)?);
    } else if cursor.peek().starts_with(|c: char| c.is_ascii_digit()) {
        counted(cursor, outcome)?;
    } else {
        let ending = cursor.one_of(
            "an ending, `first`, `simultaneous`, `reset by`, `reason`, `schedule`, `roles`, a number, `+` or `~`",
            |word| listed(End::SLUGS, word),
        )?;
        match reset_by(cursor, ending)? {
            Some(side) => outcome.reset_by = Some(side),
            None => outcome.ending = Some(ending),
        }
    }
    Ok(())
}

/// `reset` is an ending; `reset by client` says who did it.
fn reset_by(cursor: &mut Cursor<'_>, ending: &str) -> Read<Option<Side>> {
    if ending != "reset" || !cursor.eat_word("by") {
        return Ok(None);
    }
    cursor.one_of("`client` or `server`", words::side).map(Some)
}

/// `3 segments`, `8 tries`
fn counted(cursor: &mut Cursor<'_>, outcome: &mut Outcome) -> Read<()> {
    let number: u32 = cursor.number("a number")?;
    if cursor.eat_word("tries") {
        outcome.tries = Some(number);
        return Ok(());
    }
    cursor.one_of("`segments` or `tries`", |word| (word == "segments").then_some(()))?;
    outcome.segments = Some(u8::try_from(number).map_err(|_| cursor.error("at most 255 segments"))?);
    Ok(())
}
