//! Why a row is what it is: the numbers that this takes, and the sentences.

use crate::lang::{Account, Language, Misled};
use crate::model::{Flags, Seq};
use crate::track::{Conversation, Mark, Marks, Proof, Side, State, Step, Unacceptable};

use super::Row;
use super::draft::Crossed;

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
    pub seq: Seq,
    pub ack: Seq,
    pub isn: [Option<u64>; 2],
    pub shown: [u32; 2],
    pub relative: bool,
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

    fn account<'a>(
        &self,
        spoken: &Spoken,
        conv: &Conversation,
        step: &'a Step,
        proof: Option<&'a Proof>,
    ) -> Account<'a> {
        // Of a side whose ISN is not known, offsets count from the first number seen.
        let from_isn = |side: Side, offset: Option<u64>| offset.filter(|_| conv.side(side).isn.is_some());
        Account {
            step,
            proof,
            from: spoken.from,
            flags: spoken.flags,
            seq: self.seq,
            ack: self.ack,
            len: spoken.len,
            isn_seq: from_isn(spoken.from, self.isn[0]),
            isn_ack: from_isn(spoken.from.other(), self.isn[1]),
            crossed: Crossed::of(conv).has(step),
            states: spoken.states,
        }
    }

    /// What tcpdump's numbers are, if they mislead.
    pub fn misled(&self, spoken: &Spoken, conv: &Conversation) -> Option<Misled> {
        if !spoken.marks.has(Mark::TcpdumpMisleads) {
            return None;
        }
        let flags = spoken.flags;
        let counts = [spoken.len > 0 || flags.fin() || flags.rst(), flags.ack()];
        // The step plays no part in it.
        let account = self.account(spoken, conv, &Step::Reset, None);
        Misled::of(self.shown, self.relative, counts, &account, conv.rare.syn_data)
    }

    /// One sentence for each step, and what the marks say beside them.
    pub fn reasons<'a>(
        &self,
        spoken: &Spoken,
        steps: impl Iterator<Item = &'a Step>,
        proofs: impl Iterator<Item = &'a Proof>,
        conv: &Conversation,
        (explain, lang): (Explain, &dyn Language),
    ) -> Vec<String> {
        let proofs: Vec<&Proof> = proofs.collect();
        let mut sentences = Vec::new();
        let mut bad_sum = false;
        for step in steps.filter(|step| explain.tells(step)) {
            bad_sum |= *step == Step::ResetIgnored { why: Unacceptable::BadChecksum };
            // A refused step's proof is that of the step that it would have been.
            let proof = proofs.iter().copied().find(|proof| proof.step == *step).or_else(|| {
                let failed = matches!(step, Step::ResetIgnored { .. } | Step::Stray(_));
                proofs.first().copied().filter(|_| failed)
            });
            let mut text = String::new();
            lang.reason(&self.account(spoken, conv, step, proof), &mut text);
            sentences.push(text);
        }
        let told = !sentences.is_empty();
        if let Some(misled) = self.misled(spoken, conv) {
            let mut text = String::new();
            lang.misled(&misled, &mut text);
            sentences.push(text);
        }
        // The step's own sentence says it.
        let said = |mark: Mark| mark == Mark::TcpdumpMisleads || mark == Mark::BadChecksum && bad_sum;
        let others = super::row::telling(spoken.marks).filter(|&mark| !said(mark));
        for mark in others.filter(|_| told) {
            sentences.push(lang.why_marked(mark).to_owned());
        }
        sentences.retain(|text| !text.is_empty());
        sentences
    }
}
