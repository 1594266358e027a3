//! Resets: what they answer, and whether the receiver accepts them
//! (RFC 9293 §3.5.2, RFC 5961 §3.2).

use std::time::Duration;

use crate::model::{Checksum, Segment, Seq};

use super::accept;
use super::conversation::{Conversation, Findings};
use super::facts::{Phase, ResetFacts};
use super::half::{Last, Sighting};
use super::mark::Mark;
use super::proof::{Claim, Proof, Status};
use super::state::{Side, State};
use super::step::{Step, Stray, Unacceptable};

/// A segment with RST.
pub(super) fn on_reset(conv: &mut Conversation, seg: &Segment<'_>, from: Side, found: &mut Findings) {
    let bad_sum = seg.checksum == Checksum::Bad && conv.side(from).checksums_real;
    if bad_sum {
        found.steps.push(Step::ResetIgnored { why: Unacceptable::BadChecksum });
        return;
    }
    match (conv.phase, from) {
        (Phase::SynSent, Side::Server) => refusal(conv, seg, found),
        (Phase::SynSent | Phase::SynReceived, Side::Client) => client_abort(conv, seg, found),
        (Phase::Refused | Phase::Rejected | Phase::Aborted, _) => repeated(conv, found),
        _ => of_synchronized(conv, seg, from, found),
    }
}

/// In SYN-SENT a reset is accepted if it acknowledges the SYN
/// (RFC 9293 §3.10.7.3).
fn refusal(conv: &mut Conversation, seg: &Segment<'_>, found: &mut Findings) {
    let isn = conv.side(Side::Client).isn;
    let (Some(isn), Some(ack)) = (isn, seg.ack()) else {
        found.steps.push(Step::ResetIgnored { why: Unacceptable::WrongAck });
        return;
    };
    let data = ack.relative_to(isn.advance(1));
    let accepted = data <= conv.syn_data;
    let status = if accepted { Status::Verified } else { Status::Failed };
    let of = conv.last_syn.map(|syn| syn.frame);
    let claim = Claim::AcksSyn { ack, isn, data: if accepted { data } else { 0 } };
    found.proofs.push(Proof { step: Step::Refused, of, claim, status });
    if !accepted {
        found.steps.push(Step::ResetIgnored { why: Unacceptable::WrongAck });
        return;
    }
    found.steps.push(Step::Refused);
    conv.tentative = false;
    conv.phase = Phase::Refused;
    conv.turned_away = Some(Sighting::of(seg));
    close_both(conv);
}

fn client_abort(conv: &mut Conversation, seg: &Segment<'_>, found: &mut Findings) {
    let expected = conv.side(Side::Client).snd_nxt();
    let window = u32::from(conv.side(Side::Server).window).max(1);
    let inside = expected.is_some_and(|nxt| seg.seq.relative_to(nxt) < window || seg.seq.advance(1) == nxt);
    if !inside {
        found.steps.push(Step::ResetIgnored { why: Unacceptable::OutsideWindow });
        return;
    }
    found.steps.push(Step::ClientAbort);
    conv.phase = Phase::Aborted;
    conv.turned_away = Some(Sighting::of(seg));
    let exact = expected == Some(seg.seq);
    conv.reset = Some(facts(conv, seg, Side::Client, exact));
    close_both(conv);
}

fn repeated(conv: &mut Conversation, found: &mut Findings) {
    let step = match conv.phase {
        Phase::Refused => Step::Refused,
        _ => Step::Stray(Stray::AfterClose),
    };
    found.steps.push(step);
}

/// How a reset's number relates to what its receiver expects.
enum Fit {
    Exact(Seq),
    InWindow,
    Outside,
}

/// RCV.NXT of the receiver lies between what it last acknowledged and what
/// would have arrived had nothing been lost; each of these is exact.
fn fit(conv: &Conversation, seg: &Segment<'_>, from: Side) -> Fit {
    let sender = conv.side(from);
    let receiver = conv.side(from.other());
    let candidates = [receiver.acked, sender.contiguous(), sender.snd_nxt()];
    if let Some(exact) = candidates.into_iter().flatten().find(|&nxt| nxt == seg.seq) {
        return Fit::Exact(exact);
    }
    let Some(nxt) = receiver.acked.or(sender.contiguous()) else { return Fit::Exact(seg.seq) };
    let window = accept::window(conv, from.other()).max(1);
    if seg.seq.relative_to(nxt) < window { Fit::InWindow } else { Fit::Outside }
}

