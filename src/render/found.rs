//! What a selection found, and whether it is as expected.

use std::cell::{Cell, RefCell};

/// Conversations that are named when they are not as expected.
const NAMED: usize = 5;

/// What became of a selection; shared with the sink that fills it in.
#[derive(Debug, Default)]
pub struct Found {
    /// Conversations that were shown.
    pub shown: Cell<u64>,
    /// Conversations, or exchanges of datagrams, of which something is expected.
    pub expected: Cell<u64>,
    /// Those of them whose segments were too long to be held back.
    pub cut: Cell<u64>,
    /// Those that are not as expected.
    pub unmet: Cell<u64>,
    /// Some of these: number and slugs.
    pub named: RefCell<Vec<String>>,
    /// All that are wanted are over: nothing more need be read.
    pub full: Cell<bool>,
}

impl Found {
    /// One of which something is expected.
    pub(super) fn hold(&self, is_as_expected: bool, name: impl FnOnce() -> String) {
        self.expected.set(self.expected.get() + 1);
        if is_as_expected {
            return;
        }
        self.unmet.set(self.unmet.get() + 1);
        let mut named = self.named.borrow_mut();
        if named.len() < NAMED {
            named.push(name());
        }
    }
}
