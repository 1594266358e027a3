//! How conversations leave the tracker: over, crowded out, or at the end of the
//! capture.

use std::time::Duration;

use crate::model::Timestamp;
use crate::track::conversation::Conversation;
use crate::track::facts::Ended;
use crate::track::slab::{List, Place};

use super::Tracker;

/// How often silent conversations are looked for.
const SWEEP: i64 = 1_000_000_000; // nanoseconds

/// A sender waits this long before it sends again what was not acknowledged
/// (`TCP_RTO_MIN` of Linux; RFC 6298 §2.4 asks for a second).
const RESEND: Duration = Duration::from_millis(200);

/// How many conversations that are over may wait for stragglers.
#[derive(Debug)]
pub(super) struct Pace {
    room: usize,
    /// In any case.
    most: usize,
    /// How many have ended.
    ended: usize,
    /// When every [`Pace::STEP`]th ended, the last one first.
    steps: [Timestamp; 8],
}

impl Pace {
    const STEP: usize = 256;

    /// Which part of those that wait is given out at once: of 2,048, 32.
    const BURST: usize = 64;

    pub fn new(most: usize) -> Self {
        Pace { room: most, most, ended: 0, steps: [Timestamp::MIN; 8] }
    }

    /// One has ended. Where they end so fast that none would wait for a segment sent
    /// again, as many as may wait, a part of them is enough for what is merely late.
    #[inline]
    pub fn note(&mut self, now: Timestamp) {
        self.ended += 1;
        if self.ended.is_multiple_of(Self::STEP) {
            self.step(now);
        }
    }

    #[cold]
    fn step(&mut self, now: Timestamp) {
        let [.., first] = self.steps;
        self.steps.rotate_right(1);
        self.steps[0] = now;
        let part = self.steps.len() * Self::STEP;
        // As long as all of them would take, at this pace.
        let all = now.since(first).as_nanos() * self.most as u128 / part as u128;
        self.room = if all < RESEND.as_nanos() { part.min(self.most) } else { self.most };
    }
}

/// The end of a capture.
#[derive(Debug)]
pub(super) struct Closing {
    /// Conversations by number, the first one last.
    pub(super) places: Vec<(u64, Place)>,
    /// When the capture ended.
    pub(super) at: Timestamp,
}

impl Tracker {
    /// Lets time pass without a segment: conversations that are over are given out
    /// after a while, and those that have been silent for too long.
    pub fn expire(&mut self, now: Timestamp) {
        self.untouch();
        self.pass(now);
    }

    /// Gives out what is over for long enough, or too crowded, or silent for too
    /// long, but not the current conversation.
    #[inline]
    pub(super) fn pass(&mut self, now: Timestamp) {
        if now > self.due || self.is_crowded() {
            self.release(now);
        }
        if now.nanos_since(self.swept) >= SWEEP {
            self.swept = now;
            self.sweep(now);
        }
    }

    /// Gives out what is over for long enough, or too crowded: then some at once, for what
    /// tracks segments and what gives out are more code together than a processor keeps
    /// at hand.
    fn release(&mut self, now: Timestamp) {
        let room = self.pace.room - if self.is_crowded() { self.pace.room / Pace::BURST } else { 0 };
        self.due = Timestamp::MAX;
        while let Some(place) = self.slab.oldest(List::Over) {
            let due = self.slab.get(place).map_or(now, |conv| conv.last.at.plus(self.limits.linger));
            let crowded = self.slab.len_of(List::Over) > room;
            if !(crowded || now > due) || self.touched == Some(place) {
                self.due = due;
                break;
            }
            self.give_out(place, Ended::Over);
            // It is the next.
            self.slab.approach_oldest(List::Over);
        }
    }

    /// Whether more wait for stragglers than may.
    #[inline]
    fn is_crowded(&self) -> bool {
        self.slab.len_of(List::Over) > self.pace.room
    }

