//! The same conversation in the words of other tools, by their own rules.

use crate::model::Flags;

/// Wireshark's conversation completeness: the bits that a segment adds.
/// SYN 1, SYN-ACK 2, ACK 4, DATA 8, FIN 16, RST 32.
pub fn completeness(flags: Flags, len: u32) -> u8 {
    let mut bits = 0;
    if flags.syn() {
        bits |= if flags.ack() { 2 } else { 1 };
    } else if flags.ack() && !flags.rst() {
        bits |= 4;
    }
    if len > 0 {
        bits |= 8;
    }
    if flags.fin() {
        bits |= 16;
    }
    if flags.rst() {
        bits |= 32;
    }
    bits
}
