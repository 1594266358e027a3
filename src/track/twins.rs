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
        let syn = Syn::of(seg, conversation)?;
        let place = self.place(syn.isn);
        let twin = place.filter(|old| syn.is_again(old, seg));
        *place = Some(syn);
        twin.map(|twin| twin.conversation)
    }

    /// Remembers a SYN of which there was none; `false`: there was, and nothing is
    /// remembered.
    pub fn note(&mut self, seg: &Segment<'_>, conversation: u64) -> bool {
        let Some(syn) = Syn::of(seg, conversation) else { return false };
        let place = self.place(syn.isn);
        let alone = !place.is_some_and(|old| syn.is_again(&old, seg));
        if alone {
            *place = Some(syn);
        }
        alone
    }

    fn place(&mut self, isn: Seq) -> &mut Option<Syn> {
        let mixed = isn.raw().wrapping_mul(0x9e37_79b1) >> 24;
        &mut self.0[mixed as usize % REMEMBERED]
    }
}

impl Syn {
    fn of(seg: &Segment<'_>, conversation: u64) -> Option<Syn> {
        let tsval = seg.timestamps().map(|ts| ts.val);
        Some(Syn { isn: seg.seq, tsval, at: seg.at, conversation: NonZeroU64::new(conversation)? })
    }

    /// Whether it, of `seg`, is one that was seen.
    fn is_again(&self, old: &Syn, seg: &Segment<'_>) -> bool {
        // ISN 0 is what generated captures have.
        let same = old.isn == self.isn && old.tsval == self.tsval && self.isn.raw() != 0;
        let close = self.at.nanos_since(old.at).abs() <= CLOSE;
        same && close && (self.tsval.is_some() || seg.ip.id.is_some())
    }
}
