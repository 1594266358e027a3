//! Conversations of which nothing has been heard for a while, in some two hundred
//! octets each: a capture may have a million of them open.
//!
//! What is taken up again is the same to the last field (`tests` hold that against
//! random segments). The few that have something unusual to them stay whole.

use crate::model::{Endpoint, FlowKey, ScopeId, Seq, Timestamp, Way};

use super::conversation::Conversation;
use super::copies::Copies;
use super::facts::{Opened, Phase};
use super::half::{Half, Sighting};
use super::mark::Marks;
use super::rare::Rare;
use super::state::{Roles, Side};
use super::trail::Trail;

pub(super) use beds::{Beds, Berth};
pub(super) use octets::{Reader, Writer};

mod beds;
mod octets;

/// Where everybody agrees on what stands for what.
const PHASES: [Phase; 10] = [
    Phase::SynSent,
    Phase::Crossed,
    Phase::SynReceived,
    Phase::Open(Opened::Complete),
    Phase::Open(Opened::Simultaneous),
    Phase::Open(Opened::FastOpen),
    Phase::Open(Opened::NotCaptured),
    Phase::Refused,
    Phase::Rejected,
    Phase::Aborted,
];
const WAYS: [Way; 2] = [Way::Up, Way::Down];
const ROLES: [Roles; 3] = [Roles::Seen, Roles::Inferred, Roles::Guessed];
const SIDES: [Option<Side>; 3] = [None, Some(Side::Client), Some(Side::Server)];

/// What can be asked of a conversation while it rests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glimpse {
    pub number: u64,
    pub key: FlowKey,
    pub last: Sighting,
}

impl Glimpse {
    /// Of what [`put_down`] wrote.
    pub fn of(octets: &[u8]) -> Self {
        Glimpse::read(&mut Reader::new(octets))
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let key = read_key(from);
        let number = from.number();
        from.base = Sighting { frame: from.number(), at: Timestamp::from_nanos(from.signed()) };
        Glimpse { number, key, last: from.sighting() }
    }
}

/// The flow of what [`put_down`] wrote.
pub(super) fn key_of(octets: &[u8]) -> FlowKey {
    read_key(&mut Reader::new(octets))
}

fn write_key(key: &FlowKey, to: &mut Writer) {
    to.endpoint(key.low);
    to.endpoint(key.high);
    to.number(key.scope.0.into());
}

fn read_key(from: &mut Reader<'_>) -> FlowKey {
    let [low, high] = [(); 2].map(|()| -> Endpoint { from.endpoint() });
    FlowKey { low, high, scope: ScopeId(from.number() as u32) }
}

/// Writes a conversation. `None`: it has more to it than has a place here.
pub(super) fn put_down(conv: &Conversation, to: &mut Writer) -> Option<()> {
    let Conversation { dialects, reset, rare, superseded, tentative, listener, .. } = conv;
    let unusual = dialects.is_some() || reset.is_some() || !rare.is_empty();
    if unusual || *superseded || *tentative || listener.is_some() {
        return None;
    }
    to.begin(conv.first);
    write_key(&conv.key, to);
    to.number(conv.number);
    to.number(conv.first.frame);
    to.signed(conv.first.at.as_nanos());
    to.sighting(conv.last);
    opening(conv, to);
    to.one_of(conv.roles, &ROLES);
    to.one_of(conv.client_way, &WAYS);
    to.one_of(conv.last_from, &SIDES);
    to.one_of(conv.first_closer, &SIDES);
    to.bits([conv.crossed_fins, conv.fin_on_ack, conv.trail.is_some()]);
    to.number(conv.marks.bits());
    to.number(conv.incarnation.into());
    to.number(conv.waited_ns);
    to.maybe_time(conv.asked);
    to.maybe_time(conv.first_answer);
    for half in &conv.half {
        half.put_down(to);
    }
    for (own, other) in [(0, 1), (1, 0)] {
        to.maybe_seq(conv.half[own].acked, base_of(&conv.half[other]));
    }
    conv.recent.put_down(to);
    if let Some(trail) = &conv.trail {
        trail.put_down(to);
    }
    to.fits().then_some(())
}

/// How it opened.
fn opening(conv: &Conversation, to: &mut Writer) {
    to.one_of(conv.phase, &PHASES);
    to.maybe_sighting(conv.syn);
    to.maybe_sighting(conv.synack);
    to.maybe_sighting(conv.third);
    for count in [conv.syns, conv.syns_before_answer, conv.synacks_before_third, conv.synacks] {
        to.number(count.into());
    }
    to.maybe_word(conv.synack_tsecr);
    to.maybe_word(conv.syn_tsval);
}

/// What acknowledgments of a side's octets are near.
fn base_of(half: &Half) -> Seq {
    half.contiguous().unwrap_or_default()
}

/// The conversation that [`put_down`] wrote.
pub(super) fn take_up(octets: &[u8]) -> Conversation {
    let from = &mut Reader::new(octets);
    let Glimpse { number, key, last } = Glimpse::read(from);
    let phase = from.one_of(&PHASES);
    let [syn, synack, third] = [(); 3].map(|()| from.maybe_sighting());
    let [syns, syns_before_answer, synacks_before_third, synacks] = [(); 4].map(|()| from.number() as u32);
    let [synack_tsecr, syn_tsval] = [(); 2].map(|()| from.maybe_word());
    let roles = from.one_of(&ROLES);
    let client_way = from.one_of(&WAYS);
    let [last_from, first_closer] = [(); 2].map(|()| from.one_of(&SIDES));
    let [crossed_fins, fin_on_ack, with_trail] = from.bits();
    let marks = Marks::from_bits(from.number());
    let incarnation = from.number() as u32;
    let waited_ns = from.number();
    let [asked, first_answer] = [(); 2].map(|()| from.maybe_time());
    let mut half = [(); 2].map(|()| Half::take_up(from));
    for (own, other) in [(0, 1), (1, 0)] {
        half[own].acked = from.maybe_seq(base_of(&half[other]));
    }
    let recent = Copies::take_up(from);
    let trail = with_trail.then(|| Box::new(Trail::take_up(from)));
    Conversation {
        key,
        phase,
        client_way,
        last_from,
        first_closer,
        superseded: false,
        tentative: false,
        roles,
        listener: None,
        crossed_fins,
        fin_on_ack,
        marks,
        number,
        last,
        dialects: None,
        trail,
        asked,
        reset: None,
        half,
        recent,
        incarnation,
        first_answer,
        third,
        first: from.base,
        syn,
        synack,
        syns,
        syns_before_answer,
        synacks_before_third,
        synacks,
        synack_tsecr,
        syn_tsval,
        waited_ns,
        rare: Rare::default(),
    }
}

#[cfg(test)]
mod tests;
