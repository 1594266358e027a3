//! Every text of `tests/conversations` is a lesson, a fixture and a test: it is
//! played with several pairs of initial sequence numbers, and each of its lines
//! must be what the line says.
//!
//! `HSANALYZE_REFORMAT=1 cargo test --test conversations` puts the columns of
//! the texts right.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use hsanalyze::app::misleads;
use hsanalyze::script::{
    Captured, Content, Expectation, Isns, Marking, Number, Outcome, PlayedFrame, Script, SegmentLine,
    SeqField, frames, parse,
};
use hsanalyze::track::{
    Conversation, Event, FinOrder, Limits, Mark, Numberer, Resend, Roles, Side, State, Step, Stray, Tracker,
    Unacceptable,
};
use hsanalyze::verdict::{Confidence, End, ResetReason, Schedule, Verdict};

/// Pairs of ISNs: nothing may depend on where on the circle a conversation is.
const ISNS: [Isns; 8] = [
    Isns::new(0, 0),
    Isns::new(1, 1),
    Isns::new(u32::MAX, u32::MAX),
    Isns::new(u32::MAX - 3, u32::MAX - 3),
    Isns::new(u32::MAX, 0),
    Isns::new(0x7fff_fffe, 0x8000_0001),
    Isns::new(598_232_472, 3_283_581_888),
    Isns::new(3_957_827_494, 1_278_323_846),
];

/// Texts that show what the tracker does not do right yet: they are kept in
/// form, but not played.
const PENDING: &str = "pending/";

fn texts() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let mut texts = Vec::new();
    collect(&root, &mut texts);
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().with_extension("").display().to_string();
    texts.iter().map(|path| (name(path), path.clone())).collect()
}

/// All texts below `dir`.
fn collect(dir: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|e| e == "txt") {
            into.push(path);
        }
    }
}

#[test]
fn every_conversation_is_what_its_text_says() {
    let mut texts = texts();
    texts.retain(|(name, _)| !name.starts_with(PENDING));
    assert!(texts.len() > 80, "only {} texts", texts.len());
    let mut report = String::new();
    let mut failed = 0;
    for (name, path) in &texts {
        let text = fs::read_to_string(path).unwrap();
        if let Err(why) = check(&text) {
            failed += 1;
            writeln!(report, "\n{name}.txt\n{why}").unwrap();
        }
    }
    assert!(failed == 0, "{failed} of {} texts do not hold\n{report}", texts.len());
}

