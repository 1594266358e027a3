//! Several conversations on one flow: the same ports used again, and SYNs inside
//! a connection.

use crate::model::{Segment, Timestamp};
use crate::track::conversation::Conversation;
use crate::track::facts::{Ended, Phase};
use crate::track::mark::Mark;
use crate::track::route::{acks_later, in_flight};
use crate::track::slab::{Place, Slab};
use crate::track::state::Side;

use super::{Flow, Tracker};

/// Conversations of one flow that are remembered at the same time: a server may
/// answer an attempt, or challenge a SYN for the sake of an older connection,
/// long after the client has begun the next one.
const INCARNATIONS: usize = 4;

impl Tracker {
    /// Gives out what would be gone by now had a segment of any other flow come
    /// before this one: what becomes of a segment must not depend on other flows.
    pub(super) fn not_expired(&mut self, newest: Place, now: Timestamp) -> Option<Place> {
        let limits = self.limits;
        let gone = |conv: &Conversation| {
            let late = conv.is_over() && now.since(conv.last.at) > limits.linger;
            let why = if late { Some(Ended::Over) } else { None };
            why.or_else(|| limits.is_idle(conv, now).then_some(Ended::Idle))
        };
        let one = |slab: &Slab| slab.before(newest).find_map(|(place, conv)| Some((place, gone(conv)?)));
        while let Some((place, why)) = one(&self.slab) {
            self.give_out(place, why);
        }
        if let Some(why) = self.slab.get(newest).and_then(gone) {
            let older = self.slab.older(newest);
            self.give_out(newest, why);
            return older;
        }
        Some(newest)
    }

    /// The next incarnation on a flow; the ones before it still take in
    /// stragglers.
    pub(super) fn reuse(&mut self, seg: &Segment<'_>, flow: &Flow, newest: Place) -> Place {
        let before = self.slab.get_mut(newest).map(|conv| {
            conv.superseded = true;
            (conv.incarnation, conv.last.at)
        });
        self.forget_one(newest);
        let place = self.begin(seg, flow);
        if let (Some((incarnation, last)), Some(conv)) = (before, self.slab.get_mut(place)) {
            conv.incarnation = incarnation.saturating_add(1);
            conv.rare.note().reuse_gap = Some(seg.at.since(last));
            conv.marks.set(Mark::PortReuse);
        }
        place
    }

    /// Makes room for one more incarnation: the oldest goes that nobody will
    /// challenge a SYN for, else the oldest.
    pub(super) fn forget_one(&mut self, newest: Place) {
        let all =
            || self.slab.get(newest).map(|conv| (newest, conv)).into_iter().chain(self.slab.before(newest));
        if all().count() < INCARNATIONS {
            return;
        }
        let alive = |conv: &Conversation| !conv.is_over() && conv.phase != Phase::SynSent;
        let gone = all().filter(|(_, conv)| !alive(conv)).last();
        if let Some((place, _)) = gone.or_else(|| all().last()) {
            self.give_out(place, Ended::Reused);
        }
    }

    /// A tentative conversation is one only while the older one keeps silent:
    /// once the SYN's sender goes on in the older one, the SYN was a stray. What
    /// it had sent before may have been overtaken by the SYN.
    pub(super) fn settle_tentative(&mut self, place: Place, seg: &Segment<'_>, from: Side) -> Option<u64> {
        let key = self.slab.get(place)?.key;
        let newest = self.slab.newest(&key)?;
        let old = self.slab.get(place)?;
        let new = self.slab.get(newest)?;
        if self.slab.older(newest) != Some(place) || !new.tentative {
            return None;
        }
        let asked = new.last_syn()?.at;
        let same = old.endpoint(from) == new.endpoint(Side::Client) && !seg.flags.rst();
        let answers = same && acks_later(old, seg, from, asked);
        if old.is_over() && !answers {
            // Half-open discovery: the old connection is gone, the SYN was meant.
            self.slab.get_mut(newest)?.tentative = false;
            return None;
        }
        let late = same && seg.at.since(asked) > in_flight(old);
        if !answers && !late {
            return None;
        }
        let stray = self.slab.remove(newest)?;
        self.slab.get_mut(place)?.superseded = false;
        let conv = self.slab.get_mut(place)?;
        conv.side_mut(from).segments += stray.segments();
        if stray.rare.copies > 0 {
            conv.rare.note().copies += stray.rare.copies;
            conv.marks.set(Mark::DuplicateCapture);
        }
        Some(stray.number)
    }
}
