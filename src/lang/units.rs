//! Durations, octets and counts as people read them: exact integer arithmetic,
//! no floating point.
//!
//! Each has `put` beside `Display`: the same text without the machinery of
//! `format!`, for what is said of every segment.

use std::fmt::{self, Write};
use std::time::Duration;

/// U+2009, between groups of three digits.
const THIN_SPACE: &str = "\u{2009}";

/// Appends a number.
///
/// # Errors
/// Those of `out`; a `String` has none.
pub fn number(n: impl itoa::Integer, out: &mut impl Write) -> fmt::Result {
    out.write_str(itoa::Buffer::new().format(n))
}

/// The same of a number that is seldom 1000 or more.
fn count(n: u64, out: &mut impl Write) -> fmt::Result {
    if n < 1000 { upto_three(n, out) } else { number(n, out) }
}

/// A number in at least so many digits; in three only if it has no more.
fn padded(n: u64, digits: usize, out: &mut impl Write) -> fmt::Result {
    match digits {
        3 => three(n, out),
        2 if n < 10 => {
            out.write_char('0')?;
            count(n, out)
        }
        _ => count(n, out),
    }
}

/// A whole part, a separator, a part in so many digits, a unit.
fn parts(
    whole: u64,
    sign: &str,
    (rest, digits): (u64, usize),
    unit: &str,
    out: &mut impl Write,
) -> fmt::Result {
    count(whole, out)?;
    out.write_str(sign)?;
    padded(rest, digits, out)?;
    out.write_str(unit)
}

/// Gives a type the `Display` of its `put`.
macro_rules! display {
    ($($name:ident)*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.put(f)
            }
        }
    )*};
}
display!(Span ShortSpan Grouped Octets ShortOctets);

/// `850 ns`, `12 µs`, `44.410 ms`, `1.024 s`, `2 min 3 s`, `3 h 20 min`, `2 d 5 h`.
///
/// Digits that do not show are cut off, not rounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span(pub Duration);

impl Span {
    /// Of so many nanoseconds.
    pub const fn of_nanos(nanos: u64) -> Span {
        Span(Duration::from_nanos(nanos))
    }

    /// Appends the text.
    ///
    /// # Errors
    /// Those of `out`; a `String` has none.
    pub fn put(self, out: &mut impl Write) -> fmt::Result {
        let (secs, nanos) = (self.0.as_secs(), u64::from(self.0.subsec_nanos()));
        match (secs, nanos) {
            (0, 0) => out.write_str("0 µs"),
            (0, 1..1_000) => whole(nanos, " ns", out),
            (0, 1_000..1_000_000) if nanos % 1000 == 0 => whole(nanos / 1000, " µs", out),
            (0, 1_000..1_000_000) => parts(nanos / 1000, ".", (nanos % 1000, 3), " µs", out),
            (0, _) => parts(nanos / 1_000_000, ".", (nanos / 1000 % 1000, 3), " ms", out),
            (1..60, _) => parts(secs, ".", (nanos / 1_000_000, 3), " s", out),
            (60..3_600, _) => parts(secs / 60, " min ", (secs % 60, 1), " s", out),
            (3_600..86_400, _) => parts(secs / 3_600, " h ", (secs / 60 % 60, 1), " min", out),
            _ => parts(secs / 86_400, " d ", (secs / 3_600 % 24, 1), " h", out),
        }
    }
}

/// A whole number with its unit.
fn whole(n: u64, unit: &str, out: &mut impl Write) -> fmt::Result {
    count(n, out)?;
    out.write_str(unit)
}

/// The same in at most seven cells, for columns: `12 µs`, `150 ms`, `1.02 s`,
/// `12.3 s`, `2m03s`, `3h20m`, `2d05h`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShortSpan(pub Duration);

