//! Rows in another order than that of their numbers.
//!
//! They wait for the end, at most [`KEPT`] of them: beyond, those that would come
//! last in the order are left out, and counted.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use crate::model::Timestamp;
use crate::render::{Judged, Which};
use crate::track::{Exchange, Side};

/// Rows that are kept; a summary that is longer is sorted by other programs.
const KEPT: usize = 100_000;

/// What rows are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// The first segment, the earliest first.
    Start,
    /// From the first segment to the last, the longest first.
    Duration,
    /// SYN to SYN-ACK, or datagram to answer, the longest first; those without one
    /// last.
    RoundTrip,
    /// Payload octets of both sides, the most first.
    Bytes,
}

impl Sort {
    /// What comes first has the greatest key.
    fn key(self, judged: &Judged<'_>) -> u64 {
        match self {
            Sort::Start => begins(judged.conversation.first.at),
            Sort::Duration => nanos(judged.times.lasted),
            Sort::RoundTrip => round_trip(judged.times.synack_rtt),
            Sort::Bytes => sum(Side::BOTH.map(|side| judged.conversation.side(side).bytes)),
        }
    }

    /// The same of an exchange.
    fn key_of(self, exchange: &Exchange) -> u64 {
        match self {
            Sort::Start => begins(exchange.first.at),
            Sort::Duration => nanos(exchange.lasted()),
            Sort::RoundTrip => round_trip(exchange.answered_after()),
            Sort::Bytes => sum(exchange.bytes),
        }
    }
}

/// Times before 1970 are negative.
fn begins(at: Timestamp) -> u64 {
    !(at.as_nanos() as u64 ^ 1 << 63)
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn round_trip(time: Option<Duration>) -> u64 {
    time.map_or(0, |time| nanos(time).saturating_add(1))
}

fn sum([up, down]: [u64; 2]) -> u64 {
    up.saturating_add(down)
}

/// Key, number (of equals the first comes first), and text of a row.
type Kept = (u64, Reverse<Which>, Box<str>);

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
        let number = Which::Conversation(judged.conversation.number);
        self.keep((self.by.key(judged), Reverse(number), text.into()));
    }

    pub fn add_exchange(&mut self, exchange: &Exchange, text: &str) {
        self.keep((self.by.key_of(exchange), Reverse(Which::Exchange(exchange.number)), text.into()));
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
            sorted.keep((key, Reverse(Which::Conversation(number)), number.to_string().into()));
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
