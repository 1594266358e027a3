//! Conversations in a slab, found by flow, in order of last activity.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::model::{FlowKey, Timestamp};

use super::conversation::Conversation;
use super::rest::{Beds, Berth, key_of};
use super::seed::{Seed, Seeds, is_of_one_syn};

mod ahead;
mod lists;
mod rest;
mod sow;

use rest::Rounds;

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
    /// Where it rests.
    berth: Option<Berth>,
    /// When it was last active.
    hour: u16,
    /// There is one after it on the flow.
    followed: bool,
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
    /// Those of which nothing has been heard for a while.
    beds: Beds,
    rounds: Rounds,
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

/// Where conversations are kept.
struct Kept<'a>(&'a [Option<Box<Conversation>>], &'a [Links], &'a Beds, &'a Seeds);

impl Kept<'_> {
    /// Whether an entry of the flow table is of this flow.
    #[inline(never)] // keeps the way of most segments short
    fn is_at(&self, index: u32, key: &FlowKey) -> bool {
        let &Kept(convs, links, beds, seeds) = self;
        if index & SEED != 0 {
            return seeds.key(index & !SEED).is_some_and(|at| at == *key);
        }
        if let Some(Some(conv)) = convs.get(index as usize) {
            return conv.key == *key;
        }
        let berth = links.get(index as usize).and_then(|links| links.berth);
        berth.is_some_and(|berth| key_of(beds.get(berth)) == *key)
    }
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
            beds: Beds::default(),
            rounds: Rounds::default(),
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
        if let Some(Some(_)) = self.convs.get(index as usize) {
            return Some(Place(index));
        }
        if index & SEED == 0 { self.rouse(index) } else { self.wake(tag, index) }
    }

    /// Whether there is a conversation of this flow, whose tag is this.
    pub fn knows(&self, key: &FlowKey, tag: u32) -> bool {
        self.entrance(key, tag).is_some()
    }

    #[inline]
    fn entrance(&self, key: &FlowKey, tag: u32) -> Option<&Entrance> {
        let is_at = |index: u32| match self.convs.get(index as usize) {
            Some(Some(conv)) => conv.key == *key,
            _ => Kept(&self.convs, &self.links, &self.beds, &self.seeds).is_at(index, key),
        };
        self.flows.find(hash_of(tag), |entry| entry.tag == tag && is_at(entry.index))
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
        let links = Links {
            list: List::HalfOpen,
            prev: NIL,
            next: NIL,
            older: NIL,
            tag,
            berth: None,
            hour: self.rounds.whole(),
            followed: false,
        };
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
        let older = self.enter(key, tag, place.0);
        self.links[place.0 as usize].older = older;
        self.links.get_mut(older as usize).into_iter().for_each(|links| links.followed = true);
        self.link(place.0, List::HalfOpen);
        place
    }

    /// Makes `index` the newest of its flow; the one before it, or `NIL`.
    fn enter(&mut self, key: &FlowKey, tag: u32, index: u32) -> u32 {
        let Slab { convs, links, beds, seeds, flows, .. } = self;
        let kept = Kept(convs, links, beds, seeds);
        let at = |entry: &Entrance| entry.tag == tag && kept.is_at(entry.index, key);
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
        self.rouse(index);
        let conv = self.convs.get_mut(index as usize)?.take()?;
        self.unlink(index);
        let Links { older, tag, .. } = self.links[index as usize];
        let Slab { convs, links, beds, seeds, flows, .. } = self;
        let kept = Kept(convs, links, beds, seeds);
        let at = |entry: &Entrance| {
            entry.tag == tag && (entry.index == index || kept.is_at(entry.index, &conv.key))
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
                self.links[older as usize].followed = false;
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
}
