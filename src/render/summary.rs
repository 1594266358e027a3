//! The summary: one row a conversation, in columns whose widths are known
//! before the first row.

use std::time::Duration;

use crate::lang::units::{ShortOctets, ShortSpan};
use crate::lang::{Head, Language};
use crate::track::{Roles, Side};
use crate::verdict::{End, Verdict};

use super::order::InOrder;
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
    begun: bool,
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
fn columns(room: usize) -> (Vec<Column>, usize) {
    let needs = |choice: &[(Head, usize)], gap: usize| {
        choice.iter().map(|(_, width)| width).sum::<usize>() + gap * (choice.len() - 1)
    };
    let choices = [(FULL, 2), (FULL, 1), (ROOMY, 1), (USUAL, 1)];
    let fits = |&(choice, gap): &(&[(Head, usize)], usize)| needs(choice, gap) <= room;
    let (choice, gap) = choices.into_iter().find(fits).unwrap_or((NARROW, 1));
    let more = (room.saturating_sub(needs(choice, gap)) / 2).min(LONG_ENDPOINT - ENDPOINT);
    let widen = |&(head, width): &(Head, usize)| match head {
        Head::Client | Head::Server => Column { head, width: width + more },
        _ => Column { head, width },
    };
    (choice.iter().map(widen).collect(), gap)
}

fn is_right(head: Head) -> bool {
    matches!(head, Head::Frame | Head::Open | Head::Lasted | Head::Segments | Head::Up | Head::Down)
}

impl SummarySink {
    /// A sink that has seen nothing.
    pub fn new(options: SummaryOptions) -> Self {
        let (columns, gap) = columns(usize::from(options.style.width));
        let (order, exchange_order) = (InOrder::new(options.live), InOrder::new(options.live));
        SummarySink { options, columns, gap, order, exchange_order, begun: false }
    }

    /// Conversation `number` is not to be printed; those after it need not wait
    /// for it.
    pub fn discard(&mut self, number: u64, out: &mut Vec<u8>) {
        let first = self.order.done(number, String::new(), out);
        self.head_line(first, out);
    }

    /// Puts the heads before the first row.
    fn head_line(&mut self, first: Option<usize>, out: &mut Vec<u8>) {
        let Some(at) = first else { return };
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let heads = self.line(|head| (Role::Title, self.options.lang.head(head).to_owned()));
        out.splice(at..at, heads.into_bytes());
    }

