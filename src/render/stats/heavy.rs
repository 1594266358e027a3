//! Who fails most, in bounded memory: the space-saving algorithm of Metwally,
//! Agrawal and El Abbadi (2005).

use std::hash::Hash;

use hashbrown::HashMap;

use crate::verdict::Opening;

/// Entries that are kept.
pub(super) const KEPT: usize = 128;

/// The ways in which an attempt fails, as columns.
pub(super) const WAYS: [Opening; 4] =
    [Opening::Refused, Opening::Rejected, Opening::Unanswered, Opening::HalfOpen];

/// Counts for the keys that come most often. Whoever has more than one in 128 of
/// all failures is among them.
#[derive(Debug)]
pub(super) struct Heavy<K> {
    places: HashMap<K, usize, foldhash::fast::RandomState>,
    entries: Vec<Entry<K>>,
    /// Where to look on for the least; none before it has as few.
    cursor: usize,
    least: u64,
    total: u64,
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<K> {
    pub key: K,
    /// What was counted for it, by [`WAYS`]: it failed at least so often.
    pub seen: [u64; WAYS.len()],
    /// So many it may have had before, while its place was another's.
    pub perhaps: u64,
}

impl<K> Entry<K> {
    /// It failed at least so often.
    pub fn sure(&self) -> u64 {
        self.seen.iter().sum()
    }

    fn rank(&self) -> u64 {
        self.sure() + self.perhaps
    }
}

impl<K> Default for Heavy<K> {
    fn default() -> Self {
        Heavy { places: HashMap::default(), entries: Vec::new(), cursor: 0, least: 0, total: 0 }
    }
}

impl<K: Copy + Eq + Hash + Ord> Heavy<K> {
    /// Counts an attempt of `key`, if it failed in one of [`WAYS`].
    pub fn add(&mut self, key: K, opening: Opening) {
        let Some(way) = WAYS.iter().position(|&way| way == opening) else { return };
        self.total += 1;
        let place = match self.places.get(&key) {
            Some(&place) => place,
            None => self.place(key),
        };
        if let Some(entry) = self.entries.get_mut(place) {
            entry.seen[way] += 1;
        }
    }

    /// A place for a new key: a free one, or that of the least.
    fn place(&mut self, key: K) -> usize {
        if self.entries.len() < KEPT {
            self.entries.push(Entry { key, seen: [0; WAYS.len()], perhaps: 0 });
            self.places.insert(key, self.entries.len() - 1);
            return self.entries.len() - 1;
        }
        let place = self.least();
        if let Some(entry) = self.entries.get_mut(place) {
            self.places.remove(&entry.key);
            *entry = Entry { key, seen: [0; WAYS.len()], perhaps: entry.rank() };
        }
        self.places.insert(key, place);
        place
    }

    /// Counts only grow: the search for one that has `least` goes on where it
    /// stopped, and a whole round finds none only when the least has grown.
    fn least(&mut self) -> usize {
        loop {
            let rest = self.entries.get(self.cursor..).unwrap_or_default();
            if let Some(found) = rest.iter().position(|entry| entry.rank() == self.least) {
                self.cursor += found;
                return self.cursor;
            }
            self.cursor = 0;
            self.least = self.entries.iter().map(Entry::rank).min().unwrap_or(0);
        }
    }

    /// Failures of all, also of those that are not kept.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Those that certainly stand out, the most frequent first: whose certain
    /// count is not exceeded by what is uncertain about it.
    pub fn top(&self, most: usize) -> Vec<Entry<K>> {
        let mut top: Vec<_> =
            self.entries.iter().filter(|entry| entry.sure() > entry.perhaps).copied().collect();
        top.sort_by(|a, b| b.sure().cmp(&a.sure()).then_with(|| a.key.cmp(&b.key)));
        top.truncate(most);
        top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_there_is_room_counts_are_exact() {
        let mut heavy = Heavy::default();
        for n in 0..1000_u32 {
            heavy.add(n % 10 + u32::from(n % 3 == 0), WAYS[n as usize % 4]);
        }
        heavy.add(1, Opening::Complete);
        assert_eq!(heavy.total(), 1000);
        let top = heavy.top(100);
        assert_eq!(top.iter().map(Entry::sure).sum::<u64>(), 1000);
        assert!(top.windows(2).all(|two| two[0].sure() >= two[1].sure()));
        assert!(top.iter().all(|entry| entry.perhaps == 0));
    }

    #[test]
    fn whoever_fails_often_is_found_among_many_that_fail_once() {
        let mut heavy = Heavy::default();
        let mut once = 1_000_000_u32;
        for n in 0..100_000_u32 {
            let key = if n % 20 == 0 {
                7
            } else {
                once += 1;
                once
            };
            heavy.add(key, Opening::Unanswered);
        }
        assert_eq!(heavy.entries.len(), KEPT);
        let bound = heavy.total() / KEPT as u64;
        assert!(heavy.entries.iter().all(|entry| entry.perhaps <= bound));
        let top = heavy.top(5);
        assert_eq!(top.iter().map(|entry| entry.key).collect::<Vec<_>>(), [7]);
        assert!(top[0].sure() <= 5000 && top[0].sure() + top[0].perhaps >= 5000, "{top:?}");
    }

    #[test]
    fn nobody_stands_out_in_a_flood() {
        let mut heavy = Heavy::default();
        (0..100_000_u32).for_each(|key| heavy.add(key, Opening::Unanswered));
        assert!(heavy.top(5).is_empty());
    }
}
