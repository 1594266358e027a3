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

    /// The schedule of a conversation's SYNs, if there were enough to tell, and all of
    /// them keep to it: a SYN that was not captured makes one schedule look like another.
    pub fn of(conv: &Conversation) -> Option<Self> {
        let count = conv.syns.saturating_sub(1) as usize;
        Schedule::of_gaps(conv.rare.syn_gaps.get(..count).unwrap_or(&conv.rare.syn_gaps))
    }

    /// From the milliseconds between the SYNs, of which 65,535 are as many as can be
    /// noted.
    fn of_gaps(gaps: &[u16]) -> Option<Self> {
        let seconds = |gap: u16, wanted: u64| near(gap, wanted * 1000);
        let seconds_apart = gaps.iter().take_while(|&&gap| seconds(gap, 1)).count();
        let doubled = gaps.get(seconds_apart.saturating_sub(1)..).unwrap_or_default();
        let doubles = |pair: &[u16]| near(pair[1], u64::from(pair[0]) * 2);
        match *gaps.first()? {
            _ if gaps.len() < 2 || !doubled.windows(2).all(doubles) => None,
            first if seconds(first, 3) => Some(Schedule::DoublingFromThree),
            _ if seconds_apart > 1 => Some(Schedule::LinearThenDoubling),
            _ if seconds_apart == 1 => Some(Schedule::DoublingFromOne),
            _ => None,
        }
    }
}

/// Within a sixth: timers are late, never early by much.
fn near(gap: u16, wanted: u64) -> bool {
    let wanted = wanted.min(u16::MAX.into());
    u64::from(gap).abs_diff(wanted) * 6 <= wanted
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_gaps_keep_to_a_schedule() {
        let linear = Some(Schedule::LinearThenDoubling);
        let (one, three) = (Some(Schedule::DoublingFromOne), Some(Schedule::DoublingFromThree));
        let all: [(&[u16], _); 13] = [
            (&[1028, 1024, 1024, 1023, 2048, 4096, 8192, 16_128], linear),
            (&[1000, 1000], linear),
            (&[1020, 2040, 4100, 8200, 16_200, 33_000, 65_000, 65_535], one),
            (&[1000, 2000], one),
            (&[3000, 6000, 12_000], three),
            // A SYN among them was not captured.
            (&[1028, 2048, 1024, 1023, 2048, 4096], None),
            (&[1028, 1024, 1024, 3071, 4096], None),
            (&[1020, 6140, 8200], None),
            (&[3060, 4100, 8200], None),
            (&[3060], None),
            (&[1000], None),
            (&[200, 400], None),
            (&[], None),
        ];
        for (gaps, schedule) in all {
            assert_eq!(Schedule::of_gaps(gaps), schedule, "{gaps:?}");
        }
    }
}
