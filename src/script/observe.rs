//! What was observed, in the words of a script; and whether it is what was
//! expected.

use crate::track::{Conversation, Ended, Event, Exchange, Mark, Marks, Reply, Side, Step};
use crate::verdict::{Confidence, End, Schedule, Verdict, judge};

use super::ast::{Expectation, Outcome, StepWord};
use super::words;

/// What to make of marks that an expectation does not name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Marking {
    /// They may be there.
    Named,
    /// There must be none.
    Exact,
}

impl StepWord {
    /// A step in a script's words, with all that they can say.
    pub fn of(step: &Step) -> Self {
        let (detail, number) = match *step {
            Step::Syn { attempt, .. } | Step::SynAck { attempt } => (None, Some(attempt.into())),
            Step::Data { len } | Step::OutOfOrder { len } => (None, Some(len.into())),
            Step::Ack { newly } => (None, Some(newly.into())),
            Step::DuplicateAck { nth } => (None, Some(nth.into())),
            Step::Retransmission { cause, len } => (Some(cause.slug()), Some(len.into())),
            Step::Fin { order, attempt } => (Some(order.slug()), Some(attempt.into())),
            Step::FinAck { of, .. } | Step::LastAck { of, .. } => (None, Some(of)),
            Step::ResetIgnored { why } => (Some(why.slug()), None),
            Step::Stray(why) => (Some(why.slug()), None),
            Step::SimultaneousSyn
            | Step::HandshakeAck
            | Step::Refused
            | Step::ClientAbort
            | Step::WindowUpdate
            | Step::ZeroWindow
            | Step::WindowProbe
            | Step::KeepAlive
            | Step::KeepAliveAck
            | Step::Reset
            | Step::ResetChallenged
            | Step::ChallengeAck => (None, None),
        };
        StepWord { slug: step.slug(), detail, number }
    }

    /// Whether an observed step is this one, as far as this one says.
    pub fn holds(&self, observed: &StepWord) -> bool {
        self.slug == observed.slug
            && self.detail.is_none_or(|detail| observed.detail == Some(detail))
            && self.number.is_none_or(|number| observed.number == Some(number))
    }
}

impl Expectation {
    /// What was observed of a segment.
    pub fn of(event: &Event) -> Self {
        Expectation {
            steps: event.steps.iter().map(StepWord::of).collect(),
            marks: event.marks.iter().collect(),
            states: Side::BOTH.into_iter().zip(event.states).collect(),
        }
    }

    /// What an ICMP error made of the conversation that it is about.
    pub fn of_rejection(conv: &Conversation, frame: u64) -> Self {
        let step = StepWord { slug: words::ICMP_REJECTED, detail: None, number: None };
        Expectation {
            steps: conv.is_rejected_by(frame).then_some(step).into_iter().collect(),
            marks: Vec::new(),
            states: Side::BOTH.into_iter().zip(conv.states()).collect(),
        }
    }

    /// Whether what was observed is what is expected here.
    pub fn holds(&self, observed: &Expectation, marking: Marking) -> bool {
        let steps = self.steps.is_empty()
            || self.steps.len() == observed.steps.len()
                && self.steps.iter().zip(&observed.steps).all(|(own, seen)| own.holds(seen));
        steps
            && marks_hold(&self.marks, &observed.marks, marking)
            && self.states.iter().all(|state| observed.states.contains(state))
    }
}

fn marks_hold(expected: &[Mark], observed: &[Mark], marking: Marking) -> bool {
    let set = |marks: &[Mark]| {
        let mut set = Marks::default();
        marks.iter().for_each(|&mark| set.set(mark));
        set
    };
    expected.iter().all(|mark| observed.contains(mark))
        && (marking == Marking::Named || set(expected) == set(observed))
}

impl Outcome {
    /// What came back of an exchange of datagrams.
    pub fn of_exchange(exchange: &Exchange) -> Self {
        Outcome::blank(exchange.reply().verdict())
    }

    /// Only how it opened.
    pub(super) fn blank(opening: &'static str) -> Self {
        Outcome {
            opening,
            ending: None,
            first: None,
            segments: None,
            simultaneous: false,
            reset_by: None,
            reason: None,
            tries: None,
            schedule: None,
            roles: None,
            marks: Vec::new(),
            confidence: Vec::new(),
        }
    }

    /// Whether it is said of datagrams.
    pub fn is_of_datagrams(&self) -> bool {
        Reply::VERDICTS.contains(&self.opening)
    }

    /// What is said of a conversation that has left the tracker.
    pub fn of(conv: &Conversation, ended: Ended) -> Self {
        let verdict = judge(conv, ended);
        let close = match verdict.end() {
            Some(End::Graceful(close)) => Some(close),
            _ => None,
        };
        let reason = match verdict.end() {
            Some(End::Reset(_, reason)) => Some(reason.slug()),
            _ => None,
        };
        Outcome {
            opening: verdict.opening(),
            ending: verdict.ending(),
            first: verdict.first_closer(),
            segments: close.map(|close| close.segments),
            simultaneous: close.is_some_and(|close| close.simultaneous),
            reset_by: verdict.reset_by(),
            reason,
            tries: match verdict {
                Verdict::Unanswered { tries, .. } => Some(tries),
                _ => None,
            },
            schedule: Schedule::of(conv).map(Schedule::slug),
            roles: Some(conv.roles),
            marks: conv.marks.iter().collect(),
            confidence: Confidence::of(conv, ended, false).into_iter().map(Confidence::slug).collect(),
        }
    }

    /// Whether what was observed is what is expected here. What is not named
    /// may be anything, but for the ending and whether the FINs crossed.
    pub fn holds(&self, observed: &Outcome, marking: Marking) -> bool {
        fn named<T: PartialEq>(expected: &Option<T>, observed: &Option<T>) -> bool {
            expected.is_none() || expected == observed
        }
        let confidence = self.confidence.iter().all(|slug| observed.confidence.contains(slug))
            && (marking == Marking::Named || self.confidence.len() == observed.confidence.len());
        self.opening == observed.opening
            && self.ending == observed.ending
            && self.simultaneous == observed.simultaneous
            && named(&self.first, &observed.first)
            && named(&self.segments, &observed.segments)
            && named(&self.reset_by, &observed.reset_by)
            && named(&self.reason, &observed.reason)
            && named(&self.tries, &observed.tries)
            && named(&self.schedule, &observed.schedule)
            && named(&self.roles, &observed.roles)
            && marks_hold(&self.marks, &observed.marks, marking)
            && confidence
    }
}
