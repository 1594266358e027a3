//! Follows a script through a conversation, frame by frame, in all ways at once:
//! so its time is bounded by the script's length for each frame, whatever stands
//! in it.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use crate::lang::{Difference, Wanted};
use crate::model::Timestamp;

use super::bound::Held;
use super::compare::{Bound, Miss, compare, wanted};
use super::section::{NAMES, Op, Section};
use super::seen::{Brief, Seen};
use super::shown;

/// Ways of taking a script at once; more than that there are only with many named
/// numbers.
const WAYS: usize = 16_384;
/// So many rows of a way are remembered; what repeats beyond is counted together.
const REMEMBERED: usize = 2_000;

/// Frames that a row took.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The row.
    pub row: usize,
    /// The first frame.
    pub first: Brief,
    /// The number of the last.
    pub last: u64,
    /// How many.
    pub count: u64,
}

/// A way so far, from its end.
#[derive(Debug)]
struct Trace {
    /// It counts.
    _held: Held,
    taken: Taken,
    length: usize,
    before: Option<Rc<Trace>>,
}

/// One way of taking a script.
#[derive(Clone, Debug)]
struct Way {
    /// Where it is: at an operation that takes a frame, or at the end.
    at: usize,
    bound: Bound,
    trace: Option<Rc<Trace>>,
}

/// Where a conversation is not what the script says.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What it is.
    pub difference: Difference,
    /// The row that waits; `None`: all were seen.
    pub row: Option<usize>,
    /// The frame that came instead.
    pub instead: Option<Brief>,
    /// What was taken before.
    pub taken: Vec<Taken>,
}

/// What a machine works with; shared by all.
#[derive(Debug, Default)]
pub struct Scratch {
    visited: HashSet<(usize, Bound)>,
    stack: Vec<usize>,
    next: Vec<Way>,
    /// How much is remembered of all conversations.
    pub held: Rc<Cell<usize>>,
}

/// A script that follows one conversation.
#[derive(Debug)]
pub struct Machine {
    ways: Vec<Way>,
    before: Option<Timestamp>,
}

impl Machine {
    /// Before the first frame.
    pub fn new(section: &Section, scratch: &mut Scratch) -> Self {
        let way = Way { at: 0, bound: [None; NAMES], trace: None };
        scratch.visited.clear();
        scratch.next.clear();
        scratch.go_on(section, way);
        Machine { ways: scratch.next.drain(..).collect(), before: None }
    }

    /// In how many places it is.
    pub fn ways(&self) -> usize {
        self.ways.len()
    }

    /// Takes the next frame.
    ///
    /// # Errors
    /// No way goes on with it.
    pub fn step(
        &mut self,
        section: &Section,
        seen: &Seen,
        scratch: &mut Scratch,
    ) -> Result<(), Box<Failure>> {
        let gap = self.before.map(|before| seen.at.since(before));
        scratch.visited.clear();
        scratch.next.clear();
        for way in &self.ways {
            if let Some(next) = way.takes(section, seen, gap, &scratch.held) {
                scratch.go_on(section, next);
            }
            if seen.is_beside() {
                scratch.stay(way.clone());
            }
            if scratch.next.len() > WAYS {
                return Err(self.too_many(seen));
            }
        }
        if scratch.next.is_empty() {
            return Err(self.failure(section, seen, gap));
        }
        // The room that one frame took does not stay with this conversation.
        self.ways.clear();
        self.ways.shrink_to(4 * scratch.next.len());
        self.ways.append(&mut scratch.next);
        if !seen.is_copy() {
            self.before = Some(seen.at);
        }
        Ok(())
    }

    /// What was taken, if all of the script was seen.
    pub fn accepted(&self, section: &Section) -> Option<Vec<Taken>> {
        let done = self.ways.iter().find(|way| section.ops.get(way.at) == Some(&Op::Accept));
        done.map(Way::taken)
    }

    /// Nothing more comes, but the script waits.
    pub fn unfinished(&self, section: &Section, ends: impl Fn(Wanted) -> Difference) -> Option<Failure> {
        let row_of = |way: &&Way| way.row(section);
        let way = self.ways.iter().filter(|way| row_of(way).is_some()).max_by_key(row_of)?;
        let row = way.row(section)?;
        let waits = wanted(section.rows.get(row)?);
        Some(Failure { difference: ends(waits), row: Some(row), instead: None, taken: way.taken() })
    }

