//! The rows of one conversation, remembered until its table is printed: small,
//! without borrowed data, and few. Long runs of like rows fold into one.

mod absorb;
mod icmp;

use crate::lang::Run;
use crate::model::{Flags, Timestamp, Way};
use crate::track::{Mark, Marks, Proof, Proofs, Side, State, Step, Steps, Stray};

use super::Row;
use super::fold::Fold;
use super::style::NumberStyle;
use super::told::{Explain, Spoken, Told};
pub(super) use icmp::Notice;

/// Which rows of data phases are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DataRows {
    /// The first and last of a long run; the middle is folded.
    #[default]
    Fold,
    /// All of them. Memory then grows with the conversation.
    All,
    /// None: each run is one folded row.
    None,
}

/// One segment's row.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub frame: u64,
    pub at: Timestamp,
    /// As shown; `None` before the ISN.
    pub seq: Option<u64>,
    pub ack: Option<u64>,
    pub len: u32,
    pub flags: Flags,
    pub way: Way,
    pub states: [State; 2],
    pub marks: Marks,
    /// The only step, unless `more` has several.
    step: Option<Step>,
    /// Its only proof, unless `more` has it.
    proof: Option<Box<Proof>>,
    /// Of the few rows with several steps or proofs, or with reasons.
    more: Option<Box<More>>,
}

#[derive(Clone, Debug)]
struct More {
    steps: Steps,
    proofs: Proofs,
    told: Option<Told>,
}

impl Line {
    fn of(row: &Row<'_>, numbers: NumberStyle, explain: Explain) -> Self {
        let (segment, event) = (row.segment, row.event);
        let has_ack = segment.flags.ack();
        let (seq, ack) = match numbers {
            NumberStyle::Tcpdump => (Some(row.numbers.seq.into()), Some(row.numbers.ack.into())),
            NumberStyle::Isn => (event.isn_seq, event.isn_ack),
            NumberStyle::Absolute => (Some(segment.seq.raw().into()), Some(segment.ack_field.raw().into())),
        };
        // Without an ISN there is nothing to say of offsets from it.
        let misled = numbers == NumberStyle::Tcpdump
            && event.marks.has(Mark::TcpdumpMisleads)
            && row.conversation.half.iter().any(|half| half.isn.is_some());
        let told = (misled || explain.covers(event.steps.iter(), event.marks)).then(|| Told::of(row));
        let mut proofs = event.proofs.iter();
        let first = proofs.next();
        let lone = told.is_none() && event.steps.iter().count() == 1 && proofs.next().is_none();
        Line {
            frame: segment.frame,
            at: segment.at,
            seq,
            ack: ack.filter(|_| has_ack),
            len: segment.len,
            flags: segment.flags,
            way: way_of(event.from, row.conversation.client_way),
            states: event.states,
            marks: event.marks,
            step: event.steps.iter().next().copied(),
            proof: first.filter(|_| lone).map(|proof| Box::new(*proof)),
            more: (!lone).then(|| Box::new(More { steps: event.steps, proofs: event.proofs, told })),
        }
    }

    /// Who sent it.
    pub fn from(&self, client_way: Way) -> Side {
        if self.way == client_way { Side::Client } else { Side::Server }
    }

    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let several = self.more.as_ref().map(|more| more.steps.iter());
        let one = if several.is_some() { None } else { self.step.as_ref() };
        several.into_iter().flatten().chain(one)
    }

    pub fn proofs(&self) -> impl Iterator<Item = &Proof> {
        self.proof.as_deref().into_iter().chain(self.more.iter().flat_map(|more| more.proofs.iter()))
    }

    /// The numbers for a reason, if they were kept.
    pub fn told(&self) -> Option<&Told> {
        self.more.as_ref().and_then(|more| more.told.as_ref())
    }

    pub fn spoken(&self, client_way: Way) -> Spoken {
        let Line { flags, len, states, marks, .. } = *self;
        Spoken { from: self.from(client_way), flags, len, states, marks }
    }

    pub fn is_retransmission(&self) -> bool {
        self.steps().any(|step| matches!(step, Step::Retransmission { .. }))
    }

    /// The frame was captured, or doubled on its way, a second time.
    pub fn is_copy(&self) -> bool {
        self.steps().any(|step| matches!(step, Step::Stray(Stray::Copy | Stray::Duplicated)))
    }

    pub fn is_probe(&self) -> bool {
        self.steps().any(|step| matches!(step, Step::WindowProbe | Step::KeepAlive))
    }

    /// Whether it opened, closed or broke the conversation, for the first time.
    fn is_turn(&self) -> bool {
        self.steps().any(|step| {
            matches!(
                step,
                Step::HandshakeAck
                    | Step::Fin { attempt: ..=1, .. }
                    | Step::FinAck { .. }
                    | Step::LastAck { .. }
                    | Step::Reset
            )
        })
    }

    /// What kind of run it could be part of.
    fn run(&self) -> Run {
        if self.steps().any(Step::is_landmark) {
            self.steps().next().map_or(Run::Mixed, landmark_run)
        } else {
            Run::Data
        }
    }
}

fn way_of(from: Side, client_way: Way) -> Way {
    match (from, client_way) {
        (Side::Client, way) => way,
        (Side::Server, Way::Up) => Way::Down,
        (Side::Server, Way::Down) => Way::Up,
    }
}

