//! Finds the conversation of each segment.

use std::time::Duration;

use crate::model::{FlowKey, IcmpError, ScopeId, Segment, Timestamp, Way};

use super::conversation::Conversation;
use super::event::Event;
use super::facts::{Ended, Opened, Phase, Rejection};
use super::half::Sighting;
use super::listeners::Listeners;
use super::mark::Mark;
use super::mptcp::Connections;
use super::route::{Route, route};
use super::slab::{List, Place, Slab};
use super::state::{Side, State};
use super::twins::Twins;

/// Bounds of what is remembered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Conversations tracked at the same time; beyond it the half-open, then
    /// the closed, then the longest idle are evicted.
    pub max_flows: usize,
    /// How long a conversation that is over still takes in stragglers.
    pub linger: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        // Linux keeps TIME-WAIT for 60 s; a last retransmission comes within it.
        Limits { max_flows: 1_000_000, linger: Duration::from_secs(60) }
    }
}

/// Scopes that a copy of a frame is looked for in.
const RECENT_SCOPES: usize = 8;

/// Tracks all conversations of a capture.
#[derive(Debug)]
pub struct Tracker {
    slab: Slab,
    limits: Limits,
    numbered: u64,
    ended: Vec<(Conversation, Ended)>,
    /// Flows that are copies of another scope's.
    aliases: std::collections::HashMap<FlowKey, (FlowKey, Way)>,
    scopes: Vec<ScopeId>,
    mptcp: Connections,
    twins: Twins,
    listeners: Listeners,
    /// The latest time seen.
    now: Timestamp,
    touched: Option<Place>,
}

impl Tracker {
    /// A tracker that has seen nothing.
    pub fn new(limits: Limits) -> Self {
        Tracker {
            slab: Slab::new(),
            limits,
            numbered: 0,
            ended: Vec::new(),
            aliases: std::collections::HashMap::new(),
            scopes: Vec::new(),
            mptcp: Connections::default(),
            twins: Twins::default(),
            listeners: Listeners::default(),
            now: Timestamp::MIN,
            touched: None,
        }
    }

    /// Takes in a segment and says what it is. Its conversation can be had from
    /// [`Tracker::current`] until the next call.
    pub fn push(&mut self, seg: &Segment<'_>) -> Event {
        let (key, way) = self.key_of(seg);
        let place = self.place_of(seg, key, way);
        let first = self.slab.get(place).is_none_or(|conv| conv.segments() == 0 && conv.copies == 0);
        let mut event = self.apply(place, seg, way);
        event.first = first;
        if let Some(absorbed) = self.settle_tentative(place, seg, event.from) {
            event.absorbs = Some(absorbed);
        }
        self.file(place);
        self.touched = Some(place);
        self.now = self.now.max(seg.at);
        self.expire(seg.at);
        event
    }

    /// The conversation of the last segment pushed.
    pub fn current(&self) -> Option<&Conversation> {
        self.slab.get(self.touched?)
    }

    /// Takes in an ICMP error about a segment; the conversation that it is
    /// about, if there is one.
    pub fn push_icmp(&mut self, error: &IcmpError) -> Option<&Conversation> {
        let (key, way) = FlowKey::of(error.src, error.dst, error.scope);
        let place = self.slab.newest(&key)?;
        self.touched = Some(place);
        let conv = self.slab.get_mut(place)?;
        conv.rejection.get_or_insert(Rejection { error: *error });
        conv.icmp_errors += 1;
        let about_syn = conv.sender(way) == Side::Client && conv.side(Side::Client).isn == Some(error.seq);
        if conv.phase == Phase::SynSent && about_syn {
            conv.phase = Phase::Rejected;
            conv.turned_away.get_or_insert(Sighting { frame: error.frame, at: error.at });
            for side in Side::BOTH {
                conv.side_mut(side).state = State::Closed;
            }
        }
        self.file(place);
        self.slab.get(place)
    }

    /// Lets time pass: conversations that are over are given out after a while.
    pub fn expire(&mut self, now: Timestamp) {
        while let Some(place) = self.slab.oldest(List::Over) {
            let last = self.slab.get(place).map_or(now, |conv| conv.last.at);
            if now.since(last) <= self.limits.linger || self.touched == Some(place) {
                break;
            }
            self.give_out(place, Ended::Over);
        }
    }

    /// The conversations that have ended since the last call, with the reason.
    pub fn take_ended(&mut self) -> Vec<(Conversation, Ended)> {
        std::mem::take(&mut self.ended)
    }

