//! Addresses as tcpdump prints them with `-n`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::buffer::{Buffer, EMPTY};
use crate::model::Endpoint;

/// Texts of IPv6 addresses: to write one takes as long as the rest of a line, and most
/// captures have few. Each has one place, and the last that came has it.
#[derive(Debug)]
pub(super) struct Known(Box<[Text; PLACES]>);

const PLACES: usize = 256;

/// Octets of the longest: eight words, seven colons, and a point.
const LONGEST: usize = 40;

/// An address, its text with a point behind it, and how long that is.
#[derive(Clone, Copy, Debug)]
struct Text {
    addr: u128,
    octets: [u8; LONGEST],
    len: u8,
}

impl Known {
    /// Knows none.
    pub(super) fn new() -> Self {
        Known(Box::new([Text { addr: 0, octets: [0; LONGEST], len: 0 }; PLACES]))
    }

    /// Writes an address and a point.
    #[inline(always)]
    fn write(&mut self, line: &mut Buffer<'_>, addr: Ipv6Addr) {
        let addr = addr.to_bits();
        // All octets have a say in the place, the last ones most.
        let word = (addr >> 64) as u64 ^ (addr as u64);
        let place = word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
        let text = &mut self.0[place as usize % PLACES];
        if text.addr != addr || text.len == 0 {
            *text = Text::of(addr);
        }
        line.put_some(&text.octets, text.len.into());
    }
}

impl Text {
    #[inline(never)]
    fn of(addr: u128) -> Text {
        let mut room = EMPTY;
        let mut line = Buffer::on(&mut room);
        v6(&mut line, Ipv6Addr::from_bits(addr));
        line.put(b".");
        let len = line.written().len() as u8;
        Text { addr, octets: room.first_chunk().copied().unwrap_or([0; LONGEST]), len }
    }
}

/// Writes an address.
#[inline]
pub(super) fn address(line: &mut Buffer<'_>, addr: IpAddr) {
    match addr {
        IpAddr::V4(addr) => v4(line, addr),
        IpAddr::V6(addr) => v6(line, addr),
    }
}

/// Writes address, point, port.
#[inline(always)]
pub(super) fn endpoint(line: &mut Buffer<'_>, end: Endpoint, known: &mut Known) {
    match end.addr {
        IpAddr::V4(addr) => line.dotted(addr.octets()),
        IpAddr::V6(addr) => known.write(line, addr),
    }
    line.decimal(end.port.into());
}

/// `127.0.0.1`.
pub(super) fn v4(line: &mut Buffer<'_>, addr: Ipv4Addr) {
    line.dotted(addr.octets());
    line.drop_last();
}

/// The leftmost of the longest runs of at least two zero words: where it begins
/// and how long it is.
pub(in crate::render) fn longest_zeros(words: &[u16; 8]) -> (usize, usize) {
    let (mut best, mut run) = ((0, 0), 0);
    for (i, &word) in words.iter().enumerate() {
        run = if word == 0 { run + 1 } else { 0 };
        if run > best.1 {
            best = (i + 1 - run, run);
        }
    }
    if best.1 < 2 { (0, 0) } else { best }
}

/// `fe80::1`; `::ffff:10.0.0.1` for mapped and `::10.0.0.1` for compatible
/// addresses, as `inet_ntop` has it (RFC 5952 would not have the latter).
pub(super) fn v6(line: &mut Buffer<'_>, addr: Ipv6Addr) {
    let words = addr.segments();
    let (zeros_at, zeros) = longest_zeros(&words);
    let dotted = zeros_at == 0 && (zeros == 6 || (zeros == 5 && words[5] == 0xffff));
    let (mut i, mut colon) = (0, false);
    while i < 8 {
        if zeros > 0 && i == zeros_at {
            line.put(b"::");
            (i, colon) = (i + zeros, false);
            continue;
        }
        if dotted && i == 6 {
            if colon {
                line.put(b":");
            }
            let [.., a, b, c, d] = addr.octets();
            return v4(line, Ipv4Addr::new(a, b, c, d));
        }
        line.hex16(words[i], colon);
        (i, colon) = (i + 1, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(addr: &str) -> String {
        let mut room = EMPTY;
        let mut line = Buffer::on(&mut room);
        address(&mut line, addr.parse().unwrap());
        String::from_utf8(line.written().to_vec()).unwrap()
    }

    #[test]
    fn as_inet_ntop() {
        for same in [
            "0.0.0.0",
            "127.0.0.1",
            "255.20.100.9",
            "::",
            "::1",
            "1::",
            "fe80::1",
            "2001:db8:0:1::",
            "1:2:3:4:5:6:7:8",
            "1:0:3:4:5:6:7:8",
            "0:2:3:4:5:6:7:0",
            "1::4:0:0:7:8",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "::ffff:10.9.0.1",
            "::10.9.0.1",
            "::0.1.0.0",
            "::fffe:a09:1",
            "64:ff9b::a09:1",
        ] {
            assert_eq!(text(same), same);
        }
        assert_eq!(text("1:2:0:4:0:0:7:8"), "1:2:0:4::7:8");
        assert_eq!(text("::2:0:0:0:6"), "::2:0:0:0:6");
    }

    #[test]
    fn what_is_known_is_what_would_be_written() {
        let mut known = Known::new();
        let odd = |n: u128| n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834);
        let all = (0..600).flat_map(|n| [odd(n), n, n << 64, u128::MAX - n]);
        // Many share a place, and each comes again.
        for addr in all.flat_map(|addr| [addr, addr ^ 1, addr]).map(Ipv6Addr::from_bits) {
            let mut room = EMPTY;
            let mut line = Buffer::on(&mut room);
            endpoint(&mut line, Endpoint { addr: addr.into(), port: 443 }, &mut known);
            assert_eq!(String::from_utf8_lossy(line.written()), format!("{}.443", text(&addr.to_string())));
        }
    }
}
