//! The laws that the analysis obeys whatever a capture holds
//! (ARCHITECTURE.md, "Laws").
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

#[path = "laws/scripts.rs"]
mod scripts;
#[path = "laws/walk.rs"]
mod walk;

use std::collections::BTreeMap;
use std::time::Duration;

use hsanalyze::model::Timestamp;
use hsanalyze::script::{Outcome, parse};
use hsanalyze::track::{Conversation, Ended, Event, Limits, Marks, Side, State, Status, Step, Tracker};
use hsanalyze::verdict::Times;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use walk::{Frame, Setting, Turn, frames, plausible, wild};

const WIDE: Limits = Limits {
    max_flows: 1_000,
    linger: Duration::from_secs(60),
    max_lingering: 1_000,
    syn_timeout: Duration::from_secs(600),
    idle_timeout: Duration::from_secs(86_400),
};

/// What a tracker said of some frames.
#[derive(Default)]
struct Said {
    /// By frame number; ICMP errors have none.
    events: BTreeMap<u64, Event>,
    ended: Vec<(Conversation, Ended)>,
    most_live: usize,
}

fn track<'a>(frames: impl IntoIterator<Item = &'a Frame>, limits: Limits) -> Said {
    track_until(frames, limits, None)
}

/// Tracks a part of a capture that ends at `end`, or a whole one.
fn track_until<'a>(
    frames: impl IntoIterator<Item = &'a Frame>,
    limits: Limits,
    end: Option<Timestamp>,
) -> Said {
    let mut tracker = Tracker::new(limits);
    let mut said = Said::default();
    for frame in frames {
        match frame {
            Frame::Segment(segment) => {
                said.events.insert(segment.frame, tracker.push(segment));
            }
            Frame::Icmp(error) => {
                tracker.push_icmp(error);
            }
        }
        said.most_live = said.most_live.max(tracker.live());
        said.ended.extend(tracker.take_ended().into_iter().map(|(conv, why)| (*conv, why)));
    }
    match end {
        Some(end) => tracker.finish_at(end),
        None => tracker.finish(),
    }
    said.ended.extend(tracker.take_ended().into_iter().map(|(conv, why)| (*conv, why)));
    said
}

/// All that can be seen of an event, numbers of conversations aside.
#[derive(PartialEq, Debug)]
struct Seen {
    conversation: u64,
    from: Side,
    steps: Vec<Step>,
    marks: Marks,
    proofs: Vec<(Step, Option<u64>, Status)>,
    states: [State; 2],
    numbers: (Option<u64>, Option<u64>),
    closes: bool,
}

/// All that can be seen of a conversation in the end; its first frame is its
/// name.
#[derive(PartialEq, Debug)]
struct Judged {
    incarnation: u32,
    outcome: Outcome,
    times: Times,
    segments: [u64; 2],
    bytes: [u64; 2],
    retransmissions: [u64; 2],
    copies: u64,
    half_closed_bytes: u64,
    reuse_gap: Option<Duration>,
}

impl Said {
    /// The first frame of a conversation.
    fn name(&self, number: u64) -> u64 {
        let of = |event: &Event| event.conversation == number && event.first;
        self.events.iter().find(|(_, event)| of(event)).map_or(0, |(frame, _)| *frame)
    }

    fn seen(&self) -> BTreeMap<u64, Seen> {
        let seen = |event: &Event| Seen {
            conversation: self.name(event.conversation),
            from: event.from,
            steps: event.steps.iter().copied().collect(),
            marks: event.marks,
            proofs: event.proofs.iter().map(|proof| (proof.step, proof.of, proof.status)).collect(),
            states: event.states,
            numbers: (event.isn_seq, event.isn_ack),
            closes: event.closes,
        };
        self.events.iter().map(|(frame, event)| (*frame, seen(event))).collect()
    }

