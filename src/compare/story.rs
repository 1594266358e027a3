//! The whole of one pair: its rows side by side, and what differs.

use std::collections::HashMap;

use crate::lang::{Finding, Kind, Note, Point, Values};
use crate::model::Timestamp;
use crate::track::Side;

use super::align::{Aligned, align};
use super::capture::Capture;
use super::change::changes;
use super::clock::Clock;
use super::fate::Judge;
use super::pair::Pair;
use super::view::{View, views};

/// Frames that a finding names.
const NAMED: usize = 16;

/// One row: a segment as each capture has it.
#[derive(Debug)]
pub(super) struct Line {
    /// Indices in A and in B; several if it was cut or put together.
    pub at: [Vec1; 2],
    pub from: Side,
    /// By A's clock.
    pub when: i64,
    /// How long it was on the way, nanoseconds: an estimate; or how much longer than
    /// the fastest.
    pub way: Option<u64>,
    pub notes: Vec<Note>,
}

/// First and last index and their number.
pub(super) type Vec1 = Option<(usize, usize, usize)>;

/// What became of one connection between two points.
#[derive(Debug)]
pub(super) struct Story<'a> {
    pub pair: &'a Pair,
    pub views: [View<'a>; 2],
    pub clock: Clock,
    pub lines: Vec<Line>,
    pub findings: Vec<Finding>,
    /// Segments that are in both.
    pub common: u64,
}

