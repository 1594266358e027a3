//! Multipath TCP (RFC 8684): which TCP connections are subflows of one.

use std::num::NonZeroU64;

use sha2::{Digest, Sha256};

use crate::model::{Segment, TcpOption};

use super::conversation::Conversation;
use super::state::Side;

/// Tokens remembered, one or two of a connection; those of further connections are
/// not learned, so that their subflows stand alone.
const MAX_CONNECTIONS: usize = 65_536;

/// What the MPTCP option of a SYN or SYN-ACK says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mptcp {
    /// MP_CAPABLE: begins an MPTCP connection. A SYN-ACK tells the server's key.
    Capable,
    /// MP_JOIN: another subflow. A SYN tells the token of the receiver's key.
    Join,
}

impl Mptcp {
    /// From the octets after kind and length (RFC 8684 §3.1, §3.2).
    pub(super) fn of(octets: &[u8]) -> Option<Self> {
        match octets {
            [first, _flags, ..] if first >> 4 == 0 => Some(Mptcp::Capable),
            [first, ..] if first >> 4 == 1 => Some(Mptcp::Join),
            _ => None,
        }
    }

    /// The token in the MP_JOIN of a SYN: 10 octets after kind and length. A SYN-ACK's
    /// has an HMAC there.
    fn token(octets: &[u8]) -> Option<u32> {
        match octets {
            [first, _id, a, b, c, d, _, _, _, _] if first >> 4 == 1 => {
                Some(u32::from_be_bytes([*a, *b, *c, *d]))
            }
            _ => None,
        }
    }

    /// The sender's key in an MP_CAPABLE: a SYN of version 1 has none.
    fn key(octets: &[u8]) -> Option<u64> {
        let [first, _flags, key @ ..] = octets else { return None };
        let key = key.first_chunk().filter(|_| first >> 4 == 0)?;
        Some(u64::from_be_bytes(*key))
    }
}

/// The token of a key: the first 32 bits of its SHA-256 (RFC 8684 §3.2).
fn token(key: u64) -> u32 {
    let hash: [u8; 32] = Sha256::digest(key.to_be_bytes()).into();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

/// MPTCP connections by the tokens of both sides.
#[derive(Debug, Default)]
pub(super) struct Connections {
    by_token: std::collections::HashMap<u32, NonZeroU64>,
}

impl Connections {
    /// Learns the keys of a segment of the opening, and finds the connection that
    /// a subflow joins.
    pub fn note(&mut self, seg: &Segment<'_>, conv: &mut Conversation) {
        let Some(offer) = conv.side(Side::Client).offers.mptcp else { return };
        let mut said = seg.options().filter_map(|option| match option {
            Ok(TcpOption::Mptcp(octets)) => Some(octets),
            _ => None,
        });
        match offer {
            Mptcp::Join if conv.rare.mptcp.is_none() => {
                let own = seg.flags.syn() && conv.side(Side::Client).isn == Some(seg.seq);
                if own && let Some(token) = said.find_map(Mptcp::token) {
                    conv.rare.note().joins = Some(token);
                }
                if let Some(&first) = conv.rare.joins.and_then(|token| self.by_token.get(&token)) {
                    conv.rare.note().mptcp = Some(first);
                }
            }
            Mptcp::Capable if conv.segments() <= 4 => {
                let mut keys = said.filter_map(Mptcp::key).peekable();
                if !is_begun(conv, !seg.flags.syn() && keys.peek().is_some()) {
                    return;
                }
                let first = conv.rare.mptcp.or(NonZeroU64::new(conv.number));
                conv.rare.note().mptcp = first;
                for key in keys {
                    if self.by_token.len() < MAX_CONNECTIONS {
                        self.by_token.extend(first.map(|first| (token(key), first)));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether an MPTCP connection has begun: the SYN only asks, and a SYN-ACK without the
/// option declines (RFC 8684 §3.7). `third`: a segment that is no SYN repeats the keys,
/// which shows it if the SYN-ACK was not captured.
fn is_begun(conv: &Conversation, third: bool) -> bool {
    let server = conv.side(Side::Server);
    if server.isn_seen() { server.offers.mptcp == Some(Mptcp::Capable) } else { third }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::model::{Endpoint, Flags, IpMeta, Seq, Timestamp};
    use crate::track::{Limits, Tracker};

    #[test]
    fn the_token_of_a_real_key() {
        // fixtures/16_mptcp_join.pcap: the SYN-ACK's key, and the token that the
        // client's MP_JOIN names.
        assert_eq!(token(0xabc2_01ce_06f3_6ce6), 0x42e7_8f0c);
    }

    #[test]
    fn a_join_is_told_from_a_capable() {
        let join = [0x10, 1, 0x42, 0xe7, 0x8f, 0x0c, 1, 2, 3, 4];
        assert_eq!(Mptcp::of(&join), Some(Mptcp::Join));
        assert_eq!(Mptcp::token(&join), Some(0x42e7_8f0c));
        assert_eq!(Mptcp::token(&join[..8]), None);
        assert_eq!(Mptcp::of(&[0x01, 0x81]), Some(Mptcp::Capable));
        assert_eq!(Mptcp::key(&[0x01, 0x81]), None);
        assert_eq!(Mptcp::key(&[0x01, 0x81, 0, 0, 0, 0, 0, 0, 0, 9]), Some(9));
        assert_eq!(Mptcp::key(&join), None);
        assert_eq!(Mptcp::of(&[]), None);
    }

    /// The `n`th flow's SYN, or SYN-ACK, with these options.
    fn opening(n: u32, answer: bool, options: &[u8]) -> Segment<'_> {
        let [_, a, b, c] = n.to_be_bytes();
        let ends = [([10, a, b, c], 40_000), ([192, 0, 2, 1], 80)];
        let [client, server] = ends.map(|(addr, port)| Endpoint { addr: IpAddr::from(addr), port });
        let (src, dst) = if answer { (server, client) } else { (client, server) };
        Segment {
            frame: 1,
            at: Timestamp::from_nanos(1_000_000_000 + i64::from(n) * 1000),
            ip: IpMeta { ttl: 64, ..IpMeta::default() },
            seq: Seq::new(n),
            ack_field: Seq::new(if answer { n + 1 } else { 0 }),
            window: 1000,
            header_len: 20 + options.len() as u8,
            options,
            ..Segment::bare(src, dst, if answer { Flags::SYN.with(Flags::ACK) } else { Flags::SYN })
        }
    }

    #[test]
    fn so_many_tokens_are_known_and_the_first_ones_stay() {
        let mut tracker = Tracker::new(Limits::default());
        let last = MAX_CONNECTIONS as u32;
        // Some of them may share a token.
        for n in 0..last + 20 {
            tracker.push(&opening(n, false, &[30, 4, 1, 0x81]));
            let key = u64::from(n).to_be_bytes();
            tracker.push(&opening(n, true, &[&[30, 12, 1, 0x81][..], &key].concat()));
        }
        let mut joins = |key: u32| {
            let token = token(key.into()).to_be_bytes();
            let option = [&[30, 12, 0x10, 1][..], &token, &[1, 2, 3, 4]].concat();
            tracker.push(&opening(key + 0x10_0000, false, &option));
            tracker.current().unwrap().rare.mptcp.map(NonZeroU64::get)
        };
        assert_eq!([0, 7, last - 1].map(&mut joins), [Some(1), Some(8), Some(u64::from(last))]);
        assert_eq!(joins(last + 19), None);
    }
}
