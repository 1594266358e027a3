//! Attempts of which there is no more than a SYN, put down small.

use crate::track::seed::Seed;

use super::{Entrance, List, Place, SEED, Slab, hash_of};

impl Slab {
    /// Makes a seed of the young attempt that has waited longest, if it fits in one.
    pub fn sow_oldest(&mut self) {
        let Some(place) = self.oldest(List::Young) else { return };
        if self.sow(place).is_none() {
            self.touch(place, List::Unfit);
        }
        // It is the next.
        self.approach_oldest(List::Young);
    }

    fn sow(&mut self, place: Place) -> Option<()> {
        let conv = self.get(place).filter(|_| self.is_alone(place))?;
        let (seed, tag, index) = (Seed::of(conv)?, self.links[place.0 as usize].tag, place.0);
        let entry = self.flows.find_mut(hash_of(tag), |entry| entry.tag == tag && entry.index == index)?;
        entry.index = self.seeds.put(seed) | SEED;
        self.unlink(index);
        self.free.push(index);
        let conv = self.convs[index as usize].take()?;
        self.recycle(conv);
        Some(())
    }

    /// How many seeds there are.
    pub fn seeds(&self) -> usize {
        self.seeds.len()
    }

    /// Puts in a seed, the first of its flow.
    pub fn plant(&mut self, seed: Seed, tag: u32) {
        let index = self.seeds.put(seed) | SEED;
        self.flows.insert_unique(hash_of(tag), Entrance { tag, index }, |entry| hash_of(entry.tag));
    }
}
