//! tcpdump's table of flows: 919 hash chains, with their habit of losing their
//! tails, but found by a real hash table and bounded.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::model::Seq;

/// Chains in tcpdump's table.
const CHAINS: usize = 919;
/// No slot.
const NIL: u32 = u32::MAX;

/// Addresses and ports of a flow, its ends in tcpdump's collating order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Key<A> {
    pub(super) low: A,
    pub(super) high: A,
    /// The low end's port in the upper half.
    pub(super) ports: u32,
}

impl<A> Key<A> {
    fn chain(&self) -> usize {
        self.ports as usize % CHAINS
    }
}

/// First numbers of a flow, by its ends in the order of the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Base {
    pub(super) low: Seq,
    pub(super) high: Seq,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Use {
    /// Holds nothing.
    Free,
    /// Not asked for since the hand last came by.
    Stale,
    /// Asked for since.
    Fresh,
}

#[derive(Clone, Copy, Debug)]
struct Slot<A> {
    key: Key<A>,
    base: Base,
    /// Neighbours in the chain.
    before: u32,
    after: u32,
    state: Use,
}

/// Flows by key. When full, a hand goes round the slots, spares those asked for
/// since it last came by, and takes the first other.
pub(super) struct Chains<A> {
    index: HashTable<u32>,
    slots: Vec<Slot<A>>,
    tails: Box<[u32; CHAINS]>,
    hasher: RandomState,
    limit: usize,
    hand: usize,
}

impl<A> std::fmt::Debug for Chains<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chains").field("flows", &self.index.len()).field("limit", &self.limit).finish()
    }
}

impl<A: Copy + Eq + Hash> Chains<A> {
    pub(super) fn new(limit: u32) -> Self {
        Chains {
            index: HashTable::new(),
            slots: Vec::new(),
            tails: Box::new([NIL; CHAINS]),
            hasher: RandomState::default(),
            limit: limit.clamp(1, NIL - 1) as usize,
            hand: 0,
        }
    }

    /// The base of a known flow, unless `syn` says that it is replaced by
    /// `fresh`; `None`: `fresh` is the base from now on.
    pub(super) fn record(&mut self, key: Key<A>, syn: bool, fresh: Base) -> Option<Base> {
        let hash = self.hasher.hash_one(key);
        let slots = &self.slots;
        let same = |&at: &u32| slots.get(at as usize).is_some_and(|slot| slot.key == key);
        let Some(&at) = self.index.find(hash, same) else {
            self.append(key, hash, fresh);
            return None;
        };
        let slot = self.slots.get_mut(at as usize)?;
        slot.state = Use::Fresh;
        if !syn {
            return Some(slot.base);
        }
        slot.base = fresh;
        self.cut_behind(at, key.chain());
        None
    }

    /// Puts a new flow at the end of its chain.
    fn append(&mut self, key: Key<A>, hash: u64, base: Base) {
        let at = self.take_slot();
        let before = std::mem::replace(&mut self.tails[key.chain()], at);
        let slot = Slot { key, base, before, after: NIL, state: Use::Fresh };
        match self.slots.get_mut(at as usize) {
            Some(free) => *free = slot,
            None => self.slots.push(slot),
        }
        if let Some(last) = self.slots.get_mut(before as usize) {
            last.after = at;
        }
        let (slots, hasher) = (&self.slots, &self.hasher);
        self.index.insert_unique(hash, at, |&at| {
            slots.get(at as usize).map_or(0, |slot| hasher.hash_one(slot.key))
        });
    }

    /// A slot to write: the next new one, or one that was freed for it.
    fn take_slot(&mut self) -> u32 {
        if self.slots.len() < self.limit {
            return self.slots.len() as u32;
        }
        // Ends in the second round at the latest: the first leaves none fresh.
        loop {
            let at = self.hand;
            self.hand = if at + 1 < self.limit { at + 1 } else { 0 };
            let Some(slot) = self.slots.get_mut(at) else { return at as u32 };
            match slot.state {
                Use::Free => return at as u32,
                Use::Fresh => slot.state = Use::Stale,
                Use::Stale => {
                    self.unchain(at as u32);
                    return at as u32;
                }
            }
        }
    }

    /// Forgets one flow, closing the gap in its chain.
    fn unchain(&mut self, at: u32) {
        let Some(&Slot { key, before, after, .. }) = self.slots.get(at as usize) else { return };
        self.forget(at, key);
        if let Some(slot) = self.slots.get_mut(before as usize) {
            slot.after = after;
        }
        match self.slots.get_mut(after as usize) {
            Some(slot) => slot.before = before,
            None => self.tails[key.chain()] = before,
        }
    }

    /// Forgets the flows behind this one: where tcpdump overwrites a known flow,
    /// it hangs an empty node behind it and loses the rest of the chain.
    fn cut_behind(&mut self, at: u32, chain: usize) {
        let Some(slot) = self.slots.get_mut(at as usize) else { return };
        let mut next = std::mem::replace(&mut slot.after, NIL);
        self.tails[chain] = at;
        while let Some(&Slot { key, after, .. }) = self.slots.get(next as usize) {
            self.forget(next, key);
            next = after;
        }
    }

    /// Takes a flow out of the index and frees its slot.
    fn forget(&mut self, at: u32, key: Key<A>) {
        if let Ok(entry) = self.index.find_entry(self.hasher.hash_one(key), |&other| other == at) {
            entry.remove();
        }
        if let Some(slot) = self.slots.get_mut(at as usize) {
            slot.state = Use::Free;
        }
    }

    /// Flows known.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }
}
