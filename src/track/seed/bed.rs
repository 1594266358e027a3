//! Where seeds lie, in the order in which they were put in.

use std::collections::VecDeque;

use crate::model::{FlowKey, Timestamp};
use crate::track::prefetch::line_of;

use super::{Address, Plain, Seed, Small, bit};

/// Attempts between addresses of one kind, in the order in which they were put in.
#[derive(Debug)]
struct Bed<A> {
    slots: Vec<Small<A>>,
    free: Vec<u32>,
    /// Slots by age. One that was taken out stays until it is the oldest, or
    /// until they are too many.
    order: VecDeque<u32>,
    live: usize,
}

/// Slots taken out that may wait in [`Bed::order`], beside as many as are live.
const WAITING: usize = 1024;

impl<A> Default for Bed<A> {
    fn default() -> Self {
        Bed { slots: Vec::new(), free: Vec::new(), order: VecDeque::new(), live: 0 }
    }
}

impl<A: Address> Bed<A> {
    fn put(&mut self, small: Small<A>) -> u32 {
        let index = match self.free.pop() {
            Some(index) => {
                self.slots[index as usize] = small;
                index
            }
            None => {
                self.slots.push(small);
                (self.slots.len() - 1) as u32
            }
        };
        self.order.push_back(index);
        self.live += 1;
        index
    }

    fn get(&self, index: u32) -> Option<&Small<A>> {
        self.slots.get(index as usize).filter(|small| small.has(bit::LIVE))
    }

    fn oldest(&self) -> Option<(u32, &Small<A>)> {
        let &index = self.order.front()?;
        Some((index, self.get(index)?))
    }

    fn take(&mut self, index: u32) -> Option<Small<A>> {
        let small = *self.get(index)?;
        self.slots[index as usize].bits = 0;
        self.live -= 1;
        while let Some(&first) =
            self.order.front().filter(|&&first| !self.slots[first as usize].has(bit::LIVE))
        {
            self.order.pop_front();
            self.free.push(first);
        }
        if self.order.len() > 2 * self.live + WAITING {
            let Bed { slots, free, order, .. } = self;
            order.retain(|&index| {
                let live = slots[index as usize].has(bit::LIVE);
                if !live {
                    free.push(index);
                }
                live
            });
        }
        Some(small)
    }
}

/// An index with this bit is one of IPv6.
const SIX: u32 = 1 << 30;

/// Attempts.
#[derive(Debug, Default)]
pub(in crate::track) struct Seeds {
    v4: Bed<[u8; 4]>,
    v6: Bed<[u8; 16]>,
}

impl Seeds {
    pub fn len(&self) -> usize {
        self.v4.live + self.v6.live
    }

    /// Slots, whether taken or not.
    #[cfg(test)]
    pub fn room(&self) -> usize {
        self.v4.slots.len() + self.v6.slots.len()
    }

    /// Puts one in; where it is.
    pub fn put(&mut self, seed: Seed) -> u32 {
        match seed {
            Seed::V4(Plain(small)) => self.v4.put(small),
            Seed::V6(Plain(small)) => self.v6.put(small) | SIX,
        }
    }

    /// The flow of one.
    pub fn key(&self, index: u32) -> Option<FlowKey> {
        if index & SIX == 0 {
            self.v4.get(index).map(Small::key)
        } else {
            self.v6.get(index & !SIX).map(Small::key)
        }
    }

    /// Fetches one that will be needed soon.
    pub fn approach(&self, index: u32) {
        if index & SIX == 0 {
            self.v4.slots.get(index as usize).into_iter().for_each(line_of);
        } else {
            self.v6.slots.get((index & !SIX) as usize).into_iter().for_each(line_of);
        }
    }

    /// Takes one out.
    pub fn take(&mut self, index: u32) -> Option<Seed> {
        if index & SIX == 0 {
            self.v4.take(index).map(|small| Seed::V4(Plain(small)))
        } else {
            self.v6.take(index & !SIX).map(|small| Seed::V6(Plain(small)))
        }
    }

    /// The one that was put in first: where it is, its number, its time.
    pub fn oldest(&self) -> Option<(u32, u64, Timestamp)> {
        let four = self.v4.oldest().map(|(index, small)| (index, small.number(), small.at()));
        let six = self.v6.oldest().map(|(index, small)| (index | SIX, small.number(), small.at()));
        match (four, six) {
            (Some(four), Some(six)) => Some(if four.1 < six.1 { four } else { six }),
            (four, six) => four.or(six),
        }
    }
}
