//! A window over a stream of octets: blocks are read into one buffer, records
//! are looked at where they lie.

use std::io::{self, Read};

/// What one read asks the system for.
const BLOCK: usize = 256 * 1024;

/// The octets of a stream from a moving position on.
pub(super) struct Window {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Octets of the stream before `buffer[0]`.
    before: u64,
    ended: bool,
}

impl Window {
    /// A window at the beginning of a stream. `first` octets are asked for at
    /// first: few for a file that is only looked into.
    pub(super) fn new(input: Box<dyn Read + Send>, first: usize) -> Window {
        Window { input, buffer: vec![0; first.max(64)], start: 0, end: 0, before: 0, ended: false }
    }

    /// Makes the next `count` octets visible. `false`: the stream ends before.
    #[inline]
    pub(super) fn have(&mut self, count: usize) -> io::Result<bool> {
        if self.end - self.start >= count { Ok(true) } else { self.fill(count) }
    }

    /// What is visible from the position on.
    #[inline]
    pub(super) fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// The first octets of what is visible.
    #[inline]
    pub(super) fn head<const N: usize>(&self) -> Option<&[u8; N]> {
        self.rest().first_chunk()
    }

    /// Moves on over octets that are visible.
    #[inline]
    pub(super) fn advance(&mut self, count: usize) {
        self.start = self.end.min(self.start.saturating_add(count));
    }

    /// Moves on over octets that need not be visible, without keeping them.
    /// Gives how many there were.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<u64> {
        let mut left = count;
        while left > 0 && self.have(1)? {
            let step = usize::try_from(left).unwrap_or(usize::MAX).min(self.end - self.start);
            self.advance(step);
            left -= step as u64;
        }
        Ok(count - left)
    }

    /// Where the position is in the buffer. A range from there stays valid
    /// until the next call that may read.
    #[inline]
    pub(super) fn position(&self) -> usize {
        self.start
    }

    /// A part of the buffer, which [`Window::position`] helped to find.
    #[inline]
    pub(super) fn part(&self, start: usize, len: usize) -> &[u8] {
        self.buffer.get(start..).and_then(|from| from.get(..len)).unwrap_or_default()
    }

    /// Octets of the stream before the position.
    pub(super) fn offset(&self) -> u64 {
        self.before + self.start as u64
    }

    #[cold]
    fn fill(&mut self, count: usize) -> io::Result<bool> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.before += self.start as u64;
        self.end -= self.start;
        self.start = 0;
        while self.end < count && !self.ended {
            if self.end == self.buffer.len() || (self.before > 0 && self.buffer.len() < BLOCK) {
                self.grow(count);
            }
            let Some(room) = self.buffer.get_mut(self.end..) else { break };
            match self.input.read(room) {
                Ok(0) => self.ended = true,
                Ok(got) => self.end += got.min(room.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    return Err(error);
                }
            }
        }
        Ok(self.end >= count)
    }

    /// Doubles, so that a length that is not true costs no more memory than
    /// twice the octets that are really there.
    fn grow(&mut self, count: usize) {
        let wanted = count.max(BLOCK).min(self.buffer.len().saturating_mul(2).max(BLOCK));
        self.buffer.resize(wanted, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its octets a few at a time.
    struct Drip(io::Cursor<Vec<u8>>, usize);

    impl Read for Drip {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(room.len());
            self.0.read(&mut room[..most])
        }
    }

    fn window(len: usize, drip: usize) -> Window {
        let octets = (0..len).map(|i| (i % 251) as u8).collect();
        Window::new(Box::new(Drip(io::Cursor::new(octets), drip)), 64)
    }

    #[test]
    fn records_are_whole_however_the_octets_arrive() {
        for drip in [1, 7, 64, 1000, usize::MAX] {
            let mut window = window(10_000, drip);
            for record in 0..100 {
                assert!(window.have(100).unwrap());
                assert_eq!(window.offset(), record * 100);
                assert_eq!(window.rest()[99], ((record * 100 + 99) % 251) as u8);
                window.advance(100);
            }
            assert!(!window.have(1).unwrap());
        }
    }

    #[test]
    fn a_length_that_is_not_true_costs_little_memory() {
        let mut window = window(1000, usize::MAX);
        assert!(!window.have(1 << 30).unwrap());
        assert!(window.buffer.len() <= 2 * BLOCK);
        assert_eq!(window.rest().len(), 1000);
    }

    #[test]
    fn skipping_counts_what_is_there() {
        let mut window = window(700_000, 100_000);
        assert_eq!(window.skip(600_000).unwrap(), 600_000);
        assert_eq!(window.offset(), 600_000);
        assert_eq!(window.skip(600_000).unwrap(), 100_000);
    }
}
