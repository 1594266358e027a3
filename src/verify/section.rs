//! From a script to what a machine can follow: one section a conversation.

use std::time::Duration;

use crate::script::ScriptError;
use crate::script::{
    Block, Content, Directive, Line, Name, Number, Outcome, Quantity, Script, SeqField, Times,
};

/// Names of numbers in one section.
pub const NAMES: usize = 8;
/// Lines of one section.
const LINES: usize = 2000;

/// One conversation of a script.
#[derive(Clone, Debug)]
pub struct Section {
    /// The file, as it was named.
    pub file: String,
    /// Line of its first row, from 1.
    pub line: usize,
    /// It is about an exchange of datagrams; `None`: it does not say, and is about a
    /// conversation.
    pub udp: Option<bool>,
    /// How many conversations must be so, if it says so.
    pub quantity: Option<Quantity>,
    /// Its lines, those that only hold others together included.
    pub rows: Vec<Row>,
    /// What is said of the whole: its row, and the words.
    pub outcome: Option<(usize, Outcome)>,
    /// What to do, in order.
    pub ops: Vec<Op>,
    /// The names of its numbers.
    pub names: Vec<Name>,
}

impl Section {
    /// Whether it is about exchanges of datagrams.
    pub fn is_udp(&self) -> bool {
        self.udp == Some(true)
    }
}

/// One line of a section.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: usize,
    /// Its words, without its comment.
    pub text: String,
    /// Its words up to `;`.
    pub short: String,
    /// What it is.
    pub content: Content,
    /// `wait` before it.
    pub wait: Duration,
}

/// What a machine does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// Takes a frame that is as this row says.
    Frame(usize),
    /// Goes on at either place, rather at the first.
    Split(usize, usize),
    /// Goes on there.
    Jump(usize),
    /// All of the script was seen.
    Accept,
}

/// The sections of a script.
///
/// # Errors
/// A line that cannot be matched, or blocks that do not fit together.
pub fn sections(script: &Script, file: &str, text: &str) -> Result<Vec<Section>, ScriptError> {
    let mut sections = Vec::new();
    let mut maker = Maker::new(file);
    for ((index, line), words) in script.lines.iter().enumerate().zip(text.lines()) {
        maker.line(index + 1, line, words)?;
        if matches!(line.content, Content::Outcome(_)) {
            sections.push(maker.finish()?);
            maker = Maker::new(file);
        }
    }
    if !maker.section.rows.is_empty() {
        sections.push(maker.finish()?);
    }
    if sections.is_empty() {
        return Err(problem(script.lines.len().max(1), "a segment, or `=>` and a verdict", ""));
    }
    Ok(sections)
}

fn problem(line: usize, expected: &str, found: &str) -> ScriptError {
    ScriptError { line, column: 1, expected: expected.into(), found: found.into() }
}

/// A block that is not yet closed.
struct Open {
    block: Block,
    line: usize,
    /// Where it began.
    start: usize,
    /// `either`: the jumps behind its parts, and the split before the last.
    jumps: Vec<usize>,
}

struct Maker {
    section: Section,
    open: Vec<Open>,
    wait: Duration,
}

impl Maker {
    fn new(file: &str) -> Self {
        let section = Section {
            file: file.into(),
            line: 0,
            udp: None,
            quantity: None,
            rows: Vec::new(),
            outcome: None,
            ops: Vec::new(),
            names: Vec::new(),
        };
        Maker { section, open: Vec::new(), wait: Duration::ZERO }
    }

    fn line(&mut self, line: usize, what: &Line, words: &str) -> Result<(), ScriptError> {
        match &what.content {
            Content::Blank => return Ok(()),
            Content::Wait(time) => self.wait += *time,
            Content::Directive(Directive::Match(quantity)) => {
                self.section.quantity = Some(*quantity);
                return Ok(());
            }
            Content::Directive(Directive::Again) => {
                return Err(problem(line, "`=>` first: each conversation ends with its verdict", "again"));
            }
            // How it is to be played.
            Content::Directive(_) => return Ok(()),
            _ => {}
        }
        self.transport(line, &what.content, words)?;
        let row = self.row(line, &what.content, words)?;
        match &what.content {
            Content::Datagram(_) | Content::Segment(_) | Content::Icmp(_) | Content::Copy(..) => {
                self.frame(row, what.times)
            }
            Content::Anything | Content::Whatever => self.frame(row, Times::Any),
            Content::Block(block) => self.block(line, *block)?,
            Content::Outcome(outcome) => self.section.outcome = Some((row, (**outcome).clone())),
            Content::Blank | Content::Wait(_) | Content::Directive(_) => {}
        }
        Ok(())
    }

    /// A conversation has segments or datagrams, not both.
    fn transport(&mut self, line: usize, content: &Content, words: &str) -> Result<(), ScriptError> {
        let udp = match content {
            Content::Datagram(_) => true,
            Content::Segment(_) | Content::Copy(..) => false,
            Content::Outcome(outcome) => outcome.is_of_datagrams(),
            _ => return Ok(()),
        };
        if *self.section.udp.get_or_insert(udp) == udp {
            return Ok(());
        }
        let expected = match (udp, matches!(content, Content::Outcome(_))) {
            (true, false) => "a segment, as in the lines before: a conversation has no datagrams",
            (false, false) => "a datagram, as in the lines before: an exchange has no segments",
            (true, true) => "the verdict on a conversation: the lines before are segments",
            (false, true) => {
                "`udp-answered`, `udp-unanswered` or `udp-unreachable`: the lines before are datagrams"
            }
        };
        Err(problem(line, expected, words.split('#').next().unwrap_or_default().trim()))
    }

