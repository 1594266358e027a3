//! The short way through the packets that a file's window shows already.

use super::BATCH;
use super::capture_file::Seen;
use crate::model::{Frame, Timestamp};

/// What becomes of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate<'a> {
    /// It is wanted.
    Frame(Frame<'a>),
    /// It is hidden by the filter.
    Hidden,
    /// It, and what follows it, is not for the short way.
    Later,
}

/// How far the short way has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed {
    /// Octets of the file.
    pub(super) octets: usize,
    /// Packets, hidden ones too.
    pub(super) packets: u64,
    /// The latest time of them, and of those before.
    pub(super) latest: Timestamp,
}

/// Goes through the packets at the beginning of `octets`. `next` finds one, with the
/// octets that it takes in the file, if all of it is there; `fate` is also told how far
/// the way has come with it; `take` gets those that are wanted, [`BATCH`] or fewer at a
/// time, until it takes fewer than it was given. What was not taken is not passed.
#[inline]
pub(super) fn go<'w>(
    octets: &'w [u8],
    latest: Timestamp,
    next: impl Fn(&'w [u8]) -> Option<(Seen, &'w [u8], usize)>,
    mut fate: impl FnMut(&Seen, &Passed, &'w [u8]) -> Fate<'w>,
    mut take: impl FnMut(&[Frame<'_>]) -> usize,
) -> Passed {
    let mut passed = Passed { octets: 0, packets: 0, latest };
    let mut batch = Vec::with_capacity(BATCH);
    // Where each of the batch ends.
    let mut ends = [passed; BATCH];
    loop {
        batch.clear();
        let mut way = passed;
        while batch.len() < BATCH {
            let Some((seen, packet, len)) = octets.get(way.octets..).and_then(&next) else { break };
            let after = Passed {
                octets: way.octets + len,
                packets: way.packets + 1,
                latest: way.latest.max(seen.at),
            };
            match fate(&seen, &after, packet) {
                Fate::Later => break,
                Fate::Hidden => {}
                Fate::Frame(frame) => {
                    ends[batch.len()] = after;
                    batch.push(frame);
                }
            }
            way = after;
        }
        let taken = take(&batch);
        if taken < batch.len() {
            return taken.checked_sub(1).map_or(passed, |last| ends[last]);
        }
        passed = way;
        if taken < BATCH {
            return passed;
        }
    }
}
