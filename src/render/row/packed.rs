//! A row in some twenty octets: numbers of seven bits an octet, and nothing of what
//! the row has not.

use crate::model::{Flags, Seq, Timestamp, Way};
use crate::render::told::Told;
use crate::track::{
    Claim, FinOrder, Marks, Proof, Proofs, Resend, State, Status, Step, Steps, Stray, Unacceptable,
};

use super::{Brief, Line};

/// What stands where a row's length would, instead of a row.
pub(super) const FOLD: u8 = 0;
/// The same, for an ICMP error.
pub(super) const ICMP: u8 = 1;

/// Room for the longest row, which the tests have; any octet is a place in it.
type Room = [u8; 256];

/// What a row has, in its first octet; the numbers of steps and proofs above.
mod bit {
    pub const DOWN: u8 = 1;
    pub const SEQ: u8 = 1 << 1;
    pub const ACK: u8 = 1 << 2;
    pub const TOLD: u8 = 1 << 3;
    pub const STEPS: u8 = 4;
    pub const PROOFS: u8 = 6;
}

/// Each where its number says.
const ORDERS: [FinOrder; 3] = [FinOrder::First, FinOrder::Second, FinOrder::Simultaneous];
const RESENDS: [Resend; 3] = [Resend::Fast, Resend::Timeout, Resend::Spurious];
const REFUSALS: [Unacceptable; 3] =
    [Unacceptable::OutsideWindow, Unacceptable::WrongAck, Unacceptable::BadChecksum];
const STATUSES: [Status; 3] = [Status::Verified, Status::Assumed, Status::Failed];
const STRAYS: [Stray; 7] = [
    Stray::AfterClose,
    Stray::OddFlags,
    Stray::SynInside,
    Stray::OutsideWindow,
    Stray::WrongAck,
    Stray::Duplicated,
    Stray::Copy,
];
/// The steps that have no numbers.
const BARE: [Step; 13] = [
    Step::SimultaneousSyn,
    Step::HandshakeAck,
    Step::Refused,
    Step::ClientAbort,
    Step::WindowUpdate,
    Step::ZeroWindow,
    Step::WindowProbe,
    Step::KeepAlive,
    Step::KeepAliveAck,
    Step::Reset,
    Step::ResetChallenged,
    Step::ChallengeAck,
    Step::Stray(Stray::AfterClose),
];

/// The one that stands at `nth`, or the first.
fn of<T: Copy>(all: &[T], nth: u64) -> T {
    let nth = usize::try_from(nth).unwrap_or(0);
    all.get(nth).copied().unwrap_or(all[0])
}

/// Writes a row.
pub(super) struct Pen {
    octets: Room,
    at: u8,
}

impl Pen {
    /// A row, its length first; its time is told from `base`.
    pub fn of(line: &Brief<'_>, base: Timestamp) -> Self {
        let mut pen = Pen { octets: [0; 256], at: 1 };
        let (steps, proofs) = (line.steps.iter().count(), line.proofs.iter().count());
        let mut bits = (steps as u8) << bit::STEPS | (proofs as u8) << bit::PROOFS;
        let facts = [
            (line.way == Way::Down, bit::DOWN),
            (line.seq.is_some(), bit::SEQ),
            (line.ack.is_some(), bit::ACK),
            (line.told.is_some(), bit::TOLD),
        ];
        facts.into_iter().filter(|&(holds, _)| holds).for_each(|(_, bit)| bits |= bit);
        pen.octet(bits);
        pen.number(line.frame);
        // Small, whichever way the clock went.
        let since = line.at.as_nanos().wrapping_sub(base.as_nanos());
        pen.number((since << 1 ^ since >> 63).cast_unsigned());
        line.seq.into_iter().chain(line.ack).for_each(|number| pen.number(number));
        pen.number(line.len.into());
        pen.number(line.flags.bits().into());
        let [client, server] = line.states;
        pen.octet(client as u8 | (server as u8) << 4);
        pen.number(line.marks.bits());
        line.steps.iter().for_each(|step| pen.step(step));
        line.proofs.iter().for_each(|proof| pen.proof(proof));
        line.told.iter().for_each(|told| pen.told(told));
        pen.octets[0] = pen.at;
        pen
    }

