//! Conversations in a slab, found by flow, in order of last activity.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::model::{FlowKey, Timestamp};

use super::conversation::Conversation;
use super::seed::{Seed, Seeds, is_of_one_syn};

mod ahead;
mod sow;

/// No slot.
const NIL: u32 = u32::MAX;

/// An index in the flow table with this bit is a seed's.
const SEED: u32 = 1 << 31;

/// Conversations that are given out leave their memory behind for the next.
const SPARE: usize = 1024;

/// The lists that conversations are kept in, each ordered by last activity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum List {
    /// Not open yet.
    HalfOpen = 0,
    /// Over, or superseded.
    Over = 1,
    /// Open.
    Open = 2,
    /// No more than a SYN, and not long ago.
    Young = 3,
    /// No more than a SYN, which does not fit in a seed.
    Unfit = 4,
}

const LISTS: usize = 5;

/// The neighbours of a conversation.
#[derive(Clone, Copy, Debug)]
struct Links {
    list: List,
    prev: u32,
    next: u32,
    /// The conversation before this one on the flow, if it still counts.
    older: u32,
    /// What the flow table knows the flow by.
    tag: u32,
}

/// An entry of the flow table.
#[derive(Clone, Copy, Debug)]
struct Entrance {
    /// The upper half of the flow's hash: tells nearly all other flows without a look
    /// at their conversations, and where to go when the table grows.
    tag: u32,
    index: u32,
}

/// A conversation's place; valid until the conversation is taken out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place(u32);

/// The conversations that are being tracked.
#[derive(Debug)]
pub(super) struct Slab {
    convs: Vec<Option<Box<Conversation>>>,
    /// As many, apart from them: where a conversation is, is asked for each segment.
    links: Vec<Links>,
    free: Vec<u32>,
    /// Attempts of which there is no more than a SYN.
    seeds: Seeds,
    /// Newest conversation of each flow. The hash is keyed at random: whoever
    /// chooses the addresses cannot choose the buckets.
    flows: HashTable<Entrance>,
    hasher: RandomState,
    ends: [(u32, u32); LISTS],
    lens: [usize; LISTS],
    #[expect(clippy::vec_box, reason = "their places are what is kept")]
    spare: Vec<Box<Conversation>>,
    /// The open ones are in order too.
    ordered: bool,
    /// Conversations are also followed in the words of other tools.
    pub dialects: bool,
}

/// Whether an entry of the flow table is of this flow.
#[inline]
fn is_at(convs: &[Option<Box<Conversation>>], seeds: &Seeds, index: u32, key: &FlowKey) -> bool {
    if index & SEED != 0 {
        return seeds.key(index & !SEED).is_some_and(|at| at == *key);
    }
    convs.get(index as usize).and_then(Option::as_ref).is_some_and(|conv| conv.key == *key)
}

/// Where an entry of this tag lies in the flow table: it uses the lowest bits and
/// the highest seven.
fn hash_of(tag: u32) -> u64 {
    u64::from(tag) << 32 | u64::from(tag)
}

impl Slab {
    pub fn new() -> Self {
        Slab {
            convs: Vec::new(),
            links: Vec::new(),
            free: Vec::new(),
            seeds: Seeds::default(),
            flows: HashTable::new(),
            hasher: RandomState::default(),
            ends: [(NIL, NIL); LISTS],
            lens: [0; LISTS],
            spare: Vec::new(),
            ordered: false,
            dialects: false,
        }
    }

    /// Conversations in it, attempts included.
    pub fn len(&self) -> usize {
        self.lens.iter().sum::<usize>() + self.seeds.len()
    }

    /// Conversations in a list.
    pub fn len_of(&self, list: List) -> usize {
        self.lens[list as usize]
    }

    /// The newest conversation of a flow. If there is no more of it than a SYN,
    /// it becomes whole: something else has come.
    pub fn newest(&mut self, key: &FlowKey) -> Option<Place> {
        self.newest_of(key, self.tag(key))
    }

