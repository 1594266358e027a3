//! Packet time. Nothing in the analysis reads a clock.

use std::time::Duration;

const NANOS_PER_SEC: i64 = 1_000_000_000;

/// Nanoseconds since 1970-01-01 00:00:00 UTC, as the capture says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Timestamp(i64);

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
    pub const MIN: Timestamp = Timestamp(i64::MIN);

    /// From nanoseconds since the epoch.
    pub const fn from_nanos(nanos: i64) -> Self {
        Timestamp(nanos)
    }

    /// From seconds and nanoseconds. `nanos` may exceed a second (some
    /// captures are wrong in that way); the result saturates in the year 2262.
    pub const fn from_parts(secs: i64, nanos: u32) -> Self {
        Timestamp(secs.saturating_mul(NANOS_PER_SEC).saturating_add(nanos as i64))
    }

    /// Nanoseconds since the epoch.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(NANOS_PER_SEC)
    }

    /// Nanoseconds within the second, 0 to 999 999 999.
    pub const fn subsec_nanos(self) -> u32 {
        self.0.rem_euclid(NANOS_PER_SEC) as u32
    }

    /// Time since `earlier`; zero if the clock went backwards.
    pub const fn since(self, earlier: Timestamp) -> Duration {
        let nanos = self.0.saturating_sub(earlier.0);
        if nanos <= 0 { Duration::ZERO } else { Duration::from_nanos(nanos as u64) }
    }

    /// Nanoseconds since `earlier`, negative if the clock went backwards.
    pub const fn nanos_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This time plus a duration, saturating.
    #[must_use]
    pub const fn plus(self, duration: Duration) -> Timestamp {
        let nanos = duration.as_nanos();
        let nanos = if nanos > i64::MAX as u128 { i64::MAX } else { nanos as i64 };
        Timestamp(self.0.saturating_add(nanos))
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
    fn parts_are_exact_and_saturate() {
        let t = Timestamp::from_parts(1_700_000_000, 123_456_789);
        assert_eq!((t.secs(), t.subsec_nanos()), (1_700_000_000, 123_456_789));
        assert_eq!(Timestamp::from_parts(i64::MAX, 0).as_nanos(), i64::MAX);
        assert_eq!(Timestamp::from_nanos(-1).subsec_nanos(), 999_999_999);
    }
}
