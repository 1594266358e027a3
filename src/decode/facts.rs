//! What a walk has found out about a segment before it reaches the TCP header.

use std::net::IpAddr;

use crate::model::{Arrival, Frame, IpMeta, ScopeId};

/// Source and destination address, where they stand in the header: cheaper to
/// pass along than two copies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Addresses<'a> {
    /// Of an IPv4 header.
    V4(&'a [u8; 8]),
    /// Of an IPv6 header.
    V6(&'a [u8; 32]),
}

impl Addresses<'_> {
    /// The sender's.
    pub(super) fn src(self) -> IpAddr {
        match self {
            Addresses::V4(&[a, b, c, d, ..]) => IpAddr::from([a, b, c, d]),
            Addresses::V6(both) => IpAddr::from(both.first_chunk().copied().unwrap_or([0_u8; 16])),
        }
    }

    /// The receiver's.
    pub(super) fn dst(self) -> IpAddr {
        match self {
            Addresses::V4(&[.., a, b, c, d]) => IpAddr::from([a, b, c, d]),
            Addresses::V6(both) => IpAddr::from(both.last_chunk().copied().unwrap_or([0_u8; 16])),
        }
    }

    /// Whether they are IPv6 addresses.
    pub(super) fn is_v6(self) -> bool {
        matches!(self, Addresses::V6(_))
    }
}

/// Facts of the innermost IP header so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct IpFacts<'a> {
    /// Source and destination.
    pub(super) addresses: Addresses<'a>,
    /// TTL and the like.
    pub(super) meta: IpMeta,
    /// The IPv6 payload length is 0: a jumbo payload option may give it.
    pub(super) jumbo: bool,
    /// The header may carry a source route, so that the destination address of
    /// the pseudo-header is another one.
    pub(super) routed: bool,
    /// Octets behind it in its own frame, if that holds the first of several fragments
    /// and came last; else 0.
    pub(super) first_piece: u16,
    /// What stands before the present position.
    pub(super) behind: Behind,
}

/// The last of the headers that follow one another in an IP packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Behind {
    /// The IP header.
    Header,
    /// An extension header.
    Extension,
    /// An authentication header (RFC 4302).
    Authentication,
}

impl IpFacts<'_> {
    /// No IP header yet.
    const NONE: IpFacts<'static> = IpFacts {
        addresses: Addresses::V4(&[0; 8]),
        meta: IpMeta { ttl: 0, id: None, ecn: 0, wrapped: false, hidden: false },
        jumbo: false,
        routed: false,
        first_piece: 0,
        behind: Behind::Header,
    };
}

/// What surrounds a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'w, 'a> {
    /// The frame.
    pub(super) frame: &'w Frame<'a>,
    /// Where a cooked capture says that the frame came by.
    pub(super) arrival: Option<Arrival>,
    /// Fingerprint of the link-layer addresses.
    pub(super) link_hash: u32,
    /// tcpdump does not print the segment as a plain line.
    pub(super) wrapped: bool,
    /// tcpdump does not look through a layer around it.
    pub(super) hidden: bool,
    /// The innermost IP header.
    pub(super) ip: IpFacts<'a>,
    /// VLANs and tunnels.
    pub(super) scope: ScopeId,
    /// In the first fragment of a datagram that is not complete.
    pub(super) first_fragment: bool,
    /// Fragments that the innermost reassembled datagram came in.
    pub(super) fragments: u16,
}

impl<'w, 'a> Facts<'w, 'a> {
    /// Before the first octet.
    #[inline]
    pub(super) fn new(frame: &'w Frame<'a>) -> Self {
        Facts {
            frame,
            arrival: None,
            link_hash: 0,
            wrapped: false,
            hidden: false,
            ip: IpFacts::NONE,
            scope: ScopeId::NONE,
            first_fragment: false,
            fragments: 0,
        }
    }
}
