//! The opening (RFC 9293 §3.5): which segment is which step, and why.

use std::num::NonZeroU64;
use std::time::Duration;

use crate::model::{Segment, Seq};

use super::again::{accepted_after_all, repeated_syn_ack};
use super::answers;
use super::conversation::{Conversation, Findings};
use super::cross::{crossing_ack, crossing_syn_ack};
use super::facts::{Opened, Phase};
use super::half::{Offers, Sighting};
use super::held;
use super::mark::Mark;
use super::proof::{Claim, Proof, Status};
use super::state::{Roles, Side, State};
use super::step::{Step, Stray};

/// A segment with SYN, with or without ACK.
pub(super) fn on_syn(conv: &mut Conversation, seg: &Segment<'_>, from: Side, found: &mut Findings) {
    match seg.ack() {
        None => on_bare_syn(conv, seg, from, found),
        Some(ack) => on_syn_ack(conv, seg, ack, from, found),
    }
}

fn on_bare_syn(conv: &mut Conversation, seg: &Segment<'_>, from: Side, found: &mut Findings) {
    match (conv.phase, from) {
        (Phase::SynSent | Phase::Crossed | Phase::SynReceived, Side::Server) => {
            note_syn(conv, seg, from);
            if seg.len > 0 {
                found.marks.set(Mark::SynData);
                conv.marks.set(Mark::SynData);
            }
            if conv.phase == Phase::SynSent {
                conv.phase = Phase::Crossed;
                conv.side_mut(Side::Server).state = State::SynSent;
            }
            found.steps.push(Step::SimultaneousSyn);
        }
        (_, Side::Client) if conv.side(Side::Client).isn.is_none_or(|isn| isn == seg.seq) => {
            client_syn(conv, seg, found);
        }
        _ => {
            // Answered by an ACK, whatever its number (RFC 5961 §4.2).
            conv.side_mut(from).provoked = true;
            found.steps.push(Step::Stray(Stray::SynInside));
        }
    }
}

fn client_syn(conv: &mut Conversation, seg: &Segment<'_>, found: &mut Findings) {
    let gap = conv.last_syn().map_or(Duration::ZERO, |last| seg.at.since(last.at));
    note_syn(conv, seg, Side::Client);
    conv.syns += 1;
    // Of an open connection it is an old one: the answer is due (RFC 5961 §4.2).
    if matches!(conv.phase, Phase::Open(_)) && conv.third.is_some() {
        conv.side_mut(Side::Client).provoked = true;
    }
    if conv.syn.is_none() {
        conv.syn = Some(Sighting::of(seg));
        if seg.len > 0 {
            conv.rare.note().first_syn_data = seg.len;
        }
        conv.syn_tsval = conv.side(Side::Client).offers.tsval;
        if conv.synack.is_some() {
            // Known only once the SYN-ACK stands before it.
            conv.roles = Roles::Seen;
            conv.marks.set(Mark::SynAckFirst);
            found.marks.set(Mark::SynAckFirst);
        }
    } else {
        conv.side_mut(Side::Client).retransmissions += 1;
        let unusual = conv.rare.note();
        unusual.later_syn = Some(Sighting::of(seg));
        if let Some(slot) = conv.syns.checked_sub(2).and_then(|i| unusual.syn_gaps.get_mut(i as usize)) {
            *slot = u16::try_from(gap.as_millis()).unwrap_or(u16::MAX);
        }
    }
    if conv.synack.is_none() && seg.len > conv.rare.syn_data {
        // The first one carries it; the second may be captured before it.
        conv.rare.note().syn_data = seg.len;
    }
    held::on_client_syn(conv, seg, found);
    if seg.len > 0 {
        found.marks.set(Mark::SynData);
        conv.marks.set(Mark::SynData);
    }
    if conv.side(Side::Client).offers.cookie_request {
        found.marks.set(Mark::CookieRequested);
        conv.marks.set(Mark::CookieRequested);
    }
    // A refused or rejected client may try again with the same ISN.
    if matches!(conv.phase, Phase::Refused | Phase::Rejected) {
        conv.phase = Phase::SynSent;
        // What turned the former SYN away does not answer this one.
        let unusual = conv.rare.note();
        (unusual.turned_away, unusual.rejection) = (None, None);
    }
    if conv.phase == Phase::SynSent {
        conv.side_mut(Side::Client).state = State::SynSent;
        conv.side_mut(Side::Server).state = State::Listen;
    }
    found.steps.push(Step::Syn { attempt: conv.syns, gap });
}

