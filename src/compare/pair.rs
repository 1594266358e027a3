//! Which conversation of one capture is which of the other: by initial sequence
//! numbers and contents. Addresses alone are no proof, and another address is none
//! against it.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::lang::Likeness;
use crate::model::{Endpoint, Seq};
use crate::track::Side;

use super::capture::{Capture, Flow};
use super::record::Record;

/// Conversations that are looked at under one key: more alike than this are alike for
/// another reason.
const MOST: usize = 16;
/// Segments of a conversation by which it is looked for when it has nothing better.
const PROBES: usize = 32;
/// What is enough to be the same.
const ENOUGH: i32 = 30;

/// Two conversations that are one.
#[derive(Debug)]
pub(super) struct Pair {
    pub a: usize,
    pub b: usize,
    /// B takes the server for the client.
    pub flipped: bool,
    pub likeness: Vec<Likeness>,
}

/// All pairs, in the order of A.
pub(super) fn pairs(a: &Capture, b: &Capture) -> Vec<Pair> {
    let [a, b] = [&a.flows, &b.flows];
    let mut taken = [vec![false; a.len()], vec![false; b.len()]];
    let mut found = Vec::new();
    same_in_all(a, b, &mut taken, &mut found);
    let mut candidates = Vec::new();
    by_keys(a, b, &taken, &mut candidates);
    by_segments(a, b, &taken, &mut candidates);
    candidates.sort_by_key(|(score, pair)| (-score, pair.a.abs_diff(pair.b), pair.a));
    for (_, pair) in candidates {
        if !taken[0][pair.a] && !taken[1][pair.b] {
            taken[0][pair.a] = true;
            taken[1][pair.b] = true;
            found.push(pair);
        }
    }
    found.sort_by_key(|pair| pair.a);
    found
}

/// Addresses and both numbers are the same, or without numbers the first segments:
/// nothing else need be looked at.
fn same_in_all(a: &[Flow], b: &[Flow], taken: &mut [Vec<bool>; 2], found: &mut Vec<Pair>) {
    let key = |flow: &Flow| {
        let first = flow.records.first().filter(|_| flow.isn[0].is_none());
        let first = first.map(|record| (record.seq, record.ack, record.len, record.flags, record.print));
        (flow.isn[0].is_some() || first.is_some()).then_some((flow.ends, flow.isn, first))
    };
    let mut waiting: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, flow) in b.iter().enumerate().rev() {
        key(flow).into_iter().for_each(|key| waiting.entry(key).or_default().push(index));
    }
    for (index, flow) in a.iter().enumerate() {
        let Some(other) = key(flow).and_then(|key| waiting.get_mut(&key)).and_then(Vec::pop) else {
            continue;
        };
        taken[0][index] = true;
        taken[1][other] = true;
        let likeness = like(flow, &b[other], false).map(|(_, likeness)| likeness);
        let likeness = likeness.unwrap_or_else(|| vec![Likeness::Addresses, Likeness::Segments]);
        found.push(Pair { a: index, b: other, flipped: false, likeness });
    }
}

/// By what a conversation is looked for.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Isn(Seq),
    Ends(Endpoint, Endpoint),
    Data(u32, u32),
}

fn keys(flow: &Flow) -> Vec<Key> {
    let [low, high] = flow.ends;
    let ends = if low <= high { Key::Ends(low, high) } else { Key::Ends(high, low) };
    let data = Side::BOTH.map(|side| first_data(flow, side)).into_iter().flatten();
    let data = data.filter(|&(_, len)| len >= 4).map(|(print, len)| Key::Data(print, len));
    flow.isn.into_iter().flatten().map(Key::Isn).chain([ends]).chain(data).collect()
}

/// Fingerprint and length of a side's first payload.
fn first_data(flow: &Flow, side: Side) -> Option<(u32, u32)> {
    let is_data = |record: &&Record| record.from == side && record.len > 0;
    let first = flow.records.iter().find(is_data).filter(|record| record.whole)?;
    Some((first.print, first.len))
}

fn index<K: Eq + Hash>(
    flows: &[Flow],
    taken: &[bool],
    keys: impl Fn(&Flow) -> Vec<K>,
) -> HashMap<K, Vec<usize>> {
    let mut found: HashMap<K, Vec<usize>> = HashMap::new();
    for (index, flow) in flows.iter().enumerate().filter(|(index, _)| !taken[*index]) {
        for key in keys(flow) {
            let same = found.entry(key).or_default();
            if same.len() < MOST && same.last() != Some(&index) {
                same.push(index);
            }
        }
    }
    found
}

