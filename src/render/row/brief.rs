//! What is to be packed of a segment.

use crate::lang::Run;
use crate::render::Row;
use crate::render::style::NumberStyle;
use crate::render::told::{Explain, Told};
use crate::track::{Mark, Proofs, Step, Steps};

use super::{Line, way_of};

/// A segment's row on its way into [`Rows`](super::Rows).
pub(super) type Brief<'a> = Line<&'a Steps, &'a Proofs>;

impl<'a> Brief<'a> {
    pub fn of(row: &Row<'a>, numbers: NumberStyle, explain: Explain) -> Self {
        let (segment, event) = (row.segment, row.event);
        let has_ack = segment.flags.ack();
        let (seq, ack) = match numbers {
            NumberStyle::Tcpdump => (Some(row.numbers.seq.into()), Some(row.numbers.ack.into())),
            NumberStyle::Isn => (event.isn_seq, event.isn_ack),
            NumberStyle::Absolute => (Some(segment.seq.raw().into()), Some(segment.ack_field.raw().into())),
        };
        // Without an ISN there is nothing to say of offsets from it.
        let misled = numbers == NumberStyle::Tcpdump
            && event.marks.has(Mark::TcpdumpMisleads)
            && row.conversation.half.iter().any(|half| half.isn.is_some());
        let told = (misled || explain.covers(event.steps.iter(), event.marks)).then(|| Told::of(row));
        Line {
            frame: segment.frame,
            at: segment.at,
            seq,
            ack: ack.filter(|_| has_ack),
            len: segment.len,
            flags: segment.flags,
            way: way_of(event.from, row.conversation.client_way),
            states: event.states,
            marks: event.marks,
            steps: &event.steps,
            proofs: &event.proofs,
            told,
        }
    }

    /// Whether it opened, closed or broke the conversation, for the first time.
    pub fn is_turn(&self) -> bool {
        self.steps.any(|step| {
            matches!(
                step,
                Step::HandshakeAck
                    | Step::Fin { attempt: ..=1, .. }
                    | Step::FinAck { .. }
                    | Step::LastAck { .. }
                    | Step::Reset
            )
        })
    }

    /// What kind of run it could be part of.
    pub fn run(&self) -> Run {
        if self.steps.any(Step::is_landmark) {
            self.steps.iter().next().map_or(Run::Mixed, landmark_run)
        } else {
            Run::Data
        }
    }
}

fn landmark_run(step: &Step) -> Run {
    match step {
        Step::Syn { .. } | Step::SimultaneousSyn => Run::Syn,
        Step::SynAck { .. } => Run::SynAck,
        Step::Fin { .. } | Step::FinAck { .. } | Step::LastAck { .. } => Run::Fin,
        Step::Refused
        | Step::ClientAbort
        | Step::Reset
        | Step::ResetIgnored { .. }
        | Step::ResetChallenged
        | Step::ChallengeAck => Run::Reset,
        Step::Stray(_) => Run::Stray,
        _ => Run::Mixed,
    }
}