    fn too_many(&self, seen: &Seen) -> Box<Failure> {
        let difference = Difference::TooManyWays(seen.brief.found());
        let taken = self.ways.first().map(Way::taken).unwrap_or_default();
        Box::new(Failure { difference, row: None, instead: Some(seen.brief), taken })
    }

    /// The way that came furthest says what was expected: rather one for which
    /// only one thing of the frame is wrong.
    fn failure(&self, section: &Section, seen: &Seen, gap: Option<Duration>) -> Box<Failure> {
        let found = seen.brief.found();
        let missed = |way: &Way| way.row(section).map(|row| (row, way.misses(section, row, seen, gap)));
        let rank = |way: &&Way| match missed(way) {
            Some((row, Some(Miss::But(_)))) => (true, row),
            Some((row, _)) => (false, row),
            None => (false, usize::MAX),
        };
        // The last of equals is what `max_by_key` gives; the first is the better.
        let best = self.ways.iter().rev().max_by_key(rank);
        let row = best.and_then(|way| way.row(section));
        let difference = match (best.and_then(missed), best) {
            (Some((row, miss)), Some(way)) if row < section.rows.len() => {
                let line = &section.rows[row];
                match miss {
                    Some(Miss::But(what)) => {
                        let (expected, is) = shown::both(what, line, section, seen, gap, &way.bound);
                        Difference::But(found, what, expected, is)
                    }
                    _ => Difference::Another(wanted(line), found),
                }
            }
            _ => Difference::Surplus(found),
        };
        let taken = best.map(Way::taken).unwrap_or_default();
        Box::new(Failure { difference, row, instead: Some(seen.brief), taken })
    }
}

impl Way {
    /// The row that it waits for; `None` at the end.
    fn row(&self, section: &Section) -> Option<usize> {
        match section.ops.get(self.at) {
            Some(&Op::Frame(row)) => Some(row),
            _ => None,
        }
    }

    fn misses(&self, section: &Section, row: usize, seen: &Seen, gap: Option<Duration>) -> Option<Miss> {
        let mut bound = self.bound;
        compare(section.rows.get(row)?, &section.names, seen, gap, &mut bound).err()
    }

    fn takes(
        &self,
        section: &Section,
        seen: &Seen,
        gap: Option<Duration>,
        held: &Rc<Cell<usize>>,
    ) -> Option<Way> {
        let row = self.row(section)?;
        let mut bound = self.bound;
        compare(section.rows.get(row)?, &section.names, seen, gap, &mut bound).ok()?;
        let trace = Trace::with(self.trace.as_ref(), row, seen.brief, held);
        Some(Way { at: self.at + 1, bound, trace: Some(trace) })
    }

    fn taken(&self) -> Vec<Taken> {
        let mut taken = Vec::new();
        let mut at = self.trace.as_ref();
        while let Some(trace) = at {
            taken.push(trace.taken);
            at = trace.before.as_ref();
        }
        taken.reverse();
        taken
    }
}

impl Trace {
    /// One frame more. A row that takes several in a row counts them.
    fn with(before: Option<&Rc<Trace>>, row: usize, brief: Brief, held: &Rc<Cell<usize>>) -> Rc<Trace> {
        let same = before.filter(|trace| trace.taken.row == row || trace.length >= REMEMBERED);
        let _held = Held::new(held, 1);
        Rc::new(match same {
            Some(trace) => Trace {
                _held,
                taken: Taken { last: brief.frame, count: trace.taken.count + 1, ..trace.taken },
                length: trace.length,
                before: trace.before.clone(),
            },
            None => Trace {
                _held,
                taken: Taken { row, first: brief, last: brief.frame, count: 1 },
                length: before.map_or(0, |trace| trace.length) + 1,
                before: before.cloned(),
            },
        })
    }
}

impl Scratch {
    /// Follows what takes no frame. No place is visited twice with the same
    /// numbers, so that this ends.
    fn go_on(&mut self, section: &Section, way: Way) {
        self.stack.clear();
        self.stack.push(way.at);
        while let Some(at) = self.stack.pop() {
            if !self.visited.insert((at, way.bound)) {
                continue;
            }
            match section.ops.get(at) {
                Some(&Op::Split(first, second)) => self.stack.extend([second, first]),
                Some(&Op::Jump(to)) => self.stack.push(to),
                Some(Op::Frame(_) | Op::Accept) => self.next.push(Way { at, ..way.clone() }),
                None => {}
            }
        }
    }

    /// A way that passes a frame over.
    fn stay(&mut self, way: Way) {
        if self.visited.insert((way.at, way.bound)) {
            self.next.push(way);
        }
    }
}
