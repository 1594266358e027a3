//! Serial links: PPP (RFC 1661), Cisco HDLC, Frame Relay (RFC 2427).

use super::ether;
use super::octets::be16;
use super::walk::{Next, Step, Walk};
use crate::model::Skip;

/// A PPP frame, with or without address and control field, with a protocol
/// field of two octets or, compressed, of one (RFC 1661 §2, RFC 1662 §3.1).
pub(super) fn frame(walk: &mut Walk<'_, '_>) -> Step {
    // Of pppd, the first octet is the direction.
    if matches!(walk.data, [0x00 | 0x01 | 0xff, 0x03, ..]) {
        walk.take(2)?;
    }
    let [first] = walk.take_array()?;
    let protocol = if first & 1 != 0 {
        u16::from(first)
    } else {
        let [second] = walk.take_array()?;
        u16::from_be_bytes([first, second])
    };
    match protocol {
        // Some write the Ethertype.
        0x0021 | ether::IPV4 => Ok(Next::Ipv4),
        0x0057 | ether::IPV6 => Ok(Next::Ipv6),
        0x0281 | 0x0283 => Ok(Next::Mpls),
        // Multilink, compressed and Van Jacobson frames would need state.
        0x002d | 0x002f | 0x003d | 0x00fd => Err(Skip::Unsupported),
        _ => Err(Skip::NotIp),
    }
}

/// PPP by its link type. Some routers write Cisco HDLC under it: its address octets
/// are no protocols (0x0f is kept free for transparency, RFC 1661 §2). tcpdump takes
/// them for one.
pub(super) fn plain(walk: &mut Walk<'_, '_>) -> Step {
    if matches!(walk.data, [0x0f | 0x8f, 0, ..]) {
        (walk.facts.wrapped, walk.facts.hidden) = (true, true);
        return hdlc(walk);
    }
    Ok(Next::Ppp)
}

/// PPP or Cisco HDLC on a serial line: the address octet tells.
pub(super) fn serial(walk: &mut Walk<'_, '_>) -> Step {
    match walk.data.first() {
        Some(0x0f | 0x8f) => hdlc(walk),
        address => {
            walk.facts.wrapped = true;
            // tcpdump: the address, any control octet, two octets of protocol.
            let plain = address == Some(&0xff) && walk.data.get(2).is_some_and(|octet| octet & 1 == 0);
            walk.facts.hidden |= !plain;
            if plain {
                walk.take(2)?;
            }
            Ok(Next::Ppp)
        }
    }
}

/// Cisco HDLC.
pub(super) fn hdlc(walk: &mut Walk<'_, '_>) -> Step {
    let [_, _, a, b] = walk.take_array()?;
    match u16::from_be_bytes([a, b]) {
        0x8035 => Err(Skip::NotIp), // SLARP, not RARP
        0xfefe => osi(walk),
        kind => Ok(Next::EtherType(kind)),
    }
}

/// OSI over Cisco HDLC: an NLPID follows, perhaps after a pad.
fn osi(walk: &mut Walk<'_, '_>) -> Step {
    if walk.data.first() == Some(&0) {
        walk.take(1)?;
    }
    nlpid(walk)
}

/// Frame Relay: Q.922 address of two to four octets, then an NLPID, or Cisco's
/// Ethertype.
pub(super) fn frame_relay(walk: &mut Walk<'_, '_>) -> Step {
    for at in 0.. {
        let [octet] = walk.take_array()?;
        match (at, octet & 1) {
            (0, 1) | (4.., _) => return Err(Skip::Malformed),
            (_, 1) => break,
            _ => {}
        }
    }
    if walk.data.first() != Some(&0x03) {
        let behind = (walk.data, walk.wire);
        let kind = u16::from_be_bytes(walk.take_array()?);
        match ether::ethertype(walk, kind) {
            // None: a control octet other than the usual one.
            Err(Skip::NotIp) => (walk.data, walk.wire) = behind,
            step => return step,
        }
        walk.facts.wrapped = true;
    }
    walk.take(1)?;
    if walk.data.first() == Some(&0) {
        walk.take(1)?;
    }
    nlpid(walk)
}

/// A network layer protocol identifier.
pub(super) fn nlpid(walk: &mut Walk<'_, '_>) -> Step {
    let [id] = walk.take_array()?;
    match id {
        0xcc => Ok(Next::Ipv4),
        0x8e => Ok(Next::Ipv6),
        0xcf => Ok(Next::Ppp),
        0x80 => {
            let head: [u8; 5] = walk.take_array()?;
            match (&head[..3], be16(&head, 3)) {
                ([0, 0, 0], Some(kind)) => Ok(Next::EtherType(kind)),
                ([0, 0x80, 0xc2], Some(1 | 7)) => Ok(Next::Ethernet),
                _ => Err(Skip::NotIp),
            }
        }
        _ => Err(Skip::NotIp),
    }
}
