//! Rows that need not be remembered: that of a conversation's only SYN says nothing
//! that the conversation does not say. A flood is millions of them.

use std::time::Duration;

use crate::model::{Flags, Seq};
use crate::render::Row;
use crate::render::style::NumberStyle;
use crate::render::told::{Explain, Told};
use crate::track::{Conversation, Marks, Proofs, Side, State, Step, Steps};

use super::{Brief, Rows};

const FIRST: Step = Step::Syn { attempt: 1, gap: Duration::ZERO };

impl Rows {
    /// Whether a row is one that [`Rows::of_plain_syn`] makes again: it is the first
    /// of its conversation, a SYN as most are.
    pub fn is_plain_syn(row: &Row<'_>) -> bool {
        let (segment, event) = (row.segment, row.event);
        event.first
            && segment.flags == Flags::SYN
            && segment.len == row.conversation.rare.first_syn_data
            && segment.ack_field == Seq::new(0)
            && !row.numbers.relative
            && row.numbers.seq == segment.seq.raw()
            && event.marks == Marks::of_syn(segment.len)
            && event.from == Side::Client
            && event.isn_seq == Some(0)
            && event.states == [State::SynSent, State::Listen]
            && event.steps.iter().eq([&FIRST])
            && event.proofs.iter().next().is_none()
            // One that may be absorbed is asked for when there is no conversation.
            && row.conversation.incarnation == 1
    }

    /// The row that was not remembered.
    pub fn of_plain_syn(conv: &Conversation, numbers: NumberStyle, explain: Explain) -> Self {
        let mut rows = Rows::default();
        let Some(isn) = conv.side(Side::Client).isn else { return rows };
        let mut steps = Steps::default();
        steps.push(FIRST);
        let len = conv.rare.first_syn_data;
        let marks = Marks::of_syn(len);
        let told = explain.covers(steps.iter(), marks).then(|| Told {
            seq: isn,
            ack: Seq::new(0),
            isn: [Some(0), None],
            shown: [isn.raw(), 0],
            relative: false,
        });
        let line = Brief {
            frame: conv.first.frame,
            at: conv.first.at,
            seq: Some(if numbers == NumberStyle::Isn { 0 } else { isn.raw().into() }),
            ack: None,
            len,
            flags: Flags::SYN,
            way: conv.client_way,
            states: [State::SynSent, State::Listen],
            marks,
            steps: &steps,
            proofs: &Proofs::NONE,
            told,
        };
        rows.push(&line, super::DataRows::Fold);
        rows
    }
}
