//! What a segment *is*: its step in the conversation.

use std::time::Duration;

use crate::model::slugs;

/// What a segment does in its conversation. The slugs are stable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A SYN that asks for a connection.
    Syn {
        /// 1 for the first, 2 for its first retransmission …
        attempt: u32,
        /// Time since the attempt before.
        gap: Duration,
    },
    /// A SYN that crosses one from the other side.
    SimultaneousSyn,
    /// A SYN-ACK.
    SynAck {
        /// 1 for the first …
        attempt: u32,
    },
    /// The third step: acknowledges the SYN-ACK.
    HandshakeAck,
    /// A reset that answers a SYN.
    Refused,
    /// A reset from the client before the handshake was complete.
    ClientAbort,
    /// New payload.
    Data {
        /// Octets.
        len: u32,
    },
    /// Acknowledges something new, or nothing.
    Ack {
        /// Octets newly acknowledged.
        newly: u32,
    },
    /// An ACK that repeats the one before while data is in flight
    /// (RFC 5681 §2).
    DuplicateAck {
        /// How many in a row.
        nth: u32,
    },
    /// Only the window changed.
    WindowUpdate,
    /// The window is closed.
    ZeroWindow,
    /// One octet, or none, sent into a closed window.
    WindowProbe,
    /// Old octet, or none, that asks whether the peer is there
    /// (RFC 9293 §3.8.4).
    KeepAlive,
    /// Answers a keep-alive.
    KeepAliveAck,
    /// Octets, or a FIN, sent before.
    Retransmission {
        /// Why it was sent again.
        cause: Resend,
        /// Octets.
        len: u32,
    },
    /// Octets that should have come before others already seen.
    OutOfOrder {
        /// Octets.
        len: u32,
    },
    /// A FIN.
    Fin {
        /// Its place among the FINs.
        order: FinOrder,
        /// 1 for the first …
        attempt: u32,
    },
    /// Acknowledges a FIN.
    FinAck {
        /// The frame of that FIN.
        of: u64,
        /// It was acknowledged before, and came again.
        again: bool,
    },
    /// Acknowledges the FIN that was still open, both having been sent.
    LastAck {
        /// The frame of that FIN.
        of: u64,
        /// It was acknowledged before, and came again.
        again: bool,
    },
    /// A reset that the receiver accepts.
    Reset,
    /// A reset outside the window, or otherwise unacceptable.
    ResetIgnored {
        /// Why.
        why: Unacceptable,
    },
    /// A reset in the window but not exactly at RCV.NXT (RFC 5961 §3.2).
    ResetChallenged,
    /// The ACK that answers an unacceptable segment (RFC 5961 §3.2, §4.2).
    ChallengeAck,
    /// Belongs to no step.
    Stray(Stray),
}

/// Place of a FIN among the two of a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FinOrder {
    /// Its sender closes first.
    First,
    /// The other side had already closed.
    Second,
    /// Sent before the other side's FIN arrived.
    Simultaneous,
}

/// Why octets were sent again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resend {
    /// After three duplicate ACKs (RFC 5681 §3.2).
    Fast,
    /// After a time-out, or for a reason not seen.
    Timeout,
    /// They were already acknowledged.
    Spurious,
}

/// Why a reset has no effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unacceptable {
    /// Sequence number outside the window.
    OutsideWindow,
    /// It answers a SYN but does not acknowledge it (RFC 9293 §3.10.7.3).
    WrongAck,
    /// Checksum wrong, from a host whose checksums are otherwise right.
    BadChecksum,
}

/// Why a segment belongs to no step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stray {
    /// The conversation was over.
    AfterClose,
    /// Flags that no segment of a connection has (none, or FIN without ACK,
    /// or SYN with FIN or RST).
    OddFlags,
    /// A SYN inside an open connection, which goes on.
    SynInside,
    /// Beyond everything that its receiver could take.
    OutsideWindow,
    /// A SYN-ACK whose acknowledgment fits no SYN.
    WrongAck,
    /// The very datagram again, on the same path: the network doubled it.
    Duplicated,
    /// A second copy of a captured frame.
    Copy,
}

