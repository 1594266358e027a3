//! TCP header flags.

use std::fmt;

/// The eight low flag bits of a TCP header (RFC 9293 §3.1) and AE (RFC 9768).
///
/// Ask with [`Flags::contains`]: `flags & (SYN|ACK) != 0` would take every ACK
/// for a SYN-ACK.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u16);

impl Flags {
    /// No flag at all.
    pub const NONE: Flags = Flags(0);
    /// No more data from the sender.
    pub const FIN: Flags = Flags(0x01);
    /// Synchronize sequence numbers.
    pub const SYN: Flags = Flags(0x02);
    /// Reset the connection.
    pub const RST: Flags = Flags(0x04);
    /// Push.
    pub const PSH: Flags = Flags(0x08);
    /// The acknowledgment field is significant.
    pub const ACK: Flags = Flags(0x10);
    /// The urgent pointer is significant.
    pub const URG: Flags = Flags(0x20);
    /// ECN echo (RFC 3168).
    pub const ECE: Flags = Flags(0x40);
    /// Congestion window reduced (RFC 3168).
    pub const CWR: Flags = Flags(0x80);
    /// Accurate ECN (RFC 9768), formerly NS.
    pub const AE: Flags = Flags(0x100);

    /// From bytes 12 and 13 of the TCP header, in network order as a `u16`;
    /// the data offset and the reserved bits are dropped.
    pub const fn from_header(bytes_12_13: u16) -> Self {
        Flags(bytes_12_13 & 0x1ff)
    }

    /// The flag bits; AE is bit 8.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Whether *all* flags of `all` are set.
    pub const fn contains(self, all: Flags) -> bool {
        self.0 & all.0 == all.0
    }

    /// Whether at least one flag of `any` is set.
    pub const fn intersects(self, any: Flags) -> bool {
        self.0 & any.0 != 0
    }

    /// These flags and those of `other`.
    #[must_use]
    pub const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// SYN set.
    pub const fn syn(self) -> bool {
        self.contains(Flags::SYN)
    }
    /// ACK set.
    pub const fn ack(self) -> bool {
        self.contains(Flags::ACK)
    }
    /// FIN set.
    pub const fn fin(self) -> bool {
        self.contains(Flags::FIN)
    }
    /// RST set.
    pub const fn rst(self) -> bool {
        self.contains(Flags::RST)
    }

    /// tcpdump's text between the brackets of `Flags [S.]`: the letters
    /// `FSRP.UEW` of the flags set, or `none`. tcpdump 4.99 looks at one byte,
    /// so AE does not show.
    pub fn tcpdump(self) -> &'static str {
        TCPDUMP.get(usize::from(self.0 & 0xff)).map_or("none", |s| s.as_str())
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tcpdump())
    }
}

/// Up to eight ASCII letters.
#[derive(Clone, Copy)]
struct Letters {
    text: [u8; 8],
    len: u8,
}

impl Letters {
    fn as_str(&'static self) -> &'static str {
        std::str::from_utf8(&self.text[..usize::from(self.len)]).unwrap_or("none")
    }
}

/// tcpdump's text for each value of the flag byte, in bit order.
static TCPDUMP: [Letters; 256] = {
    let letters = *b"FSRP.UEW";
    let mut table = [Letters { text: *b"none\0\0\0\0", len: 4 }; 256];
    let mut value = 1;
    while value < 256 {
        let mut one = Letters { text: [0; 8], len: 0 };
        let mut bit = 0;
        while bit < 8 {
            if value & (1 << bit) != 0 {
                one.text[one.len as usize] = letters[bit];
                one.len += 1;
            }
            bit += 1;
        }
        table[value] = one;
        value += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_come_in_tcpdumps_order() {
        assert_eq!(Flags::SYN.tcpdump(), "S");
        assert_eq!(Flags::SYN.with(Flags::ACK).tcpdump(), "S.");
        assert_eq!(Flags::SYN.with(Flags::ECE).with(Flags::CWR).tcpdump(), "SEW");
        assert_eq!(Flags::FIN.with(Flags::PSH).with(Flags::ACK).tcpdump(), "FP.");
        assert_eq!(Flags::NONE.tcpdump(), "none");
        assert_eq!(Flags::from_header(0x50ff).tcpdump(), "FSRP.UEW");
    }

    #[test]
    fn an_ack_is_not_a_syn_ack() {
        let syn_ack = Flags::SYN.with(Flags::ACK);
        assert!(!Flags::ACK.contains(syn_ack));
        assert!(Flags::ACK.intersects(syn_ack));
    }
}
