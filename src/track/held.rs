//! Who held an open connection back: the server's own socket, which waits for
//! data, or a proxy that shook hands in its place.

use std::time::Duration;

use crate::model::Segment;

use super::conversation::{Conversation, Findings};
use super::half::Offers;
use super::mark::Mark;
use super::state::Side;

/// A SYN-ACK that was not answered comes again after a second (RFC 6298 §2), on
/// old systems after three. One that comes later skipped the tries before it.
const SKIPPED: Duration = Duration::from_secs(4);

/// The same, if its timestamp echo shows that the third segment had arrived.
const SKIPPED_IF_HEARD: Duration = Duration::from_millis(2_500);

/// Why a SYN-ACK comes again after the third segment, if it tells:
///
/// - with other options than the first one: a SYN proxy had answered in the server's
///   place, and this is the server;
/// - later than any lost third segment would make it come: Linux keeps quiet until
///   the time of `TCP_DEFER_ACCEPT` is nearly over, then asks a last time.
pub(super) fn why_again(conv: &Conversation, seg: &Segment<'_>) -> Option<Mark> {
    let server = conv.side(Side::Server);
    let now = Offers::of(seg);
    let other_scale = server.offers.window_scale != now.window_scale;
    let other_options = !server.offers.cut && !now.cut && (other_scale || server.offers.mss != now.mss);
    if conv.marks.has(Mark::SynProxy) || other_options {
        return Some(Mark::SynProxy);
    }
    let silence = seg.at.since(conv.rare.resent_synack.or(conv.last_synack())?.at);
    let enough = if heard_third(conv, seg) { SKIPPED_IF_HEARD } else { SKIPPED };
    (conv.rare.resent_synack.is_none() && silence >= enough).then_some(Mark::DeferredAccept)
}

/// TSecr, if there are time stamps.
fn echo_of(seg: &Segment<'_>) -> Option<u32> {
    seg.timestamps().map(|timestamps| timestamps.ecr)
}

/// Whether a SYN-ACK echoes something that came after the client's SYNs.
fn heard_third(conv: &Conversation, seg: &Segment<'_>) -> bool {
    let last = conv.side(Side::Client).offers.tsval;
    echo_of(seg).zip(last).is_some_and(|(echo, syn)| echo != syn && Some(echo) != conv.syn_tsval)
}

/// A SYN that echoes a timestamp, although it answers nothing (RFC 7323 §3.2), with
/// a window that makes sense only scaled: a SYN proxy sends it to the server, with
/// what the client's third segment had told the proxy.
pub(super) fn is_of_proxy(seg: &Segment<'_>, offers: &Offers) -> bool {
    let scaled = seg.window < 1024 && offers.window_scale.is_some();
    scaled && echo_of(seg).is_some_and(|echo| echo != 0)
}

/// A SYN of the client.
pub(super) fn on_client_syn(conv: &mut Conversation, seg: &Segment<'_>, found: &mut Findings) {
    if is_of_proxy(seg, &conv.side(Side::Client).offers) {
        conv.marks.set(Mark::SynProxy);
        found.marks.set(Mark::SynProxy);
    }
}

/// The server opens the window that its SYN-ACK had kept closed, before it says
/// anything else: the client was to wait until the proxy had reached the server.
pub(super) fn on_server_ack(conv: &mut Conversation, seg: &Segment<'_>, found: &mut Findings) {
    let server = conv.side(Side::Server);
    let waits = conv.third.is_some() && !server.scaled && server.window == 0 && server.bytes == 0;
    if waits && seg.window != 0 && seg.span() == 0 && conv.synack.is_some() {
        conv.marks.set(Mark::SynProxy);
        found.marks.set(Mark::SynProxy);
    }
}
