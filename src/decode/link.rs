//! Link types: one row each.

use super::octets::{be16, fingerprint, u8_at};
use super::walk::{Next, Step, Walk};
use super::{cooked, device, ether, ppp, wlan};
use crate::model::{LinkType, Skip};

/// How frames of one link type begin.
#[derive(Debug)]
pub(super) struct Row {
    link: LinkType,
    enter: fn(&mut Walk<'_, '_>) -> Step,
}

impl Row {
    /// Whether this is the row of a link type.
    pub(super) fn is_for(&self, link: LinkType) -> bool {
        self.link == link
    }

    /// Takes the header of the link layer.
    pub(super) fn enter(&self, walk: &mut Walk<'_, '_>) -> Step {
        (self.enter)(walk)
    }
}

const fn entry(number: u32, enter: fn(&mut Walk<'_, '_>) -> Step) -> Row {
    Row { link: LinkType(number), enter }
}

/// All link types that are decoded, by their number in the registry of
/// `LINKTYPE_*` values.
static ROWS: &[Row] = &[
    entry(0, cooked::null),                            // NULL: BSD loopback
    entry(1, ether::ethernet),                         // ETHERNET
    entry(6, token_ring),                              // IEEE802_5
    entry(7, arcnet_bsd),                              // ARCNET_BSD
    entry(8, |walk| skip(walk, 16, Next::Ip)),         // SLIP
    entry(9, ppp::plain),                              // PPP
    entry(10, fddi),                                   // FDDI
    entry(12, |_| Ok(Next::Ip)),                       // RAW by the number of most systems
    entry(14, |_| Ok(Next::Ip)),                       // RAW by the number of OpenBSD
    entry(50, ppp::serial),                            // PPP_HDLC
    entry(51, ether::pppoe),                           // PPP_ETHER
    entry(99, device::symantec),                       // SYMANTEC_FIREWALL
    entry(100, atm_llc),                               // ATM_RFC1483
    entry(101, |_| Ok(Next::Ip)),                      // RAW
    entry(104, ppp::hdlc),                             // C_HDLC
    entry(105, |_| Ok(Next::Wlan)),                    // IEEE802_11
    entry(106, atm_clip),                              // ATM_CLIP
    entry(107, ppp::frame_relay),                      // FRELAY
    entry(108, cooked::null),                          // LOOP: OpenBSD loopback
    entry(109, cooked::enc),                           // ENC
    entry(113, cooked::sll),                           // LINUX_SLL
    entry(117, cooked::pflog),                         // PFLOG
    entry(119, wlan::prism),                           // IEEE802_11_PRISM
    entry(122, fibre_channel),                         // IP_OVER_FC
    entry(123, sunatm),                                // SUNATM
    entry(127, wlan::radiotap),                        // IEEE802_11_RADIOTAP
    entry(129, arcnet_linux),                          // ARCNET_LINUX
    entry(138, ieee1394),                              // APPLE_IP_OVER_IEEE1394
    entry(163, wlan::avs),                             // IEEE802_11_AVS
    entry(166, |_| Ok(Next::Ppp)),                     // PPP_PPPD: the direction first
    entry(167, device::juniper_ethernet),              // JUNIPER_PPPOE
    entry(178, device::juniper_ethernet),              // JUNIPER_ETHER
    entry(179, device::juniper_ppp),                   // JUNIPER_PPP
    entry(180, device::juniper_frame_relay),           // JUNIPER_FRELAY
    entry(181, device::juniper_hdlc),                  // JUNIPER_CHDLC
    entry(192, wlan::ppi),                             // PPI
    entry(197, device::erf),                           // ERF
    entry(204, |walk| skip(walk, 1, Next::Ppp)),       // PPP_WITH_DIR
    entry(219, |_| Ok(Next::Mpls)),                    // MPLS
    entry(226, device::ipnet),                         // IPNET
    entry(228, |_| Ok(Next::Ipv4)),                    // IPV4
    entry(229, |_| Ok(Next::Ipv6)),                    // IPV6
    entry(239, cooked::nflog),                         // NFLOG
    entry(240, |walk| skip(walk, 4, Next::Ethernet)),  // NETANALYZER
    entry(241, |walk| skip(walk, 12, Next::Ethernet)), // NETANALYZER_TRANSPARENT
    entry(242, infiniband),                            // IPOIB
    entry(258, cooked::pktap),                         // PKTAP
    entry(259, |walk| skip(walk, 8, Next::Ethernet)),  // EPON
    entry(274, |walk| skip(walk, 8, Next::Ethernet)),  // ETHERNET_MPACKET: preamble first
    entry(276, cooked::sll2),                          // LINUX_SLL2
    entry(281, device::broadcom),                      // DSA_TAG_BRCM
    entry(282, |walk| skip(walk, 4, Next::Ethernet)),  // DSA_TAG_BRCM_PREPEND
    entry(284, device::marvell),                       // DSA_TAG_DSA
    entry(285, device::marvell_with_ethertype),        // DSA_TAG_EDSA
];

/// The row of a link type, if there is one.
pub(super) fn row(link: LinkType) -> Option<&'static Row> {
    ROWS.get(ROWS.binary_search_by_key(&link, |row| row.link).ok()?)
}

/// Enters a frame of the given link type.
pub(super) fn enter(walk: &mut Walk<'_, '_>, link: LinkType) -> Step {
    row(link).ok_or(Skip::Unsupported)?.enter(walk)
}

