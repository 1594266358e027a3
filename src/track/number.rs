//! Which sequence numbers tcpdump would show for a segment.
//!
//! tcpdump 4.99 prints numbers relative to the first ones that it saw on a flow.
//! Its rule has little to do with TCP: see [`Numberer::number`].

mod bases;

use std::net::IpAddr;

use crate::model::{HeaderFault, Segment};
use bases::{Base, Bases, Key, Noting};

/// The numbers to print for one segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Numbers {
    /// Sequence number.
    pub seq: u32,
    /// Sequence number plus payload octets; neither SYN nor FIN counts.
    pub end: u32,
    /// Acknowledgment number; means nothing unless the ACK flag is set.
    pub ack: u32,
    /// What is subtracted from the edges of SACK blocks.
    pub sack_base: u32,
    /// Whether `seq` and `ack` are relative to numbers of an earlier segment.
    pub relative: bool,
}

/// Computes [`Numbers`], remembering the bases of the flows seen so far.
///
/// IPv4 and IPv6 are remembered apart, each in a bounded table: at the default
/// limit some 35 MB and 60 MB.
#[derive(Debug)]
pub struct Numberer {
    absolute: bool,
    v4: Bases<[u8; 4]>,
    v6: Bases<[u8; 16]>,
}

impl Default for Numberer {
    fn default() -> Self {
        Numberer::new()
    }
}

impl Numberer {
    /// Flows remembered for each of IPv4 and IPv6 unless told otherwise.
    pub const DEFAULT_LIMIT: u32 = 1 << 20;

    /// Has seen nothing; remembers [`Numberer::DEFAULT_LIMIT`] flows.
    pub fn new() -> Self {
        Numberer::with_limit(Numberer::DEFAULT_LIMIT)
    }

    /// Has seen nothing; remembers `limit` flows (at least one) of IPv4, and as
    /// many of IPv6.
    ///
    /// tcpdump forgets none. Here, when so many others have come since a flow
    /// was last heard of, it is forgotten, and if it then goes on without a
    /// SYN-ACK, it starts with absolute numbers again.
    pub fn with_limit(limit: u32) -> Self {
        Numberer { absolute: false, v4: Bases::new(limit), v6: Bases::new(limit) }
    }

    /// Shows absolute numbers always, remembering nothing (`-S`).
    pub fn absolute() -> Self {
        Numberer { absolute: true, ..Numberer::with_limit(1) }
    }

    /// Has fetched from memory what [`Numberer::number`] will need.
    #[inline]
    pub fn approach(&self, segment: &Segment<'_>) {
        // Without ACK nothing is looked up.
        if self.absolute || !segment.flags.ack() {
            return;
        }
        let (src, dst) = (segment.src, segment.dst);
        match (src.addr, dst.addr) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                self.v4.approach(Key::of((from.octets(), src.port), (to.octets(), dst.port)).0);
            }
            (IpAddr::V6(from), IpAddr::V6(to)) => {
                self.v6.approach(Key::of((from.octets(), src.port), (to.octets(), dst.port)).0);
            }
            _ => {}
        }
    }

    /// The numbers that tcpdump would print for this segment.
    ///
    /// - Without ACK they are absolute, and nothing is remembered.
    /// - A segment of an unknown flow, or with SYN, is absolute, and becomes the
    ///   base of those that follow, in both directions. A flow is the two
    ///   addresses and ports, whatever the VLAN or tunnel.
    /// - One that tcpdump does not see is relative where the flow is known, as its
    ///   neighbours are, and leaves no base.
    ///
    /// All this comes before the header length is held against the segment, so
    /// [`HeaderFault::TooLong`] counts; a [`HeaderFault::TooShort`] does not.
    pub fn number(&mut self, segment: &Segment<'_>) -> Numbers {
        let (seq, ack) = (segment.seq, segment.ack_field);
        let as_sent = Numbers {
            seq: seq.raw(),
            end: seq.advance(segment.len).raw(),
            ack: ack.raw(),
            sack_base: 0,
            relative: false,
        };
        let (src, dst, flags) = (segment.src, segment.dst, segment.flags);
        let hidden = segment.ip.hidden;
        let bare = !flags.ack() || segment.fault == Some(HeaderFault::TooShort) || hidden && flags.syn();
        if self.absolute || bare {
            return as_sent;
        }
        let noting = match flags.syn() {
            true => Noting::Replace,
            false if hidden => Noting::Nothing,
            false => Noting::IfNew,
        };
        let base = |reversed| {
            let other = ack.retreat(1);
            if reversed { Base { low: other, high: seq } } else { Base { low: seq, high: other } }
        };
        let (reversed, known) = match (src.addr, dst.addr) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                let (key, reversed) = Key::of((from.octets(), src.port), (to.octets(), dst.port));
                (reversed, self.v4.record(key, noting, base(reversed)))
            }
            (IpAddr::V6(from), IpAddr::V6(to)) => {
                let (key, reversed) = Key::of((from.octets(), src.port), (to.octets(), dst.port));
                (reversed, self.v6.record(key, noting, base(reversed)))
            }
            // One header has two addresses of one kind.
            _ => return as_sent,
        };
        let Some(base) = known else {
            // SACK blocks are relative to a base even where it is set.
            let sack_base = if noting == Noting::Nothing { 0 } else { ack.retreat(1).raw() };
            return Numbers { sack_base, ..as_sent };
        };
        let (mine, other) = if reversed { (base.high, base.low) } else { (base.low, base.high) };
        let seq = seq.relative_to(mine);
        Numbers {
            seq,
            end: seq.wrapping_add(segment.len),
            ack: ack.relative_to(other),
            sack_base: other.raw(),
            relative: true,
        }
    }
}

#[cfg(test)]
mod tests;
