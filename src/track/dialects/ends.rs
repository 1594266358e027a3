//! Zeek's state of one endpoint, and how a segment's flags change it.

use crate::model::{Flags, Segment, Seq};

use super::notes::once;
use super::stream::Stream;

/// Zeek's state of one endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EndState {
    /// It sent nothing.
    #[default]
    Inactive,
    /// Its SYN was seen.
    SynSent,
    /// Its SYN-ACK was seen, though it spoke first.
    SynAckSent,
    /// It sent something, but no SYN.
    Partial,
    /// It sent a SYN-ACK, or its SYN was answered by one.
    Established,
    /// It sent a FIN.
    Closed,
    /// It sent a RST.
    Reset,
}

impl EndState {
    /// It speaks, and has not said that it stops.
    #[inline]
    pub(super) fn is_open(self) -> bool {
        matches!(self, EndState::Established | EndState::Partial)
    }
}

/// What Zeek remembers of one endpoint.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct End {
    pub state: EndState,
    pub before: EndState,
    /// Zeek has reported that it closed.
    pub closed: bool,
    /// It sent a FIN: `after_fin` is known.
    pub fin: bool,
    /// Events of [`once`] that were noted.
    pub noted: u8,
    /// It sent a right checksum.
    pub summed: bool,
    /// Number of its SYN, seen or made up.
    pub start: Seq,
    /// The number after the highest that it sent.
    pub last: Seq,
    /// The number after its FIN.
    pub after_fin: Seq,
    /// The number of its last RST.
    pub rst: Seq,
    pub stream: Stream,
}

/// What of a segment changes a state.
#[derive(Clone, Copy)]
pub(super) struct Signal {
    pub flags: Flags,
    /// Payload octets.
    pub len: u32,
    /// Sent by the originator.
    pub originator: bool,
}

/// What a change of state brings about.
#[derive(Clone, Copy, Default)]
pub(super) struct Change {
    /// The sender is to be reported as closed.
    pub close: bool,
    /// Originator and responder were taken for each other.
    pub flip: bool,
}

impl End {
    pub fn enter(&mut self, state: EndState) {
        if state != self.state {
            self.before = self.state;
            self.state = state;
        }
    }

    /// Learns its numbers from a segment that it sent and that ends at `after`.
    #[inline]
    pub fn learn(&mut self, seg: &Segment<'_>, after: Seq) {
        let syn = seg.flags.syn();
        match self.state {
            EndState::Inactive if syn => self.number_from(seg.seq, after),
            // As if there had been a SYN before.
            EndState::Inactive => self.number_from(seg.seq.retreat(1), seg.seq),
            _ if !syn => {}
            EndState::Established | EndState::Partial if seg.seq == self.start => self.last = after,
            EndState::SynSent | EndState::SynAckSent if seg.seq == self.start => {}
            EndState::Reset if self.before != EndState::Inactive => {}
            EndState::Closed => {}
            _ => self.number_from(seg.seq, after),
        }
    }

    /// Begins to number at `start`; `last` is the number after what it has sent.
    pub fn number_from(&mut self, start: Seq, last: Seq) {
        self.start = start;
        self.last = last;
        self.stream = Stream::starting_at(start.advance(1));
    }

    /// Whether data, or else a bare ACK, was noted of it.
    #[inline]
    pub fn has_noted(&self, data: bool) -> bool {
        self.noted & if data { once::DATA } else { once::ACK } != 0
    }

    /// Whether Zeek would report a gap in what it sent.
    pub fn is_clean(&self) -> bool {
        self.state == EndState::Established
            || (self.state == EndState::Closed && self.before == EndState::Established)
    }

    /// Whether a number lies before its first. In a stream of more than 2 GiB
    /// that cannot be told.
    #[inline]
    pub fn precedes(&self, seq: Seq) -> bool {
        seq.is_before(self.start) && !self.last.is_before(self.start)
    }

    /// Zeek's count of its octets is zero.
    pub fn is_empty(&self) -> bool {
        let octets = self.last.later(self.stream.next).distance_from(self.start);
        octets <= 1 + i32::from(self.fin)
    }
}

/// Applies the flags of a segment that `end` sent.
#[inline]
pub(super) fn advance(end: &mut End, peer: &mut End, signal: Signal) -> Change {
    let flags = signal.flags;
    let mut change = Change::default();
    match end.state {
        EndState::Inactive => return wake(end, peer, signal),
        EndState::SynSent | EndState::SynAckSent => {
            if flags.fin() {
                end.enter(EndState::Closed);
            }
            if flags.rst() {
                end.enter(EndState::Reset);
            }
            change.close = flags.fin() || flags.rst();
        }
        EndState::Established | EndState::Partial => {
            if !flags.syn() && !flags.fin() && !flags.rst() {
                return change;
            }
            let unanswered = end.state == EndState::Partial && peer.state == EndState::Inactive;
            if flags.syn() && !flags.ack() && unanswered {
                end.enter(EndState::SynSent);
            }
            if flags.rst() {
                end.enter(EndState::Reset);
            } else if flags.fin() {
                end.enter(EndState::Closed);
                // FIN and then RST is taken for an orderly end.
                if peer.state == EndState::Reset && peer.before == EndState::Closed {
                    peer.enter(EndState::Closed);
                }
            }
            change.close = flags.fin() || flags.rst();
        }
        EndState::Closed => {
            if flags.rst() && peer.state != EndState::Closed {
                end.enter(EndState::Reset);
                change.close = true;
            }
        }
        EndState::Reset => {}
    }
    change
}

/// The first segment of an endpoint.
fn wake(end: &mut End, peer: &mut End, signal: Signal) -> Change {
    let flags = signal.flags;
    let mut change = Change { close: flags.fin() || flags.rst(), flip: false };
    if flags.syn() && signal.originator {
        end.enter(if flags.ack() { EndState::SynAckSent } else { EndState::SynSent });
    } else if flags.syn() {
        if !flags.ack() && peer.state == EndState::SynAckSent {
            change.flip = true;
            peer.enter(EndState::Established);
        }
        if peer.state == EndState::SynSent {
            peer.enter(EndState::Established);
        }
        end.enter(EndState::Established);
    }
    if flags.fin() {
        end.enter(EndState::Closed);
    }
    if flags.rst() {
        end.enter(EndState::Reset);
    }
    if end.state == EndState::Inactive {
        // An ACK that comes before the SYN of a split handshake is no part of it.
        let early = !signal.originator && signal.len == 0 && peer.state == EndState::SynSent;
        if flags.ack() && peer.state == EndState::Established {
            end.enter(EndState::Established);
        } else if !early {
            end.enter(EndState::Partial);
        }
    }
    change
}
