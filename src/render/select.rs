//! Shows some conversations and exchanges of datagrams, and passes over the
//! others, for every format.
//!
//! Whether a conversation is wanted is known when it is over. A format that
//! prints segments at once then has them held back, at most [`HELD`] octets in
//! all; of a conversation that is longer only the verdict is shown.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use hashbrown::{HashMap, HashSet};

use crate::model::{Segment, Timestamp};
use crate::track::{Conversation, Ended, Numbers};
use crate::verdict::{Verdict, judge};

use super::wanted::Wanted;
use super::{About, Begin, Ceased, DatagramRow, Detail, IcmpRow, Judged, Row, Sink, Totals};

mod exchange;

/// Octets that wait until it is known whether they are wanted.
pub const HELD: usize = 64 << 20;

/// Conversations that are named when they are not as expected.
const NAMED: usize = 5;

/// A conversation or an exchange of datagrams; each kind is numbered by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Which {
    /// A conversation, by its number.
    Conversation(u64),
    /// An exchange, by its number.
    Exchange(u64),
}

/// What is to be shown, and what is expected of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    /// Those with one of these slugs.
    pub only: Option<Wanted>,
    /// Those with these numbers.
    pub numbers: Option<Vec<Which>>,
    /// At most so many; at least 1.
    pub most: Option<u64>,
    /// What each of them must be.
    pub expect: Option<Wanted>,
}

impl Selection {
    /// Whether it is anything but everything.
    pub fn is_any(&self) -> bool {
        *self != Selection::default()
    }

    /// Whether it names what only exchanges of datagrams have.
    pub fn is_of_exchanges(&self) -> bool {
        let only_of_exchanges = |wanted: &Wanted| wanted.is_of_exchanges() && !wanted.is_of_conversations();
        let named = |which: &Which| matches!(which, Which::Exchange(_));
        [&self.only, &self.expect].into_iter().flatten().any(only_of_exchanges)
            || self.numbers.as_ref().is_some_and(|numbers| numbers.iter().any(named))
    }

    fn passes_over_some(&self) -> bool {
        self.only.is_some() || self.numbers.is_some()
    }
}

/// What became of a selection; shared with the sink that fills it in.
#[derive(Debug, Default)]
pub struct Found {
    /// Conversations that were shown.
    pub shown: Cell<u64>,
    /// Exchanges of datagrams that were shown.
    pub exchanges: Cell<u64>,
    /// Those of both of which something was expected.
    pub checked: Cell<u64>,
    /// Those whose segments were too long to be held back.
    pub cut: Cell<u64>,
    /// Those that are not as expected.
    pub unmet: Cell<u64>,
    /// Some of these: number and slugs.
    pub named: RefCell<Vec<String>>,
    /// All that are wanted are over: nothing more need be read.
    pub full: Cell<bool>,
}

/// What waits for the end of its conversation.
enum Wait {
    /// What was printed so far.
    Text(Vec<u8>),
    /// Too long; given up.
    Cut,
    /// It was over, and is wanted or not.
    Known(bool),
}

/// Passes on what is wanted.
pub struct SelectSink {
    inner: Box<dyn Sink>,
    selection: Selection,
    found: Rc<Found>,
    waits: HashMap<Which, Wait>,
    held: usize,
    most_held: usize,
    /// Conversations with a segment that has one of the marks.
    marked: HashSet<u64>,
    /// What is over and counts, but was not yet given out.
    chosen: HashSet<Which>,
    count: u64,
}

impl SelectSink {
    /// A sink that shows through `inner` what `selection` says, and what it finds.
    pub fn new(inner: Box<dyn Sink>, selection: Selection) -> (Self, Rc<Found>) {
        let found = Rc::new(Found::default());
        let sink = SelectSink {
            inner,
            selection,
            found: Rc::clone(&found),
            waits: HashMap::new(),
            held: 0,
            most_held: HELD,
            marked: HashSet::new(),
            chosen: HashSet::new(),
            count: 0,
        };
        (sink, found)
    }

