//! One connection captured before and after address translation: two pairs of
//! addresses, the same numbers.

use crate::model::{Segment, Seq, TcpOption, Timestamp};

/// SYNs remembered.
const REMEMBERED: usize = 64;

/// A router takes less than this, in nanoseconds.
const CLOSE: i64 = 10_000_000;

#[derive(Clone, Copy, Debug)]
struct Syn {
    isn: Seq,
    tsval: Option<u32>,
    at: Timestamp,
    conversation: u64,
}

/// The last SYNs of a capture.
#[derive(Debug, Default)]
pub(super) struct Twins {
    syns: Vec<Syn>,
    next: usize,
}

impl Twins {
    /// The conversation that began a moment ago with the same SYN between other
    /// addresses: equal ISN and time stamp; a chance of one in 2^32 even without
    /// the latter.
    pub fn of(&mut self, seg: &Segment<'_>, conversation: u64) -> Option<u64> {
        let tsval = seg.options().find_map(|option| match option {
            Ok(TcpOption::Timestamps(ts)) => Some(ts.val),
            _ => None,
        });
        let syn = Syn { isn: seg.seq, tsval, at: seg.at, conversation };
        // ISN 0 is what generated captures have.
        let twin = self.syns.iter().find(|old| {
            let same = old.isn == syn.isn && old.tsval == syn.tsval && syn.isn.raw() != 0;
            same && syn.at.nanos_since(old.at).abs() <= CLOSE && (tsval.is_some() || seg.ip.id.is_some())
        });
        let twin = twin.map(|twin| twin.conversation);
        if self.syns.len() < REMEMBERED {
            self.syns.push(syn);
        } else if let Some(slot) = self.syns.get_mut(self.next) {
            *slot = syn;
            self.next = (self.next + 1) % REMEMBERED;
        }
        twin
    }
}
