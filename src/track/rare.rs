//! What few conversations have. It lies apart, so that the others stay small: a capture
//! may have a million of them open.

use std::num::NonZeroU64;
use std::ops::Deref;
use std::time::Duration;

use crate::model::Seq;

use super::answers::Answer;
use super::facts::Rejection;
use super::half::Sighting;
use super::state::Side;

/// [`Unusual`] facts; those of a conversation that has none read as if nothing had been
/// seen.
#[derive(Clone, Debug, Default)]
pub struct Rare(Option<Box<Unusual>>);

/// Facts that few conversations have.
#[derive(Clone, Debug)]
pub struct Unusual {
    /// The last SYN of the client, if it sent several.
    pub(super) later_syn: Option<Sighting>,
    /// The last SYN-ACK before the third segment, if there were several.
    pub(super) later_synack: Option<LaterSynAck>,
    /// The third segment echoes the TSval of that one: it answers no earlier SYN-ACK.
    pub echoes_last: bool,
    /// SYN-ACKs before the third segment with other ISNs than the last one.
    pub(super) answers: Vec<Answer>,
    /// The last SYN-ACK after the third segment.
    pub resent_synack: Option<Sighting>,
    /// Milliseconds between the SYNs of the client, the first eight.
    pub syn_gaps: [u16; 8],
    /// Octets in the client's SYN: of several, in the one that had most.
    pub syn_data: u32,
    /// Octets in its first SYN.
    pub first_syn_data: u32,
    /// What refused, rejected or aborted it before it was open.
    pub turned_away: Option<Sighting>,
    /// ICMP errors about it.
    pub icmp_errors: u32,
    /// The first of them since the client's last SYN.
    pub rejection: Option<Rejection>,
    /// Copies of captured frames.
    pub copies: u64,
    /// Number of the conversation that is the same one on the other side of an
    /// address translation.
    pub twin: Option<NonZeroU64>,
    /// Number of the first subflow of the MPTCP connection that it belongs to.
    pub mptcp: Option<NonZeroU64>,
    /// The token of the MPTCP connection that its SYN joins (RFC 8684 §3.2).
    pub(super) joins: Option<u32>,
    /// Payload octets that flowed after the first FIN was acknowledged.
    pub half_closed_bytes: u64,
    /// Time between this conversation and the one before on the flow.
    pub reuse_gap: Option<Duration>,
    /// Of each side, client first.
    pub(super) sides: [Doubts; 2],
}

/// A SYN-ACK that was sent again.
#[derive(Clone, Copy, Debug)]
pub(super) struct LaterSynAck {
    pub seen: Sighting,
    pub tsval: Option<u32>,
    /// The one before had another TSval.
    pub is_told_apart: bool,
}

/// What few sides have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doubts {
    /// An acknowledgment of it of octets that were not seen being sent.
    pub claimed: Option<Seq>,
    /// End of a segment of it that lay beyond the window.
    pub doubted: Option<Seq>,
    /// SYN-ACKs of it, when both sides open at the same time.
    pub synacks: u32,
}

impl Unusual {
    const NONE: Unusual = Unusual {
        later_syn: None,
        later_synack: None,
        echoes_last: false,
        answers: Vec::new(),
        resent_synack: None,
        syn_gaps: [0; 8],
        syn_data: 0,
        first_syn_data: 0,
        turned_away: None,
        icmp_errors: 0,
        rejection: None,
        copies: 0,
        twin: None,
        mptcp: None,
        joins: None,
        half_closed_bytes: 0,
        reuse_gap: None,
        sides: [Doubts { claimed: None, doubted: None, synacks: 0 }; 2],
    };

    pub(super) fn of(&mut self, side: Side) -> &mut Doubts {
        &mut self.sides[side as usize]
    }
}

impl Deref for Rare {
    type Target = Unusual;

    #[inline]
    fn deref(&self) -> &Unusual {
        static NONE: Unusual = Unusual::NONE;
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl Rare {
    /// To note something.
    pub(super) fn note(&mut self) -> &mut Unusual {
        self.0.get_or_insert_with(|| Box::new(Unusual::NONE))
    }

    /// Whether nothing has been noted.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// What has been noted, if anything has.
    #[inline]
    pub(super) fn noted(&mut self) -> Option<&mut Unusual> {
        self.0.as_deref_mut()
    }

    pub(super) fn of(&self, side: Side) -> &Doubts {
        &self.sides[side as usize]
    }

    /// Whether an acknowledgment or an octet of either side is doubted.
    #[inline]
    pub(super) fn doubts(&self) -> bool {
        let of = |doubts: &Doubts| doubts.claimed.is_some() || doubts.doubted.is_some();
        self.0.as_ref().is_some_and(|unusual| unusual.sides.iter().any(of))
    }
}
