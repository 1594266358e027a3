//! Conversations end in any order; they are printed in the order of their
//! numbers, as far as that needs little memory.

use std::collections::BTreeMap;

use super::blocks::{Blocks, Place};

/// Texts that wait for the conversations before them.
#[derive(Debug)]
pub(super) struct InOrder {
    next: u64,
    waiting: BTreeMap<u64, Place>,
    texts: Blocks,
    octets: usize,
    most: usize,
    most_octets: usize,
    begun: bool,
}

impl InOrder {
    /// At most 4096 texts or 8 MB wait, in at most 12 MB of memory; none at all if
    /// `live`.
    pub fn new(live: bool) -> Self {
        InOrder::with_limits(if live { 0 } else { 4096 }, 8_000_000)
    }

    fn with_limits(most: usize, most_octets: usize) -> Self {
        InOrder {
            next: 1,
            waiting: BTreeMap::new(),
            texts: Blocks::default(),
            octets: 0,
            most,
            most_octets,
            begun: false,
        }
    }

    /// Conversation `number` is over, and `text` is to be printed of it (nothing,
    /// if it is empty). Appends what can be printed now; where the very first
    /// text begins is returned.
    pub fn done(&mut self, number: u64, text: &str, out: &mut Vec<u8>) -> Option<usize> {
        let from = out.len();
        if number < self.next {
            // Its place was given up.
            out.extend_from_slice(text.as_bytes());
        } else if number == self.next {
            out.extend_from_slice(text.as_bytes());
            self.next += 1;
            self.advance(out);
        } else {
            self.octets += text.len();
            self.waiting.insert(number, self.texts.add(text));
            // Those before the first that waits are given up, not the order of the rest.
            while self.waiting.len() > self.most || self.octets > self.most_octets || self.texts.is_sparse() {
                self.print_first(out);
            }
        }
        self.first(from, out)
    }

    /// Prints all that waits; where the very first text begins is returned.
    pub fn flush(&mut self, out: &mut Vec<u8>) -> Option<usize> {
        let from = out.len();
        self.print_all(out);
        self.first(from, out)
    }

    fn first(&mut self, from: usize, out: &[u8]) -> Option<usize> {
        let first = !self.begun && out.len() > from;
        self.begun |= first;
        first.then_some(from)
    }

    fn print_all(&mut self, out: &mut Vec<u8>) {
        while !self.waiting.is_empty() {
            self.print_first(out);
        }
    }

    /// Prints the first that waits, and those that follow it at once.
    fn print_first(&mut self, out: &mut Vec<u8>) {
        if let Some((number, place)) = self.waiting.pop_first() {
            self.octets -= self.texts.take(place, out);
            self.next = number.saturating_add(1);
            self.advance(out);
        }
    }

    fn advance(&mut self, out: &mut Vec<u8>) {
        while let Some(first) = self.waiting.first_entry().filter(|first| *first.key() == self.next) {
            self.octets -= self.texts.take(first.remove(), out);
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(order: &mut InOrder, numbers: &[u64]) -> String {
        let mut out = Vec::new();
        for n in numbers {
            order.done(*n, &format!("{n} "), &mut out);
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_later_one_waits_for_an_earlier_one() {
        let mut order = InOrder::new(false);
        assert_eq!(run(&mut order, &[3, 2]), "");
        assert_eq!(run(&mut order, &[1, 4]), "1 2 3 4 ");
    }

    #[test]
    fn waiting_is_bounded_and_nothing_is_lost_or_printed_twice() {
        let mut order = InOrder::with_limits(2, 1000);
        assert_eq!(run(&mut order, &[2, 3]), "");
        assert_eq!(run(&mut order, &[5]), "2 3 ");
        assert_eq!(run(&mut order, &[6, 1, 4]), "1 4 5 6 ");
        // What never ends costs its own place only.
        assert_eq!(run(&mut order, &[9, 10, 12]), "9 10 ");
        assert_eq!(run(&mut order, &[11, 8, 13]), "11 12 8 13 ");
    }

    #[test]
    fn the_octets_that_wait_are_bounded_too() {
        let mut order = InOrder::with_limits(100, 5);
        assert_eq!(run(&mut order, &[2, 4, 6]), "2 ");
        assert_eq!(run(&mut order, &[1, 3]), "1 3 4 ");
    }

    #[test]
    fn at_the_end_the_rest_is_printed_in_order() {
        let mut order = InOrder::new(false);
        assert_eq!(run(&mut order, &[9, 7]), "");
        let mut out = b"head ".to_vec();
        assert_eq!(order.flush(&mut out), Some(5));
        assert_eq!(out, b"head 7 9 ");
    }

    #[test]
    fn live_nothing_waits() {
        assert_eq!(run(&mut InOrder::new(true), &[3, 1, 2]), "3 1 2 ");
    }
}
