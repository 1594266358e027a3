//! Statistics of all services together: how they opened and ended, why they were
//! reset, who closed first, round trips, and who fails.

use std::fmt::Display;

use crate::lang::units::ShortSpan;
use crate::lang::{Language, Statistic, StatisticNote, Tone};
use crate::verdict::{Ending, Opening, ResetReason};

use super::super::remarks::sign;
use super::super::style::{Role, Style, elide, pad, width};
use super::Counts;
use super::heavy::{Heavy, WAYS};
use super::print::count;
use super::service::{BOTH, CLIENT, Service};

/// Steps of the histogram of round trips.
const STEPS: usize = 10;
/// Failing peers that are shown of each side.
const PEERS: usize = 5;
/// The longest bar, in cells.
const LONGEST: usize = 40;

/// A part of a whole, in percent with one decimal, cut off; nothing of nothing.
pub(super) fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let tenths = u128::from(part) * 1000 / u128::from(whole);
    match tenths {
        0 if part > 0 => "<0.1%".to_owned(),
        0 => "0%".to_owned(),
        1000 => "100%".to_owned(),
        _ => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

/// A line of a section.
struct Line {
    role: Role,
    name: String,
    count: String,
    share: String,
    tail: Tail,
}

/// What ends a line.
enum Tail {
    /// A bar: a part of the longest.
    Bar(u64, u64),
    Words(String),
}

/// A section: its head, and its lines.
struct Section {
    head: String,
    lines: Vec<Line>,
    note: String,
}

/// Appends the sections that have something to say.
pub(super) fn print(counts: &Counts, all: &Service, lang: &dyn Language, style: &Style, out: &mut String) {
    let word = |what: Statistic| lang.statistic(what).to_owned();
    let counted = |head: Statistic, counted: Vec<(Role, Statistic, u64)>| {
        let named = counted.into_iter().map(|(role, what, n)| (role, word(what), n)).collect();
        Section { head: word(head), lines: bars(named, style), note: String::new() }
    };
    let openings = Opening::ALL.map(|kind| (opened(kind), Statistic::Opening(kind), all.opened_as(kind)));
    let endings = Ending::ALL.map(|kind| (ended(kind), Statistic::Ending(kind), all.ended_as(kind)));
    let reasons =
        ResetReason::ALL.map(|kind| (Role::Trouble, Statistic::Reason(kind), all.reasons[kind as usize]));
    let closers = vec![
        (Role::Client, Statistic::Client, all.closers[CLIENT]),
        (Role::Server, Statistic::Server, all.closers[1]),
        (Role::Closing, Statistic::Both, all.closers[BOTH]),
    ];
    let mut opening = counted(Statistic::Openings, openings.into());
    if all.syns > 0 {
        let note = StatisticNote::Syns { sent: all.syns, again: all.syns_again };
        lang.statistic_note(&note, &mut opening.note);
    }
    let sections = [
        opening,
        counted(Statistic::Endings, endings.into()),
        counted(Statistic::Reasons, reasons.into()),
        counted(Statistic::Closers, closers),
        trips(all, lang, style),
        failing(&counts.servers, Statistic::FailingServers, lang, style),
        failing(&counts.clients, Statistic::FailingClients, lang, style),
    ];
    let spoken: Vec<Section> =
        sections.into_iter().filter(|s| !s.lines.is_empty() || !s.note.is_empty()).collect();
    let head = spoken.iter().map(|section| width(&section.head)).max().unwrap_or(0);
    spoken.iter().for_each(|section| section.print(head, style, out));
}

fn opened(kind: Opening) -> Role {
    match kind {
        // No attempt, neither good nor bad.
        Opening::NotCaptured => Role::Dim,
        _ => sign(Tone::of_opening(kind)).1,
    }
}

fn ended(kind: Ending) -> Role {
    sign(Tone::of_ending(kind)).1
}

/// A line with a bar for each that has a count.
fn bars(counted: Vec<(Role, String, u64)>, style: &Style) -> Vec<Line> {
    let whole: u64 = counted.iter().map(|(.., n)| n).sum();
    let most = counted.iter().map(|(.., n)| *n).max().unwrap_or(0);
    let filled = counted.into_iter().filter(|(.., n)| *n > 0);
    filled
        .map(|(role, name, n)| Line {
            role,
            name,
            count: count(n, style),
            share: share(n, whole),
            tail: Tail::Bar(n, most),
        })
        .collect()
}

fn trips(all: &Service, lang: &dyn Language, style: &Style) -> Section {
    // Steps between the first and the last are shown, be they empty.
    let bars = all.trips.bars(STEPS);
    let most = bars.iter().map(|bar| bar.1).max().unwrap_or(0);
    let line = |(from, n): (std::time::Duration, u64)| Line {
        role: Role::Opening,
        name: format!("≥ {}", ShortSpan(from)),
        count: count(n, style),
        share: share(n, all.trips.count()),
        tail: Tail::Bar(n, most),
    };
    let percentiles = [50, 90, 99]
        .into_iter()
        .map(|percent| (Statistic::Percentile(percent), all.trips.percentile(u64::from(percent))));
    let spans = percentiles.chain([(Statistic::Longest, all.trips.longest())]);
    let spans =
        spans.filter_map(|(what, trip)| Some(format!("{} {}", lang.statistic(what), ShortSpan(trip?))));
    let note = spans.collect::<Vec<_>>().join(lang.statistic(Statistic::Comma));
    Section {
        head: lang.statistic(Statistic::Trips).to_owned(),
        lines: bars.into_iter().map(line).collect(),
        note,
    }
}

fn failing<K: Copy + Eq + std::hash::Hash + Ord + Display>(
    heavy: &Heavy<K>,
    head: Statistic,
    lang: &dyn Language,
    style: &Style,
) -> Section {
    let mut note = String::new();
    let top = heavy.top(PEERS);
    if top.is_empty() && heavy.total() > 0 {
        lang.statistic_note(&StatisticNote::Spread(heavy.total()), &mut note);
    }
    let lines = top.into_iter().map(|entry| {
        let ways = WAYS.into_iter().zip(entry.seen).filter(|(_, n)| *n > 0);
        let ways: Vec<String> = ways
            .map(|(way, n)| format!("{} {}", lang.statistic(Statistic::Opening(way)), count(n, style)))
            .collect();
        let at_least = if entry.perhaps > 0 { "≥" } else { "" };
        Line {
            role: Role::Trouble,
            name: entry.key.to_string(),
            count: format!("{at_least}{}", count(entry.sure(), style)),
            share: share(entry.sure(), heavy.total()),
            tail: Tail::Words(ways.join(lang.statistic(Statistic::Comma))),
        }
    });
    Section { head: lang.statistic(head).to_owned(), lines: lines.collect(), note }
}

/// Cells that a share takes, an endpoint of IPv4, and the least of a bar.
const SHARE: usize = 6;
const NAME: usize = 21;
const SHORTEST: usize = 8;

impl Section {
    fn print(&self, head: usize, style: &Style, out: &mut String) {
        let room = usize::from(style.width);
        let counts: Vec<String> = self.lines.iter().map(|line| style.tidy(line.count.clone())).collect();
        let count = counts.iter().map(|count| width(count)).max().unwrap_or(0).max(5);
        let tail = |line: &Line| match &line.tail {
            Tail::Bar(..) => SHORTEST,
            Tail::Words(words) => width(words),
        };
        // Whatever a line needs beside its name and its end.
        let fixed = 2 + head + 2 + 2 + count + 2 + SHARE + 2;
        let needed = self.lines.iter().map(tail).max().unwrap_or(0);
        let most = room.saturating_sub(fixed + needed).max(NAME);
        let most = most.min(room.saturating_sub(fixed));
        let names: Vec<String> =
            self.lines.iter().map(|line| elide(&style.tidy(line.name.clone()), most, dots(style))).collect();
        let name = names.iter().map(|name| width(name)).max().unwrap_or(0).max(13.min(most));
        let rest = room.saturating_sub(fixed + name);
        let mut begins = Some(style.tidy(self.head.clone()));
        let mut begin = |out: &mut String| {
            let text = begins.take().unwrap_or_default();
            pad(2, out);
            style.paint(Role::Title, &text, out);
            pad(head + 2 - width(&text).min(head), out);
        };
        out.push('\n');
        if !self.note.is_empty() {
            begin(out);
            out.push_str(&elide(&style.tidy(self.note.clone()), room.saturating_sub(head + 4), dots(style)));
            out.push('\n');
        }
        for ((line, text), number) in self.lines.iter().zip(&names).zip(&counts) {
            begin(out);
            style.paint(line.role, text, out);
            pad(name - width(text) + 2 + count - width(number), out);
            out.push_str(number);
            pad((2 + SHARE).saturating_sub(width(&line.share)), out);
            style.paint(Role::Dim, &line.share, out);
            pad(2, out);
            line.tail.print(line.role, rest, style, out);
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
        }
    }
}

impl Tail {
    fn print(&self, role: Role, room: usize, style: &Style, out: &mut String) {
        match self {
            Tail::Bar(part, most) => style.paint(role, &bar(*part, *most, room.min(LONGEST), style), out),
            Tail::Words(words) => {
                style.paint(Role::Dim, &elide(&style.tidy(words.clone()), room, dots(style)), out);
            }
        }
    }
}

fn dots(style: &Style) -> &'static str {
    if style.ascii { "..." } else { "…" }
}