    /// As [`Slab::newest`]; the tag is known.
    #[inline]
    pub fn newest_of(&mut self, key: &FlowKey, tag: u32) -> Option<Place> {
        let index = self.entrance(key, tag)?.index;
        if index & SEED == 0 { Some(Place(index)) } else { self.wake(tag, index) }
    }

    /// Whether there is a conversation of this flow, whose tag is this.
    pub fn knows(&self, key: &FlowKey, tag: u32) -> bool {
        self.entrance(key, tag).is_some()
    }

    #[inline]
    fn entrance(&self, key: &FlowKey, tag: u32) -> Option<&Entrance> {
        let at = |entry: &Entrance| entry.tag == tag && is_at(&self.convs, &self.seeds, entry.index, key);
        self.flows.find(hash_of(tag), at)
    }

    #[inline(never)] // keeps the way of most segments short
    fn wake(&mut self, tag: u32, index: u32) -> Option<Place> {
        let seed = self.seeds.take(index & !SEED)?;
        let conv = self.whole(&seed);
        let place = self.put(conv, tag);
        self.flows.find_mut(hash_of(tag), |entry| entry.index == index)?.index = place.0;
        self.link(place.0, List::HalfOpen);
        Some(place)
    }

    /// What the flow table knows a flow by.
    #[inline]
    pub fn tag(&self, key: &FlowKey) -> u32 {
        (self.hasher.hash_one(key) >> 32) as u32
    }

    /// Whether there is no conversation before this one on its flow.
    #[inline]
    pub fn is_alone(&self, place: Place) -> bool {
        self.links[place.0 as usize].older == NIL
    }

    /// The list that it was put in by its last activity.
    #[inline]
    pub fn list(&self, place: Place) -> List {
        self.links[place.0 as usize].list
    }

    /// The conversation before this one on its flow.
    pub fn older(&self, place: Place) -> Option<Place> {
        let older = self.links.get(place.0 as usize)?.older;
        (older != NIL).then_some(Place(older))
    }

    /// The conversations before this one on its flow, the latest first.
    pub fn before(&self, place: Place) -> impl Iterator<Item = (Place, &Conversation)> + Clone {
        let places = std::iter::successors(self.older(place), |&place| self.older(place));
        places.filter_map(|place| Some((place, self.get(place)?)))
    }

    pub fn get(&self, place: Place) -> Option<&Conversation> {
        self.convs.get(place.0 as usize)?.as_deref()
    }

    pub fn get_mut(&mut self, place: Place) -> Option<&mut Conversation> {
        self.convs.get_mut(place.0 as usize)?.as_deref_mut()
    }

    /// Memory for a conversation, that of an earlier one if possible.
    pub fn settle_down(&mut self, conv: Conversation) -> Box<Conversation> {
        match self.spare.pop() {
            Some(mut place) => {
                *place = conv;
                place
            }
            None => Box::new(conv),
        }
    }

    /// Takes back the memory of a conversation that nobody needs any more.
    pub fn recycle(&mut self, conv: Box<Conversation>) {
        if self.spare.len() < SPARE {
            self.spare.push(conv);
        }
    }

    fn put(&mut self, conv: Box<Conversation>, tag: u32) -> Place {
        let links = Links { list: List::HalfOpen, prev: NIL, next: NIL, older: NIL, tag };
        if let Some(index) = self.free.pop() {
            self.convs[index as usize] = Some(conv);
            self.links[index as usize] = links;
            return Place(index);
        }
        self.convs.push(Some(conv));
        self.links.push(links);
        Place((self.convs.len() - 1) as u32)
    }

    /// Puts in a new conversation, the newest of its flow, whose tag is this.
    pub fn insert(&mut self, conv: Box<Conversation>, key: &FlowKey, tag: u32) -> Place {
        let place = self.put(conv, tag);
        self.links[place.0 as usize].older = self.enter(key, tag, place.0);
        self.link(place.0, List::HalfOpen);
        place
    }

