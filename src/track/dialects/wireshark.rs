//! Wireshark's view (4.0): conversation completeness and initial RTT.

use crate::model::{Segment, Timestamp};

/// Bits of `tcp.completeness`.
const SYN: u8 = 1;
const SYN_ACK: u8 = 2;
const ACK: u8 = 4;
const DATA: u8 = 8;
const FIN: u8 = 16;
const RST: u8 = 32;

/// Which part of the initial round trip is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Trip {
    #[default]
    None,
    /// `clock` says when the last SYN was sent.
    Sent,
    /// `clock` says how long it took.
    Done,
}

/// What Wireshark remembers of a conversation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wireshark {
    /// Nanoseconds.
    clock: i64,
    trip: Trip,
    bits: u8,
    /// Segments seen: none, one, more.
    seen: u8,
}

impl Wireshark {
    /// Takes in a segment.
    #[inline]
    pub(super) fn observe(&mut self, seg: &Segment<'_>) {
        let flags = seg.flags;
        self.bits |= match (flags.syn(), flags.ack()) {
            (false, true) => {
                if self.trip == Trip::Sent {
                    self.arrive(seg.at);
                }
                if seg.len > 0 { DATA } else { ACK }
            }
            (true, false) => {
                if self.trip != Trip::Done {
                    (self.trip, self.clock) = (Trip::Sent, seg.at.as_nanos());
                }
                // Only what comes first opens a conversation.
                match (self.seen, seg.len) {
                    (0, 0) => SYN,
                    (0, _) => SYN | DATA,
                    _ => 0,
                }
            }
            (true, true) => SYN_ACK,
            (false, false) => 0,
        };
        if flags.fin() && flags.ack() {
            self.bits |= FIN;
        }
        if flags.rst() {
            self.bits |= RST;
        }
        self.seen = (self.seen + 1).min(2);
    }

    fn arrive(&mut self, at: Timestamp) {
        let nanos = at.nanos_since(Timestamp::from_nanos(self.clock));
        // A trip of no time is none, a SYN at time 0 no SYN.
        if nanos != 0 && self.clock != 0 {
            (self.trip, self.clock) = (Trip::Done, nanos);
        }
    }

    /// `tcp.completeness` after the whole capture (`tshark -2`): 1 it began with
    /// a SYN, 2 SYN-ACK, 4 ACK without payload, 8 payload, 16 FIN, 32 RST.
    ///
    /// The segment that Wireshark finds a conversation with counts when it is
    /// dissected again, and then shows from the next one on: alone, it counts
    /// only as a SYN.
    pub fn completeness(&self) -> u8 {
        match (self.seen > 1, self.bits & SYN) {
            (true, _) => self.bits,
            (false, SYN) => self.bits & (SYN | DATA),
            (false, _) => 0,
        }
    }

    /// `tcp.analysis.initial_rtt` in nanoseconds: from the last SYN to the first
    /// segment after it that has ACK and no SYN, whoever sent it. Negative if
    /// time ran backwards.
    pub fn initial_rtt(&self) -> Option<i64> {
        (self.trip == Trip::Done).then_some(self.clock)
    }
}
