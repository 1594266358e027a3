//! The verdict on a conversation: how it opened, how it ended. Pure: facts in,
//! judgement out.

mod confidence;
mod dialects;
mod kinds;
mod negotiated;
mod schedule;
mod times;

use std::time::Duration;

use crate::model::{IcmpError, slugs};
use crate::track::{Conversation, Ended, Last, Mark, Opened, Phase, ResetFacts, Side};

pub use confidence::Confidence;
pub use dialects::conn_state;
pub use kinds::{Ending, Opening};
pub use negotiated::{Ecn, InForce, Negotiated};
pub use schedule::{Schedule, Vantage};
pub use times::{TIME_WAIT_LINUX, Times};

/// What became of a conversation. Only one that was opened can have an ending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing answered the SYN.
    Unanswered {
        /// SYNs sent.
        tries: u32,
        /// From the first to the last.
        over: Duration,
    },
    /// A reset answered the SYN.
    Refused,
    /// An ICMP error answered the SYN.
    Rejected(IcmpError),
    /// The client reset it before it was open.
    Aborted(ResetFacts),
    /// A SYN-ACK, but no third segment.
    HalfOpen {
        /// SYN-ACKs sent.
        synacks: u32,
        /// The server gave up with a reset.
        reset: bool,
    },
    /// The connection was open.
    Opened {
        /// How it opened.
        how: Opened,
        /// How it ended.
        end: End,
    },
}

/// How an opened conversation ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Both FINs acknowledged.
    Graceful(Close),
    /// One FIN acknowledged, the other never sent.
    HalfClosed {
        /// Who closed.
        by: Side,
        /// Its FIN was acknowledged.
        acked: bool,
    },
    /// Both FINs seen, an acknowledgment missing.
    Closing {
        /// Who sent the first FIN.
        by: Side,
        /// Whose FIN is not acknowledged.
        unacked: Side,
    },
    /// A reset ended it.
    Reset(ResetFacts, ResetReason),
    /// Still open when the capture ends.
    Open,
    /// Evicted by a limit while open, or given up after a long silence.
    Expired,
}

/// An orderly close.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Close {
    /// Who sent the first FIN.
    pub by: Side,
    /// Segments that it took: 3 or 4; 2 for a connection to itself.
    pub segments: u8,
    /// Both FINs were sent before either arrived.
    pub simultaneous: bool,
    /// Who waits 2 MSL.
    pub time_wait: TimeWait,
}

/// Who is left in TIME-WAIT.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeWait {
    /// The side that closed first.
    One(Side),
    /// Both: the close was simultaneous.
    Both,
}

/// Why a connection was probably reset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResetReason {
    /// The resetting side had not read everything (RFC 2525 §2.17).
    UnreadData,
    /// Data came for a socket that was already closed.
    ClosedSocket,
    /// The side that resets no longer knew the connection: it answers a
    /// segment of it (RFC 9293 §3.5.1).
    HalfOpenDiscovery,
    /// The application gave up the connection (`SO_LINGER` 0, or it died).
    Abort,
    /// Keep-alives went unanswered (RFC 9293 §3.8.4).
    KeepAliveTimeout,
    /// Its sender had waited in FIN-WAIT-2 for a FIN, and forgotten the connection
    /// before it came.
    FinWait2Timeout,
    /// It answers the third segment: the listener had no room, or was gone.
    NotAccepted,
    /// It does not look like its sender's: another TTL, nothing asked for it, or
    /// its sender went on.
    Forged,
}

impl ResetReason {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in JSON.
        slug {
            Self::UnreadData => "unread-data",
            Self::ClosedSocket => "closed-socket",
            Self::HalfOpenDiscovery => "half-open-discovery",
            Self::Abort => "abort",
            Self::KeepAliveTimeout => "keep-alive-timeout",
            Self::FinWait2Timeout => "fin-wait-2-timeout",
            Self::NotAccepted => "not-accepted",
            Self::Forged => "forged",
        }
    }
}

impl Verdict {
    slugs! {
        /// The slugs of all openings.
        OPENINGS;
        /// The slug of the opening (JSON, `--expect`, `explain`).
        opening {
            Self::Unanswered { .. } => "unanswered",
            Self::Refused => "refused",
            Self::Rejected(_) => "rejected",
            Self::Aborted(_) => "aborted",
            Self::HalfOpen { .. } => "half-open",
            Self::Opened { how: Opened::Complete, .. } => "complete",
            Self::Opened { how: Opened::Simultaneous, .. } => "simultaneous",
            Self::Opened { how: Opened::FastOpen, .. } => "fast-open",
            Self::Opened { how: Opened::NotCaptured, .. } => "not-captured",
        }
    }

    /// The slug of the ending, if it was ever open.
    pub const fn ending(&self) -> Option<&'static str> {
        match self {
            Verdict::Opened { end, .. } => Some(end.slug()),
            _ => None,
        }
    }

    /// How it ended, if it was ever open.
    pub const fn end(&self) -> Option<&End> {
        match self {
            Verdict::Opened { end, .. } => Some(end),
            _ => None,
        }
    }

    /// Who sent the first FIN.
    pub const fn first_closer(&self) -> Option<Side> {
        match self.end() {
            Some(End::Graceful(close)) => Some(close.by),
            Some(End::HalfClosed { by, .. } | End::Closing { by, .. }) => Some(*by),
            _ => None,
        }
    }

    /// Who reset it.
    pub const fn reset_by(&self) -> Option<Side> {
        match self {
            Verdict::Aborted(reset) => Some(reset.by),
            Verdict::Opened { end: End::Reset(reset, _), .. } => Some(reset.by),
            _ => None,
        }
    }
}

