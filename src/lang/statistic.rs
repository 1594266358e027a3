//! What statistics speak of.

use crate::verdict::{Ending, Opening, ResetReason};

/// A word of the statistics: the head of a column, a row, or a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Statistic {
    /// The server's port.
    Service,
    /// All services.
    All,
    /// All services without a row.
    Others,
    /// Conversations.
    Conversations,
    /// Conversations whose opening was captured.
    Attempts,
    /// Share of attempts that succeeded.
    Opened,
    /// Attempts that a reset answered.
    Refused,
    /// Attempts that an ICMP error answered.
    Rejected,
    /// Attempts that nothing answered.
    Unanswered,
    /// Attempts with a SYN-ACK and no third segment.
    HalfOpen,
    /// Opened conversations that a reset ended.
    Resets,
    /// Share of SYNs that were sent again.
    SynsAgain,
    /// Round trip of the handshake: so many of a hundred do not exceed it.
    Percentile(u8),
    /// The longest of them.
    Longest,
    /// Share of first FINs that were the client's.
    ClientCloses,
    /// Exchanges of UDP datagrams.
    Exchanges,
    /// Share of exchanges in which something came back.
    Answered,
    /// Exchanges that an ICMP error was about.
    Unreachable,
    /// Octets from clients.
    Up,
    /// Octets from servers.
    Down,
    /// The section of how conversations opened.
    Openings,
    /// One way.
    Opening(Opening),
    /// The section of how they ended.
    Endings,
    /// One way.
    Ending(Ending),
    /// The section of why they were reset.
    Reasons,
    /// One reason.
    Reason(ResetReason),
    /// The section of who closed first.
    Closers,
    /// The client.
    Client,
    /// The server.
    Server,
    /// Both at once.
    Both,
    /// The section of the round trips of handshakes.
    Trips,
    /// Between two of a list.
    Comma,
    /// The section of servers that attempts failed at.
    FailingServers,
    /// The section of clients whose attempts failed.
    FailingClients,
}

/// A sentence of the statistics.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatisticNote {
    /// What was counted.
    Counted {
        /// Services.
        services: u64,
        /// Conversations.
        conversations: u64,
        /// Those among them whose opening was captured.
        attempts: u64,
    },
    /// What was counted of UDP.
    CountedExchanges {
        /// Services.
        services: u64,
        /// Exchanges.
        exchanges: u64,
        /// Datagrams.
        datagrams: u64,
    },
    /// SYNs.
    Syns {
        /// Sent by clients.
        sent: u64,
        /// Those that were sent again.
        again: u64,
    },
    /// None of so many failures has a peer that stands out.
    Spread(u64),
}
