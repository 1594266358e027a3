//! What became of a segment that only one capture has.
//!
//! A capture does not say what it missed. What its receiver acknowledged went by,
//! whether captured or not; what its sender sent again, and nobody acknowledged before,
//! was lost. Where nothing tells, that is said.

use std::collections::HashMap;

use crate::lang::{Kind, Point};
use crate::model::Timestamp;
use crate::track::Side;

use super::align::Aligned;
use super::clock::Clock;
use super::covered::Covered;
use super::record::Record;
use super::view::{Seen, View};

/// What is known of a segment in one capture only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fate {
    pub kind: Kind,
    pub certain: bool,
    /// The frame that bears it out.
    pub proof: Option<u64>,
}

impl Fate {
    const fn of(kind: Kind) -> Self {
        Fate { kind, certain: false, proof: None }
    }

    const fn proven(kind: Kind, proof: Option<u64>) -> Self {
        Fate { kind, certain: true, proof }
    }
}

/// What is asked of a capture again and again.
struct Facts {
    /// Octets of each side.
    octets: [Covered; 2],
    /// Acknowledgments of each side, only those higher than all before.
    acks: [Vec<(i64, usize)>; 2],
    /// Last segment of a side at a place.
    last_at: HashMap<(u8, i64), usize>,
    /// Last segment of each side that is no reset.
    last: [Option<usize>; 2],
    /// Numbers of each side, only those higher than all before.
    starts: [Vec<(i64, usize)>; 2],
}

impl Facts {
    fn of(view: &View<'_>) -> Self {
        let mut facts = Facts {
            octets: Default::default(),
            acks: Default::default(),
            last_at: HashMap::new(),
            last: [None; 2],
            starts: Default::default(),
        };
        for (index, record, seen) in view.all() {
            let side = seen.from as usize;
            facts.octets[side].add(seen.rel, seen.end, index);
            if seen.end > seen.rel {
                facts.last_at.insert((seen.from as u8, seen.rel), index);
            }
            if record.flags.rst() {
                continue;
            }
            facts.last[side] = Some(index);
            rise(&mut facts.starts[side], seen.rel, index);
            seen.ack.into_iter().for_each(|ack| rise(&mut facts.acks[side], ack, index));
        }
        facts
    }

    /// The first segment of `side` that acknowledges up to `end`.
    fn acknowledged(&self, side: Side, end: i64) -> Option<usize> {
        reached(&self.acks[side as usize], end)
    }
}

/// Notes a number that is higher than all before.
fn rise(steps: &mut Vec<(i64, usize)>, number: i64, index: usize) {
    if steps.last().is_none_or(|&(high, _)| number > high) {
        steps.push((number, index));
    }
}

/// Where a number was first reached.
fn reached(steps: &[(i64, usize)], number: i64) -> Option<usize> {
    let at = steps.partition_point(|&(high, _)| high < number);
    steps.get(at).map(|&(_, index)| index)
}

/// Judges what is in one capture only.
pub(super) struct Judge<'v, 'a> {
    views: &'v [View<'a>; 2],
    clock: &'v Clock,
    /// First and last time of each capture, by its own clock.
    spans: [[Timestamp; 2]; 2],
    facts: [Facts; 2],
    /// Places of what is in both, and the frame, to know copies.
    copies: [HashMap<Print, u64>; 2],
}

/// What a copy has alike with its original.
type Print = (u8, i64, Option<i64>, u32, u16, Option<u32>, Option<u16>, u32);

fn print(record: &Record, seen: &Seen) -> Print {
    let Record { len, flags, id, print, options, .. } = *record;
    (seen.from as u8, seen.rel, seen.ack, len, flags.bits(), options.val, id, print)
}

