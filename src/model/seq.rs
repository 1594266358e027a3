//! TCP sequence numbers: a circle of 2^32, not a line.

use std::fmt;

/// A TCP sequence or acknowledgment number (RFC 9293 §3.4).
///
/// It has no `Ord` and no `-`: on a circle "smaller" has no meaning without a
/// reference point. Nothing here can overflow or panic.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Seq(u32);

impl Seq {
    /// The number as it stands in the header.
    pub const fn new(raw: u32) -> Self {
        Seq(raw)
    }

    /// The number as it stands in the header.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// The number `octets` further on the circle.
    #[must_use]
    pub const fn advance(self, octets: u32) -> Self {
        Seq(self.0.wrapping_add(octets))
    }

    /// The number `octets` back on the circle.
    #[must_use]
    pub const fn retreat(self, octets: u32) -> Self {
        Seq(self.0.wrapping_sub(octets))
    }

    /// How far this number lies after `origin` (negative: before it), taking
    /// the shorter way round the circle.
    pub const fn distance_from(self, origin: Seq) -> i32 {
        self.0.wrapping_sub(origin.0).cast_signed()
    }

    /// Octets from `base` forward to this number, modulo 2^32: what tcpdump
    /// prints as a relative number.
    pub const fn relative_to(self, base: Seq) -> u32 {
        self.0.wrapping_sub(base.0)
    }

    /// Whether this number lies strictly after `other` (shorter way round).
    pub const fn is_after(self, other: Seq) -> bool {
        self.distance_from(other) > 0
    }

    /// Whether this number lies strictly before `other` (shorter way round).
    pub const fn is_before(self, other: Seq) -> bool {
        self.distance_from(other) < 0
    }

    /// The later of two numbers (shorter way round).
    #[must_use]
    pub const fn later(self, other: Seq) -> Seq {
        if other.is_after(self) { other } else { self }
    }
}

impl fmt::Debug for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seq({})", self.0)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advance_wraps_at_the_top_of_the_circle() {
        assert_eq!(Seq::new(u32::MAX).advance(1), Seq::new(0));
        assert_eq!(Seq::new(0).retreat(1), Seq::new(u32::MAX));
    }

    #[test]
    fn order_is_relative_and_survives_the_wrap() {
        let last = Seq::new(u32::MAX);
        let first = Seq::new(4);
        assert!(first.is_after(last));
        assert!(last.is_before(first));
        assert_eq!(first.distance_from(last), 5);
        assert_eq!(last.distance_from(first), -5);
        assert_eq!(first.relative_to(last), 5);
        assert_eq!(last.later(first), first);
    }
}
