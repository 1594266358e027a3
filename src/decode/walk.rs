//! The walk from the first octet of a frame to the TCP header, layer by layer.

use super::facts::Facts;
use super::fragment::Fragments;
use super::scope::{Parts, Scopes, outer};
use super::{ether, fragment, gre, icmp, ip, link, ppp, tcp, udp, wlan};
use crate::model::{Decoded, Frame, LinkType, ScopeId, ScopePart, Skip};

/// Layers followed in one frame, extension headers counted.
const MAX_LAYERS: usize = 24;

/// What stands at the walk's present position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// A frame of another link type.
    Link(LinkType),
    /// An Ethernet header.
    Ethernet,
    /// What an Ethertype announces.
    EtherType(u16),
    /// An IEEE 802.2 LLC header.
    Llc,
    /// An IEEE 802.11 header.
    Wlan,
    /// A PPP frame.
    Ppp,
    /// An MPLS label stack.
    Mpls,
    /// IPv4 or IPv6, as the version field says.
    Ip,
    /// An IPv4 header.
    Ipv4,
    /// An IPv6 header.
    Ipv6,
    /// What an IP protocol number announces.
    Protocol(u8),
    /// The payload of a UDP datagram.
    Datagram {
        /// Source port.
        src: u16,
        /// Destination port.
        dst: u16,
        /// The length field.
        len: u16,
    },
}

/// Where the walk leads from here.
pub(super) type Step = Result<Next, Skip>;

/// The state of one walk.
pub(super) struct Walk<'w, 'a> {
    /// What is known so far.
    pub(super) facts: Facts<'w, 'a>,
    /// Captured octets from the present position on.
    pub(super) data: &'a [u8],
    /// Octets on the wire from the present position on, at least `data.len()`.
    pub(super) wire: u32,
    /// IP headers met.
    pub(super) ip_headers: u32,
    /// UDP datagrams, and ICMP errors about them, are wanted.
    pub(super) datagrams: bool,
    /// Scope so far.
    parts: &'w mut Parts,
    scopes: &'w mut Scopes,
    pending: &'w mut Fragments,
    /// Buffers for reassembled datagrams, one a nesting level.
    buffers: std::slice::IterMut<'a, Vec<u8>>,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// A walk that stands at the first octet of the frame.
    pub(super) fn new(
        frame: &'w Frame<'a>,
        parts: &'w mut Parts,
        scopes: &'w mut Scopes,
        pending: &'w mut Fragments,
        buffers: &'a mut [Vec<u8>],
    ) -> Self {
        Walk {
            facts: Facts::new(frame),
            data: frame.data,
            wire: frame.wire_len.max(u32::try_from(frame.data.len()).unwrap_or(u32::MAX)),
            ip_headers: 0,
            datagrams: false,
            parts,
            scopes,
            pending,
            buffers: buffers.iter_mut(),
        }
    }