impl<'v, 'a> Judge<'v, 'a> {
    pub fn new(
        views: &'v [View<'a>; 2],
        aligned: &Aligned,
        clock: &'v Clock,
        spans: [[Timestamp; 2]; 2],
    ) -> Self {
        let mut copies: [HashMap<Print, u64>; 2] = Default::default();
        for one in &aligned.ones {
            for (point, index) in [(0, one.a), (1, one.b)] {
                if let Some((record, seen)) = views[point].at(index) {
                    copies[point].entry(print(record, seen)).or_insert(record.frame);
                }
            }
        }
        Judge { views, clock, spans, facts: views.each_ref().map(Facts::of), copies }
    }

    /// What became of the segment that only `point` has.
    pub fn fate(&self, point: Point, index: usize) -> Fate {
        let Some((record, seen)) = self.views[point as usize].at(index) else {
            return Fate::of(Kind::Missing);
        };
        let first = self.clock.first(seen.from);
        // What its sender sent twice is no copy, though it looks like one.
        let original = self.copies[point as usize].get(&print(record, seen)).filter(|_| first != Some(point));
        if let Some(&original) = original {
            return Fate::proven(Kind::Duplicated, Some(original));
        }
        match first {
            Some(first) if first == point => self.not_arrived(point, index, record, seen),
            Some(_) => self.not_sent(point, record, seen),
            None => self.outside(point, record, seen).unwrap_or(Fate::of(Kind::Missing)),
        }
    }

    /// Whether the other capture was not running when it came by there.
    fn outside(&self, point: Point, record: &Record, seen: &Seen) -> Option<Fate> {
        let usual = self.clock.usual[seen.from as usize]?;
        let at = record.at.as_nanos();
        let there = match point {
            Point::A => at.saturating_add(usual),
            Point::B => at.saturating_sub(usual),
        };
        let [begin, end] = self.spans[point.other() as usize].map(Timestamp::as_nanos);
        match there {
            there if there < begin => Some(Fate::proven(Kind::Before, None)),
            there if there > end => Some(Fate::proven(Kind::After, None)),
            _ => None,
        }
    }

    /// It came by where it was sent first, not where it should have come later.
    fn not_arrived(&self, point: Point, index: usize, record: &Record, seen: &Seen) -> Fate {
        let (here, there) = (&self.facts[point as usize], &self.facts[point.other() as usize]);
        let outside = self.outside(point, record, seen);
        let frame =
            |point: Point, index: usize| self.views[point as usize].at(index).map(|(record, _)| record.frame);
        let receiver = seen.from.other();
        if seen.end > seen.rel && !record.flags.rst() {
            let again = here.last_at.get(&(seen.from as u8, seen.rel)).copied().filter(|&last| last > index);
            let arrived = there.octets[seen.from as usize].first(seen.end - 1);
            if let Some(ack) = there.acknowledged(receiver, seen.end)
                && outside.is_none()
                && arrived.is_none_or(|arrived| ack < arrived)
            {
                return Fate::proven(Kind::NotCaptured, frame(point.other(), ack));
            }
            let acked = here.acknowledged(receiver, seen.end);
            let unanswered = match outside {
                // The other capture may have begun with a later SYN.
                Some(Fate { kind: Kind::Before, .. }) => {
                    record.flags.syn() && again.is_some_and(|again| acked.is_none_or(|ack| ack > again))
                }
                Some(_) => acked.is_none(),
                None => false,
            };
            return match (again, outside) {
                (Some(again), None) => Fate::proven(Kind::Lost, frame(point, again)),
                (_, Some(_)) if unanswered => Fate::of(Kind::Lost),
                (_, Some(outside)) => outside,
                (None, None) => Fate::of(Kind::Missing),
            };
        }
        if let Some(outside) = outside {
            return outside;
        }
        // Whom a reset reaches says no more.
        let talks = there.last[receiver as usize].filter(|_| record.flags.rst());
        let later = talks.filter(|&last| self.later(point, record, seen, last));
        later.map_or(Fate::of(Kind::Missing), |_| Fate::proven(Kind::Lost, None))
    }

    /// Whether a segment of the other capture came after this one should have been there.
    fn later(&self, point: Point, record: &Record, seen: &Seen, other: usize) -> bool {
        let Some((later, _)) = self.views[point.other() as usize].at(other) else { return false };
        let usual = self.clock.usual[seen.from as usize].unwrap_or(0);
        let there = match point {
            Point::A => record.at.as_nanos().saturating_add(usual),
            Point::B => record.at.as_nanos().saturating_sub(usual),
        };
        later.at.as_nanos() > there
    }

    /// It came by later, but not where it should have come by first.
    fn not_sent(&self, point: Point, record: &Record, seen: &Seen) -> Fate {
        if let Some(outside) = self.outside(point, record, seen) {
            return outside;
        }
        let first = &self.facts[point.other() as usize];
        let side = seen.from as usize;
        if record.flags.rst() {
            let goes_on = first.last[side].filter(|&last| self.later(point, record, seen, last));
            let proof = goes_on.and_then(|last| self.views[point.other() as usize].at(last));
            let ttl = self.clock.ttl[point as usize][side];
            let strange = ttl.is_some_and(|ttl| ttl != record.ttl);
            let proof = proof.map(|(record, _)| record.frame);
            return Fate { kind: Kind::Injected, certain: proof.is_some() || strange, proof };
        }
        let unseen = seen.end > seen.rel && first.octets[side].first(seen.end - 1).is_none();
        // Its sender went on behind it.
        if let Some(after) = reached(&first.starts[side], seen.end).filter(|_| unseen) {
            let after = self.views[point.other() as usize].at(after);
            return Fate::proven(Kind::NotCaptured, after.map(|(record, _)| record.frame));
        }
        Fate::of(Kind::Appeared)
    }
}
