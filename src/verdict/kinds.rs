//! Verdicts without their details: what can be counted.

use super::{End, ResetReason, Verdict};
use crate::track::Opened;

/// How a conversation opened, or failed to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opening {
    /// SYN, SYN-ACK, ACK.
    Complete,
    /// Both sides sent a SYN.
    Simultaneous,
    /// Data in the SYN was accepted.
    FastOpen,
    /// A SYN-ACK, but no third segment.
    HalfOpen,
    /// A reset answered the SYN.
    Refused,
    /// An ICMP error answered the SYN.
    Rejected,
    /// Nothing answered the SYN.
    Unanswered,
    /// The client reset it before it was open.
    Aborted,
    /// It was open before the capture began.
    NotCaptured,
}

impl Opening {
    /// All of them, those that succeeded first.
    pub const ALL: [Opening; 9] = [
        Opening::Complete,
        Opening::Simultaneous,
        Opening::FastOpen,
        Opening::HalfOpen,
        Opening::Refused,
        Opening::Rejected,
        Opening::Unanswered,
        Opening::Aborted,
        Opening::NotCaptured,
    ];

    /// Of a verdict.
    pub const fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Unanswered { .. } => Opening::Unanswered,
            Verdict::Refused => Opening::Refused,
            Verdict::Rejected(_) => Opening::Rejected,
            Verdict::Aborted(_) => Opening::Aborted,
            Verdict::HalfOpen { .. } => Opening::HalfOpen,
            Verdict::Opened { how, .. } => match how {
                Opened::Complete => Opening::Complete,
                Opened::Simultaneous => Opening::Simultaneous,
                Opened::FastOpen => Opening::FastOpen,
                Opened::NotCaptured => Opening::NotCaptured,
            },
        }
    }

    /// The slug: that of [`Verdict::opening`].
    pub const fn slug(self) -> &'static str {
        match self {
            Opening::Complete => "complete",
            Opening::Simultaneous => "simultaneous",
            Opening::FastOpen => "fast-open",
            Opening::HalfOpen => "half-open",
            Opening::Refused => "refused",
            Opening::Rejected => "rejected",
            Opening::Unanswered => "unanswered",
            Opening::Aborted => "aborted",
            Opening::NotCaptured => "not-captured",
        }
    }

    /// Whether an attempt succeeded; one whose opening was not captured is none.
    pub const fn succeeded(self) -> bool {
        matches!(self, Opening::Complete | Opening::Simultaneous | Opening::FastOpen)
    }
}

/// How an opened conversation ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// Both FINs acknowledged.
    Graceful,
    /// One FIN, the other never sent.
    HalfClosed,
    /// Both FINs, an acknowledgment missing.
    Closing,
    /// A reset.
    Reset,
    /// Still open when the capture ends.
    Open,
    /// Evicted by a limit while open, or given up after a long silence.
    Expired,
}

impl Ending {
    /// All of them.
    pub const ALL: [Ending; 6] =
        [Ending::Graceful, Ending::HalfClosed, Ending::Closing, Ending::Reset, Ending::Open, Ending::Expired];

    /// Of an ending.
    pub const fn of(end: &End) -> Self {
        match end {
            End::Graceful(_) => Ending::Graceful,
            End::HalfClosed { .. } => Ending::HalfClosed,
            End::Closing { .. } => Ending::Closing,
            End::Reset(..) => Ending::Reset,
            End::Open => Ending::Open,
            End::Expired => Ending::Expired,
        }
    }

    /// The slug: that of [`End::slug`].
    pub const fn slug(self) -> &'static str {
        match self {
            Ending::Graceful => "graceful",
            Ending::HalfClosed => "half-closed",
            Ending::Closing => "closing",
            Ending::Reset => "reset",
            Ending::Open => "open",
            Ending::Expired => "expired",
        }
    }
}

impl ResetReason {
    /// All of them.
    pub const ALL: [ResetReason; 8] = [
        ResetReason::UnreadData,
        ResetReason::ClosedSocket,
        ResetReason::HalfOpenDiscovery,
        ResetReason::Abort,
        ResetReason::KeepAliveTimeout,
        ResetReason::FinWait2Timeout,
        ResetReason::NotAccepted,
        ResetReason::Forged,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_stands_at_its_own_index() {
        assert!(Opening::ALL.into_iter().enumerate().all(|(i, kind)| kind as usize == i));
        assert!(Ending::ALL.into_iter().enumerate().all(|(i, kind)| kind as usize == i));
        assert!(ResetReason::ALL.into_iter().enumerate().all(|(i, kind)| kind as usize == i));
    }

    #[test]
    fn slugs_are_those_of_the_verdict() {
        let verdict = Verdict::Opened { how: Opened::FastOpen, end: End::Expired };
        assert_eq!(Opening::of(&verdict).slug(), verdict.opening());
        assert_eq!(Some(Ending::of(&End::Expired).slug()), verdict.ending());
        for verdict in [Verdict::Refused, Verdict::HalfOpen { synacks: 1, reset: false }] {
            assert_eq!(Opening::of(&verdict).slug(), verdict.opening());
            assert!(!Opening::of(&verdict).succeeded());
        }
    }
}
