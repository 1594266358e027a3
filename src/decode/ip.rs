//! IPv4 (RFC 791), IPv6 and its extension headers (RFC 8200).

use etherparse::err::ipv4::HeaderSliceError as Ipv4Error;
use etherparse::err::ipv6::HeaderSliceError as Ipv6Error;
use etherparse::{Ipv4HeaderSlice, Ipv6HeaderSlice};

use super::facts::{Addresses, Behind, IpFacts};
use super::octets::{be16, be32};
use super::walk::{Next, Step, Walk};
use crate::model::{IpMeta, Skip};

/// IP protocol numbers.
pub(super) const ICMP: u8 = 1;
pub(super) const IPV4: u8 = 4;
pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
pub(super) const IPV6: u8 = 41;
pub(super) const FRAGMENT: u8 = 44;
pub(super) const GRE: u8 = 47;
pub(super) const ICMPV6: u8 = 58;
pub(super) const ETHERIP: u8 = 97;
pub(super) const MPLS: u8 = 137;

const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const AUTHENTICATION: u8 = 51;
const DESTINATION: u8 = 60;
const MOBILITY: u8 = 135;
const HIP: u8 = 139;
const SHIM6: u8 = 140;

/// Hop-by-hop options: one octet of padding (RFC 8200 §4.2), router alert (RFC 2711),
/// jumbo payload (RFC 2675), home address (RFC 6275 §6.3).
const PAD1: u8 = 0;
const ROUTER_ALERT: u8 = 5;
const JUMBO: u8 = 0xc2;
const HOME_ADDRESS: u8 = 0xc9;

/// Goes by the version field.
pub(super) fn by_version(walk: &mut Walk<'_, '_>) -> Step {
    match walk.data.first().map(|octet| octet >> 4) {
        Some(4) => Ok(Next::Ipv4),
        Some(6) => Ok(Next::Ipv6),
        Some(_) => Err(Skip::NotIp),
        None => Err(Skip::Truncated),
    }
}

/// An IPv4 header.
pub(super) fn v4(walk: &mut Walk<'_, '_>) -> Step {
    let header = Ipv4HeaderSlice::from_slice(walk.data).map_err(|error| match error {
        Ipv4Error::Len(_) => Skip::Truncated,
        Ipv4Error::Content(_) => Skip::Malformed,
    })?;
    let header_len = header.slice().len();
    walk.take(header_len)?;
    // A total length of 0: the network card was to cut it up (TSO, BIG TCP).
    match u32::from(header.total_len()).checked_sub(header_len as u32) {
        Some(len) => walk.limit(len),
        None if header.total_len() == 0 => walk.facts.hidden = true,
        None => return Err(Skip::Malformed),
    }
    walk.facts.wrapped |= walk.ip_headers > 0;
    walk.ip_headers += 1;
    walk.facts.ip = v4_facts(&header);
    let protocol = header.protocol().0;
    let (offset, more) = (header.fragments_offset().byte_offset(), header.more_fragments());
    if offset != 0 || more {
        return walk.fragment(u32::from(header.identification()), u32::from(offset), more, protocol);
    }
    Ok(Next::Protocol(protocol))
}

/// What matters of an IPv4 header.
#[inline]
pub(super) fn v4_facts<'a>(header: &Ipv4HeaderSlice<'a>) -> IpFacts<'a> {
    let octets = header.slice();
    IpFacts {
        addresses: Addresses::V4(octets.get(12..).and_then(|tail| tail.first_chunk()).unwrap_or(&[0; 8])),
        meta: IpMeta {
            ttl: header.ttl(),
            id: Some(header.identification()),
            ecn: header.ecn().value(),
            wrapped: false,
            hidden: false,
        },
        jumbo: false,
        routed: octets.len() > 20,
        first_piece: 0,
        behind: Behind::Header,
    }
}

/// An IPv6 header, without its extensions.
pub(super) fn v6(walk: &mut Walk<'_, '_>) -> Step {
    let header = Ipv6HeaderSlice::from_slice(walk.data).map_err(|error| match error {
        Ipv6Error::Len(_) => Skip::Truncated,
        Ipv6Error::Content(_) => Skip::Malformed,
    })?;
    let addresses = header.slice().last_chunk().ok_or(Skip::Malformed)?;
    walk.take(header.slice().len())?;
    let payload_len = header.payload_length();
    if payload_len != 0 {
        walk.limit(u32::from(payload_len));
    }
    let next = header.next_header().0;
    // A jumbo payload option may give the length.
    walk.facts.hidden |= payload_len == 0 && next != HOP_BY_HOP;
    walk.facts.wrapped |= walk.ip_headers > 0;
    walk.ip_headers += 1;
    walk.facts.ip = IpFacts {
        addresses: Addresses::V6(addresses),
        meta: IpMeta {
            ttl: header.hop_limit(),
            id: None,
            ecn: header.traffic_class() & 3,
            wrapped: false,
            hidden: false,
        },
        jumbo: payload_len == 0,
        routed: false,
        first_piece: 0,
        behind: Behind::Header,
    };
    Ok(Next::Protocol(next))
}