/// Numbers, window and offers of a SYN or SYN-ACK.
pub(super) fn note_syn(conv: &mut Conversation, seg: &Segment<'_>, from: Side) {
    let half = conv.side_mut(from);
    half.learn_isn(seg.seq);
    half.syn_frame = half.syn_frame.or(NonZeroU64::new(seg.frame));
    half.scaled = false;
    half.offers = Offers::of(seg);
    half.window = seg.window;
}

fn on_syn_ack(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, from: Side, found: &mut Findings) {
    let myself = conv.marks.has(Mark::SelfConnect);
    match conv.phase {
        Phase::SynSent if from == Side::Server => first_syn_ack(conv, seg, ack, found),
        Phase::SynSent if myself => crossing_syn_ack(conv, seg, ack, from, found),
        // The client answers a SYN that was not captured: both open at once.
        Phase::SynSent if conv.side(from).isn == Some(seg.seq) => {
            conv.side_mut(from.other()).learn_isn(ack.retreat(1));
            conv.phase = Phase::Crossed;
            crossing_syn_ack(conv, seg, ack, from, found);
        }
        // So does this one; the server's SYN-ACK had overtaken its SYN.
        Phase::SynReceived if from == Side::Client && crosses(conv, seg, ack) => {
            conv.phase = Phase::Crossed;
            crossing_syn_ack(conv, seg, ack, from, found);
        }
        Phase::Crossed => crossing_syn_ack(conv, seg, ack, from, found),
        Phase::Open(Opened::Simultaneous) if conv.side(from).isn == Some(seg.seq) => {
            repeated_syn_ack(conv, seg, ack, from, found);
        }
        Phase::SynReceived | Phase::Open(_) if from == Side::Server => {
            repeated_syn_ack(conv, seg, ack, from, found);
        }
        _ => found.steps.push(Step::Stray(Stray::WrongAck)),
    }
}

/// Whether a SYN-ACK of the client answers a SYN of the server: only in SYN-SENT
/// does a bare SYN lead to one (RFC 9293 §3.10.7.3).
fn crosses(conv: &Conversation, seg: &Segment<'_>, ack: Seq) -> bool {
    let answered = conv.side(Side::Server).isn.is_some_and(|isn| ack == isn.advance(1));
    answered && conv.side(Side::Client).isn == Some(seg.seq)
}

/// How `ack` relates to the client's SYN: the octets of SYN data that it
/// acknowledges, or `None` if it does not acknowledge the SYN.
pub(super) fn acks_syn(conv: &Conversation, ack: Seq) -> Option<(Seq, u32)> {
    let isn = conv.side(Side::Client).isn?;
    let data = ack.relative_to(isn.advance(1));
    (data <= conv.rare.syn_data).then_some((isn, data))
}

fn first_syn_ack(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, found: &mut Findings) {
    let step = Step::SynAck { attempt: conv.synacks + 1 };
    let of = conv.last_syn().map(|syn| syn.frame);
    let Some((isn, data)) = (match conv.side(Side::Client).isn {
        // The SYN was not captured: this acknowledgment tells its number.
        None => {
            let isn = ack.retreat(1);
            conv.side_mut(Side::Client).learn_isn(isn);
            Some((isn, 0))
        }
        Some(_) => acks_syn(conv, ack),
    }) else {
        let isn = conv.side(Side::Client).isn.unwrap_or(ack);
        let claim = Claim::AcksSyn { ack, isn, data: 0 };
        // A SYN-ACK by its flags; its number acknowledges nothing that was sent,
        // so the conversation does not move.
        found.proofs.push(Proof { step, of, claim, status: Status::Failed });
        found.steps.push(step);
        return;
    };
    let status = if of.is_some() { Status::Verified } else { Status::Assumed };
    found.proofs.push(Proof { step, of, claim: Claim::AcksSyn { ack, isn, data }, status });
    found.steps.push(step);
    if conv.rare.syn_data > 0 {
        conv.side_mut(Side::Client).cover(isn.advance(1), data);
        if data == 0 {
            conv.marks.set(Mark::SynDataIgnored);
            found.marks.set(Mark::SynDataIgnored);
        }
        let bytes = u64::from(data);
        conv.side_mut(Side::Client).bytes += bytes;
    }
    note_syn(conv, seg, Side::Server);
    conv.side_mut(Side::Server).acked = Some(ack);
    conv.synack = Some(Sighting::of(seg));
    conv.synacks = 1;
    conv.synacks_before_third = 1;
    conv.syns_before_answer = conv.syns;
    conv.synack_tsecr = seg.timestamps().map(|ts| ts.ecr);
    conv.phase = Phase::SynReceived;
    conv.tentative = false;
    conv.side_mut(Side::Server).state = State::SynReceived;
}

