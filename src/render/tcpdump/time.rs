//! The time at the beginning of a line.

use jiff::tz::{Offset, TimeZone};

use super::buffer::Buffer;
use crate::model::Timestamp;

const NANOS_PER_SEC: i64 = 1_000_000_000;
const SECS_PER_DAY: i64 = 86_400;

/// Which time a line begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TimeStyle {
    /// Local time of day: `08:27:22.068372`.
    #[default]
    Clock,
    /// None (`-t`).
    None,
    /// Seconds since 1970 (`-tt`).
    Unix,
    /// Time since the line before (`-ttt`).
    SinceLast,
    /// Local date and time (`-tttt`).
    Date,
    /// Time since the first line (`-ttttt`).
    SinceFirst,
}

/// The time zone of dates and times of day.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// That of this machine, by `TZ` or `/etc/localtime`; UTC if there is none.
    pub fn local() -> Self {
        Zone(TimeZone::system())
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Zone(TimeZone::UTC)
    }

    /// By a POSIX rule such as `CET-1CEST,M3.5.0,M10.5.0/3`; `None` if it is not one.
    pub fn posix(rule: &str) -> Option<Self> {
        TimeZone::posix(rule).ok().map(Zone)
    }
}

/// Writes times, remembering the second written last.
#[derive(Debug)]
pub(super) struct Clock {
    style: TimeStyle,
    nanos: bool,
    zone: TimeZone,
    /// Seconds from UTC, in force for these seconds since 1970.
    offset: i64,
    from: i64,
    until: i64,
    /// The second whose text is at hand.
    second: Option<i64>,
    /// `2026-11-21 08:27:22`, or the last eight characters of such.
    text: [u8; 19],
    /// What differences are counted from.
    reference: Option<Timestamp>,
}

impl Clock {
    pub(super) fn new(style: TimeStyle, nanos: bool, zone: Zone) -> Self {
        Clock {
            style,
            nanos,
            zone: zone.0,
            offset: 0,
            from: 0,
            until: 0,
            second: None,
            text: [b' '; 19],
            reference: None,
        }
    }

    /// Cut to the precision that is printed: differences are of what is shown.
    fn cut(&self, at: Timestamp) -> Timestamp {
        let below = if self.nanos { 0 } else { at.as_nanos().rem_euclid(1000) };
        Timestamp::from_nanos(at.as_nanos().saturating_sub(below))
    }

    /// Takes note of a frame, with a line or without: nanoseconds since the one
    /// that differences count from.
    pub(super) fn pass(&mut self, at: Timestamp) -> i64 {
        let at = self.cut(at);
        let since = at.nanos_since(*self.reference.get_or_insert(at));
        if self.style == TimeStyle::SinceLast {
            self.reference = Some(at);
        }
        since
    }

    /// Writes a time and a space after it; nothing under [`TimeStyle::None`]. So many
    /// of its seconds were stored as a sub-second, and stand in that again, but in
    /// differences.
    #[inline(always)]
    pub(super) fn write(&mut self, line: &mut Buffer<'_>, at: Timestamp, carried: u16) {
        let plain = self.style == TimeStyle::Clock && !self.nanos && carried == 0;
        if self.second == Some(at.secs()) && plain {
            line.put::<8>(self.text.last_chunk().unwrap_or(b"        "));
            line.six(at.subsec_nanos() / 1000);
            line.put(b" ");
        } else if self.style != TimeStyle::None {
            line.aside(|line| self.write_any(line, at, carried));
        }
    }

    fn write_any(&mut self, line: &mut Buffer<'_>, at: Timestamp, carried: u16) {
        match self.style {
            TimeStyle::None => return,
            TimeStyle::Clock | TimeStyle::Date => self.date(line, at, carried),
            TimeStyle::Unix => {
                let second = at.secs() - i64::from(carried);
                if representable(second) {
                    line.decimal(second as u32);
                    self.stored_fraction(line, at, carried);
                } else {
                    line.put(UNREPRESENTABLE);
                }
            }
            TimeStyle::SinceLast | TimeStyle::SinceFirst => {
                let since = self.pass(at);
                if since < 0 {
                    line.put(b"-")
                } else {
                    line.put(b" ")
                }
                self.difference(line, since.saturating_abs());
            }
        }
        line.put(b" ");
    }

