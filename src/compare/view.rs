//! A conversation of each capture in the same terms: A's sides, and numbers counted
//! from the ISN, whatever was added to them on the way.

use std::collections::HashMap;

use crate::model::Seq;
use crate::track::Side;

use super::capture::Flow;
use super::pair::Pair;
use super::record::Record;

/// So many octets on, a number is not the next.
const FAR: i64 = 1 << 30;

/// A segment in the terms of its pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub from: Side,
    /// Its sequence number, counted from the ISN.
    pub rel: i64,
    /// The number after its last.
    pub end: i64,
    /// Its acknowledgment number, counted from the other side's ISN.
    pub ack: Option<i64>,
}

/// A conversation as one capture has it.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub flow: &'a Flow,
    pub seen: Vec<Seen>,
    /// What is 0, by side.
    pub base: [Seq; 2],
}

impl View<'_> {
    /// The records with their places.
    pub fn all(&self) -> impl Iterator<Item = (usize, &Record, &Seen)> {
        self.flow
            .records
            .iter()
            .zip(&self.seen)
            .enumerate()
            .map(|(index, (record, seen))| (index, record, seen))
    }

    /// One of them.
    pub fn at(&self, index: usize) -> Option<(&Record, &Seen)> {
        Some((self.flow.records.get(index)?, self.seen.get(index)?))
    }
}

/// Both, and what B's numbers have more than A's, by side; 0 unless a side has another
/// ISN.
pub(super) fn views<'a>(a: &'a Flow, b: &'a Flow, pair: &Pair) -> ([View<'a>; 2], [u32; 2]) {
    let theirs = |side: Side| if pair.flipped { side.other() } else { side };
    let start = |flow: &Flow, side: Side| {
        flow.records.iter().find(|record| record.from == side).map(|record| record.seq)
    };
    let shift = Side::BOTH.map(|side| {
        let (one, other) = (a.isn[side as usize], b.isn[theirs(side) as usize]);
        match (one, other) {
            (Some(one), Some(other)) => other.relative_to(one),
            _ => voted(a, b, side, theirs(side)),
        }
    });
    let base = Side::BOTH.map(|side| {
        let of_b = |seq: Seq| seq.retreat(shift[side as usize]);
        let known = a.isn[side as usize].or_else(|| b.isn[theirs(side) as usize].map(of_b));
        let first = known.or_else(|| start(a, side));
        first.or_else(|| start(b, theirs(side)).map(of_b)).unwrap_or_default()
    });
    let base_b = Side::BOTH.map(|side| base[side as usize].advance(shift[side as usize]));
    ([view(a, base, false), view(b, base_b, pair.flipped)], shift)
}

fn view(flow: &Flow, base: [Seq; 2], flipped: bool) -> View<'_> {
    let mut last: [Option<i64>; 2] = [None; 2];
    // The nearest number to the one before, so that 2^32 is no edge; one far off is not
    // gone by.
    let mut unwrapped = |seq: Seq, side: Side| {
        let last = &mut last[side as usize];
        let before = last.unwrap_or(0);
        let now = base[side as usize].advance(before as u32);
        let step = i64::from(seq.distance_from(now));
        let here = before.saturating_add(step);
        if last.is_none() || step.abs() < FAR {
            *last = Some(here);
        }
        here
    };
    let seen = flow.records.iter().map(|record| {
        let from = if flipped { record.from.other() } else { record.from };
        let rel = unwrapped(record.seq, from);
        let ack = record.ack.map(|ack| unwrapped(ack, from.other()));
        Seen { from, rel, end: rel.saturating_add(i64::from(record.span())), ack }
    });
    let seen = seen.collect();
    View { flow, seen, base }
}

/// How far B's numbers of a side lie above A's, by payload that both have.
fn voted(a: &Flow, b: &Flow, side: Side, theirs: Side) -> u32 {
    let data = |flow: &'_ Flow, side: Side| {
        let is = move |record: &&Record| record.from == side && record.len > 0 && record.whole;
        flow.records
            .iter()
            .filter(is)
            .map(|record| ((record.len, record.print), record.seq))
            .collect::<Vec<_>>()
    };
    // Payload that is there twice says nothing.
    let mut where_a: HashMap<(u32, u32), Option<Seq>> = HashMap::new();
    for (key, seq) in data(a, side) {
        where_a.entry(key).and_modify(|at| *at = at.filter(|at| *at == seq)).or_insert(Some(seq));
    }
    let mut votes: HashMap<u32, usize> = HashMap::new();
    for (key, seq) in data(b, theirs) {
        if let Some(Some(at)) = where_a.get(&key) {
            *votes.entry(seq.relative_to(*at)).or_default() += 1;
        }
    }
    let most = votes.into_iter().max_by_key(|&(shift, count)| (count, shift == 0));
    most.map_or(0, |(shift, _)| shift)
}
