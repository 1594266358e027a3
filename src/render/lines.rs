//! Lines: tcpdump's own, and behind a `;` what the segment is.

use std::collections::HashMap;

use crate::lang::{Case, IcmpEffect, Language, ProofForm, Remark};
use crate::model::{Segment, Timestamp};
use crate::track::{Mark, Numbers, Side};
use crate::verdict::Verdict;

use super::digits::decimal;
use super::draft::{Crossed, say_step};
use super::style::wrap;
use super::tcpdump::{LineStyle, LineWriter};
use super::told::{Explain, Spoken, Told};
use super::{About, Ceased, DatagramRow, IcmpRow, Judged, Row, Sink};

/// One line a segment, and one for each remark of the verdict.
pub struct LinesSink {
    writer: LineWriter,
    language: &'static dyn Language,
    /// Client and server in its words, between blanks.
    sides: [String; 2],
    /// Reused for the words of a line, and the remarks of a conversation.
    words: String,
    remarks: Vec<Remark>,
    verbose: bool,
    explain: Explain,
    /// Cells in a line of reasons.
    width: usize,
    /// Verdicts said when the conversation was over, while it may still get
    /// stragglers.
    said: HashMap<u64, Verdict>,
}

impl LinesSink {
    /// The frame that completes a segment: what it holds itself.
    #[cold]
    fn fragment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        let Some(first) = row.segment.as_first_fragment() else {
            return self.writer.write_fragment(out, row.segment, None, row.ordinal);
        };
        let numbers = Numbers { end: row.numbers.seq.wrapping_add(first.len), ..*row.numbers };
        self.writer.write_first_fragment(out, &first, &numbers, row.ordinal);
    }

    /// Lines in the given style. `verbose` adds the proofs and the states.
    pub fn new(style: LineStyle, language: &'static dyn Language, verbose: bool) -> Self {
        LinesSink {
            writer: LineWriter::new(style),
            language,
            sides: Side::BOTH.map(|side| [" ", language.side(side), " "].concat()),
            words: String::new(),
            remarks: Vec::new(),
            verbose,
            explain: Explain::No,
            width: 80,
            said: HashMap::new(),
        }
    }

    /// The same with lines that say why, of at most `width` cells.
    #[must_use]
    pub fn explaining(self, explain: Explain, width: u16) -> Self {
        LinesSink { explain, width: width.into(), ..self }
    }

    /// Comment lines under a line.
    fn because(&self, text: &str, out: &mut Vec<u8>) {
        for line in wrap(text, self.width.saturating_sub(4)).into_iter().filter(|line| !line.is_empty()) {
            out.extend_from_slice(b";   ");
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
    }

    fn reasons(&self, row: &Row<'_>, out: &mut Vec<u8>) {
        let (steps, proofs) = (row.event.steps.iter(), row.event.proofs.iter());
        let how = (self.explain, self.language);
        for text in Told::of(row).reasons(&Spoken::of(row), steps, proofs, row.conversation, how) {
            self.because(&text, out);
        }
    }

    fn annotate(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        let (event, crossed) = (row.event, Crossed::of(row.conversation));
        out.extend_from_slice(b"  ; #");
        decimal(event.conversation, out);
        out.extend_from_slice(self.sides[event.from as usize].as_bytes());
        let words = &mut self.words;
        words.clear();
        for (i, step) in event.steps.iter().enumerate() {
            if i > 0 {
                words.push_str(self.language.also());
            }
            say_step(step, crossed, self.language, words);
        }
        if !event.marks.is_empty() {
            say_marks(row, self.verbose, self.language, words);
        }
        if self.verbose {
            for proof in event.proofs.iter() {
                words.push_str("; ");
                self.language.proof(proof, ProofForm::Long, words);
            }
            words.push_str("; ");
            words.push_str(event.states[0].name());
            words.push_str(" / ");
            words.push_str(event.states[1].name());
        }
        words.push('\n');
        out.extend_from_slice(words.as_bytes());
    }

    fn remarks(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let case = Case {
            conversation: judged.conversation,
            verdict: judged.verdict,
            times: judged.times,
            confidence: judged.confidence,
        };
        let mut remarks = std::mem::take(&mut self.remarks);
        self.language.remarks(&case, &mut remarks);
        for remark in remarks.drain(..) {
            print(&remark, b"; #", judged.conversation.number, out);
            if self.explain != Explain::No {
                let mut why = String::new();
                self.language.why(&case, remark.about, &mut why);
                self.because(&why, out);
            }
        }
        self.remarks = remarks;
    }

    /// What an ICMP error does, behind its line.
    fn effect(&mut self, row: &IcmpRow<'_>, out: &mut Vec<u8>) {
        let (sign, number, effect): (&[u8], _, _) = match row.about {
            About::Unknown => return,
            About::Exchange(exchange) => (b"  ; UDP #", exchange.number, IcmpEffect::RejectsDatagram),
            About::Conversation(conv) => {
                let syn = conv.last_syn().filter(|_| conv.is_rejected_by(row.error.frame));
                let effect = syn.map_or(IcmpEffect::Tells, |syn| IcmpEffect::RejectsSyn(syn.frame));
                (b"  ; #", conv.number, effect)
            }
        };
        self.words.clear();
        self.language.icmp_effect(row.error, effect, &mut self.words);
        out.extend_from_slice(sign);
        decimal(number, out);
        out.push(b' ');
        out.extend_from_slice(self.words.as_bytes());
    }
}