    fn judged(&self) -> BTreeMap<u64, Judged> {
        let both =
            |conv: &Conversation, of: fn(&Conversation, Side) -> u64| Side::BOTH.map(|side| of(conv, side));
        let judged = |conv: &Conversation, ended: Ended| Judged {
            incarnation: conv.incarnation,
            outcome: Outcome::of(conv, ended),
            times: Times::of(conv),
            segments: both(conv, |conv, side| conv.side(side).segments),
            bytes: both(conv, |conv, side| conv.side(side).bytes),
            retransmissions: both(conv, |conv, side| conv.side(side).retransmissions),
            copies: conv.copies,
            half_closed_bytes: conv.half_closed_bytes,
            reuse_gap: conv.reuse_gap,
        };
        self.ended.iter().map(|(conv, ended)| (self.name(conv.number), judged(conv, *ended))).collect()
    }
}

/// Law 1: each segment belongs to exactly one conversation, and each
/// conversation is given out once, or absorbed by another.
fn every_segment_has_its_conversation(said: &Said, pushed: usize) -> Result<(), TestCaseError> {
    prop_assert_eq!(said.events.len(), pushed);
    let mut counted: BTreeMap<u64, u64> = BTreeMap::new();
    for (frame, event) in &said.events {
        prop_assert!(event.conversation > 0, "frame {} has no conversation", frame);
        prop_assert!(!event.steps.is_empty(), "frame {} has no step", frame);
        let fresh = !counted.contains_key(&event.conversation);
        prop_assert_eq!(fresh, event.first, "frame {}: first of its conversation?", frame);
        *counted.entry(event.conversation).or_default() += 1;
        if let Some(absorbed) = event.absorbs {
            let segments = counted.remove(&absorbed).unwrap_or(0);
            prop_assert!(segments > 0, "frame {} absorbs a conversation that is not there", frame);
            *counted.entry(event.conversation).or_default() += segments;
        }
    }
    let ended: Vec<_> =
        said.ended.iter().map(|(conv, _)| (conv.number, conv.segments() + conv.copies)).collect();
    let once: BTreeMap<_, _> = ended.iter().copied().collect();
    prop_assert_eq!(once.len(), ended.len(), "a conversation was given out twice");
    prop_assert_eq!(once, counted, "conversations and their segments");
    Ok(())
}

fn segments(frames: &[Frame]) -> usize {
    frames.iter().filter(|frame| matches!(frame, Frame::Segment(_))).count()
}

/// Which of two machines a frame goes to: both directions of a pair of
/// endpoints go to the same.
fn shard(frame: &Frame) -> u16 {
    let (src, dst) = match frame {
        Frame::Segment(segment) => (segment.src, segment.dst),
        Frame::Icmp(error) => (error.src, error.dst),
    };
    (src.port ^ dst.port) & 1
}

/// Both must have said the same.
fn same(one: &Said, other: &Said) -> Result<(), TestCaseError> {
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
        every_segment_has_its_conversation(&track(&frames, WIDE), segments(&frames))?;
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
            Frame::Segment(segment) => Some(segment.at),
            Frame::Icmp(_) => None,
        });
        let end = times.max().unwrap_or_default();
        for number in 0..2 {
            let part = track_until(frames.iter().filter(|frame| shard(frame) == number), WIDE, Some(end));
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

    /// Law 5: whatever comes in whatever order, nothing panics, the limit holds,
    /// and what is evicted is given out all the same.
    #[test]
    fn noise_stays_within_limits(turns in prop_oneof![wild(), plausible()], max_flows in 1usize..4) {
        let frames = frames(&turns, Setting::default());
        let said = track(&frames, Limits { max_flows, ..WIDE });
        prop_assert!(said.most_live <= max_flows, "{} conversations live", said.most_live);
        every_segment_has_its_conversation(&said, segments(&frames))?;
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
            copies += conv.copies;
        }
        absorbed += said.events.values().filter(|event| event.absorbs.is_some()).count();
    }
    assert_eq!(openings.len(), 9, "{openings:?}");
    assert_eq!(endings.len(), 6, "{endings:?}");
    assert!(copies > 0 && absorbed > 0);
}
