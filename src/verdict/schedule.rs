//! How a client repeats its SYN: its system's signature.

use std::time::Duration;

use crate::model::slugs;
use crate::track::Conversation;

/// A known schedule of retransmitted SYNs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Schedule {
    /// Several a second apart, then doubling: Linux since 6.5
    /// (`tcp_syn_linear_timeouts`), macOS.
    LinearThenDoubling,
    /// 1, 2, 4 … seconds: Linux before 6.5, Windows since 10 (RFC 6298 §2).
    DoublingFromOne,
    /// 3, 6, 12 … seconds: RFC 1122's initial time-out; Windows before 10, BSD.
    DoublingFromThree,
}

impl Schedule {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in JSON.
        slug {
            Self::LinearThenDoubling => "linear-then-doubling",
            Self::DoublingFromOne => "doubling-from-1s",
            Self::DoublingFromThree => "doubling-from-3s",
        }
    }

    /// The schedule of a conversation's SYNs, if there were enough to tell.
    pub fn of(conv: &Conversation) -> Option<Self> {
        let gaps = conv.rare.syn_gaps.iter().take((conv.syns.max(1) - 1) as usize);
        let gaps: Vec<u64> = gaps.map(|&gap| u64::from(gap)).collect();
        let is = |i: usize, seconds: u64| gaps.get(i).is_some_and(|&gap| near(gap, seconds * 1000));
        match gaps.len() {
            0 => None,
            _ if is(0, 3) => Some(Schedule::DoublingFromThree),
            1 => None,
            _ if is(0, 1) && is(1, 1) => Some(Schedule::LinearThenDoubling),
            _ if is(0, 1) && is(1, 2) => Some(Schedule::DoublingFromOne),
            _ => None,
        }
    }
}

/// Within a sixth: timers are late, never early by much.
fn near(gap: u64, wanted: u64) -> bool {
    gap.abs_diff(wanted) * 6 <= wanted
}

/// Where a capture was made, as the round trips tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Vantage {
    /// At or near the client: its ACK follows at once, the SYN-ACK takes the trip.
    Client,
    /// At or near the server.
    Server,
    /// Somewhere between.
    Between,
    /// Both ends are near: one machine, or one link.
    Local,
}

impl Vantage {
    /// The name in JSON.
    pub const fn slug(self) -> &'static str {
        match self {
            Vantage::Client => "client",
            Vantage::Server => "server",
            Vantage::Between => "between",
            Vantage::Local => "local",
        }
    }

    /// From the two halves of the handshake's round trip.
    pub(super) fn of(synack_rtt: Duration, ack_rtt: Duration) -> Self {
        let (far, near) = (synack_rtt.as_nanos(), ack_rtt.as_nanos());
        /// Below this a round trip is one of a machine or a link.
        const NEAR: u128 = 500_000;
        match (far < NEAR, near < NEAR) {
            (true, true) => Vantage::Local,
            _ if far > 4 * near => Vantage::Client,
            _ if near > 4 * far => Vantage::Server,
            _ => Vantage::Between,
        }
    }
}
