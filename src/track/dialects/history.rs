//! Zeek's `history`: one letter an event, in the order of events.

use std::fmt;

/// Letters kept; later ones are dropped.
const MAX: usize = 31;

/// Letters in the order in which they were noted: upper case for the
/// originator, lower case for the responder.
#[derive(Clone, Copy)]
pub struct History {
    letters: [u8; MAX],
    len: u8,
}

impl Default for History {
    fn default() -> Self {
        History { letters: [0; MAX], len: 0 }
    }
}

impl History {
    /// Notes a letter; if there is no room left, it is lost.
    pub(super) fn push(&mut self, letter: u8) {
        if let Some(place) = self.letters.get_mut(usize::from(self.len)) {
            *place = letter;
            self.len += 1;
        }
    }

    /// What the originator did, the responder did, and the other way round; `^` says so.
    pub(super) fn reverse(&mut self) {
        for letter in &mut self.letters {
            *letter ^= if letter.is_ascii_alphabetic() { 0x20 } else { 0 };
        }
        self.letters.copy_within(..MAX - 1, 1);
        self.letters[0] = b'^';
        self.len = (self.len + 1).min(MAX as u8);
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        let letters = self.letters.get(..usize::from(self.len)).unwrap_or_default();
        std::str::from_utf8(letters).unwrap_or_default()
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_the_room_are_dropped() {
        let mut history = History::default();
        for _ in 0..MAX {
            history.push(b'R');
        }
        history.push(b'F');
        assert_eq!(history.as_str(), "R".repeat(31));
    }
}