    /// Whether [`Tracker::take_ended`] has something.
    pub fn has_ended(&self) -> bool {
        !self.ended.is_empty()
    }

    /// The capture is over: all conversations end, in the order of their
    /// numbers.
    pub fn finish(&mut self) {
        self.finish_at(self.now);
    }

    /// As [`Tracker::finish`] for a part of a capture that ends at `capture_end`:
    /// what is still waited for then has waited until then.
    pub fn finish_at(&mut self, capture_end: Timestamp) {
        let from = self.ended.len();
        while let Some(place) = self.slab.any() {
            self.give_out(place, Ended::CaptureEnd);
        }
        self.ended[from..].sort_by_key(|(conv, _)| conv.number);
        self.ended[from..].iter_mut().for_each(|(conv, _)| conv.finalize(capture_end));
    }

    /// Conversations being tracked.
    pub fn live(&self) -> usize {
        self.slab.len()
    }

    fn apply(&mut self, place: Place, seg: &Segment<'_>, way: Way) -> Event {
        let Some(conv) = self.slab.get_mut(place) else { return Event::lost() };
        let from = conv.sender(way);
        let event = conv.apply(seg, from);
        self.mptcp.note(seg, conv);
        self.listeners.learn(seg, &event, conv);
        event
    }

    /// The flow of a segment. A flow seen in two scopes (a frame before and
    /// after encapsulation) is one flow.
    fn key_of(&self, seg: &Segment<'_>) -> (FlowKey, Way) {
        let (key, way) = FlowKey::of(seg.src, seg.dst, seg.scope);
        if self.aliases.is_empty() {
            return (key, way);
        }
        self.aliases.get(&key).map_or((key, way), |&(key, _)| (key, way))
    }

    /// Gives out what would be gone by now had a segment of any other flow come
    /// before this one: what becomes of a segment must not depend on other flows.
    fn not_expired(&mut self, newest: Place, now: Timestamp) -> Option<Place> {
        let linger = self.limits.linger;
        let late = |conv: &Conversation| conv.is_over() && now.since(conv.last.at) > linger;
        let older = self.slab.older(newest);
        if let Some(older) = older.filter(|&place| self.slab.get(place).is_some_and(late)) {
            self.give_out(older, Ended::Over);
        }
        if self.slab.get(newest).is_some_and(late) {
            let older = self.slab.older(newest);
            self.give_out(newest, Ended::Over);
            return older;
        }
        Some(newest)
    }

    fn place_of(&mut self, seg: &Segment<'_>, key: FlowKey, way: Way) -> Place {
        let newest = self.slab.newest(&key).and_then(|newest| self.not_expired(newest, seg.at));
        let Some(newest) = newest else {
            return self.alias(seg, key, way).unwrap_or_else(|| self.begin(seg, key, way));
        };
        let older = self.slab.older(newest);
        let conv = self.slab.get(newest);
        let before = older.and_then(|place| self.slab.get(place));
        match conv.map_or(Route::New, |conv| route(conv, before, seg, way, self.limits.linger)) {
            Route::Newest => {
                let tentative = conv.is_some_and(|conv| conv.tentative) && seg.flags.syn();
                if let Some(old) = older.filter(|_| tentative).and_then(|place| self.slab.get_mut(place)) {
                    let from = old.sender(way);
                    old.side_mut(from).provoked = true;
                }
                newest
            }
            Route::Older => older.unwrap_or(newest),
            Route::New => self.reuse(seg, key, way, newest),
            Route::Tentative => {
                if let Some(old) = self.slab.get_mut(newest) {
                    let from = old.sender(way);
                    old.side_mut(from).provoked = true;
                }
                let place = self.reuse(seg, key, way, newest);
                if let Some(conv) = self.slab.get_mut(place) {
                    conv.tentative = true;
                }
                place
            }
        }
    }

    /// A segment of an unknown flow that is a copy of one just seen in another
    /// scope, or the answer to a SYN in another (mirror ports give each direction
    /// a VLAN or session of its own): from now on the two flows are one.
    fn alias(&mut self, seg: &Segment<'_>, key: FlowKey, way: Way) -> Option<Place> {
        if !self.scopes.contains(&seg.scope) {
            self.scopes.push(seg.scope);
            if self.scopes.len() > RECENT_SCOPES {
                self.scopes.remove(0);
            }
        }
        if self.scopes.len() < 2 || self.aliases.len() >= self.limits.max_flows {
            return None;
        }
        let twin = self.scopes.iter().filter(|&&scope| scope != key.scope).find_map(|&scope| {
            let twin = FlowKey { scope, ..key };
            let place = self.slab.newest(&twin)?;
            let conv = self.slab.get(place)?;
            (conv.recent.knows(seg) || conv.is_answered_by(seg, way)).then_some((twin, place))
        });
        let (twin, place) = twin?;
        if let Some(conv) = self.slab.get_mut(place).filter(|conv| conv.is_answered_by(seg, way)) {
            conv.marks.set(Mark::SplitScope);
        }
        self.aliases.insert(key, (twin, way));
        Some(place)
    }

