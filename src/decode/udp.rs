//! UDP: tunnels, known by their ports, and datagrams if they are asked for.

use super::octets::{be16, u8_at};
use super::walk::{Next, Step, Walk};
use super::{ether, ip};
use crate::model::{Datagram, Endpoint, ScopePart, Skip};

const HEADER_LEN: u32 = 8;

/// A tunnel over UDP.
struct Tunnel {
    port: u16,
    /// Known by the source port too; else by the destination port alone.
    either: bool,
    enter: fn(&mut Walk<'_, '_>) -> Step,
}

/// All tunnels that are decoded.
static TUNNELS: &[Tunnel] = &[
    Tunnel { port: 4789, either: false, enter: vxlan },
    Tunnel { port: 8472, either: false, enter: vxlan }, // Linux before it was assigned one
    Tunnel { port: 4790, either: false, enter: vxlan_gpe },
    Tunnel { port: 6081, either: false, enter: geneve },
    Tunnel { port: 2152, either: true, enter: gtp },
    Tunnel { port: 3544, either: true, enter: teredo },
    Tunnel { port: 1701, either: true, enter: l2tp },
    Tunnel { port: 6635, either: false, enter: mpls },
    Tunnel { port: 4341, either: false, enter: lisp },
    Tunnel { port: 5072, either: true, enter: ayiya },
    Tunnel { port: 37008, either: false, enter: tzsp },
];

/// A UDP header (RFC 768): what follows is a tunnel, a datagram, or no
/// concern.
pub(super) fn tunnel(walk: &mut Walk<'_, '_>) -> Step {
    let head: [u8; 8] = walk.take_array()?;
    let (src, dst) = (u16::from_be_bytes([head[0], head[1]]), u16::from_be_bytes([head[2], head[3]]));
    let by_dst = TUNNELS.iter().find(|tunnel| tunnel.port == dst);
    let by_src = || TUNNELS.iter().find(|tunnel| tunnel.either && tunnel.port == src);
    let behind = (walk.data, walk.wire);
    let step = by_dst.or_else(by_src).map_or(Err(Skip::NotTcp), |tunnel| (tunnel.enter)(walk));
    match step {
        // None of a tunnel, or on its port by chance.
        Err(Skip::NotTcp | Skip::Malformed) if walk.datagrams => {
            (walk.data, walk.wire) = behind;
            let len = u16::from_be_bytes([head[4], head[5]]);
            Ok(Next::Datagram { src, dst, len })
        }
        step => step,
    }
}

/// The datagram whose header was just passed; `len` is its length field.
#[cold]
pub(super) fn datagram(walk: &mut Walk<'_, '_>, src: u16, dst: u16, len: u16) -> Result<Datagram, Skip> {
    let len = match u32::from(len).checked_sub(HEADER_LEN) {
        // More than there is: what there is.
        Some(len) => len.min(walk.wire),
        // A jumbogram (RFC 2675 §4).
        None if len == 0 => walk.wire,
        None => return Err(Skip::Malformed),
    };
    let scope = walk.scope();
    let facts = &walk.facts;
    Ok(Datagram {
        frame: facts.frame.number,
        at: facts.frame.at,
        carried: facts.frame.carried,
        arrival: facts.arrival,
        src: Endpoint { addr: facts.ip.addresses.src(), port: src },
        dst: Endpoint { addr: facts.ip.addresses.dst(), port: dst },
        scope,
        len,
        fragments: facts.fragments,
    })
}

/// VXLAN (RFC 7348).
fn vxlan(walk: &mut Walk<'_, '_>) -> Step {
    let head: [u8; 8] = walk.take_array()?;
    if head[0] & 0x08 == 0 {
        return Err(Skip::NotTcp);
    }
    walk.enter(ScopePart::Vxlan(u32::from_be_bytes([0, head[4], head[5], head[6]])))?;
    Ok(Next::Ethernet)
}

/// VXLAN generic protocol extension: it says what follows.
fn vxlan_gpe(walk: &mut Walk<'_, '_>) -> Step {
    let protocol =
        if u8_at(walk.data, 0).is_some_and(|flags| flags & 0x04 != 0) { u8_at(walk.data, 3) } else { None };
    let next = vxlan(walk)?;
    protocol.map_or(Ok(next), ether::service_protocol)
}

/// GENEVE (RFC 8926).
fn geneve(walk: &mut Walk<'_, '_>) -> Step {
    let head: [u8; 8] = walk.take_array()?;
    if head[0] >> 6 != 0 {
        return Err(Skip::NotTcp);
    }
    walk.take(usize::from(head[0] & 0x3f) * 4)?;
    walk.enter(ScopePart::Geneve(u32::from_be_bytes([0, head[4], head[5], head[6]])))?;
    Ok(Next::EtherType(u16::from_be_bytes([head[2], head[3]])))
}