    /// One line. A text that is too wide takes room from the columns after it.
    fn line(&self, text: impl Fn(Head) -> (Role, String)) -> String {
        let style = &self.options.style;
        let mut out = String::new();
        let (mut used, mut end) = (0, 0);
        for (index, column) in self.columns.iter().enumerate() {
            let (role, text) = text(column.head);
            let mut text = style.tidy(text);
            let gap = if index > 0 { self.gap } else { 0 };
            end += column.width + gap;
            if matches!(column.head, Head::Client | Head::Server | Head::Ended) {
                let dots = if style.ascii { ".." } else { "…" };
                text = elide(&text, end.saturating_sub(used + gap), dots);
            }
            let blank = end.saturating_sub(used + gap + width(&text));
            let before = gap + if is_right(column.head) { blank } else { 0 };
            pad(before, &mut out);
            style.paint(role, &text, &mut out);
            let after = if is_right(column.head) || index + 1 == self.columns.len() { 0 } else { blank };
            pad(after, &mut out);
            used += before + width(&text) + after;
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
        out
    }

    fn row(&self, judged: &Judged<'_>) -> String {
        let lang = self.options.lang;
        let (conv, times, verdict) = (judged.conversation, &judged.times, &judged.verdict);
        let merged = !self.columns.iter().any(|column| column.head == Head::Verdict);
        let span = |time: Option<Duration>| time.map_or_else(String::new, |time| ShortSpan(time).to_string());
        let guessed = if conv.roles == Roles::Guessed { "≈" } else { "" };
        self.line(|head| match head {
            Head::Frame => (Role::Dim, conv.number.to_string()),
            Head::Client => (Role::Client, format!("{guessed}{}", conv.endpoint(Side::Client))),
            Head::Server => (Role::Server, conv.endpoint(Side::Server).to_string()),
            Head::Verdict => (opening_role(verdict), lang.opening(verdict).to_owned()),
            Head::Ended if merged => {
                let mut text = String::new();
                lang.outcome(verdict, &mut text);
                (ending_role(verdict), text)
            }
            Head::Ended => (ending_role(verdict), lang.ending(verdict).unwrap_or_default().to_owned()),
            Head::Open => (Role::Plain, span(times.connect)),
            Head::Lasted => (Role::Plain, span(Some(times.lasted))),
            Head::Segments => (Role::Plain, ShortOctets(conv.segments()).to_string()),
            Head::Up => (Role::Plain, ShortOctets(conv.side(Side::Client).bytes).to_string()),
            Head::Down => (Role::Plain, ShortOctets(conv.side(Side::Server).bytes).to_string()),
            Head::Gap | Head::Flags | Head::Seq | Head::Ack | Head::Step | Head::Why => {
                (Role::Plain, String::new())
            }
        })
    }
}

mod exchange;

fn opening_role(verdict: &Verdict) -> Role {
    match verdict {
        Verdict::Unanswered { .. } | Verdict::Refused | Verdict::Rejected(_) | Verdict::Aborted(_) => {
            Role::Trouble
        }
        Verdict::HalfOpen { .. } => Role::Warning,
        Verdict::Opened { .. } => Role::Good,
    }
}

fn ending_role(verdict: &Verdict) -> Role {
    match verdict.end() {
        None => opening_role(verdict),
        Some(End::Graceful(_)) => Role::Good,
        Some(End::Reset(..)) => Role::Trouble,
        Some(End::HalfClosed { .. } | End::Closing { .. } | End::Open | End::Expired) => Role::Warning,
    }
}

impl Sink for SummarySink {
    fn detail(&self) -> Detail {
        Detail::Events
    }

    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        if let Some(absorbed) = row.event.absorbs {
            self.discard(absorbed, out);
        }
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let text = self.row(judged);
        let first = self.order.done(judged.conversation.number, text, out);
        self.head_line(first, out);
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        let text = self.exchange_row(ceased.exchange);
        let first = self.exchange_order.done(ceased.exchange.number, text, out);
        self.head_line(first, out);
    }

    fn end(&mut self, _: &Totals, out: &mut Vec<u8>) {
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
        SummarySink::new(SummaryOptions { lang: &English, style, live: false })
    }

    fn sample(head: Head) -> (Role, String) {
        let text = match head {
            Head::Frame => "123456",
            Head::Client => "255.255.255.255:65535",
            Head::Server => "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535",
            Head::Ended => "half-closed",
            Head::Verdict => "simultaneous",
            Head::Open | Head::Lasted => "999 ms",
            _ => "9999",
        };
        (Role::Plain, text.to_owned())
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for room in 70..=250 {
            let line = sink(room).line(sample);
            assert!(width(line.trim_end()) <= usize::from(room), "{room}: {line}");
        }
    }

    #[test]
    fn at_80_columns_ipv4_endpoints_are_whole() {
        let line = sink(80).line(|head| match head {
            Head::Frame => (Role::Plain, "9999".to_owned()),
            Head::Server => (Role::Plain, "255.255.255.254:65535".to_owned()),
            head => sample(head),
        });
        assert!(line.contains("255.255.255.255:65535 255.255.255.254:65535 half-closed"), "{line}");
    }

    #[test]
    fn a_long_number_does_not_push_the_last_column_out() {
        let short =
            sink(80).line(|head| if head == Head::Frame { (Role::Plain, "1".into()) } else { sample(head) });
        assert_eq!(width(short.trim_end()), width(sink(80).line(sample).trim_end()));
    }
}
