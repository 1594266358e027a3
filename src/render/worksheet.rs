//! Worksheets: the opening and the closing of each conversation as the sheet of
//! a network lab, in Markdown; with blanks, or solved with reasons.
//!
//! At most [`ROWS`] segments of a conversation are listed, and of [`SHEETS`]
//! conversations at the same time; further ones are counted.

mod questions;

use std::fmt::Write;

use hashbrown::HashMap;

use crate::lang::{Language, Worksheet};
use crate::model::{Flags, Timestamp};
use crate::track::{Conversation, Side, Step};

use super::draft::{Crossed, say_step};
use super::ends::EndText;
use super::order::InOrder;
use super::style::Style;
use super::tcpdump::option_text;
use super::told::{Explain, Spoken, Told};
use super::{Judged, Row, Sink, Totals};

/// Segments of a conversation that are listed.
const ROWS: usize = 64;

/// Conversations with segments that wait for their end: nobody fills in more.
const SHEETS: usize = 16_384;

/// A blank to be filled in.
const BLANK: &str = "____";

/// How worksheets are printed.
#[derive(Clone, Copy)]
pub struct WorksheetOptions {
    /// The language.
    pub lang: &'static dyn Language,
    /// Solved, with reasons.
    pub answers: bool,
    /// In the order in which conversations end; else by their numbers.
    pub live: bool,
    /// ASCII only.
    pub ascii: bool,
}

/// Prints a sheet for each conversation.
pub struct WorksheetSink {
    options: WorksheetOptions,
    known: HashMap<u64, Sheet>,
    most: usize,
    /// There were more.
    crowded: bool,
    order: InOrder,
}

/// What is known of a conversation.
#[derive(Default)]
struct Sheet {
    lines: Vec<Line>,
    left_out: u64,
}

/// One segment of the opening or the closing.
struct Line {
    frame: u64,
    at: Timestamp,
    from: Side,
    flags: Flags,
    seq: u32,
    ack: Option<u32>,
    /// Offsets from the ISNs.
    relative: [Option<u64>; 2],
    window: u16,
    len: u32,
    options: String,
    steps: String,
    kinds: Vec<Step>,
    why: Vec<String>,
}

impl WorksheetSink {
    /// A sink that has seen nothing.
    pub fn new(options: WorksheetOptions) -> Self {
        WorksheetSink {
            options,
            known: HashMap::new(),
            most: SHEETS,
            crowded: false,
            order: InOrder::new(options.live),
        }
    }

    fn line(&self, row: &Row<'_>) -> Line {
        let (seg, event, conv) = (row.segment, row.event, row.conversation);
        let lang = self.options.lang;
        let (mut options, mut steps) = (String::new(), String::new());
        option_text(seg, &mut options);
        for (nth, step) in event.steps.iter().enumerate() {
            steps.push_str(if nth > 0 { lang.also() } else { "" });
            say_step(step, Crossed::of(conv), lang, &mut steps);
        }
        let why = if self.options.answers {
            let (steps, proofs) = (event.steps.iter(), event.proofs.iter());
            Told::of(row).reasons(&Spoken::of(row), steps, proofs, conv, (Explain::Turns, lang))
        } else {
            Vec::new()
        };
        Line {
            frame: seg.frame,
            at: seg.at,
            from: event.from,
            flags: seg.flags,
            seq: seg.seq.raw(),
            ack: seg.ack().map(crate::model::Seq::raw),
            relative: [event.isn_seq, event.isn_ack],
            window: seg.window,
            len: seg.len,
            options,
            steps,
            kinds: event.steps.iter().copied().collect(),
            why,
        }
    }

