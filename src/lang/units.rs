//! Durations, octets and counts as people read them: exact integer arithmetic,
//! no floating point.

use std::fmt::{self, Write};
use std::time::Duration;

/// U+2009, between groups of three digits.
const THIN_SPACE: char = '\u{2009}';

/// `850 ns`, `12 µs`, `44.410 ms`, `1.024 s`, `2 min 3 s`, `3 h 20 min`, `2 d 5 h`.
///
/// Digits that do not show are cut off, not rounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span(pub Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (secs, nanos) = (self.0.as_secs(), self.0.subsec_nanos());
        let thousandths = |f: &mut fmt::Formatter<'_>, value: u32, unit: &str| {
            write!(f, "{}.{:03} {unit}", value / 1000, value % 1000)
        };
        match (secs, nanos) {
            (0, 0) => f.write_str("0 µs"),
            (0, 1..1_000) => write!(f, "{nanos} ns"),
            (0, 1_000..1_000_000) if nanos % 1000 == 0 => write!(f, "{} µs", nanos / 1000),
            (0, 1_000..1_000_000) => thousandths(f, nanos, "µs"),
            (0, _) => thousandths(f, nanos / 1000, "ms"),
            (1..60, _) => write!(f, "{secs}.{:03} s", nanos / 1_000_000),
            (60..3_600, _) => write!(f, "{} min {} s", secs / 60, secs % 60),
            (3_600..86_400, _) => write!(f, "{} h {} min", secs / 3_600, secs / 60 % 60),
            _ => write!(f, "{} d {} h", secs / 86_400, secs / 3_600 % 24),
        }
    }
}

/// The same in at most seven cells, for columns: `12 µs`, `150 ms`, `1.02 s`,
/// `12.3 s`, `2m03s`, `3h20m`, `2d05h`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShortSpan(pub Duration);

impl fmt::Display for ShortSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (secs, nanos) = (self.0.as_secs(), self.0.subsec_nanos());
        match (secs, nanos) {
            (0, 0) => f.write_str("0 µs"),
            (0, 1..1_000) => write!(f, "{nanos} ns"),
            (0, 1_000..1_000_000) => write!(f, "{} µs", nanos / 1_000),
            (0, 1_000_000..10_000_000) => write!(f, "{}.{} ms", nanos / 1_000_000, nanos / 100_000 % 10),
            (0, _) => write!(f, "{} ms", nanos / 1_000_000),
            (1..10, _) => write!(f, "{secs}.{:02} s", nanos / 10_000_000),
            (10..60, _) => write!(f, "{secs}.{} s", nanos / 100_000_000),
            (60..3_600, _) => write!(f, "{}m{:02}s", secs / 60, secs % 60),
            (3_600..86_400, _) => write!(f, "{}h{:02}m", secs / 3_600, secs / 60 % 60),
            _ => write!(f, "{}d{:02}h", secs / 86_400, secs / 3_600 % 24),
        }
    }
}

/// A count in groups of three: `1 204`, with thin spaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grouped(pub u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut divisor = 1;
        while self.0 / divisor >= 1000 {
            divisor *= 1000;
        }
        write!(f, "{}", self.0 / divisor)?;
        while divisor > 1 {
            divisor /= 1000;
            f.write_char(THIN_SPACE)?;
            write!(f, "{:03}", self.0 / divisor % 1000)?;
        }
        Ok(())
    }
}

/// `5 B`, `9 999 B`, `128.9 kB`, `1.7 MB`: exact below 10 000, then to one
/// decimal, cut off. Units of 1000.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Octets(pub u64);

impl fmt::Display for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = |f: &mut fmt::Formatter<'_>, unit: u64, name: &str| {
            write!(f, "{}.{} {name}", self.0 / unit, self.0 / (unit / 10) % 10)
        };
        match self.0 {
            0..10_000 => write!(f, "{} B", Grouped(self.0)),
            10_000..1_000_000 => tenths(f, 1_000, "kB"),
            1_000_000..1_000_000_000 => tenths(f, 1_000_000, "MB"),
            1_000_000_000..1_000_000_000_000 => tenths(f, 1_000_000_000, "GB"),
            _ => tenths(f, 1_000_000_000_000, "TB"),
        }
    }
}