/// A segment with ACK and without SYN or RST, before the conversation is open.
pub(super) fn on_ack(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, from: Side, found: &mut Findings) {
    if conv.phase == Phase::SynReceived {
        answers::settle(conv, seg, ack, from);
    }
    match (conv.phase, from) {
        (Phase::SynReceived, Side::Client) => third(conv, seg, ack, found),
        (Phase::SynReceived, Side::Server) => server_goes_on(conv, seg, ack, found),
        (Phase::SynSent, Side::Client) => third_without_syn_ack(conv, seg, ack, found),
        (Phase::SynSent, Side::Server) => answer_without_syn(conv, seg, ack, found),
        (Phase::Crossed, _) => crossing_ack(conv, seg, ack, from, found),
        (Phase::Refused | Phase::Rejected | Phase::Aborted, _) => {
            found.steps.push(Step::Stray(Stray::AfterClose));
        }
        (Phase::Open(Opened::NotCaptured), _) => {
            if conv.side(from).sent.is_none() {
                conv.side_mut(from).learn_midstream(seg.seq);
            }
        }
        (Phase::Open(_), _) => accepted_after_all(conv, seg, ack, from, found),
    }
}

/// The third segment, or a later one that proves that it was sent.
fn third(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, found: &mut Findings) {
    let (Some(client), Some(isn)) = (conv.side(Side::Client).snd_nxt(), conv.side(Side::Server).isn) else {
        return;
    };
    let claim = Claim::AcksSyn { ack, isn, data: 0 };
    let of = conv.last_synack().map(|s| s.frame);
    let beyond = ack.distance_from(isn.advance(1));
    let expected = conv.side(Side::Server).snd_nxt().unwrap_or(isn.advance(1));
    // Octets before it may be missing in the capture; its acknowledgment counts.
    let exact = beyond >= 0 && !ack.is_after(expected) && !seg.seq.is_before(client);
    // It acknowledges what was not seen being sent, and its own number shows
    // nothing missing: believed only when another one bears it out.
    let claims = ack.is_after(expected) && seg.seq == client && seg.span() == 0;
    let doubtful = claims && conv.rare.note().of(Side::Client).claimed.replace(ack).is_none();
    // A keep-alive, or data of the SYN again, stands before what it sends next.
    let old = conv.side(Side::Client).isn.is_some_and(|isn| seg.seq.is_before(isn));
    if doubtful || !exact && (beyond < 0 || old) {
        let step = Step::HandshakeAck;
        found.proofs.push(Proof { step, of, claim, status: Status::Failed });
        found.steps.push(Step::Stray(Stray::WrongAck));
        return;
    }
    let fast = conv.rare.syn_data > 0 && !conv.marks.has(Mark::SynDataIgnored);
    conv.phase = Phase::Open(if fast { Opened::FastOpen } else { Opened::Complete });
    for side in Side::BOTH {
        conv.side_mut(side).state = State::Established;
    }
    conv.third = Some(Sighting::of(seg));
    if let Some(later) = conv.rare.later_synack.filter(|later| later.is_told_apart) {
        let echo = seg.timestamps().map(|timestamps| timestamps.ecr);
        conv.rare.note().echoes_last = echo == later.tsval;
    }
    if exact {
        found.steps.push(Step::HandshakeAck);
        found.proofs.push(Proof { step: Step::HandshakeAck, of, claim, status: Status::Verified });
        if conv.synacks > 1 {
            found.marks.set(Mark::LateAck);
        }
        if answers::is_owed(conv) {
            conv.side_mut(Side::Server).provoked = true;
        }
    }
    if !exact || seg.seq != client {
        conv.marks.set(Mark::ThirdNotCaptured);
        found.marks.set(Mark::ThirdNotCaptured);
    }
}

/// Octets of the client that may be missing in a capture before the server's first
/// acknowledgment of some.
const UNSEEN: u32 = 1 << 20;

