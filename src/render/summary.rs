//! The summary: one row a conversation, in columns whose widths are known
//! before the first row.

use std::fmt::Write;

use crate::lang::units::{self, ShortOctets, ShortSpan};
use crate::lang::{Head, Language, SelectionNote};
use crate::track::{Roles, Side};

use super::ends::EndText;
use super::order::InOrder;
use super::style::{Role, Style, elide, pad, pad_before, width};
use super::{Ceased, Detail, Judged, Row, Sink, Totals};

/// How the summary is printed.
#[derive(Clone, Copy)]
pub struct SummaryOptions {
    /// The language.
    pub lang: &'static dyn Language,
    /// Colours, characters, width.
    pub style: Style,
    /// In the order in which conversations end; else by their numbers.
    pub live: bool,
    /// In another order, once all are over.
    pub sort: Option<Sort>,
}

/// Prints one row for each conversation.
pub struct SummarySink {
    options: SummaryOptions,
    columns: Vec<Column>,
    /// Cells between two columns.
    gap: usize,
    order: InOrder,
    /// Exchanges of datagrams have numbers of their own.
    exchange_order: InOrder,
    sorted: Option<Sorted>,
    begun: bool,
    /// Reused for each row.
    text: String,
}

/// What is known of the text of a cell.
#[derive(Clone, Copy, Debug)]
struct Cell {
    role: Role,
    /// It is ASCII for certain: as many cells as octets.
    ascii: bool,
}

impl Cell {
    /// Of a row: numbers and endpoints are ASCII, but for the sign of a client that is
    /// only guessed.
    fn new(head: Head, role: Role) -> Self {
        let ascii = matches!(head, Head::Frame | Head::Server | Head::Segments | Head::Up | Head::Down);
        Cell { role, ascii }
    }
}

/// A column and its width in cells.
#[derive(Clone, Copy, Debug)]
struct Column {
    head: Head,
    width: usize,
}

/// An endpoint of IPv4 takes at most 21 cells, one of IPv6 47.
const ENDPOINT: usize = 21;
const LONG_ENDPOINT: usize = 47;

/// The tag of two languages side by side, and the cells that the second one asks for.
const BOTH: &str = "en+zh";
const SECOND: usize = 10;

const NARROW: &[(Head, usize)] = &[
    (Head::Frame, 4),
    (Head::Client, ENDPOINT),
    (Head::Server, ENDPOINT),
    (Head::Ended, 12),
    (Head::Lasted, 6),
];
const USUAL: &[(Head, usize)] = &[
    (Head::Frame, 4),
    (Head::Client, ENDPOINT),
    (Head::Server, ENDPOINT),
    (Head::Ended, 12),
    (Head::Lasted, 6),
    (Head::Up, 5),
    (Head::Down, 5),
];
const ROOMY: &[(Head, usize)] = &[
    (Head::Frame, 4),
    (Head::Client, ENDPOINT),
    (Head::Server, ENDPOINT),
    (Head::Ended, 12),
    (Head::Open, 6),
    (Head::Lasted, 6),
    (Head::Segments, 6),
    (Head::Up, 5),
    (Head::Down, 5),
];
const FULL: &[(Head, usize)] = &[
    (Head::Frame, 6),
    (Head::Client, ENDPOINT),
    (Head::Server, ENDPOINT),
    (Head::Verdict, 12),
    (Head::Ended, 11),
    (Head::Open, 7),
    (Head::Lasted, 7),
    (Head::Segments, 6),
    (Head::Up, 6),
    (Head::Down, 6),
];

/// The widest choice of columns that fits, and the cells between two of them;
/// endpoints are widened by what is left.
fn columns(room: usize, words: usize) -> (Vec<Column>, usize) {
    let needs = |choice: &[(Head, usize)], gap: usize| {
        let columns = choice.iter().map(|(head, width)| width + if is_word(*head) { words } else { 0 });
        columns.sum::<usize>() + gap * (choice.len() - 1)
    };
    let choices = [(FULL, 2), (FULL, 1), (ROOMY, 1), (USUAL, 1)];
    let fits = |&(choice, gap): &(&[(Head, usize)], usize)| needs(choice, gap) <= room;
    let (choice, gap) = choices.into_iter().find(fits).unwrap_or((NARROW, 1));
    let more = (room.saturating_sub(needs(choice, gap)) / 2).min(LONG_ENDPOINT - ENDPOINT);
    let widen = |&(head, width): &(Head, usize)| match head {
        Head::Client | Head::Server => Column { head, width: width + more },
        head if is_word(head) => Column { head, width: width + words },
        _ => Column { head, width },
    };
    (choice.iter().map(widen).collect(), gap)
}

