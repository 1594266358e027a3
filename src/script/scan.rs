//! A place in a line of a script, and the small things read there.

use std::str::FromStr;
use std::time::Duration;

use super::error::ScriptError;

/// Reads one line from left to right. Blanks between tokens do not count.
pub(super) struct Cursor<'a> {
    line: usize,
    text: &'a str,
    at: usize,
}

/// The result of reading something.
pub(super) type Read<T> = Result<T, ScriptError>;

impl<'a> Cursor<'a> {
    /// At the beginning of a line; `line` counts from 1.
    pub fn new(line: usize, text: &'a str) -> Self {
        Cursor { line, text, at: 0 }
    }

    /// What is left, blanks skipped.
    fn rest(&mut self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or("");
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    /// Whether nothing is left.
    pub fn at_end(&mut self) -> bool {
        self.rest().is_empty()
    }

    /// Goes past `token`, if it stands here.
    pub fn eat(&mut self, token: &str) -> bool {
        let here = self.rest().starts_with(token);
        if here {
            self.at += token.len();
        }
        here
    }

    /// Whether `token` stands here.
    pub fn here(&mut self, token: &str) -> bool {
        self.rest().starts_with(token)
    }

    /// Goes past `token`, which must stand here.
    pub fn must(&mut self, token: &str) -> Read<()> {
        if self.eat(token) { Ok(()) } else { Err(self.error(format!("`{token}`"))) }
    }

    /// The letters, digits, `-`, `_` and those of `more` that stand here; may
    /// be none.
    fn run(&mut self, more: &str) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_' && !more.contains(c));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or("")
    }

    /// The word that stands here, without going past it.
    pub fn peek(&mut self) -> &'a str {
        self.run("")
    }

    /// Goes past a word that `known` knows; nothing is read otherwise.
    pub fn take<T>(&mut self, known: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let word = self.peek();
        let found = known(word)?;
        self.at += word.len();
        Some(found)
    }

    /// Goes past a word that `known` knows; `what` it must be.
    pub fn one_of<T>(&mut self, what: &str, known: impl FnOnce(&str) -> Option<T>) -> Read<T> {
        self.take(known).ok_or_else(|| self.error(what))
    }

    /// Goes past the word `word`, if it stands here as a whole.
    pub fn eat_word(&mut self, word: &str) -> bool {
        self.take(|here| (here == word).then_some(())).is_some()
    }

    /// A decimal number that fits.
    pub fn number<T: FromStr>(&mut self, what: &str) -> Read<T> {
        self.one_of(what, |word| word.bytes().all(|b| b.is_ascii_digit()).then(|| word.parse().ok())?)
    }

    /// Something that parses from letters, digits and `.` or `:`, such as an
    /// address.
    pub fn parse<T: FromStr>(&mut self, what: &str) -> Read<T> {
        let word = self.run(".:");
        let value = word.parse().map_err(|_| self.error(what))?;
        self.at += word.len();
        Ok(value)
    }

    /// `10ms`, `1.5s`, `40us`, `7ns`.
    pub fn duration(&mut self) -> Read<Duration> {
        let word = self.run(".");
        let value = duration_of(word).ok_or_else(|| self.error("a time such as 10ms, 1.5s, 40us"))?;
        self.at += word.len();
        Ok(value)
    }

    /// The line must end here.
    pub fn end(&mut self, what: &str) -> Read<()> {
        if self.at_end() { Ok(()) } else { Err(self.error(what)) }
    }

    /// That something else was expected here.
    pub fn error(&mut self, expected: impl Into<String>) -> ScriptError {
        let rest = self.rest();
        let word = self.run(".:+~*");
        let found = if word.is_empty() { rest.chars().take(1).collect() } else { word.to_string() };
        let before = self.text.get(..self.at).unwrap_or("");
        let column = before.chars().count() + 1;
        ScriptError { line: self.line, column, expected: expected.into(), found }
    }
}

/// Units of time, and their nanoseconds; longer names first where one begins
/// like another.
const UNITS: [(&str, u64); 5] =
    [("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)];

fn duration_of(word: &str) -> Option<Duration> {
    let (digits, nanos) =
        UNITS.iter().find_map(|(unit, nanos)| word.strip_suffix(unit).map(|digits| (digits, *nanos)))?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let decimal = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !decimal(whole) || !decimal(fraction) {
        return None;
    }
    let mut total = whole.parse::<u64>().ok()?.checked_mul(nanos)?;
    let mut place = nanos;
    for digit in fraction.bytes() {
        place /= 10;
        total = total.checked_add(u64::from(digit - b'0') * place)?;
    }
    Some(Duration::from_nanos(total))
}

/// A time in the largest unit that needs no fraction.
pub(super) fn duration_text(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let whole = UNITS.iter().rev().find(|(_, unit)| nanos.is_multiple_of(u128::from(*unit)));
    let (unit, size) = whole.map_or(("ns", 1), |(unit, size)| (*unit, u128::from(*size)));
    let unit = if unit == "µs" { "us" } else { unit };
    format!("{}{unit}", nanos / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_exact_and_print_in_their_largest_whole_unit() {
        for (text, nanos, printed) in [
            ("10ms", 10_000_000, "10ms"),
            ("1.5s", 1_500_000_000, "1500ms"),
            ("60s", 60_000_000_000, "60s"),
            ("40µs", 40_000, "40us"),
            ("0.001ms", 1_000, "1us"),
            ("7ns", 7, "7ns"),
            ("0s", 0, "0s"),
        ] {
            let got = duration_of(text).unwrap();
            assert_eq!((got, duration_text(got).as_str()), (Duration::from_nanos(nanos), printed));
        }
        for bad in ["", "s", "1", "1.s", ".5s", "1m", "-1s", "1e3s", "99999999999999999999s", "99999999999s1"]
        {
            assert_eq!(duration_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_error_names_the_column_in_characters() {
        let mut cursor = Cursor::new(3, "  wait  zwölf");
        assert!(cursor.eat_word("wait"));
        let error = cursor.duration().unwrap_err();
        assert_eq!((error.line, error.column, error.found.as_str()), (3, 9, "zwölf"));
    }
}