    /// What was written.
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..usize::from(self.at)).unwrap_or_default()
    }

    fn octet(&mut self, octet: u8) {
        self.octets[usize::from(self.at)] = octet;
        self.at = self.at.wrapping_add(1);
    }

    fn number(&mut self, mut number: u64) {
        while number > 127 {
            self.octet(number as u8 | 128);
            number >>= 7;
        }
        self.octet(number as u8);
    }

    fn seq(&mut self, seq: Seq) {
        seq.raw().to_le_bytes().into_iter().for_each(|octet| self.octet(octet));
    }

    fn step(&mut self, step: &Step) {
        // The kind, and up to two numbers.
        let (kind, numbers): (u8, [Option<u64>; 2]) = match *step {
            Step::Syn { attempt, gap } => {
                (0, [Some(attempt.into()), Some(u64::try_from(gap.as_nanos()).unwrap_or(u64::MAX))])
            }
            Step::SynAck { attempt } => (1, [Some(attempt.into()), None]),
            Step::Data { len } => (2, [Some(len.into()), None]),
            Step::Ack { newly } => (3, [Some(newly.into()), None]),
            Step::DuplicateAck { nth } => (4, [Some(nth.into()), None]),
            Step::Retransmission { cause, len } => (5, [Some(cause as u64), Some(len.into())]),
            Step::OutOfOrder { len } => (6, [Some(len.into()), None]),
            Step::Fin { order, attempt } => (7, [Some(order as u64), Some(attempt.into())]),
            Step::FinAck { of, again } => (8 + u8::from(again), [Some(of), None]),
            Step::LastAck { of, again } => (10 + u8::from(again), [Some(of), None]),
            Step::ResetIgnored { why } => (12, [Some(why as u64), None]),
            Step::Stray(stray) => (13, [Some(stray as u64), None]),
            _ => {
                let nth = BARE.iter().position(|bare| bare == step);
                (14 + nth.unwrap_or(0) as u8, [None; 2])
            }
        };
        self.octet(kind);
        numbers.into_iter().flatten().for_each(|number| self.number(number));
    }

    fn proof(&mut self, proof: &Proof) {
        let (kind, seqs, data) = match proof.claim {
            Claim::AcksSyn { ack, isn, data } => (0, [Some(ack), Some(isn)], Some(data)),
            Claim::AcksFin { ack, fin } => (1, [Some(ack), Some(fin)], None),
            Claim::AtRcvNxt { seq, rcv_nxt } => (2, [Some(seq), Some(rcv_nxt)], None),
            Claim::Repeats { seq } => (3, [Some(seq), None], None),
        };
        self.octet(kind | (proof.status as u8) << 2 | u8::from(proof.of.is_some()) << 4);
        self.step(&proof.step);
        proof.of.into_iter().for_each(|of| self.number(of));
        seqs.into_iter().flatten().for_each(|seq| self.seq(seq));
        data.into_iter().for_each(|data| self.number(data.into()));
    }

    fn told(&mut self, told: &Told) {
        let [seq, ack] = told.isn;
        let has = u8::from(seq.is_some()) | u8::from(ack.is_some()) << 1 | u8::from(told.relative) << 2;
        self.octet(has);
        self.seq(told.seq);
        self.seq(told.ack);
        seq.into_iter().chain(ack).for_each(|offset| self.number(offset));
        told.shown.into_iter().for_each(|shown| self.seq(Seq::new(shown)));
    }
}

/// Reads a row; of one that is cut short it reads zeros.
pub(super) struct Reader {
    octets: Room,
    at: u8,
}

impl Reader {
    /// Of a row without its length.
    pub fn new(row: &[u8]) -> Self {
        let mut octets = [0; 256];
        if let Some(room) = octets.get_mut(..row.len()) {
            room.copy_from_slice(row);
        }
        Reader { octets, at: 0 }
    }

