//! The short way of most segments: an open connection, nothing missing, octets
//! in order or an acknowledgment of some.
//!
//! It is no rule of its own. What it does to a conversation is what [`carry`]
//! would do, to the last field; the test below holds it against that.
//!
//! [`carry`]: super::conversation::Conversation

use crate::model::{Flags, Segment};

use super::accept;
use super::conversation::{Conversation, Findings};
use super::data::{self, asked_or_answered};
use super::facts::Phase;
use super::mark::Mark;
use super::state::{Side, State};
use super::step::Step;

/// Takes a segment with the usual options in if it is of that kind.
#[inline]
pub(super) fn is_taken_in(
    conv: &mut Conversation,
    seg: &Segment<'_>,
    from: Side,
    found: &mut Findings,
) -> bool {
    let (own, peer) = (conv.side(from), conv.side(from.other()));
    let (Some(sent), Some(theirs), Some(acked)) = (&own.sent, &peer.sent, own.acked) else { return false };
    let ack = seg.ack_field;
    let usual = seg.flags.bits() & !Flags::PSH.bits() == Flags::ACK.bits();
    let open = matches!(conv.phase, Phase::Open(_))
        && conv.side(Side::Server).state != State::SynReceived
        && conv.first_closer.is_none()
        && conv.reset.is_none()
        && !conv.marks.has(Mark::SelfConnect);
    let in_order = seg.seq == sent.next() && seg.seq == sent.high();
    let believed = !ack.is_before(acked) && !ack.is_after(theirs.next());
    // Zero windows, and what one side owes the other an answer for.
    let waiting = seg.window == 0
        || own.window == 0
        || peer.window == 0
        || own.probing
        || peer.stuck
        || peer.keep_alive
        || peer.provoked
        || conv.rare.doubts();
    let newly = ack.relative_to(acked);
    if !(usual && open && in_order && believed && !waiting) || (seg.len == 0 && newly == 0) {
        return false;
    }
    let peer_acked = peer.acked;
    let own = conv.side_mut(from);
    own.acked = Some(ack);
    own.window = seg.window;
    own.scaled = true;
    if newly > 0 {
        own.duplicate_acks = 0;
    }
    if seg.len == 0 {
        found.steps.push(Step::Ack { newly });
        return true;
    }
    own.cover(seg.seq, seg.len);
    own.bytes += u64::from(seg.len);
    own.last_data = Some(seg.at);
    asked_or_answered(conv, seg, from);
    conv.trail.get_or_insert_default().note(seg, from, peer_acked);
    found.steps.push(Step::Data { len: seg.len });
    if accept::fills_window(conv, seg, from) {
        data::window_is_full(conv, found);
    }
    true
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use proptest::prelude::*;

    use super::*;
    use crate::model::{Checksum, Endpoint, FlowKey, IpMeta, ScopeId, Seq, Timestamp};
    use crate::track::Event;

    fn segment(client: bool, flags: Flags, seq: u32, ack: u32, len: u32) -> Segment<'static> {
        let ends = [40_000, 9_877].map(|port| Endpoint { addr: IpAddr::V4(Ipv4Addr::LOCALHOST), port });
        let (src, dst) = if client { (ends[0], ends[1]) } else { (ends[1], ends[0]) };
        Segment {
            frame: 1,
            ip: IpMeta { ttl: 64, ..IpMeta::default() },
            seq: Seq::new(seq),
            ack_field: Seq::new(ack),
            window: 1000,
            len,
            checksum: Checksum::Good,
            ..Segment::bare(src, dst, flags)
        }
    }

    /// Mostly what goes on from where each side is; sometimes something else.
    fn exchange(choices: &[(bool, u8, u8, u8, u16)]) -> Vec<Segment<'static>> {
        const ACK: Flags = Flags::ACK;
        let (mut sent, mut segments) = ([0xffff_ff00_u32, 500], Vec::new());
        for (n, &(client, kind, seq_off, ack_off, window)) in choices.iter().enumerate() {
            let (own, peer) = if client { (0, 1) } else { (1, 0) };
            let len = match kind % 8 {
                0..4 => u32::from(kind) * 3,
                4 => 1,
                _ => 0,
            };
            let flags = match kind {
                250.. => ACK.with(Flags::RST),
                240..250 => ACK.with(Flags::FIN),
                230..240 => ACK.with(Flags::URG),
                _ if kind % 3 == 0 => ACK.with(Flags::PSH),
                _ => ACK,
            };
            let odd = |off: u8| if off < 200 { 0 } else { u32::from(off).wrapping_sub(228) };
            let seq = sent[own].wrapping_add(odd(seq_off));
            let ack = sent[peer].wrapping_add(odd(ack_off));
            let window = if window < 60_000 { window | 1 } else { 0 };
            let made = segment(client, flags, seq, ack, len);
            let at = Timestamp::from_nanos(n as i64 * 10_000_000);
            segments.push(Segment { at, frame: n as u64 + 4, window, ..made });
            if odd(seq_off) == 0 {
                sent[own] = seq.wrapping_add(len + u32::from(flags.fin()));
            }
        }
        segments
    }

    #[test]
    fn the_short_way_changes_nothing() {
        let one = (any::<bool>(), any::<u8>(), any::<u8>(), any::<u8>(), any::<u16>());
        let config = ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() };
        let taken = std::cell::Cell::new(0_u32);
        proptest!(config, |(choices in proptest::collection::vec(one, 1..40), opened: bool)| {
            let syn = segment(true, Flags::SYN, 0xffff_feff, 0, 0);
            let mut all = if opened { vec![
                syn,
                segment(false, Flags::SYN.with(Flags::ACK), 499, 0xffff_ff00, 0),
                segment(true, Flags::ACK, 0xffff_ff00, 500, 0),
            ] } else { Vec::new() };
            all.extend(exchange(&choices));
            let (key, way) = FlowKey::of(all[0].src, all[0].dst, ScopeId::NONE);
            let mut short = Conversation::begin(1, key, way, &all[0]);
            let mut long = short.clone();
            for seg in &all {
                let from = short.sender(FlowKey::of(seg.src, seg.dst, ScopeId::NONE).1);
                let (mut one, mut other) = (Event::blank(), Event::blank());
                let mut trial = short.clone();
                taken.set(taken.get() + u32::from(is_taken_in(&mut trial, seg, from, &mut Event::blank())));
                short.apply_by::<true>(seg, from, &mut one);
                long.apply_by::<false>(seg, from, &mut other);
                prop_assert_eq!(format!("{one:?}"), format!("{other:?}"));
                prop_assert_eq!(format!("{short:?}"), format!("{long:?}"));
            }
        });
        assert!(taken.get() > 5_000, "{}", taken.get());
    }
}