/// The server sends on after its SYN-ACK: with payload it must have taken the
/// third segment, unless the SYN's data opened it (RFC 7413).
fn server_goes_on(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, found: &mut Findings) {
    let fast = conv.rare.syn_data > 0 && !conv.marks.has(Mark::SynDataIgnored);
    // Octets of the client that it acknowledges, or nothing of the client in the
    // capture at all: a bare ACK then speaks of a third segment too.
    let client = conv.side(Side::Client);
    // From another connection on these ports both numbers would be anything.
    let next = conv.side(Side::Server).snd_nxt() == Some(seg.seq);
    let near = |end: Seq| ack.is_after(end) && (next || ack.relative_to(end) < UNSEEN);
    let beyond = client.isn.map(|isn| isn.advance(1 + conv.rare.syn_data)).is_some_and(near);
    let proven = seg.len > 0 || seg.flags.fin() || beyond || client.segments == 0;
    if fast || !proven {
        if let Some(len) = std::num::NonZeroU32::new(seg.len) {
            let start = seg.data_seq();
            let server = conv.side_mut(Side::Server);
            server.bytes += u64::from(server.cover(start, len.get()).map_or(0, |added| added.new));
            found.steps.push(Step::Data { len: len.get() });
        } else {
            found.steps.push(Step::Ack { newly: 0 });
        }
        return;
    }
    conv.phase = Phase::Open(Opened::Complete);
    conv.marks.set(Mark::ThirdNotCaptured);
    found.marks.set(Mark::ThirdNotCaptured);
    conv.third = Some(Sighting::of(seg));
    for side in Side::BOTH {
        conv.side_mut(side).state = State::Established;
    }
}

/// The client acknowledges something after its SYN: a SYN-ACK came that was
/// not captured.
fn third_without_syn_ack(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, found: &mut Findings) {
    let Some(isn) = conv.side(Side::Client).isn else { return };
    if !seg.seq.is_after(isn) {
        found.steps.push(Step::Stray(Stray::WrongAck));
        return;
    }
    let server_isn = ack.retreat(1);
    conv.side_mut(Side::Server).learn_isn(server_isn);
    conv.phase = Phase::Open(Opened::Complete);
    conv.third = Some(Sighting::of(seg));
    conv.marks.set(Mark::SynAckNotCaptured);
    found.marks.set(Mark::SynAckNotCaptured);
    for side in Side::BOTH {
        conv.side_mut(side).state = State::Established;
    }
    if seg.seq == isn.advance(1) {
        let claim = Claim::AcksSyn { ack, isn: server_isn, data: 0 };
        let proof = Proof { step: Step::HandshakeAck, of: None, claim, status: Status::Assumed };
        found.proofs.push(proof);
        found.steps.push(Step::HandshakeAck);
    }
}

/// The other side answers a SYN with something that is no SYN.
fn answer_without_syn(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, found: &mut Findings) {
    let Some((isn, data)) = acks_syn(conv, ack) else {
        // An ACK of other numbers: the peer still holds an old connection
        // (RFC 9293 §3.5.1, Figure 9) or challenges the SYN (RFC 5961 §4.2). Neither
        // has payload or a FIN: with them it answers nothing.
        let bare = seg.len == 0 && !seg.flags.fin();
        found.steps.push(if bare { Step::ChallengeAck } else { Step::Stray(Stray::WrongAck) });
        return;
    };
    if seg.len > 0 || seg.flags.fin() {
        conv.side_mut(Side::Server).learn_isn(seg.seq.retreat(1));
        conv.phase = Phase::Open(Opened::Complete);
        conv.third = Some(Sighting::of(seg));
        conv.marks.set(Mark::SynAckNotCaptured);
        found.marks.set(Mark::SynAckNotCaptured);
        for side in Side::BOTH {
            conv.side_mut(side).state = State::Established;
        }
        return;
    }
    // A bare ACK of the SYN: the first step of a split handshake.
    conv.marks.set(Mark::SplitHandshake);
    conv.side_mut(Side::Client).cover(isn.advance(1), data);
    conv.side_mut(Side::Server).acked = Some(ack);
    let proof = Proof {
        step: Step::Ack { newly: 0 },
        of: conv.last_syn().map(|s| s.frame),
        claim: Claim::AcksSyn { ack, isn, data },
        status: Status::Verified,
    };
    found.proofs.push(proof);
    found.steps.push(Step::Ack { newly: 0 });
}