/// A header of fixed length that says nothing of interest.
pub(super) fn skip(walk: &mut Walk<'_, '_>, count: usize, next: Next) -> Step {
    walk.take(count)?;
    Ok(next)
}

/// FDDI: frame control and two addresses; then LLC, if it is an LLC frame.
fn fddi(walk: &mut Walk<'_, '_>) -> Step {
    let head = walk.take(13)?;
    walk.facts.link_hash = fingerprint(head.get(1..).unwrap_or_default());
    match u8_at(head, 0).map(|control| control & 0xf0) {
        Some(0x50) => Ok(Next::Llc),
        _ => Err(Skip::NotIp),
    }
}

/// Token Ring: two control octets, two addresses, perhaps a source route.
fn token_ring(walk: &mut Walk<'_, '_>) -> Step {
    let head = walk.take(14)?;
    walk.facts.link_hash = fingerprint(head.get(2..).unwrap_or_default());
    if u8_at(head, 1).is_some_and(|control| control & 0xc0 != 0x40) {
        return Err(Skip::NotIp);
    }
    if u8_at(head, 8).is_some_and(|octet| octet & 0x80 != 0) {
        walk.facts.wrapped = true;
        let route = usize::from(u8_at(walk.data, 0).ok_or(Skip::Truncated)? & 0x1f);
        walk.take(route.max(2))?;
    }
    Ok(Next::Llc)
}

/// ARCNET as BSD hands it over: source, destination, protocol.
fn arcnet_bsd(walk: &mut Walk<'_, '_>) -> Step {
    let head = walk.take(3)?;
    walk.facts.link_hash = fingerprint(head.get(..2).unwrap_or_default());
    arcnet(walk, u8_at(head, 2), true)
}

/// ARCNET as Linux hands it over: an offset before the protocol.
fn arcnet_linux(walk: &mut Walk<'_, '_>) -> Step {
    let head = walk.take(5)?;
    walk.facts.link_hash = fingerprint(head.get(..2).unwrap_or_default());
    arcnet(walk, u8_at(head, 4), false)
}

/// RFC 1051 puts IP right behind the protocol number; RFC 1201 puts a split
/// flag and a sequence number between, twice in an exception frame. Of the parts of a
/// packet, which BSD shows, the first (whose flag is odd) holds its headers.
fn arcnet(walk: &mut Walk<'_, '_>, protocol: Option<u8>, bsd: bool) -> Step {
    match protocol {
        Some(0xf0) => Ok(Next::Ipv4),
        Some(0xf1 | 0xd5) => Err(Skip::Arp),
        Some(kind @ (0xd4 | 0xc4)) => {
            let [flag, _, _] = walk.take_array()?;
            let flag = if flag == 0xff { exception(walk, bsd)? } else { flag };
            if bsd && flag != 0 && flag & 1 == 0 {
                return Err(Skip::Fragment);
            }
            Ok(if kind == 0xd4 { Next::Ipv4 } else { Next::Ipv6 })
        }
        _ => Err(Skip::NotIp),
    }
}

/// The rest of an exception frame's header: the flag again. tcpdump knows them of BSD.
fn exception(walk: &mut Walk<'_, '_>, bsd: bool) -> Result<u8, Skip> {
    walk.facts.hidden |= !bsd;
    let [_, flag, _, _] = walk.take_array()?;
    Ok(flag)
}

/// IP over Fibre Channel: two addresses of eight octets, then LLC.
fn fibre_channel(walk: &mut Walk<'_, '_>) -> Step {
    walk.facts.link_hash = fingerprint(walk.take(16)?);
    Ok(Next::Llc)
}

/// IP over FireWire: two addresses of eight octets, then an Ethertype.
fn ieee1394(walk: &mut Walk<'_, '_>) -> Step {
    walk.facts.link_hash = fingerprint(walk.take(16)?);
    ether::then_ethertype(walk, 0)
}

/// IP over InfiniBand: global routing header, Ethertype, two octets reserved.
fn infiniband(walk: &mut Walk<'_, '_>) -> Step {
    let head = walk.take(44)?;
    walk.facts.link_hash = fingerprint(head.get(..40).unwrap_or_default());
    Ok(Next::EtherType(be16(head, 40).ok_or(Skip::Truncated)?))
}

/// ATM as Solaris' driver hands it over: the kind of traffic, and the circuit.
fn sunatm(walk: &mut Walk<'_, '_>) -> Step {
    let [kind, path, a, b] = walk.take_array()?;
    match (kind & 0x0f, path, u16::from_be_bytes([a, b])) {
        // Signalling, maintenance and management.
        (_, 0, 1..=5 | 16) => Err(Skip::NotIp),
        // LAN emulation: who emulates, then Ethernet.
        (1, ..) => skip(walk, 2, Next::Ethernet),
        // LLC, or unknown.
        _ => atm_llc(walk),
    }
}

/// LLC over ATM (RFC 2684). Where it is not of the usual kinds, tcpdump takes the
/// beginning for another header.
fn atm_llc(walk: &mut Walk<'_, '_>) -> Step {
    walk.facts.hidden |= !matches!(walk.data, [0xaa, 0xaa, 3, ..] | [0xfe, 0xfe, 3, ..] | [6, 6, 3, ..]);
    Ok(Next::Llc)
}

/// Classical IP over ATM, whose headers may have been taken off.
fn atm_clip(walk: &mut Walk<'_, '_>) -> Step {
    if walk.data.starts_with(&[0xaa, 0xaa, 0x03, 0, 0, 0]) { Ok(Next::Llc) } else { Ok(Next::Ip) }
}
