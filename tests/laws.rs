//! The laws that the analysis obeys whatever a capture holds
//! (ARCHITECTURE.md, "Laws").
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

#[path = "laws/scripts.rs"]
mod scripts;
#[allow(dead_code, missing_docs)]
#[path = "../fuzz/src/lib.rs"]
mod targets;
#[path = "laws/walk.rs"]
mod walk;

use std::collections::BTreeMap;

use hsanalyze::script::{Outcome, parse};
use hsanalyze::track::Limits;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use targets::story::{Story, WIDE, tell, tell_resting};
use targets::tracking::totals_add_up;
use walk::{Frame, Setting, Turn, frames, plausible, wild};

/// What a tracker says of all these frames.
fn track(frames: &[Frame], limits: Limits) -> Story {
    tell(frames, limits, None)
}

/// Which of two machines a frame goes to: both directions of a pair of
/// endpoints go to the same.
fn shard(frame: &Frame) -> u16 {
    let (src, dst) = frame.ports();
    (src ^ dst) & 1
}

/// Both must have said the same.
fn same(one: &Story, other: &Story) -> Result<(), TestCaseError> {
    let (ours, theirs) = (one.seen(), other.seen());
    for (frame, seen) in &ours {
        prop_assert_eq!(Some(seen), theirs.get(frame), "frame {}", frame);
    }
    prop_assert_eq!(one.judged(), other.judged());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Law 1: every segment yields one event and belongs to one conversation.
    #[test]
    fn every_segment_belongs_to_one_conversation(turns in plausible()) {
        let frames = frames(&turns, Setting::default());
        totals_add_up(&track(&frames, WIDE), &frames);
    }

    /// Law 2: what several machines say, each of its flows, one machine says of
    /// all.
    #[test]
    fn sharding_by_flow_changes_nothing(turns in plausible()) {
        let frames = frames(&turns, Setting::default());
        let whole = track(&frames, WIDE);
        let mut seen = BTreeMap::new();
        let mut judged = BTreeMap::new();
        let times = frames.iter().filter_map(|frame| match frame {
            Frame::Segment(segment, _) => Some(segment.at),
            Frame::Icmp(_) => None,
        });
        let end = times.max().unwrap_or_default();
        for number in 0..2 {
            let part = tell(frames.iter().filter(|frame| shard(frame) == number), WIDE, Some(end));
            seen.extend(part.seen());
            judged.extend(part.judged());
        }
        for (frame, one) in whole.seen() {
            prop_assert_eq!(Some(&one), seen.get(&frame), "frame {}", frame);
        }
        prop_assert_eq!(whole.judged(), judged);
    }

    /// Law 3: where on the circle the sequence numbers begin changes nothing.
    #[test]
    fn shifting_the_isns_changes_nothing(
        turns in plausible(),
        shift in prop::array::uniform2(prop_oneof![any::<u32>(), (0xffff_0000u32..), Just(1 << 31)]),
    ) {
        let here = track(&frames(&turns, Setting::default()), WIDE);
        let there = track(&frames(&turns, Setting { shift, ..Setting::default() }), WIDE);
        same(&here, &there)?;
    }

    /// Law 4: which end has the lower address changes nothing.
    #[test]
    fn swapping_the_addresses_changes_nothing(turns in plausible()) {
        let low = track(&frames(&turns, Setting::default()), WIDE);
        let high = track(&frames(&turns, Setting { flipped: true, ..Setting::default() }), WIDE);
        same(&low, &high)?;
    }

    /// Law 5: whatever comes in whatever order, nothing panics, the limit holds
    /// (`tell` looks after each frame), and what is evicted is given out all the same.
    #[test]
    fn noise_stays_within_limits(turns in prop_oneof![wild(), plausible()], max_flows in 1usize..4) {
        let frames = frames(&turns, Setting::default());
        let said = track(&frames, Limits { max_flows, ..WIDE });
        totals_add_up(&said, &frames);
        let openings: Vec<_> = said.ended.iter().map(|(conv, why)| Outcome::of(conv, *why).opening).collect();
        prop_assert!(openings.iter().all(|opening| !opening.is_empty()));
    }

    /// Law 6: what is printed is what was read.
    #[test]
    fn a_printed_script_reads_as_it_was(script in scripts::script()) {
        let text = script.to_string();
        let read = parse(&text);
        prop_assert_eq!(read.as_ref(), Ok(&script), "{}", text);
        prop_assert_eq!(read.map(|script| script.to_string()), Ok(text));
    }

    /// Law 7: whether conversations rest between their segments changes nothing.
    #[test]
    fn resting_changes_nothing(
        turns in prop_oneof![wild(), plausible()],
        max_flows in prop_oneof![Just(2), Just(10_000)],
    ) {
        let frames = frames(&turns, Setting::default());
        let limits = Limits { max_flows, ..WIDE };
        prop_assert_eq!(tell_resting(&frames, limits).to_the_letter(), track(&frames, limits).to_the_letter());
    }

    /// Law 5, of texts: nothing that is read as a script panics.
    #[test]
    fn no_text_panics(text in "[CS>\\[\\].SFRP0-9seqack ,:;*#=+~\\n\\tü-]{0,200}") {
        if let Ok(script) = parse(&text) {
            prop_assert_eq!(parse(&script.to_string()), Ok(script));
        }
    }
}

/// The generator makes what the laws are about.
#[test]
fn walks_reach_every_kind_of_end() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut openings = BTreeMap::new();
    let mut endings = BTreeMap::new();
    let (mut copies, mut absorbed) = (0, 0);
    for _ in 0..2000 {
        let turns: Vec<Turn> = plausible().new_tree(&mut runner).map(|tree| tree.current()).unwrap();
        let said = track(&frames(&turns, Setting::default()), WIDE);
        for (conv, why) in &said.ended {
            let outcome = Outcome::of(conv, *why);
            *openings.entry(outcome.opening).or_insert(0) += 1;
            *endings.entry(outcome.ending).or_insert(0) += 1;
            copies += conv.rare.copies;
        }
        absorbed += said.events.values().filter(|event| event.absorbs.is_some()).count();
    }
    assert_eq!(openings.len(), 9, "{openings:?}");
    assert_eq!(endings.len(), 6, "{endings:?}");
    assert!(copies > 0 && absorbed > 0);
}
