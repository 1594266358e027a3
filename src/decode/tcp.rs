//! The TCP header (RFC 9293 §3.1), also one that is cut or contradicts itself.

use etherparse::TcpHeaderSlice;

use super::facts::{Addresses, Facts};
use crate::model::{Checksum, Decoded, Endpoint, Flags, HeaderFault, Segment, Seq, Skip};

/// Octets of a header without options.
pub(super) const MIN_LEN: usize = 20;
const MAX_LEN: usize = 60;

/// Octets of time stamps, and what fills the word before them (RFC 7323 appendix A).
const STAMPS: usize = 12;

/// Longest payload that is summed up to check a SYN, FIN or RST.
const MAX_SUMMED: u32 = 64;

/// The segment at the present position.
///
/// `octets` are the captured ones of `wire` octets of IP payload.
#[inline(always)]
pub(super) fn segment<'a>(facts: &Facts<'_, 'a>, octets: &'a [u8], wire: u32) -> Result<Decoded<'a>, Skip> {
    if let Ok(header) = TcpHeaderSlice::from_slice(octets) {
        return Ok(build(facts, &header, octets, wire));
    }
    if octets.len() < MIN_LEN {
        return Err(if (wire as usize) < MIN_LEN { Skip::Malformed } else { Skip::Truncated });
    }
    // Cut options or a wrong data offset: the fixed part still speaks.
    let mut padded = [0; MAX_LEN];
    let captured = octets.len().min(MAX_LEN);
    padded[..captured].copy_from_slice(&octets[..captured]);
    padded[12] |= 0xf0;
    let header = TcpHeaderSlice::from_slice(&padded).map_err(|_| Skip::Malformed)?;
    Ok(build(facts, &header, octets, wire))
}

/// `octets` are the captured ones of the segment, at least [`MIN_LEN`]; the data
/// offset is read from them, everything else from `header`.
#[inline(always)] // what it reads from `facts` then never goes through memory
fn build<'a>(facts: &Facts<'_, 'a>, header: &TcpHeaderSlice<'_>, octets: &'a [u8], wire: u32) -> Decoded<'a> {
    let offset_and_flags = u16::from_be_bytes([octets[12], octets[13]]);
    let header_len = usize::from(offset_and_flags >> 12) * 4;
    let fault = if header_len < MIN_LEN {
        Some(HeaderFault::TooShort)
    } else if header_len > wire as usize {
        Some(HeaderFault::TooLong { segment_len: wire })
    } else {
        None
    };
    let (head, payload) = octets.split_at(header_len.clamp(MIN_LEN, octets.len()));
    let flags = Flags::from_header(offset_and_flags);
    let len = wire.saturating_sub(header_len as u32);
    let is_plain = fault.is_none() && !facts.first_fragment && !facts.ip.routed;
    let checksum =
        if is_plain { judge(facts.ip.addresses, octets, wire, flags, len) } else { Checksum::Unknown };
    let mut ip = facts.ip.meta;
    ip.wrapped = facts.wrapped;
    ip.hidden = facts.hidden;
    let segment = Segment {
        frame: facts.frame.number,
        at: facts.frame.at,
        carried: facts.frame.carried,
        interface: facts.frame.interface,
        arrival: facts.arrival,
        link_hash: facts.link_hash,
        src: Endpoint { addr: facts.ip.addresses.src(), port: header.source_port() },
        dst: Endpoint { addr: facts.ip.addresses.dst(), port: header.destination_port() },
        scope: facts.scope,
        ip,
        seq: Seq::new(header.sequence_number()),
        ack_field: Seq::new(header.acknowledgment_number()),
        flags,
        window: header.window_size(),
        urgent: header.urgent_pointer(),
        len,
        header_len: header_len as u8,
        options: head.get(MIN_LEN..).unwrap_or_default(),
        payload,
        checksum,
        fault,
        fragments: facts.fragments,
        first_piece: facts.ip.first_piece,
    };
    if facts.first_fragment { Decoded::FirstFragment(segment) } else { Decoded::Segment(segment) }
}

/// What the checksum of a segment says, if it is worth computing: of what opens,
/// ends or merely acknowledges a connection.
#[inline]
pub(super) fn judge(addresses: Addresses<'_>, octets: &[u8], wire: u32, flags: Flags, len: u32) -> Checksum {
    let marks = Flags::SYN.with(Flags::FIN).with(Flags::RST);
    let worth = len == 0 || (len <= MAX_SUMMED && flags.intersects(marks));
    if worth && octets.len() == wire as usize { checksum(addresses, octets) } else { Checksum::Unknown }
}

/// `segment` is short. The sum of 16-bit words is the same in either order of
/// octets, but for the order of its own (RFC 1071 §2): none is turned round.
fn checksum(addresses: Addresses<'_>, segment: &[u8]) -> Checksum {
    let addresses = match addresses {
        Addresses::V4(both) => sum(both),
        Addresses::V6(both) => sum(both),
    };
    // The protocol, 6, and the length.
    let pseudo = addresses + u64::from(u16::from_le_bytes((6 + segment.len() as u16).to_be_bytes()));
    let all = match segment.split_first_chunk::<MIN_LEN>() {
        Some((fixed, [])) => sum(fixed),
        Some((fixed, rest)) => match <&[u8; STAMPS]>::try_from(rest) {
            Ok(stamps) => sum(fixed) + sum(stamps),
            Err(_) => sum_of_any(segment),
        },
        None => sum_of_any(segment),
    };
    let total = fold(pseudo + all);
    if total == 0xffff {
        Checksum::Good
    } else if segment.get(16..18).is_some_and(|field| field == fold(pseudo).to_le_bytes()) {
        Checksum::Offloaded
    } else {
        Checksum::Bad
    }
}

/// The sum of the little-endian 32-bit words, not yet folded. Inlined, for what is
/// summed is nearly always of a known length.
#[inline(always)]
fn sum(octets: &[u8]) -> u64 {
    let (words, rest) = octets.as_chunks::<4>();
    let mut total: u64 = words.iter().map(|word| u64::from(u32::from_le_bytes(*word))).sum();
    for (at, octet) in rest.iter().enumerate() {
        total += u64::from(*octet) << (8 * at);
    }
    total
}

/// The same of any length.
#[inline(never)]
fn sum_of_any(octets: &[u8]) -> u64 {
    sum(octets)
}

/// Folded to 16 bits; 0 only of 0.
#[inline]
fn fold(sum: u64) -> u16 {
    let sum = (sum >> 32) + (sum & 0xffff_ffff);
    let sum = (sum >> 32) + (sum & 0xffff_ffff);
    let sum = (sum >> 16) + (sum & 0xffff);
    let sum = (sum >> 16) + (sum & 0xffff);
    ((sum >> 16) + (sum & 0xffff)) as u16
}