    /// Makes `index` the newest of its flow; the one before it, or `NIL`.
    fn enter(&mut self, key: &FlowKey, tag: u32, index: u32) -> u32 {
        let Slab { convs, seeds, flows, .. } = self;
        let at = |entry: &Entrance| entry.tag == tag && is_at(convs, seeds, entry.index, key);
        match flows.entry(hash_of(tag), at, |entry| hash_of(entry.tag)) {
            Entry::Occupied(mut entry) => std::mem::replace(&mut entry.get_mut().index, index),
            Entry::Vacant(entry) => {
                entry.insert(Entrance { tag, index });
                NIL
            }
        }
    }

    /// Takes a conversation out; others of its flow stay.
    pub fn remove(&mut self, place: Place) -> Option<Box<Conversation>> {
        let index = place.0;
        let conv = self.convs.get_mut(index as usize)?.take()?;
        self.unlink(index);
        let Links { older, tag, .. } = self.links[index as usize];
        let Slab { convs, seeds, flows, links, .. } = self;
        let at = |entry: &Entrance| {
            entry.tag == tag && (entry.index == index || is_at(convs, seeds, entry.index, &conv.key))
        };
        if let Ok(mut entry) = flows.find_entry(hash_of(tag), at) {
            let newest = entry.get().index;
            if newest != index {
                let mut after = newest;
                while links[after as usize].older != index && links[after as usize].older != NIL {
                    after = links[after as usize].older;
                }
                if links[after as usize].older == index {
                    links[after as usize].older = older;
                }
            } else if older == NIL {
                entry.remove();
            } else {
                entry.get_mut().index = older;
            }
        }
        self.free.push(index);
        Some(conv)
    }

    /// No more segments come: conversations need not be found by their flow, only be
    /// taken out.
    pub fn close(&mut self) {
        self.flows = HashTable::new();
    }

    /// The number of the attempt that has waited longest, and since when.
    pub fn oldest_seed(&self) -> Option<(u64, Timestamp)> {
        self.seeds.oldest().map(|(_, number, at)| (number, at))
    }

    /// Takes out the attempt that has waited longest, made whole.
    pub fn take_seed(&mut self) -> Option<Box<Conversation>> {
        let (index, ..) = self.seeds.oldest()?;
        if !self.flows.is_empty() {
            let tag = self.tag(&self.seeds.key(index)?);
            if let Ok(entry) = self.flows.find_entry(hash_of(tag), |entry| entry.index == index | SEED) {
                entry.remove();
            }
        }
        let seed = self.seeds.take(index)?;
        Some(self.whole(&seed))
    }

    /// The conversation that a seed stands for.
    pub fn whole(&mut self, seed: &Seed) -> Box<Conversation> {
        // In a flood it is the one given out before.
        if let Some(mut conv) = self.spare.pop_if(|conv| is_of_one_syn(conv)) {
            seed.grow_over(self.dialects, &mut conv);
            return conv;
        }
        seed.grow(self.dialects, |conv| self.settle_down(conv))
    }

    /// All conversations but the seeds.
    pub fn iter(&self) -> impl Iterator<Item = (Place, &Conversation)> {
        let convs = self.convs.iter().enumerate();
        convs.filter_map(|(index, conv)| Some((Place(index as u32), conv.as_deref()?)))
    }

    /// Marks a conversation as active now, in the list where it belongs. Among the
    /// open ones nobody asks who has been silent longest, but where a limit does
    /// ([`Slab::keep_order`]).
    #[inline]
    pub fn touch(&mut self, place: Place, list: List) {
        let links = &self.links[place.0 as usize];
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
        let open = self.iter().filter(|(place, _)| self.links[place.0 as usize].list == List::Open);
        let mut places: Vec<_> = open.map(|(place, conv)| (conv.last.at, conv.last.frame, place)).collect();
        places.sort_unstable_by_key(|&(at, frame, _)| (at, frame));
        for (.., place) in places {
            self.unlink(place.0);
            self.link(place.0, List::Open);
        }
    }

    /// The conversation of a list that has been idle longest.
    pub fn oldest(&self, list: List) -> Option<Place> {
        let head = self.ends[list as usize].0;
        (head != NIL).then_some(Place(head))
    }

    fn link(&mut self, index: u32, list: List) {
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

    fn unlink(&mut self, index: u32) {
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
