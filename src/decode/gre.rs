//! Generic routing encapsulation (RFC 2784, RFC 2890) and what travels in it.

use super::ether;
use super::walk::{Next, Step, Walk};
use crate::model::{ScopePart, Skip};

const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
const ACKNOWLEDGMENT: u16 = 0x0080;

const ERSPAN_II: u16 = 0x88be;
const ERSPAN_III: u16 = 0x22eb;
const WCCP: u16 = 0x883e;
const ETHERNET_OVER_IP: u16 = 0x6400;

/// The smallest virtual subnet of NVGRE (RFC 7637 §3.3).
const MIN_VIRTUAL_SUBNET: u32 = 0x1000;

/// A GRE header.
pub(super) fn header(walk: &mut Walk<'_, '_>) -> Step {
    let [a, b, c, d] = walk.take_array()?;
    let (flags, protocol) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    match flags & 7 {
        0 => version_0(walk, flags, protocol),
        1 if protocol == ETHERNET_OVER_IP => {
            // MikroTik: payload length and tunnel number, then Ethernet.
            walk.take(4)?;
            walk.enter_outer()?;
            Ok(Next::Ethernet)
        }
        1 => pptp(walk, flags, protocol),
        _ => Err(Skip::Unsupported),
    }
}

fn version_0(walk: &mut Walk<'_, '_>, flags: u16, protocol: u16) -> Step {
    if flags & ROUTING != 0 {
        return Err(Skip::Unsupported);
    }
    if flags & CHECKSUM != 0 {
        walk.take(4)?;
    }
    let key = if flags & KEY != 0 { Some(u32::from_be_bytes(walk.take_array()?)) } else { None };
    if flags & SEQUENCE != 0 {
        walk.take(4)?;
    }
    match (protocol, key) {
        (ERSPAN_II, _) if flags & SEQUENCE != 0 => return erspan(walk, 8),
        (ERSPAN_III, _) => return erspan(walk, 12),
        // The key is the tenant, or the tenant and a hash that differs by direction.
        (ether::TRANSPARENT_BRIDGING, Some(key)) => {
            let subnet = key >> 8;
            walk.enter(ScopePart::Gre(Some(if subnet >= MIN_VIRTUAL_SUBNET { subnet } else { key })))?;
        }
        _ => {
            walk.enter_outer()?;
            if key.is_some() {
                walk.enter(ScopePart::Gre(key))?;
            }
        }
    }
    match protocol {
        // ERSPAN type I has no header of its own.
        ERSPAN_II => Ok(Next::Ethernet),
        WCCP => wccp(walk),
        // Aruba: the low octet numbers the tunnel's queue.
        0x8200..=0x82ff | 0x9000..=0x90ff => Ok(Next::Wlan),
        ether::IPV4 | ether::IPV6 | ether::TRANSPARENT_BRIDGING | ether::PPP | ether::MPLS => {
            Ok(Next::EtherType(protocol))
        }
        0 => Err(Skip::NotTcp),
        kind => ether::ethertype(walk, kind),
    }
}

/// A mirrored frame. Both directions of a connection come in one session.
fn erspan(walk: &mut Walk<'_, '_>, len: usize) -> Step {
    let head = walk.take(len)?;
    let session = head.get(2..4).map_or(0, |b| u16::from_be_bytes([b[0] & 3, b[1]]));
    walk.enter(ScopePart::Erspan(session))?;
    // Type III: a platform subheader may follow, and the frame may be bare IP.
    if let Some(last) = head.get(10..12) {
        if last[1] & 1 != 0 {
            walk.take(8)?;
        }
        if last[0] >> 2 & 31 == 2 {
            return Ok(Next::Ip);
        }
    }
    Ok(Next::Ethernet)
}

/// Redirected by WCCP: version 2 puts a header of four octets before IP.
fn wccp(walk: &mut Walk<'_, '_>) -> Step {
    if walk.data.first().is_some_and(|octet| octet >> 4 != 4) {
        walk.take(4)?;
    }
    Ok(Next::Ip)
}

/// PPTP (RFC 2637 §4.1). Call identifiers differ by direction.
fn pptp(walk: &mut Walk<'_, '_>, flags: u16, protocol: u16) -> Step {
    if protocol != ether::PPP || flags & KEY == 0 {
        return Err(Skip::Malformed);
    }
    walk.take(4)?;
    if flags & SEQUENCE == 0 {
        return Err(Skip::NotTcp); // a mere acknowledgment
    }
    walk.take(if flags & ACKNOWLEDGMENT != 0 { 8 } else { 4 })?;
    walk.enter_outer()?;
    Ok(Next::Ppp)
}