    /// Whether the number is one of those that are wanted.
    fn is_named(&self, which: Which) -> bool {
        self.selection.numbers.as_ref().is_none_or(|numbers| numbers.contains(&which))
    }

    /// Segments are printed before it is known whether they are wanted.
    fn holds(&self) -> bool {
        self.selection.only.is_some() && self.inner.prints_at_once()
    }

    fn is_wanted(&self, conv: &Conversation, verdict: &Verdict) -> bool {
        let marked = || self.marked.contains(&conv.number);
        self.is_named(Which::Conversation(conv.number))
            && self.selection.only.as_ref().is_none_or(|only| only.any(verdict, conv.marks) || marked())
    }

    /// Counts what is over; whether it is one of those to be shown.
    fn choose(&mut self, which: Which) -> bool {
        let most = self.selection.most.unwrap_or(u64::MAX);
        if self.chosen.contains(&which) {
            return true;
        }
        if self.count >= most {
            return false;
        }
        self.count += 1;
        self.found.full.set(self.count == most);
        self.chosen.insert(which)
    }

    /// A conversation is over for now.
    fn decide(&mut self, conv: &Conversation, verdict: &Verdict) -> bool {
        self.is_wanted(conv, verdict) && self.choose(Which::Conversation(conv.number))
    }

    /// Prints through the inner sink, to where it may wait.
    fn print(&mut self, which: Which, out: &mut Vec<u8>, how: impl FnOnce(&mut dyn Sink, &mut Vec<u8>)) {
        if !self.holds() {
            return how(&mut *self.inner, out);
        }
        match self.waits.entry(which).or_insert_with(|| Wait::Text(Vec::new())) {
            Wait::Known(true) => how(&mut *self.inner, out),
            Wait::Known(false) | Wait::Cut => {}
            wait @ Wait::Text(_) => {
                let Wait::Text(text) = wait else { return };
                let before = text.len();
                how(&mut *self.inner, text);
                self.held += text.len() - before;
                if self.held > self.most_held {
                    self.held -= text.len();
                    *wait = Wait::Cut;
                }
            }
        }
    }

    /// What waited of a conversation, no longer counted.
    fn release(&mut self, which: Which) -> Option<Wait> {
        let wait = self.waits.remove(&which);
        if let Some(Wait::Text(text)) = &wait {
            self.held -= text.len();
        }
        wait
    }

    /// Prints what waited.
    fn let_out(&self, wait: Option<Wait>, out: &mut Vec<u8>) {
        match wait {
            Some(Wait::Text(mut text)) => out.append(&mut text),
            Some(Wait::Cut) => self.found.cut.set(self.found.cut.get() + 1),
            Some(Wait::Known(_)) | None => {}
        }
    }

    /// As many as are wanted are over, and this is none of them.
    fn is_shut(&self, which: Which) -> bool {
        self.found.full.get() && !self.chosen.contains(&which)
    }

    /// What was taken for a conversation belongs to another one.
    fn absorb(&mut self, absorbed: u64, by: u64) {
        if let Some(Wait::Text(mut text)) = self.release(Which::Conversation(absorbed))
            && !text.is_empty()
        {
            self.held += text.len();
            match self.waits.entry(Which::Conversation(by)).or_insert_with(|| Wait::Text(Vec::new())) {
                Wait::Text(own) => {
                    text.append(own);
                    *own = text;
                }
                Wait::Cut | Wait::Known(_) => self.held -= text.len(),
            }
        }
    }

    fn check(&self, judged: &Judged<'_>) {
        let conv = judged.conversation;
        self.found.shown.set(self.found.shown.get() + 1);
        let Some(expect) = self.selection.expect.filter(Wanted::is_of_conversations) else { return };
        self.expected(expect.all(&judged.verdict, conv.marks), || {
            let slugs = [Some(judged.verdict.opening()), judged.verdict.ending()];
            let slugs: Vec<&str> = slugs.into_iter().flatten().collect();
            format!("#{} {}", conv.number, slugs.join(", "))
        });
    }