    /// Walks on from `next` to the end.
    pub(super) fn run(&mut self, mut next: Next) -> Result<Decoded<'a>, Skip> {
        for _ in 0..MAX_LAYERS {
            let step = match next {
                Next::Ethernet => ether::ethernet(self),
                Next::EtherType(kind) => ether::ethertype(self, kind),
                Next::Ipv4 => ip::v4(self),
                Next::Protocol(ip::TCP) => {
                    self.facts.scope = self.scope();
                    return tcp::segment(&self.facts, self.data, self.wire);
                }
                Next::Protocol(ip::ICMP | ip::ICMPV6) | Next::Datagram { .. }
                    if self.facts.first_fragment =>
                {
                    return Err(Skip::Fragment);
                }
                Next::Protocol(ip::ICMP) => return icmp::error(self, false),
                Next::Protocol(ip::ICMPV6) => return icmp::error(self, true),
                Next::Protocol(number) => self.protocol(number),
                Next::Datagram { src, dst, len } => {
                    return udp::datagram(self, src, dst, len).map(Decoded::Datagram);
                }
                Next::Ipv6 => ip::v6(self),
                Next::Ip => ip::by_version(self),
                Next::Link(link) => link::enter(self, link),
                Next::Llc => ether::llc(self),
                Next::Wlan => wlan::header(self),
                Next::Ppp => ppp::frame(self),
                Next::Mpls => ether::mpls(self),
            };
            // Of the first fragment, nothing but a segment speaks before the others are there.
            next = step.map_err(|why| if self.facts.first_fragment { Skip::Fragment } else { why })?;
        }
        Err(Skip::TooDeep)
    }

    /// What follows an IP header, other than TCP and ICMP.
    fn protocol(&mut self, number: u8) -> Step {
        match number {
            ip::IPV4 => self.enter_outer().map(|()| Next::Ipv4),
            ip::IPV6 => self.enter_outer().map(|()| Next::Ipv6),
            ip::UDP => udp::tunnel(self),
            ip::GRE => gre::header(self),
            ip::ETHERIP => {
                self.enter_outer()?;
                self.take(2)?;
                Ok(Next::Ethernet)
            }
            ip::MPLS => self.enter_outer().map(|()| Next::Mpls),
            _ => ip::extension(self, number),
        }
    }

    /// Takes the next `count` octets. On failure they were cut, or are not even
    /// on the wire.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Skip> {
        let Some((head, rest)) = self.data.split_at_checked(count) else {
            return Err(if (self.wire as usize) < count { Skip::Malformed } else { Skip::Truncated });
        };
        self.data = rest;
        self.wire = self.wire.saturating_sub(count as u32);
        Ok(head)
    }

    /// Takes the next `N` octets as an array.
    pub(super) fn take_array<const N: usize>(&mut self) -> Result<[u8; N], Skip> {
        let head = self.take(N)?;
        head.first_chunk().copied().ok_or(Skip::Truncated)
    }

    /// What follows is `wire` octets long, and no more of it belongs to it.
    pub(super) fn limit(&mut self, wire: u32) {
        self.wire = wire;
        if let Some(head) = self.data.get(..wire as usize) {
            self.data = head;
        }
    }

    /// Adds a part to the scope.
    pub(super) fn enter(&mut self, part: ScopePart) -> Result<(), Skip> {
        if self.parts.push(part) { Ok(()) } else { Err(Skip::TooDeep) }
    }

    /// Adds the addresses of the present IP header to the scope.
    pub(super) fn enter_outer(&mut self) -> Result<(), Skip> {
        self.enter(outer(self.facts.ip.addresses.src(), self.facts.ip.addresses.dst()))
    }

    /// The identifier of the scope so far.
    pub(super) fn scope(&mut self) -> ScopeId {
        self.scopes.intern(self.parts)
    }

    /// Takes the rest as one IP fragment: goes on with the datagram if it
    /// completes it, else with the first fragment's own octets.
    #[cold]
    pub(super) fn fragment(&mut self, id: u32, offset: u32, more: bool, protocol: u8) -> Step {
        if self.facts.first_fragment {
            // Inside the first fragment of an outer packet, which may cut it: the outer
            // one has it whole when it is complete.
            return if offset == 0 { Ok(Next::Protocol(protocol)) } else { Err(Skip::Fragment) };
        }
        let addresses = self.facts.ip.addresses;
        let key = fragment::Key {
            src: addresses.src(),
            dst: addresses.dst(),
            id,
            // Of an IPv6 fragment only the first knows the true protocol (RFC 8200 §4.5).
            protocol: if addresses.is_v6() { None } else { Some(protocol) },
            scope: self.scope(),
        };
        let piece = fragment::Piece { offset, more, octets: self.data, wire: self.wire, protocol };
        if let Some(whole) = self.pending.add(key, piece, self.facts.frame.at) {
            let buffer = self.buffers.next().ok_or(Skip::TooDeep)?;
            *buffer = whole.octets;
            self.data = buffer;
            self.wire = whole.wire;
            self.facts.fragments = whole.pieces;
            self.facts.ip.first_piece = if offset == 0 { piece.wire as u16 } else { 0 };
            return Ok(Next::Protocol(whole.protocol));
        }
        if offset != 0 {
            return Err(Skip::Fragment);
        }
        self.facts.first_fragment = true;
        Ok(Next::Protocol(protocol))
    }
}
