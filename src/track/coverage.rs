//! Which octets of one direction were captured: RCV.NXT of the receiver as if
//! everything captured had arrived.

use crate::model::Seq;

use super::rest::{Reader, Writer};

/// Islands beyond the first hole that are kept apart; a further one is joined
/// to its neighbour, so that a hostile capture cannot make this grow.
const MAX_ISLANDS: usize = 16;

/// The octets of one direction seen so far.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The next octet expected in order (RCV.NXT).
    next: Seq,
    /// The highest end seen (SND.NXT).
    high: Seq,
    /// Octet ranges seen beyond `next`, ascending, disjoint.
    islands: Option<Box<Islands>>,
}

/// Rare, and most conversations have neither: out of the way.
#[derive(Clone, Debug, Default)]
struct Islands(Vec<(Seq, Seq)>);

/// What a range of octets was to a [`Coverage`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Added {
    /// Octets not seen before.
    pub new: u32,
    /// It began after the highest octet seen: octets in between are missing.
    pub leaves_gap: bool,
    /// It lies below the highest octet seen, and nothing of it was seen.
    pub fills_hole: bool,
}

impl Coverage {
    /// Nothing seen; `next` is the first octet expected.
    pub fn starting_at(next: Seq) -> Self {
        Coverage { next, high: next, islands: None }
    }

    /// Writes it; its numbers are near `near`.
    pub(super) fn put_down(&self, near: Seq, to: &mut Writer) {
        if self.islands.is_some() {
            to.refuse();
        }
        to.seq(self.next, near);
        to.seq(self.high, self.next);
    }

    /// What [`Coverage::put_down`] wrote.
    pub(super) fn take_up(near: Seq, from: &mut Reader<'_>) -> Self {
        let next = from.seq(near);
        Coverage { next, high: from.seq(next), islands: None }
    }

    /// The next octet expected in order (RCV.NXT).
    pub fn next(&self) -> Seq {
        self.next
    }

    /// The highest end seen (SND.NXT).
    pub fn high(&self) -> Seq {
        self.high
    }

    /// Whether octets below the highest are missing.
    pub fn has_hole(&self) -> bool {
        self.islands.is_some()
    }

    /// Adds `len` octets from `start` on.
    #[inline]
    pub fn add(&mut self, start: Seq, len: u32) -> Added {
        let end = start.advance(len);
        if start == self.next && start == self.high && self.islands.is_none() {
            // In order, as nearly always.
            self.next = end;
            self.high = end;
            return Added { new: len, leaves_gap: false, fills_hole: false };
        }
        self.add_out_of_order(start, end, len)
    }

    #[inline(never)] // keeps the way of most segments short
    fn add_out_of_order(&mut self, start: Seq, end: Seq, len: u32) -> Added {
        let leaves_gap = start.is_after(self.high);
        let below = start.is_before(self.high);
        let new = self.unseen(start, end);
        if new > 0 {
            self.insert(start, end);
        }
        self.high = self.high.later(end);
        Added { new, leaves_gap, fills_hole: below && new == len && len > 0 }
    }

    /// The receiver says that it has everything before `ack`: octets that were
    /// not captured reached it all the same. Gives how many.
    pub fn acknowledged(&mut self, ack: Seq) -> u32 {
        if !ack.is_after(self.next) {
            return 0;
        }
        let missing = self.unseen(self.next, ack);
        self.next = ack;
        self.high = self.high.later(ack);
        self.swallow();
        missing
    }

    /// Octets of `start..end` that were not seen.
    fn unseen(&self, start: Seq, end: Seq) -> u32 {
        let mut at = start.later(self.next);
        let mut unseen = 0;
        let islands = self.islands.as_ref().map_or(&[][..], |islands| &islands.0);
        for &(left, right) in islands {
            if !at.is_before(end) {
                break;
            }
            if left.is_after(at) {
                let stop = if left.is_before(end) { left } else { end };
                unseen += stop.relative_to(at);
            }
            at = at.later(right);
        }
        if at.is_before(end) { unseen + end.relative_to(at) } else { unseen }
    }

    fn insert(&mut self, start: Seq, end: Seq) {
        if start.is_after(self.next) {
            self.islands.get_or_insert_default().insert(start, end);
        } else {
            self.next = self.next.later(end);
            self.swallow();
        }
    }

    /// Takes in islands that `next` has reached.
    fn swallow(&mut self) {
        let Some(Islands(islands)) = self.islands.as_deref_mut() else { return };
        while let Some(&(left, right)) = islands.first() {
            if left.is_after(self.next) {
                return;
            }
            self.next = self.next.later(right);
            islands.remove(0);
        }
        self.islands = None;
    }
}

impl Islands {
    fn insert(&mut self, start: Seq, end: Seq) {
        let islands = &mut self.0;
        let at = islands.iter().position(|&(left, _)| left.is_after(start));
        islands.insert(at.unwrap_or(islands.len()), (start, end));
        self.join();
        let islands = &mut self.0;
        if islands.len() > MAX_ISLANDS {
            let (_, right) = islands.remove(MAX_ISLANDS);
            islands[MAX_ISLANDS - 1].1 = right;
        }
    }

    /// Joins islands that touch.
    fn join(&mut self) {
        let islands = &mut self.0;
        let mut i = 0;
        while i + 1 < islands.len() {
            let (left, right) = (islands[i], islands[i + 1]);
            if right.0.is_after(left.1) {
                i += 1;
            } else {
                islands[i].1 = left.1.later(right.1);
                islands.remove(i + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(n: u32) -> Seq {
        Seq::new(n)
    }

    #[test]
    fn in_order_octets_advance_rcv_nxt() {
        let mut c = Coverage::starting_at(seq(100));
        assert_eq!(c.add(seq(100), 10), Added { new: 10, leaves_gap: false, fills_hole: false });
        assert_eq!((c.next(), c.high()), (seq(110), seq(110)));
    }

    #[test]
    fn a_hole_holds_rcv_nxt_until_it_is_filled() {
        let mut c = Coverage::starting_at(seq(0));
        assert!(c.add(seq(10), 10).leaves_gap);
        assert_eq!((c.next(), c.high()), (seq(0), seq(20)));
        let fill = c.add(seq(0), 10);
        assert!(fill.fills_hole && fill.new == 10);
        assert_eq!((c.next(), c.has_hole()), (seq(20), false));
    }

    #[test]
    fn a_retransmission_brings_nothing_new() {
        let mut c = Coverage::starting_at(seq(u32::MAX - 4));
        c.add(seq(u32::MAX - 4), 10);
        assert_eq!(c.next(), seq(5));
        assert_eq!(c.add(seq(u32::MAX), 3).new, 0);
        assert_eq!(c.add(seq(0), 10).new, 5);
    }

    #[test]
    fn an_acknowledgment_skips_what_was_never_captured() {
        let mut c = Coverage::starting_at(seq(0));
        c.add(seq(100), 50);
        c.acknowledged(seq(100));
        assert_eq!(c.next(), seq(150));
    }

    #[test]
    fn islands_are_bounded() {
        let mut c = Coverage::starting_at(seq(0));
        for i in 1..1000 {
            c.add(seq(i * 10), 5);
        }
        assert!(c.islands.as_ref().is_some_and(|islands| islands.0.len() <= MAX_ISLANDS));
        assert_eq!(c.high(), seq(9995));
    }
}