    /// The row, its time told from `base`.
    pub fn line(&mut self, base: Timestamp) -> Line {
        let bits = self.octet();
        let frame = self.number();
        let since = self.number();
        let since = (since >> 1).cast_signed() ^ -(since & 1).cast_signed();
        let at = Timestamp::from_nanos(base.as_nanos().wrapping_add(since));
        let seq = (bits & bit::SEQ != 0).then(|| self.number());
        let ack = (bits & bit::ACK != 0).then(|| self.number());
        let len = self.number() as u32;
        let flags = Flags::from_header(self.number() as u16);
        let states = self.octet();
        let marks = Marks::from_bits(self.number());
        let mut line = Line {
            frame,
            at,
            seq,
            ack,
            len,
            flags,
            way: if bits & bit::DOWN == 0 { Way::Up } else { Way::Down },
            states: [states & 15, states >> 4].map(|state| of(&State::ALL, state.into())),
            marks,
            steps: Steps::default(),
            proofs: Proofs::default(),
            told: None,
        };
        (0..bits >> bit::STEPS & 3).for_each(|_| line.steps.push(self.step()));
        (0..bits >> bit::PROOFS & 3).for_each(|_| line.proofs.push(self.proof()));
        line.told = (bits & bit::TOLD != 0).then(|| self.told());
        line
    }

    fn octet(&mut self) -> u8 {
        let octet = self.octets[usize::from(self.at)];
        self.at = self.at.wrapping_add(1);
        octet
    }

    fn number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let octet = self.octet();
            number |= u64::from(octet & 127) << shift;
            if octet < 128 {
                break;
            }
        }
        number
    }

    fn seq(&mut self) -> Seq {
        Seq::new(u32::from_le_bytes([self.octet(), self.octet(), self.octet(), self.octet()]))
    }

    fn step(&mut self) -> Step {
        let kind = self.octet();
        let first = if kind < 14 { self.number() } else { 0 };
        let count = first as u32;
        match kind {
            0 => Step::Syn { attempt: count, gap: std::time::Duration::from_nanos(self.number()) },
            1 => Step::SynAck { attempt: count },
            2 => Step::Data { len: count },
            3 => Step::Ack { newly: count },
            4 => Step::DuplicateAck { nth: count },
            5 => Step::Retransmission { cause: of(&RESENDS, first), len: self.number() as u32 },
            6 => Step::OutOfOrder { len: count },
            7 => Step::Fin { order: of(&ORDERS, first), attempt: self.number() as u32 },
            8 | 9 => Step::FinAck { of: first, again: kind == 9 },
            10 | 11 => Step::LastAck { of: first, again: kind == 11 },
            12 => Step::ResetIgnored { why: of(&REFUSALS, first) },
            13 => Step::Stray(of(&STRAYS, first)),
            _ => of(&BARE, u64::from(kind) - 14),
        }
    }

    fn proof(&mut self) -> Proof {
        let bits = self.octet();
        let step = self.step();
        let frame = (bits & 16 != 0).then(|| self.number());
        let first = self.seq();
        let claim = match bits & 3 {
            0 => Claim::AcksSyn { ack: first, isn: self.seq(), data: self.number() as u32 },
            1 => Claim::AcksFin { ack: first, fin: self.seq() },
            2 => Claim::AtRcvNxt { seq: first, rcv_nxt: self.seq() },
            _ => Claim::Repeats { seq: first },
        };
        Proof { step, of: frame, claim, status: of(&STATUSES, u64::from(bits >> 2 & 3)) }
    }

    fn told(&mut self) -> Told {
        let has = self.octet();
        let (seq, ack) = (self.seq(), self.seq());
        let isn = [has & 1, has & 2].map(|has| (has != 0).then(|| self.number()));
        let shown = [self.seq().raw(), self.seq().raw()];
        Told { seq, ack, isn, shown, relative: has & 4 != 0 }
    }
}

#[cfg(test)]
mod tests;
