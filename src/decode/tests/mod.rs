//! Whole frames through the decoder.

mod datagrams;
mod extensions;
mod fragments;
mod laws;
mod links;
mod segments;
mod tunnels;

use etherparse::PacketBuilder;

use super::Decoder;
use crate::model::{Decoded, Frame, LinkType, Precision, ScopeId, Segment, Skip, Timestamp};

/// A frame as captured whole.
pub(super) fn frame(link: u32, data: &[u8]) -> Frame<'_> {
    Frame {
        number: 1,
        at: Timestamp::from_parts(1_700_000_000, 0),
        carried: 0,
        precision: Precision::Micros,
        link: LinkType(link),
        interface: 0,
        wire_len: data.len() as u32,
        data,
    }
}

/// A SYN from 10.0.0.1:50000 to 10.0.0.2:80 with sequence number 1000.
pub(super) fn ipv4_syn() -> Vec<u8> {
    ipv4(&[])
}

/// The same with payload.
pub(super) fn ipv4(payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64).tcp(50_000, 80, 1000, 512).syn();
    let mut out = Vec::new();
    builder.write(&mut out, payload).unwrap();
    out
}

/// A SYN from `2001:db8::1` port 50000 to `2001:db8::2` port 80.
pub(super) fn ipv6_syn() -> Vec<u8> {
    ipv6(&[])
}

/// The same with payload.
pub(super) fn ipv6(payload: &[u8]) -> Vec<u8> {
    let address = |last| [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
    let builder = PacketBuilder::ipv6(address(1), address(2), 64).tcp(50_000, 80, 1000, 512).syn();
    let mut out = Vec::new();
    builder.write(&mut out, payload).unwrap();
    out
}

/// Octets written in hexadecimal, blanks allowed.
pub(super) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

/// A header in hexadecimal, then what it carries.
pub(super) fn before(header: &str, rest: &[u8]) -> Vec<u8> {
    [hex(header).as_slice(), rest].concat()
}

/// An Ethernet header, then what it carries.
pub(super) fn ethernet(ethertype: &str, rest: &[u8]) -> Vec<u8> {
    before(&format!("020000000001 020000000002 {ethertype}"), rest)
}

/// Decodes one frame, which must be a segment, and gives it to `look` with the
/// text of its scope.
pub(super) fn with_segment<T>(link: u32, data: &[u8], look: impl FnOnce(&Segment<'_>) -> T) -> (T, String) {
    let mut decoder = Decoder::new();
    let (seen, scope) = match decoder.decode(&frame(link, data)) {
        Ok(Decoded::Segment(segment)) => (look(&segment), segment.scope),
        other => panic!("link type {link}: {other:?}"),
    };
    let text = decoder.scope(scope).map(ToString::to_string).unwrap_or_default();
    assert_eq!(scope == ScopeId::NONE, text.is_empty());
    (seen, text)
}

/// Checks that a frame holds the SYN of [`ipv4_syn`] or [`ipv6_syn`]; gives the
/// scope and whether it is wrapped.
#[track_caller]
pub(super) fn holds_syn(link: u32, data: &[u8]) -> (String, bool) {
    let (wrapped, scope) = with_segment(link, data, |segment| {
        assert_eq!((segment.src.port, segment.dst.port, segment.seq.raw()), (50_000, 80, 1000));
        assert!(segment.flags.syn() && segment.len == 0, "{segment:?}");
        segment.ip.wrapped
    });
    (scope, wrapped)
}

/// The reason why a frame holds no segment.
#[track_caller]
pub(super) fn skipped(link: u32, data: &[u8]) -> Skip {
    Decoder::new().decode(&frame(link, data)).map(|_| ()).unwrap_err()
}
