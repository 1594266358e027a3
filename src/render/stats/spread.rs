//! How long something took, over and over: percentiles in bounded memory.

use std::time::Duration;

/// Values that are kept exactly; with more, they go into buckets.
const FEW: usize = 64;
/// Buckets in each doubling.
const PARTS: u64 = 4;
/// The lowest bucket is all below this; in nanoseconds, a power of two.
const LOWEST: u64 = 1 << 10;
/// Doublings from `LOWEST` on: up to 18 minutes.
const DOUBLINGS: usize = 30;
const BUCKETS: usize = 1 + DOUBLINGS * PARTS as usize;

/// Durations. The first 64 are kept exactly; from then on each is counted in one
/// of 121 buckets, four to a doubling, so that a percentile is at most a quarter
/// off (and never beyond the longest).
#[derive(Clone, Debug, Default)]
pub(super) struct Spread {
    few: Vec<u64>,
    many: Option<Box<[u64; BUCKETS]>>,
    count: u64,
    longest: u64,
}

/// The bucket of a value.
fn bucket(nanos: u64) -> usize {
    if nanos < LOWEST {
        return 0;
    }
    let doubling = nanos.ilog2() - LOWEST.ilog2();
    let part = (nanos >> (nanos.ilog2() - PARTS.ilog2())) % PARTS;
    (1 + doubling as usize * PARTS as usize + part as usize).min(BUCKETS - 1)
}

/// Where a bucket begins.
fn edge(bucket: usize) -> u64 {
    let Some(above) = bucket.checked_sub(1) else { return 0 };
    let (doubling, part) = (above / PARTS as usize, (above % PARTS as usize) as u64);
    (LOWEST << doubling) / PARTS * (PARTS + part)
}

impl Spread {
    /// Counts one more.
    pub fn add(&mut self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.count += 1;
        self.longest = self.longest.max(nanos);
        if self.many.is_none() && self.few.len() < FEW {
            return self.few.push(nanos);
        }
        self.buckets()[bucket(nanos)] += 1;
    }

    fn buckets(&mut self) -> &mut [u64; BUCKETS] {
        let few = std::mem::take(&mut self.few);
        let many = self.many.get_or_insert_with(|| Box::new([0; BUCKETS]));
        few.into_iter().for_each(|nanos| many[bucket(nanos)] += 1);
        many
    }

    /// Counts all of another.
    pub fn merge(&mut self, other: &Spread) {
        if other.many.is_some() || self.few.len() + other.few.len() > FEW {
            let own = self.buckets();
            for (index, count) in other.counts().into_iter().enumerate() {
                own[index] += count;
            }
        } else if self.many.is_none() {
            self.few.extend_from_slice(&other.few);
        } else {
            let own = self.buckets();
            other.few.iter().for_each(|&nanos| own[bucket(nanos)] += 1);
        }
        self.count += other.count;
        self.longest = self.longest.max(other.longest);
    }

