//! A SYN-ACK that comes again: lost third segment, full backlog, or merely late.

use std::time::Duration;

use crate::model::{Segment, Seq};

use super::answers;
use super::conversation::{Conversation, Findings};
use super::half::Sighting;
use super::held;
use super::mark::Mark;
use super::open::{acks_syn, note_syn};
use super::proof::{Claim, Proof, Status};
use super::state::{Side, State};
use super::step::{Step, Stray};

/// A SYN-ACK after the first one.
pub(super) fn repeated_syn_ack(
    conv: &mut Conversation,
    seg: &Segment<'_>,
    ack: Seq,
    from: Side,
    found: &mut Findings,
) {
    let known = conv.side(from).isn;
    let acks = acks_syn(conv, ack).is_some() || from == Side::Client;
    if !acks {
        found.steps.push(Step::Stray(Stray::WrongAck));
        return;
    }
    conv.synacks += 1;
    match known {
        Some(isn) if isn == seg.seq => conv.side_mut(from).retransmissions += 1,
        Some(_) => return another_isn(conv, seg, ack, from, found),
        None => note_syn(conv, seg, from),
    }
    if let Some(third) = conv.third.filter(|_| from == Side::Server) {
        let why = held::why_again(conv, seg).unwrap_or(Mark::NotAccepted);
        conv.rare.note().resent_synack = Some(Sighting::of(seg));
        if took_third(conv) || seg.at.since(third.at) < round_trip(conv) {
            // A SYN in a synchronized connection: an ACK is due (RFC 9293 §3.10.7.4).
            conv.side_mut(from).provoked = true;
            push_repeated(conv, ack, found);
            return;
        }
        // The server would not ask again had it accepted the third segment.
        conv.marks.set(why);
        found.marks.set(why);
        let server = conv.side_mut(Side::Server);
        if server.state == State::Established {
            server.state = State::SynReceived;
        }
    }
    if conv.third.is_none() {
        conv.note_synack(seg);
        conv.synacks_before_third += 1;
    }
    push_repeated(conv, ack, found);
}

/// It acknowledges the SYN, and has another ISN than the one before.
fn another_isn(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, from: Side, found: &mut Findings) {
    found.marks.set(Mark::OtherIsn);
    push_repeated(conv, ack, found);
    if conv.third.is_some() {
        // The client has taken another one: an ACK is due (RFC 9293 §3.10.7.4).
        conv.marks.set(Mark::OtherIsn);
        conv.side_mut(from).provoked = true;
    } else {
        answers::turn_to(conv, seg);
    }
}

/// Whether the server has shown that it took the third segment: it acknowledged
/// octets of the client, or sent some.
fn took_third(conv: &Conversation) -> bool {
    let acked = conv.side(Side::Client).isn.map(|isn| isn.advance(1 + conv.rare.syn_data));
    let beyond = conv.side(Side::Server).acked.zip(acked).is_some_and(|(ack, start)| ack.is_after(start));
    beyond || conv.side(Side::Server).bytes > 0 || conv.side(Side::Server).fin.is_some()
}

/// From the SYN to its answer: a SYN-ACK sent again sooner than that after the
/// third segment was on its way before it arrived.
fn round_trip(conv: &Conversation) -> Duration {
    let (Some(syn), Some(synack)) = (conv.syn, conv.synack) else { return Duration::ZERO };
    synack.at.since(syn.at)
}

fn push_repeated(conv: &mut Conversation, ack: Seq, found: &mut Findings) {
    let step = Step::SynAck { attempt: conv.synacks };
    if let Some((isn, data)) = acks_syn(conv, ack) {
        let of = conv.last_syn().map(|syn| syn.frame);
        let status = if of.is_some() { Status::Verified } else { Status::Assumed };
        found.proofs.push(Proof { step, of, claim: Claim::AcksSyn { ack, isn, data }, status });
    }
    found.steps.push(step);
}

/// After a SYN-ACK that came again: the next ACK is the third step once more,
/// and whatever the server sends but a SYN-ACK shows that it took it.
pub(super) fn accepted_after_all(
    conv: &mut Conversation,
    seg: &Segment<'_>,
    ack: Seq,
    from: Side,
    found: &mut Findings,
) {
    if conv.side(Side::Server).state != State::SynReceived {
        return;
    }
    conv.side_mut(Side::Server).state = State::Established;
    let Some(isn) = conv.side(Side::Server).isn.filter(|isn| ack == isn.advance(1)) else { return };
    if from == Side::Client && seg.span() == 0 {
        let (step, of) = (Step::HandshakeAck, conv.rare.resent_synack.map(|s| s.frame));
        let claim = Claim::AcksSyn { ack, isn, data: 0 };
        found.proofs.push(Proof { step, of, claim, status: Status::Verified });
        found.marks.set(Mark::LateAck);
        found.steps.push(step);
    }
}
