//! Which segment of one capture is which of the other.
//!
//! First those that are the same in everything, then those in which less and less is:
//! a firewall may have changed the rest. Of segments alike of which one capture has
//! more, those are taken whose delay is nearest the usual.

use std::collections::HashMap;

use crate::lang::Point;
use crate::model::Flags;
use crate::track::Side;

use super::record::Record;
use super::view::{Seen, View};

/// What is in both captures, and what in one.
#[derive(Debug, Default)]
pub(super) struct Aligned {
    /// Indices in A and B, in the order of A.
    pub ones: Vec<One>,
    /// The same octets in other segments.
    pub chains: Vec<[Vec<usize>; 2]>,
    /// Indices of those in A only, and in B only.
    pub only: [Vec<usize>; 2],
}

/// A segment that is in both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct One {
    pub a: usize,
    pub b: usize,
    pub from: Side,
    /// It may be told apart from every other by its contents: its times count.
    pub strict: bool,
}

/// What two segments must have alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    All,
    /// But for IP ID and contents.
    Content,
    /// But for the acknowledgment, too.
    Ack,
    /// But for the time stamps.
    Stamps,
    /// Place, length, SYN, FIN and RST alone.
    Place,
}

const PASSES: [Pass; 5] = [Pass::All, Pass::Content, Pass::Ack, Pass::Stamps, Pass::Place];

#[derive(PartialEq, Eq, Hash)]
struct Key {
    from: Side2,
    rel: i64,
    len: u32,
    flags: u16,
    ack: Option<i64>,
    val: Option<u32>,
    id: Option<u16>,
    print: u32,
}

/// A side that can be hashed.
type Side2 = u8;

/// Flags that make another segment of one.
const TELLING: Flags = Flags::SYN.with(Flags::FIN).with(Flags::RST);

fn key(record: &Record, seen: &Seen, pass: Pass) -> Key {
    let all = pass == Pass::All;
    let acks = matches!(pass, Pass::All | Pass::Content | Pass::Stamps);
    let stamps = matches!(pass, Pass::All | Pass::Content | Pass::Ack);
    Key {
        from: seen.from as u8,
        rel: seen.rel,
        len: record.len,
        flags: record.flags.bits() & TELLING.bits(),
        ack: seen.ack.filter(|_| acks),
        val: record.options.val.filter(|_| stamps),
        id: record.id.filter(|_| all),
        print: if all { record.print } else { 0 },
    }
}

