//! Resets: what they answer, and whether the receiver accepts them
//! (RFC 9293 §3.5.2, RFC 5961 §3.2).

use std::time::Duration;

use crate::model::{Checksum, Segment, Seq};

use super::accept;
use super::conversation::{Conversation, Findings};
use super::facts::{Opened, Phase, ResetFacts};
use super::half::{Last, Sighting};
use super::mark::Mark;
use super::proof::{Claim, Proof, Status};
use super::state::{Side, State};
use super::step::{Step, Stray, Unacceptable};

impl Conversation {
    /// The reset that ended it, or one that may have.
    pub fn reset(&self) -> Option<ResetFacts> {
        self.reset.as_deref().copied()
    }

    /// Whether what was captured of it begins with that reset: it may never have been
    /// open.
    pub fn begins_with_reset(&self) -> bool {
        self.reset.as_ref().is_some_and(|reset| reset.seen.frame == self.first.frame)
    }

    /// Whether a reset ended it.
    pub(super) fn is_reset(&self) -> bool {
        self.reset.as_ref().is_some_and(|reset| reset.exact)
    }

    fn set_reset(&mut self, facts: ResetFacts) {
        self.reset = Some(Box::new(facts));
    }
}

/// A segment with RST.
pub(super) fn on_reset(conv: &mut Conversation, seg: &Segment<'_>, from: Side, found: &mut Findings) {
    let bad_sum = seg.checksum == Checksum::Bad && conv.side(from).checksums_real;
    if bad_sum {
        found.steps.push(Step::ResetIgnored { why: Unacceptable::BadChecksum });
        return;
    }
    match (conv.phase, from) {
        (Phase::SynSent, Side::Server) => refusal(conv, seg, found),
        (Phase::Crossed, Side::Server) if conv.side(Side::Server).acked.is_none() => {
            refusal(conv, seg, found)
        }
        (Phase::SynSent | Phase::Crossed | Phase::SynReceived, Side::Client) => {
            client_abort(conv, seg, found)
        }
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
    let accepted = data <= conv.rare.syn_data;
    let status = if accepted { Status::Verified } else { Status::Failed };
    let of = conv.last_syn().map(|syn| syn.frame);
    let claim = Claim::AcksSyn { ack, isn, data: if accepted { data } else { 0 } };
    found.proofs.push(Proof { step: Step::Refused, of, claim, status });
    if !accepted {
        found.steps.push(Step::ResetIgnored { why: Unacceptable::WrongAck });
        return;
    }
    found.steps.push(Step::Refused);
    conv.tentative = false;
    conv.phase = Phase::Refused;
    conv.rare.note().turned_away = Some(Sighting::of(seg));
    close_both(conv);
}

fn client_abort(conv: &mut Conversation, seg: &Segment<'_>, found: &mut Findings) {
    let expected = conv.side(Side::Client).snd_nxt();
    let window = u32::from(conv.side(Side::Server).window).max(1);
    // It answers the SYN of the other side, from a port that is closed by now: it has
    // no number of its own (RFC 9293 §3.5.2), whatever window 0 lies in.
    let numberless = conv.phase == Phase::Crossed && seg.seq.raw() == 0 && seg.flags.ack();
    let inside = !numberless
        && expected.is_some_and(|nxt| seg.seq.relative_to(nxt) < window || seg.seq.advance(1) == nxt);
    if !inside {
        found.steps.push(Step::ResetIgnored { why: Unacceptable::OutsideWindow });
        return;
    }
    found.steps.push(Step::ClientAbort);
    conv.phase = Phase::Aborted;
    conv.rare.note().turned_away = Some(Sighting::of(seg));
    let exact = expected == Some(seg.seq);
    conv.set_reset(facts(conv, seg, Side::Client, exact));
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
    /// Right behind the window: it may have overtaken what fills it.
    AtEdge,
    Outside,
}

/// RCV.NXT of the receiver lies between what it last acknowledged and what
/// would have arrived had nothing been lost; each of these is exact.
fn fit(conv: &Conversation, seg: &Segment<'_>, from: Side) -> Fit {
    let sender = conv.side(from);
    let receiver = conv.side(from.other());
    // After its FIN has arrived, Linux takes the number of the FIN itself too
    // (`tcp_reset_check`): a socket that closed with data under way.
    let fin = sender.fin.filter(|fin| fin.arrived).map(|fin| fin.seq);
    let candidates = [receiver.acked, sender.contiguous(), sender.snd_nxt(), fin];
    if let Some(exact) = candidates.into_iter().flatten().find(|&nxt| nxt == seg.seq) {
        return Fit::Exact(exact);
    }
    let Some(nxt) = receiver.acked.or(sender.contiguous()) else { return Fit::Exact(seg.seq) };
    let window = accept::window(conv, from.other()).max(1);
    match seg.seq.relative_to(nxt) {
        ahead if ahead < window => Fit::InWindow,
        ahead if ahead == window && seg.flags.ack() => Fit::AtEdge,
        _ => Fit::Outside,
    }
}

fn of_synchronized(conv: &mut Conversation, seg: &Segment<'_>, from: Side, found: &mut Findings) {
    if conv.is_reset() {
        found.steps.push(Step::Stray(Stray::AfterClose));
        return;
    }
    if conv.are_fins_acked() {
        conv.marks.set(Mark::ResetAfterClose);
        found.marks.set(Mark::ResetAfterClose);
        found.steps.push(Step::Stray(Stray::AfterClose));
        return;
    }
    let (step, exact) = match fit(conv, seg, from) {
        Fit::Exact(rcv_nxt) => {
            let claim = Claim::AtRcvNxt { seq: seg.seq, rcv_nxt };
            // What its receiver acknowledged proves it; what was merely sent may
            // not have arrived.
            let acked = conv.side(from.other()).acked == Some(seg.seq);
            let status = if acked { Status::Verified } else { Status::Assumed };
            found.proofs.push(Proof { step: Step::Reset, of: None, claim, status });
            (Step::Reset, true)
        }
        Fit::InWindow => (Step::ResetChallenged, false),
        Fit::AtEdge => {
            // Dropped; but should the octets before it come, its sender has given up.
            if conv.reset.is_none() {
                conv.set_reset(facts(conv, seg, from, false));
            }
            (Step::ResetIgnored { why: Unacceptable::OutsideWindow }, false)
        }
        Fit::Outside => (Step::ResetIgnored { why: Unacceptable::OutsideWindow }, false),
    };
    found.steps.push(step);
    if matches!(step, Step::ResetIgnored { .. }) {
        return;
    }
    conv.side_mut(from).provoked = !exact;
    conv.set_reset(which(conv, seg, from, exact));
    if exact {
        close_both(conv);
    }
}

/// Of two resets, the one that ended the connection.
fn which(conv: &Conversation, seg: &Segment<'_>, from: Side, exact: bool) -> ResetFacts {
    match conv.reset() {
        // It was challenged, and this is the answer: the first one had the reason, and
        // is the one to name. The answer may stand before it: where the challenge pointed.
        Some(first) if first.by == from => {
            // And a bare one says that its sender no longer knows the connection.
            let own = own(conv, &first) || (!seg.flags.ack() && !first.bare);
            let seq = first.seq.later(seg.seq);
            ResetFacts { exact, seq, own, ..first }
        }
        Some(first) if !exact => first,
        // A bare reset in reply: the other side took the first one. And who gave
        // up first has given up, whatever the other side does later.
        // Or it never answered again, and this one gives up for that.
        Some(first)
            if own(conv, &first) || (!seg.flags.ack() && !first.bare) || conv.side(from).keep_alive =>
        {
            ResetFacts { exact: true, ..first }
        }
        _ => facts(conv, seg, from, exact),
    }
}

/// Whether it stands at its sender's own SND.NXT and has ACK. What it had
/// overtaken shows that only later.
fn own(conv: &Conversation, reset: &ResetFacts) -> bool {
    let beyond = conv.side(reset.by).snd_nxt().map(|nxt| reset.seq.relative_to(nxt));
    // Data of a SYN that crossed another is counted only when it comes again.
    let crossed = conv.phase == Phase::Open(Opened::Simultaneous) && conv.marks.has(Mark::SynData);
    let most = if crossed { MOST_SYN_DATA } else { 0 };
    reset.own || (!reset.bare && beyond.is_some_and(|beyond| beyond <= most))
}

/// Octets that fit in a SYN beside its options, on an Ethernet.
const MOST_SYN_DATA: u32 = 1_460;

fn facts(conv: &Conversation, seg: &Segment<'_>, by: Side, exact: bool) -> ResetFacts {
    let outstanding = |side: Side| {
        let sent = conv.side(side).snd_nxt();
        let acked = conv.side(side.other()).acked;
        let fin = conv.side(side).fin.is_some_and(|fin| fin.acked.is_none());
        let octets = u32::try_from(conv.side(side).bytes).unwrap_or(u32::MAX);
        match (sent, acked) {
            (Some(sent), Some(acked)) if sent.is_after(acked) => {
                sent.relative_to(acked).saturating_sub(u32::from(fin))
            }
            // Nothing of the other side was captured that could acknowledge it.
            (Some(_), None) => octets,
            _ => 0,
        }
    };
    ResetFacts {
        by,
        seen: Sighting::of(seg),
        seq: seg.seq,
        exact,
        in_doubt: outstanding(by),
        unread: outstanding(by.other()),
        bare: !seg.flags.ack(),
        after_own_fin: conv.side(by).fin.is_some(),
        after_peer_fin: conv.side(by.other()).fin.is_some(),
        answers: answers(conv, by),
        own: seg.flags.ack() && conv.side(by).snd_nxt() == Some(seg.seq),
        disowned: false,
        keep_alive_failed: conv.side(by).keep_alive,
        ttl_odd: conv.side(by).segments > 1 && !conv.side(by).ttl_varies && conv.side(by).ttl != seg.ip.ttl,
    }
}

/// The segment of the other side that a reset may answer.
fn answers(conv: &Conversation, by: Side) -> Last {
    let peer = conv.side(by.other());
    match (peer.segments, peer.unanswered) {
        // That direction was not captured.
        (0, _) => Last::Other,
        (_, 0) => Last::Nothing,
        _ => peer.last,
    }
}

fn close_both(conv: &mut Conversation) {
    for side in Side::BOTH {
        conv.side_mut(side).state = State::Closed;
    }
}

/// What was on its way when a reset was sent still arrives within this time.
const IN_FLIGHT: Duration = Duration::from_millis(100);

/// A segment after an exact reset. `true`: the connection goes on, the segment is
/// one of it.
///
/// - The receiver of the reset answers with the ACK that challenges it: what had
///   been sent before had not arrived, so that the number was not exact.
/// - The side that is said to have sent it goes on with new octets: the reset was
///   not its own. Only when the other side goes on too had it no effect.
pub(super) fn contradicted(
    conv: &mut Conversation,
    seg: &Segment<'_>,
    ack: Seq,
    from: Side,
    found: &mut Findings,
) -> bool {
    let Some(mut reset) = conv.reset().filter(|reset| reset.exact) else { return false };
    let acked = conv.side(from).acked;
    if from == reset.by {
        let late = seg.at.since(reset.seen.at) > IN_FLIGHT;
        if late && seg.len > 0 && conv.side(from).snd_nxt() == Some(seg.seq) {
            reset.disowned = true;
            conv.set_reset(reset);
            conv.side_mut(from).cover(seg.seq, seg.len);
        }
        return false;
    }
    let bare = seg.span() == 0;
    let in_flight =
        acked.is_some_and(|acked| conv.side(reset.by).snd_nxt().is_some_and(|nxt| nxt.is_after(acked)));
    if bare && in_flight && acked == Some(ack) && !reset.bare && !reset.disowned {
        conv.set_reset(ResetFacts { exact: false, ..reset });
        conv.side_mut(from).state = State::Established;
        found.steps.push(Step::ChallengeAck);
        return true;
    }
    if reset.disowned && acked.is_some_and(|acked| ack.is_after(acked)) {
        conv.reset = None;
        conv.marks.set(Mark::ResetSurvived);
        found.marks.set(Mark::ResetSurvived);
        for side in Side::BOTH {
            let state = if conv.side(side).fin.is_some() { State::FinWait1 } else { State::Established };
            conv.side_mut(side).state = state;
        }
        return true;
    }
    false
}

/// A segment after a reset that was not exact: the side that is said to have
/// sent it goes on as before, so that it was not its own, or not meant
/// (RFC 5961 §3.2 has the other side send a challenge ACK; that alone tells
/// nothing).
pub(super) fn survived(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, from: Side) {
    let Some(reset) = conv.reset() else { return };
    if reset.exact || from != reset.by {
        return;
    }
    // What it sent before the reset may come after it; new octets come so late only
    // if it did not mean it.
    let late = seg.at.since(reset.seen.at) > IN_FLIGHT;
    let new = seg.len > 0 && conv.side(from).snd_nxt() == Some(seg.seq);
    if !(seg.end().is_after(reset.seq) || late && new) {
        return;
    }
    let acks_more = conv.side(from).acked.is_some_and(|acked| ack.is_after(acked));
    let goes_on = conv.side(from).snd_nxt() == Some(seg.seq) || seg.len > 0;
    if goes_on && (acks_more || seg.span() > 0) {
        conv.reset = None;
    }
}
