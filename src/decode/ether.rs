//! Ethernet, 802.2 LLC, and what an Ethertype can announce: VLAN tags, MPLS,
//! PPPoE and the like.

use etherparse::Ethernet2HeaderSlice;

use super::octets::{be16, fingerprint};
use super::walk::{Next, Step, Walk};
use crate::model::{ScopePart, Skip};

pub(super) const IPV4: u16 = 0x0800;
pub(super) const IPV6: u16 = 0x86dd;
pub(super) const VLAN: u16 = 0x8100;
pub(super) const PROVIDER_VLAN: u16 = 0x88a8;
pub(super) const TRANSPARENT_BRIDGING: u16 = 0x6558;
pub(super) const PPP: u16 = 0x880b;
pub(super) const MPLS: u16 = 0x8847;

const ARP: u16 = 0x0806;
const MPLS_MULTICAST: u16 = 0x8848;
const PPPOE_SESSION: u16 = 0x8864;
const MACSEC: u16 = 0x88e5;
const PROVIDER_BACKBONE: u16 = 0x88e7;
const FABRIC_PATH: u16 = 0x8903;
const CISCO_METADATA: u16 = 0x8909;
const VN_TAG: u16 = 0x8926;
const NSH: u16 = 0x894f;
const REDUNDANCY: u16 = 0x892f;
const PORT_EXTENSION: u16 = 0x893f;
const REPLICATION: u16 = 0xf1c1;
const TRILL: u16 = 0x22f3;

/// Below this an Ethernet type field is an 802.3 length.
const MIN_ETHERTYPE: u16 = 0x0600;

/// Labels followed in one MPLS stack.
const MAX_LABELS: usize = 16;

/// An Ethernet header, of the frame itself or of one in a tunnel.
pub(super) fn ethernet(walk: &mut Walk<'_, '_>) -> Step {
    let head = walk.take(HEADER_LEN)?;
    let header = Ethernet2HeaderSlice::from_slice(head).map_err(|_| Skip::Truncated)?;
    if walk.ip_headers == 0 && walk.facts.link_hash == 0 {
        walk.facts.link_hash = fingerprint(&head[..12]);
    }
    Ok(Next::EtherType(header.ether_type().0))
}

/// Octets of an Ethernet header.
pub(super) const HEADER_LEN: usize = 14;

/// What an Ethertype announces.
pub(super) fn ethertype(walk: &mut Walk<'_, '_>, kind: u16) -> Step {
    match kind {
        IPV4 => Ok(Next::Ipv4),
        IPV6 => Ok(Next::Ipv6),
        VLAN | PROVIDER_VLAN | 0x9100 | 0x9200 | 0x9300 => vlan(walk),
        ARP => Err(Skip::Arp),
        MPLS | MPLS_MULTICAST => Ok(Next::Mpls),
        PPPOE_SESSION => pppoe(walk),
        PPP => Ok(Next::Ppp),
        TRANSPARENT_BRIDGING => Ok(Next::Ethernet),
        MACSEC => macsec(walk),
        VN_TAG => then_ethertype(walk, 4),
        // Version, length, one option: a security group tag. Priority and port (802.1BR).
        CISCO_METADATA | PORT_EXTENSION => unseen_tag(walk, 6),
        // Path and size, sequence number (HSR, IEC 62439-3); reserved and sequence
        // number (802.1CB).
        REDUNDANCY | REPLICATION => unseen_tag(walk, 4),
        TRILL => trill(walk),
        // A tag of tree and time to live, then the frame that was bridged.
        FABRIC_PATH => {
            walk.facts.wrapped = true;
            walk.facts.hidden = true;
            walk.take(2)?;
            Ok(Next::Ethernet)
        }
        PROVIDER_BACKBONE => {
            walk.facts.wrapped = true;
            walk.take(4)?;
            Ok(Next::Ethernet)
        }
        NSH => nsh(walk),
        0..MIN_ETHERTYPE => Ok(Next::Llc),
        _ => Err(Skip::NotIp),
    }
}

/// Skips `count` octets; an Ethertype follows them.
pub(super) fn then_ethertype(walk: &mut Walk<'_, '_>, count: usize) -> Step {
    walk.take(count)?;
    Ok(Next::EtherType(u16::from_be_bytes(walk.take_array()?)))
}

/// As [`then_ethertype`], of a tag that tcpdump does not look through.
fn unseen_tag(walk: &mut Walk<'_, '_>, count: usize) -> Step {
    walk.facts.hidden = true;
    then_ethertype(walk, count)
}

/// An 802.1Q or 802.1ad tag. VLAN 0 is no VLAN, only a priority (802.1Q §9.6),
/// and often set in one direction alone.
pub(super) fn vlan(walk: &mut Walk<'_, '_>) -> Step {
    let [a, b, c, d] = walk.take_array()?;
    let id = u16::from_be_bytes([a, b]) & 0xfff;
    if id != 0 {
        walk.enter(ScopePart::Vlan(id))?;
    }
    Ok(Next::EtherType(u16::from_be_bytes([c, d])))
}