/// GTP-U, version 1 (3GPP TS 29.281 §5). Each direction has its own endpoint
/// identifier, so the outer addresses are the scope.
fn gtp(walk: &mut Walk<'_, '_>) -> Step {
    const TUNNELLED: u8 = 0xff;
    let head: [u8; 8] = walk.take_array()?;
    if head[0] & 0xf0 != 0x30 || head[1] != TUNNELLED {
        return Err(Skip::NotTcp);
    }
    walk.facts.hidden = true;
    if head[0] & 7 != 0 {
        let [_, _, _, mut extension] = walk.take_array()?;
        while extension != 0 {
            let words = usize::from(u8_at(walk.data, 0).ok_or(Skip::Truncated)?);
            let header = walk.take(words * 4)?;
            extension = header.last().copied().ok_or(Skip::Malformed)?;
        }
    }
    walk.enter_outer()?;
    Ok(Next::Ip)
}

/// Teredo (RFC 4380 §5.1.1): authentication and origin may lead.
fn teredo(walk: &mut Walk<'_, '_>) -> Step {
    walk.facts.hidden = true;
    if be16(walk.data, 0) == Some(1) {
        let [_, _, client, value] = walk.take_array()?;
        walk.take(usize::from(client) + usize::from(value) + 9)?;
    }
    if be16(walk.data, 0) == Some(0) {
        walk.take(8)?;
    }
    if u8_at(walk.data, 0).is_none_or(|octet| octet >> 4 != 6) {
        return Err(Skip::NotTcp);
    }
    walk.enter_outer()?;
    Ok(Next::Ipv6)
}

/// L2TP, version 2 (RFC 2661 §3.1), with PPP. Each direction has its own
/// identifiers, so the outer addresses are the scope.
fn l2tp(walk: &mut Walk<'_, '_>) -> Step {
    let flags = u16::from_be_bytes(walk.take_array()?);
    let (control, length, sequence, offset) =
        (flags & 0x8000 != 0, flags & 0x4000 != 0, flags & 0x0800 != 0, flags & 0x0200 != 0);
    if control || flags & 15 != 2 {
        return Err(Skip::NotTcp);
    }
    walk.take(if length { 6 } else { 4 } + if sequence { 4 } else { 0 })?;
    if offset {
        let pad = u16::from_be_bytes(walk.take_array()?);
        walk.take(usize::from(pad))?;
    }
    walk.enter_outer()?;
    Ok(Next::Ppp)
}

/// MPLS in UDP (RFC 7510).
fn mpls(walk: &mut Walk<'_, '_>) -> Step {
    walk.enter_outer()?;
    Ok(Next::Mpls)
}

/// Packets of a LISP site (RFC 9300 §5.2): flags, nonce and locators, then IP.
fn lisp(walk: &mut Walk<'_, '_>) -> Step {
    walk.facts.hidden = true;
    if !matches!(u8_at(walk.data, 8).map(|octet| octet >> 4), Some(4 | 6)) {
        return Err(Skip::NotTcp);
    }
    walk.take(8)?;
    walk.enter_outer()?;
    Ok(Next::Ip)
}

/// Anything in anything (draft-massar-v6ops-ayiya): who sends and a signature, both of
/// a length that the header tells, then IP.
fn ayiya(walk: &mut Walk<'_, '_>) -> Step {
    const FORWARD: u8 = 1;
    walk.facts.hidden = true;
    let [identity, signature, operation, next, ..]: [u8; 8] = walk.take_array()?;
    if operation & 0x0f != FORWARD || !matches!(next, ip::IPV4 | ip::IPV6) {
        return Err(Skip::NotTcp);
    }
    walk.take((1 << (identity >> 4)) + usize::from(signature >> 4) * 4)?;
    walk.enter_outer()?;
    Ok(Next::Ip)
}

/// What a sensor has heard (TZSP): a kind, fields with a length, then the frame.
fn tzsp(walk: &mut Walk<'_, '_>) -> Step {
    walk.facts.hidden = true;
    let [version, _, a, b] = walk.take_array()?;
    let next = match (version, u16::from_be_bytes([a, b])) {
        (1, 1) => Next::Ethernet,
        (1, 18) => Next::Wlan,
        _ => return Err(Skip::NotTcp),
    };
    loop {
        match walk.take_array()? {
            [0] => {}
            [1] => break,
            [_] => {
                let [len] = walk.take_array()?;
                walk.take(len.into())?;
            }
        }
    }
    walk.enter_outer()?;
    Ok(next)
}
