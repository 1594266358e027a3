//! The closing (RFC 9293 §3.6).

use crate::model::{Segment, Seq};

use super::conversation::{Conversation, Findings};
use super::data;
use super::half::{FinFacts, Sighting};
use super::mark::Mark;
use super::proof::{Claim, Proof, Status};
use super::state::{Side, State};
use super::step::{FinOrder, Step};

/// An acknowledgment that covers the other side's FIN: its number is the
/// FIN's + 1, not just any ACK after it.
pub(super) fn on_ack_of_fin(
    conv: &mut Conversation,
    seg: &Segment<'_>,
    ack: Seq,
    from: Side,
    found: &mut Findings,
) {
    let peer = from.other();
    let Some(mut fin) = conv.side(peer).fin else { return };
    let wanted = fin.seq.advance(1);
    if ack != wanted {
        return;
    }
    let again = std::mem::take(&mut fin.asks_again);
    if fin.acked.is_some() {
        conv.side_mut(peer).fin = Some(fin);
        if !again || seg.span() > 0 {
            return;
        }
    }
    if fin.acked.is_none() {
        fin.acked = Some(Sighting::of(seg));
        fin_arrives(conv, peer, &mut fin);
        conv.side_mut(peer).fin = Some(fin);
        let state = conv.side(peer).state.fin_acked();
        conv.side_mut(peer).state = state;
    }
    let of = fin.first.frame;
    let last = conv.side(from).fin_acked() || conv.marks.has(Mark::SelfConnect);
    let step = if last { Step::LastAck { of, again } } else { Step::FinAck { of, again } };
    found.steps.push(step);
    let claim = Claim::AcksFin { ack, fin: fin.seq };
    found.proofs.push(Proof { step, of: Some(of), claim, status: Status::Verified });
    if seg.flags.fin() && conv.first_closer == Some(peer) && conv.side(from).fin.is_none() {
        conv.fin_on_ack = true;
    }
}

/// The receiver has the FIN and everything before it: it takes effect.
fn fin_arrives(conv: &mut Conversation, sender: Side, fin: &mut FinFacts) {
    if !fin.arrived {
        fin.arrived = true;
        let receiver = conv.side_mut(sender.other());
        receiver.state = receiver.state.receives_fin();
    }
}

/// A segment with FIN.
pub(super) fn on_fin(conv: &mut Conversation, seg: &Segment<'_>, from: Side, found: &mut Findings) {
    let Some(number) = seg.fin_seq() else { return };
    match conv.side(from).fin {
        Some(mut fin) if fin.seq == number => {
            fin.sent += 1;
            fin.asks_again = fin.acked.is_some();
            conv.side_mut(from).fin = Some(fin);
            if seg.len == 0 {
                conv.side_mut(from).retransmissions += 1;
            }
            let order = if conv.first_closer == Some(from) { FinOrder::First } else { FinOrder::Second };
            let step = Step::Fin { order, attempt: fin.sent };
            found.steps.push(step);
            data::repeats(step, number, Some(fin.first.frame), found);
        }
        // A FIN after more data than the first one promised: the first was
        // forged, or this one is; the later number counts.
        Some(fin) if number.is_before(fin.seq) => {}
        _ => first_fin(conv, seg, number, from, found),
    }
    settle_fin(conv, from, found);
}

fn first_fin(conv: &mut Conversation, seg: &Segment<'_>, number: Seq, from: Side, found: &mut Findings) {
    let order = match conv.side(from.other()).fin {
        None => FinOrder::First,
        Some(theirs) if seg.ack().is_some_and(|ack| ack.is_after(theirs.seq)) => FinOrder::Second,
        // It does not acknowledge the other FIN: they crossed.
        Some(_) => FinOrder::Simultaneous,
    };
    if order == FinOrder::Simultaneous {
        conv.crossed_fins = true;
    }
    if conv.first_closer.is_none() {
        conv.first_closer = Some(from);
    }
    let half = conv.side_mut(from);
    half.fin = Some(FinFacts {
        seq: number,
        first: Sighting::of(seg),
        sent: 1,
        acked: None,
        arrived: false,
        asks_again: false,
        heard: false,
    });
    half.cover(number, 1);
    // Sent before the other FIN arrived, whatever the capture shows: CLOSING as
    // soon as that does.
    half.state = match (order, half.state) {
        (FinOrder::Simultaneous, State::CloseWait) => State::Closing,
        (_, state) => state.sends_fin(),
    };
    found.steps.push(Step::Fin { order, attempt: 1 });
}

/// Lets a FIN take effect once everything before it was seen; before that it
/// is only in the capture.
pub(super) fn settle_fin(conv: &mut Conversation, from: Side, found: &mut Findings) {
    let Some(mut fin) = conv.side(from).fin else { return };
    if fin.arrived {
        return;
    }
    let reached = conv.side(from).contiguous().is_some_and(|next| next.is_after(fin.seq));
    if reached {
        fin_arrives(conv, from, &mut fin);
        conv.side_mut(from).fin = Some(fin);
    } else {
        found.marks.set(Mark::FinEarly);
        conv.marks.set(Mark::FinEarly);
    }
}
