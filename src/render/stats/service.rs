//! What is counted of one service.

use crate::track::Side;
use crate::verdict::{End, Ending, Opening, ResetReason};

use super::super::Judged;
use super::spread::Spread;

/// Who sent the first FIN.
pub(super) const CLIENT: usize = 0;
/// Both FINs were sent before either arrived.
pub(super) const BOTH: usize = 2;

/// The conversations of one server port, or of all.
#[derive(Clone, Debug, Default)]
pub(super) struct Service {
    /// By [`Opening::ALL`].
    pub openings: [u64; Opening::ALL.len()],
    /// By [`Ending::ALL`].
    pub endings: [u64; Ending::ALL.len()],
    /// By [`ResetReason::ALL`].
    pub reasons: [u64; ResetReason::ALL.len()],
    /// Opened conversations that a reset of the client, or the server, ended.
    pub reset_by: [u64; 2],
    /// First FINs of the client, the server, of both at once.
    pub closers: [u64; 3],
    /// SYNs of clients, copies not counted.
    pub syns: u64,
    /// Those among them that were sent again.
    pub syns_again: u64,
    /// Segments of client and server.
    pub segments: [u64; 2],
    /// Payload octets of client and server, each once.
    pub bytes: [u64; 2],
    /// Round trips of handshakes: SYN to SYN-ACK and SYN-ACK to ACK together, so
    /// that it does not matter where between the two the capture was made. Only
    /// those of which it is certain which segment was answered.
    pub trips: Spread,
}

impl Service {
    /// Counts a conversation.
    pub fn add(&mut self, judged: &Judged<'_>) {
        let (conv, verdict, times) = (judged.conversation, &judged.verdict, &judged.times);
        self.openings[Opening::of(verdict) as usize] += 1;
        if let Some(end) = verdict.end() {
            self.endings[Ending::of(end) as usize] += 1;
        }
        if let Some(End::Reset(reset, reason)) = verdict.end() {
            self.reasons[*reason as usize] += 1;
            self.reset_by[reset.by as usize] += 1;
        }
        if let Some(by) = verdict.first_closer() {
            let at_once = matches!(verdict.end(), Some(End::Graceful(close)) if close.simultaneous);
            self.closers[if at_once { BOTH } else { by as usize }] += 1;
        }
        self.syns += u64::from(conv.syns);
        self.syns_again += u64::from(conv.syns.saturating_sub(1));
        for side in Side::BOTH {
            self.segments[side as usize] += conv.side(side).segments;
            self.bytes[side as usize] += conv.side(side).bytes;
        }
        if let (Some(there), Some(back), false) = (times.synack_rtt, times.ack_rtt, times.ambiguous) {
            self.trips.add(there + back);
        }
    }

    /// Counts all of another service too.
    pub fn merge(&mut self, other: &Service) {
        fn sum<const N: usize>(into: &mut [u64; N], from: &[u64; N]) {
            into.iter_mut().zip(from).for_each(|(into, from)| *into += from);
        }
        sum(&mut self.openings, &other.openings);
        sum(&mut self.endings, &other.endings);
        sum(&mut self.reasons, &other.reasons);
        sum(&mut self.reset_by, &other.reset_by);
        sum(&mut self.closers, &other.closers);
        sum(&mut self.segments, &other.segments);
        sum(&mut self.bytes, &other.bytes);
        self.syns += other.syns;
        self.syns_again += other.syns_again;
        self.trips.merge(&other.trips);
    }

    /// Conversations.
    pub fn conversations(&self) -> u64 {
        self.openings.iter().sum()
    }

    /// Conversations whose opening was captured.
    pub fn attempts(&self) -> u64 {
        self.conversations() - self.opened_as(Opening::NotCaptured)
    }

    /// Attempts that succeeded.
    pub fn opened(&self) -> u64 {
        let succeeded = Opening::ALL.into_iter().filter(|opening| opening.succeeded());
        succeeded.map(|opening| self.opened_as(opening)).sum()
    }

    /// Conversations that opened, or failed to, in one way.
    pub fn opened_as(&self, opening: Opening) -> u64 {
        self.openings[opening as usize]
    }

    /// Opened conversations that ended in one way.
    pub fn ended_as(&self, ending: Ending) -> u64 {
        self.endings[ending as usize]
    }
}
