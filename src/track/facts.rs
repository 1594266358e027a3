//! The facts of a conversation that its verdict rests on.

use crate::model::{IcmpError, Seq};

use super::half::{Last, Sighting};
use super::state::Side;

/// How far the opening has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Only the client's SYN.
    SynSent,
    /// Both sides sent a SYN.
    Crossed,
    /// The server's SYN-ACK; no third segment yet.
    SynReceived,
    /// Open, or it was.
    Open(Opened),
    /// A reset answered the SYN.
    Refused,
    /// An ICMP error answered the SYN.
    Rejected,
    /// The client reset it before it was open.
    Aborted,
}

/// How a conversation came to be open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opened {
    /// SYN, SYN-ACK, ACK.
    Complete,
    /// Both sides sent a SYN (RFC 9293 §3.5, Figure 7).
    Simultaneous,
    /// Data in the SYN was accepted (RFC 7413).
    FastOpen,
    /// Before the capture began.
    NotCaptured,
}

/// A reset that ended the conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResetFacts {
    /// Who sent it.
    pub by: Side,
    /// Where.
    pub seen: Sighting,
    /// Its sequence number.
    pub seq: Seq,
    /// Exactly at RCV.NXT; else merely in the window, and nothing that came
    /// later contradicts it.
    pub exact: bool,
    /// Octets that its sender had sent and the other had not acknowledged.
    pub in_doubt: u32,
    /// Octets of the other side that the resetting side never acknowledged.
    pub unread: u32,
    /// Without ACK: it answers a segment for which there is no connection.
    pub bare: bool,
    /// Its sender had sent its FIN before.
    pub after_own_fin: bool,
    /// The other side had sent its FIN before.
    pub after_peer_fin: bool,
    /// What it answers: the last segment of the other side, if that came last.
    pub answers: Last,
    /// Keep-alives of its sender had gone unanswered.
    pub keep_alive_failed: bool,
    /// It stands at its sender's own SND.NXT and has ACK: the sender has given up,
    /// whether or not the other side accepts it.
    pub own: bool,
    /// Its sender went on with new octets: it was not its own.
    pub disowned: bool,
    /// Its TTL is none that its sender's segments had before.
    pub ttl_odd: bool,
}

/// An ICMP error about this conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rejection {
    /// The error.
    pub error: IcmpError,
}

/// Why a conversation left the tracker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// It was over, and nothing more came.
    Over,
    /// The same ports were used again.
    Reused,
    /// Evicted by a limit.
    Evicted,
    /// Nothing came of it for too long.
    Idle,
    /// The capture ended.
    CaptureEnd,
}