    /// Gives up what has been silent for too long.
    #[cold]
    fn sweep(&mut self, now: Timestamp) {
        for list in [List::HalfOpen, List::Open, List::Young, List::Unfit] {
            while let Some(place) = self.slab.oldest(list) {
                let idle = self.slab.get(place).is_some_and(|conv| self.limits.is_idle(conv, now));
                if !idle || self.touched == Some(place) {
                    break;
                }
                self.give_out(place, Ended::Idle);
            }
        }
        while self.slab.oldest_seed().is_some_and(|(_, at)| now.since(at) > self.limits.syn_timeout) {
            let Some(conv) = self.slab.take_seed() else { return };
            self.let_go(conv, Ended::Idle);
        }
    }

    /// The next conversation that has ended, with the reason. Once looked at, its
    /// memory can be used again ([`Tracker::recycle`]).
    pub fn next_ended(&mut self) -> Option<(Box<Conversation>, Ended)> {
        if let Some(ended) = self.ended.pop_front() {
            return Some(ended);
        }
        let closing = self.closing.as_mut()?;
        let place = closing.places.last().copied();
        let conv = match (place, self.slab.oldest_seed()) {
            (None, None) => {
                self.closing = None;
                return None;
            }
            (Some((number, _)), Some((seed, _))) if seed < number => self.slab.take_seed(),
            (None, Some(_)) => self.slab.take_seed(),
            (Some((_, place)), _) => {
                closing.places.pop();
                self.slab.remove(place)
            }
        };
        let end = closing.at;
        let mut conv = conv?;
        conv.settle();
        conv.listener = self.listeners.side_of(&conv);
        conv.finalize(end);
        Some((conv, Ended::CaptureEnd))
    }

    /// Takes back the memory of a conversation that nobody looks at any more.
    pub fn recycle(&mut self, conv: Box<Conversation>) {
        self.slab.recycle(conv);
    }

    /// All conversations that have ended since the last call.
    pub fn take_ended(&mut self) -> Vec<(Box<Conversation>, Ended)> {
        std::iter::from_fn(|| self.next_ended()).collect()
    }

    /// Whether [`Tracker::next_ended`] has something.
    pub fn has_ended(&self) -> bool {
        !self.ended.is_empty() || self.closing.is_some()
    }

    /// The capture is over: all conversations end, in the order of their
    /// numbers.
    pub fn finish(&mut self) {
        self.finish_at(self.now);
    }

    /// As [`Tracker::finish`] for a part of a capture that ends at `capture_end`:
    /// what is still waited for then has waited until then.
    pub fn finish_at(&mut self, capture_end: Timestamp) {
        self.untouch();
        self.sweep(capture_end);
        let mut places: Vec<_> = self.slab.glimpses().map(|(place, it)| (it.number, place)).collect();
        places.sort_unstable_by_key(|&(number, _)| std::cmp::Reverse(number));
        self.slab.close();
        self.closing = Some(Closing { places, at: capture_end });
    }

    pub(super) fn make_room(&mut self) {
        while self.slab.len() >= self.limits.max_flows.max(1) {
            if let Some(mut conv) = self.slab.take_seed() {
                conv.settle();
                self.ended.push_back((conv, Ended::Evicted));
                continue;
            }
            self.slab.keep_order();
            let victim = [List::Unfit, List::Young, List::HalfOpen, List::Over, List::Open]
                .into_iter()
                .find_map(|l| self.slab.oldest(l));
            let Some(victim) = victim else { return };
            self.give_out(victim, Ended::Evicted);
        }
    }

    pub(super) fn give_out(&mut self, place: Place, why: Ended) {
        if let Some(conv) = self.slab.remove(place) {
            self.let_go(conv, why);
        }
    }

    fn let_go(&mut self, mut conv: Box<Conversation>, why: Ended) {
        conv.settle();
        conv.listener = self.listeners.side_of(&conv);
        self.ended.push_back((conv, why));
    }
}
