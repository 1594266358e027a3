//! Headers that an operating system makes up where the link layer has none or
//! several: Linux cooked captures, NFLOG, loopback families, pktap.

use super::octets::{be16, fingerprint, le16, le32, u8_at};
use super::walk::{Next, Step, Walk};
use crate::model::{Arrival, Direction, LinkType, Skip};

/// `ARPHRD_*` of Linux, as far as they change the meaning of the protocol field.
const ARPHRD_FRAME_RELAY: u16 = 770;
const ARPHRD_RADIOTAP: u16 = 803;
const ARPHRD_NETLINK: u16 = 824;

/// Attribute of NFLOG that holds the packet.
const NFULA_PAYLOAD: u16 = 9;

/// Linux cooked capture.
pub(super) fn sll(walk: &mut Walk<'_, '_>) -> Step {
    let head: [u8; 16] = walk.take_array()?;
    let [_, kind, ..] = head;
    walk.facts.arrival = Some(Arrival { ifindex: None, direction: direction(kind) });
    walk.facts.link_hash = fingerprint(&head[..14]);
    by_hardware(be16(&head, 2), be16(&head, 14))
}

/// Linux cooked capture, version 2.
pub(super) fn sll2(walk: &mut Walk<'_, '_>) -> Step {
    let head: [u8; 20] = walk.take_array()?;
    let ifindex = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
    walk.facts.arrival = Some(Arrival { ifindex: Some(ifindex), direction: direction(head[10]) });
    walk.facts.link_hash = fingerprint(&head[4..]);
    by_hardware(be16(&head, 8), be16(&head, 0))
}

/// `PACKET_*` of Linux.
fn direction(kind: u8) -> Direction {
    match kind {
        0 => Direction::In,
        1 => Direction::Broadcast,
        2 => Direction::Multicast,
        3 => Direction::Other,
        4 => Direction::Out,
        _ => Direction::Unknown,
    }
}

fn by_hardware(hardware: Option<u16>, protocol: Option<u16>) -> Step {
    match (hardware, protocol.ok_or(Skip::Truncated)?) {
        // A family of netlink, 4 among them.
        (Some(ARPHRD_NETLINK), 0..=0x05ff) => Err(Skip::NotIp),
        (Some(ARPHRD_FRAME_RELAY), _) => Ok(Next::Link(LinkType(107))),
        (Some(ARPHRD_RADIOTAP), _) => Ok(Next::Link(LinkType(127))),
        (_, 4) => Ok(Next::Llc),
        (_, 0..=0x05ff) => Err(Skip::NotIp),
        (_, kind) => Ok(Next::EtherType(kind)),
    }
}

/// BSD loopback: an address family in the byte order of the capturing host.
pub(super) fn null(walk: &mut Walk<'_, '_>) -> Step {
    let family = u32::from_le_bytes(walk.take_array()?);
    // Families are small; one that seems large has the other byte order.
    by_family(if family > 0xffff { family.swap_bytes() } else { family })
}

/// OpenBSD's `enc`: family, SPI and flags.
pub(super) fn enc(walk: &mut Walk<'_, '_>) -> Step {
    walk.facts.wrapped = true;
    let step = null(walk);
    walk.take(8)?;
    step
}

/// OpenBSD's `pflog`: header length and family lead.
pub(super) fn pflog(walk: &mut Walk<'_, '_>) -> Step {
    let len = usize::from(u8_at(walk.data, 0).ok_or(Skip::Truncated)?);
    let head = walk.take(len.next_multiple_of(4))?;
    by_family(u8_at(head, 1).map_or(0, u32::from))
}

/// `AF_INET`, and the numbers that systems gave to `AF_INET6`.
fn by_family(family: u32) -> Step {
    match family {
        2 => Ok(Next::Ipv4),
        10 | 24 | 28 | 30 => Ok(Next::Ipv6),
        _ => Err(Skip::NotIp),
    }
}

/// Linux netfilter log: a family, a version (0), then attributes, one of which is the
/// packet. Their lengths and types have the byte order of the capturing host; a type
/// is small and not 0, so that its first octet tells which.
pub(super) fn nflog(walk: &mut Walk<'_, '_>) -> Step {
    let [family, version, _, _] = walk.take_array()?;
    if version != 0 {
        return Err(Skip::NotIp);
    }
    let big = u8_at(walk.data, 2) == Some(0);
    let number = if big { be16 } else { le16 };
    loop {
        let head: [u8; 4] = walk.take_array()?;
        // Shorter ones than their own head are padded to it.
        let rest = usize::from(number(&head, 0).unwrap_or(0)).next_multiple_of(4).wrapping_sub(head.len());
        if rest > walk.wire as usize {
            return Err(Skip::Malformed);
        }
        if number(&head, 2) == Some(NFULA_PAYLOAD) {
            // tcpdump shows no packet that the snapshot length cuts.
            walk.facts.hidden |= rest > walk.data.len();
            return by_family(family.into());
        }
        walk.take(rest)?;
    }
}

/// Apple's packet tap: header length, then the link type of what follows.
pub(super) fn pktap(walk: &mut Walk<'_, '_>) -> Step {
    let len = le32(walk.data, 0).ok_or(Skip::Truncated)?;
    let head = walk.take((len as usize).max(12))?;
    Ok(Next::Link(LinkType(le32(head, 8).ok_or(Skip::Truncated)?)))
}
