//! The summary: one row a conversation, in columns whose widths are known
//! before the first row.

use std::fmt::Write;

use crate::lang::units::{self, ShortOctets, ShortSpan};
use crate::lang::{Head, Language, SelectionNote, Tone};
use crate::track::{Roles, Side};
use crate::verdict::Verdict;

use super::ends::EndText;
use super::order::InOrder;
use super::remarks::sign;
use super::style::{Role, Style, elide, pad, width};
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

/// The tag of two languages side by side, and the cells that the second one asks for.
const BOTH: &str = "en+zh";
const SECOND: usize = 10;

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
    /// after it. `cell` writes a text and says what is known of it.
    fn line(&self, out: &mut String, cell: impl Fn(Head, &mut String) -> Cell) {
        // Numbers, which stand at the right end of their cells, wait here for what
        // comes before them.
        let mut number = String::with_capacity(32);
        let (mut used, mut end) = (0, 0);
        for (index, column) in self.columns.iter().enumerate() {
            let gap = if index > 0 { self.gap } else { 0 };
            end += column.width + gap;
            used += gap;
            pad(gap, out);
            let room = end.saturating_sub(used);
            used += if is_right(column.head) {
                number.clear();
                let Cell { role, ascii } = cell(column.head, &mut number);
                let cells = self.cells(column.head, 0, (room, ascii), &mut number);
                pad(room.saturating_sub(cells), out);
                self.options.style.paint(role, &number, out);
                cells.max(room)
            } else {
                let from = out.len();
                let Cell { role, ascii } = cell(column.head, out);
                let cells = self.cells(column.head, from, (room, ascii), out);
                if self.options.style.color {
                    let text = out.split_off(from);
                    self.options.style.paint(role, &text, out);
                }
                if index + 1 < self.columns.len() {
                    pad(room.saturating_sub(cells), out);
                    cells.max(room)
                } else {
                    cells
                }
            };
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }

    /// Cells of the text that begins at `from`, made one that may be shown in so much
    /// room.
    #[inline(always)]
    fn cells(&self, head: Head, from: usize, (room, ascii): (usize, bool), text: &mut String) -> usize {
        match text.len() - from {
            octets if ascii && octets <= room => octets,
            _ => self.fit(head, from, room, text),
        }
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

/// The colour of how it opened.
fn opening_role(verdict: &Verdict) -> Role {
    match verdict {
        // Open is open, though its opening was not captured.
        Verdict::Opened { .. } => Role::Good,
        _ => ending_role(verdict),
    }
}

/// The colour of how it ended.
fn ending_role(verdict: &Verdict) -> Role {
    sign(Tone::of(verdict)).1
}

mod columns;
mod exchange;
mod sorted;

use columns::{Column, columns, is_right};

pub use sorted::Sort;
use sorted::Sorted;

impl Sink for SummarySink {
    fn detail(&self) -> Detail {
        Detail::Absorptions
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