fn by_keys(a: &[Flow], b: &[Flow], taken: &[Vec<bool>; 2], out: &mut Vec<(i32, Pair)>) {
    let others = index(b, &taken[1], keys);
    for (at, flow) in a.iter().enumerate().filter(|(at, _)| !taken[0][*at]) {
        let mut tried = HashSet::new();
        for other in keys(flow).iter().filter_map(|key| others.get(key)).flatten() {
            if tried.insert(*other) {
                out.extend(best(flow, &b[*other], at, *other));
            }
        }
    }
}

/// A key of a segment with payload or a FIN.
fn segment(record: &Record) -> Option<(u32, u32, u32)> {
    (record.span() > 0 && record.whole).then_some((record.seq.raw(), record.len, record.print))
}

/// Conversations whose opening one capture does not have, by segments in the middle.
fn by_segments(a: &[Flow], b: &[Flow], taken: &[Vec<bool>; 2], out: &mut Vec<(i32, Pair)>) {
    let probes = |flow: &Flow| -> Vec<_> {
        let middle = flow.isn.contains(&None);
        flow.records.iter().filter(|_| middle).filter_map(segment).take(PROBES).collect()
    };
    let all = |flow: &Flow| flow.records.iter().filter_map(segment).collect::<Vec<_>>();
    let mut join = |these: &[Flow], those: &[Flow], [here, there]: [&[bool]; 2], swapped: bool| {
        if !these.iter().enumerate().any(|(at, flow)| !here[at] && !probes(flow).is_empty()) {
            return;
        }
        let others = index(those, there, all);
        for (at, flow) in these.iter().enumerate().filter(|(at, _)| !here[*at]) {
            let mut votes: HashMap<usize, i32> = HashMap::new();
            for other in probes(flow).iter().filter_map(|key| others.get(key)).flatten() {
                *votes.entry(*other).or_default() += 1;
            }
            for (other, votes) in votes {
                let same = flow.ends == those[other].ends || flow.ends[0] != those[other].ends[1];
                let [a, b] = if swapped { [other, at] } else { [at, other] };
                let likeness = vec![Likeness::Segments];
                out.push((ENOUGH + votes, Pair { a, b, flipped: !same, likeness }));
            }
        }
    };
    join(b, a, [&taken[1], &taken[0]], true);
    join(a, b, [&taken[0], &taken[1]], false);
}

fn best(a: &Flow, b: &Flow, at: usize, other: usize) -> Option<(i32, Pair)> {
    let ways = [false, true].map(|flipped| (flipped, like(a, b, flipped)));
    let ways = ways.into_iter().filter_map(|(flipped, found)| Some((flipped, found?)));
    let (flipped, (score, likeness)) = ways.rev().max_by_key(|(_, (score, _))| *score)?;
    (score >= ENOUGH).then_some((score, Pair { a: at, b: other, flipped, likeness }))
}

/// How much speaks for it that two conversations are one, and what. `None`: nothing
/// but addresses.
fn like(a: &Flow, b: &Flow, flipped: bool) -> Option<(i32, Vec<Likeness>)> {
    let mut likeness = Vec::new();
    let mut score = 0;
    let theirs = |side: Side| if flipped { side.other() } else { side };
    for (side, isn, data) in [
        (Side::Client, Likeness::ClientIsn, Likeness::ClientData),
        (Side::Server, Likeness::ServerIsn, Likeness::ServerData),
    ] {
        match (a.isn[side as usize], b.isn[theirs(side) as usize]) {
            (Some(one), Some(other)) if one == other => {
                likeness.push(isn);
                score += 40;
            }
            (Some(_), Some(_)) => score -= 10,
            _ => {}
        }
        match (first_data(a, side), first_data(b, theirs(side))) {
            (Some(one), Some(other)) if one == other && one.1 > 0 => {
                likeness.push(data);
                score += if one.1 >= 4 { 15 } else { 5 };
            }
            _ => {}
        }
    }
    if a.syn_tsval.is_some() && a.syn_tsval == b.syn_tsval && !flipped {
        likeness.push(Likeness::Timestamp);
        score += 25;
    }
    let nothing = likeness.is_empty();
    let same = Side::BOTH.into_iter().filter(|&side| a.ends[side as usize] == b.ends[theirs(side) as usize]);
    let same = same.count();
    score += if same == 2 { 15 } else { 3 * same as i32 };
    if same == 2 {
        likeness.push(Likeness::Addresses);
    }
    (!nothing).then_some((score, likeness))
}