impl<'a> Story<'a> {
    /// Compares a pair.
    pub fn of(captures: [&'a Capture; 2], pair: &'a Pair) -> Option<Self> {
        let flows = (captures[0].flows.get(pair.a)?, captures[1].flows.get(pair.b)?);
        let (views, shift) = views(flows.0, flows.1, pair);
        let aligned = align(&views);
        let clock = Clock::of(&views, &aligned);
        let spans = [0, 1].map(|point| span(captures[point], &views[point]));
        let mut lines = lines(&views, &aligned, &clock, spans);
        lines.sort_by_key(|line| (line.when, line.at[0].map(|at| at.0), line.at[1].map(|at| at.0)));
        let mut findings = Vec::new();
        ends(&views, pair, shift, &mut findings);
        gather(&views, &lines, &mut findings);
        findings.sort_by_key(|finding| (finding.kind, finding.from as u8, finding.frames.first().copied()));
        let common = aligned.ones.len() + aligned.chains.len();
        Some(Story { pair, views, clock, lines, findings, common: common as u64 })
    }

    /// Whether the story is the same at both points.
    pub fn is_same(&self) -> bool {
        !self.findings.iter().any(|finding| finding.kind.differs())
    }
}

/// The times between which a capture has all of this conversation.
fn span(capture: &Capture, view: &View<'_>) -> [Timestamp; 2] {
    let [first, last] = capture.span.unwrap_or_default();
    let kept = view.flow.records.last().filter(|_| view.flow.cut).map(|record| record.at);
    [first, kept.unwrap_or(last)]
}

/// Other addresses, and other initial numbers.
fn ends(views: &[View<'_>; 2], pair: &Pair, shift: [u32; 2], out: &mut Vec<Finding>) {
    let finding = |kind, from, values| Finding {
        kind,
        from,
        only: None,
        count: 1,
        frames: Vec::new(),
        values,
        certain: true,
        proof: None,
    };
    for side in Side::BOTH {
        let theirs = if pair.flipped { side.other() } else { side };
        let ends = [views[0].flow.ends[side as usize], views[1].flow.ends[theirs as usize]];
        if ends[0] != ends[1] {
            out.push(finding(Kind::Address, side, Values::Ends(ends)));
        }
        if shift[side as usize] != 0 {
            let numbers = views.each_ref().map(|view| Some(i64::from(view.base[side as usize].raw())));
            out.push(finding(Kind::Isn, side, Values::Numbers(numbers)));
        }
    }
}

fn lines(views: &[View<'_>; 2], aligned: &Aligned, clock: &Clock, spans: [[Timestamp; 2]; 2]) -> Vec<Line> {
    let mut lines = Vec::with_capacity(aligned.ones.len());
    let overtaken = overtaken(aligned, clock);
    let at = |index: usize| views[0].at(index).map_or(0, |(record, _)| record.at.as_nanos());
    for (nth, one) in aligned.ones.iter().enumerate() {
        let mut notes = Vec::new();
        changes(views, one.a, one.b, &mut notes);
        let mut plain = |kind| {
            notes.push(Note { kind, only: None, values: Values::None, certain: true, proof: None });
        };
        if overtaken.get(nth) == Some(&true) {
            plain(Kind::Reordered);
        }
        if clock.is_late(views, one) {
            plain(Kind::Delayed);
        }
        let way = clock.delay(views, one).or_else(|| clock.excess(views, one));
        let indices = [one.a, one.b].map(|index| Some((index, index, 1)));
        lines.push(Line { at: indices, from: one.from, when: at(one.a), way, notes });
    }
    for chain in &aligned.chains {
        let indices = chain.each_ref().map(|all| Some((*all.first()?, *all.last()?, all.len())));
        let first = indices[0].map_or(0, |(first, ..)| first);
        let from = views[0].at(first).map_or(Side::Client, |(_, seen)| seen.from);
        let note = Note {
            kind: Kind::Resegmented,
            only: None,
            values: Values::Numbers(chain.each_ref().map(|all| Some(all.len() as i64))),
            certain: true,
            proof: None,
        };
        lines.push(Line { at: indices, from, when: at(first), way: None, notes: vec![note] });
    }
    alone(views, aligned, clock, spans, &mut lines);
    lines
}

/// Segments that one capture alone has.
fn alone(
    views: &[View<'_>; 2],
    aligned: &Aligned,
    clock: &Clock,
    spans: [[Timestamp; 2]; 2],
    lines: &mut Vec<Line>,
) {
    let judge = Judge::new(views, aligned, clock, spans);
    for point in Point::BOTH {
        for &index in &aligned.only[point as usize] {
            let Some((record, seen)) = views[point as usize].at(index) else { continue };
            let fate = judge.fate(point, index);
            let usual = clock.usual[seen.from as usize].unwrap_or(0);
            let own = record.at.as_nanos();
            let note = Note {
                kind: fate.kind,
                only: Some(point),
                values: Values::None,
                certain: fate.certain,
                proof: fate.proof,
            };
            let mut at = [None; 2];
            at[point as usize] = Some((index, index, 1));
            let when = if point == Point::A { own } else { own.saturating_sub(usual) };
            lines.push(Line { at, from: seen.from, when, way: None, notes: vec![note] });
        }
    }
}

/// Which of the common segments were overtaken: others that came by after them where
/// they were sent came before them where they arrived.
fn overtaken(aligned: &Aligned, clock: &Clock) -> Vec<bool> {
    let mut late = vec![false; aligned.ones.len()];
    for side in Side::BOTH {
        let Some(first) = clock.first(side) else { continue };
        let places = |nth: usize| {
            let one = &aligned.ones[nth];
            if first == Point::A { (one.b, one.a) } else { (one.a, one.b) }
        };
        let mut order: Vec<usize> = (0..aligned.ones.len())
            .filter(|&nth| aligned.ones[nth].from == side && aligned.ones[nth].strict)
            .collect();
        order.sort_by_key(|&nth| places(nth));
        let mut furthest = 0;
        for nth in order {
            let (_, sent) = places(nth);
            late[nth] = sent < furthest;
            furthest = furthest.max(sent);
        }
    }
    late
}

/// What findings that are one have alike.
type Alike = (Kind, u8, Option<Point>, Option<Values>, bool);

fn gather(views: &[View<'_>; 2], lines: &[Line], out: &mut Vec<Finding>) {
    let mut found: HashMap<Alike, usize> = HashMap::new();
    for line in lines {
        for note in &line.notes {
            // Of what is another number each time, the first is an example.
            let each = match note.kind {
                Kind::Window | Kind::Ack | Kind::Sack | Kind::Timestamps | Kind::Resegmented => None,
                _ => Some(note.values),
            };
            let alike = (note.kind, line.from as u8, note.only, each, note.certain);
            let index = *found.entry(alike).or_insert_with(|| {
                out.push(Finding {
                    kind: note.kind,
                    from: line.from,
                    only: note.only,
                    count: 0,
                    frames: Vec::new(),
                    values: note.values,
                    certain: note.certain,
                    proof: note.proof,
                });
                out.len() - 1
            });
            let Some(finding) = out.get_mut(index) else { continue };
            finding.count += 1;
            if finding.frames.len() < NAMED {
                let frame = |point: usize| {
                    let (first, ..) = line.at[point]?;
                    Some(views[point].at(first)?.0.frame)
                };
                finding.frames.push([frame(0), frame(1)]);
            }
        }
    }
}
