//! What is put down small: attempts at once, where so many come that few can be answered
//! while they are young; conversations of which nothing has been heard for long.

use std::time::Duration;

use crate::model::Segment;
use crate::track::event::Event;
use crate::track::observe::marks_of;
use crate::track::seed::{Seed, is_plain};
use crate::track::slab::List;
use crate::track::state::{Side, State};
use crate::track::step::Step;

use super::{Flow, Tracker, YOUNG};

impl Tracker {
    /// As [`Tracker::push_of`] for those who do not ask what the segment is, only whether
    /// it absorbs a conversation ([`Event::absorbs`]). [`Tracker::current`] may have
    /// nothing of it.
    #[inline]
    pub fn push_untold(&mut self, seg: &Segment<'_>, flow: &Flow, event: &mut Event) {
        if is_plain(seg) && self.planted(seg, flow).is_some() {
            event.absorbs = None;
        } else {
            self.push_whole(seg, flow, event);
        }
    }

    /// Says what the SYN is that was put down.
    pub(super) fn tell(&mut self, seg: &Segment<'_>, seed: &Seed, event: &mut Event) {
        let mut conv = self.slab.whole(seed);
        *event = Event {
            conversation: conv.number,
            first: true,
            states: [State::SynSent, State::Listen],
            isn_seq: conv.side(Side::Client).offset(seg.seq),
            marks: conv.marks,
            ..Event::blank()
        };
        event.steps.push(Step::Syn { attempt: 1, gap: Duration::ZERO });
        marks_of(seg, Side::Client, &mut conv, event);
        self.planted = Some(conv);
    }

    /// Puts down a plain SYN that begins a conversation. `None`: it is not one, or attempts
    /// are not put down at once.
    #[inline(never)] // keeps the way of most segments short
    pub(super) fn planted(&mut self, seg: &Segment<'_>, flow: &Flow) -> Option<Seed> {
        // In another scope it may be a copy.
        if self.scopes == [seg.scope] && self.plants() { self.plant(seg, flow) } else { None }
    }

    /// Whether attempts wait so long for an answer that it is not worth the while to make
    /// them whole before. When that begins, those that are go first: seeds lie in the
    /// order of their age.
    fn plants(&mut self) -> bool {
        if !self.planting && self.slab.len_of(List::Young) >= YOUNG {
            while self.slab.len_of(List::Young) > 0 {
                self.slab.sow_oldest();
            }
            self.planting = true;
        }
        self.planting &= self.slab.seeds() >= YOUNG / 2;
        self.planting
    }

    fn plant(&mut self, seg: &Segment<'_>, &Flow { ref key, way, tag }: &Flow) -> Option<Seed> {
        let number = self.numbered + 1;
        let seed = if self.slab.knows(key, tag) { None } else { Seed::of_syn(seg, key, way, number) };
        let seed = seed.filter(|_| self.twins.note(seg, number))?;
        self.make_room();
        self.numbered = number;
        self.slab.plant(seed, tag);
        self.untouch();
        self.now = self.now.max(seg.at);
        self.pass(seg.at);
        Some(seed)
    }

    /// Conversations that rest, put down small: nothing was heard of them for a while.
    pub fn resting(&self) -> usize {
        self.slab.resting()
    }

    /// Lays down all that may rest. It comes by itself, for those that are idle while
    /// there are many.
    pub fn rest(&mut self) {
        self.slab.lay_down_all();
    }
}
