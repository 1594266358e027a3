//! The annotated table: one for each conversation, with its verdict under it.

use hashbrown::HashMap;

use crate::lang::{Case, Folded, Language, Run, Tally};
use crate::model::{Scope, ScopeId};
use crate::track::{Conversation, Ended};
use crate::verdict::{Confidence, Times, judge};

use super::draft::{self, Drafted, Look};
use super::exchange::{self, ExchangeRows};
use super::order::InOrder;
use super::plan::{Titles, may_be_wide};
use super::row::{DataRows, Rows};
use super::rung::{self, Rung};
use super::store::Store;
use super::style::{NumberStyle, Role, Style, pad};
use super::told::Explain;
use super::{About, Ceased, DatagramRow, IcmpRow, Judged, Row, Sink, Totals, header, ladder, remarks, sheet};

/// What is made of a conversation's rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Face {
    /// A table.
    #[default]
    Table,
    /// A ladder: a lane for each end, an arrow for each segment.
    Ladder,
}

/// How tables are printed.
#[derive(Clone, Copy)]
pub struct TableOptions {
    /// The language.
    pub lang: &'static dyn Language,
    /// Colours, characters, width.
    pub style: Style,
    /// Which sequence numbers.
    pub numbers: NumberStyle,
    /// Which rows of data phases.
    pub data: DataRows,
    /// Which rows say why; and whether verdicts do.
    pub explain: Explain,
    /// What is made of the rows.
    pub face: Face,
    /// Print a table as soon as its conversation is over, in the order in which
    /// they end; else in the order of their numbers.
    pub live: bool,
}

/// What is known of a conversation that was not yet given out.
enum Known {
    /// Its rows.
    Rows(Rows),
    /// Its table has been printed; what came after.
    Printed(Option<Box<Late>>),
}

/// Segments after the table was printed.
struct Late {
    first: u64,
    last: u64,
    segments: [u64; 2],
}

/// Prints a table for each conversation.
///
/// Rows are remembered until the conversation is given to
/// [`Sink::conversation`]; one that the caller does not want printed must be
/// given to [`TableSink::discard`] instead.
pub struct TableSink {
    options: TableOptions,
    known: HashMap<u64, Known>,
    order: InOrder,
    /// Exchanges of datagrams, which have numbers of their own.
    exchanges: HashMap<u64, ExchangeRows>,
    exchange_order: InOrder,
    begun: bool,
    titles: Titles,
    /// Reused for each table: its texts, its rows, all of it.
    store: Store,
    drafts: Vec<Drafted>,
    page: String,
}

impl TableSink {
    /// A sink that has seen nothing.
    pub fn new(options: TableOptions) -> Self {
        TableSink {
            options,
            known: HashMap::new(),
            order: InOrder::new(options.live),
            exchanges: HashMap::new(),
            exchange_order: InOrder::new(options.live),
            begun: false,
            titles: Titles::new(options.lang, &options.style),
            store: Store::default(),
            drafts: Vec::new(),
            page: String::new(),
        }
    }

    /// Forgets a conversation that is not to be printed; those after it need
    /// not wait for it.
    pub fn discard(&mut self, number: u64, out: &mut Vec<u8>) {
        self.known.remove(&number);
        self.done(number, "", out);
    }

    /// The same for an exchange.
    pub fn discard_exchange(&mut self, number: u64, out: &mut Vec<u8>) {
        self.exchanges.remove(&number);
        let first = self.exchange_order.done(number, "", out);
        self.drop_first_line(first, out);
    }

    fn done(&mut self, number: u64, text: &str, out: &mut Vec<u8>) {
        let first = self.order.done(number, text, out);
        self.drop_first_line(first, out);
    }

    /// Each table begins with an empty line, but not the very first.
    fn drop_first_line(&mut self, first: Option<usize>, out: &mut Vec<u8>) {
        if let Some(at) = first
            && !std::mem::replace(&mut self.begun, true)
        {
            out.remove(at);
        }
    }

    /// Prints a table, when its turn has come.
    fn table(&mut self, rows: &Rows, case: &Case<'_>, scope: &Scope, out: &mut Vec<u8>) {
        let TableOptions { lang, style, numbers, explain, face, .. } = self.options;
        let mut text = std::mem::take(&mut self.page);
        text.clear();
        text.push('\n');
        let conv = case.conversation;
        header::print(conv, &case.times, scope, (lang, &style), &mut text);
        if !rows.is_empty() {
            let long_proofs = may_be_wide(&style);
            let look =
                Look { lang, style: &style, numbers, conv, explain, titles: &self.titles, long_proofs };
            let (store, drafts) = (&mut self.store, &mut self.drafts);
            store.clear();
            drafts.clear();
            // A ladder looks at them twice.
            let items = (face == Face::Ladder).then(|| rows.items().collect::<Vec<_>>());
            match &items {
                None => draft::all(rows.items(), look, store, drafts),
                Some(items) => draft::all(items, look, store, drafts),
            }
            let more = rows.unlisted();
            if more > 0 {
                let mut text = String::new();
                lang.more_icmp(more, &mut text);
                drafts.push(Drafted::Across(style.tidy(text)));
            }
            match items {
                None => sheet::print(drafts, store, look, &mut text),
                Some(items) => {
                    let rungs = Rung::of_all(&items, conv);
                    rung::settle(drafts, &rungs);
                    ladder::print(drafts, &rungs, store, look, &mut text);
                    ladder::legend(&rungs, look, &mut text);
                }
            }
        }
        remarks::print(case, lang, &style, explain, &mut text);
        self.done(conv.number, &text, out);
        self.page = text;
    }