/// Whether a protocol number is an extension header (RFC 7045) or AH.
pub(super) fn is_extension(number: u8) -> bool {
    matches!(number, HOP_BY_HOP | ROUTING | FRAGMENT | AUTHENTICATION | DESTINATION | MOBILITY | HIP | SHIM6)
}

/// The length of an extension header, in octets; `None` if it is none or cut.
pub(super) fn extension_len(number: u8, octets: &[u8]) -> Option<usize> {
    let units = usize::from(*octets.get(1)?);
    match number {
        FRAGMENT => Some(8),
        AUTHENTICATION => Some((units + 2) * 4),
        _ if is_extension(number) => Some((units + 1) * 8),
        _ => None,
    }
}

/// An extension header, or a protocol that is not decoded.
#[cold]
pub(super) fn extension(walk: &mut Walk<'_, '_>, number: u8) -> Step {
    let v6 = walk.facts.ip.addresses.is_v6();
    if !(is_extension(number) && v6 || number == AUTHENTICATION) {
        return Err(Skip::NotTcp);
    }
    walk.facts.wrapped = true;
    let len = extension_len(number, walk.data).ok_or(Skip::Truncated)?;
    let before = walk.wire;
    let header = walk.take(len)?;
    let next = header.first().copied().ok_or(Skip::Truncated)?;
    walk.facts.hidden |= stops_tcpdump(&walk.facts.ip, number, header);
    walk.facts.ip.first_piece = walk.facts.ip.first_piece.saturating_sub(len as u16);
    walk.facts.ip.behind = if number == AUTHENTICATION { Behind::Authentication } else { Behind::Extension };
    match number {
        FRAGMENT => {
            let field = be16(header, 2).ok_or(Skip::Truncated)?;
            let id = be32(header, 4).ok_or(Skip::Truncated)?;
            let (offset, more) = (u32::from(field & !7), field & 1 != 0);
            // Offset 0 and no more to come: an atomic fragment, whole (RFC 6946).
            if offset != 0 || more { walk.fragment(id, offset, more, next) } else { Ok(Next::Protocol(next)) }
        }
        HOP_BY_HOP if walk.facts.ip.jumbo => {
            if let Some(payload_len) = jumbo_len(header) {
                let spent = before - walk.wire;
                walk.limit(payload_len.checked_sub(spent).ok_or(Skip::Malformed)?);
            }
            Ok(Next::Protocol(next))
        }
        ROUTING => {
            walk.facts.ip.routed |= header.get(3).is_some_and(|&left| left > 0);
            Ok(Next::Protocol(next))
        }
        _ => Ok(Next::Protocol(next)),
    }
}

/// Whether tcpdump 4.99 shows nothing that is behind this extension header.
fn stops_tcpdump(ip: &IpFacts<'_>, number: u8, header: &[u8]) -> bool {
    match number {
        AUTHENTICATION => false,
        // What follows it is taken for a protocol.
        _ if ip.behind == Behind::Authentication => true,
        HOP_BY_HOP => {
            let jumbo = || jumbo_len(header).is_some_and(|len| len > u16::MAX.into());
            ip.behind != Behind::Header || !options(header).all(readable) || ip.jumbo && !jumbo()
        }
        DESTINATION | FRAGMENT => false,
        ROUTING => {
            let known = header.get(2).is_some_and(|kind| matches!(kind, 0 | 2 | 4));
            !known || header.get(1).is_none_or(|len| len % 2 == 1)
        }
        _ => true,
    }
}

/// Whether a hop-by-hop option has a length that its kind allows.
fn readable(option: Option<(u8, &[u8])>) -> bool {
    option.is_some_and(|(kind, value)| match kind {
        ROUTER_ALERT => value.len() == 2,
        JUMBO => value.len() == 4,
        HOME_ADDRESS => value.len() >= 16,
        _ => true,
    })
}

/// The jumbo payload length of a hop-by-hop header (RFC 2675 §2).
fn jumbo_len(header: &[u8]) -> Option<u32> {
    let (_, value) = options(header).flatten().find(|&(kind, value)| kind == JUMBO && value.len() == 4)?;
    be32(value, 0)
}

/// The options of a hop-by-hop header, kind and value each; a last one that reaches
/// beyond the header is `None`.
fn options(header: &[u8]) -> impl Iterator<Item = Option<(u8, &[u8])>> {
    let mut rest = header.get(2..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (&kind, after) = rest.split_first()?;
        let option = match after.split_first() {
            _ if kind == PAD1 => Some((&[][..], after)),
            Some((&len, after)) => after.split_at_checked(usize::from(len)),
            None => None,
        };
        rest = option.map_or(&[], |(_, after)| after);
        Some(option.map(|(value, _)| (kind, value)))
    })
}
