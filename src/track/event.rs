//! What the tracker says about one segment.

use super::mark::Marks;
use super::proof::Proofs;
use super::state::{Side, State};
use super::step::Steps;

/// One segment's place in its conversation.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// Number of the conversation, from 1 in the order of first frames.
    pub conversation: u64,
    /// Who sent it.
    pub from: Side,
    /// What it is.
    pub steps: Steps,
    /// What else is to be said of it.
    pub marks: Marks,
    /// Why it is that.
    pub proofs: Proofs,
    /// Both states after it, client first.
    pub states: [State; 2],
    /// Offset of its sequence number from the sender's ISN; the first number
    /// seen is 1 if the opening was not captured. Negative offsets (a
    /// keep-alive before the first octet) are `None`.
    pub isn_seq: Option<u64>,
    /// Offset of its acknowledgment number from the other side's ISN.
    pub isn_ack: Option<u64>,
    /// It is the first segment of its conversation.
    pub first: bool,
    /// With it the conversation is over: turned away, reset, or both FINs
    /// acknowledged.
    pub closes: bool,
    /// A tentative conversation that turned out to belong to this one: its
    /// segments so far are strays of this conversation.
    pub absorbs: Option<u64>,
}

impl Event {
    /// Nothing found out yet.
    pub const fn blank() -> Self {
        Event {
            conversation: 0,
            from: Side::Client,
            steps: Steps::NONE,
            marks: Marks::NONE,
            proofs: Proofs::NONE,
            states: [State::Closed; 2],
            isn_seq: None,
            isn_ack: None,
            first: false,
            closes: false,
            absorbs: None,
        }
    }
}