    fn date(&mut self, line: &mut Buffer<'_>, at: Timestamp, carried: u16) {
        let second = at.secs() - i64::from(carried);
        if self.second != Some(second) {
            if !representable(second) {
                return line.put(UNREPRESENTABLE);
            }
            self.render(second);
        }
        if self.style == TimeStyle::Date {
            line.put(&self.text);
        } else {
            line.put::<8>(self.text.last_chunk().unwrap_or(b"        "));
        }
        self.stored_fraction(line, at, carried);
    }

    /// The sub-second as it was stored, which is a second or more if some are carried.
    fn stored_fraction(&self, line: &mut Buffer<'_>, at: Timestamp, carried: u16) {
        if carried == 0 {
            return self.fraction(line, at.subsec_nanos());
        }
        let nanos = u64::from(carried) * NANOS_PER_SEC as u64 + u64::from(at.subsec_nanos());
        // 32 bits, as tcpdump prints it: of nanoseconds, what is above is lost.
        let stored = if self.nanos { nanos } else { nanos / 1000 } as u32;
        if self.nanos && i64::from(stored) < NANOS_PER_SEC {
            return self.fraction(line, stored);
        }
        line.put(b".");
        line.decimal(stored);
    }

    /// Time of day, modulo a day: longer differences are not told apart.
    fn difference(&self, line: &mut Buffer<'_>, nanos: i64) {
        let secs = nanos / NANOS_PER_SEC;
        if !representable(secs) {
            return line.put(UNREPRESENTABLE);
        }
        line.put(&time_of_day(secs));
        self.fraction(line, (nanos % NANOS_PER_SEC) as u32);
    }

    #[inline]
    fn fraction(&self, line: &mut Buffer<'_>, nanos: u32) {
        line.six(nanos / 1000);
        if self.nanos {
            let rest = nanos % 1000;
            line.put(&[b'0' + (rest / 100) as u8]);
            line.pair(rest % 100);
        }
    }

    /// Makes the text of a second.
    fn render(&mut self, second: i64) {
        if second < self.from || second >= self.until {
            self.find_offset(second);
        }
        let local = second + self.offset;
        let (day, time) = (local.div_euclid(SECS_PER_DAY), local.rem_euclid(SECS_PER_DAY));
        let time = time_of_day(time);
        let date = date_of(day);
        self.text[..10].copy_from_slice(&date);
        self.text[11..].copy_from_slice(&time);
        self.second = Some(second);
    }

    /// Asks the zone, which is slow, and for how long the answer holds.
    fn find_offset(&mut self, second: i64) {
        let Ok(instant) = jiff::Timestamp::from_second(second) else { return };
        self.offset = Offset::seconds(self.zone.to_offset(instant)).into();
        self.from = second;
        self.until =
            self.zone.following(instant).next().map_or(i64::MAX, |next| next.timestamp().as_second());
    }
}

const UNREPRESENTABLE: &[u8; 23] = b"[Error converting time]";

/// tcpdump 4.99 takes a time in the upper half of 32 bits for a negative one.
fn representable(secs: i64) -> bool {
    secs & 0x8000_0000 == 0
}

/// `08:27:22`, modulo a day.
fn time_of_day(secs: i64) -> [u8; 8] {
    let secs = secs.rem_euclid(SECS_PER_DAY);
    let [h, m, s] = [secs / 3600, secs / 60 % 60, secs % 60].map(digits);
    [h[0], h[1], b':', m[0], m[1], b':', s[0], s[1]]
}

/// `2026-11-21`, from days since 1970 in the Gregorian calendar.
fn date_of(day: i64) -> [u8; 10] {
    // Years are counted from March 1, so that a leap day is a year's last;
    // 400 of them have 146097 days, and five months from March on have 153.
    let day = day + 719_468;
    let (era, in_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * in_year + 2) / 153;
    let date = in_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    let [c, y, m, d] = [year / 100, year, month, date].map(digits);
    [c[0], c[1], y[0], y[1], b'-', m[0], m[1], b'-', d[0], d[1]]
}

/// The last two digits.
fn digits(n: i64) -> [u8; 2] {
    let n = n.rem_euclid(100) as u8;
    [b'0' + n / 10, b'0' + n % 10]
}