fn of_synchronized(conv: &mut Conversation, seg: &Segment<'_>, from: Side, found: &mut Findings) {
    if conv.reset.is_some_and(|reset| reset.exact) {
        found.steps.push(Step::Stray(Stray::AfterClose));
        return;
    }
    if conv.side(Side::Client).fin_acked() && conv.side(Side::Server).fin_acked() {
        conv.marks.set(Mark::ResetAfterClose);
        found.marks.set(Mark::ResetAfterClose);
        found.steps.push(Step::Stray(Stray::AfterClose));
        return;
    }
    let (step, exact) = match fit(conv, seg, from) {
        Fit::Exact(rcv_nxt) => {
            let claim = Claim::AtRcvNxt { seq: seg.seq, rcv_nxt };
            let status = Status::Verified;
            found.proofs.push(Proof { step: Step::Reset, of: None, claim, status });
            (Step::Reset, true)
        }
        Fit::InWindow => (Step::ResetChallenged, false),
        Fit::Outside => (Step::ResetIgnored { why: Unacceptable::OutsideWindow }, false),
    };
    found.steps.push(step);
    if matches!(step, Step::ResetIgnored { .. }) {
        return;
    }
    conv.side_mut(from).provoked = !exact;
    let standing = conv.reset.is_some_and(|reset| reset.exact || !exact);
    if !standing {
        conv.reset = Some(facts(conv, seg, from, exact));
    }
    if exact {
        close_both(conv);
    }
}

fn facts(conv: &Conversation, seg: &Segment<'_>, by: Side, exact: bool) -> ResetFacts {
    let outstanding = |side: Side| {
        let sent = conv.side(side).snd_nxt();
        let acked = conv.side(side.other()).acked;
        match (sent, acked) {
            (Some(sent), Some(acked)) if sent.is_after(acked) => sent.relative_to(acked),
            _ => 0,
        }
    };
    ResetFacts {
        by,
        seen: Sighting::of(seg),
        exact,
        in_doubt: outstanding(by),
        unread: outstanding(by.other()),
        bare: !seg.flags.ack(),
        after_own_fin: conv.side(by).fin.is_some(),
        after_peer_fin: conv.side(by.other()).fin.is_some(),
        answers: if conv.last_from == Some(by.other()) { conv.side(by.other()).last } else { Last::Nothing },
        keep_alive_failed: conv.side(by).keep_alive,
        ttl_odd: conv.side(by).segments > 1 && !conv.side(by).ttl_varies && conv.side(by).ttl != seg.ip.ttl,
    }
}

fn close_both(conv: &mut Conversation) {
    for side in Side::BOTH {
        conv.side_mut(side).state = State::Closed;
    }
}

/// Whether a segment shows that an exact reset had no effect: the side that is
/// said to have sent it goes on with new octets, or acknowledges what was sent
/// after it. The reset was forged, and something dropped it on the way.
pub(super) fn contradicted(
    conv: &mut Conversation,
    seg: &Segment<'_>,
    ack: Seq,
    from: Side,
    found: &mut Findings,
) -> bool {
    let Some(reset) = conv.reset.filter(|reset| reset.exact && reset.by == from) else { return false };
    let goes_on = seg.len > 0 && conv.side(from).snd_nxt() == Some(seg.seq);
    let acked = conv
        .side(from)
        .acked
        .is_some_and(|before| ack.is_after(before) && conv.side(from).acked != Some(ack));
    let since = seg.at.since(reset.seen.at) > CROSSING;
    if !since || !(goes_on || acked) {
        return false;
    }
    conv.reset = None;
    conv.marks.set(Mark::ResetSurvived);
    found.marks.set(Mark::ResetSurvived);
    for side in Side::BOTH {
        let state = if conv.side(side).fin.is_some() { State::FinWait1 } else { State::Established };
        conv.side_mut(side).state = state;
    }
    true
}

/// Segments on their way when a reset is sent still arrive within this time.
const CROSSING: Duration = Duration::from_secs(1);

/// A segment after a reset that was not exact: its receiver still speaks as
/// before, so that it did not take it (RFC 5961 §3.2 has it send a challenge
/// ACK).
pub(super) fn survived(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, from: Side) {
    let Some(reset) = conv.reset else { return };
    if reset.exact || from == reset.by {
        return;
    }
    let goes_on = conv.side(from).snd_nxt() == Some(seg.seq) && conv.side(from).acked == Some(ack);
    if goes_on || seg.len > 0 {
        conv.reset = None;
    }
}