/// What else is to be said of a segment.
fn say_marks(row: &Row<'_>, verbose: bool, lang: &dyn Language, words: &mut String) {
    for mark in row.event.marks.iter().filter(|mark| verbose || !mark.is_quiet()) {
        words.push_str(", ");
        let misled = || Told::of(row).misled(&Spoken::of(row), row.conversation);
        match Some(mark).filter(|&mark| mark == Mark::TcpdumpMisleads).and_then(|_| misled()) {
            Some(misled) => lang.offset(&misled, words),
            None => words.push_str(lang.mark(mark)),
        }
    }
}

/// The line of a remark.
fn print(remark: &Remark, sign: &[u8], number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(sign);
    decimal(number, out);
    out.push(b' ');
    out.extend_from_slice(remark.head.as_bytes());
    out.push(b' ');
    out.extend_from_slice(remark.text.as_bytes());
    out.push(b'\n');
}

impl Sink for LinesSink {
    fn prints_at_once(&self) -> bool {
        true
    }

    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        if row.segment.fragments > 0 {
            self.fragment(row, out);
        } else {
            self.writer.write(out, row.segment, row.numbers, row.ordinal);
        }
        self.annotate(row, out);
        if self.explain.covers(row.event.steps.iter(), row.event.marks) {
            self.reasons(row, out);
        }
    }

    fn loose(&mut self, segment: &Segment<'_>, numbers: Numbers, ordinal: u64, out: &mut Vec<u8>) {
        if segment.fault.is_some() {
            self.writer.write(out, segment, &numbers, ordinal);
        } else {
            self.writer.write_first_fragment(out, segment, &numbers, ordinal);
        }
        out.push(b'\n');
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, out: &mut Vec<u8>) {
        self.writer.write_icmp(out, row.error, row.ordinal);
        self.effect(row, out);
        out.push(b'\n');
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, out: &mut Vec<u8>) {
        self.writer.write_datagram(out, row.datagram, row.ordinal);
        self.words.clear();
        self.language.datagram(row.datagram.len, &mut self.words);
        out.extend_from_slice(b"  ; UDP #");
        decimal(row.exchange.number, out);
        out.push(b' ');
        out.extend_from_slice(self.language.side(row.from).as_bytes());
        out.push(b' ');
        out.extend_from_slice(self.words.as_bytes());
        out.push(b'\n');
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        let mut remarks = Vec::new();
        self.language.exchange(ceased.exchange, &mut remarks);
        for remark in &remarks {
            print(remark, b"; UDP #", ceased.exchange.number, out);
        }
    }

    fn pass(&mut self, at: Timestamp) {
        self.writer.pass(at);
    }

    fn over(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        self.said.insert(judged.conversation.number, judged.verdict);
        self.remarks(judged, out);
    }

    fn pass_over(&mut self, number: u64, out: &mut Vec<u8>) {
        let _ = (self.said.remove(&number), out);
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let said = if self.said.is_empty() { None } else { self.said.remove(&judged.conversation.number) };
        if said != Some(judged.verdict) {
            self.remarks(judged, out);
        }
    }
}