    fn row(&mut self, line: usize, content: &Content, words: &str) -> Result<usize, ScriptError> {
        let section = &mut self.section;
        if section.line == 0 {
            section.line = line;
        }
        if section.rows.len() == LINES {
            return Err(problem(line, "`=>`: a conversation has at most 2000 lines", ""));
        }
        for name in names(content) {
            if !section.names.contains(&name) {
                section.names.push(name);
            }
        }
        if section.names.len() > NAMES {
            return Err(problem(line, "at most 8 names of numbers in a conversation", words.trim()));
        }
        let words = words.split('#').next().unwrap_or_default();
        let text = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = text.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        let short = text.split(" ;").next().unwrap_or_default().to_string();
        let wait = if matches!(content, Content::Wait(_)) { Duration::ZERO } else { self.wait };
        let is_frame = matches!(
            content,
            Content::Segment(_) | Content::Datagram(_) | Content::Icmp(_) | Content::Copy(..)
        );
        if is_frame {
            self.wait = Duration::ZERO;
        }
        section.rows.push(Row { line, text, short, content: content.clone(), wait });
        Ok(section.rows.len() - 1)
    }

    /// Rather goes on than takes the same once more: what follows `...` is found
    /// where it first stands.
    fn frame(&mut self, row: usize, times: Times) {
        let ops = &mut self.section.ops;
        let at = ops.len();
        match times {
            Times::Once => ops.push(Op::Frame(row)),
            Times::Optional => ops.extend([Op::Split(at + 1, at + 2), Op::Frame(row)]),
            Times::Some => ops.extend([Op::Frame(row), Op::Split(at + 2, at)]),
            Times::Any => ops.extend([Op::Split(at + 3, at + 1), Op::Frame(row), Op::Jump(at)]),
        }
    }

    fn block(&mut self, line: usize, block: Block) -> Result<(), ScriptError> {
        let ops = &mut self.section.ops;
        let at = ops.len();
        match block {
            Block::Either | Block::Optional => {
                // Its second way is known at `or` or `end`.
                ops.push(Op::Split(at + 1, at + 1));
                self.open.push(Open { block, line, start: at, jumps: Vec::new() });
            }
            Block::Repeat => self.open.push(Open { block, line, start: at, jumps: Vec::new() }),
            Block::Or => match self.open.last_mut() {
                Some(open) if open.block == Block::Either => {
                    ops.push(Op::Jump(at));
                    open.jumps.push(at);
                    let next = at + 1;
                    ops.push(Op::Split(next + 1, next + 1));
                    if let Some(split) = ops.get_mut(open.start) {
                        *split = Op::Split(open.start + 1, next);
                    }
                    open.start = next;
                }
                _ => return Err(problem(line, "`either` before it", "or")),
            },
            Block::End => {
                let open = self.open.pop();
                let open =
                    open.ok_or_else(|| problem(line, "`either`, `optional` or `repeat` before it", "end"))?;
                close(ops, &open)?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Section, ScriptError> {
        if let Some(open) = self.open.last() {
            return Err(problem(open.line, "`end` for it before the verdict", open.block.word()));
        }
        let only_verdict = self.section.ops.is_empty();
        if only_verdict {
            self.section.rows.push(Row {
                line: 0,
                text: String::new(),
                short: String::new(),
                content: Content::Whatever,
                wait: Duration::ZERO,
            });
            self.frame(self.section.rows.len() - 1, Times::Any);
        }
        self.section.ops.push(Op::Accept);
        Ok(self.section)
    }
}

fn close(ops: &mut Vec<Op>, open: &Open) -> Result<(), ScriptError> {
    let at = ops.len();
    match open.block {
        Block::Optional => {
            if let Some(split) = ops.get_mut(open.start) {
                *split = Op::Split(open.start + 1, at);
            }
        }
        Block::Repeat => ops.push(Op::Split(at + 1, open.start)),
        _ if open.jumps.is_empty() => {
            return Err(problem(open.line, "`or` before its `end`", "either"));
        }
        _ => {
            for &jump in &open.jumps {
                if let Some(op) = ops.get_mut(jump) {
                    *op = Op::Jump(at);
                }
            }
        }
    }
    Ok(())
}

/// The names of numbers in a line.
fn names(content: &Content) -> Vec<Name> {
    let Content::Segment(seg) = content else { return Vec::new() };
    let of = |number: Number| match number {
        Number::Variable(term) => Some(term.name),
        _ => None,
    };
    let seq = match seg.seq {
        Some(SeqField::Variable(term)) => [Some(term.name), None],
        Some(SeqField::Between(start, end)) => [of(start), of(end)],
        _ => [None, None],
    };
    seq.into_iter().chain([seg.ack.and_then(of)]).flatten().collect()
}
