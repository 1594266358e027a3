//! Both ends open at the same time (RFC 9293 §3.5, Figure 7).

use std::num::NonZeroU64;

use crate::model::{Segment, Seq};

use super::conversation::{Conversation, Findings};
use super::facts::{Opened, Phase};
use super::half::Sighting;
use super::mark::Mark;
use super::open::note_syn;
use super::proof::{Claim, Proof, Status};
use super::state::{Side, State};
use super::step::{Step, Stray};

/// A SYN-ACK when both sides have sent a SYN (RFC 9293 §3.5, Figure 7).
pub(super) fn crossing_syn_ack(
    conv: &mut Conversation,
    seg: &Segment<'_>,
    ack: Seq,
    from: Side,
    found: &mut Findings,
) {
    let step = Step::SynAck { attempt: conv.rare.of(from).synacks + 1 };
    let of = conv.side(from.other()).syn_frame.map(NonZeroU64::get);
    let Some(isn) = conv.side(from.other()).isn else {
        found.steps.push(Step::Stray(Stray::WrongAck));
        return;
    };
    let claim = Claim::AcksSyn { ack, isn, data: 0 };
    if ack != isn.advance(1) {
        found.proofs.push(Proof { step, of: None, claim, status: Status::Failed });
        found.steps.push(Step::Stray(Stray::WrongAck));
        return;
    }
    found.proofs.push(Proof { step, of, claim, status: Status::Verified });
    found.steps.push(step);
    note_syn(conv, seg, from);
    conv.synacks += 1;
    conv.rare.note().of(from).synacks += 1;
    conv.note_synack(seg);
    conv.side_mut(from).acked = Some(ack);
    conv.side_mut(from).state = State::SynReceived;
    // In a split handshake the server acknowledged the SYN before it sent its own:
    // a client drops that ACK (RFC 9293 §3.10.7.3, fifth check) and needs another.
    if from == Side::Server || !conv.marks.has(Mark::SplitHandshake) {
        open_if_both_acked(conv, seg);
    }
}

/// Both SYNs acknowledged: open.
fn open_if_both_acked(conv: &mut Conversation, seg: &Segment<'_>) {
    let acked = |side: Side| {
        let own = conv.side(side).isn;
        let theirs = conv.side(side.other()).acked;
        matches!((own, theirs), (Some(isn), Some(ack)) if ack.is_after(isn))
    };
    if acked(Side::Client) && acked(Side::Server) {
        conv.phase = Phase::Open(Opened::Simultaneous);
        conv.third = Some(Sighting::of(seg));
        for side in Side::BOTH {
            conv.side_mut(side).state = State::Established;
        }
    } else if conv.marks.has(Mark::SelfConnect) {
        conv.phase = Phase::Crossed;
    }
}

/// An ACK when both sides have sent a SYN.
pub(super) fn crossing_ack(
    conv: &mut Conversation,
    seg: &Segment<'_>,
    ack: Seq,
    from: Side,
    found: &mut Findings,
) {
    let Some(isn) = conv.side(from.other()).isn else { return };
    let claim = Claim::AcksSyn { ack, isn, data: 0 };
    let of = conv.side(from.other()).syn_frame.map(NonZeroU64::get);
    let step = Step::HandshakeAck;
    if ack.is_after(isn) {
        let half = conv.side_mut(from);
        half.acked = Some(ack);
        // It took the other SYN; the SYN-ACK that says so was not captured.
        if half.state == State::SynSent {
            half.state = State::SynReceived;
        }
        found.proofs.push(Proof { step, of, claim, status: Status::Verified });
        found.steps.push(step);
        // With one direction captured, its going on is all that can be seen.
        if conv.side(from.other()).segments == 0 {
            conv.side_mut(from.other()).acked = conv.side(from).isn.map(|isn| isn.advance(1));
        }
        open_if_both_acked(conv, seg);
    } else {
        found.proofs.push(Proof { step, of, claim, status: Status::Failed });
        found.steps.push(Step::Stray(Stray::WrongAck));
    }
}
