//! The same segments in the words of other tools, by their rules and not by
//! ours: they count copies and strays, and they believe what the flags say.

mod ends;
mod history;
mod notes;
mod stream;
#[cfg(test)]
mod tests;
mod wireshark;
mod zeek;

use crate::model::{Segment, Timestamp};

use super::state::Side;

pub use ends::EndState;
pub use history::History;
pub use wireshark::Wireshark;
pub use zeek::Zeek;

/// What other tools remember of a conversation.
#[derive(Clone, Debug, Default)]
#[repr(C)] // what every segment changes lies together
pub struct Dialects {
    /// Wireshark, for its TCP conversations.
    pub wireshark: Wireshark,
    /// Zeek, for `conn.log`.
    pub zeek: Zeek,
}

impl Dialects {
    /// Takes in a segment; `last` is the time of the one before.
    #[inline]
    pub(super) fn observe(&mut self, seg: &Segment<'_>, from: Side, last: Timestamp) {
        self.wireshark.observe(seg);
        self.zeek.observe(seg, from, last);
    }
}
