//! Rows in another order than that of their numbers.
//!
//! They wait for the end, at most [`KEPT`] of them: beyond, those that would come
//! last in the order are left out, and counted.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::render::Judged;
use crate::track::Side;

/// Rows that are kept; a summary that is longer is sorted by other programs.
const KEPT: usize = 100_000;

/// What rows are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// The first segment, the earliest first.
    Start,
    /// From the first segment to the last, the longest first.
    Duration,
    /// SYN to SYN-ACK, the longest first; those without one last.
    RoundTrip,
    /// Payload octets of both sides, the most first.
    Bytes,
}

impl Sort {
    /// What comes first has the greatest key.
    fn key(self, judged: &Judged<'_>) -> u64 {
        let nanos = |time: std::time::Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        match self {
            // Times before 1970 are negative.
            Sort::Start => !(judged.conversation.first.at.as_nanos() as u64 ^ 1 << 63),
            Sort::Duration => nanos(judged.times.lasted),
            Sort::RoundTrip => judged.times.synack_rtt.map_or(0, |time| nanos(time).saturating_add(1)),
            Sort::Bytes => Side::BOTH
                .iter()
                .fold(0, |sum: u64, &side| sum.saturating_add(judged.conversation.side(side).bytes)),
        }
    }
}

/// Key, number (of equals the first comes first), and text of a row.
type Kept = (u64, Reverse<u64>, Box<str>);

/// Rows that wait.
pub(super) struct Sorted {
    by: Sort,
    /// The last one in the order on top.
    rows: BinaryHeap<Reverse<Kept>>,
    most: usize,
    left_out: u64,
}

impl Sorted {
    pub fn new(by: Sort) -> Self {
        Sorted { by, rows: BinaryHeap::new(), most: KEPT, left_out: 0 }
    }

    pub fn add(&mut self, judged: &Judged<'_>, text: &str) {
        self.keep((self.by.key(judged), Reverse(judged.conversation.number), text.into()));
    }

    fn keep(&mut self, row: Kept) {
        self.rows.push(Reverse(row));
        if self.rows.len() > self.most {
            self.rows.pop();
            self.left_out += 1;
        }
    }

    /// Appends the rows; how many were left out is returned.
    pub fn print(self, out: &mut Vec<u8>) -> u64 {
        for Reverse((.., text)) in self.rows.into_sorted_vec() {
            out.extend_from_slice(text.as_bytes());
        }
        self.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(most: usize) -> (String, u64) {
        let mut sorted = Sorted { most, ..Sorted::new(Sort::Bytes) };
        for (key, number) in [(5, 1), (7, 2), (5, 3), (9, 4), (0, 5)] {
            sorted.keep((key, Reverse(number), number.to_string().into()));
        }
        let mut out = Vec::new();
        let left_out = sorted.print(&mut out);
        (String::from_utf8(out).unwrap(), left_out)
    }

    #[test]
    fn the_greatest_comes_first_and_of_equals_the_first() {
        assert_eq!(printed(10), ("42135".to_owned(), 0));
    }

    #[test]
    fn beyond_the_bound_the_last_in_the_order_are_left_out() {
        assert_eq!(printed(3), ("421".to_owned(), 2));
    }
}