    /// Something was as expected, or not; `name`: what to call it.
    fn expected(&self, met: bool, name: impl FnOnce() -> String) {
        self.found.checked.set(self.found.checked.get() + 1);
        if met {
            return;
        }
        self.found.unmet.set(self.found.unmet.get() + 1);
        let mut named = self.found.named.borrow_mut();
        if named.len() < NAMED {
            named.push(name());
        }
    }
}

impl Sink for SelectSink {
    fn wants_dialects(&self) -> bool {
        self.inner.wants_dialects()
    }

    fn detail(&self) -> Detail {
        let numbers = self.selection.only.is_some_and(|only| only.needs_numbers());
        match self.inner.detail() {
            _ if numbers => Detail::Segments,
            Detail::Conversations if self.selection.most.is_some() => Detail::Events,
            detail => detail,
        }
    }

    fn begin(&mut self, begin: &Begin, out: &mut Vec<u8>) {
        self.inner.begin(begin, out);
    }

    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        let number = row.event.conversation;
        if self.selection.only.is_some_and(|only| only.marked(row.event.marks)) {
            self.marked.insert(number);
        }
        if let Some(absorbed) = row.event.absorbs {
            self.absorb(absorbed, number);
        }
        let which = Which::Conversation(number);
        if !self.is_named(which) || self.is_shut(which) {
            if let Some(absorbed) = row.event.absorbs {
                self.inner.pass_over(absorbed, out);
            }
            return;
        }
        let chosen = row.closes && self.decide(row.conversation, &judge(row.conversation, Ended::Over));
        if self.inner.detail() == Detail::Conversations {
            return;
        }
        let row = Row { closes: chosen, ..*row };
        self.print(which, out, |inner, out| inner.segment(&row, out));
    }

    fn loose(&mut self, segment: &Segment<'_>, numbers: Numbers, ordinal: u64, out: &mut Vec<u8>) {
        if !self.selection.passes_over_some() {
            self.inner.loose(segment, numbers, ordinal, out);
        }
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, out: &mut Vec<u8>) {
        match row.about {
            About::Conversation(conv) if self.is_named(Which::Conversation(conv.number)) => {
                let chosen = row.closes && self.decide(conv, &judge(conv, Ended::Over));
                let row = IcmpRow { closes: chosen, ..*row };
                self.print(Which::Conversation(conv.number), out, |inner, out| inner.icmp(&row, out));
            }
            About::Conversation(_) => {}
            About::Exchange(exchange) => {
                self.part(exchange, out, |inner, out| inner.icmp(row, out));
            }
            About::Unknown if self.selection.passes_over_some() => {}
            About::Unknown => self.inner.icmp(row, out),
        }
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, out: &mut Vec<u8>) {
        self.part(row.exchange, out, |inner, out| inner.datagram(row, out));
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        self.ceased(ceased, out);
    }

    fn pass(&mut self, at: Timestamp) {
        self.inner.pass(at);
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let conv = judged.conversation;
        let which = Which::Conversation(conv.number);
        let wait = self.release(which);
        // Lines that were printed get their verdict.
        let streamed = self.inner.prints_at_once() && self.selection.only.is_none();
        let chosen = match wait {
            Some(Wait::Known(known)) => known,
            _ => self.decide(conv, &judged.verdict) || streamed && self.is_named(which),
        };
        self.chosen.remove(&which);
        self.marked.remove(&conv.number);
        if !chosen {
            return self.inner.pass_over(conv.number, out);
        }
        self.let_out(wait, out);
        self.check(judged);
        self.inner.conversation(judged, out);
    }

    fn over(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let conv = judged.conversation;
        let which = Which::Conversation(conv.number);
        if !self.is_named(which) {
            return;
        }
        if self.holds() {
            let chosen = self.decide(conv, &judged.verdict);
            let wait = self.waits.insert(which, Wait::Known(chosen));
            if let Some(Wait::Text(mut text)) = wait {
                self.held -= text.len();
                if chosen {
                    out.append(&mut text);
                }
            }
            if !chosen {
                return;
            }
        }
        self.inner.over(judged, out);
    }

    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        self.inner.end(totals, out);
    }
}

#[cfg(test)]
mod tests;
