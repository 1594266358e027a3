//! Link types whose frames begin with a header of the device that captured them:
//! routers, firewalls, capture cards, switch chips.

use super::link::skip;
use super::octets::{be16, fingerprint, u8_at};
use super::walk::{Next, Step, Walk};
use super::{ether, ppp};
use crate::model::Skip;

/// Juniper's header, then what the interface speaks.
fn juniper(walk: &mut Walk<'_, '_>, speaks: fn(&mut Walk<'_, '_>) -> Step) -> Step {
    const EXTENSIONS: u8 = 0x80;
    const NO_LINK_LAYER: u8 = 0x02;
    let [a, b, c, flags] = walk.take_array()?;
    if [a, b, c] != *b"MGC" {
        return Err(Skip::Malformed);
    }
    if flags & EXTENSIONS != 0 {
        let len = u16::from_be_bytes(walk.take_array()?);
        walk.take(usize::from(len))?;
    }
    if flags & NO_LINK_LAYER != 0 {
        // A protocol number of four octets stands for it.
        return skip(walk, 4, Next::Ip);
    }
    speaks(walk)
}

pub(super) fn juniper_ethernet(walk: &mut Walk<'_, '_>) -> Step {
    juniper(walk, |_| Ok(Next::Ethernet))
}

pub(super) fn juniper_ppp(walk: &mut Walk<'_, '_>) -> Step {
    juniper(walk, |_| Ok(Next::Ppp))
}

pub(super) fn juniper_frame_relay(walk: &mut Walk<'_, '_>) -> Step {
    juniper(walk, ppp::frame_relay)
}

pub(super) fn juniper_hdlc(walk: &mut Walk<'_, '_>) -> Step {
    juniper(walk, ppp::hdlc)
}

/// Symantec firewalls: an Ethertype among what is not known.
pub(super) fn symantec(walk: &mut Walk<'_, '_>) -> Step {
    let head = walk.take(44)?;
    Ok(Next::EtherType(be16(head, 6).ok_or(Skip::Truncated)?))
}

/// Solaris' `ipnet`: the address family, lengths, interfaces and zones.
pub(super) fn ipnet(walk: &mut Walk<'_, '_>) -> Step {
    let head = walk.take(24)?;
    match u8_at(head, 1) {
        Some(2) => Ok(Next::Ipv4),
        Some(26) => Ok(Next::Ipv6),
        _ => Err(Skip::NotIp),
    }
}

/// A record of Endace's capture cards (ERF): 16 octets, and eight for each extension.
pub(super) fn erf(walk: &mut Walk<'_, '_>) -> Step {
    const MORE: u8 = 0x80;
    let kind = u8_at(walk.take(16)?, 8).ok_or(Skip::Truncated)?;
    let mut more = kind & MORE != 0;
    while more {
        let [extension, ..]: [u8; 8] = walk.take_array()?;
        more = extension & MORE != 0;
    }
    match kind & !MORE {
        // HDLC, and with a colour or a hash in the place of the loss counter.
        1 | 10 | 15 | 19 => ppp::serial(walk),
        // Ethernet likewise, behind an offset and a pad that aligns it.
        2 | 11 | 16 | 20 => skip(walk, 2, Next::Ethernet),
        22 => Ok(Next::Ipv4),
        23 => Ok(Next::Ipv6),
        _ => Err(Skip::Unsupported),
    }
}

/// Broadcom's tag between the addresses and the Ethertype.
pub(super) fn broadcom(walk: &mut Walk<'_, '_>) -> Step {
    addresses(walk)?;
    ether::then_ethertype(walk, 4)
}

/// Marvell's tag (DSA) in the place of a VLAN's.
pub(super) fn marvell(walk: &mut Walk<'_, '_>) -> Step {
    addresses(walk)?;
    marvell_tag(walk)
}

/// The same behind an Ethertype of its own and two octets reserved (EDSA).
pub(super) fn marvell_with_ethertype(walk: &mut Walk<'_, '_>) -> Step {
    addresses(walk)?;
    walk.take(4)?;
    marvell_tag(walk)
}

/// Its second half is what a VLAN's tag would be.
fn marvell_tag(walk: &mut Walk<'_, '_>) -> Step {
    /// The frame came with such a tag.
    const TAGGED: u8 = 0x20;
    let [first, _] = walk.take_array()?;
    if first & TAGGED != 0 { ether::vlan(walk) } else { ether::then_ethertype(walk, 2) }
}

/// The addresses of a frame whose tag tcpdump prints.
fn addresses(walk: &mut Walk<'_, '_>) -> Result<(), Skip> {
    walk.facts.wrapped = true;
    walk.facts.link_hash = fingerprint(walk.take(12)?);
    Ok(())
}
