//! One page of HTML: a table of the conversations, and under it the ladder of
//! each. It needs nothing from elsewhere, and no script to be read.

use std::fmt::Write;

use hashbrown::HashMap;

use crate::lang::{Language, Tone};

use super::exchange::{self, ExchangeRows};
use super::gather::Gather;
use super::markup::escape;
use super::row::DataRows;
use super::style::{NumberStyle, Style};
use super::svg::Painter;
use super::told::Explain;
use super::{About, Begin, Ceased, DatagramRow, IcmpRow, Judged, Row, Sink, Totals, header};

mod page;
mod rows;

use page::{Entry, Page};

/// How pages and drawings are made.
#[derive(Clone, Copy)]
pub struct PageOptions {
    /// The language.
    pub lang: &'static dyn Language,
    /// Which sequence numbers.
    pub numbers: NumberStyle,
    /// Which rows of data phases.
    pub data: DataRows,
    /// Whether the reasons stand on the page, too; they always show when one
    /// points at a segment.
    pub explain: Explain,
}

impl PageOptions {
    /// The rows whose reasons are kept.
    pub(super) fn reasons(&self) -> Explain {
        if self.explain == Explain::No { Explain::Turns } else { self.explain }
    }
}

/// So many conversations have a row, those that end first; and so many of them
/// are drawn. A page with more is not one that a browser shows, or a person
/// reads.
const ROWS: usize = 10_000;
const DRAWN: usize = 1_000;
/// So many drawings are open at first.
const OPEN: usize = 3;
/// Cells of the tables of exchanges, and of lines that are never broken.
const COLUMNS: u16 = 110;
const ENDLESS: u16 = u16::MAX;

/// Makes the page, at the end.
pub struct PageSink {
    options: PageOptions,
    gather: Gather,
    painter: Painter,
    begin: Begin,
    entries: Vec<Entry>,
    drawn: usize,
    /// Conversations and exchanges without a row.
    more: u64,
    exchanges: HashMap<u64, ExchangeRows>,
}

impl PageSink {
    /// A sink that has seen nothing.
    pub fn new(options: PageOptions) -> Self {
        PageSink {
            options,
            gather: Gather::new(&options),
            painter: Painter::new(options),
            begin: Begin::default(),
            entries: Vec::new(),
            drawn: 0,
            more: 0,
            exchanges: HashMap::new(),
        }
    }

    /// What is drawn of a conversation, with its remarks and reasons.
    fn drawing(&mut self, judged: &Judged<'_>) -> String {
        let rows = self.gather.take(judged.conversation);
        let case = judged.case();
        let PageOptions { lang, explain, .. } = self.options;
        let mut text = String::from("<div class=\"scroll\">\n");
        let reasons = self.painter.paint(&rows, &case, None, &mut text);
        text.push_str("</div>\n");
        let mut remarks = Vec::new();
        lang.remarks(&case, &mut remarks);
        text.push_str("<ul class=\"remarks\">\n");
        for remark in remarks {
            let mut why = String::new();
            lang.why(&case, remark.about, &mut why);
            rows::remark(&remark, &why, explain != Explain::No, &mut text);
        }
        text.push_str("</ul>\n");
        if explain != Explain::No {
            rows::reasons(&reasons, lang, &mut text);
        }
        text
    }
}

/// The line above a drawing.
fn head(judged: &Judged<'_>, lang: &dyn Language) -> String {
    let style = Style { width: ENDLESS, ..Style::default() };
    let mut line = String::new();
    header::print(judged.conversation, &judged.times, judged.scope, (lang, &style), &mut line);
    let mut text = String::new();
    escape(line.trim_end(), &mut text);
    let mut outcome = String::new();
    lang.outcome(&judged.verdict, &mut outcome);
    let tone = Tone::of(&judged.verdict);
    // Writing to a string cannot fail.
    let _ = write!(text, " <span class=\"{}\">", rows::class(tone));
    escape(&outcome, &mut text);
    text.push_str("</span>");
    text
}

impl Sink for PageSink {
    fn begin(&mut self, begin: &Begin, _: &mut Vec<u8>) {
        self.begin = begin.clone();
    }

    fn segment(&mut self, row: &Row<'_>, _: &mut Vec<u8>) {
        if self.drawn < DRAWN {
            self.gather.segment(row);
        }
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, _: &mut Vec<u8>) {
        self.gather.icmp(row);
        if let About::Exchange(exchange) = row.about
            && let Some(rows) = self.exchanges.get_mut(&exchange.number)
        {
            rows.icmp(row.error, exchange, self.options.data);
        }
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, _: &mut Vec<u8>) {
        if self.drawn < DRAWN {
            self.exchanges.entry(row.exchange.number).or_default().datagram(row, self.options.data);
        }
    }

    fn pass_over(&mut self, number: u64, _: &mut Vec<u8>) {
        self.gather.forget(number);
    }

    fn pass_over_exchange(&mut self, number: u64, _: &mut Vec<u8>) {
        self.exchanges.remove(&number);
    }

    fn conversation(&mut self, judged: &Judged<'_>, _: &mut Vec<u8>) {
        if self.entries.len() >= ROWS {
            self.more += 1;
            return;
        }
        let drawing = (self.drawn < DRAWN).then(|| (head(judged, self.options.lang), self.drawing(judged)));
        let entry = Entry::of(judged, self.options.lang, drawing);
        self.add(entry);
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, _: &mut Vec<u8>) {
        let rows = self.exchanges.remove(&ceased.exchange.number);
        if self.entries.len() >= ROWS {
            self.more += 1;
            return;
        }
        let drawing = rows.filter(|_| self.drawn < DRAWN).map(|rows| {
            let lang = self.options.lang;
            let (mut head, mut table) = (String::new(), String::from("<pre class=\"scroll\">"));
            let style = Style { width: ENDLESS, ..Style::default() };
            header::print_exchange(ceased.exchange, ceased.scope, &style, &mut head);
            let style = Style { width: COLUMNS, ..Style::default() };
            let text = exchange::text(ceased, &rows, lang, &style);
            // Its first line is the head.
            let (_, under) = text.trim_start().split_once('\n').unwrap_or_default();
            escape(under, &mut table);
            table.push_str("</pre>\n");
            let mut said = String::new();
            escape(head.trim_end(), &mut said);
            (said, table)
        });
        let entry = Entry::of_exchange(ceased, self.options.lang, drawing);
        self.add(entry);
    }

    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_by_key(|entry| entry.place);
        let page =
            Page { lang: self.options.lang, begin: &self.begin, totals, entries: &entries, more: self.more };
        page.print(out);
    }
}

impl PageSink {
    fn add(&mut self, entry: Entry) {
        self.drawn += usize::from(entry.drawing.is_some());
        if self.drawn == DRAWN {
            self.gather.stop();
        }
        self.entries.push(entry);
    }
}
