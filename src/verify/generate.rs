//! From a capture to a script that it satisfies, with nothing in it that another
//! run of the same programs would change: no absolute numbers, no times, data
//! only as `...`.

use std::collections::BTreeMap;

use crate::model::{Flags, IcmpKind};
use crate::render::{About, Ceased, DatagramRow, IcmpRow, Judged, Row, Sink, Totals};
use crate::script::{
    Content, DatagramLine, Directive, Expectation, IcmpLine, IcmpWord, Line, Loose, Name, Number, Outcome,
    Quantity, Script, SegmentLine, SeqField, StepWord, Term, Times, Timing,
};
use crate::track::{Conversation, Side, State, Step};

use super::seen::Seen;
use super::verdict::short;

/// Lines of one conversation; what comes after them is `*`.
const LINES: usize = 500;
/// Different conversations that are written.
const SCRIPTS: usize = 2_000;
/// Conversations whose lines wait for their end; those that begin when there are
/// so many are counted.
const DRAFTS: usize = 16_384;

/// Writes a script: a section for each kind of conversation.
#[derive(Debug, Default)]
pub struct ScriptSink {
    drafts: BTreeMap<u64, Draft>,
    exchanges: BTreeMap<u64, Draft>,
    /// Finished ones.
    done: Vec<Done>,
    more: u64,
}

/// Conversations, or exchanges of datagrams, of one kind.
#[derive(Debug)]
struct Done {
    lines: Vec<Line>,
    udp: bool,
    /// The number of the first such one.
    first: u64,
    count: u64,
}

/// The lines of one conversation so far.
#[derive(Debug, Default)]
struct Draft {
    lines: Vec<Line>,
    states: [Option<State>; 2],
    /// Whether octets of a side were passed over, so that its numbers depend on
    /// how many there were.
    passed: [bool; 2],
    /// The number of a side's FIN, if it has a name.
    fin: [Option<u64>; 2],
    full: bool,
    early: Vec<Seen>,
}

const fn name(side: Side) -> &'static str {
    match side {
        Side::Client => "c",
        Side::Server => "s",
    }
}

impl Draft {
    fn take(&mut self, seen: &Seen) {
        if seen.is_copy() || self.full {
            return;
        }
        let Some(from) = seen.brief.from else { return self.icmp(seen) };
        if seen.brief.udp {
            let len = Some(crate::script::Span { low: seen.brief.len, high: seen.brief.len });
            return self.put(Content::Datagram(DatagramLine { from, len, timing: Timing::default() }));
        }
        let turning = Flags::SYN.with(Flags::FIN).with(Flags::RST);
        let step = |step: &Step| step.is_landmark();
        if seen.brief.flags.intersects(turning) || seen.event.steps.any(step) {
            let line = self.segment(from, seen);
            self.put(Content::Segment(Box::new(line)));
        } else {
            self.data();
        }
        self.passed[from as usize] |= seen.brief.len > 0;
    }

    fn data(&mut self) {
        if self.lines.last().is_none_or(|line| line.content != Content::Anything) {
            self.put(Content::Anything);
        }
    }

    /// A line like the one before makes that one repeat.
    fn put(&mut self, content: Content) {
        if let Some(last) = self.lines.last_mut().filter(|line| line.content == content) {
            last.times = Times::Some;
            return;
        }
        let full = self.lines.len() >= LINES;
        self.full = full;
        let content = if full { Content::Whatever } else { content };
        self.lines.push(Line { content, ..Line::default() });
    }

    fn segment(&mut self, from: Side, seen: &Seen) -> SegmentLine {
        let brief = &seen.brief;
        let seq = brief.seq.filter(|_| seen.known[0]).map(|seq| self.seq(from, seq, brief));
        let ack = brief.ack.filter(|_| seen.known[1]).map(|ack| self.ack(from.other(), ack));
        let ranged = matches!(seq, Some(SeqField::Between(..)));
        let len = (brief.len > 0 && !ranged).then_some(crate::script::Span { low: 1, high: u32::MAX });
        SegmentLine {
            seq,
            ack,
            expect: self.expect(seen),
            loose: Loose { len, ..Loose::default() },
            ..SegmentLine::bare(from, brief.flags)
        }
    }

    fn seq(&mut self, from: Side, seq: u64, brief: &super::seen::Brief) -> SeqField {
        let (payload, passed) = (brief.len > 0, self.passed[from as usize]);
        let end = seq + u64::from(brief.len);
        let fin = &mut self.fin[from as usize];
        if brief.flags.fin() && (payload || passed) && fin.is_none() {
            *fin = Some(end);
        }
        let start = if passed { Number::Any } else { Number::Exactly(seq) };
        match (payload, self.term(from, seq), self.term(from, end)) {
            (false, Some(term), _) => SeqField::Variable(term),
            (false, None, _) if passed => SeqField::Any,
            (false, None, _) => SeqField::At(seq),
            (true, _, Some(term)) if brief.flags.fin() => SeqField::Between(start, Number::Variable(term)),
            (true, ..) => SeqField::Between(start, Number::Any),
        }
    }

    fn ack(&mut self, of: Side, ack: u64) -> Number {
        match self.term(of, ack) {
            Some(term) => Number::Variable(term),
            None if !self.passed[of as usize] => Number::Exactly(ack),
            None => Number::Any,
        }
    }

