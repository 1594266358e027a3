//! Which frame carried which octets: so that a retransmission can name the
//! frame that it repeats.

use crate::model::{Segment, Seq};

use super::rest::{Reader, Writer};
use super::state::Side;

/// Segments remembered of one direction to begin with.
const FEW: usize = 2;

/// And at most, while they are not acknowledged.
const MOST: usize = 64;

/// Payload of a segment that a small path MTU could stop: larger ones than a sender
/// sends that knows nothing of the path (576 octets with headers, RFC 1122 §3.3.3).
const FULL: u32 = 576 - 40;

/// So many times a full-sized segment was sent before it is called stuck: one loss
/// after the other is not likely, while others pass.
const STUCK: u32 = 3;

/// A segment that brought something new.
#[derive(Clone, Copy, Debug, Default)]
struct Carried {
    start: Seq,
    len: u32,
    /// The low half of the frame's number: a repetition comes within 2^32 frames.
    frame: u32,
}

impl Carried {
    fn has(&self, seq: Seq) -> bool {
        seq.relative_to(self.start) < self.len
    }
}

/// The last segments of one direction, in the order in which they came.
#[derive(Clone, Debug, Default)]
struct Sent {
    few: [Carried; FEW],
    /// What few conversations need.
    more: Option<Box<More>>,
    /// How many of the few there are.
    len: u8,
    /// The oldest, once the ring goes round.
    oldest: u8,
    /// Payload of its largest segment.
    largest: u32,
}

/// What is remembered of a direction with much in flight, or with losses.
#[derive(Clone, Debug, Default)]
struct More {
    /// All segments, once a few are not enough.
    many: Vec<Carried>,
    stuck: Option<Stuck>,
}

/// A full-sized segment that is sent again and again.
#[derive(Clone, Copy, Debug)]
struct Stuck {
    seq: Seq,
    len: u32,
    tries: u32,
}

impl Sent {
    fn ring(&self) -> &[Carried] {
        match &self.more {
            Some(more) if !more.many.is_empty() => &more.many,
            _ => &self.few[..usize::from(self.len)],
        }
    }

    fn ring_mut(&mut self) -> &mut [Carried] {
        match &mut self.more {
            Some(more) if !more.many.is_empty() => &mut more.many,
            _ => &mut self.few[..usize::from(self.len)],
        }
    }

    /// Remembers a segment in the place of the oldest one, unless that may still
    /// have to be sent again: then there is one place more, up to [`MOST`].
    fn note(&mut self, carried: Carried, acked: Option<Seq>) {
        let waits = |old: &Carried| acked.is_none_or(|acked| old.start.advance(old.len).is_after(acked));
        let (at, len) = (usize::from(self.oldest), self.ring().len());
        let full = len >= MOST || len >= FEW && self.ring().get(at).is_some_and(|old| !waits(old));
        if full {
            self.ring_mut()[at] = carried;
            self.oldest = ((at + 1) % len) as u8;
        } else if len < FEW {
            self.few[len] = carried;
            self.len += 1;
        } else {
            let many = &mut self.more.get_or_insert_default().many;
            if many.is_empty() {
                many.extend(self.few);
            }
            many.rotate_left(at);
            many.push(carried);
            self.oldest = 0;
        }
    }

    /// The latest segment that began with this octet, or else had it.
    fn find(&self, seq: Seq) -> Option<u32> {
        let (newer, older) = self.ring().split_at_checked(usize::from(self.oldest))?;
        let latest_first = || newer.iter().rev().chain(older.iter().rev());
        let same = latest_first().find(|sent| sent.start == seq);
        same.or_else(|| latest_first().find(|sent| sent.has(seq))).map(|sent| sent.frame)
    }
}

/// What was carried by which frame, both directions: a few segments of each, and
/// no more than 64 while none is acknowledged.
#[derive(Clone, Debug, Default)]
pub(super) struct Trail {
    sent: [Sent; 2],
}

impl Trail {
    /// A segment of `from` brought new octets; the other side has acknowledged
    /// everything before `acked`.
    pub fn note(&mut self, seg: &Segment<'_>, from: Side, acked: Option<Seq>) {
        let carried = Carried { start: seg.data_seq(), len: seg.len, frame: seg.frame as u32 };
        let sent = &mut self.sent[from as usize];
        sent.largest = sent.largest.max(seg.len);
        sent.note(carried, acked);
    }

