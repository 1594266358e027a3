//! One connection captured before and after address translation: two pairs of
//! addresses, the same numbers.

use std::num::NonZeroU64;

use crate::model::{Segment, Seq, Timestamp};

/// SYNs remembered. Each has one place, by its numbers: a later one takes it.
const REMEMBERED: usize = 256;

/// A router takes less than this, in nanoseconds.
const CLOSE: i64 = 10_000_000;

/// Pairs of addresses that one SYN is believed to have had. A flood may send it, as it
/// is, from thousands.
const PAIRS: u8 = 4;

#[derive(Clone, Copy, Debug)]
struct Syn {
    isn: Seq,
    tsval: Option<u32>,
    /// IP ID, which a router does not change.
    id: Option<u16>,
    at: Timestamp,
    conversation: NonZeroU64,
    /// Pairs of addresses that it was seen with, up to [`PAIRS`].
    pairs: u8,
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
    /// addresses: equal ISN, and time stamp or IP ID. The ISN alone tells nothing: a port
    /// scanner asks all ports with one.
    pub fn of(&mut self, seg: &Segment<'_>, conversation: u64) -> Option<NonZeroU64> {
        let (syn, twin) = self.meet(seg, conversation)?;
        *self.place(syn.isn) = Some(syn);
        twin
    }

    /// Remembers a SYN of which there was none; `false`: there was, and nothing is
    /// remembered.
    pub fn note(&mut self, seg: &Segment<'_>, conversation: u64) -> bool {
        let Some((syn, None)) = self.meet(seg, conversation) else { return false };
        *self.place(syn.isn) = Some(syn);
        true
    }

    /// The SYN as it is to be remembered, and the conversation of its twin.
    fn meet(&mut self, seg: &Segment<'_>, conversation: u64) -> Option<(Syn, Option<NonZeroU64>)> {
        let mut syn = Syn::of(seg, conversation)?;
        let old = self.place(syn.isn).filter(|old| syn.is_again(old));
        let pairs = old.map_or(0, |old| old.pairs);
        syn.pairs = PAIRS.min(pairs + 1);
        Some((syn, old.filter(|_| pairs < PAIRS).map(|old| old.conversation)))
    }

    fn place(&mut self, isn: Seq) -> &mut Option<Syn> {
        let mixed = isn.raw().wrapping_mul(0x9e37_79b1) >> 24;
        &mut self.0[mixed as usize % REMEMBERED]
    }
}

impl Syn {
    fn of(seg: &Segment<'_>, conversation: u64) -> Option<Syn> {
        let tsval = seg.timestamps().map(|ts| ts.val);
        let conversation = NonZeroU64::new(conversation)?;
        Some(Syn { isn: seg.seq, tsval, id: seg.ip.id, at: seg.at, conversation, pairs: 1 })
    }

    /// Whether it is one that was seen.
    fn is_again(&self, old: &Syn) -> bool {
        // ISN 0 is what generated captures have, and IP ID 0 tells nothing.
        let same = old.isn == self.isn && old.tsval == self.tsval && self.isn.raw() != 0;
        let close = self.at.nanos_since(old.at).abs() <= CLOSE;
        let identified = self.id.is_some_and(|id| id != 0) && old.id == self.id;
        same && close && (self.tsval.is_some() || identified)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::model::{Endpoint, Flags, IpMeta};

    /// A SYN of the `nth` client, after so many milliseconds.
    fn syn(nth: u8, isn: u32, id: u16, options: &[u8]) -> Segment<'_> {
        let end = |host| Endpoint { addr: IpAddr::V4(Ipv4Addr::new(10, 0, 0, host)), port: 4000 };
        Segment {
            at: Timestamp::from_nanos(i64::from(nth) * 1_000_000),
            ip: IpMeta { id: Some(id), ttl: 64, ..IpMeta::default() },
            seq: Seq::new(isn),
            options,
            header_len: 20 + options.len() as u8,
            ..Segment::bare(end(nth), end(200), Flags::SYN)
        }
    }

    /// The twins of SYNs whose conversations are counted from 1.
    fn twins<'a>(syns: impl IntoIterator<Item = Segment<'a>>) -> Vec<u64> {
        let mut twins = Twins::default();
        let of = |(syn, n): (Segment<'_>, u64)| twins.of(&syn, n).map_or(0, NonZeroU64::get);
        syns.into_iter().zip(1..).map(of).collect()
    }

    const STAMPS: [u8; 12] = [1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0];

    #[test]
    fn a_syn_that_kept_its_numbers_is_the_same() {
        assert_eq!(twins([syn(1, 7, 3, &[]), syn(2, 7, 3, &[])]), [0, 1]);
        assert_eq!(twins([syn(1, 7, 3, &STAMPS), syn(2, 7, 4, &STAMPS)]), [0, 1], "its router numbers anew");
        assert_eq!(twins([syn(1, 7, 3, &STAMPS), syn(2, 7, 3, &[])]), [0, 0], "another time stamp");
        assert_eq!(twins([syn(1, 7, 3, &[]), syn(12, 7, 3, &[])]), [0, 0], "too late");
    }

    #[test]
    fn the_probes_of_a_scan_are_none() {
        assert_eq!(twins((1..9).map(|n| syn(n, 7, n.into(), &[]))), [0; 8]);
        assert_eq!(twins((1..9).map(|n| syn(n, 7, 0, &[]))), [0; 8], "an ID that tells nothing");
    }

    #[test]
    fn a_flood_of_one_syn_is_not_a_row_of_routers() {
        assert_eq!(twins((1..9).map(|n| syn(n, 7, 3, &[]))), [0, 1, 2, 3, 0, 0, 0, 0]);
    }

    #[test]
    fn noted_is_what_has_no_twin() {
        let mut twins = Twins::default();
        let mut of = |n: u8, id| twins.note(&syn(n, 7, id, &[]), n.into());
        assert_eq!([of(1, 3), of(2, 3), of(3, 4), of(4, 3)], [true, false, true, true]);
    }
}
