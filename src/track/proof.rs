//! Why a step is that step: the arithmetic, and the other frame in it.

use crate::model::Seq;

use super::step::Step;

/// The arithmetic behind one step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Proof {
    /// The step that it proves.
    pub step: Step,
    /// The frame that the claim is about, if it was captured.
    pub of: Option<u64>,
    /// The claim.
    pub claim: Claim,
    /// Whether it holds.
    pub status: Status,
}

/// What is claimed of a segment's numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Claim {
    /// `ack` = the other side's ISN + 1 (+ the SYN data that it accepts).
    AcksSyn {
        /// The acknowledgment number.
        ack: Seq,
        /// The ISN that it acknowledges.
        isn: Seq,
        /// Octets of SYN data acknowledged with it.
        data: u32,
    },
    /// `ack` = the FIN's number + 1.
    AcksFin {
        /// The acknowledgment number.
        ack: Seq,
        /// The FIN's sequence number.
        fin: Seq,
    },
    /// `seq` is exactly what the receiver expects next.
    AtRcvNxt {
        /// The reset's sequence number.
        seq: Seq,
        /// RCV.NXT of its receiver.
        rcv_nxt: Seq,
    },
    /// What begins with `seq` was in the other frame before.
    Repeats {
        /// The first sequence number that both carry.
        seq: Seq,
    },
}

/// How far a claim is proven.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// The arithmetic holds with the other frame.
    Verified,
    /// The other frame was not captured.
    Assumed,
    /// It does not hold: the step is not granted.
    Failed,
}

impl Status {
    /// The name in JSON.
    pub const fn slug(self) -> &'static str {
        match self {
            Status::Verified => "verified",
            Status::Assumed => "assumed",
            Status::Failed => "failed",
        }
    }
}

/// Up to two proofs, those of one segment.
#[derive(Clone, Copy)]
pub struct Proofs {
    proofs: [Proof; 2],
    len: u8,
}

impl Default for Proofs {
    fn default() -> Self {
        Proofs::NONE
    }
}

impl std::fmt::Debug for Proofs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Proofs {
    fn eq(&self, other: &Proofs) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Proofs {}

/// Stands where there is no proof.
const BLANK: Proof = Proof {
    step: Step::Reset,
    of: None,
    claim: Claim::AtRcvNxt { seq: Seq::new(0), rcv_nxt: Seq::new(0) },
    status: Status::Failed,
};

impl Proofs {
    /// No proof.
    pub const NONE: Proofs = Proofs { proofs: [BLANK; 2], len: 0 };

    /// Takes all proofs away.
    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds a proof; a third is dropped.
    pub fn push(&mut self, proof: Proof) {
        if let Some(slot) = self.proofs.get_mut(usize::from(self.len)) {
            *slot = proof;
            self.len += 1;
        }
    }

    /// In the order of the steps.
    pub fn iter(&self) -> impl Iterator<Item = &Proof> {
        self.proofs.iter().take(usize::from(self.len))
    }
}
