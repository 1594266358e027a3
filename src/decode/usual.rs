//! The short way for what nearly every frame is: Ethernet, IPv4 without options or IPv6
//! without extensions, TCP, nothing else. It gives up on anything unusual and leaves
//! that to the walk, which would find the same, only slower.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::facts::Addresses;
use super::octets::fingerprint;
use super::{ether, ip, tcp};
use crate::model::{Endpoint, Flags, Frame, IpMeta, LinkType, ScopeId, Segment, Seq};

const ETHERNET: LinkType = LinkType(1);

/// Where IP begins, and TCP behind it.
const IP: usize = ether::HEADER_LEN;
const TCP_ON_V4: usize = IP + 20;
const TCP_ON_V6: usize = IP + 40;

/// The segment of a usual frame, without a fault.
#[inline(always)] // so that it is put together where it stays
pub(super) fn segment<'a>(frame: &Frame<'a>) -> Option<Segment<'a>> {
    let octets = frame.data.first_chunk::<{ TCP_ON_V4 + tcp::MIN_LEN }>();
    let octets = octets.filter(|_| frame.link == ETHERNET)?;
    let two = |at: usize| u16::from_be_bytes([octets[at], octets[at + 1]]);
    match two(12) {
        ether::IPV4 => {
            // No options, and neither offset nor "more fragments".
            let plain = octets[IP] == 0x45 && two(IP + 6) & 0x3fff == 0;
            if !plain || octets[IP + 9] != ip::TCP {
                return None;
            }
            let addresses = octets[IP + 12..].first_chunk()?;
            let ip = Around {
                // A total length of 0 or one that is too small fails here.
                wire: usize::from(two(IP + 2)).checked_sub(20)?,
                addresses: Addresses::V4(addresses),
                meta: IpMeta {
                    ttl: octets[IP + 8],
                    id: Some(two(IP + 4)),
                    ecn: octets[IP + 1] & 3,
                    wrapped: false,
                    hidden: false,
                },
            };
            let [a, b, c, d, e, f, g, h] = *addresses;
            let ends = [Ipv4Addr::new(a, b, c, d).into(), Ipv4Addr::new(e, f, g, h).into()];
            tcp_of::<TCP_ON_V4>(frame, ip, ends)
        }
        ether::IPV6 => {
            // A length of 0 is one that does not fit, or was not known.
            if octets[IP] >> 4 != 6 || octets[IP + 6] != ip::TCP || two(IP + 4) == 0 {
                return None;
            }
            let addresses: &[u8; 32] = frame.data.get(IP + 8..)?.first_chunk()?;
            let ip = Around {
                wire: two(IP + 4).into(),
                addresses: Addresses::V6(addresses),
                meta: IpMeta {
                    ttl: octets[IP + 7],
                    id: None,
                    ecn: octets[IP + 1] >> 4 & 3,
                    wrapped: false,
                    hidden: false,
                },
            };
            let (src, dst) = addresses.split_first_chunk::<16>()?;
            let ends = [Ipv6Addr::from(*src).into(), Ipv6Addr::from(*dst.first_chunk::<16>()?).into()];
            tcp_of::<TCP_ON_V6>(frame, ip, ends)
        }
        _ => None,
    }
}

/// What the IP header says.
struct Around<'a> {
    /// Octets of TCP.
    wire: usize,
    addresses: Addresses<'a>,
    meta: IpMeta,
}

/// The segment whose header begins at `AT`.
#[inline(always)]
fn tcp_of<'a, const AT: usize>(
    frame: &Frame<'a>,
    ip: Around<'_>,
    [src, dst]: [IpAddr; 2],
) -> Option<Segment<'a>> {
    let Around { wire, addresses, meta } = ip;
    let rest = frame.data.get(AT..)?;
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
        precision: frame.precision,
        interface: frame.interface,
        arrival: None,
        link_hash: fingerprint(frame.data.get(..12)?),
        src: Endpoint { addr: src, port: two(0) },
        dst: Endpoint { addr: dst, port: two(2) },
        scope: ScopeId::NONE,
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
    })
}
