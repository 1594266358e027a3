//! A bounded table of flows and their first numbers.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::model::Seq;
use crate::track::prefetch::line_of;

/// Addresses and ports of a flow, its ends in tcpdump's collating order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Key<A> {
    pub(super) low: A,
    pub(super) high: A,
    /// The low end's port in the upper half.
    pub(super) ports: u32,
}

/// The octets of an address.
pub(super) trait Address: Copy + Ord {
    /// Gives both addresses and the ports to a hasher, in whole words.
    fn hash_flow<H: Hasher>(low: Self, high: Self, ports: u32, state: &mut H);
}

impl Address for [u8; 4] {
    #[inline]
    fn hash_flow<H: Hasher>(low: Self, high: Self, ports: u32, state: &mut H) {
        let [low, high] = [low, high].map(|addr| u128::from(u32::from_ne_bytes(addr)));
        state.write_u128(u128::from(ports) << 64 | low << 32 | high);
    }
}

impl Address for [u8; 16] {
    #[inline]
    fn hash_flow<H: Hasher>(low: Self, high: Self, ports: u32, state: &mut H) {
        state.write_u128(u128::from_ne_bytes(low));
        state.write_u128(u128::from_ne_bytes(high));
        state.write_u32(ports);
    }
}

impl<A: Address> Key<A> {
    /// The key of a segment between these addresses and ports, and whether its
    /// source is the high end. Ports decide the order; addresses only between
    /// equal ports.
    #[inline]
    pub(super) fn of(src: (A, u16), dst: (A, u16)) -> (Self, bool) {
        let reversed = src.1 > dst.1 || (src.1 == dst.1 && src.0 > dst.0);
        let (low, high) = if reversed { (dst, src) } else { (src, dst) };
        let ports = u32::from(low.1) << 16 | u32::from(high.1);
        (Key { low: low.0, high: high.0, ports }, reversed)
    }
}

impl<A: Address> Hash for Key<A> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        A::hash_flow(self.low, self.high, self.ports, state);
    }
}

/// First numbers of a flow, by its ends in the order of the key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Base {
    pub(super) low: Seq,
    pub(super) high: Seq,
}

/// What is kept of the numbers of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Noting {
    /// They are a base, whatever was known.
    Replace,
    /// They are a base if none is known.
    IfNew,
    Nothing,
}

#[derive(Clone, Copy, Debug)]
struct Slot<A> {
    key: Key<A>,
    base: Base,
    /// Asked for since the hand last came by.
    used: bool,
}

/// Flows by key. When it is full, a hand goes round the slots, spares those
/// asked for since it last came by, and takes the first other.
pub(super) struct Bases<A> {
    index: HashTable<u32>,
    slots: Vec<Slot<A>>,
    hasher: RandomState,
    limit: usize,
    hand: usize,
}

impl<A> std::fmt::Debug for Bases<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bases").field("flows", &self.slots.len()).field("limit", &self.limit).finish()
    }
}

impl<A: Address> Bases<A> {
    pub(super) fn new(limit: u32) -> Self {
        Bases {
            index: HashTable::new(),
            slots: Vec::new(),
            hasher: RandomState::default(),
            limit: limit.max(1) as usize,
            hand: 0,
        }
    }

    /// The base of a known flow. `None`: there was none, or it is to be replaced;
    /// `fresh` is the base from now on, if this is noted.
    #[inline]
    pub(super) fn record(&mut self, key: Key<A>, noting: Noting, fresh: Base) -> Option<Base> {
        let hash = self.hasher.hash_one(key);
        let slots = &self.slots;
        let same = |&at: &u32| slots.get(at as usize).is_some_and(|slot| slot.key == key);
        let Some(&at) = self.index.find(hash, same) else {
            if noting != Noting::Nothing {
                self.insert(hash, Slot { key, base: fresh, used: false });
            }
            return None;
        };
        let slot = self.slots.get_mut(at as usize)?;
        slot.used = true;
        if noting == Noting::Replace {
            slot.base = fresh;
            return None;
        }
        Some(slot.base)
    }

    /// Fetches what [`Bases::record`] will need.
    #[inline]
    pub(super) fn approach(&self, key: Key<A>) {
        // Nearly always the first of this hash is the one: a guess is enough.
        self.index.find(self.hasher.hash_one(key), |&at| {
            self.slots.get(at as usize).into_iter().for_each(line_of);
            true
        });
    }

    fn insert(&mut self, hash: u64, new: Slot<A>) {
        let at = if self.slots.len() < self.limit {
            self.slots.push(new);
            self.slots.len() - 1
        } else {
            let at = self.free_one();
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = new;
            }
            at
        };
        let (slots, hasher) = (&self.slots, &self.hasher);
        let rehash = |&at: &u32| slots.get(at as usize).map_or(0, |slot| hasher.hash_one(slot.key));
        self.index.insert_unique(hash, at as u32, rehash);
    }

    /// Forgets a flow; where it was. Ends in the second round at the latest,
    /// for the first leaves none used.
    fn free_one(&mut self) -> usize {
        loop {
            let at = self.hand;
            self.hand = if at + 1 < self.slots.len() { at + 1 } else { 0 };
            let Some(slot) = self.slots.get_mut(at) else { return at };
            if std::mem::take(&mut slot.used) {
                continue;
            }
            let hash = self.hasher.hash_one(slot.key);
            if let Ok(entry) = self.index.find_entry(hash, |&other| other as usize == at) {
                entry.remove();
            }
            return at;
        }
    }

    /// Flows known.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }
}
