//! One direction's octets as Zeek reassembles them: only to find content gaps.

use crate::model::Seq;

/// The delivered part of a stream, and what lies beyond its first hole.
///
/// Zeek keeps every block; here all beyond the first hole is one island. A
/// second hole inside it is not seen, so that a gap may be counted once where
/// Zeek counts several (they share a letter until the tenth).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stream {
    /// The next octet to deliver.
    pub next: Seq,
    /// First octet of the island, and the one after it; equal if there is none.
    island: (Seq, Seq),
}

impl Stream {
    pub fn starting_at(next: Seq) -> Self {
        Stream { next, island: (next, next) }
    }

    /// Octets that were captured.
    #[inline]
    pub fn add(&mut self, from: Seq, to: Seq) {
        if !to.is_after(self.next) {
            return;
        }
        if !from.is_after(self.next) {
            self.next = to;
            self.join();
        } else if self.has_island() {
            let (low, high) = self.island;
            let low = if from.is_before(low) { from } else { low };
            self.island = (low, high.later(to));
        } else {
            self.island = (from, to);
        }
    }

    /// Everything before `ack` is acknowledged: the number of gaps that this
    /// reveals.
    #[inline]
    pub fn acknowledge(&mut self, ack: Seq) -> u32 {
        let mut gaps = 0;
        while ack.is_after(self.next) {
            gaps += 1;
            let (low, high) = self.island;
            if self.has_island() && low.is_before(ack) {
                self.next = high;
                self.island = (high, high);
            } else {
                self.next = ack;
                self.join();
            }
        }
        gaps
    }

    /// Whether something lies beyond a hole.
    #[inline]
    pub fn has_island(&self) -> bool {
        self.island.0 != self.island.1
    }

    fn join(&mut self) {
        let (low, high) = self.island;
        if self.has_island() && !low.is_after(self.next) {
            self.next = self.next.later(high);
            self.island = (self.next, self.next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(raw: u32) -> Seq {
        Seq::new(raw)
    }

    #[test]
    fn an_acknowledged_hole_is_a_gap_and_a_filled_one_is_not() {
        let mut stream = Stream::starting_at(seq(u32::MAX - 9));
        stream.add(seq(u32::MAX - 9), seq(10));
        stream.add(seq(20), seq(30));
        assert_eq!(stream.acknowledge(seq(10)), 0);
        let mut filled = stream;
        filled.add(seq(10), seq(20));
        assert_eq!(filled.acknowledge(seq(30)), 0);
        assert_eq!(stream.acknowledge(seq(40)), 2, "before the island and after it");
        assert_eq!(stream.next, seq(40));
        assert_eq!(stream.acknowledge(seq(40)), 0);
    }

    #[test]
    fn an_acknowledgment_inside_the_first_hole_leaves_the_island() {
        let mut stream = Stream::starting_at(seq(1));
        stream.add(seq(11), seq(21));
        assert_eq!(stream.acknowledge(seq(5)), 1);
        assert_eq!(stream.acknowledge(seq(11)), 1);
        assert_eq!(stream.next, seq(21));
        assert_eq!(stream.acknowledge(seq(21)), 0);
    }
}
