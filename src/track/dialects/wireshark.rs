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
    /// No SYN yet.
    #[default]
    None,
    /// When the last SYN was sent.
    Sent(Timestamp),
    /// The time that it took, in nanoseconds.
    Done(i64),
}

/// What Wireshark remembers of a conversation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wireshark {
    trip: Trip,
    bits: u8,
    /// More than one segment was seen.
    several: bool,
    any: bool,
}

impl Wireshark {
    #[inline]
    pub(super) fn observe(&mut self, seg: &Segment<'_>) {
        let flags = seg.flags;
        let (mut bits, mut trip) = (u8::from(flags.rst()) * RST, self.trip);
        match (flags.syn(), flags.ack()) {
            (true, false) => {
                // Only what comes first opens a conversation.
                if !self.any {
                    bits |= if seg.len > 0 { SYN | DATA } else { SYN };
                }
                if !matches!(trip, Trip::Done(_)) {
                    trip = Trip::Sent(seg.at);
                }
            }
            (true, true) => bits |= SYN_ACK,
            (false, true) => {
                bits |= if seg.len > 0 { DATA } else { ACK };
                if let Trip::Sent(syn) = trip {
                    // A trip of no time is none: the next ACK is tried.
                    let nanos = seg.at.nanos_since(syn);
                    if nanos != 0 && syn.as_nanos() != 0 {
                        trip = Trip::Done(nanos);
                    }
                }
            }
            (false, false) => {}
        }
        if flags.fin() && flags.ack() {
            bits |= FIN;
        }
        self.trip = trip;
        self.bits |= bits;
        self.several = self.any;
        self.any = true;
    }

    /// `tcp.completeness` after the whole capture (`tshark -2`): 1 it began with
    /// a SYN, 2 SYN-ACK, 4 ACK without payload, 8 payload, 16 FIN, 32 RST.
    ///
    /// The segment that Wireshark finds a conversation with counts when it is
    /// dissected again, and then shows from the next one on: alone, it counts
    /// only as a SYN.
    pub fn completeness(&self) -> u8 {
        match (self.several, self.bits & SYN) {
            (true, _) => self.bits,
            (false, SYN) => self.bits & (SYN | DATA),
            (false, _) => 0,
        }
    }

    /// `tcp.analysis.initial_rtt` in nanoseconds: from the last SYN to the first
    /// segment after it that has ACK and no SYN, whoever sent it. Negative if
    /// time ran backwards.
    pub fn initial_rtt(&self) -> Option<i64> {
        match self.trip {
            Trip::Done(nanos) => Some(nanos),
            Trip::None | Trip::Sent(_) => None,
        }
    }
}
