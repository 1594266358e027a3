//! Frames of any link type.

use hsanalyze::decode::Decoder;
use hsanalyze::model::{Decoded, Frame, LinkType, Precision, ScopeId, Segment, Timestamp};

use super::take::Take;

/// Link types that are decoded, and some that are not.
const LINKS: [u32; 44] = [
    1,
    101,
    113,
    276,
    0,
    6,
    7,
    9,
    10,
    12,
    14,
    50,
    51,
    100,
    104,
    105,
    107,
    108,
    109,
    117,
    119,
    122,
    127,
    129,
    138,
    163,
    166,
    178,
    192,
    204,
    228,
    229,
    239,
    240,
    241,
    242,
    258,
    259,
    274,
    2,
    147,
    195,
    220,
    u32::MAX,
];

const ETHERNET: LinkType = LinkType(1);
const RAW: LinkType = LinkType(101);

/// One octet for the link type, then frames: length (2 octets), what the wire had
/// more (1), and the frame.
pub fn feed(data: &[u8]) {
    let mut take = Take(data);
    let choice = take.u8();
    let link = LinkType(LINKS[usize::from(choice & 0x3f) % LINKS.len()]);
    let mut decoder = Decoder::new().with_datagrams(choice & 0x40 != 0);
    let mut number = 0;
    while take.more() && number < 64 {
        number += 1;
        let (len, more) = (take.u16(), take.u8());
        let data = take.octets(len.into());
        let frame = frame(number, link, data, more);
        survives(&mut decoder, &frame);
        if link == ETHERNET {
            same_without_link(&frame);
        }
    }
}

fn frame(number: u64, link: LinkType, data: &[u8], more: u8) -> Frame<'_> {
    Frame {
        number,
        at: Timestamp::from_nanos(number as i64 * 1_000_000_000),
        carried: 0,
        precision: Precision::Micros,
        link,
        interface: 0,
        wire_len: data.len() as u32 + u32::from(more),
        data,
    }
}

/// Decodes a frame, and looks at all that is handed out.
pub fn survives(decoder: &mut Decoder, frame: &Frame<'_>) {
    let scope = match decoder.decode(frame) {
        Ok(Decoded::Segment(seg) | Decoded::FirstFragment(seg)) => {
            assert!(seg.payload.len() as u64 <= u64::from(seg.len) || seg.fault.is_some());
            assert!(seg.options.len() <= usize::from(seg.header_len).saturating_sub(20));
            assert!(seg.options().count() <= 41);
            assert_eq!(seg.frame, frame.number);
            seg.scope
        }
        Ok(Decoded::IcmpError(error)) => error.scope,
        Ok(Decoded::Datagram(datagram)) => datagram.scope,
        Err(_) => ScopeId::NONE,
    };
    assert_eq!(decoder.scope(scope).is_none(), scope == ScopeId::NONE);
}

/// What takes the short way on Ethernet walks on another link, and is the same.
fn same_without_link(frame: &Frame<'_>) {
    let plain = frame.data.len() > 14 && frame.data[12..14] == [8, 0] && frame.data[14] >> 4 == 4;
    if !plain {
        return;
    }
    let bare = Frame { link: RAW, wire_len: frame.wire_len - 14, data: &frame.data[14..], ..*frame };
    let (mut one, mut other) = (Decoder::new(), Decoder::new());
    match (one.decode(frame), other.decode(&bare)) {
        (Ok(Decoded::Segment(one)), Ok(Decoded::Segment(other))) => {
            assert_eq!(seen(&one), seen(&other));
            assert_eq!((one.options, one.payload), (other.options, other.payload));
            assert_eq!((one.checksum, one.fault), (other.checksum, other.fault));
        }
        (Err(one), Err(other)) => assert_eq!(one, other),
        (one, other) => {
            let kind = |decoded: &_| std::mem::discriminant(decoded);
            assert_eq!(one.as_ref().map(kind).ok(), other.as_ref().map(kind).ok());
        }
    }
}

fn seen(seg: &Segment<'_>) -> impl PartialEq + std::fmt::Debug + use<> {
    let ends = (seg.src, seg.dst, seg.scope, seg.ip);
    let header = (seg.seq, seg.ack_field, seg.flags, seg.window, seg.urgent);
    (ends, header, seg.len, seg.header_len, seg.fragments)
}
