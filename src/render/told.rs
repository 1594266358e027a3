//! Why a row is what it is: the numbers that this takes, and the sentences.

use crate::lang::{Account, Language, Misled};
use crate::model::{Flags, Seq};
use crate::track::{Mark, Marks, Proof, Side, State, Step};

use super::Row;

/// Which rows get a line that says why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Explain {
    /// None.
    #[default]
    No,
    /// Those of opening, closing and reset, strays, and those at which
    /// tcpdump's number misleads.
    Turns,
    /// All.
    All,
}

impl Explain {
    /// Whether a step is said why of.
    fn tells(self, step: &Step) -> bool {
        match self {
            Explain::No => false,
            Explain::Turns => step.is_landmark(),
            Explain::All => true,
        }
    }

    /// Whether a segment gets one.
    pub(super) fn covers<'a>(self, mut steps: impl Iterator<Item = &'a Step>, marks: Marks) -> bool {
        let misleads = self != Explain::No && marks.has(Mark::TcpdumpMisleads);
        misleads || steps.any(|step| self.tells(step))
    }
}

/// The numbers of one segment that a reason may name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    seq: Seq,
    ack: Seq,
    isn: [Option<u64>; 2],
    shown: [u32; 2],
    relative: bool,
}

/// What a row knows beside the numbers.
#[derive(Clone, Copy)]
pub(super) struct Spoken {
    pub from: Side,
    pub flags: Flags,
    pub len: u32,
    pub states: [State; 2],
    pub marks: Marks,
}

impl Spoken {
    pub fn of(row: &Row<'_>) -> Self {
        Spoken {
            from: row.event.from,
            flags: row.segment.flags,
            len: row.segment.len,
            states: row.event.states,
            marks: row.event.marks,
        }
    }
}

impl Told {
    pub fn of(row: &Row<'_>) -> Self {
        let (segment, event) = (row.segment, row.event);
        Told {
            seq: segment.seq,
            ack: segment.ack_field,
            isn: [event.isn_seq, event.isn_ack],
            shown: [row.numbers.seq, row.numbers.ack],
            relative: row.numbers.relative,
        }
    }

    fn account<'a>(&self, spoken: &Spoken, step: &'a Step, proof: Option<&'a Proof>) -> Account<'a> {
        Account {
            step,
            proof,
            from: spoken.from,
            flags: spoken.flags,
            seq: self.seq,
            ack: self.ack,
            len: spoken.len,
            isn_seq: self.isn[0],
            isn_ack: self.isn[1],
            states: spoken.states,
        }
    }

    /// What tcpdump's numbers are, if they mislead. `syn_data`: octets in the
    /// client's SYN.
    pub fn misled(&self, spoken: &Spoken, syn_data: u32) -> Option<Misled> {
        if !spoken.marks.has(Mark::TcpdumpMisleads) {
            return None;
        }
        let flags = spoken.flags;
        let counts = [spoken.len > 0 || flags.fin() || flags.rst(), flags.ack()];
        // The step plays no part in it.
        let account = self.account(spoken, &Step::Reset, None);
        Misled::of(self.shown, self.relative, counts, &account, syn_data)
    }

    /// One sentence for each step, and what the marks say beside them.
    pub fn reasons<'a>(
        &self,
        spoken: &Spoken,
        steps: impl Iterator<Item = &'a Step>,
        proofs: impl Iterator<Item = &'a Proof>,
        syn_data: u32,
        (explain, lang): (Explain, &dyn Language),
    ) -> Vec<String> {
        let proofs: Vec<&Proof> = proofs.collect();
        let mut sentences = Vec::new();
        for step in steps.filter(|step| explain.tells(step)) {
            // A refused step's proof is that of the step that it would have been.
            let proof = proofs.iter().copied().find(|proof| proof.step == *step).or_else(|| {
                let failed = matches!(step, Step::ResetIgnored { .. } | Step::Stray(_));
                proofs.first().copied().filter(|_| failed)
            });
            let mut text = String::new();
            lang.reason(&self.account(spoken, step, proof), &mut text);
            sentences.push(text);
        }
        let told = !sentences.is_empty();
        if let Some(misled) = self.misled(spoken, syn_data) {
            let mut text = String::new();
            lang.misled(&misled, &mut text);
            sentences.push(text);
        }
        let others = super::row::telling(spoken.marks).filter(|&mark| mark != Mark::TcpdumpMisleads);
        for mark in others.filter(|_| told) {
            sentences.push(lang.why_marked(mark).to_owned());
        }
        sentences.retain(|text| !text.is_empty());
        sentences
    }
}