impl FinOrder {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in conversation texts.
        slug {
            Self::First => "first",
            Self::Second => "second",
            Self::Simultaneous => "simultaneous",
        }
    }
}

impl Resend {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in conversation texts.
        slug {
            Self::Fast => "fast",
            Self::Timeout => "timeout",
            Self::Spurious => "spurious",
        }
    }
}

impl Unacceptable {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in conversation texts.
        slug {
            Self::OutsideWindow => "outside-window",
            Self::WrongAck => "wrong-ack",
            Self::BadChecksum => "bad-checksum",
        }
    }
}

impl Stray {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in conversation texts.
        slug {
            Self::AfterClose => "after-close",
            Self::OddFlags => "odd-flags",
            Self::SynInside => "syn-inside",
            Self::OutsideWindow => "outside-window",
            Self::WrongAck => "wrong-ack",
            Self::Duplicated => "duplicated",
            Self::Copy => "copy",
        }
    }
}

impl Step {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in JSON and in `explain`; never translated.
        slug {
            Step::Syn { .. } => "syn",
            Step::SimultaneousSyn => "simultaneous-syn",
            Step::SynAck { .. } => "syn-ack",
            Step::HandshakeAck => "handshake-ack",
            Step::Refused => "refused",
            Step::ClientAbort => "client-abort",
            Step::Data { .. } => "data",
            Step::Ack { .. } => "ack",
            Step::DuplicateAck { .. } => "duplicate-ack",
            Step::WindowUpdate => "window-update",
            Step::ZeroWindow => "zero-window",
            Step::WindowProbe => "window-probe",
            Step::KeepAlive => "keep-alive",
            Step::KeepAliveAck => "keep-alive-ack",
            Step::Retransmission { .. } => "retransmission",
            Step::OutOfOrder { .. } => "out-of-order",
            Step::Fin { .. } => "fin",
            Step::FinAck { .. } => "fin-ack",
            Step::LastAck { .. } => "last-ack",
            Step::Reset => "reset",
            Step::ResetIgnored { .. } => "reset-ignored",
            Step::ResetChallenged => "reset-challenged",
            Step::ChallengeAck => "challenge-ack",
            Step::Stray(_) => "stray",
        }
    }

    /// Why octets were sent again, if they were.
    pub const fn resend(&self) -> Option<Resend> {
        match self {
            Step::Retransmission { cause, .. } => Some(*cause),
            _ => None,
        }
    }

    /// Whether it belongs to the opening or the closing (or breaks the
    /// conversation): such rows are never folded away.
    pub const fn is_landmark(&self) -> bool {
        !matches!(
            self,
            Step::Data { .. }
                | Step::Ack { .. }
                | Step::DuplicateAck { .. }
                | Step::WindowUpdate
                | Step::Retransmission { .. }
                | Step::OutOfOrder { .. }
                | Step::KeepAlive
                | Step::KeepAliveAck
                | Step::WindowProbe
                | Step::ZeroWindow
                | Step::Stray(Stray::Copy)
        )
    }
}

/// The steps of one segment: usually one, up to three (the acknowledgment of a
/// FIN that carries data and a FIN of its own).
#[derive(Clone, Copy)]
pub struct Steps {
    steps: [Step; 3],
    len: u8,
}

impl Default for Steps {
    fn default() -> Self {
        Steps::NONE
    }
}

impl std::fmt::Debug for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Steps {
    fn eq(&self, other: &Steps) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Steps {}

impl Steps {
    /// No step.
    pub const NONE: Steps = Steps { steps: [Step::Reset; 3], len: 0 };

    /// Takes all steps away.
    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds a step; a fourth is dropped.
    #[inline]
    pub fn push(&mut self, step: Step) {
        if let Some(slot) = self.steps.get_mut(usize::from(self.len)) {
            *slot = step;
            self.len += 1;
        }
    }

    /// Whether none was found yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// In the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().take(usize::from(self.len))
    }

    /// Whether one of them satisfies `test`.
    pub fn any(&self, test: impl FnMut(&Step) -> bool) -> bool {
        self.iter().any(test)
    }
}
