//! Texts that wait, one behind the other in blocks: a text of its own for each
//! would be looked for all over the memory, twice.

use std::collections::VecDeque;

/// Octets of a block, unless a text is longer.
const BLOCK: usize = 16 * 1024;
/// More blocks than this are kept only for the few texts in each.
const MOST: usize = 768;

/// Where a text is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    block: u64,
    from: usize,
    len: usize,
}

#[derive(Debug, Default)]
struct Block {
    text: Vec<u8>,
    /// Texts in it that were not taken.
    left: usize,
}

/// The blocks, the first of them under a number that only grows.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    blocks: VecDeque<Block>,
    first: u64,
    /// An empty one, to be used again.
    spare: Vec<u8>,
}

impl Blocks {
    /// Adds a text.
    pub fn add(&mut self, text: &str) -> Place {
        let full = |block: &Block| block.text.len() + text.len() > block.text.capacity();
        if self.blocks.back().is_none_or(full) {
            let mut empty = std::mem::take(&mut self.spare);
            empty.reserve_exact(BLOCK.max(text.len()));
            self.blocks.push_back(Block { text: empty, left: 0 });
        }
        let block = self.first + self.blocks.len().saturating_sub(1) as u64;
        let Some(last) = self.blocks.back_mut() else { return Place { block, from: 0, len: 0 } };
        let from = last.text.len();
        last.text.extend_from_slice(text.as_bytes());
        last.left += 1;
        Place { block, from, len: text.len() }
    }

    /// Appends a text to `out` and forgets it. Gives its length.
    pub fn take(&mut self, place: Place, out: &mut Vec<u8>) -> usize {
        let Place { block, from, len } = place;
        let index = usize::try_from(block.wrapping_sub(self.first)).unwrap_or(usize::MAX);
        let Some(its) = self.blocks.get_mut(index) else { return 0 };
        out.extend_from_slice(its.text.get(from..from + len).unwrap_or_default());
        its.left -= 1;
        if its.left == 0 {
            its.text.clear();
            let more = index + 1 < self.blocks.len();
            if let Some(its) = self.blocks.get_mut(index).filter(|_| more) {
                self.spare = std::mem::take(&mut its.text);
            }
            while self.blocks.len() > 1 && self.blocks.front().is_some_and(|block| block.left == 0) {
                self.blocks.pop_front();
                self.first += 1;
            }
        }
        len
    }

    /// Whether the texts take far more memory than they have octets.
    pub fn is_sparse(&self) -> bool {
        self.blocks.len() > MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_taken_is_what_was_added(
            lens in proptest::collection::vec(0_usize..40_000, 1..60),
            order in any::<u64>(),
        ) {
            let mut blocks = Blocks::default();
            let mut waiting = Vec::new();
            for (nth, len) in lens.into_iter().enumerate() {
                let text = nth.to_string().repeat(len / 2);
                waiting.push((blocks.add(&text), text));
                if order >> (nth % 64) & 1 == 1 {
                    let (place, text) = waiting.swap_remove(order as usize % waiting.len());
                    let mut out = Vec::new();
                    prop_assert_eq!(blocks.take(place, &mut out), text.len());
                    prop_assert_eq!(out, text.into_bytes());
                }
            }
            for (place, text) in waiting {
                let mut out = Vec::new();
                blocks.take(place, &mut out);
                prop_assert_eq!(out, text.into_bytes());
            }
            prop_assert_eq!(blocks.blocks.len(), 1);
        }
    }
}