/// MACsec that only authenticates (802.1AE): the payload is in the clear.
fn macsec(walk: &mut Walk<'_, '_>) -> Step {
    let control = walk.take(6)?.first().copied().ok_or(Skip::Truncated)?;
    let (has_channel, is_changed) = (control & 0x20 != 0, control & 0x0c != 0);
    if is_changed {
        return Err(Skip::Unsupported);
    }
    then_ethertype(walk, if has_channel { 8 } else { 0 })
}

/// PPPoE session stage (RFC 2516).
pub(super) fn pppoe(walk: &mut Walk<'_, '_>) -> Step {
    let head: [u8; 6] = walk.take_array()?;
    if head[0] != 0x11 {
        return Err(Skip::Malformed);
    }
    if head[1] != 0 {
        return Err(Skip::NotIp);
    }
    walk.facts.wrapped = true;
    walk.enter(ScopePart::Pppoe(u16::from_be_bytes([head[2], head[3]])))?;
    Ok(Next::Ppp)
}

/// Routed between bridges (RFC 6325 §3): a header, its options, then the frame.
fn trill(walk: &mut Walk<'_, '_>) -> Step {
    let [a, b, ..]: [u8; 6] = walk.take_array()?;
    let options = usize::from(u16::from_be_bytes([a, b]) >> 6 & 0x1f) * 4;
    walk.take(options)?;
    walk.facts.wrapped = true;
    walk.facts.hidden = true;
    Ok(Next::Ethernet)
}

/// Network service header (RFC 8300).
pub(super) fn nsh(walk: &mut Walk<'_, '_>) -> Step {
    let head: [u8; 4] = walk.take_array()?;
    walk.facts.wrapped = true;
    let len = usize::from(head[1] & 0x3f) * 4;
    walk.take(len.checked_sub(4).ok_or(Skip::Malformed)?)?;
    service_protocol(head[3])
}

/// "Next protocol" of NSH and of VXLAN-GPE.
pub(super) fn service_protocol(number: u8) -> Step {
    match number {
        1 => Ok(Next::Ipv4),
        2 => Ok(Next::Ipv6),
        3 => Ok(Next::Ethernet),
        4 => Ok(Next::EtherType(NSH)),
        5 => Ok(Next::Mpls),
        _ => Err(Skip::Unsupported),
    }
}

/// An MPLS label stack (RFC 3032). Labels differ from one direction to the
/// other, so they are no scope.
pub(super) fn mpls(walk: &mut Walk<'_, '_>) -> Step {
    walk.facts.wrapped = true;
    let mut bottom = false;
    for _ in 0..MAX_LABELS {
        let [_, _, flags, _] = walk.take_array()?;
        bottom = flags & 1 != 0;
        if bottom {
            break;
        }
    }
    if !bottom {
        return Err(Skip::TooDeep);
    }
    // Nothing says what the payload is; its first nibble does (RFC 4928).
    match walk.data.first().map(|octet| octet >> 4) {
        None => Err(Skip::Truncated),
        Some(4) if walk.data.first().is_some_and(|octet| octet & 15 >= 5) => Ok(Next::Ipv4),
        Some(6) if !is_ethernet(walk.data) => Ok(Next::Ipv6),
        Some(0) if !is_ethernet(walk.data) => {
            walk.take(4)?;
            Ok(Next::Ethernet)
        }
        _ if is_ethernet(walk.data) => Ok(Next::Ethernet),
        _ => Err(Skip::Unsupported),
    }
}

/// Whether an Ethernet header without control word is plausible.
fn is_ethernet(octets: &[u8]) -> bool {
    matches!(be16(octets, 12), Some(IPV4 | IPV6 | ARP | 0x8100 | 0x88a8 | MPLS | PPPOE_SESSION))
        // With a control word of zeros the true header lies four octets further.
        && !matches!(be16(octets, 16), Some(IPV4 | IPV6 | 0x8100 | 0x88a8))
}

/// An 802.2 LLC header: SNAP (RFC 1042), or the SAP of IP.
pub(super) fn llc(walk: &mut Walk<'_, '_>) -> Step {
    let [dsap, ssap, control] = walk.take_array()?;
    // The lowest bits say group, and response (IEEE 802.2 §3.3.1).
    match (dsap & 0xfe, ssap & 0xfe, control) {
        (0xaa, 0xaa, 0x03) => {
            let [a, b, c, d, e] = walk.take_array()?;
            match [a, b, c] {
                // RFC 1042, and the bridge-tunnel encapsulation of 802.1H.
                [0, 0, 0] | [0, 0, 0xf8] => Ok(Next::EtherType(u16::from_be_bytes([d, e]))),
                // Bridged Ethernet (RFC 2684 §5.2), with and without checksum.
                [0, 0x80, 0xc2] if d == 0 && (e == 1 || e == 7) => Ok(Next::Ethernet),
                _ => Err(Skip::NotIp),
            }
        }
        (0x06, 0x06, 0x03) => Ok(Next::Ipv4),
        // Routed by NLPID (RFC 2684 §5.1).
        (0xfe, 0xfe, 0x03) => super::ppp::nlpid(walk),
        _ => Err(Skip::NotIp),
    }
}
