//! Frames captured twice (a bridge on `any`, a mirror port, AF_PACKET seeing a
//! loopback frame come and go): copies, not retransmissions.

use crate::model::{Segment, Timestamp};

use super::rest::{Reader, Writer};
use super::state::Side;

/// Frames remembered on each side.
const REMEMBERED: usize = 4;

/// Copies lie this close together: two milliseconds, in units of [`Moment`].
const CLOSE: u32 = 2_000_000 >> 10;

/// What a frame is to the ones just before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Twin {
    /// Nothing special.
    None,
    /// One of them, captured a second time.
    Copy,
    /// The same datagram as one of them, on the same path: doubled by the network.
    Duplicate,
}

/// What is remembered of a frame.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Print {
    /// Mix of IP ID, numbers, flags, window, length and options; 0: nothing.
    pub tcp: u32,
    /// Mix of interface, link addresses and TTL.
    pub path: u32,
    pub at: Moment,
}

impl Print {
    /// Of a frame.
    #[inline(always)]
    pub fn of(seg: &Segment<'_>) -> Self {
        Print { tcp: tcp_print(seg), path: path_print(seg), at: Moment::of(seg.at) }
    }
}

/// A time in units of 1,024 ns, in 32 bits: they repeat after 73 minutes, which
/// is far enough from [`CLOSE`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Moment(u32);

impl Moment {
    pub fn of(at: Timestamp) -> Self {
        Moment((at.as_nanos() >> 10) as u32)
    }

    fn is_close(self, other: Moment) -> bool {
        self.0.wrapping_sub(other.0).cast_signed().unsigned_abs() <= CLOSE
    }
}

/// The last few frames of a conversation.
#[derive(Clone, Debug, Default)]
pub(super) struct Copies {
    recent: [[Print; REMEMBERED]; 2],
    next: [u8; 2],
    /// The capture shows this conversation twice on one and the same path.
    doubled: bool,
}

impl Copies {
    /// Whether `seg` is a copy of a frame just seen; it is remembered
    /// otherwise. No clue decides alone: the IP ID, the TCP octets and the time
    /// must agree, and either the path differs or the conversation's very
    /// first frame was already doubled (`second`: this is its second frame).
    pub fn is_copy(&mut self, seg: &Segment<'_>, from: Side, second: bool) -> Twin {
        let print = Print::of(seg);
        let side = from as usize;
        let twin = self.recent[side]
            .iter()
            .find(|old| old.tcp == print.tcp && old.tcp != 0 && print.at.is_close(old.at));
        let copy = match twin {
            None => Twin::None,
            Some(twin) if twin.path != print.path => Twin::Copy,
            Some(_) if second => {
                self.doubled = true;
                Twin::Copy
            }
            Some(_) if self.doubled => Twin::Copy,
            // A sender counts its IP ID up, also when it sends octets again.
            Some(_) if seg.ip.id.is_some_and(|id| id != 0) => Twin::Duplicate,
            Some(_) => Twin::None,
        };
        if copy == Twin::None {
            let slot = usize::from(self.next[side]) % REMEMBERED;
            self.recent[side][slot] = print;
            self.next[side] = self.next[side].wrapping_add(1);
        }
        copy
    }

    /// What is remembered, if it is one frame of this side alone.
    pub fn only(&self, side: Side) -> Option<Print> {
        let alone = self.next[side as usize] == 1 && self.next[side.other() as usize] == 0;
        (alone && !self.doubled).then_some(self.recent[side as usize][0])
    }

    /// Remembers the first frame, of this side.
    pub fn begin(&mut self, side: Side, print: Print) {
        self.recent[side as usize][0] = print;
        self.next[side as usize] = 1;
    }

    /// Writes it.
    pub fn put_down(&self, to: &mut Writer) {
        let (mut path, mut at) = (0, 0);
        to.bits([self.doubled]);
        for (next, prints) in self.next.into_iter().zip(&self.recent) {
            to.number(next.into());
            for print in prints {
                // Where nothing was put there is nothing but zeros.
                to.bits([print.tcp != 0, print.path == path]);
                if print.tcp != 0 {
                    to.word(print.tcp);
                    if print.path != path {
                        to.word(print.path);
                    }
                    to.near(print.at.0, at);
                    (path, at) = (print.path, print.at.0);
                }
            }
        }
    }

    /// What [`Copies::put_down`] wrote.
    pub fn take_up(from: &mut Reader<'_>) -> Self {
        let (mut path, mut at) = (0, 0);
        let [doubled] = from.bits();
        let mut copies = Copies { doubled, ..Copies::default() };
        for (next, prints) in copies.next.iter_mut().zip(&mut copies.recent) {
            *next = from.number() as u8;
            for print in prints {
                let [some, same_path] = from.bits();
                if some {
                    let tcp = from.word();
                    path = if same_path { path } else { from.word() };
                    at = from.near(at);
                    *print = Print { tcp, path, at: Moment(at) };
                }
            }
        }
        copies
    }

    /// Whether `seg` repeats a remembered frame over another path.
    pub fn knows(&self, seg: &Segment<'_>) -> bool {
        let Print { tcp, path, at } = Print::of(seg);
        self.recent.iter().flatten().any(|old| old.tcp == tcp && old.path != path && at.is_close(old.at))
    }
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn tcp_print(seg: &Segment<'_>) -> u32 {
    let mut hash = mix(0x5bd1_e995, u64::from(seg.seq.raw()) << 32 | u64::from(seg.ack_field.raw()));
    let id = seg.ip.id.map_or(1 << 16, u32::from);
    let fields = u64::from(seg.flags.bits()) << 16 | u64::from(seg.window);
    hash = mix(hash, fields << 32 | u64::from(id));
    hash = mix(hash, u64::from(seg.len));
    if let [1, 1, 8, 10, times @ ..] = seg.options
        && let Ok(times) = times.try_into()
    {
        // Timestamps alone, as in nearly every segment.
        hash = mix(hash, u64::from_be_bytes(times));
    } else {
        let (words, rest) = seg.options.as_chunks::<4>();
        for word in words {
            hash = mix(hash, u64::from(u32::from_be_bytes(*word)));
        }
        // The snapshot length may have cut them.
        for &octet in rest {
            hash = mix(hash, u64::from(octet));
        }
    }
    (hash >> 32) as u32 | 1
}

/// Without an IP ID that tells frames apart (0, or IPv6) a copy must at least
/// have come another way.
fn path_print(seg: &Segment<'_>) -> u32 {
    let hash = mix(
        u64::from(seg.link_hash) << 32 | u64::from(seg.interface),
        u64::from(seg.scope.0) << 8 | u64::from(seg.ip.ttl),
    );
    (hash >> 32) as u32
}
