//! The short way for what nearly every frame is: Ethernet, perhaps one VLAN tag or two,
//! IPv4 without options or IPv6 without extensions, TCP, nothing else. It gives up on
//! anything unusual and leaves that to the walk, which would find the same, only slower.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::facts::Addresses;
use super::octets::fingerprint;
use super::scope::Scopes;
use super::{ether, ip, tcp};
use crate::model::{Endpoint, Flags, Frame, IpMeta, LinkType, ScopeId, Segment, Seq};

const ETHERNET: LinkType = LinkType(1);

/// Octets of the IP headers.
const V4: usize = 20;
const V6: usize = 40;

/// Octets of a VLAN tag with the Ethertype behind it.
const TAG: usize = 4;

/// The segment of a usual frame without VLAN, without a fault.
#[inline(always)] // so that it is put together where it stays
pub(super) fn segment<'a>(frame: &Frame<'a>) -> Option<Segment<'a>> {
    let octets = frame.data.first_chunk::<{ ether::HEADER_LEN }>().filter(|_| frame.link == ETHERNET)?;
    let kind = u16::from_be_bytes([octets[12], octets[13]]);
    packet::<{ ether::HEADER_LEN }>(frame, kind, ScopeId::NONE)
}

/// As [`segment`], in a VLAN (802.1Q), or in two (802.1ad), that were met before.
#[inline(never)] // keeps the way of the others short
pub(super) fn tagged<'a>(frame: &Frame<'a>, scopes: &Scopes) -> Option<Segment<'a>> {
    const ONE: usize = ether::HEADER_LEN + TAG;
    const TWO: usize = ONE + TAG;
    let octets = frame.data.first_chunk::<TWO>().filter(|_| frame.link == ETHERNET)?;
    let two = |at: usize| u16::from_be_bytes([octets[at], octets[at + 1]]);
    let vlan = |at: usize| two(at) & 0xfff;
    match two(16) {
        _ if !matches!(two(12), ether::VLAN | ether::PROVIDER_VLAN) => None,
        ether::VLAN => packet::<TWO>(frame, two(20), scopes.of_vlans(vlan(14), vlan(18))?),
        kind => packet::<ONE>(frame, kind, scopes.of_vlans(vlan(14), 0)?),
    }
}

/// The segment of the packet that begins at `IP`.
#[inline(always)]
fn packet<'a, const IP: usize>(frame: &Frame<'a>, kind: u16, scope: ScopeId) -> Option<Segment<'a>> {
    let packet = frame.data.get(IP..)?;
    let octets = packet.first_chunk::<{ V4 + tcp::MIN_LEN }>()?;
    let two = |at: usize| u16::from_be_bytes([octets[at], octets[at + 1]]);
    match kind {
        ether::IPV4 => {
            // No options, and neither offset nor "more fragments".
            let plain = octets[0] == 0x45 && two(6) & 0x3fff == 0;
            if !plain || octets[9] != ip::TCP {
                return None;
            }
            let addresses = octets[12..].first_chunk()?;
            let ip = Around {
                // A total length of 0 or one that is too small fails here.
                wire: usize::from(two(2)).checked_sub(V4)?,
                addresses: Addresses::V4(addresses),
                meta: IpMeta {
                    ttl: octets[8],
                    id: Some(two(4)),
                    ecn: octets[1] & 3,
                    wrapped: false,
                    hidden: false,
                },
                scope,
            };
            let [a, b, c, d, e, f, g, h] = *addresses;
            let ends = [Ipv4Addr::new(a, b, c, d).into(), Ipv4Addr::new(e, f, g, h).into()];
            tcp_of(frame, packet.get(V4..)?, ip, ends)
        }
        ether::IPV6 => {
            // A length of 0 is one that does not fit, or was not known.
            if octets[0] >> 4 != 6 || octets[6] != ip::TCP || two(4) == 0 {
                return None;
            }
            let addresses: &[u8; 32] = packet.get(8..)?.first_chunk()?;
            let ip = Around {
                wire: two(4).into(),
                addresses: Addresses::V6(addresses),
                meta: IpMeta {
                    ttl: octets[7],
                    id: None,
                    ecn: octets[1] >> 4 & 3,
                    wrapped: false,
                    hidden: false,
                },
                scope,
            };
            let (src, dst) = addresses.split_first_chunk::<16>()?;
            let ends = [Ipv6Addr::from(*src).into(), Ipv6Addr::from(*dst.first_chunk::<16>()?).into()];
            tcp_of(frame, packet.get(V6..)?, ip, ends)
        }
        _ => None,
    }
}

/// What stands before TCP.
struct Around<'a> {
    /// Octets of TCP.
    wire: usize,
    addresses: Addresses<'a>,
    meta: IpMeta,
    scope: ScopeId,
}

/// The segment at the beginning of `rest`.
#[inline(always)]
fn tcp_of<'a>(
    frame: &Frame<'a>,
    rest: &'a [u8],
    ip: Around<'_>,
    [src, dst]: [IpAddr; 2],
) -> Option<Segment<'a>> {
    let Around { wire, addresses, meta, scope } = ip;
    let rest = rest.get(..wire).unwrap_or(rest);
    let octets = rest.first_chunk::<{ tcp::MIN_LEN }>()?;
    let two = |at: usize| u16::from_be_bytes([octets[at], octets[at + 1]]);
    let four = |at: usize| u32::from_be_bytes([octets[at], octets[at + 1], octets[at + 2], octets[at + 3]]);
    let header_len = usize::from(octets[12] >> 4) * 4;
    if header_len < tcp::MIN_LEN || header_len > wire {
        return None;
    }
    let options = rest.get(tcp::MIN_LEN..header_len)?;
    let payload = rest.get(header_len..)?;
    let (flags, len) = (Flags::from_header(two(12)), (wire - header_len) as u32);
    // Before all else: what is read across this call must be kept somewhere.
    let checksum = tcp::judge(addresses, rest, wire as u32, flags, len);
    Some(Segment {
        frame: frame.number,
        at: frame.at,
        carried: frame.carried,
        interface: frame.interface,
        arrival: None,
        link_hash: fingerprint(frame.data.get(..12)?),
        src: Endpoint { addr: src, port: two(0) },
        dst: Endpoint { addr: dst, port: two(2) },
        scope,
        ip: meta,
        seq: Seq::new(four(4)),
        ack_field: Seq::new(four(8)),
        flags,
        window: two(14),
        urgent: two(18),
        len,
        header_len: header_len as u8,
        options,
        payload,
        checksum,
        fault: None,
        fragments: 0,
        first_piece: 0,
    })
}
