//! Which of several SYN-ACKs the client answers.
//!
//! They may differ in their ISNs: a server with SYN cookies makes another number when a
//! SYN comes again in the next minute, and behind a balancer another server may answer.
//! The client takes the first that reaches it (RFC 9293 §3.10.7.3); which one that was, a
//! capture tells only by what is acknowledged.

use crate::model::{Segment, Seq};

use super::conversation::Conversation;
use super::half::{Offers, Sighting};
use super::mark::Mark;
use super::rare::LaterSynAck;
use super::state::Side;

impl Conversation {
    /// Last SYN-ACK before the third segment.
    pub fn last_synack(&self) -> Option<Sighting> {
        self.rare.later_synack.map(|later| later.seen).or(self.synack)
    }

    /// A SYN-ACK, the first or one more before the third segment.
    pub(super) fn note_synack(&mut self, seg: &Segment<'_>) {
        let seen = Sighting::of(seg);
        if self.synack.is_some() {
            let first = self.side(Side::Server).offers.tsval;
            let before = self.rare.later_synack.map_or(first, |later| later.tsval);
            let tsval = seg.timestamps().map(|timestamps| timestamps.val);
            let is_told_apart = tsval.is_some() && tsval != before;
            self.rare.note().later_synack = Some(LaterSynAck { seen, tsval, is_told_apart });
        } else {
            self.synack = Some(seen);
        }
    }
}

/// SYN-ACKs with ISNs of their own that wait beside the last one. Of more, those beyond
/// are not remembered.
const MOST: usize = 4;

/// What a SYN-ACK with an ISN of its own has told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    isn: Seq,
    acked: Option<Seq>,
    window: u16,
    offers: Offers,
    tsecr: Option<u32>,
    /// SYNs before it.
    syns: u32,
    /// How often it was sent.
    sent: u32,
    first: Sighting,
    later: Option<LaterSynAck>,
}

impl Answer {
    /// What the conversation holds at the moment.
    fn held(conv: &Conversation) -> Option<Self> {
        let server = conv.side(Side::Server);
        Some(Answer {
            isn: server.isn?,
            acked: server.acked,
            window: server.window,
            offers: server.offers,
            tsecr: conv.synack_tsecr,
            syns: conv.syns_before_answer,
            sent: conv.synacks_before_third,
            first: conv.synack?,
            later: conv.rare.later_synack,
        })
    }

    /// The first with its ISN.
    fn new(conv: &Conversation, seg: &Segment<'_>) -> Self {
        Answer {
            isn: seg.seq,
            acked: seg.ack(),
            window: seg.window,
            offers: Offers::of(seg),
            tsecr: seg.timestamps().map(|timestamps| timestamps.ecr),
            syns: conv.syns,
            sent: 1,
            first: Sighting::of(seg),
            later: None,
        }
    }

    /// Makes it the one that the conversation holds.
    fn hold(self, conv: &mut Conversation) {
        let server = conv.side_mut(Side::Server);
        server.learn_isn(self.isn);
        server.syn_frame = std::num::NonZeroU64::new(self.first.frame);
        (server.acked, server.window, server.offers) = (self.acked, self.window, self.offers);
        server.scaled = false;
        conv.synack_tsecr = self.tsecr;
        conv.syns_before_answer = self.syns;
        conv.synacks_before_third = self.sent;
        conv.synack = Some(self.first);
        conv.rare.note().later_synack = self.later;
    }
}

/// A SYN-ACK with another ISN than the last one, before the third segment: it is held
/// from now on, as it was if it came before, and the last one remembered.
pub(super) fn turn_to(conv: &mut Conversation, seg: &Segment<'_>) {
    if exchange(conv, |isn| isn == seg.seq) {
        conv.side_mut(Side::Server).retransmissions += 1;
        conv.synacks_before_third += 1;
        conv.note_synack(seg);
    } else {
        let new = Answer::new(conv, seg);
        put_aside(conv);
        new.hold(conv);
    }
    conv.marks.set(Mark::OtherIsn);
}

/// A segment that is no SYN, before the handshake is known to be complete: the client
/// acknowledges another SYN-ACK than the last one, or the server goes on behind another.
pub(super) fn settle(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, from: Side) {
    if conv.rare.answers.is_empty() {
        return;
    }
    let next = if from == Side::Client { ack } else { seg.seq };
    if conv.side(Side::Server).isn.is_none_or(|isn| isn.advance(1) != next) {
        exchange(conv, |isn| isn.advance(1) == next);
    }
}

/// Whether an answer was captured after the one that is held: the client, which has taken
/// that one, owes it an ACK (RFC 9293 §3.10.7.4).
pub(super) fn is_owed(conv: &Conversation) -> bool {
    let held = conv.last_synack();
    conv.rare.answers.iter().any(|other| held.is_some_and(|held| other.first.frame > held.frame))
}

/// Takes up one that was put aside for the one that is held, if there is such a one.
fn exchange(conv: &mut Conversation, wanted: impl Fn(Seq) -> bool) -> bool {
    let found = conv.rare.answers.iter().position(|answer| wanted(answer.isn));
    let Some(found) = found else { return false };
    let wanted = conv.rare.note().answers.swap_remove(found);
    put_aside(conv);
    wanted.hold(conv);
    true
}

fn put_aside(conv: &mut Conversation) {
    if let Some(held) = Answer::held(conv).filter(|_| conv.rare.answers.len() < MOST) {
        conv.rare.note().answers.push(held);
    }
}