fn is_word(head: Head) -> bool {
    matches!(head, Head::Verdict | Head::Ended)
}

fn is_right(head: Head) -> bool {
    matches!(head, Head::Frame | Head::Open | Head::Lasted | Head::Segments | Head::Up | Head::Down)
}

impl SummarySink {
    /// A sink that has seen nothing.
    pub fn new(options: SummaryOptions) -> Self {
        let words = if options.lang.tag() == BOTH { SECOND } else { 0 };
        let (columns, gap) = columns(usize::from(options.style.width), words);
        let (order, exchange_order) = (InOrder::new(options.live), InOrder::new(options.live));
        let sorted = options.sort.map(Sorted::new);
        let text = String::new();
        SummarySink { options, columns, gap, order, exchange_order, sorted, begun: false, text }
    }

    /// Conversation `number` is not to be printed; those after it need not wait
    /// for it.
    pub fn discard(&mut self, number: u64, out: &mut Vec<u8>) {
        let first = self.order.done(number, "", out);
        self.head_line(first, out);
    }

    /// Puts the heads before the first row.
    fn head_line(&mut self, first: Option<usize>, out: &mut Vec<u8>) {
        let Some(at) = first else { return };
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let mut heads = String::new();
        self.line(&mut heads, |head, text| {
            text.push_str(self.options.lang.head(head));
            Cell { role: Role::Title, ascii: false }
        });
        out.splice(at..at, heads.into_bytes());
    }

    /// Appends one line. A text that is too wide takes room from the columns
    /// after it. `cell` writes a text and says what is
    /// known of it.
    fn line(&self, out: &mut String, cell: impl Fn(Head, &mut String) -> Cell) {
        let style = &self.options.style;
        // A cell is written where it stands; what comes before it, or a colour, is put
        // in afterwards.
        let (mut used, mut end) = (0, 0);
        for (index, column) in self.columns.iter().enumerate() {
            let gap = if index > 0 { self.gap } else { 0 };
            end += column.width + gap;
            pad(gap, out);
            let from = out.len();
            let Cell { role, ascii } = cell(column.head, out);
            let room = end.saturating_sub(used + gap);
            let mut cells = match out.len() - from {
                octets if ascii && octets <= room => octets,
                _ => self.fit(column.head, from, room, out),
            };
            let blank = room.saturating_sub(cells);
            if style.color {
                let text = out.split_off(from);
                style.paint(role, &text, out);
            }
            if is_right(column.head) {
                pad_before(from, blank, out);
                cells += blank;
            } else if index + 1 < self.columns.len() {
                pad(blank, out);
                cells += blank;
            }
            used += gap + cells;
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }

    /// Makes the text of a cell, which begins at `from`, one that may be shown there.
    /// Gives the cells that it takes.
    #[inline]
    fn fit(&self, head: Head, from: usize, room: usize, out: &mut String) -> usize {
        let ascii = self.options.style.ascii;
        let text = out.get(from..).unwrap_or_default();
        let cells = width(text);
        let elided = cells > room && matches!(head, Head::Client | Head::Server | Head::Ended);
        if !elided && (!ascii || text.is_ascii()) {
            return cells;
        }
        let mut text = self.options.style.tidy(out.split_off(from));
        if width(&text) > room && matches!(head, Head::Client | Head::Server | Head::Ended) {
            text = elide(&text, room, if ascii { ".." } else { "…" });
        }
        out.push_str(&text);
        width(&text)
    }

    fn row(&self, judged: &Judged<'_>, out: &mut String) {
        let lang = self.options.lang;
        let (conv, times, verdict) = (judged.conversation, &judged.times, &judged.verdict);
        let merged = !self.columns.iter().any(|column| column.head == Head::Verdict);
        self.line(out, |head, text| {
            // Writing to a string cannot fail.
            let _ = match head {
                Head::Frame => units::number(conv.number, text),
                Head::Client => {
                    text.push_str(if conv.roles == Roles::Guessed { "≈" } else { "" });
                    text.write_str(EndText::of(conv.endpoint(Side::Client)).text())
                }
                Head::Server => text.write_str(EndText::of(conv.endpoint(Side::Server)).text()),
                Head::Verdict => text.write_str(lang.opening(verdict)),
                Head::Ended if merged => {
                    lang.outcome(verdict, text);
                    Ok(())
                }
                Head::Ended => text.write_str(lang.ending(verdict).unwrap_or_default()),
                Head::Open => times.connect.map_or(Ok(()), |time| ShortSpan(time).put(text)),
                Head::Lasted => ShortSpan(times.lasted).put(text),
                Head::Segments => ShortOctets(conv.segments()).put(text),
                Head::Up => ShortOctets(conv.side(Side::Client).bytes).put(text),
                Head::Down => ShortOctets(conv.side(Side::Server).bytes).put(text),
                Head::Gap | Head::Flags | Head::Seq | Head::Ack | Head::Step | Head::Why => Ok(()),
            };
            let role = match head {
                Head::Frame => Role::Dim,
                Head::Client => Role::Client,
                Head::Server => Role::Server,
                Head::Verdict => opening_role(verdict),
                Head::Ended => ending_role(verdict),
                _ => Role::Plain,
            };
            Cell::new(head, role)
        });
    }
}

mod exchange;
mod roles;
mod sorted;

use roles::{ending_role, opening_role};

pub use sorted::Sort;
use sorted::Sorted;

impl Sink for SummarySink {
    fn detail(&self) -> Detail {
        Detail::Events
    }

    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        if let Some(absorbed) = row.event.absorbs {
            self.discard(absorbed, out);
        }
    }

