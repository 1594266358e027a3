//! The texts of one table, one behind the other in one string, so that a cell
//! costs no allocation.

use std::fmt;

use super::style::{Style, width};

/// A text in a store, and the cells that it takes. That without octets is the
/// default.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Text {
    from: u32,
    to: u32,
    pub cells: u32,
}

impl Text {
    /// Cells that it takes.
    pub fn width(self) -> usize {
        self.cells as usize
    }
}

/// Texts, to be emptied and used again.
#[derive(Debug, Default)]
pub(super) struct Store {
    octets: String,
}

impl Store {
    /// Forgets all texts.
    pub fn clear(&mut self) {
        self.octets.clear();
    }

    /// A text of a store; none of another one.
    pub fn get(&self, text: Text) -> &str {
        self.octets.get(text.from as usize..text.to as usize).unwrap_or_default()
    }

    /// Adds a text of ASCII. What is beyond 4 GB is left out.
    #[inline]
    pub fn plain(&mut self, write: impl FnOnce(&mut String) -> fmt::Result) -> Text {
        let from = self.octets.len();
        // Writing to a string cannot fail.
        let _ = write(&mut self.octets);
        let (Ok(from), Ok(to)) = (u32::try_from(from), u32::try_from(self.octets.len())) else {
            return Text::default();
        };
        Text { from, to, cells: to - from }
    }

    /// Adds any text, in ASCII if it must be.
    #[inline]
    pub fn tidied(&mut self, ascii: bool, write: impl FnOnce(&mut String) -> fmt::Result) -> Text {
        let text = self.plain(write);
        let its = self.get(text);
        if its.is_ascii() {
            return text;
        }
        if !ascii {
            return Text { cells: u32::try_from(width(its)).unwrap_or(u32::MAX), ..text };
        }
        let tidy = Style { ascii, ..Style::default() }.tidy(its.to_owned());
        self.octets.truncate(text.from as usize);
        let text = self.plain(|octets| {
            octets.push_str(&tidy);
            Ok(())
        });
        // Languages of other letters keep them.
        Text { cells: u32::try_from(width(&tidy)).unwrap_or(u32::MAX), ..text }
    }
}
