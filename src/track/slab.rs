//! Conversations in a slab, found by flow, in order of last activity.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::model::FlowKey;

use super::conversation::Conversation;

/// No slot.
const NIL: u32 = u32::MAX;

/// The lists that conversations are kept in, each ordered by last activity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum List {
    /// Not open yet.
    HalfOpen = 0,
    /// Over, or superseded.
    Over = 1,
    /// Open.
    Open = 2,
}

#[derive(Debug)]
struct Slot {
    conv: Option<Box<Conversation>>,
    list: List,
    prev: u32,
    next: u32,
    /// The conversation before this one on the flow, if it still counts.
    older: u32,
}

/// A conversation's place; valid until the conversation is taken out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place(u32);

/// The conversations that are being tracked.
#[derive(Debug)]
pub(super) struct Slab {
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// Newest conversation of each flow. The hash is keyed at random: whoever
    /// chooses the addresses cannot choose the buckets.
    flows: HashTable<u32>,
    hasher: RandomState,
    ends: [(u32, u32); 3],
    len: usize,
}

impl Slab {
    pub fn new() -> Self {
        Slab {
            slots: Vec::new(),
            free: Vec::new(),
            flows: HashTable::new(),
            hasher: RandomState::default(),
            ends: [(NIL, NIL); 3],
            len: 0,
        }
    }

    /// Conversations in it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The newest conversation of a flow.
    pub fn newest(&self, key: &FlowKey) -> Option<Place> {
        let hash = self.hasher.hash_one(key);
        self.flows.find(hash, |&i| self.key_at(i) == Some(*key)).map(|&i| Place(i))
    }

    /// The conversation before this one on its flow.
    pub fn older(&self, place: Place) -> Option<Place> {
        let older = self.slots.get(place.0 as usize)?.older;
        (older != NIL).then_some(Place(older))
    }

    /// The conversations before this one on its flow, the latest first.
    pub fn before(&self, place: Place) -> impl Iterator<Item = (Place, &Conversation)> + Clone {
        let places = std::iter::successors(self.older(place), |&place| self.older(place));
        places.filter_map(|place| Some((place, self.get(place)?)))
    }

    pub fn get(&self, place: Place) -> Option<&Conversation> {
        self.slots.get(place.0 as usize)?.conv.as_deref()
    }

    pub fn get_mut(&mut self, place: Place) -> Option<&mut Conversation> {
        self.slots.get_mut(place.0 as usize)?.conv.as_deref_mut()
    }

    fn key_at(&self, index: u32) -> Option<FlowKey> {
        self.get(Place(index)).map(|conv| conv.key)
    }

    /// Puts in a new conversation, the newest of its flow.
    pub fn insert(&mut self, conv: Conversation) -> Place {
        let key = conv.key;
        let slot =
            Slot { conv: Some(Box::new(conv)), list: List::HalfOpen, prev: NIL, next: NIL, older: NIL };
        let index = if let Some(index) = self.free.pop() {
            self.slots[index as usize] = slot;
            index
        } else {
            self.slots.push(slot);
            (self.slots.len() - 1) as u32
        };
        self.len += 1;
        let hash = self.hasher.hash_one(key);
        let Slab { slots, flows, hasher, .. } = self;
        let key_of = |i: &u32| slots[*i as usize].conv.as_ref().map(|conv| conv.key);
        let older = match flows.entry(
            hash,
            |i| key_of(i) == Some(key),
            |i| key_of(i).map_or(0, |key| hasher.hash_one(key)),
        ) {
            Entry::Occupied(mut entry) => std::mem::replace(entry.get_mut(), index),
            Entry::Vacant(entry) => {
                entry.insert(index);
                NIL
            }
        };
        self.slots[index as usize].older = older;
        self.link(index, List::HalfOpen);
        Place(index)
    }

    /// Takes a conversation out; its flow's other ones, if any, stay.
    pub fn remove(&mut self, place: Place) -> Option<Conversation> {
        let index = place.0;
        let key = self.key_at(index)?;
        self.unlink(index);
        let older = self.slots[index as usize].older;
        let hash = self.hasher.hash_one(key);
        let slots = &self.slots;
        let found = self
            .flows
            .find_entry(hash, |&i| slots[i as usize].conv.as_ref().is_some_and(|conv| conv.key == key));
        if let Ok(mut entry) = found {
            let newest = *entry.get();
            if newest != index {
                let mut after = newest;
                while self.slots[after as usize].older != index && self.slots[after as usize].older != NIL {
                    after = self.slots[after as usize].older;
                }
                if self.slots[after as usize].older == index {
                    self.slots[after as usize].older = older;
                }
            } else if older == NIL {
                entry.remove();
            } else {
                *entry.get_mut() = older;
            }
        }
        let conv = self.slots[index as usize].conv.take()?;
        self.free.push(index);
        self.len -= 1;
        Some(*conv)
    }

    /// Marks a conversation as active now, in the list where it belongs.
    pub fn touch(&mut self, place: Place, list: List) {
        self.unlink(place.0);
        self.link(place.0, list);
    }

    /// The conversation of a list that has been idle longest.
    pub fn oldest(&self, list: List) -> Option<Place> {
        let head = self.ends[list as usize].0;
        (head != NIL).then_some(Place(head))
    }

    /// All conversations, oldest activity first within each list.
    pub fn any(&self) -> Option<Place> {
        [List::HalfOpen, List::Over, List::Open].into_iter().find_map(|list| self.oldest(list))
    }

    fn link(&mut self, index: u32, list: List) {
        let tail = self.ends[list as usize].1;
        let slot = &mut self.slots[index as usize];
        slot.list = list;
        slot.prev = tail;
        slot.next = NIL;
        if tail == NIL {
            self.ends[list as usize].0 = index;
        } else {
            self.slots[tail as usize].next = index;
        }
        self.ends[list as usize].1 = index;
    }

    fn unlink(&mut self, index: u32) {
        let Slot { list, prev, next, .. } = self.slots[index as usize];
        if prev == NIL {
            self.ends[list as usize].0 = next;
        } else {
            self.slots[prev as usize].next = next;
        }
        if next == NIL {
            self.ends[list as usize].1 = prev;
        } else {
            self.slots[next as usize].prev = prev;
        }
    }
}
