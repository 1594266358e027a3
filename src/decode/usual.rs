//! The short way for what nearly every frame is: Ethernet, IPv4, TCP, nothing
//! else. It gives up on anything unusual and leaves that to the walk, which
//! would find the same, only slower.

use etherparse::{Ethernet2HeaderSlice, Ipv4HeaderSlice};

use super::facts::Facts;
use super::octets::fingerprint;
use super::{ether, ip, tcp};
use crate::model::{Decoded, Frame, LinkType};

const ETHERNET: LinkType = LinkType(1);

/// The segment of a usual frame.
#[inline]
pub(super) fn segment<'a>(frame: &Frame<'a>) -> Option<Decoded<'a>> {
    if frame.link != ETHERNET {
        return None;
    }
    let link = Ethernet2HeaderSlice::from_slice(frame.data).ok()?;
    if link.ether_type().0 != ether::IPV4 {
        return None;
    }
    let rest = frame.data.get(ether::HEADER_LEN..)?;
    let header = Ipv4HeaderSlice::from_slice(rest).ok()?;
    if header.protocol().0 != ip::TCP || header.is_fragmenting_payload() {
        return None;
    }
    // A total length of 0 or one that is too small fails here.
    let header_len = header.slice().len();
    let len = usize::from(header.total_len()).checked_sub(header_len)?;
    let payload = rest.get(header_len..)?;
    let mut facts = Facts::new(frame);
    facts.link_hash = fingerprint(link.slice().get(..12)?);
    facts.ip = ip::v4_facts(&header);
    tcp::segment(&facts, payload.get(..len).unwrap_or(payload), len as u32).ok()
}