impl End {
    slugs! {
        /// All names.
        SLUGS;
        /// The slug (JSON, `--expect`, `explain`).
        slug {
            Self::Graceful(_) => "graceful",
            Self::HalfClosed { .. } => "half-closed",
            Self::Closing { .. } => "closing",
            Self::Reset(..) => "reset",
            Self::Open => "open",
            Self::Expired => "expired",
        }
    }
}

/// Judges a conversation that has left the tracker for the given reason.
pub fn judge(conv: &Conversation, ended: Ended) -> Verdict {
    match conv.phase {
        Phase::Crossed if conv.synacks == 0 && Side::BOTH.iter().all(|&s| conv.side(s).acked.is_none()) => {
            unanswered(conv)
        }
        Phase::SynSent => unanswered(conv),
        Phase::SynReceived | Phase::Crossed => {
            Verdict::HalfOpen { synacks: conv.synacks, reset: conv.reset().is_some() }
        }
        Phase::Refused => Verdict::Refused,
        Phase::Rejected => match &conv.rare.rejection {
            Some(rejection) => Verdict::Rejected(rejection.error),
            None => unanswered(conv),
        },
        Phase::Aborted => conv.reset().map_or_else(|| unanswered(conv), Verdict::Aborted),
        Phase::Open(how) => Verdict::Opened { how, end: end(conv, ended) },
    }
}

fn unanswered(conv: &Conversation) -> Verdict {
    let over = match (conv.syn, conv.last_syn()) {
        (Some(first), Some(last)) => last.at.since(first.at),
        _ => Duration::ZERO,
    };
    Verdict::Unanswered { tries: conv.syns, over }
}

fn end(conv: &Conversation, ended: Ended) -> End {
    let acked = |side: Side| conv.side(side).fin_acked();
    let sent = |side: Side| conv.side(side).fin.is_some();
    if conv.are_fins_acked() {
        return End::Graceful(close(conv));
    }
    if let Some(reset) = conv.reset() {
        return End::Reset(reset, reason(conv, &reset));
    }
    match (conv.first_closer, sent(Side::Client) && sent(Side::Server)) {
        (Some(by), true) => {
            let unacked = if acked(Side::Client) { Side::Server } else { Side::Client };
            End::Closing { by, unacked }
        }
        (Some(by), false) => End::HalfClosed { by, acked: acked(by) },
        (None, _) if matches!(ended, Ended::Evicted | Ended::Idle) => End::Expired,
        (None, _) => End::Open,
    }
}

fn close(conv: &Conversation) -> Close {
    let by = conv.first_closer.unwrap_or(Side::Client);
    let segments = match (conv.marks.has(Mark::SelfConnect), conv.fin_on_ack) {
        (true, _) => 2,
        (false, true) => 3,
        (false, false) => 4,
    };
    let simultaneous = conv.crossed_fins;
    let time_wait = if simultaneous { TimeWait::Both } else { TimeWait::One(by) };
    Close { by, segments, simultaneous, time_wait }
}

/// Whether the server has said nothing but its SYN-ACK and this reset, and the
/// client nothing but the handshake.
fn rejects_third(conv: &Conversation, reset: &ResetFacts) -> bool {
    let quiet =
        Side::BOTH.into_iter().all(|side| conv.side(side).bytes == 0 && conv.side(side).fin.is_none());
    reset.by == Side::Server && quiet && conv.synacks > 0
}

/// No system leaves FIN-WAIT-2 sooner of itself; Linux waits 60 s
/// (`tcp_fin_timeout`).
const FORGETS: Duration = Duration::from_secs(1);

/// Why a connection was probably reset. The first row that fits decides.
fn reason(conv: &Conversation, reset: &ResetFacts) -> ResetReason {
    // What the other side sent last may have been acknowledged by the kernel, yet
    // never read: the resetting side did not say anything since.
    let last = |side: Side| conv.side(side).last_data;
    let unread = reset.unread > 0 || last(reset.by.other()) > last(reset.by);
    let since_fin = conv.side(reset.by).fin.map_or(Duration::ZERO, |fin| reset.seen.at.since(fin.first.at));
    // A closed socket answers with a bare reset at the number that the segment
    // acknowledged; a load balancer does so in the server's place, with a TTL of its own.
    let closed = reset.bare && reset.after_own_fin && !reset.disowned;
    let data = reset.answers == Last::Data || reset.answers == Last::Fin && reset.unread > 0;
    match (reset.bare, reset.after_own_fin, reset.answers) {
        _ if closed && data => ResetReason::ClosedSocket,
        _ if reset.ttl_odd || reset.disowned => ResetReason::Forged,
        _ if reset.keep_alive_failed => ResetReason::KeepAliveTimeout,
        (true, false, Last::Other) if rejects_third(conv, reset) => ResetReason::NotAccepted,
        (true, true, Last::Fin) if since_fin >= FORGETS => ResetReason::FinWait2Timeout,
        (true, _, Last::Other | Last::Data | Last::Fin) => ResetReason::HalfOpenDiscovery,
        // Nothing asked for it, and a host that gives up a connection sets ACK.
        (true, _, Last::Nothing) => ResetReason::Forged,
        // The answer to a segment without ACK (RFC 9293 §3.5.2), which was not captured.
        (false, ..) if reset.seq.raw() == 0 && conv.begins_with_reset() => ResetReason::HalfOpenDiscovery,
        (false, ..) if unread => ResetReason::UnreadData,
        (false, ..) => ResetReason::Abort,
    }
}
