//! Statistics in English.

use std::fmt::Write;

use crate::lang::units::Grouped;
use crate::lang::{Statistic, StatisticNote};
use crate::verdict::{Ending, Opening, ResetReason};

use super::plural;

pub(super) fn word(what: Statistic) -> &'static str {
    match what {
        Statistic::Service => "port",
        Statistic::All => "all",
        Statistic::Others => "others",
        Statistic::Conversations => "convs",
        Statistic::Attempts => "tries",
        Statistic::Opened => "opened",
        Statistic::Refused => "refused",
        Statistic::Rejected => "rejected",
        Statistic::Unanswered => "no answer",
        Statistic::HalfOpen => "half-open",
        Statistic::Resets => "reset",
        Statistic::SynsAgain => "SYN again",
        Statistic::Percentile(50) => "p50",
        Statistic::Percentile(90) => "p90",
        Statistic::Percentile(_) => "p99",
        Statistic::Longest => "longest",
        Statistic::ClientCloses => "client closes",
        Statistic::Exchanges => "exchanges",
        Statistic::Answered => "answered",
        Statistic::Unreachable => "unreachable",
        Statistic::Up => "↑ B",
        Statistic::Down => "↓ B",
        Statistic::Openings => "opened",
        Statistic::Opening(opening) => self::opening(opening),
        Statistic::Endings => "ended",
        Statistic::Ending(ending) => self::ending(ending),
        Statistic::Reasons => "reset because",
        Statistic::Reason(reason) => self::reason(reason),
        Statistic::Closers => "closed first",
        Statistic::Client => "client",
        Statistic::Server => "server",
        Statistic::Both => "both at once",
        Statistic::Trips => "round trip",
        Statistic::Comma => ", ",
        Statistic::FailingServers => "failing at",
        Statistic::FailingClients => "failing for",
    }
}

fn opening(opening: Opening) -> &'static str {
    match opening {
        Opening::Complete => "complete",
        Opening::Simultaneous => "simultaneous",
        Opening::FastOpen => "fast open",
        Opening::HalfOpen => "half-open",
        Opening::Refused => "refused",
        Opening::Rejected => "rejected",
        Opening::Unanswered => "no answer",
        Opening::Aborted => "aborted",
        Opening::NotCaptured => "not captured",
    }
}

fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Graceful => "graceful",
        Ending::HalfClosed => "half-closed",
        Ending::Closing => "closing",
        Ending::Reset => "reset",
        Ending::Open => "open",
        Ending::Expired => "evicted",
    }
}

fn reason(reason: ResetReason) -> &'static str {
    match reason {
        ResetReason::UnreadData => "data unread",
        ResetReason::ClosedSocket => "closed socket",
        ResetReason::HalfOpenDiscovery => "not known",
        ResetReason::Abort => "gave up",
        ResetReason::KeepAliveTimeout => "keep-alive",
        ResetReason::FinWait2Timeout => "FIN too late",
        ResetReason::NotAccepted => "not accepted",
        ResetReason::Forged => "forged?",
    }
}

pub(super) fn note(note: &StatisticNote, out: &mut String) {
    let _ = match *note {
        StatisticNote::Counted { services, conversations, attempts } => write!(
            out,
            "{}, {}, {} to open one",
            plural(services, "service", "services"),
            plural(conversations, "conversation", "conversations"),
            plural(attempts, "attempt", "attempts"),
        ),
        StatisticNote::CountedExchanges { services, exchanges, datagrams } => write!(
            out,
            "UDP: {}, {}, {}; times are those of first answers",
            plural(services, "service", "services"),
            plural(exchanges, "exchange", "exchanges"),
            plural(datagrams, "datagram", "datagrams"),
        ),
        StatisticNote::Syns { sent, again } => {
            write!(out, "{}, {} sent again", plural(sent, "SYN", "SYNs"), Grouped(again))
        }
        StatisticNote::Spread(failures) => {
            write!(out, "nobody stands out among {}", plural(failures, "failure", "failures"))
        }
    };
}
