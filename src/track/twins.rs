//! One connection captured before and after address translation: two pairs of
//! addresses, the same numbers.

use std::num::NonZeroU64;

use crate::model::{Segment, Seq, Timestamp};

/// SYNs remembered. Each has one place, by its numbers: a later one takes it.
const REMEMBERED: usize = 256;

/// A router takes less than this, in nanoseconds.
const CLOSE: i64 = 10_000_000;

#[derive(Clone, Copy, Debug)]
struct Syn {
    isn: Seq,
    tsval: Option<u32>,
    at: Timestamp,
    conversation: NonZeroU64,
}

/// The last SYNs of a capture.
#[derive(Debug)]
pub(super) struct Twins(Box<[Option<Syn>; REMEMBERED]>);

impl Default for Twins {
    fn default() -> Self {
        Twins(Box::new([None; REMEMBERED]))
    }
}

impl Twins {
    /// The conversation that began a moment ago with the same SYN between other
    /// addresses: equal ISN and time stamp; a chance of one in 2^32 even without
    /// the latter.
    pub fn of(&mut self, seg: &Segment<'_>, conversation: u64) -> Option<NonZeroU64> {
        let tsval = seg.timestamps().map(|ts| ts.val);
        let syn = Syn { isn: seg.seq, tsval, at: seg.at, conversation: NonZeroU64::new(conversation)? };
        let mixed = syn.isn.raw().wrapping_mul(0x9e37_79b1) >> 24;
        let place = &mut self.0[mixed as usize % REMEMBERED];
        // ISN 0 is what generated captures have.
        let twin = place.filter(|old| {
            let same = old.isn == syn.isn && old.tsval == syn.tsval && syn.isn.raw() != 0;
            same && syn.at.nanos_since(old.at).abs() <= CLOSE && (tsval.is_some() || seg.ip.id.is_some())
        });
        *place = Some(syn);
        twin.map(|twin| twin.conversation)
    }
}
