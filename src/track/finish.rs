//! What only the end of a conversation, or of the capture, can tell.

use std::time::Duration;

use crate::model::Timestamp;

use super::conversation::Conversation;
use super::facts::Phase;
use super::half::Sighting;
use super::mark::Mark;
use super::state::Side;

/// An answer that takes longer is worth saying.
const LONG_WAIT: Duration = Duration::from_millis(500);

impl Conversation {
    /// The last that was seen of it: its last segment, or the ICMP error that rejected
    /// it later.
    pub fn ends_at(&self) -> Sighting {
        self.rare.turned_away.filter(|away| away.frame > self.last.frame).unwrap_or(self.last)
    }

    /// The capture ends: what was asked and not answered has waited until now.
    pub(super) fn finalize(&mut self, capture_end: Timestamp) {
        let open = matches!(self.phase, Phase::Open(_)) && !self.is_over();
        let open = open && !self.superseded && self.first_closer.is_none();
        if let Some(asked) = self.asked.filter(|_| open) {
            self.note_wait(capture_end.since(asked));
        }
    }

    /// Data sent again and again into silence after the handshake: the server
    /// never had the connection (a full backlog, a lost cookie).
    pub(super) fn settle(&mut self) {
        // No segment comes any more that could repeat one.
        self.trail = None;
        self.settle_wait();
        let (client, server) = (self.side(Side::Client), self.side(Side::Server));
        let start = client.isn.map(|isn| isn.advance(1));
        let unheard =
            server.segments > 0 && server.acked == start && server.bytes == 0 && server.fin.is_none();
        if self.syn.is_some()
            && !self.marks.has(Mark::PmtuBlackHole)
            && self.third.is_some()
            && unheard
            && client.bytes > 0
            && client.retransmissions >= 3
        {
            self.marks.set(Mark::NotAccepted);
        }
    }

    /// A reset ends the wait for an answer: what was asked had been acknowledged, and
    /// nothing was said since.
    fn settle_wait(&mut self) {
        let Some(reset) = self.reset().filter(|_| self.asked.is_some()) else { return };
        let client = self.side(Side::Client);
        let heard = self.side(Side::Server).acked.zip(client.snd_nxt()).is_some_and(|(ack, nxt)| ack == nxt);
        let quiet = client.last_data.map_or(Duration::ZERO, |last| reset.seen.at.since(last));
        if heard && self.first_closer.is_none() {
            self.note_wait(quiet);
        }
    }

    /// How long an answer took.
    pub(super) fn note_wait(&mut self, waited: Duration) {
        self.waited_ns = self.waited_ns.max(u64::try_from(waited.as_nanos()).unwrap_or(u64::MAX));
        if waited >= LONG_WAIT {
            self.marks.set(Mark::Waiting);
        }
    }
}
