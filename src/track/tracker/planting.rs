//! Attempts that are put down small at once, where nobody asks what their SYN is.

use crate::model::Segment;
use crate::track::event::Event;
use crate::track::seed::{Seed, is_plain};
use crate::track::slab::List;

use super::{Flow, Tracker, YOUNG};

impl Tracker {
    /// As [`Tracker::push_of`] for those who do not ask what the segment is, only whether
    /// it absorbs a conversation ([`Event::absorbs`]): a SYN may then be put down as it
    /// is. [`Tracker::current`] has nothing of it.
    #[inline]
    pub fn push_untold(&mut self, seg: &Segment<'_>, flow: &Flow, event: &mut Event) {
        if is_plain(seg) && self.planted(seg, flow) {
            event.absorbs = None;
        } else {
            self.push_of(seg, flow, event);
        }
    }

    #[inline(never)] // keeps the way of most segments short
    fn planted(&mut self, seg: &Segment<'_>, flow: &Flow) -> bool {
        // In another scope it may be a copy.
        self.scopes == [seg.scope] && self.plants() && self.plant(seg, flow)
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

    /// Puts down a plain SYN that begins a conversation. `false`: it is not one.
    fn plant(&mut self, seg: &Segment<'_>, &Flow { ref key, way, tag }: &Flow) -> bool {
        let number = self.numbered + 1;
        let seed = if self.slab.knows(key, tag) { None } else { Seed::of_syn(seg, key, way, number) };
        let Some(seed) = seed.filter(|_| self.twins.note(seg, number)) else { return false };
        self.make_room();
        self.numbered = number;
        self.slab.plant(seed, tag);
        self.touched = None;
        self.now = self.now.max(seg.at);
        self.pass(seg.at);
        true
    }
}
