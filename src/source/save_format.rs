//! The octets of saved frames: pcap and pcapng, little-endian.

use std::collections::HashMap;

use crate::model::{Frame, LinkType, Precision};

/// How a saved file is laid out.
#[derive(Debug)]
pub(super) enum Layout {
    /// One link type and one unit of time, in the header.
    Pcap { link: LinkType, snaplen: u32, precision: Precision },
    /// Each interface has its own. The map gives the numbers in the file.
    Pcapng { snaplen: u32, interfaces: HashMap<(u32, LinkType, bool), u32> },
}

impl Layout {
    /// For a source with these link types.
    pub(super) fn new(links: &[LinkType], snaplen: u32, precision: Precision) -> Layout {
        match links {
            [] => Layout::Pcap { link: super::ETHERNET, snaplen, precision },
            [link] => Layout::Pcap { link: *link, snaplen, precision },
            _ => Layout::Pcapng { snaplen, interfaces: HashMap::new() },
        }
    }

    /// Appends the file's header.
    pub(super) fn header(&self, out: &mut Vec<u8>) {
        match self {
            Layout::Pcap { link, snaplen, precision } => {
                let magic: u32 = if *precision == Precision::Nanos { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
                let version = 4 << 16 | 2;
                put(out, &[magic, version, 0, 0, *snaplen, link.0]);
            }
            Layout::Pcapng { .. } => {
                put(out, &[0x0a0d_0d0a, 28, 0x1a2b_3c4d, 1, u32::MAX, u32::MAX, 28]);
            }
        }
    }

    /// Appends a frame's record. `Err`: the link type that the file has, which
    /// is not the frame's.
    #[inline]
    pub(super) fn record(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> Result<(), LinkType> {
        // No frame is longer: sources have bounds far below.
        let len = u32::try_from(frame.data.len()).unwrap_or(u32::MAX);
        match self {
            Layout::Pcap { link, .. } if *link != frame.link => return Err(*link),
            Layout::Pcap { precision, .. } => {
                let unit = if *precision == Precision::Nanos { 1 } else { 1000 };
                // The format ends in 2106 and begins in 1970.
                let secs = frame.at.secs().clamp(0, i64::from(u32::MAX)) as u32;
                put(out, &[secs, frame.at.subsec_nanos() / unit, len, frame.wire_len]);
                out.extend_from_slice(frame.data);
            }
            Layout::Pcapng { snaplen, interfaces } => {
                let nano = frame.precision == Precision::Nanos;
                let next = u32::try_from(interfaces.len()).unwrap_or(u32::MAX);
                let id = *interfaces.entry((frame.interface, frame.link, nano)).or_insert(next);
                if id == next {
                    interface(frame.link, *snaplen, nano, out);
                }
                enhanced_packet(frame, id, len, nano, out);
            }
        }
        Ok(())
    }
}

/// Appends an interface description (draft-ietf-opsawg-pcapng, section 4.2).
fn interface(link: LinkType, snaplen: u32, nano: bool, out: &mut Vec<u8>) {
    let tsresol = if nano { 9 } else { 6 };
    // if_tsresol has number 9 and one octet; the end of options has number 0.
    put(out, &[1, 32, link.0 & 0xffff, snaplen, 1 << 16 | 9, tsresol, 0, 32]);
}

/// Appends an enhanced packet (section 4.3).
fn enhanced_packet(frame: &Frame<'_>, id: u32, len: u32, nano: bool, out: &mut Vec<u8>) {
    let padded = len.next_multiple_of(4);
    let unit = if nano { 1 } else { 1000 };
    let ticks = (frame.at.as_nanos().max(0) / unit).cast_unsigned();
    let (high, low) = ((ticks >> 32) as u32, ticks as u32);
    put(out, &[6, 32 + padded, id, high, low, len, frame.wire_len]);
    out.extend_from_slice(frame.data);
    out.resize(out.len() + (padded - len) as usize, 0);
    put(out, &[32 + padded]);
}

#[inline]
fn put(out: &mut Vec<u8>, fields: &[u32]) {
    for field in fields {
        out.extend_from_slice(&field.to_le_bytes());
    }
}

/// How many octets of what was written are whole records, and how many frames
/// that is. `begins`: the octets are the beginning of the file.
pub(super) fn whole_records(layout: &Layout, written: &[u8], begins: bool) -> (u64, u64) {
    let int =
        |at: usize| written.get(at..).and_then(<[u8]>::first_chunk).map(|octets| u32::from_le_bytes(*octets));
    let (mut end, mut frames) = (0_usize, 0);
    if begins && let Layout::Pcap { .. } = layout {
        end = 24;
    }
    loop {
        let (len, packet) = match layout {
            Layout::Pcap { .. } => (int(end + 8).map(|len| len as usize + 16), true),
            Layout::Pcapng { .. } => (int(end + 4).map(|len| len as usize), int(end) == Some(6)),
        };
        match len {
            Some(len) if len > 0 && end + len <= written.len() => end += len,
            _ => break,
        }
        frames += u64::from(packet);
    }
    (if end <= written.len() { end as u64 } else { 0 }, frames)
}
