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
    /// Reused for each row, and for each of its cells.
    text: String,
    cell: std::cell::Cell<String>,
}

/// What is known of the text of a cell.
#[derive(Clone, Copy, Debug)]
struct Cell {
    role: Role,
    script: Script,
}

/// What a text is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Script {
    /// As many cells as octets.
    Ascii,
    /// A language's, or with symbols.
    Any,
}

impl Cell {
    /// Of a row: numbers and endpoints are ASCII, times need not be, for the sake of
    /// `µ`.
    fn new(head: Head, role: Role) -> Self {
        let script = match head {
            Head::Frame | Head::Client | Head::Server => Script::Ascii,
            Head::Segments | Head::Up | Head::Down => Script::Ascii,
            _ => Script::Any,
        };
        Cell { role, script }
    }

    fn width(self, text: &str) -> usize {
        match self.script {
            Script::Ascii => text.len(),
            Script::Any => width(text),
        }
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
        let (text, cell) = (String::new(), std::cell::Cell::default());
        SummarySink { options, columns, gap, order, exchange_order, sorted, begun: false, text, cell }
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
            Cell { role: Role::Title, script: Script::Any }
        });
        out.splice(at..at, heads.into_bytes());
    }

    /// Appends one line. A text that is too wide takes room from the columns after it;
    /// endings and addresses are shortened where these have none. `cell` writes a text
    /// and says what is known of it; it may be asked twice.
    fn line(&self, out: &mut String, cell: impl Fn(Head, &mut String) -> Cell) {
        let begin = out.len();
        if !self.put(out, &cell, false) {
            out.truncate(begin);
            self.put(out, &cell, true);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }

    /// Puts the texts into their columns: whole, or `elided` to the room that there is.
    /// Whether the line is not wider than all columns together.
    fn put(&self, out: &mut String, cell: &impl Fn(Head, &mut String) -> Cell, elided: bool) -> bool {
        let style = &self.options.style;
        let mut text = self.cell.take();
        // Cells so far, those that the columns have, and blanks that are yet to be written.
        let (mut used, mut end, mut blank) = (0, 0, 0);
        for column in &self.columns {
            text.clear();
            let cell = cell(column.head, &mut text);
            if style.ascii && cell.script != Script::Ascii {
                text = style.tidy(text);
            }
            let mut cells = cell.width(&text);
            end += column.width;
            let room = end.saturating_sub(used);
            if elided && cells > room && matches!(column.head, Head::Client | Head::Server | Head::Ended) {
                text = elide(&text, room, if style.ascii { ".." } else { "…" });
                cells = width(&text);
            }
            let rest = room.saturating_sub(cells);
            let (before, behind) = if is_right(column.head) { (rest, 0) } else { (0, rest) };
            pad(blank + before, out);
            style.paint(cell.role, &text, out);
            blank = behind + self.gap;
            used += cells + rest;
        }
        self.cell.set(text);
        used <= end
    }

    fn row(&self, judged: &Judged<'_>, out: &mut String) {
        let lang = self.options.lang;
        let (conv, times, verdict) = (judged.conversation, &judged.times, &judged.verdict);
        let merged = !self.columns.iter().any(|column| column.head == Head::Verdict);
        let guessed = conv.roles == Roles::Guessed;
        self.line(out, |head, text| {
            // Writing to a string cannot fail.
            let _ = match head {
                Head::Frame => units::number(conv.number, text),
                Head::Client => {
                    text.push_str(if guessed { "≈" } else { "" });
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
            match head {
                Head::Client if guessed => Cell { role, script: Script::Any },
                head => Cell::new(head, role),
            }
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
            Cell { role: Role::Plain, script: Script::Any }
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
    fn addresses_are_whole_while_the_columns_behind_them_have_room() {
        let long = line(&sink(80), |head| match head {
            Head::Frame => "1234567",
            Head::Server => "255.255.255.255:443",
            head => sample(head),
        });
        let short = line(&sink(80), |head| match head {
            Head::Frame => "1",
            Head::Server => "255.255.255.255:443",
            head => sample(head),
        });
        assert!(long.starts_with("1234567 255.255.255.255:65535 255.255.255.255:443 half-closed"), "{long}");
        assert_eq!(long.find(" 999 ms"), short.find(" 999 ms"), "{long}{short}");
    }

    #[test]
    fn a_long_number_does_not_push_the_last_column_out() {
        let short = line(&sink(80), |head| if head == Head::Frame { "1" } else { sample(head) });
        assert_eq!(width(short.trim_end()), width(line(&sink(80), sample).trim_end()));
    }
}
