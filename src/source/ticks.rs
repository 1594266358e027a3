//! From the units of a stored time stamp to nanoseconds.

use crate::model::{Precision, Timestamp};

/// How many nanoseconds a unit of time is, and where the count begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Ticks {
    scale: Scale,
    offset_secs: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scale {
    /// So many nanoseconds each.
    Times(u64),
    /// So many to a nanosecond.
    Per(u64),
    /// 2 to the power of so many to a second.
    Binary(u8),
}

impl Ticks {
    /// Microseconds, which is what pcapng has unless it says otherwise.
    pub(super) const MICROS: Ticks = Ticks { scale: Scale::Times(1000), offset_secs: 0 };

    /// Of pcapng's `if_tsresol` and `if_tsoffset` (draft-ietf-opsawg-pcapng,
    /// section 4.2).
    pub(super) fn of_pcapng(tsresol: u8, offset_secs: i64) -> Ticks {
        let power = tsresol & 0x7f;
        let scale = if tsresol & 0x80 != 0 {
            Scale::Binary(power)
        } else if power <= 9 {
            Scale::Times(10_u64.pow(9 - u32::from(power)))
        } else {
            // From 10^-29 s on, 64 bits of units are not one nanosecond.
            Scale::Per(10_u64.checked_pow(u32::from(power) - 9).unwrap_or(u64::MAX))
        };
        Ticks { scale, offset_secs }
    }

    /// The time of so many units, saturating.
    #[inline]
    pub(super) fn time(self, units: u64) -> Timestamp {
        let nanos = match self.scale {
            Scale::Times(each) => match units.checked_mul(each).map(i64::try_from) {
                Some(Ok(nanos)) => nanos,
                _ => i64::MAX,
            },
            Scale::Per(many) => i64::try_from(units / many).unwrap_or(i64::MAX),
            Scale::Binary(power) => {
                let scaled = (u128::from(units) * 1_000_000_000) >> power;
                i64::try_from(scaled).unwrap_or(i64::MAX)
            }
        };
        if self.offset_secs == 0 {
            return Timestamp::from_nanos(nanos);
        }
        let exact = i128::from(nanos) + i128::from(self.offset_secs) * 1_000_000_000;
        let clamped = exact.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        Timestamp::from_nanos(i64::try_from(clamped).unwrap_or(i64::MAX))
    }

    /// Whether the unit is finer than a microsecond.
    pub(super) fn precision(self) -> Precision {
        let micros = match self.scale {
            Scale::Times(each) => each >= 1000,
            Scale::Per(_) => false,
            Scale::Binary(power) => power < 20,
        };
        if micros { Precision::Micros } else { Precision::Nanos }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_and_binary_units() {
        let nanos = |tsresol, units| Ticks::of_pcapng(tsresol, 0).time(units).as_nanos();
        assert_eq!(nanos(6, 1_700_000_000_123_456), 1_700_000_000_123_456_000);
        assert_eq!(nanos(9, 1_700_000_000_123_456_789), 1_700_000_000_123_456_789);
        assert_eq!(nanos(12, 1_999), 1);
        assert_eq!(nanos(0, 3), 3_000_000_000);
        assert_eq!(nanos(0x80 | 10, 1536), 1_500_000_000);
        assert_eq!(nanos(0x80 | 32, 1 << 31), 500_000_000);
    }

    #[test]
    fn extreme_units_neither_overflow_nor_divide_by_zero() {
        for tsresol in 0..=u8::MAX {
            for offset in [i64::MIN, -1, 0, 1, i64::MAX] {
                let ticks = Ticks::of_pcapng(tsresol, offset);
                assert!(ticks.time(0) <= ticks.time(u64::MAX));
            }
        }
        assert_eq!(Ticks::of_pcapng(6, 0).time(u64::MAX).as_nanos(), i64::MAX);
    }

    #[test]
    fn the_offset_is_in_seconds_and_signed() {
        assert_eq!(Ticks::of_pcapng(6, -3600).time(3_600_000_001).as_nanos(), 1000);
    }

    #[test]
    fn precision_is_that_of_the_unit() {
        assert_eq!(Ticks::MICROS.precision(), Precision::Micros);
        assert_eq!(Ticks::of_pcapng(9, 0).precision(), Precision::Nanos);
        assert_eq!(Ticks::of_pcapng(0x80 | 20, 0).precision(), Precision::Nanos);
        assert_eq!(Ticks::of_pcapng(0x80 | 19, 0).precision(), Precision::Micros);
    }
}
