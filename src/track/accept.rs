//! Whether a segment's numbers are acceptable (RFC 9293 §3.10.7.4).
//!
//! A capture may lack segments, so that a number which looks impossible can be
//! right: the first such segment is doubted, and believed when another one
//! bears it out.

use crate::model::{Segment, Seq};

use super::conversation::Conversation;
use super::half::Half;
use super::state::Side;

/// Octets beyond the announced window that are still believed: an
/// acknowledgment that opened it may not have been captured.
const SLACK: u32 = 1 << 20;

/// The octets that a side is ready to receive, after scaling. The scale is in
/// force only if both offered it (RFC 7323 §2.2); if the opening was not
/// captured it is unknown, and the largest is assumed.
pub(super) fn window(conv: &Conversation, receiver: Side) -> u32 {
    u32::from(conv.side(receiver).window) << scale(conv, receiver).unwrap_or(14)
}

/// By how much its last window is to be shifted, if that is known.
fn scale(conv: &Conversation, receiver: Side) -> Option<u8> {
    let offers = |side: Side| conv.side(side).offers;
    let known = Side::BOTH.into_iter().all(|side| conv.side(side).isn_seen() && !offers(side).cut);
    match (offers(Side::Client).window_scale, offers(Side::Server).window_scale) {
        _ if !conv.side(receiver).scaled => Some(0),
        _ if !known => None,
        (Some(_), Some(_)) => offers(receiver).window_scale.map(|shift| shift.min(14)),
        _ => Some(0),
    }
}

/// Whether a segment with payload ends with the last octet that its receiver has
/// announced room for: its sender must wait (RFC 9293 §3.8.6). Never if the scale
/// is not known.
#[inline]
pub(super) fn fills_window(conv: &Conversation, seg: &Segment<'_>, from: Side) -> bool {
    let peer = conv.side(from.other());
    let Some(acked) = peer.acked else { return false };
    let in_flight = seg.end().relative_to(acked);
    // Whatever the scale, both have the same digits then: as good as never true of
    // a segment that does not fill the window.
    let digits = |n: u32| n.wrapping_shl(n.leading_zeros());
    digits(in_flight) == digits(u32::from(peer.window)) && is_window(conv, in_flight, from.other())
}

#[cold]
fn is_window(conv: &Conversation, octets: u32, receiver: Side) -> bool {
    let window = u32::from(conv.side(receiver).window);
    octets > 0 && scale(conv, receiver).is_some_and(|shift| window << shift == octets)
}

/// Whether a segment with payload or FIN lies beyond everything that its
/// receiver could take. The segment that continues a doubted one is believed.
pub(super) fn beyond_window(conv: &mut Conversation, seg: &Segment<'_>, from: Side) -> bool {
    let receiver = conv.side(from.other()).acked;
    let (Some(acked), Some(next)) = (receiver, conv.side(from).contiguous()) else { return false };
    let base = acked.later(next);
    let doubted = conv.rare.noted().and_then(|unusual| unusual.of(from).doubted.take());
    // As nearly always: not even beyond a window of 0.
    if !seg.seq.is_after(base.advance(SLACK)) || doubted == Some(seg.seq) {
        return false;
    }
    let room = window(conv, from.other()).saturating_add(SLACK);
    if !seg.seq.is_after(base.advance(room)) {
        return false;
    }
    conv.rare.note().of(from).doubted = Some(seg.end());
    true
}

/// Whether an acknowledgment is of octets that the other side was not seen
/// sending. A second one like it, or data that goes on from there, bears it out.
pub(super) fn acks_unseen(conv: &mut Conversation, ack: Seq, from: Side) -> bool {
    let peer: &Half = conv.side(from.other());
    let (Some(sent), doubted) = (peer.snd_nxt(), conv.rare.of(from.other()).doubted) else { return false };
    // One direction alone: there is nothing to hold it against.
    if !ack.is_after(sent) || peer.segments == 0 || doubted.is_some_and(|end| !ack.is_after(end)) {
        if let Some(unusual) = conv.rare.noted() {
            unusual.of(from).claimed = None;
        }
        return false;
    }
    let claimed = &mut conv.rare.note().of(from).claimed;
    let borne_out = claimed.replace(ack).is_some_and(|before| !ack.is_before(before));
    if borne_out {
        *claimed = None;
    }
    !borne_out
}