/// Aligns two views.
pub(super) fn align(views: &[View<'_>; 2]) -> Aligned {
    let mut left = views.each_ref().map(|view| (0..view.seen.len()).collect::<Vec<_>>());
    let mut ones: Vec<One> = Vec::new();
    let mut stamped = [false; 2];
    for pass in PASSES {
        let relaxed = matches!(pass, Pass::Stamps | Pass::Place);
        // Where stamps go through unchanged, another one is another segment; but a SYN
        // may have been made anew.
        let counts = |record: &Record, seen: &Seen| {
            !relaxed || record.flags.syn() || record.options.val.is_none() || !stamped[seen.from as usize]
        };
        let before = ones.len();
        take(views, &mut left, &mut ones, pass, counts);
        for one in ones.get(before..).unwrap_or_default().iter().filter(|_| !relaxed) {
            let val = views[0].at(one.a).and_then(|(record, _)| record.options.val);
            stamped[one.from as usize] |= val.is_some();
        }
    }
    let chains = chains(views, &mut left, stamped);
    ones.sort_by_key(|one| one.a);
    Aligned { ones, chains, only: left }
}

/// One pass over what is left.
fn take(
    views: &[View<'_>; 2],
    left: &mut [Vec<usize>; 2],
    ones: &mut Vec<One>,
    pass: Pass,
    counts: impl Fn(&Record, &Seen) -> bool,
) {
    let mut groups: HashMap<Key, [Vec<usize>; 2]> = HashMap::new();
    for point in Point::BOTH {
        for &index in &left[point as usize] {
            if let Some((record, seen)) = views[point as usize].at(index).filter(|(r, s)| counts(r, s)) {
                groups.entry(key(record, seen, pass)).or_default()[point as usize].push(index);
            }
        }
    }
    let mut groups: Vec<[Vec<usize>; 2]> =
        groups.into_values().filter(|[a, b]| !a.is_empty() && !b.is_empty()).collect();
    // Those that leave no choice first: they say what the usual delay is.
    groups.sort_by_key(|[a, b]| (a.len() != b.len(), a.first().copied()));
    for group in groups {
        pick(views, &group, pass, ones);
    }
    let mut gone = views.each_ref().map(|view| vec![false; view.seen.len()]);
    for one in ones.iter() {
        gone[0][one.a] = true;
        gone[1][one.b] = true;
    }
    for (left, gone) in left.iter_mut().zip(&gone) {
        left.retain(|&index| !gone[index]);
    }
}

/// Pairs off segments alike.
fn pick(views: &[View<'_>; 2], [a, b]: &[Vec<usize>; 2], pass: Pass, ones: &mut Vec<One>) {
    let Some((first, seen)) = a.first().and_then(|&index| views[0].at(index)) else { return };
    let from = seen.from;
    let strict = matches!(pass, Pass::All | Pass::Content) || first.len > 0;
    let mut push = |a, b| ones.push(One { a, b, from, strict });
    if a.len() == b.len() {
        a.iter().zip(b).for_each(|(&a, &b)| push(a, b));
        return;
    }
    let usual = usual(views, ones_of(ones, from)).unwrap_or(0);
    let swapped = a.len() > b.len();
    let (few, many) = if swapped { (b, a) } else { (a, b) };
    let apart = |few: usize, many: usize| {
        let (a, b) = if swapped { (many, few) } else { (few, many) };
        difference(views, a, b).saturating_sub(usual).saturating_abs()
    };
    let mut next = 0;
    for (nth, &one) in few.iter().enumerate() {
        // So many must be left for the others.
        let last = many.len() - (few.len() - nth);
        while next < last && apart(one, many[next + 1]) <= apart(one, many[next]) {
            next += 1;
        }
        let (a, b) = if swapped { (many[next], one) } else { (one, many[next]) };
        ones.push(One { a, b, from, strict });
        next += 1;
    }
}

fn ones_of(ones: &[One], from: Side) -> impl Iterator<Item = &One> {
    // The last ones will do: the first of them left no choice.
    ones.iter().filter(move |one| one.from == from && one.strict).take(64)
}

/// The least difference of times of these.
fn usual<'a>(views: &[View<'_>; 2], ones: impl Iterator<Item = &'a One>) -> Option<i64> {
    let mut all: Vec<i64> = ones.map(|one| difference(views, one.a, one.b)).collect();
    all.sort_unstable();
    all.get(all.len() / 2).copied()
}

/// The time of a segment at B minus that at A.
pub(super) fn difference(views: &[View<'_>; 2], a: usize, b: usize) -> i64 {
    match (views[0].at(a), views[1].at(b)) {
        (Some((a, _)), Some((b, _))) => b.at.as_nanos().saturating_sub(a.at.as_nanos()),
        _ => 0,
    }
}

/// Segments of one capture that together are one of the other: the network card put
/// them together or cut them (TSO, GRO), or a middlebox did.
fn chains(views: &[View<'_>; 2], left: &mut [Vec<usize>; 2], stamped: [bool; 2]) -> Vec<[Vec<usize>; 2]> {
    let mut found = Vec::new();
    for whole in Point::BOTH {
        let parts = whole.other();
        let mut starts: HashMap<(u8, i64, Option<u32>), Vec<usize>> = HashMap::new();
        let stamp = |record: &Record, from: Side| record.options.val.filter(|_| stamped[from as usize]);
        for &index in left[parts as usize].iter().rev() {
            let Some((record, seen)) = views[parts as usize].at(index).filter(|(r, _)| r.len > 0) else {
                continue;
            };
            starts.entry((seen.from as u8, seen.rel, stamp(record, seen.from))).or_default().push(index);
        }
        let mut gone: [Vec<usize>; 2] = Default::default();
        for &index in &left[whole as usize] {
            let Some((record, seen)) = views[whole as usize].at(index).filter(|(r, _)| r.len > 0) else {
                continue;
            };
            let (mut at, mut chain) = (seen.rel, Vec::new());
            while at < seen.end && chain.len() < 64 {
                let key = (seen.from as u8, at, stamp(record, seen.from));
                let Some(part) = starts.get_mut(&key).and_then(Vec::pop) else { break };
                chain.push((key, part));
                at = views[parts as usize].at(part).map_or(i64::MAX, |(_, seen)| seen.end);
            }
            if at != seen.end || chain.len() < 2 {
                for (key, part) in chain.into_iter().rev() {
                    starts.entry(key).or_default().push(part);
                }
                continue;
            }
            let chain: Vec<usize> = chain.into_iter().map(|(_, part)| part).collect();
            gone[whole as usize].push(index);
            gone[parts as usize].extend(&chain);
            found.push(match whole {
                Point::A => [vec![index], chain],
                Point::B => [chain, vec![index]],
            });
        }
        for (left, gone) in left.iter_mut().zip(&mut gone) {
            gone.sort_unstable();
            left.retain(|index| gone.binary_search(index).is_err());
        }
    }
    found
}
