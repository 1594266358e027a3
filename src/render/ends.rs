//! Endpoints as people and JSON read them: `127.0.0.1:9877`, `[::1]:9877`. The
//! same as [`Endpoint`]'s `Display`, without the machinery of `format!`.

use std::net::{IpAddr, Ipv6Addr};

use super::digits::below_ten_to_eight;
use crate::model::Endpoint;

/// More than the longest endpoint, 47 characters.
const ROOM: usize = 64;

/// The digits of each octet and a point behind them, and how many these are.
static OCTETS: [([u8; 4], u8); 256] = {
    let mut table = [([b'.'; 4], 2); 256];
    let mut n = 0;
    while n < 256 {
        let (a, b, c) = (b'0' + (n / 100) as u8, b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8);
        table[n] = match n {
            0..10 => ([c, b'.', b'.', b'.'], 2),
            10..100 => ([b, c, b'.', b'.'], 3),
            _ => ([a, b, c, b'.'], 4),
        };
        n += 1;
    }
    table
};

/// Endpoints of IPv4 are never longer than 21 characters.
const USUAL: usize = 32;

/// The text of an endpoint, in place.
#[repr(align(16))]
pub(super) struct EndText {
    octets: [u8; ROOM],
    used: usize,
}

impl EndText {
    /// Of an endpoint.
    #[inline]
    pub fn of(end: Endpoint) -> Self {
        let mut text = EndText { octets: [0; ROOM], used: 0 };
        match end.addr {
            IpAddr::V4(addr) => {
                text.dotted(addr.octets());
            }
            IpAddr::V6(addr) => {
                text.push(b'[');
                text.v6(addr);
                text.push(b']');
            }
        }
        text.push(b':');
        text.decimal(end.port.into());
        text
    }

    /// Appends it, moved as a whole.
    #[inline]
    pub fn append(&self, out: &mut Vec<u8>) {
        let end = out.len() + self.used;
        out.extend_from_slice(&self.octets);
        out.truncate(end);
    }

    /// As text. The room behind it is looked at too, for known lengths are looked
    /// at faster.
    #[inline]
    pub fn text(&self) -> &str {
        let room = if self.used <= USUAL { &self.octets[..USUAL] } else { &self.octets };
        std::str::from_utf8(room).unwrap_or_default().get(..self.used).unwrap_or_default()
    }

    #[inline]
    fn push(&mut self, octet: u8) {
        if let Some(slot) = self.octets.get_mut(self.used) {
            *slot = octet;
            self.used += 1;
        }
    }

    /// `127.0.0.1`: four octets moved for each, whatever it takes of them.
    #[inline]
    fn dotted(&mut self, octets: [u8; 4]) {
        for octet in octets {
            let (text, len) = OCTETS.get(usize::from(octet)).copied().unwrap_or_default();
            if let Some(place) = self.octets.get_mut(self.used..).and_then(|rest| rest.first_chunk_mut()) {
                *place = text;
                self.used += usize::from(len);
            }
        }
        self.used -= 1;
    }

    /// A number of at most five digits.
    #[inline]
    fn decimal(&mut self, n: u32) {
        let (text, len) = below_ten_to_eight(n);
        if let Some(place) = self.octets.get_mut(self.used..).and_then(|rest| rest.first_chunk_mut()) {
            *place = text;
            self.used += len;
        }
    }

    /// As RFC 5952 has it.
    fn v6(&mut self, addr: Ipv6Addr) {
        if let Some(v4) = addr.to_ipv4_mapped() {
            b"::ffff:".iter().for_each(|&octet| self.push(octet));
            return self.dotted(v4.octets());
        }
        let words = addr.segments();
        let (zeros_at, zeros) = super::tcpdump::longest_zeros(&words);
        let mut colon = false;
        for (at, word) in words.into_iter().enumerate() {
            if zeros > 0 && (zeros_at..zeros_at + zeros).contains(&at) {
                if at == zeros_at {
                    self.push(b':');
                    self.push(b':');
                    colon = false;
                }
                continue;
            }
            if colon {
                self.push(b':');
            }
            self.hex(word);
            colon = true;
        }
    }

    fn hex(&mut self, word: u16) {
        let digits = (16 - word.leading_zeros()).div_ceil(4).max(1);
        for place in (0..digits).rev() {
            let digit = (word >> (4 * place) & 15) as u8;
            self.push(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_text_is_that_of_display(v4: u32, words: [u16; 8], zeros: u8, port: u16) {
            let mut words = words;
            words.iter_mut().enumerate().for_each(|(i, word)| {
                if zeros >> i & 1 == 1 {
                    *word = 0;
                }
            });
            let mapped = std::net::Ipv4Addr::from_bits(v4).to_ipv6_mapped();
            for addr in [IpAddr::V4(v4.into()), IpAddr::V6(words.into()), IpAddr::V6(mapped)] {
                let end = Endpoint { addr, port };
                let text = EndText::of(end);
                prop_assert_eq!(text.text(), end.to_string());
            }
        }
    }
}
