//! IEEE 802.11 frames and the headers that capture programs put before them.

use super::octets::{be32, le16, le32, u8_at};
use super::walk::{Next, Step, Walk};
use crate::model::{LinkType, Skip};

/// Magic number of an AVS header, version 1 and 2 in the low octet.
const AVS_MAGIC: u32 = 0x8021_1000;

/// How LLC begins where SNAP follows (IEEE 802).
const SNAP: [u8; 3] = [0xaa, 0xaa, 0x03];

/// An 802.11 header (§9.2): only data frames in the clear go on.
pub(super) fn header(walk: &mut Walk<'_, '_>) -> Step {
    plain_header(walk, false)
}

/// `padded`: the capture program aligned the payload to four octets.
fn plain_header(walk: &mut Walk<'_, '_>, padded: bool) -> Step {
    let control = le16(walk.data, 0).ok_or(Skip::Truncated)?;
    let (kind, subtype) = (control >> 2 & 3, control >> 4 & 15);
    // Not data, or a subtype without any.
    if kind != 2 || subtype & 4 != 0 {
        return Err(Skip::NotIp);
    }
    let (to_ds, from_ds) = (control & 0x0100 != 0, control & 0x0200 != 0);
    let (protected, order, qos) = (control & 0x4000 != 0, control & 0x8000 != 0, subtype & 8 != 0);
    if protected {
        return Err(Skip::Unsupported);
    }
    let addresses = if to_ds && from_ds { 30 } else { 24 };
    let len = addresses + if qos { 2 } else { 0 };
    // HT control (§9.2.4.6), which tcpdump does not know; before 802.11n the bit was another.
    let ht = qos && order && !walk.data.get(len..).is_some_and(|rest| rest.starts_with(&SNAP));
    walk.facts.hidden |= ht;
    let len = len + if ht { 4 } else { 0 };
    let head = walk.take(if padded { (len + 3) & !3 } else { len })?;
    if walk.ip_headers == 0 {
        // Sequence control too: every 802.11 hop retransmits.
        walk.facts.link_hash = super::octets::fingerprint(head.get(4..24).unwrap_or_default());
    }
    // An A-MSDU: the first subframe has a header like Ethernet's, unless the driver took
    // it off. tcpdump does not know them.
    let aggregate = qos && u8_at(head, addresses).is_some_and(|control| control & 0x80 != 0);
    if aggregate && !walk.data.starts_with(&SNAP) {
        walk.facts.hidden = true;
        walk.take(14)?;
    }
    Ok(Next::Llc)
}

/// A radiotap header.
pub(super) fn radiotap(walk: &mut Walk<'_, '_>) -> Step {
    let len = le16(walk.data, 2).ok_or(Skip::Truncated)?;
    let head = walk.take(usize::from(len).max(8))?;
    walk.facts.wrapped = true;
    plain_header(walk, is_padded(head).unwrap_or(false))
}

/// Whether the flags field of a radiotap header says that the payload is padded.
fn is_padded(head: &[u8]) -> Option<bool> {
    let present = le32(head, 4)?;
    let mut at = 8;
    let mut word = present;
    while word & 0x8000_0000 != 0 {
        word = le32(head, at)?;
        at += 4;
    }
    if present & 1 != 0 {
        at = at.next_multiple_of(8) + 8;
    }
    Some(present & 2 != 0 && u8_at(head, at)? & 0x20 != 0)
}

/// An AVS header: its length is in its second word.
pub(super) fn avs(walk: &mut Walk<'_, '_>) -> Step {
    let len = be32(walk.data, 4).ok_or(Skip::Truncated)?;
    walk.take(len as usize)?;
    Ok(Next::Wlan)
}

/// A Prism header of 144 octets, or AVS under the same link type.
pub(super) fn prism(walk: &mut Walk<'_, '_>) -> Step {
    let magic = be32(walk.data, 0).ok_or(Skip::Truncated)?;
    if magic & !0xf == AVS_MAGIC {
        return avs(walk);
    }
    walk.take(144)?;
    Ok(Next::Wlan)
}

/// Per-packet information: any link type can follow.
pub(super) fn ppi(walk: &mut Walk<'_, '_>) -> Step {
    let len = le16(walk.data, 2).ok_or(Skip::Truncated)?;
    let head = walk.take(usize::from(len).max(8))?;
    Ok(Next::Link(LinkType(le32(head, 4).ok_or(Skip::Truncated)?)))
}