    /// Prints the table of a conversation that has just ended, while it is
    /// still in the tracker. Not within a VLAN or tunnel: a row does not tell
    /// which, so that such a table waits until the conversation is given out.
    fn print_early(&mut self, conv: &Conversation, out: &mut Vec<u8>) {
        if conv.scope() != ScopeId::NONE {
            return;
        }
        let Some(known @ Known::Rows(_)) = self.known.get_mut(&conv.number) else { return };
        let Known::Rows(rows) = std::mem::replace(known, Known::Printed(None)) else { return };
        let confidence = Confidence::of(conv, Ended::Over, false);
        let verdict = judge(conv, Ended::Over);
        let case = Case { conversation: conv, verdict, times: Times::of(conv), confidence: &confidence };
        self.table(&rows, &case, &Scope::default(), out);
    }

    /// One line about what came after the table was printed.
    fn latecomers(&self, number: u64, late: &Late) -> String {
        let TableOptions { lang, style, .. } = self.options;
        let folded = Folded {
            run: Run::Mixed,
            first: late.first,
            last: late.last,
            segments: late.segments,
            bytes: [0; 2],
            retransmissions: 0,
            probes: 0,
            lasted: std::time::Duration::ZERO,
        };
        let (mut said, mut text) = (String::new(), "\n".to_owned());
        lang.latecomers(&folded, &mut said);
        style.paint(Role::Title, &format!("#{number}"), &mut text);
        pad(2, &mut text);
        style.paint(Role::Warning, &style.tidy(said), &mut text);
        text.push('\n');
        text
    }
}

impl Sink for TableSink {
    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        let TableOptions { numbers, data, explain, live, .. } = self.options;
        let number = row.event.conversation;
        let absorbed = row.event.absorbs.and_then(|absorbed| {
            let known = self.known.remove(&absorbed);
            self.done(absorbed, "", out);
            known
        });
        if Rows::is_plain_syn(row) {
            return;
        }
        let unseen = || match row.event.first {
            true => Known::Rows(Rows::default()),
            false => Known::Rows(Rows::of_plain_syn(row.conversation, numbers, explain)),
        };
        match self.known.entry(number).or_insert_with(unseen) {
            Known::Rows(rows) => {
                if let Some(Known::Rows(strays)) = absorbed {
                    rows.absorb(&strays, data);
                }
                rows.add(row, numbers, data, explain);
            }
            Known::Printed(late) => {
                let frame = row.segment.frame;
                let late = late
                    .get_or_insert_with(|| Box::new(Late { first: frame, last: frame, segments: [0; 2] }));
                late.last = frame;
                late.segments[row.event.from as usize] += 1;
            }
        }
        if live && row.closes {
            self.print_early(row.conversation, out);
        }
    }

    fn pass_over(&mut self, number: u64, out: &mut Vec<u8>) {
        self.discard(number, out);
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let TableOptions { numbers, explain, .. } = self.options;
        let number = judged.conversation.number;
        let rows = match self.known.remove(&number) {
            Some(Known::Printed(None)) => return,
            Some(Known::Printed(Some(late))) => {
                return self.done(number, &self.latecomers(number, &late), out);
            }
            Some(Known::Rows(rows)) => rows,
            None => Rows::of_plain_syn(judged.conversation, numbers, explain),
        };
        let case = Case {
            conversation: judged.conversation,
            verdict: judged.verdict,
            times: judged.times,
            confidence: judged.confidence,
        };
        self.table(&rows, &case, judged.scope, out);
    }

    fn end(&mut self, _: &Totals, out: &mut Vec<u8>) {
        let first = self.order.flush(out);
        self.drop_first_line(first, out);
        let first = self.exchange_order.flush(out);
        self.drop_first_line(first, out);
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, out: &mut Vec<u8>) {
        let TableOptions { data, live, numbers, explain, .. } = self.options;
        match row.about {
            About::Conversation(conv) => {
                let unseen = || Known::Rows(Rows::of_plain_syn(conv, numbers, explain));
                // A table that was printed already stays as it is.
                if let Known::Rows(rows) = self.known.entry(conv.number).or_insert_with(unseen) {
                    rows.note(row.error, conv);
                }
                if live && row.closes {
                    self.print_early(conv, out);
                }
            }
            About::Exchange(exchange) => {
                if let Some(rows) = self.exchanges.get_mut(&exchange.number) {
                    rows.icmp(row.error, exchange, data);
                }
            }
            About::Unknown => {}
        }
    }

    fn pass_over_exchange(&mut self, number: u64, out: &mut Vec<u8>) {
        self.discard_exchange(number, out);
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, _: &mut Vec<u8>) {
        self.exchanges.entry(row.exchange.number).or_default().datagram(row, self.options.data);
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        let TableOptions { lang, style, .. } = self.options;
        let number = ceased.exchange.number;
        let rows = self.exchanges.remove(&number).unwrap_or_default();
        let text = exchange::text(ceased, &rows, lang, &style);
        let first = self.exchange_order.done(number, &text, out);
        self.drop_first_line(first, out);
    }
}

/// The counts at the end, for stderr.
pub fn totals_line(totals: &Totals, lang: &dyn Language) -> String {
    let tally = Tally {
        frames: totals.frames,
        segments: totals.segments,
        conversations: totals.conversations,
        skipped: totals.skipped,
        bad_headers: totals.bad_headers,
        icmp_errors: totals.icmp_errors,
        datagrams: totals.datagrams,
        exchanges: totals.exchanges,
        dropped_by_kernel: totals.dropped_by_kernel,
    };
    let mut text = String::new();
    lang.tally(&tally, &mut text);
    text
}

#[cfg(test)]
mod tests;
