//! Which incarnation of a flow a segment belongs to.

use std::time::Duration;

use crate::model::{Segment, Seq, Way};

use super::conversation::Conversation;
use super::facts::Phase;
use super::half::Half;
use super::state::Side;

/// Where a segment goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Route {
    /// To the newest conversation of the flow.
    Newest,
    /// To the one before it.
    Older,
    /// It begins a new one.
    New,
    /// It begins a new one, unless the newest turns out to go on.
    Tentative,
}

/// Distance, in octets, of a number from one that a conversation knows nothing
/// about: worse than any good fit, better than any bad one.
const UNKNOWN: u64 = 1 << 30;

/// Decides by flags, numbers and time, all of this flow alone.
pub(super) fn route(
    newest: &Conversation,
    older: Option<&Conversation>,
    seg: &Segment<'_>,
    way: Way,
    linger: Duration,
) -> Route {
    let from = newest.sender(way);
    let syn = seg.flags.syn() && !seg.flags.rst() && !seg.flags.fin();
    match (syn, seg.flags.ack()) {
        (true, false) => route_syn(newest, older, seg, from, way),
        (true, true) => route_syn_ack(newest, older, seg, from, way),
        _ => route_other(newest, older, seg, from, way, linger),
    }
}

fn route_syn(
    newest: &Conversation,
    older: Option<&Conversation>,
    seg: &Segment<'_>,
    from: Side,
    way: Way,
) -> Route {
    let isn = newest.side(from).isn;
    if isn == Some(seg.seq) {
        return Route::Newest;
    }
    if older.is_some_and(|older| older.side(older.sender(way)).isn == Some(seg.seq)) {
        return Route::Older;
    }
    match newest.phase {
        // The SYN-ACK was captured before the SYN.
        _ if isn.is_none() && newest.syn.is_none() && newest.synack.is_some() => Route::New,
        // Both ends open at the same time.
        Phase::SynSent if from == Side::Server && isn.is_none() => Route::Newest,
        Phase::Crossed if isn.is_none() => Route::Newest,
        // The server of a split handshake sends its SYN after an ACK.
        Phase::SynReceived if from == Side::Server && isn.is_none() => Route::Newest,
        // With one direction captured there is no challenge ACK to wait for.
        Phase::Open(_) if !newest.is_over() && newest.side(from.other()).segments > 0 => Route::Tentative,
        _ => Route::New,
    }
}

fn route_syn_ack(
    newest: &Conversation,
    older: Option<&Conversation>,
    seg: &Segment<'_>,
    from: Side,
    way: Way,
) -> Route {
    if answers(newest, seg, from) {
        return Route::Newest;
    }
    if older.is_some_and(|older| answers(older, seg, older.sender(way))) {
        return Route::Older;
    }
    let fresh = newest.side(from).isn != Some(seg.seq);
    let unasked = newest.syn.is_none() && newest.synack.is_some();
    if fresh && (unasked || matches!(newest.phase, Phase::Open(_))) { Route::New } else { Route::Newest }
}

/// Whether a SYN-ACK acknowledges the SYN of the side that it is sent to.
fn answers(conv: &Conversation, seg: &Segment<'_>, from: Side) -> bool {
    let isn = conv.side(from.other()).isn;
    isn.is_some_and(|isn| seg.ack_field.relative_to(isn.advance(1)) <= conv.syn_data)
}

fn route_other(
    newest: &Conversation,
    older: Option<&Conversation>,
    seg: &Segment<'_>,
    from: Side,
    way: Way,
    linger: Duration,
) -> Route {
    let late = |conv: &Conversation| seg.at.since(conv.last.at) > linger;
    // The sender's own number decides; what it acknowledges only if that ties.
    let fit = |conv: &Conversation, from: Side| {
        let ack = seg.ack().map_or(0, |ack| distance(conv.side(from.other()), ack));
        (distance(conv.side(from), seg.seq), ack)
    };
    let opening =
        matches!(newest.phase, Phase::SynSent | Phase::Crossed | Phase::Refused | Phase::SynReceived);
    // Nobody but the new SYN can have asked for this number.
    if opening && seg.flags.ack() && answers(newest, seg, from) {
        return Route::Newest;
    }
    let gone = |conv: &Conversation| conv.is_over() && late(conv);
    let closer = |older: &&Conversation| !gone(older) && fit(older, older.sender(way)) < fit(newest, from);
    if older.filter(closer).is_some() {
        return Route::Older;
    }
    if gone(newest) { Route::New } else { Route::Newest }
}

/// How far a number lies from the last one that this side sent.
fn distance(half: &Half, seq: Seq) -> u64 {
    let last = half.snd_nxt();
    last.map_or(UNKNOWN, |last| u64::from(seq.distance_from(last).unsigned_abs()))
}
