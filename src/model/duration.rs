//! Durations as people write them: `500ms`, `10s`, `1.5m`.

use std::fmt;
use std::time::Duration;

/// Units and their nanoseconds.
const UNITS: [(&str, u64); 9] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Why a text is no duration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DurationFault {
    /// It is not a number and a unit.
    Form,
    /// It is more than 2^64 - 1 nanoseconds, about 584 years.
    TooLong,
}

/// Reads a duration: a decimal number, with up to nine decimals, and a unit
/// (`ns us ms s m min h d`). What is finer than a nanosecond is dropped.
///
/// # Errors
/// Why it is none.
pub fn parse_duration(text: &str) -> Result<Duration, DurationFault> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(DurationFault::Form)?;
    let (number, unit) = text.split_at(end);
    let unit = unit.trim_start();
    let (_, nanos) = UNITS.iter().find(|(name, _)| *name == unit).ok_or(DurationFault::Form)?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let nothing = whole.is_empty() && decimals.is_empty();
    if nothing || decimals.contains('.') || decimals.len() > 9 || number.ends_with('.') {
        return Err(DurationFault::Form);
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| DurationFault::TooLong)? };
    let fraction: u64 = if decimals.is_empty() { 0 } else { decimals.parse().unwrap_or(0) };
    let scale = (0..decimals.len()).fold(1_u128, |scale, _| scale * 10);
    let total = u128::from(whole) * u128::from(*nanos) + u128::from(fraction) * u128::from(*nanos) / scale;
    u64::try_from(total).map(Duration::from_nanos).map_err(|_| DurationFault::TooLong)
}

/// Writes a duration so that [`parse_duration`] gives it back: a whole number
/// of the largest fitting unit of `s`, `ms`, `us`, `ns`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExactDuration(pub Duration);

impl fmt::Display for ExactDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.as_nanos();
        for (unit, scale) in [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)] {
            if nanos.is_multiple_of(scale) {
                return write!(f, "{}{unit}", nanos / scale);
            }
        }
        write!(f, "{nanos}ns")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_are_read_exactly() {
        for (text, nanos) in [
            ("10s", 10_000_000_000),
            ("500ms", 500_000_000),
            ("2m", 120_000_000_000),
            ("2min", 120_000_000_000),
            ("1h", 3_600_000_000_000),
            ("1.5s", 1_500_000_000),
            ("0.000000001s", 1),
            (".5ms", 500_000),
            ("44.410 ms", 44_410_000),
            ("12 µs", 12_000),
            ("0s", 0),
            ("18446744073709551615ns", u64::MAX),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in
            ["", "10", "s", ".s", "1.s", "1..5s", "-1s", "1e3s", "10 x", "1.0000000001s", "１s", "1s2"]
        {
            assert_eq!(parse_duration(text), Err(DurationFault::Form), "{text}");
        }
        for text in ["99999999999999999999s", "18446744073709551616ns", "600000d"] {
            assert_eq!(parse_duration(text), Err(DurationFault::TooLong), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(nanos in any::<u64>(), zeros in 0_u32..10) {
            let scale = 10_u64.pow(zeros);
            let duration = Duration::from_nanos(nanos / scale * scale);
            prop_assert_eq!(parse_duration(&ExactDuration(duration).to_string()), Ok(duration));
        }
    }
}
