//! The verdict on a conversation, held against the script's last line.

use crate::lang::Aspect;
use crate::script::Outcome;

/// A verdict without what another run of the same programs might change.
pub fn short(outcome: Outcome) -> Outcome {
    Outcome {
        segments: None,
        tries: None,
        schedule: None,
        roles: None,
        reason: None,
        marks: Vec::new(),
        confidence: Vec::new(),
        ..outcome
    }
}

/// The first thing that differs: as it should be, and as it is. What the script
/// does not name may be anything.
pub fn differs(expected: &Outcome, seen: &Outcome) -> Option<(Aspect, String, String)> {
    let nothing = || "-".to_string();
    let word = |word: Option<&'static str>| word.map_or_else(nothing, str::to_string);
    let side = |side: Option<crate::track::Side>| word(side.map(crate::track::Side::slug));
    let number = |number: Option<u32>| number.map_or_else(nothing, |number| number.to_string());
    let opening = if expected.is_of_datagrams() { Aspect::Reply } else { Aspect::Opening };
    let rows = [
        (opening, true, expected.opening.to_string(), seen.opening.to_string()),
        (Aspect::Ending, expected.ending.is_some(), word(expected.ending), word(seen.ending)),
        (Aspect::FirstCloser, expected.first.is_some(), side(expected.first), side(seen.first)),
        (
            Aspect::CloseSegments,
            expected.segments.is_some(),
            number(expected.segments.map(u32::from)),
            number(seen.segments.map(u32::from)),
        ),
        (
            Aspect::Simultaneous,
            expected.simultaneous,
            "simultaneous".into(),
            word(seen.simultaneous.then_some("simultaneous")),
        ),
        (Aspect::ResetBy, expected.reset_by.is_some(), side(expected.reset_by), side(seen.reset_by)),
        (Aspect::ResetReason, expected.reason.is_some(), word(expected.reason), word(seen.reason)),
        (Aspect::Tries, expected.tries.is_some(), number(expected.tries), number(seen.tries)),
        (Aspect::Schedule, expected.schedule.is_some(), word(expected.schedule), word(seen.schedule)),
        (
            Aspect::Roles,
            expected.roles.is_some(),
            word(expected.roles.map(|roles| roles.slug())),
            word(seen.roles.map(|roles| roles.slug())),
        ),
    ];
    let wrong = rows.into_iter().find(|(_, named, own, is)| *named && own != is);
    wrong.map(|(what, _, own, is)| (what, own, is)).or_else(|| lists(expected, seen))
}

fn lists(expected: &Outcome, seen: &Outcome) -> Option<(Aspect, String, String)> {
    let joined = |words: Vec<&'static str>| if words.is_empty() { "-".into() } else { words.join(", ") };
    if let Some(mark) = expected.marks.iter().find(|mark| !seen.marks.contains(mark)) {
        let is = joined(seen.marks.iter().map(|mark| mark.slug()).collect());
        return Some((Aspect::Mark(*mark), mark.slug().into(), is));
    }
    let lacks = expected.confidence.iter().find(|slug| !seen.confidence.contains(slug))?;
    Some((Aspect::Confidence, (*lacks).into(), joined(seen.confidence.clone())))
}