#[test]
fn every_text_is_a_lesson_in_the_right_place_and_form() {
    let mut wrong = Vec::new();
    for (name, path) in texts() {
        let text = fs::read_to_string(&path).unwrap();
        let script = parse(&text).unwrap_or_else(|why| panic!("{name}.txt: {why}"));
        if std::env::var_os("HSANALYZE_REFORMAT").is_some() {
            fs::write(&path, script.to_string()).unwrap();
        } else if script.to_string() != text {
            wrong.push(format!("{name}: columns (HSANALYZE_REFORMAT=1 puts them right)"));
        }
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with('#')).collect();
        if head.len() < 2 || !head.iter().any(|line| line.contains("RFC")) {
            wrong.push(format!("{name}: no lesson at its head, or no RFC in it"));
        }
        let place = name.trim_start_matches(PENDING);
        let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
        let filed = |outcome: &Outcome| match (outcome.opening, outcome.ending) {
            ("complete", Some(ending)) => folder == format!("complete/{ending}"),
            (opening, _) => folder == opening,
        };
        if !script.outcomes().any(filed) {
            wrong.push(format!("{name}: no conversation of it belongs into this folder"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Plays a text with every pair of ISNs.
fn check(text: &str) -> Result<(), String> {
    let script = parse(text).map_err(|why| why.to_string())?;
    for isns in ISNS {
        let frames = frames(&script, isns).map_err(|why| why.to_string())?;
        let differences = play(&script, text, &frames, isns);
        if !differences.is_empty() {
            let Isns { client, server } = isns;
            return Err(format!("  ISNs {client} and {server}\n{}", differences.join("\n")));
        }
    }
    Ok(())
}

fn play(script: &Script, text: &str, frames: &[PlayedFrame], isns: Isns) -> Vec<String> {
    let room = script.room().map_or(Limits::default().max_flows, |room| room as usize);
    let mut tracker = Tracker::new(Limits { max_flows: room, ..Limits::default() });
    let mut numberer = Numberer::default();
    let mut differences = Vec::new();
    let mut differ = |line: usize, expected: String, observed: String| {
        let text = text.lines().nth(line - 1).unwrap_or("").trim_end();
        differences
            .push(format!("  line {line}: {text}\n    expected  {expected}\n    observed  {observed}"));
    };
    for PlayedFrame { line, what } in frames {
        let content = &script.lines[*line - 1].content;
        let (observed, numbers) = match what {
            Captured::Segment(segment) => {
                let segment = segment.get();
                let shown = numberer.number(&segment);
                let mut event = tracker.push(&segment);
                if tracker.current().is_some_and(|conv| misleads(&segment, &shown, &event, conv)) {
                    event.marks.set(Mark::TcpdumpMisleads);
                }
                (Expectation::of(&event), numbers(content, &event, tracker.current(), isns))
            }
            Captured::Icmp(error) => {
                let frame = error.frame;
                let about = tracker.push_icmp(error).map(|conv| Expectation::of_rejection(conv, frame));
                (about.unwrap_or_default(), None)
            }
        };
        let expected = expectation(content);
        // An ICMP error need not be a step: then it must not be one.
        let unsaid =
            expected.steps.is_empty() && (!matches!(content, Content::Icmp(_)) || !observed.steps.is_empty());
        if unsaid || !expected.holds(&observed, Marking::Exact) {
            differ(*line, expected.to_string(), observed.to_string());
        }
        if let Some((expected, observed)) = numbers {
            differ(*line, expected, observed);
        }
    }
    tracker.finish();
    let mut ended = tracker.take_ended();
    ended.sort_by_key(|(conv, _)| conv.number);
    let observed: Vec<Outcome> = ended.iter().map(|(conv, why)| Outcome::of(conv, *why)).collect();
    let outcomes = script.lines.iter().enumerate().filter_map(|(index, line)| match &line.content {
        Content::Outcome(outcome) => Some((index + 1, outcome)),
        _ => None,
    });
    let mut judged = 0;
    for ((line, expected), observed) in outcomes.zip(&observed) {
        judged += 1;
        if !expected.holds(observed, Marking::Exact) {
            differ(line, expected.to_string(), observed.to_string());
        }
    }
    let expected = script.outcomes().count();
    if expected != judged || observed.len() != judged {
        let rest: Vec<String> = observed.iter().map(Outcome::to_string).collect();
        differences
            .push(format!("  {expected} conversations expected, observed\n    {}", rest.join("\n    ")));
    }
    differences
}

fn expectation(content: &Content) -> &Expectation {
    match content {
        Content::Segment(seg) => &seg.expect,
        Content::Copy(_, expect) => expect,
        Content::Icmp(icmp) => &icmp.expect,
        other => panic!("not a frame: {other:?}"),
    }
}

/// Sender and ISN-relative numbers, expected and observed, if they differ. Of a
/// side of which no number is known yet, none can be told; of a server with several
/// ISNs the text's numbers count from the first.
fn numbers(
    content: &Content,
    event: &Event,
    conv: Option<&Conversation>,
    isns: Isns,
) -> Option<(String, String)> {
    let Content::Segment(seg) = content else { return None };
    let SegmentLine { from, seq, ack, .. } = **seg;
    let seq = match seq {
        Some(SeqField::At(at) | SeqField::Range(at, _)) => Some(at),
        _ => None,
    };
    let ack = match ack {
        Some(Number::Exactly(ack)) if seg.flags.ack() => Some(ack),
        _ => None,
    };
    let known = |side: Side| conv.is_some_and(|conv| conv.side(side).sent.is_some());
    let (seq, ack) = (seq.filter(|_| known(from)), ack.filter(|_| known(from.other())));
    let several = conv.filter(|conv| conv.marks.has(Mark::OtherIsn));
    let later = several.and_then(|conv| conv.side(Side::Server).isn);
    let later = later.map_or(0, |isn| u64::from(isn.relative_to(isns.server)));
    let from_first = |side: Side, offset: Option<u64>| {
        if side == Side::Server { offset.map(|offset| offset + later) } else { offset }
    };
    let isn_seq = from_first(from, event.isn_seq);
    let isn_ack = from_first(from.other(), event.isn_ack);
    let same = from == event.from && (seq.is_none() || seq == isn_seq) && (ack.is_none() || ack == isn_ack);
    let text = |from: &str, seq: Option<u64>, ack: Option<u64>| {
        let number = |n: Option<u64>| n.map_or("-".to_string(), |n| n.to_string());
        format!("from {from}, seq {}, ack {}", number(seq), number(ack))
    };
    let observed = || text(event.from.slug(), isn_seq, isn_ack);
    (!same).then(|| (text(from.slug(), seq, ack), observed()))
}

/// What no text can show, and why.
const IN_NO_TEXT: [(&str, &str); 1] = [("~kernel-drops", "about the capture, not about a conversation")];

/// Everything that can be said of a segment or a conversation, from the program's
/// own lists.
fn sayable() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut add =
        |before: &str, slugs: &[&str]| all.extend(slugs.iter().map(|slug| format!("{before}{slug}")));
    add("", Step::SLUGS);
    add("fin ", FinOrder::SLUGS);
    add("retransmission ", Resend::SLUGS);
    add("reset-ignored ", Unacceptable::SLUGS);
    add("stray ", Stray::SLUGS);
    add("", &["icmp-rejected"]);
    add("=> ", Verdict::OPENINGS);
    add("=> …, ", End::SLUGS);
    add("reason ", ResetReason::SLUGS);
    add("schedule ", Schedule::SLUGS);
    add("~", Confidence::SLUGS);
    add("+", Mark::SLUGS);
    add("state ", State::NAMES);
    add("roles ", Roles::SLUGS);
    all
}

/// What a text says.
fn said(script: &Script) -> Vec<String> {
    let mut said = Vec::new();
    for line in &script.lines {
        let expect = match &line.content {
            Content::Segment(_) | Content::Copy(..) | Content::Icmp(_) => expectation(&line.content),
            Content::Outcome(outcome) => {
                said.push(format!("=> {}", outcome.opening));
                said.extend(outcome.ending.map(|ending| format!("=> …, {ending}")));
                said.extend(outcome.reason.map(|reason| format!("reason {reason}")));
                said.extend(outcome.schedule.map(|schedule| format!("schedule {schedule}")));
                said.extend(outcome.roles.map(|roles| format!("roles {}", roles.slug())));
                said.extend(outcome.marks.iter().map(|mark| format!("+{}", mark.slug())));
                said.extend(outcome.confidence.iter().map(|slug| format!("~{slug}")));
                continue;
            }
            Content::Blank
            | Content::Directive(_)
            | Content::Wait(_)
            | Content::Anything
            | Content::Whatever
            | Content::Datagram(_)
            | Content::Block(_) => continue,
        };
        said.extend(expect.marks.iter().map(|mark| format!("+{}", mark.slug())));
        said.extend(expect.states.iter().map(|(_, state)| format!("state {}", state.name())));
        for step in &expect.steps {
            said.push(step.slug.to_string());
            said.extend(step.detail.map(|detail| format!("{} {detail}", step.slug)));
        }
    }
    said
}

#[test]
fn whatever_can_be_said_is_said_in_a_text() {
    let mut missing = sayable();
    for (slug, why) in IN_NO_TEXT {
        assert!(missing.remove(slug), "{slug} ({why}) is no longer said by the program");
    }
    let played = texts().into_iter().filter(|(name, _)| !name.starts_with(PENDING));
    for (name, path) in played {
        for slug in said(&parse(&fs::read_to_string(path).unwrap()).unwrap()) {
            let barred = IN_NO_TEXT.iter().find(|(no, _)| *no == slug);
            assert!(barred.is_none(), "{name} shows {slug} after all: {barred:?}");
            missing.remove(&slug);
        }
    }
    assert!(missing.is_empty(), "no text shows {missing:#?}");
}
