//! The sides of a conversation and the states they go through.

use crate::model::slugs;

/// Which end of a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Side {
    /// The end that opened it, or is taken to have.
    Client = 0,
    /// The other end.
    Server = 1,
}

impl Side {
    /// Both sides, client first.
    pub const BOTH: [Side; 2] = [Side::Client, Side::Server];

    /// The opposite side.
    #[must_use]
    pub const fn other(self) -> Side {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }

    /// The name in JSON.
    pub const fn slug(self) -> &'static str {
        match self {
            Side::Client => "client",
            Side::Server => "server",
        }
    }
}

/// Where the roles of client and server come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Roles {
    /// The client was seen sending its SYN.
    Seen,
    /// The server was seen sending a SYN-ACK.
    Inferred,
    /// By the port numbers, or by who spoke first.
    Guessed,
}

impl Roles {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in JSON.
        slug {
            Self::Seen => "seen",
            Self::Inferred => "inferred",
            Self::Guessed => "guessed",
        }
    }
}

/// State of one endpoint (RFC 9293 §3.3.2), inferred as if each captured
/// segment arrived.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Waits for a SYN.
    Listen,
    /// Has sent a SYN.
    SynSent,
    /// Has sent and received a SYN; its own is not acknowledged yet.
    SynReceived,
    /// Open.
    Established,
    /// Has sent the first FIN.
    FinWait1,
    /// Its FIN is acknowledged; the other may still send.
    FinWait2,
    /// Has received a FIN; may still send.
    CloseWait,
    /// Both sent FINs that crossed; its own is not acknowledged.
    Closing,
    /// Has sent the second FIN.
    LastAck,
    /// Waits 2 MSL.
    TimeWait,
    /// No connection.
    Closed,
}

impl State {
    /// All of them, in the order of their numbers.
    pub const ALL: [State; 11] = [
        State::Listen,
        State::SynSent,
        State::SynReceived,
        State::Established,
        State::FinWait1,
        State::FinWait2,
        State::CloseWait,
        State::Closing,
        State::LastAck,
        State::TimeWait,
        State::Closed,
    ];

    slugs! {
        /// All names.
        NAMES;
        /// The RFC's name, also used in JSON; never translated.
        name {
            Self::Listen => "LISTEN",
            Self::SynSent => "SYN-SENT",
            Self::SynReceived => "SYN-RECEIVED",
            Self::Established => "ESTABLISHED",
            Self::FinWait1 => "FIN-WAIT-1",
            Self::FinWait2 => "FIN-WAIT-2",
            Self::CloseWait => "CLOSE-WAIT",
            Self::Closing => "CLOSING",
            Self::LastAck => "LAST-ACK",
            Self::TimeWait => "TIME-WAIT",
            Self::Closed => "CLOSED",
        }
    }

    /// After sending a FIN.
    #[must_use]
    pub const fn sends_fin(self) -> State {
        match self {
            State::Listen | State::SynSent | State::SynReceived | State::Established => State::FinWait1,
            State::CloseWait => State::LastAck,
            other => other,
        }
    }

    /// After receiving a FIN with everything before it. An acknowledgment of
    /// the own FIN in the same segment is applied before.
    #[must_use]
    pub const fn receives_fin(self) -> State {
        match self {
            State::Listen | State::SynSent | State::SynReceived | State::Established => State::CloseWait,
            State::FinWait1 => State::Closing,
            State::FinWait2 => State::TimeWait,
            other => other,
        }
    }

    /// After receiving the acknowledgment of the own FIN.
    #[must_use]
    pub const fn fin_acked(self) -> State {
        match self {
            State::FinWait1 => State::FinWait2,
            State::Closing => State::TimeWait,
            State::LastAck => State::Closed,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normal_close_goes_through_the_states_of_figure_12() {
        let active = State::Established.sends_fin();
        let passive = State::Established.receives_fin();
        assert_eq!((active, passive), (State::FinWait1, State::CloseWait));
        let active = active.fin_acked();
        let passive = passive.sends_fin();
        assert_eq!((active, passive), (State::FinWait2, State::LastAck));
        assert_eq!(active.receives_fin(), State::TimeWait);
        assert_eq!(passive.fin_acked(), State::Closed);
    }

    #[test]
    fn crossing_fins_lead_through_closing() {
        let side = State::Established.sends_fin().receives_fin();
        assert_eq!(side, State::Closing);
        assert_eq!(side.fin_acked(), State::TimeWait);
    }
}