/// The same in at most five cells, without `B`: `5`, `9999`, `128k`, `1.7M`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShortOctets(pub u64);

impl fmt::Display for ShortOctets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 10_000 {
            return write!(f, "{}", self.0);
        }
        let mut unit = 1_000;
        let mut names = ["k", "M", "G", "T", "P"].into_iter();
        let mut name = names.next().unwrap_or("");
        for larger in names {
            if self.0 / unit < 1000 {
                break;
            }
            (unit, name) = (unit * 1000, larger);
        }
        match self.0 / unit {
            whole @ 0..10 => write!(f, "{whole}.{}{name}", self.0 / (unit / 10) % 10),
            whole => write!(f, "{whole}{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(nanos: u64) -> String {
        Span(Duration::from_nanos(nanos)).to_string()
    }

    #[test]
    fn durations_change_unit_at_its_edge_and_are_never_rounded_up() {
        assert_eq!(span(0), "0 µs");
        assert_eq!(span(999), "999 ns");
        assert_eq!(span(12_000), "12 µs");
        assert_eq!(span(12_345), "12.345 µs");
        assert_eq!(span(999_999), "999.999 µs");
        assert_eq!(span(44_410_000), "44.410 ms");
        assert_eq!(span(999_999_999), "999.999 ms");
        assert_eq!(span(1_024_500_000), "1.024 s");
        assert_eq!(span(59_999_999_999), "59.999 s");
        assert_eq!(span(123_900_000_000), "2 min 3 s");
        assert_eq!(span(12_000_000_000_000), "3 h 20 min");
        assert_eq!(Span(Duration::MAX).to_string().split(' ').nth(1), Some("d"));
    }

    #[test]
    fn short_durations_fit_seven_cells() {
        for nanos in [0, 1, 999, 1_000, 999_999, 1_000_000, 9_999_999, 10_000_000, 999_999_999] {
            assert!(ShortSpan(Duration::from_nanos(nanos)).to_string().chars().count() <= 7, "{nanos}");
        }
        for secs in [1, 9, 10, 59, 60, 3_599, 3_600, 86_399, 86_400, 86_400 * 999] {
            assert!(ShortSpan(Duration::from_secs(secs)).to_string().chars().count() <= 7, "{secs}");
        }
        assert_eq!(ShortSpan(Duration::from_millis(150)).to_string(), "150 ms");
        assert_eq!(ShortSpan(Duration::from_secs(123)).to_string(), "2m03s");
    }

    #[test]
    fn counts_come_in_groups_of_three() {
        assert_eq!(Grouped(0).to_string(), "0");
        assert_eq!(Grouped(999).to_string(), "999");
        assert_eq!(Grouped(1_204).to_string(), "1\u{2009}204");
        assert_eq!(Grouped(1_000_007).to_string(), "1\u{2009}000\u{2009}007");
        assert!(Grouped(u64::MAX).to_string().ends_with("551\u{2009}615"));
    }

    #[test]
    fn octets_are_exact_while_short() {
        assert_eq!(Octets(5).to_string(), "5 B");
        assert_eq!(Octets(9_999).to_string(), "9\u{2009}999 B");
        assert_eq!(Octets(128_970).to_string(), "128.9 kB");
        assert_eq!(Octets(1_799_999).to_string(), "1.7 MB");
        assert_eq!(Octets(u64::MAX).to_string(), "18446744.0 TB");
    }

    #[test]
    fn short_octets_fit_five_cells() {
        assert_eq!(ShortOctets(9_999).to_string(), "9999");
        assert_eq!(ShortOctets(128_970).to_string(), "128k");
        assert_eq!(ShortOctets(1_799_999).to_string(), "1.7M");
        for octets in [0, 10_000, 999_999, 1_000_000, 999_999_999, 1_000_000_000, 999_000_000_000_000_000] {
            assert!(ShortOctets(octets).to_string().len() <= 5, "{octets}");
        }
    }
}
