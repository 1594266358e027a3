//! A connection that was idle when the capture began shows itself by keep-alives. The
//! first one stands an octet before what its sender has sent (RFC 9293 §3.8.4), which
//! only its answer tells: that acknowledges one more.

use crate::model::{Segment, Seq};

use super::conversation::Conversation;
use super::state::Side;

/// The first acknowledgment in a conversation whose opening was not captured, of a side of
/// which nothing but a number is known: if it is of one octet more, that was a keep-alive,
/// and this is the answer. An octet that the capture lacks would look the same; it would be
/// the only one.
pub(super) fn on_answer(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, from: Side) {
    let (own, peer) = (conv.side(from), conv.side(from.other()));
    let silent = peer.bytes == 0 && peer.fin.is_none() && peer.start() == peer.snd_nxt();
    let one_more = peer.snd_nxt().is_some_and(|next| ack == next.advance(1));
    if own.acked.is_some() || peer.segments == 0 || seg.span() > 0 || !silent || !one_more {
        return;
    }
    let own = conv.side_mut(from);
    // Neither an octet is new, nor does the first window change one.
    (own.acked, own.window) = (Some(ack), seg.window);
    let peer = conv.side_mut(from.other());
    peer.cover(ack.retreat(1), 1);
    peer.keep_alive = true;
}