    fn sheet(&self, sheet: &Sheet, judged: &Judged<'_>, out: &mut String) {
        let WorksheetOptions { lang, answers, .. } = self.options;
        let conv = judged.conversation;
        let [client, server] = Side::BOTH.map(|side| EndText::of(conv.endpoint(side)));
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "## {} {}{}{} → {}\n",
            lang.worksheet(Worksheet::Title),
            conv.number,
            lang.worksheet(Worksheet::Colon),
            client.text(),
            server.text()
        );
        if !answers {
            let _ = writeln!(out, "{}\n", lang.worksheet(Worksheet::Task));
        }
        let _ = writeln!(out, "### {}\n", lang.worksheet(Worksheet::Segments));
        self.table(sheet, conv, out);
        if sheet.left_out > 0 {
            let _ = writeln!(out, "\n{} {}", lang.worksheet(Worksheet::MoreRows), sheet.left_out);
        }
        let _ = writeln!(out, "\n### {}\n", lang.worksheet(Worksheet::Questions));
        questions::print(&sheet.lines, judged, (lang, answers), out);
        out.push('\n');
    }

    fn table(&self, sheet: &Sheet, conv: &Conversation, out: &mut String) {
        let WorksheetOptions { lang, answers, .. } = self.options;
        let heads = [
            Worksheet::Frame,
            Worksheet::Time,
            Worksheet::From,
            Worksheet::To,
            Worksheet::Flags,
            Worksheet::RawSeq,
            Worksheet::RelativeSeq,
            Worksheet::RawAck,
            Worksheet::RelativeAck,
            Worksheet::Window,
            Worksheet::Length,
            Worksheet::Options,
            Worksheet::Step,
        ];
        heads.iter().for_each(|&head| cell(lang.worksheet(head), out));
        out.push_str("|\n");
        heads.iter().for_each(|_| out.push_str("|---"));
        out.push_str("|\n");
        for line in &sheet.lines {
            let since = line.at.since(conv.first.at);
            let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
            cell(&line.frame.to_string(), out);
            cell(&format!("{}.{:09}", since.as_secs(), since.subsec_nanos()), out);
            let solved = [
                conv.endpoint(line.from).port.to_string(),
                conv.endpoint(line.from.other()).port.to_string(),
                line.flags.tcpdump().to_owned(),
                line.seq.to_string(),
                number(line.relative[0]),
                number(line.ack.map(u64::from)),
                number(line.relative[1].filter(|_| line.ack.is_some())),
                line.window.to_string(),
                line.len.to_string(),
                line.options.clone(),
                line.steps.clone(),
            ];
            solved.iter().for_each(|text| cell(if answers { text } else { BLANK }, out));
            out.push_str("|\n");
        }
    }
}

/// Appends a cell of a table; a bar within would end it.
fn cell(text: &str, out: &mut String) {
    out.push_str("| ");
    text.chars().for_each(|c| match c {
        '|' => out.push_str("\\|"),
        c => out.push(c),
    });
    out.push(' ');
}

impl Sink for WorksheetSink {
    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        if let Some(absorbed) = row.event.absorbs {
            self.pass_over(absorbed, out);
        }
        if !row.event.steps.iter().any(Step::is_landmark) {
            return;
        }
        let number = row.event.conversation;
        let known = self.known.get(&number).map(|sheet| sheet.lines.len());
        let has_room = match known {
            Some(lines) => lines < ROWS,
            // A sheet that lacks the opening asks for what is not there.
            None => (row.event.first || row.conversation.syn.is_none()) && self.known.len() < self.most,
        };
        if has_room {
            let line = self.line(row);
            self.known.entry(number).or_default().lines.push(line);
        } else if let Some(sheet) = self.known.get_mut(&number) {
            sheet.left_out += 1;
        } else {
            self.crowded = true;
        }
    }

    fn pass_over(&mut self, number: u64, out: &mut Vec<u8>) {
        self.known.remove(&number);
        self.order.done(number, "", out);
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let number = judged.conversation.number;
        let segments = judged.conversation.segments();
        let left_out = if self.crowded { segments } else { 0 };
        let sheet = self.known.remove(&number).unwrap_or(Sheet { lines: Vec::new(), left_out });
        let mut text = String::new();
        self.sheet(&sheet, judged, &mut text);
        let style = Style { ascii: self.options.ascii, ..Style::default() };
        self.order.done(number, &style.tidy(text), out);
    }

    fn end(&mut self, _: &Totals, out: &mut Vec<u8>) {
        self.order.flush(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::en::English;
    use crate::render::testing::{Field, SERVER_FIRST, fire};

    #[test]
    fn so_many_sheets_are_filled_at_the_same_time() {
        let options = WorksheetOptions { lang: &English, answers: true, live: false, ascii: true };
        let mut sink = WorksheetSink { most: 2, ..WorksheetSink::new(options) };
        let fields = [2, 3, 4].map(|port| (Field::loopback(port), &SERVER_FIRST[..2]));
        let text = fire(&fields, &mut sink);
        assert_eq!(text.matches("| SYN-ACK").count(), 2, "{text}");
        assert_eq!(text.matches("were left out: 2").count(), 1, "{text}");
        assert_eq!(text.matches("## ").count(), 3 + text.matches("### ").count(), "{text}");
    }
}