    fn pass_over(&mut self, number: u64, out: &mut Vec<u8>) {
        self.discard(number, out);
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        self.row(judged, &mut text);
        if let Some(sorted) = &mut self.sorted {
            sorted.add(judged, &text);
        } else {
            let first = self.order.done(judged.conversation.number, &text, out);
            self.head_line(first, out);
        }
        self.text = text;
    }

    fn pass_over_exchange(&mut self, number: u64, out: &mut Vec<u8>) {
        let first = self.exchange_order.done(number, "", out);
        self.head_line(first, out);
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        let mut text = String::new();
        self.exchange_row(ceased.exchange, &mut text);
        if let Some(sorted) = &mut self.sorted {
            return sorted.add_exchange(ceased.exchange, &text);
        }
        let first = self.exchange_order.done(ceased.exchange.number, &text, out);
        self.head_line(first, out);
    }

    fn end(&mut self, _: &Totals, out: &mut Vec<u8>) {
        if let Some(sorted) = self.sorted.take() {
            let (from, left_out) = (out.len(), sorted.print(out));
            self.head_line((out.len() > from).then_some(from), out);
            if left_out > 0 {
                let mut text = String::new();
                self.options.lang.selection(&SelectionNote::LeftOut(left_out), &mut text);
                text.push('\n');
                out.extend_from_slice(text.as_bytes());
            }
        }
        let first = self.order.flush(out);
        self.head_line(first, out);
        let first = self.exchange_order.flush(out);
        self.head_line(first, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::en::English;

    fn sink(width: u16) -> SummarySink {
        let style = Style { width, ..Style::default() };
        SummarySink::new(SummaryOptions { lang: &English, style, live: false, sort: None })
    }

    fn line(sink: &SummarySink, text: impl Fn(Head) -> &'static str) -> String {
        let mut out = String::new();
        sink.line(&mut out, |head, cell| {
            cell.push_str(text(head));
            Cell { role: Role::Plain, ascii: false }
        });
        out
    }

    fn sample(head: Head) -> &'static str {
        match head {
            Head::Frame => "123456",
            Head::Client => "255.255.255.255:65535",
            Head::Server => "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535",
            Head::Ended => "half-closed",
            Head::Verdict => "simultaneous",
            Head::Open | Head::Lasted => "999 ms",
            _ => "9999",
        }
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for room in 70..=250 {
            let line = line(&sink(room), sample);
            assert!(width(line.trim_end()) <= usize::from(room), "{room}: {line}");
        }
    }

    #[test]
    fn at_80_columns_ipv4_endpoints_are_whole() {
        let line = line(&sink(80), |head| match head {
            Head::Frame => "9999",
            Head::Server => "255.255.255.254:65535",
            head => sample(head),
        });
        assert!(line.contains("255.255.255.255:65535 255.255.255.254:65535 half-closed"), "{line}");
    }

    #[test]
    fn a_long_number_does_not_push_the_last_column_out() {
        let short = line(&sink(80), |head| if head == Head::Frame { "1" } else { sample(head) });
        assert_eq!(width(short.trim_end()), width(line(&sink(80), sample).trim_end()));
    }
}
