//! ICMP (RFC 792) and ICMPv6 (RFC 4443) errors that quote a TCP or UDP header.

use etherparse::{Ipv4HeaderSlice, Ipv6HeaderSlice};
use std::net::IpAddr;

use super::ip;
use super::octets::{be16, be32};
use super::walk::Walk;
use crate::model::{Decoded, Endpoint, Flags, IcmpError, IcmpKind, Seq, Skip, Transport};

/// Extension headers followed in a quoted IPv6 packet.
const MAX_EXTENSIONS: usize = 8;

/// The error at the present position.
#[cold]
pub(super) fn error<'a>(walk: &mut Walk<'_, 'a>, v6: bool) -> Result<Decoded<'a>, Skip> {
    let len = walk.wire;
    let head: [u8; 8] = walk.take_array()?;
    let (kind, code) = (head[0], head[1]);
    // Destination unreachable, source quench, time exceeded, parameter problem;
    // in ICMPv6 packet too big instead of source quench.
    let is_error = if v6 { (1..=4).contains(&kind) } else { matches!(kind, 3 | 4 | 11 | 12) };
    if !is_error {
        return Err(Skip::NotTcp);
    }
    let mtu = match (v6, kind, code) {
        (false, 3, 4) => u32::from(u16::from_be_bytes([head[6], head[7]])),
        (true, 2, _) => u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
        _ => 0,
    };
    let pointer = match (v6, kind) {
        (false, 12) => u32::from(head[4]),
        (true, 4) => u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
        _ => 0,
    };
    let quote = if v6 { quoted_v6(walk.data)? } else { quoted_v4(walk.data)? };
    let quoted = match quote.protocol {
        ip::TCP => Transport::Tcp,
        _ if walk.datagrams => Transport::Udp,
        _ => return Err(Skip::NotTcp),
    };
    let ports = be16(quote.header, 0).zip(be16(quote.header, 2));
    let (from, to) = ports.ok_or(Skip::Truncated)?;
    let (seq, flags) = match quoted {
        Transport::Tcp => (be32(quote.header, 4).ok_or(Skip::Truncated)?, be16(quote.header, 12)),
        Transport::Udp => (0, None),
    };
    Ok(Decoded::IcmpError(IcmpError {
        frame: walk.facts.frame.number,
        at: walk.facts.frame.at,
        carried: walk.facts.frame.carried,
        arrival: walk.facts.arrival,
        len,
        from: walk.facts.ip.addresses.src(),
        to: walk.facts.ip.addresses.dst(),
        kind: IcmpKind { v6, kind, code, mtu },
        pointer,
        quoted,
        src: Endpoint { addr: quote.src, port: from },
        dst: Endpoint { addr: quote.dst, port: to },
        scope: walk.scope(),
        seq: Seq::new(seq),
        flags: flags.map(Flags::from_header),
    }))
}

/// The packet that an error is about, as far as it was quoted and captured.
struct Quote<'a> {
    src: IpAddr,
    dst: IpAddr,
    /// TCP or UDP.
    protocol: u8,
    header: &'a [u8],
}

fn quoted_v4(octets: &[u8]) -> Result<Quote<'_>, Skip> {
    let header = Ipv4HeaderSlice::from_slice(octets).map_err(|_| Skip::Truncated)?;
    let protocol = header.protocol().0;
    if !matches!(protocol, ip::TCP | ip::UDP) || header.fragments_offset().value() != 0 {
        return Err(Skip::NotTcp);
    }
    Ok(Quote {
        src: header.source_addr().into(),
        dst: header.destination_addr().into(),
        protocol,
        header: octets.get(header.slice().len()..).unwrap_or_default(),
    })
}

fn quoted_v6(octets: &[u8]) -> Result<Quote<'_>, Skip> {
    let header = Ipv6HeaderSlice::from_slice(octets).map_err(|_| Skip::Truncated)?;
    let mut next = header.next_header().0;
    let mut rest = octets.get(header.slice().len()..).unwrap_or_default();
    for _ in 0..MAX_EXTENSIONS {
        if matches!(next, ip::TCP | ip::UDP) {
            return Ok(Quote {
                src: header.source_addr().into(),
                dst: header.destination_addr().into(),
                protocol: next,
                header: rest,
            });
        }
        if next == ip::FRAGMENT && be16(rest, 2).is_some_and(|field| field >> 3 != 0) {
            return Err(Skip::NotTcp);
        }
        let len = ip::extension_len(next, rest).ok_or(Skip::NotTcp)?;
        (next, rest) = rest.first().copied().zip(rest.get(len..)).ok_or(Skip::Truncated)?;
    }
    Err(Skip::NotTcp)
}