    /// A segment of `from` brought nothing new, and nobody had asked for it. Gives
    /// whether a full-sized segment is stuck.
    pub fn timed_out(&mut self, seg: &Segment<'_>, from: Side) -> bool {
        let Sent { largest, more, .. } = &mut self.sent[from as usize];
        let full = seg.len == *largest && seg.len >= FULL;
        if more.is_none() && !full {
            return false;
        }
        let stuck = &mut more.get_or_insert_default().stuck;
        match stuck {
            Some(stuck) if stuck.seq == seg.data_seq() => stuck.tries += u32::from(stuck.len <= seg.len),
            _ if full => *stuck = Some(Stuck { seq: seg.data_seq(), len: seg.len, tries: 2 }),
            _ => {}
        }
        stuck.as_ref().is_some_and(|stuck| stuck.tries >= STUCK)
    }

    /// Whether the full-sized segment of `sender` that is stuck does not get through
    /// while small ones do, as this acknowledgment of the other side shows: it answers
    /// something small (`answers`), reports so many octets as arrived beyond the
    /// hole (`beyond`), or comes for the same octets in a smaller segment.
    pub fn is_black_hole(&mut self, sender: Side, ack: Seq, answers: bool, beyond: u32) -> bool {
        let Some(more) = self.sent[sender as usize].more.as_mut() else { return false };
        let Some(stuck) = more.stuck else { return false };
        if !ack.is_after(stuck.seq) {
            return stuck.tries >= STUCK && (answers || (1..stuck.len).contains(&beyond));
        }
        more.stuck = None;
        stuck.tries >= STUCK && ack.relative_to(stuck.seq) < stuck.len
    }

    /// Writes it.
    pub fn put_down(&self, to: &mut Writer) {
        let (mut near, mut frame) = (Seq::default(), 0);
        for Sent { few, more, len, oldest, largest } in &self.sent {
            if more.is_some() {
                to.refuse();
            }
            to.number((*len).into());
            to.number((*oldest).into());
            to.number((*largest).into());
            for carried in few.iter().take((*len).into()) {
                to.seq(carried.start, near);
                to.number(carried.len.into());
                to.near(carried.frame, frame);
                (near, frame) = (carried.start, carried.frame);
            }
        }
    }

    /// What [`Trail::put_down`] wrote.
    pub fn take_up(from: &mut Reader<'_>) -> Self {
        let (mut near, mut frame) = (Seq::default(), 0);
        let mut trail = Trail::default();
        for sent in &mut trail.sent {
            sent.len = from.number() as u8;
            sent.oldest = from.number() as u8;
            sent.largest = from.number() as u32;
            for carried in sent.few.iter_mut().take(sent.len.into()) {
                near = from.seq(near);
                let len = from.number() as u32;
                frame = from.near(frame);
                *carried = Carried { start: near, len, frame };
            }
        }
        trail
    }

    /// The frame that the payload of `seg` was first seen in, if it is remembered.
    pub fn repeated_by(&self, seg: &Segment<'_>, from: Side) -> Option<u64> {
        let low = self.sent[from as usize].find(seg.data_seq())?;
        seg.frame.checked_sub(u64::from((seg.frame as u32).wrapping_sub(low)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(n: u32) -> Seq {
        Seq::new(n)
    }

    /// Segments of ten octets each, in frames 1, 2, 3 …; all before `acked` are
    /// acknowledged as they come.
    fn sent(count: u32, acked: impl Fn(u32) -> u32) -> Sent {
        let mut sent = Sent::default();
        for n in 0..count {
            let start = seq((n * 10).wrapping_sub(25));
            sent.note(Carried { start, len: 10, frame: n + 1 }, Some(seq(acked(n).wrapping_sub(25))));
        }
        sent
    }

    #[test]
    fn what_is_not_acknowledged_is_remembered_longest() {
        let sent = sent(64, |_| 0);
        assert_eq!(sent.find(seq(0_u32.wrapping_sub(25))), Some(1), "across 2^32 too");
        assert_eq!(sent.find(seq(5)), Some(4));
        assert_eq!(sent.find(seq(8)), Some(4), "an octet in the middle of it");
        assert_eq!(sent.find(seq(605)), Some(64));
        assert_eq!(sent.find(seq(615)), None, "never sent");
    }

    #[test]
    fn a_ring_grows_no_further_than_its_bound() {
        assert_eq!(sent(10_000, |_| 0).ring().len(), MOST);
        assert_eq!(sent(10_000, |n| n * 10).ring().len(), FEW, "all of it acknowledged at once");
        assert_eq!(sent(10_000, |_| 0).find(seq(0_u32.wrapping_sub(25))), None, "too long ago");
    }

    #[test]
    fn the_latest_of_several_is_named() {
        let mut sent = sent(3, |_| 0);
        sent.note(Carried { start: seq(0_u32.wrapping_sub(25)), len: 10, frame: 9 }, None);
        assert_eq!(sent.find(seq(0_u32.wrapping_sub(25))), Some(9));
    }
}
