//! The short way for what nearly every frame is: Ethernet, IPv4 without options,
//! TCP, nothing else. It gives up on anything unusual and leaves that to the
//! walk, which would find the same, only slower.

use std::net::Ipv4Addr;

use super::facts::Addresses;
use super::octets::fingerprint;
use super::{ether, ip, tcp};
use crate::model::{Endpoint, Flags, Frame, IpMeta, LinkType, ScopeId, Segment, Seq};

const ETHERNET: LinkType = LinkType(1);

/// Octets of the three headers.
const HEADERS: usize = ether::HEADER_LEN + 40;

/// The segment of a usual frame, without a fault.
#[inline(always)] // so that it is put together where it stays
pub(super) fn segment<'a>(frame: &Frame<'a>) -> Option<Segment<'a>> {
    let octets = frame.data.first_chunk::<HEADERS>().filter(|_| frame.link == ETHERNET)?;
    let two = |at: usize| u16::from_be_bytes([octets[at], octets[at + 1]]);
    let four = |at: usize| u32::from_be_bytes([octets[at], octets[at + 1], octets[at + 2], octets[at + 3]]);
    // No options, and neither offset nor "more fragments".
    let plain = octets[14] == 0x45 && two(20) & 0x3fff == 0;
    if two(12) != ether::IPV4 || !plain || octets[23] != ip::TCP {
        return None;
    }
    // A total length of 0 or one that is too small fails here.
    let wire = usize::from(two(16)).checked_sub(20)?;
    let header_len = usize::from(octets[46] >> 4) * 4;
    let rest = frame.data.get(34..)?;
    let rest = rest.get(..wire).unwrap_or(rest);
    if header_len < tcp::MIN_LEN || header_len > wire {
        return None;
    }
    let options = rest.get(tcp::MIN_LEN..header_len)?;
    let payload = rest.get(header_len..)?;
    let (flags, len) = (Flags::from_header(two(46)), (wire - header_len) as u32);
    let addresses = octets[26..].first_chunk()?;
    // Before all else: what is read across this call must be kept somewhere.
    let checksum = tcp::judge(Addresses::V4(addresses), rest, wire as u32, flags, len);
    let address =
        |at: usize| Ipv4Addr::new(octets[at], octets[at + 1], octets[at + 2], octets[at + 3]).into();
    Some(Segment {
        frame: frame.number,
        at: frame.at,
        precision: frame.precision,
        interface: frame.interface,
        arrival: None,
        link_hash: fingerprint(&octets[..12]),
        src: Endpoint { addr: address(26), port: two(34) },
        dst: Endpoint { addr: address(30), port: two(36) },
        scope: ScopeId::NONE,
        ip: IpMeta { ttl: octets[22], id: Some(two(18)), ecn: octets[15] & 3, wrapped: false, hidden: false },
        seq: Seq::new(four(38)),
        ack_field: Seq::new(four(42)),
        flags,
        window: two(48),
        urgent: two(52),
        len,
        header_len: header_len as u8,
        options,
        payload,
        checksum,
        fault: None,
        fragments: 0,
    })
}
