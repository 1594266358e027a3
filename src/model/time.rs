//! Packet time. Nothing in the analysis reads a clock.

use std::num::NonZeroU64;
use std::time::Duration;

const NANOS_PER_SEC: i64 = 1_000_000_000;

/// Nanoseconds since 1970-01-01 00:00:00 UTC, as the capture says: from 1677 to
/// 2262.
///
/// They are stored with the sign bit turned over, so that they order as they
/// should and none is zero: an `Option<Timestamp>` takes eight octets. What a
/// conversation remembers is times above all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(NonZeroU64);

const SIGN: u64 = 1 << 63;

impl Default for Timestamp {
    fn default() -> Self {
        Timestamp::from_nanos(0)
    }
}

impl std::fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Timestamp").field(&self.as_nanos()).finish()
    }
}

/// The unit in which a capture's time stamps were stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Precision {
    /// Microseconds, or coarser.
    #[default]
    Micros,
    /// Nanoseconds, or finer.
    Nanos,
}

impl Timestamp {
    /// The earliest possible time.
    pub const MIN: Timestamp = Timestamp(NonZeroU64::MIN);

    /// The latest possible time.
    pub const MAX: Timestamp = Timestamp::from_nanos(i64::MAX);

    /// From nanoseconds since the epoch (`i64::MIN` gives [`Timestamp::MIN`], one
    /// later).
    pub const fn from_nanos(nanos: i64) -> Self {
        match NonZeroU64::new(nanos.cast_unsigned() ^ SIGN) {
            Some(biased) => Timestamp(biased),
            None => Timestamp::MIN,
        }
    }

    /// From seconds and nanoseconds. `nanos` may exceed a second (some
    /// captures are wrong in that way); the result saturates in the year 2262.
    pub const fn from_parts(secs: i64, nanos: u32) -> Self {
        Timestamp::from_nanos(secs.saturating_mul(NANOS_PER_SEC).saturating_add(nanos as i64))
    }

    /// Nanoseconds since the epoch.
    pub const fn as_nanos(self) -> i64 {
        (self.0.get() ^ SIGN).cast_signed()
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn secs(self) -> i64 {
        self.as_nanos().div_euclid(NANOS_PER_SEC)
    }

    /// Nanoseconds within the second, 0 to 999 999 999.
    pub const fn subsec_nanos(self) -> u32 {
        self.as_nanos().rem_euclid(NANOS_PER_SEC) as u32
    }

    /// Time since `earlier`; zero if the clock went backwards.
    pub const fn since(self, earlier: Timestamp) -> Duration {
        let nanos = self.as_nanos().saturating_sub(earlier.as_nanos());
        if nanos <= 0 { Duration::ZERO } else { Duration::from_nanos(nanos as u64) }
    }

    /// Nanoseconds since `earlier`, negative if the clock went backwards.
    pub const fn nanos_since(self, earlier: Timestamp) -> i64 {
        self.as_nanos().saturating_sub(earlier.as_nanos())
    }

    /// This time plus a duration, saturating.
    #[must_use]
    pub const fn plus(self, duration: Duration) -> Timestamp {
        let nanos = duration.as_nanos();
        let nanos = if nanos > i64::MAX as u128 { i64::MAX } else { nanos as i64 };
        Timestamp::from_nanos(self.as_nanos().saturating_add(nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_steps_back_gives_no_negative_duration() {
        let later = Timestamp::from_parts(5, 0);
        let earlier = Timestamp::from_parts(4, 999_999_999);
        assert_eq!(earlier.since(later), Duration::ZERO);
        assert_eq!(later.since(earlier), Duration::from_nanos(1));
        assert_eq!(earlier.nanos_since(later), -1);
    }

    #[test]
    fn times_order_and_an_absent_one_takes_no_room() {
        let times = [i64::MIN, -5, -1, 0, 1, i64::MAX].map(Timestamp::from_nanos);
        assert!(times.is_sorted() && times[0] == Timestamp::MIN);
        assert_eq!(Timestamp::default().as_nanos(), 0);
        assert_eq!(size_of::<Option<Timestamp>>(), 8);
    }

    #[test]
    fn parts_are_exact_and_saturate() {
        let t = Timestamp::from_parts(1_700_000_000, 123_456_789);
        assert_eq!((t.secs(), t.subsec_nanos()), (1_700_000_000, 123_456_789));
        assert_eq!(Timestamp::from_parts(i64::MAX, 0).as_nanos(), i64::MAX);
        assert_eq!(Timestamp::from_nanos(-1).subsec_nanos(), 999_999_999);
    }
}