    /// A number as the FIN of its side, or the one after it.
    fn term(&self, side: Side, number: u64) -> Option<Term> {
        let fin = self.fin[side as usize]?;
        let plus = number.checked_sub(fin).filter(|plus| *plus <= 1)?;
        Some(Term { name: Name::of(name(side))?, plus: u32::try_from(plus).ok()? })
    }

    /// Steps without their numbers, and states that are new.
    fn expect(&mut self, seen: &Seen) -> Expectation {
        let steps = seen.event.steps.iter().map(|step| StepWord { number: None, ..StepWord::of(step) });
        let mut states = Vec::new();
        for (side, state) in Side::BOTH.into_iter().zip(seen.event.states) {
            if self.states[side as usize] != Some(state) {
                self.states[side as usize] = Some(state);
                states.push((side, state));
            }
        }
        Expectation { steps: steps.collect(), marks: Vec::new(), states }
    }

    fn icmp(&mut self, seen: &Seen) {
        let Some((from, to, kind)) = seen.icmp else { return };
        let Some(what) = icmp_word(kind) else { return };
        let line = IcmpLine {
            from,
            to,
            what,
            quoting: None,
            timing: Timing::default(),
            expect: Expectation::default(),
        };
        self.put(Content::Icmp(Box::new(line)));
    }
}

fn icmp_word(kind: IcmpKind) -> Option<IcmpWord> {
    let words = [
        IcmpWord::Net,
        IcmpWord::Host,
        IcmpWord::Port,
        IcmpWord::Admin,
        IcmpWord::TimeExceeded,
        IcmpWord::TooBig(kind.mtu),
    ];
    words.into_iter().find(|word| word.kind(kind.v6) == kind)
}

impl ScriptSink {
    fn take(&mut self, conversation: &Conversation, seen: Seen) {
        let absorbed = seen.event.absorbs.and_then(|number| self.drafts.remove(&number));
        let crowded = self.drafts.len() >= DRAFTS || !seen.event.first;
        if crowded && !self.drafts.contains_key(&conversation.number) {
            return;
        }
        let draft = self.drafts.entry(conversation.number).or_default();
        for strange in absorbed.into_iter().flat_map(|draft| draft.early) {
            draft.take(&strange);
        }
        draft.take(&seen);
        if conversation.incarnation > 1 && draft.early.len() < super::sink::EARLY {
            draft.early.push(seen);
        }
    }

    fn finish(&mut self, draft: Draft, outcome: Outcome, number: u64, udp: bool) {
        let mut lines = draft.lines;
        lines.push(Line { content: Content::Outcome(Box::new(outcome)), ..Line::default() });
        if let Some(done) = self.done.iter_mut().find(|done| done.lines == lines) {
            done.first = number.min(done.first);
            done.count += 1;
        } else if self.done.len() < SCRIPTS {
            self.done.push(Done { lines, udp, first: number, count: 1 });
        } else {
            self.more += 1;
        }
    }
}

impl Sink for ScriptSink {
    fn segment(&mut self, row: &Row<'_>, _: &mut Vec<u8>) {
        self.take(row.conversation, Seen::segment(row));
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, _: &mut Vec<u8>) {
        match row.about {
            About::Conversation(conversation) => self.take(conversation, Seen::icmp(row, conversation)),
            About::Exchange(exchange) => {
                let draft = self.exchanges.entry(exchange.number).or_default();
                draft.take(&Seen::icmp_of_exchange(row.error, exchange));
            }
            About::Unknown => {}
        }
    }

    fn pass_over(&mut self, number: u64, _: &mut Vec<u8>) {
        self.drafts.remove(&number);
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, _: &mut Vec<u8>) {
        self.exchanges.entry(row.exchange.number).or_default().take(&Seen::datagram(row));
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, _: &mut Vec<u8>) {
        let number = ceased.exchange.number;
        let Some(draft) = self.exchanges.remove(&number) else { return };
        self.finish(draft, Outcome::of_exchange(ceased.exchange), number, true);
    }

    fn conversation(&mut self, judged: &Judged<'_>, _: &mut Vec<u8>) {
        let number = judged.conversation.number;
        let Some(draft) = self.drafts.remove(&number) else {
            self.more += 1;
            return;
        };
        let outcome = short(Outcome::of(judged.conversation, judged.ended));
        self.finish(draft, outcome, number, false);
    }

    fn end(&mut self, _: &Totals, out: &mut Vec<u8>) {
        self.done.sort_by_key(|done| (done.udp, done.first));
        let several = self.done.len() > 1 || self.more > 0;
        let mut script = Script::default();
        for (nth, Done { lines, udp, first, count }) in self.done.drain(..).enumerate() {
            let what = if udp { "UDP exchange" } else { "conversation" };
            let note = match count {
                1 => format!(" {what} #{first}"),
                count => format!(" {what} #{first} and {} more like it", count - 1),
            };
            if nth > 0 {
                script.lines.push(Line::default());
            }
            script.lines.push(Line { comment: Some(note), ..Line::default() });
            if several {
                let content = Content::Directive(Directive::Match(Quantity::Any));
                script.lines.push(Line { content, ..Line::default() });
            }
            script.lines.extend(lines);
        }
        if self.more > 0 {
            let note = format!(" and {} more conversations", self.more);
            script.lines.push(Line { comment: Some(note), ..Line::default() });
        }
        out.extend_from_slice(script.to_string().as_bytes());
    }
}
