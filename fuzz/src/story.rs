//! What a tracker says of some frames, in a form in which two stories can be
//! compared.

use std::collections::BTreeMap;
use std::time::Duration;

use hsanalyze::model::{Segment, Timestamp};
use hsanalyze::script::Outcome;
use hsanalyze::track::{
    Conversation, Ended, Event, Limits, Marks, Proofs, Side, State, Status, Step, Tracker,
};
use hsanalyze::verdict::Times;

use super::flows::Shot;

/// Limits that no walk reaches.
pub const WIDE: Limits = Limits {
    max_flows: 10_000,
    linger: Duration::from_secs(60),
    max_lingering: 10_000,
    syn_timeout: Duration::from_secs(600),
    idle_timeout: Duration::from_secs(86_400),
};

/// What a tracker said.
#[derive(Default)]
pub struct Story {
    /// By frame number; ICMP errors have none.
    pub events: BTreeMap<u64, Event>,
    /// Conversations that were given out.
    pub ended: Vec<(Conversation, Ended)>,
}

/// All that can be seen of an event; the first frame of a conversation is its name.
#[derive(PartialEq, Debug)]
pub struct Seen {
    conversation: u64,
    from: Side,
    steps: Vec<Step>,
    marks: Marks,
    proofs: Vec<(Step, Option<u64>, Status)>,
    states: [State; 2],
    numbers: (Option<u64>, Option<u64>),
    closes: bool,
}

/// All that can be seen of a conversation in the end.
#[derive(PartialEq, Debug)]
pub struct Judged {
    incarnation: u32,
    outcome: Outcome,
    times: Times,
    counts: [[u64; 3]; 2],
    copies: u64,
    half_closed_bytes: u64,
    reuse_gap: Option<Duration>,
}

/// Tracks frames up to `end`, or to their own.
pub fn tell<'a>(shots: impl IntoIterator<Item = &'a Shot>, limits: Limits, end: Option<Timestamp>) -> Story {
    tell_with(shots, limits, end, |_| ())
}

/// Tracks frames, and lays down after each what may rest.
pub fn tell_resting<'a>(shots: impl IntoIterator<Item = &'a Shot>, limits: Limits) -> Story {
    tell_with(shots, limits, None, Tracker::rest)
}

fn tell_with<'a>(
    shots: impl IntoIterator<Item = &'a Shot>,
    limits: Limits,
    end: Option<Timestamp>,
    after_each: impl Fn(&mut Tracker),
) -> Story {
    let mut tracker = Tracker::new(limits);
    let mut story = Story::default();
    for shot in shots {
        match shot {
            Shot::Segment(seg, options) => {
                let seg = Segment { options, ..*seg };
                let event = tracker.push(&seg);
                let current = tracker.current();
                assert_eq!(current.map(|conv| conv.number), Some(event.conversation));
                story.events.insert(seg.frame, event);
            }
            Shot::Icmp(error) => drop(tracker.push_icmp(error).map(|conv| conv.number)),
        }
        assert!(tracker.live() <= limits.max_flows, "{} conversations live", tracker.live());
        story.take(&mut tracker);
        after_each(&mut tracker);
    }
    match end {
        Some(end) => tracker.finish_at(end),
        None => tracker.finish(),
    }
    story.take(&mut tracker);
    story
}

impl Story {
    fn take(&mut self, tracker: &mut Tracker) {
        self.ended.extend(tracker.take_ended().into_iter().map(|(conv, why)| (*conv, why)));
    }

    /// The first frames of the conversations, by number.
    fn names(&self) -> BTreeMap<u64, u64> {
        let first = self.events.iter().filter(|(_, event)| event.first);
        first.map(|(frame, event)| (event.conversation, *frame)).collect()
    }

    /// Everything, to the last field.
    pub fn to_the_letter(&self) -> String {
        format!("{:#?} {:#?}", self.events, self.ended)
    }

    /// What was said of each frame.
    pub fn seen(&self) -> BTreeMap<u64, Seen> {
        let names = self.names();
        let proofs = |proofs: &Proofs| proofs.iter().map(|p| (p.step, p.of, p.status)).collect();
        let seen = |event: &Event| Seen {
            conversation: names.get(&event.conversation).copied().unwrap_or(0),
            from: event.from,
            steps: event.steps.iter().copied().collect(),
            marks: event.marks,
            proofs: proofs(&event.proofs),
            states: event.states,
            numbers: (event.isn_seq, event.isn_ack),
            closes: event.closes,
        };
        self.events.iter().map(|(frame, event)| (*frame, seen(event))).collect()
    }

    /// What was said of each conversation.
    pub fn judged(&self) -> BTreeMap<u64, Judged> {
        let names = self.names();
        let counts = |conv: &Conversation| {
            Side::BOTH
                .map(|side| conv.side(side))
                .map(|half| [half.segments, half.bytes, half.retransmissions.into()])
        };
        let judged = |conv: &Conversation, ended: Ended| Judged {
            incarnation: conv.incarnation,
            outcome: Outcome::of(conv, ended),
            times: Times::of(conv),
            counts: counts(conv),
            copies: conv.rare.copies,
            half_closed_bytes: conv.rare.half_closed_bytes,
            reuse_gap: conv.rare.reuse_gap,
        };
        let name = |conv: &Conversation| names.get(&conv.number).copied().unwrap_or(0);
        self.ended.iter().map(|(conv, ended)| (name(conv), judged(conv, *ended))).collect()
    }
}
