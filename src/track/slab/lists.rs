//! The lists that conversations are in, by their last activity.

use super::{Links, List, NIL, Place, Slab};

impl Slab {
    /// Marks a conversation as active now, in the list where it belongs. Among the
    /// open ones nobody asks who has been silent longest, but where a limit does
    /// ([`Slab::keep_order`]).
    #[inline]
    pub fn touch(&mut self, place: Place, list: List) {
        let links = &mut self.links[place.0 as usize];
        links.hour = self.rounds.hour();
        let stays = links.list == list;
        if stays && (links.next == NIL || list == List::Open && !self.ordered) {
            return;
        }
        self.unlink(place.0);
        self.link(place.0, list);
    }

    /// From now on the open conversations are kept in the order of their last
    /// activity too.
    pub fn keep_order(&mut self) {
        if std::mem::replace(&mut self.ordered, true) {
            return;
        }
        let all = self.glimpses();
        let open = all.filter(|(place, _)| self.links[place.0 as usize].list == List::Open);
        let mut places: Vec<_> = open.map(|(place, it)| (it.last.at, it.last.frame, place)).collect();
        places.sort_unstable_by_key(|&(at, frame, _)| (at, frame));
        for (.., place) in places {
            self.unlink(place.0);
            self.link(place.0, List::Open);
        }
    }

    /// The conversation of a list that has been idle longest.
    pub fn oldest(&mut self, list: List) -> Option<Place> {
        let head = self.head(list)?;
        self.rouse(head.0);
        Some(head)
    }

    /// The same; it may rest.
    pub(super) fn head(&self, list: List) -> Option<Place> {
        let head = self.ends[list as usize].0;
        (head != NIL).then_some(Place(head))
    }

    pub(super) fn link(&mut self, index: u32, list: List) {
        let tail = self.ends[list as usize].1;
        let links = &mut self.links[index as usize];
        links.list = list;
        links.prev = tail;
        links.next = NIL;
        if tail == NIL {
            self.ends[list as usize].0 = index;
        } else {
            self.links[tail as usize].next = index;
        }
        self.ends[list as usize].1 = index;
        self.lens[list as usize] += 1;
    }

    pub(super) fn unlink(&mut self, index: u32) {
        let Links { list, prev, next, .. } = self.links[index as usize];
        if prev == NIL {
            self.ends[list as usize].0 = next;
        } else {
            self.links[prev as usize].next = next;
        }
        if next == NIL {
            self.ends[list as usize].1 = prev;
        } else {
            self.links[next as usize].prev = prev;
        }
        self.lens[list as usize] -= 1;
    }
}
