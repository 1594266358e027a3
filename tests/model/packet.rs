//! A segment on the wire, with what its sender knows of it.

use hsanalyze::model::{Flags, Seq};

/// Why a side sent a reset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// Answers a segment for which there is no connection (RFC 9293 §3.5.2, 1).
    NoConnection,
    /// Answers an acknowledgment of what was never sent; the connection that
    /// sends it goes on (RFC 9293 §3.5.2, 2).
    BadAck,
    /// The application aborts, or closes with unread data (RFC 9293 §3.10.5).
    Abort,
    /// Data came after close() (RFC 1122 §4.2.2.13).
    ClosedSocket,
    /// Retransmissions were in vain (RFC 9293 §3.8.3, R2).
    GaveUp,
}

/// A segment. `seq_off` and `ack_off` are its numbers as distances from the
/// ISNs of the connection that they speak of; `None` if they speak of none.
#[derive(Clone, Debug)]
pub struct Packet {
    /// Which host sent it, 0 or 1.
    pub from: usize,
    /// The connection that its numbers belong to.
    pub inc: usize,
    /// How many times the passive side had begun this connection anew.
    pub generation: u32,
    pub seq: Seq,
    pub ack: Seq,
    pub flags: Flags,
    pub len: u32,
    pub window: u16,
    pub id: u16,
    pub seq_off: Option<i64>,
    pub ack_off: Option<i64>,
    pub why: Option<Why>,
}

impl Packet {
    pub fn span(&self) -> u32 {
        self.len + u32::from(self.flags.syn()) + u32::from(self.flags.fin())
    }

    /// Offset after its last number.
    pub fn end_off(&self) -> Option<i64> {
        self.seq_off.map(|seq| seq + i64::from(self.span()))
    }

    /// Offset of its FIN.
    pub fn fin_off(&self) -> Option<i64> {
        self.flags.fin().then(|| self.end_off().map(|end| end - 1)).flatten()
    }

    /// What it acknowledges, if it does; a reset's number acknowledges nothing.
    pub fn acks(&self) -> Option<i64> {
        (self.flags.ack() && !self.flags.rst()).then_some(self.ack_off).flatten()
    }

    pub fn bare_syn(&self) -> bool {
        self.flags.syn() && !self.flags.ack()
    }

    pub fn syn_ack(&self) -> bool {
        self.flags.syn() && self.flags.ack()
    }
}

/// A captured packet: when it passed the capture point, and what became of it.
#[derive(Clone, Debug)]
pub struct Captured {
    pub at: u64,
    pub packet: Packet,
    /// Its receiver ended the connection because of it.
    pub killed: bool,
}