fn landmark_run(step: &Step) -> Run {
    match step {
        Step::Syn { .. } | Step::SimultaneousSyn => Run::Syn,
        Step::SynAck { .. } => Run::SynAck,
        Step::Fin { .. } | Step::FinAck { .. } | Step::LastAck { .. } => Run::Fin,
        Step::Refused
        | Step::ClientAbort
        | Step::Reset
        | Step::ResetIgnored { .. }
        | Step::ResetChallenged
        | Step::ChallengeAck => Run::Reset,
        Step::Stray(_) => Run::Stray,
        _ => Run::Mixed,
    }
}

/// A row, or several folded.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Line(Line),
    Fold(Box<Fold>),
    Icmp(Box<Notice>),
}

impl Item {
    fn frame(&self) -> u64 {
        match self {
            Item::Line(line) => line.frame,
            Item::Fold(fold) => fold.first,
            Item::Icmp(notice) => notice.error.frame,
        }
    }
}

/// A run of more than `most` rows keeps its first `head` and last `tail`.
#[derive(Clone, Copy)]
struct Keep {
    head: usize,
    tail: usize,
    most: usize,
}

const RUN: Keep = Keep { head: 3, tail: 2, most: 8 };
const NOTHING: Keep = Keep { head: 0, tail: 0, most: 0 };
/// Of a conversation with more than [`MANY`] rows: the end of it.
const REST: Keep = Keep { head: 0, tail: 12, most: 12 };

/// Beyond so many rows, whatever they are, only the last are kept; beyond twice
/// as many, also of the turns of the conversation.
const MANY: usize = 64;

/// The run that the last rows form.
#[derive(Clone, Copy, Debug)]
struct Current {
    run: Run,
    start: usize,
    len: usize,
    rest: bool,
}

/// The rows of one conversation.
#[derive(Debug, Default)]
pub(super) struct Rows {
    items: Vec<Item>,
    current: Option<Current>,
    /// ICMP errors that have a row, and those that have none.
    notices: u8,
    unlisted: u64,
}

impl Rows {
    /// Remembers a row.
    pub fn add(&mut self, row: &Row<'_>, numbers: NumberStyle, data: DataRows, explain: Explain) {
        self.push(Line::of(row, numbers, explain), data);
    }

    /// All rows, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    fn push(&mut self, line: Line, data: DataRows) {
        let many = if line.is_turn() { 2 * MANY } else { MANY };
        let rest = self.items.len() >= many && data != DataRows::All;
        let run = if rest { Run::Mixed } else { line.run() };
        let mut current = match self.current {
            Some(current) if current.run == run && current.rest == rest => current,
            _ => Current { run, start: self.items.len(), len: 0, rest },
        };
        if self.items.is_empty() {
            // Floods consist of conversations with one row.
            self.items.reserve_exact(1);
        }
        self.items.push(Item::Line(line));
        current.len += 1;
        let keep = match (rest, run, data) {
            (true, ..) => Some(REST),
            (_, Run::Data, DataRows::All) => None,
            (_, Run::Data, DataRows::None) => Some(NOTHING),
            _ => Some(RUN),
        };
        if let Some(keep) = keep.filter(|keep| current.len > keep.most) {
            self.fold(current, keep);
        }
        self.current = Some(current);
    }

    /// Folds all rows of the run but its first and last.
    fn fold(&mut self, current: Current, keep: Keep) {
        let at = current.start + keep.head;
        let end = self.items.len().saturating_sub(keep.tail);
        let (first, from) = match self.items.get(at) {
            Some(Item::Fold(_)) => (None, at + 1),
            Some(Item::Line(line)) => (Some(Fold::new(current.run, line)), at + 1),
            Some(Item::Icmp(_)) | None => return,
        };
        if end <= at {
            return;
        }
        if let (Some(fold), Some(slot)) = (first, self.items.get_mut(at)) {
            *slot = Item::Fold(Box::new(fold));
        }
        let drained: Vec<Item> = self.items.drain(from..end.max(from)).collect();
        if let Some(Item::Fold(fold)) = self.items.get_mut(at) {
            for item in &drained {
                if let Item::Line(line) = item {
                    fold.add(line);
                }
            }
        }
    }
}

/// The marks of a row that its reader should see. The others are in its step
/// already, or say nothing about the handshake.
pub(super) fn telling(marks: Marks) -> impl Iterator<Item = Mark> {
    marks.iter().filter(|mark| match mark {
        Mark::DuplicateCapture
        | Mark::PortReuse
        | Mark::ChecksumOffload
        | Mark::SelfConnect
        | Mark::Urgent
        | Mark::SplitScope
        | Mark::SplitHandshake
        | Mark::Waiting
        | Mark::Probe
        | Mark::Translated
        | Mark::ResetAfterClose => false,
        Mark::TcpdumpMisleads
        | Mark::Gap
        | Mark::AcksUnseen
        | Mark::IllegalOption
        | Mark::ResetSurvived
        | Mark::CookieRequested
        | Mark::SynData
        | Mark::SynDataIgnored
        | Mark::NotAccepted
        | Mark::DeferredAccept
        | Mark::SynProxy
        | Mark::PmtuBlackHole
        | Mark::WindowFull
        | Mark::Ecn
        | Mark::LateAck
        | Mark::ThirdNotCaptured
        | Mark::SynAckNotCaptured
        | Mark::SynAckFirst
        | Mark::OptionsCut
        | Mark::BadOptions
        | Mark::TimeBackwards
        | Mark::BadChecksum
        | Mark::FinEarly
        | Mark::Fragmented => true,
    })
}

#[cfg(test)]
mod tests;