impl ShortSpan {
    /// Appends the text.
    ///
    /// # Errors
    /// Those of `out`; a `String` has none.
    pub fn put(self, out: &mut impl Write) -> fmt::Result {
        let (secs, nanos) = (self.0.as_secs(), u64::from(self.0.subsec_nanos()));
        match (secs, nanos) {
            (0, 0) => out.write_str("0 µs"),
            (0, 1..1_000) => whole(nanos, " ns", out),
            (0, 1_000..1_000_000) => whole(nanos / 1_000, " µs", out),
            (0, 1_000_000..10_000_000) => {
                parts(nanos / 1_000_000, ".", (nanos / 100_000 % 10, 1), " ms", out)
            }
            (0, _) => whole(nanos / 1_000_000, " ms", out),
            (1..10, _) => parts(secs, ".", (nanos / 10_000_000, 2), " s", out),
            (10..60, _) => parts(secs, ".", (nanos / 100_000_000, 1), " s", out),
            (60..3_600, _) => parts(secs / 60, "m", (secs % 60, 2), "s", out),
            (3_600..86_400, _) => parts(secs / 3_600, "h", (secs / 60 % 60, 2), "m", out),
            _ => parts(secs / 86_400, "d", (secs / 3_600 % 24, 2), "h", out),
        }
    }
}

/// A count in groups of three: `1 204`, with thin spaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grouped(pub u64);

impl Grouped {
    /// Appends the text.
    ///
    /// # Errors
    /// Those of `out`; a `String` has none.
    #[inline]
    pub fn put(self, out: &mut impl Write) -> fmt::Result {
        match self.0 {
            0..1_000 => upto_three(self.0, out),
            1_000..1_000_000 => {
                upto_three(self.0 / 1000, out)?;
                out.write_str(THIN_SPACE)?;
                three(self.0 % 1000, out)
            }
            _ => groups(self.0, out),
        }
    }
}

/// The last digit of a number.
fn digit(n: u64) -> char {
    char::from(b'0' + (n % 10) as u8)
}

/// A number below 1000 in three digits.
fn three(n: u64, out: &mut impl Write) -> fmt::Result {
    out.write_char(digit(n / 100))?;
    out.write_char(digit(n / 10))?;
    out.write_char(digit(n))
}

/// A number below 1000 in as many digits as it has.
fn upto_three(n: u64, out: &mut impl Write) -> fmt::Result {
    if n >= 100 {
        return three(n, out);
    }
    if n >= 10 {
        out.write_char(digit(n / 10))?;
    }
    out.write_char(digit(n))
}

/// Any number in groups of three.
fn groups(n: u64, out: &mut impl Write) -> fmt::Result {
    let mut divisor = 1;
    while n / divisor >= 1000 {
        divisor *= 1000;
    }
    upto_three(n / divisor, out)?;
    while divisor > 1 {
        divisor /= 1000;
        out.write_str(THIN_SPACE)?;
        three(n / divisor % 1000, out)?;
    }
    Ok(())
}

/// `5 B`, `9 999 B`, `128.9 kB`, `1.7 MB`: exact below 10 000, then to one
/// decimal, cut off. Units of 1000.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Octets(pub u64);

impl Octets {
    /// Appends the text.
    ///
    /// # Errors
    /// Those of `out`; a `String` has none.
    pub fn put(self, out: &mut impl Write) -> fmt::Result {
        let (unit, name) = match self.0 {
            0..10_000 => {
                Grouped(self.0).put(out)?;
                return out.write_str(" B");
            }
            10_000..1_000_000 => (1_000, " kB"),
            1_000_000..1_000_000_000 => (1_000_000, " MB"),
            1_000_000_000..1_000_000_000_000 => (1_000_000_000, " GB"),
            _ => (1_000_000_000_000, " TB"),
        };
        parts(self.0 / unit, ".", (self.0 / (unit / 10) % 10, 1), name, out)
    }
}

/// The same in at most five cells, without `B`: `5`, `9999`, `128k`, `1.7M`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShortOctets(pub u64);

impl ShortOctets {
    /// Appends the text.
    ///
    /// # Errors
    /// Those of `out`; a `String` has none.
    pub fn put(self, out: &mut impl Write) -> fmt::Result {
        if self.0 < 10_000 {
            return count(self.0, out);
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
            units @ 0..10 => parts(units, ".", (self.0 / (unit / 10) % 10, 1), name, out),
            units => whole(units, name, out),
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
        for n in [1_000, 9_090, 10_009, 100_010, 999_999, 1_000_000, 18_446_744_073_709_551_615] {
            let (digits, grouped) = (n.to_string(), Grouped(n).to_string());
            assert_eq!(grouped.replace(THIN_SPACE, ""), digits);
            let widths: Vec<_> = grouped.split(THIN_SPACE).skip(1).map(str::len).collect();
            assert_eq!(widths, vec![3; (digits.len() - 1) / 3]);
        }
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
