//! The rows of one conversation, remembered until its table is printed: packed into
//! some twenty octets each, and few. Long runs of like rows fold into one.

mod absorb;
mod brief;
mod icmp;
mod packed;
mod plain;

use crate::lang::Run;
use crate::model::{Flags, Timestamp, Way};
use crate::track::{Mark, Marks, Proof, Proofs, Side, State, Step, Steps, Stray};

use super::Row;
use super::fold::Fold;
use super::style::NumberStyle;
use super::told::{Explain, Spoken, Told};
use brief::Brief;
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

/// One segment's row; or, with steps and proofs where they stand, what is to be packed
/// ([`Brief`]).
#[derive(Clone, Debug)]
pub(super) struct Line<S = Steps, P = Proofs> {
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
    steps: S,
    proofs: P,
    /// The numbers for a reason, if one will be given.
    told: Option<Told>,
}

impl Line {
    fn brief(&self) -> Brief<'_> {
        let Line { frame, at, seq, ack, len, flags, way, states, marks, ref steps, ref proofs, told } = *self;
        Brief { frame, at, seq, ack, len, flags, way, states, marks, steps, proofs, told }
    }

    /// Who sent it.
    pub fn from(&self, client_way: Way) -> Side {
        if self.way == client_way { Side::Client } else { Side::Server }
    }

    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter()
    }

    pub fn proofs(&self) -> impl Iterator<Item = &Proof> {
        self.proofs.iter()
    }

    /// The numbers for a reason, if they were kept.
    pub fn told(&self) -> Option<&Told> {
        self.told.as_ref()
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
}

fn way_of(from: Side, client_way: Way) -> Way {
    match (from, client_way) {
        (Side::Client, way) => way,
        (Side::Server, Way::Up) => Way::Down,
        (Side::Server, Way::Down) => Way::Up,
    }
}

/// A row, or several folded: as they are when a table is made of them.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "those of one table at a time")]
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
    head: u32,
    tail: u32,
    most: u32,
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
    /// Where it begins; once rows of it are folded, where their fold stands.
    at: usize,
    len: u32,
    run: Run,
    rest: bool,
    folded: bool,
}

/// The rows of one conversation, packed one behind the other.
#[derive(Debug, Default)]
pub(super) struct Rows {
    octets: Vec<u8>,
    /// What the times are told from: that of the first row.
    base: Timestamp,
    current: Option<Current>,
    rare: Option<Box<Rare>>,
    /// Rows, folded ones as one.
    count: u32,
}

/// What most conversations have none of.
#[derive(Debug, Default)]
struct Rare {
    /// Those that the octets only have the places of, in their order.
    folds: Vec<Fold>,
    notices: Vec<Notice>,
    /// ICMP errors that have no row.
    unlisted: u64,
}

impl Rows {
    /// Remembers a row.
    pub fn add(&mut self, row: &Row<'_>, numbers: NumberStyle, data: DataRows, explain: Explain) {
        self.push(&Brief::of(row, numbers, explain), data);
    }

    /// All rows, in order.
    pub fn items(&self) -> impl Iterator<Item = Item> {
        let (mut folds, mut notices) = (0, 0);
        let mut at = 0;
        std::iter::from_fn(move || {
            let place = at;
            let kind = *self.octets.get(place)?;
            at = self.after(place);
            match kind {
                packed::FOLD => {
                    folds += 1;
                    let fold = self.rare.as_ref()?.folds.get(folds - 1)?;
                    Some(Item::Fold(Box::new(fold.clone())))
                }
                packed::ICMP => {
                    notices += 1;
                    let notice = self.rare.as_ref()?.notices.get(notices - 1)?;
                    Some(Item::Icmp(Box::new(notice.clone())))
                }
                _ => Some(Item::Line(self.line(place))),
            }
        })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }

    /// The row that stands there.
    fn line(&self, at: usize) -> Line {
        let octets = self.octets.get(at + 1..self.after(at)).unwrap_or_default();
        packed::Reader::new(octets).line(self.base)
    }

    /// Where the row behind it stands.
    fn after(&self, at: usize) -> usize {
        at + self.octets.get(at).map_or(1, |&len| usize::from(len).max(1))
    }

    fn append(&mut self, octets: &[u8]) {
        if self.octets.is_empty() {
            // Floods consist of conversations with one row.
            self.octets.reserve_exact(octets.len());
        } else if self.octets.capacity() - self.octets.len() < octets.len() {
            // A conversation of ten rows has some 250 octets.
            self.octets.reserve_exact(octets.len().max(128).max(self.octets.len() / 4));
        }
        self.octets.extend_from_slice(octets);
        self.count += 1;
    }

    fn push(&mut self, line: &Brief<'_>, data: DataRows) {
        let many = if line.is_turn() { 2 * MANY } else { MANY };
        let rest = self.count as usize >= many && data != DataRows::All;
        let run = if rest { Run::Mixed } else { line.run() };
        let mut current = match self.current {
            Some(current) if current.run == run && current.rest == rest => current,
            _ => Current { at: self.octets.len(), len: 0, run, rest, folded: false },
        };
        if self.count == 0 {
            self.base = line.at;
        }
        self.append(packed::Pen::of(line, self.base).octets());
        current.len = current.len.saturating_add(1);
        let keep = match (rest, run, data) {
            (true, ..) => Some(REST),
            (_, Run::Data, DataRows::All) => None,
            (_, Run::Data, DataRows::None) => Some(NOTHING),
            _ => Some(RUN),
        };
        if let Some(keep) = keep.filter(|keep| current.len > keep.most) {
            self.fold(&mut current, keep);
        }
        self.current = Some(current);
    }

    /// Folds all rows of the run but its first and last.
    fn fold(&mut self, current: &mut Current, keep: Keep) {
        let folded = current.folded;
        // Of a run that is folded already there is one row more than are kept.
        let rows = if folded { 1 } else { current.len - keep.head - keep.tail };
        let mut at = current.at;
        if !folded {
            (0..keep.head).for_each(|_| at = self.after(at));
            (current.at, current.folded) = (at, true);
            let first = Fold::empty(current.run, &self.line(at));
            self.rare.get_or_insert_default().folds.push(first);
        }
        // The mark of the fold.
        at += usize::from(folded);
        let mut end = at;
        for _ in 0..rows {
            let line = self.line(end);
            end = self.after(end);
            if let Some(fold) = self.rare.as_mut().and_then(|rare| rare.folds.last_mut()) {
                fold.add(&line);
            }
        }
        self.octets.drain(at..end);
        self.count -= rows;
        if !folded {
            self.octets.insert(at, packed::FOLD);
            self.count += 1;
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
        | Mark::OtherIsn
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
