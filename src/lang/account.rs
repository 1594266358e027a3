//! What is known of one segment when its reason is asked for.

use crate::model::{Flags, Seq};
use crate::track::{Claim, Proof, Side, State, Status, Step};

/// One step of a segment, with the numbers that its reason names.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// The step.
    pub step: &'a Step,
    /// Its proof, if it has one.
    pub proof: Option<&'a Proof>,
    /// Who sent it.
    pub from: Side,
    /// TCP flags.
    pub flags: Flags,
    /// Sequence number, as in the header.
    pub seq: Seq,
    /// Acknowledgment number, as in the header; means nothing without ACK.
    pub ack: Seq,
    /// Payload octets.
    pub len: u32,
    /// Offset of `seq` from its sender's ISN.
    pub isn_seq: Option<u64>,
    /// Offset of `ack` from the other side's ISN.
    pub isn_ack: Option<u64>,
    /// It is a step of an opening in which both sides sent a SYN, or of a closing
    /// in which the FINs crossed.
    pub crossed: bool,
    /// Both states after it, client first.
    pub states: [State; 2],
}

impl Account<'_> {
    /// The state of one side after the segment.
    pub fn state(&self, side: Side) -> &'static str {
        self.states[side as usize].name()
    }

    /// Whether its proof needs what was not captured.
    pub fn is_assumed(&self) -> bool {
        self.proof.is_some_and(|proof| proof.status == Status::Assumed)
    }

    /// The frame that it repeats, if that is known.
    pub fn repeats(&self) -> Option<u64> {
        self.proof.filter(|proof| matches!(proof.claim, Claim::Repeats { .. })).and_then(|proof| proof.of)
    }

    /// Offset of its FIN from the ISN.
    pub fn isn_fin(&self) -> Option<u64> {
        self.isn_seq.map(|seq| seq + u64::from(self.len))
    }
}

/// Numbers that tcpdump shows, where they are not what one takes them for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Misled {
    /// The sequence number.
    pub seq: Option<Counted>,
    /// The acknowledgment number.
    pub ack: Option<Counted>,
    /// Why.
    pub by: MisledBy,
}

/// One number in two ways of counting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counted {
    /// As tcpdump shows it.
    pub shown: u32,
    /// Its offset from the ISN.
    pub isn: u64,
}

/// What leads tcpdump to its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MisledBy {
    /// Without ACK it shows absolute numbers, among relative ones.
    NoAck,
    /// It counts from the SYN-ACK's acknowledgment number less one, and that
    /// acknowledges data in the SYN too.
    SynData,
    /// It counts from another segment than this connection's SYN and SYN-ACK.
    OtherBase,
}

impl Misled {
    /// Holds tcpdump's numbers (`shown`, sequence number first) against the
    /// offsets from the ISNs. `relative`: tcpdump counted from some base;
    /// `syn_data`: octets in the client's SYN. `None` if they agree, or no
    /// offset is known.
    pub fn of(
        shown: [u32; 2],
        relative: bool,
        [seq_counts, ack_counts]: [bool; 2],
        account: &Account<'_>,
        syn_data: u32,
    ) -> Option<Misled> {
        let differs = |shown: u32, isn: Option<u64>, counts: bool| {
            isn.filter(|&isn| counts && isn as u32 != shown).map(|isn| Counted { shown, isn })
        };
        let seq = differs(shown[0], account.isn_seq, seq_counts);
        let ack = differs(shown[1], account.isn_ack, ack_counts && relative);
        let first = seq.or(ack)?;
        let by = if !relative {
            MisledBy::NoAck
        } else if syn_data > 0 && (first.isn as u32).wrapping_sub(first.shown) == syn_data {
            MisledBy::SynData
        } else {
            MisledBy::OtherBase
        };
        Some(Misled { seq, ack, by })
    }
}