    fn counts(&self) -> [u64; BUCKETS] {
        let mut counts = self.many.as_deref().copied().unwrap_or([0; BUCKETS]);
        self.few.iter().for_each(|&nanos| counts[bucket(nanos)] += 1);
        counts
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The longest, exactly.
    pub fn longest(&self) -> Option<Duration> {
        (self.count > 0).then(|| Duration::from_nanos(self.longest))
    }

    /// What so many of a hundred do not exceed.
    pub fn percentile(&self, percent: u64) -> Option<Duration> {
        if self.count == 0 {
            return None;
        }
        let rank = (u128::from(self.count) * u128::from(percent)).div_ceil(100).max(1);
        let rank = u64::try_from(rank).unwrap_or(u64::MAX);
        let nanos = match &self.many {
            None => {
                let mut sorted = self.few.clone();
                sorted.sort_unstable();
                let index = usize::try_from(rank - 1).unwrap_or(usize::MAX);
                sorted.get(index).copied().unwrap_or(self.longest)
            }
            Some(many) => within(&many[..], rank),
        };
        Some(Duration::from_nanos(nanos.min(self.longest)))
    }

    /// A bar for each of at most `most` equal steps on a logarithmic scale, from
    /// the shortest to the longest: where it begins, and how many lie in it.
    pub fn bars(&self, most: usize) -> Vec<(Duration, u64)> {
        let counts = self.counts();
        let used = |count: &u64| *count > 0;
        let (Some(first), Some(last)) = (counts.iter().position(used), counts.iter().rposition(used)) else {
            return Vec::new();
        };
        let doubling = |bucket: usize| bucket.checked_sub(1).map_or(0, |above| above / PARTS as usize + 1);
        let (first, last) = (doubling(first), doubling(last));
        let step = (last - first + 1).div_ceil(most.max(1));
        let mut bars: Vec<(Duration, u64)> = (first..=last)
            .step_by(step)
            .map(|at| (Duration::from_nanos(if at == 0 { 0 } else { LOWEST << (at - 1) }), 0))
            .collect();
        for (index, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            if let Some(bar) = bars.get_mut((doubling(index) - first) / step) {
                bar.1 += count;
            }
        }
        bars
    }

    /// The buckets that hold something: from, below, how many. Nanoseconds; the
    /// last bucket has no upper edge.
    pub fn filled(&self) -> impl Iterator<Item = (u64, Option<u64>, u64)> {
        let counts = self.counts().into_iter().enumerate().filter(|(_, count)| *count > 0);
        counts.map(|(at, count)| (edge(at), (at + 1 < BUCKETS).then(|| edge(at + 1)), count))
    }
}

/// The value of a rank: as far into its bucket as the rank is.
fn within(counts: &[u64], rank: u64) -> u64 {
    let mut before = 0;
    for (index, &count) in counts.iter().enumerate() {
        if before + count >= rank {
            let (low, high) = (edge(index), edge(index + 1));
            let share = u128::from(high - low) * u128::from(rank - before) / u128::from(count.max(1));
            return low + u64::try_from(share).unwrap_or(0);
        }
        before += count;
    }
    u64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(n: u64) -> Duration {
        Duration::from_micros(n)
    }

    #[test]
    fn edges_and_buckets_are_of_one_mind() {
        for index in 0..BUCKETS {
            assert_eq!(bucket(edge(index)), index);
            assert_eq!(bucket(edge(index + 1).saturating_sub(1)), index);
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn few_values_are_exact() {
        let mut spread = Spread::default();
        [40, 12, 25].into_iter().for_each(|n| spread.add(micros(n)));
        assert_eq!(spread.percentile(50), Some(micros(25)));
        assert_eq!(spread.percentile(99), Some(micros(40)));
        assert_eq!(spread.percentile(0), Some(micros(12)));
        assert_eq!(Spread::default().percentile(50), None);
    }

    #[test]
    fn many_values_are_at_most_a_quarter_off() {
        let mut spread = Spread::default();
        (1..=10_000).for_each(|n| spread.add(micros(n)));
        for percent in [1, 10, 50, 90, 99] {
            let exact = micros(percent * 100);
            let shown = spread.percentile(percent).unwrap();
            let off = shown.abs_diff(exact);
            assert!(off * 4 <= exact, "{percent}: {shown:?}");
        }
        assert_eq!(spread.percentile(100), Some(micros(10_000)));
        assert_eq!(spread.longest(), Some(micros(10_000)));
    }

    #[test]
    fn merging_is_counting_together() {
        let values = |from: u64, to: u64| {
            let mut spread = Spread::default();
            (from..to).for_each(|n| spread.add(micros(n * n)));
            spread
        };
        for (a, b) in [(10, 20), (10, 200), (100, 110), (63, 65), (100, 300)] {
            let mut merged = values(1, a);
            merged.merge(&values(a, b));
            let whole = values(1, b);
            assert_eq!(merged.counts(), whole.counts(), "{a} {b}");
            assert_eq!(merged.count(), whole.count());
            assert_eq!(merged.percentile(90), whole.percentile(90), "{a} {b}");
        }
    }

    #[test]
    fn bars_hold_everything_once() {
        let mut spread = Spread::default();
        [0, 1, 1, 7, 90, 5_000, 3_000_000_000].into_iter().for_each(|n| spread.add(micros(n)));
        for most in 1..40 {
            let bars = spread.bars(most);
            assert!(bars.len() <= most, "{most}");
            assert_eq!(bars.iter().map(|bar| bar.1).sum::<u64>(), 7);
        }
        assert_eq!(spread.filled().map(|(_, _, count)| count).sum::<u64>(), 7);
    }
}