    fn begin(&mut self, seg: &Segment<'_>, key: FlowKey, way: Way) -> Place {
        self.make_room();
        self.numbered += 1;
        let mut conv = Conversation::begin(self.numbered, key, way, seg);
        if seg.flags.syn() && !seg.flags.ack() {
            conv.twin = self.twins.of(seg, self.numbered);
            if conv.twin.is_some() {
                conv.marks.set(Mark::Translated);
            }
        }
        self.slab.insert(conv)
    }

    /// The next incarnation on a flow; the one before it still takes in
    /// stragglers, the one before that is given out.
    fn reuse(&mut self, seg: &Segment<'_>, key: FlowKey, way: Way, newest: Place) -> Place {
        let alive = |place: Place| {
            let conv = self.slab.get(place);
            conv.is_some_and(|conv| !conv.is_over() && conv.phase != Phase::SynSent)
        };
        let oldest = self.slab.older(newest);
        let (keep, drop) = match oldest {
            // A connection that may still be challenged outlives an attempt.
            Some(oldest) if alive(oldest) && !alive(newest) => (oldest, Some(newest)),
            oldest => (newest, oldest),
        };
        let before = self.slab.get_mut(newest).map(|conv| {
            conv.superseded = true;
            (conv.incarnation, conv.last.at)
        });
        if let Some(drop) = drop {
            self.give_out(drop, Ended::Reused);
        }
        if let Some(conv) = self.slab.get_mut(keep) {
            conv.superseded = true;
        }
        let place = self.begin(seg, key, way);
        if let (Some((incarnation, last)), Some(conv)) = (before, self.slab.get_mut(place)) {
            conv.incarnation = incarnation.saturating_add(1);
            conv.reuse_gap = Some(seg.at.since(last));
            conv.marks.set(Mark::PortReuse);
        }
        place
    }

    /// A tentative conversation is one only while the older one keeps silent:
    /// once the SYN's sender goes on in the older one, the SYN was a stray.
    fn settle_tentative(&mut self, place: Place, seg: &Segment<'_>, from: Side) -> Option<u64> {
        let newest = self.slab.newest(&self.slab.get(place)?.key)?;
        let tentative = self.slab.get(newest)?.tentative;
        if newest == place || !tentative {
            return None;
        }
        let speaker = self.slab.get(place)?.endpoint(from);
        let asker = self.slab.get(newest)?.endpoint(Side::Client);
        if self.slab.get(place)?.is_over() {
            // Half-open discovery: the old connection is gone, the SYN was meant.
            self.slab.get_mut(newest)?.tentative = false;
            return None;
        }
        if seg.flags.rst() || speaker != asker {
            return None;
        }
        let stray = self.slab.remove(newest)?;
        self.slab.get_mut(place)?.superseded = false;
        let conv = self.slab.get_mut(place)?;
        conv.side_mut(from).segments += stray.segments();
        if stray.copies > 0 {
            conv.copies += stray.copies;
            conv.marks.set(Mark::DuplicateCapture);
        }
        Some(stray.number)
    }

    /// Puts a conversation in the list where it belongs.
    fn file(&mut self, place: Place) {
        let Some(conv) = self.slab.get(place) else { return };
        let list = match conv.phase {
            _ if conv.is_over() => List::Over,
            Phase::Open(Opened::NotCaptured) | Phase::Open(_) => List::Open,
            _ => List::HalfOpen,
        };
        self.slab.touch(place, list);
    }

    fn make_room(&mut self) {
        while self.slab.len() >= self.limits.max_flows.max(1) {
            let victim =
                [List::HalfOpen, List::Over, List::Open].into_iter().find_map(|l| self.slab.oldest(l));
            let Some(victim) = victim else { return };
            self.give_out(victim, Ended::Evicted);
        }
    }

    fn give_out(&mut self, place: Place, why: Ended) {
        if let Some(mut conv) = self.slab.remove(place) {
            conv.settle();
            conv.listener = self.listeners.side_of(&conv);
            self.ended.push((conv, why));
        }
    }
}
