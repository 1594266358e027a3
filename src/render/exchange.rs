//! The small table of an exchange of UDP datagrams.

use std::collections::VecDeque;
use std::time::Duration;

use crate::lang::{FoldedDatagrams, Head, Language};
use crate::model::{IcmpError, Timestamp};
use crate::track::{Exchange, Side};

use super::grid::{Cell, Entry, Grid, Track};
use super::row::DataRows;
use super::style::{Role, Style, width, wrap};
use super::{Ceased, DatagramRow, cells, draft, header, remarks};

/// Rows beyond which the middle of an exchange is folded, and how many then
/// stay before and behind it.
const MOST: usize = 8;
const HEAD: usize = 3;
const TAIL: usize = 2;

/// The gap column is at least so wide.
const LEAST_GAP: usize = 6;

/// What a row is of.
#[derive(Clone, Debug)]
enum What {
    Datagram(u32),
    Icmp(Box<IcmpError>),
}

#[derive(Clone, Debug)]
struct Row {
    frame: u64,
    at: Timestamp,
    from: Side,
    what: What,
}

/// Rows that are not shown one by one.
#[derive(Clone, Copy, Debug)]
struct Fold {
    datagrams: [u64; 2],
    bytes: [u64; 2],
    errors: u64,
    until: Timestamp,
}

/// The rows of one exchange, remembered until its table is printed.
#[derive(Clone, Debug, Default)]
pub(super) struct ExchangeRows {
    head: Vec<Row>,
    fold: Option<Fold>,
    tail: VecDeque<Row>,
}

impl ExchangeRows {
    /// Remembers a datagram.
    pub fn datagram(&mut self, row: &DatagramRow<'_>, data: DataRows) {
        let datagram = row.datagram;
        let what = What::Datagram(datagram.len);
        self.push(Row { frame: datagram.frame, at: datagram.at, from: row.from, what }, data);
    }

    /// Remembers an ICMP error.
    pub fn icmp(&mut self, error: &IcmpError, exchange: &Exchange, data: DataRows) {
        let what = What::Icmp(Box::new(*error));
        let from = exchange.blamed(error).other();
        self.push(Row { frame: error.frame, at: error.at, from, what }, data);
    }

    fn push(&mut self, row: Row, data: DataRows) {
        let (most, head, tail) = match data {
            DataRows::All => (usize::MAX, HEAD, TAIL),
            DataRows::Fold => (MOST, HEAD, TAIL),
            DataRows::None => (0, 0, 0),
        };
        if self.fold.is_none() && self.head.len() < most {
            return self.head.push(row);
        }
        if self.fold.is_none() {
            self.tail.extend(self.head.drain(head.min(self.head.len())..));
        }
        self.tail.push_back(row);
        while self.tail.len() > tail {
            let Some(row) = self.tail.pop_front() else { return };
            self.fold(&row);
        }
    }

    fn fold(&mut self, row: &Row) {
        let nothing = Fold { datagrams: [0; 2], bytes: [0; 2], errors: 0, until: row.at };
        let fold = self.fold.get_or_insert(nothing);
        fold.until = row.at;
        match row.what {
            What::Datagram(len) => {
                fold.datagrams[row.from as usize] += 1;
                fold.bytes[row.from as usize] += u64::from(len);
            }
            What::Icmp(_) => fold.errors += 1,
        }
    }
}

/// The texts of a row.
enum Text {
    Row { frame: String, gap: String, from: Side, icmp: bool, what: String },
    Across(String),
}

/// The table of an exchange, its title above and its remarks below it.
pub(super) fn text(ceased: &Ceased<'_>, rows: &ExchangeRows, lang: &dyn Language, style: &Style) -> String {
    let mut out = "\n".to_owned();
    header::print_exchange(ceased.exchange, ceased.scope, style, &mut out);
    let texts = texts(rows, ceased.exchange, lang, style);
    if !texts.is_empty() {
        grid(&texts, lang, style).print(style, &mut out);
    }
    let mut said = Vec::new();
    lang.exchange(ceased.exchange, &mut said);
    remarks::print_all(said, |_| String::new(), style, &mut out);
    out
}