/// A bar in eighths of a cell; whatever is not nothing shows.
fn bar(part: u64, most: u64, cells: usize, style: &Style) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = u128::from(part) * (cells as u128 * 8) / u128::from(most.max(1));
    let eighths = usize::try_from(eighths).unwrap_or(0).max(usize::from(part > 0 && cells > 0));
    if style.ascii {
        return "#".repeat(eighths.div_ceil(8));
    }
    let mut bar = "█".repeat(eighths / 8);
    bar.push_str(PARTS[eighths % 8]);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_cut_off_and_never_hide_the_last_one() {
        assert_eq!(share(999_999, 1_000_000), "99.9%");
        assert_eq!(share(1, 1_000_000), "<0.1%");
        assert_eq!(share(5, 5), "100%");
        assert_eq!(share(0, 5), "0%");
        assert_eq!(share(0, 0), "");
        assert_eq!(share(u64::MAX, u64::MAX), "100%");
    }

    #[test]
    fn a_bar_fits_and_shows_whatever_is_not_nothing() {
        let style = Style::default();
        assert_eq!(bar(0, 10, 20, &style), "");
        assert_eq!(bar(1, 1_000_000, 20, &style), "▏");
        assert_eq!(width(&bar(10, 10, 20, &style)), 20);
        assert_eq!(bar(5, 10, 3, &Style { ascii: true, ..style }), "##");
    }
}
