//! What the slab has fetched before it is asked for.

use crate::track::prefetch::line_of;

use super::{List, SEED, Slab, hash_of};

impl Slab {
    /// Fetches what a segment of the flow with this tag will need.
    #[inline]
    pub fn approach(&self, tag: u32) {
        let Some(entry) = self.flows.find(hash_of(tag), |entry| entry.tag == tag) else { return };
        let index = entry.index as usize;
        if let Some(Some(conv)) = self.convs.get(index) {
            self.links.get(index).into_iter().for_each(line_of);
            conv.approach();
        } else if entry.index & SEED != 0 {
            self.seeds.approach(entry.index & !SEED);
        } else if let Some(berth) = self.links.get(index).and_then(|links| links.berth) {
            self.beds.approach(berth);
        }
    }

    /// Fetches the conversation of a list that has been idle longest.
    pub fn approach_oldest(&self, list: List) {
        if let Some(conv) = self.head(list).and_then(|place| self.get(place)) {
            conv.approach_all();
        }
    }
}
