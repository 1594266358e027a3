//! Which octets were seen, and when first.

use std::collections::BTreeMap;

/// Ranges of octets that do not touch, each with the index of the segment that
/// brought it first.
#[derive(Debug, Default)]
pub(super) struct Covered(BTreeMap<i64, (i64, usize)>);

impl Covered {
    /// Octets from `from` up to `to` came with segment `index`; segments come in
    /// their order.
    pub fn add(&mut self, from: i64, to: i64, index: usize) {
        let mut at = from;
        while at < to {
            if let Some((_, &(end, _))) = self.0.range(..=at).next_back()
                && end > at
            {
                at = end;
                continue;
            }
            let next = self.0.range(at..).next().map_or(to, |(&start, _)| start.min(to));
            self.0.insert(at, (next, index));
            at = next;
        }
    }

    /// The segment that first brought an octet.
    pub fn first(&self, octet: i64) -> Option<usize> {
        let (_, &(end, index)) = self.0.range(..=octet).next_back()?;
        (end > octet).then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_octet_is_told_with_the_segment_that_was_first() {
        let mut covered = Covered::default();
        for (index, (from, to)) in [(10, 20), (0, 5), (3, 12), (19, 30), (0, 40)].into_iter().enumerate() {
            covered.add(from, to, index);
        }
        let told: Vec<_> = [0, 4, 5, 9, 10, 19, 20, 29, 30, 39, 40].map(|octet| covered.first(octet)).into();
        let want = [1, 1, 2, 2, 0, 0, 3, 3, 4, 4].map(Some).into_iter().chain([None]).collect::<Vec<_>>();
        assert_eq!(told, want);
    }
}
