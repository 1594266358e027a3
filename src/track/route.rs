//! Which incarnation of a flow a segment belongs to.

use std::time::Duration;

use crate::model::{Segment, Seq, Timestamp, Way};

use super::conversation::Conversation;
use super::facts::Phase;
use super::half::Half;
use super::slab::Place;
use super::state::Side;

/// Where a segment goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Route {
    /// To the newest conversation of the flow.
    Newest,
    /// To one before it.
    Older(Place),
    /// It begins a new one.
    New,
    /// It begins a new one, unless the newest turns out to go on.
    Tentative,
}

/// Distance, in octets, of a number from one that a conversation knows nothing
/// about: worse than any good fit, better than any bad one.
const UNKNOWN: u64 = 1 << 30;

/// Bounds of the time that a segment is taken to be on its way.
const LEAST_IN_FLIGHT: Duration = Duration::from_millis(100);
const MOST_IN_FLIGHT: Duration = Duration::from_secs(1);

/// Decides by flags, numbers and time, all of this flow alone. `older`: the
/// conversations before the newest one, the latest first.
pub(super) fn route<'a>(
    newest: &Conversation,
    older: impl Iterator<Item = (Place, &'a Conversation)> + Clone,
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

fn route_syn<'a>(
    newest: &Conversation,
    mut older: impl Iterator<Item = (Place, &'a Conversation)>,
    seg: &Segment<'_>,
    from: Side,
    way: Way,
) -> Route {
    let isn = newest.side(from).isn;
    if isn == Some(seg.seq) {
        return Route::Newest;
    }
    if let Some((place, _)) = older.find(|(_, older)| older.side(older.sender(way)).isn == Some(seg.seq)) {
        return Route::Older(place);
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

fn route_syn_ack<'a>(
    newest: &Conversation,
    mut older: impl Iterator<Item = (Place, &'a Conversation)>,
    seg: &Segment<'_>,
    from: Side,
    way: Way,
) -> Route {
    if answers(newest, seg, from) {
        return Route::Newest;
    }
    if let Some((place, _)) = older.find(|(_, older)| answers(older, seg, older.sender(way))) {
        return Route::Older(place);
    }
    let fresh = newest.side(from).isn != Some(seg.seq);
    let unasked = newest.syn.is_none() && newest.synack.is_some();
    if fresh && (unasked || matches!(newest.phase, Phase::Open(_))) { Route::New } else { Route::Newest }
}

/// Whether a SYN-ACK acknowledges the SYN of the side that it is sent to.
fn answers(conv: &Conversation, seg: &Segment<'_>, from: Side) -> bool {
    let isn = conv.side(from.other()).isn;
    isn.is_some_and(|isn| seg.ack_field.relative_to(isn.advance(1)) <= conv.rare.syn_data)
}

fn route_other<'a>(
    newest: &Conversation,
    older: impl Iterator<Item = (Place, &'a Conversation)> + Clone,
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
    // Nobody but this SYN can have asked for this number; a reset that answers a
    // SYN has no number of its own (RFC 9293 §3.5.2).
    let bare = seg.flags.rst() && seg.seq.raw() == 0;
    let asked = |conv: &Conversation| {
        let phase = conv.phase;
        let opening = matches!(
            phase,
            Phase::SynSent | Phase::Crossed | Phase::Refused | Phase::Aborted | Phase::SynReceived
        );
        (opening || bare) && seg.flags.ack() && answers(conv, seg, conv.sender(way))
    };
    if asked(newest) {
        return Route::Newest;
    }
    let gone = |conv: &Conversation| conv.is_over() && late(conv);
    let older = older.filter(|(_, older)| !gone(older));
    if let Some((place, _)) = older.clone().find(|(_, older)| asked(older)) {
        return Route::Older(place);
    }
    let fits = older.map(|(place, older)| (fit(older, older.sender(way)), place));
    // Of equal ones the latest.
    if let Some((best, place)) = fits.min_by_key(|&(fit, _)| fit)
        && best < fit(newest, from)
    {
        return Route::Older(place);
    }
    if gone(newest) { Route::New } else { Route::Newest }
}

/// Whether a segment acknowledges what came from the other side after `moment`:
/// then it was sent after that, whatever it was overtaken by.
pub(super) fn acks_later(conv: &Conversation, seg: &Segment<'_>, from: Side, moment: Timestamp) -> bool {
    let peer = conv.side(from.other());
    let fin = peer.fin.map(|fin| fin.first.at);
    let newest = peer.last_data.into_iter().chain(fin).max();
    newest > Some(moment) && seg.ack().is_some_and(|ack| peer.snd_nxt() == Some(ack))
}

/// How long a segment may be on its way: about what the handshake took.
pub(super) fn in_flight(conv: &Conversation) -> Duration {
    let handshake = conv.syn.zip(conv.third).map_or(Duration::ZERO, |(syn, third)| third.at.since(syn.at));
    handshake.clamp(LEAST_IN_FLIGHT, MOST_IN_FLIGHT)
}

/// How far a number lies from the last one that this side sent.
fn distance(half: &Half, seq: Seq) -> u64 {
    let last = half.snd_nxt();
    last.map_or(UNKNOWN, |last| u64::from(seq.distance_from(last).unsigned_abs()))
}