fn texts(rows: &ExchangeRows, exchange: &Exchange, lang: &dyn Language, style: &Style) -> Vec<Text> {
    let mut before = None;
    let mut texts = Vec::new();
    let told = |row: &Row, before: &mut Option<Timestamp>| {
        let mut what = String::new();
        match &row.what {
            What::Datagram(len) => lang.datagram(*len, &mut what),
            What::Icmp(error) => lang.icmp(error, &mut what),
        }
        let mut gap = String::new();
        if let Some(before) = before.replace(row.at) {
            // Writing to a string cannot fail.
            let _ = draft::put_gap(row.at, before, &mut gap);
        }
        let icmp = matches!(row.what, What::Icmp(_));
        let frame = row.frame.to_string();
        Text::Row { frame, gap: style.tidy(gap), from: row.from, icmp, what: style.tidy(what) }
    };
    texts.extend(rows.head.iter().map(|row| told(row, &mut before)));
    if let Some(fold) = rows.fold {
        let from = before.unwrap_or(exchange.first.at);
        let lasted: Duration = fold.until.since(from);
        let Fold { datagrams, bytes, errors, .. } = fold;
        let mut text = String::new();
        lang.folded_datagrams(&FoldedDatagrams { datagrams, bytes, errors, lasted }, &mut text);
        texts.push(Text::Across(style.tidy(text)));
        before = Some(fold.until);
    }
    texts.extend(rows.tail.iter().map(|row| told(row, &mut before)));
    texts
}

fn grid<'a>(texts: &'a [Text], lang: &dyn Language, style: &Style) -> Grid<'a> {
    let widest = |of: fn(&Text) -> usize| texts.iter().map(of).max().unwrap_or(0);
    let head = |head: Head| style.tidy(lang.head(head).to_owned());
    let (number, gap) = (head(Head::Frame), head(Head::Gap));
    let frame = widest(|text| if let Text::Row { frame, .. } = text { width(frame) } else { 0 });
    let gaps = widest(|text| if let Text::Row { gap, .. } = text { width(gap) } else { 0 });
    let frame = frame.max(width(&number));
    let gaps = gaps.max(width(&gap)).max(LEAST_GAP);
    let room = cells::room(style);
    // Two cells between columns, two of border and blank on each side.
    let rest = room.saturating_sub(frame + gaps + 3 + 3 * 2 + 4).max(1);
    let track = |width, right| Track { width, right };
    let entry = |text: &'a Text| match text {
        Text::Row { frame, gap, from, icmp, what } => {
            let role = if *icmp { Role::Warning } else { Role::Plain };
            let (whose, arrow) = cells::arrow(*from, *icmp, style);
            Entry::Cells(vec![
                Cell::of(Role::Dim, frame.as_str()),
                Cell::of(Role::Dim, gap.as_str()),
                Cell::of(whose, arrow),
                cells::flow(&[(role, what)], rest),
            ])
        }
        Text::Across(text) => Entry::Across(0, wrap(text, room.saturating_sub(4))),
    };
    Grid {
        tracks: vec![track(frame, true), track(gaps, true), track(3, false), track(rest, false)],
        gap: 2,
        head: vec![
            Cell::of(Role::Title, number),
            Cell::of(Role::Title, gap),
            Cell::Empty,
            Cell::of(Role::Title, "UDP"),
        ],
        entries: texts.iter().map(entry).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(frame: u64) -> Row {
        let at = Timestamp::from_nanos(frame.cast_signed() * 1_000_000);
        Row { frame, at, from: Side::Client, what: What::Datagram(2) }
    }

    fn rows(count: u64, data: DataRows) -> ExchangeRows {
        let mut rows = ExchangeRows::default();
        (1..=count).for_each(|frame| rows.push(row(frame), data));
        rows
    }

    #[test]
    fn a_long_exchange_keeps_its_ends_and_counts_its_middle() {
        let few = rows(8, DataRows::Fold);
        assert_eq!((few.head.len(), few.fold.is_none(), few.tail.len()), (8, true, 0));
        for count in [9, 10, 1000] {
            let many = rows(count, DataRows::Fold);
            assert_eq!((many.head.len(), many.tail.len()), (3, 2));
            assert_eq!(many.tail.back().map(|row| row.frame), Some(count));
            let fold = many.fold.unwrap();
            assert_eq!((fold.datagrams, fold.bytes), ([count - 5, 0], [2 * (count - 5), 0]));
        }
    }

    #[test]
    fn all_or_none() {
        assert_eq!(rows(1000, DataRows::All).head.len(), 1000);
        let none = rows(3, DataRows::None);
        assert!(none.head.is_empty() && none.tail.is_empty());
        assert_eq!(none.fold.map(|fold| fold.datagrams), Some([3, 0]));
    }
}
