//! Times of a conversation: all from packets, none from a clock.

use std::time::Duration;

use crate::model::Timestamp;
use crate::track::{Conversation, Mark, Opened, Phase, Side, Sighting};

use super::schedule::Vantage;

/// TIME-WAIT on Linux (`TCP_TIMEWAIT_LEN`). 2 MSL would be four minutes with the MSL
/// of RFC 9293 §3.4.2.
pub const TIME_WAIT_LINUX: Duration = Duration::from_secs(60);

/// How long the parts of a conversation took. `None`: not seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Times {
    /// SYN to SYN-ACK. After a retransmission it is taken from the SYN that the
    /// timestamp echo names, if there is one.
    pub synack_rtt: Option<Duration>,
    /// SYN-ACK to the third segment.
    pub ack_rtt: Option<Duration>,
    /// First SYN to the third segment, waits for retransmissions included.
    pub connect: Option<Duration>,
    /// SYN to the reset or the ICMP error that answered it.
    pub reject: Option<Duration>,
    /// A SYN or SYN-ACK was sent more than once, and no timestamp tells which
    /// one was answered (Karn's rule, RFC 6298 §3).
    pub ambiguous: bool,
    /// Where the capture was made, if the handshake's round trip tells.
    pub vantage: Option<Vantage>,
    /// Third segment to the first payload of the server.
    pub first_byte: Option<Duration>,
    /// First FIN to the acknowledgment of the last.
    pub teardown: Option<Duration>,
    /// First FIN to the second.
    pub half_closed: Option<Duration>,
    /// When TIME-WAIT ends at the earliest: so long after the last ACK as Linux
    /// waits. Only of an orderly close.
    pub time_wait_until: Option<Timestamp>,
    /// First segment to the last, or to the ICMP error that rejected it.
    pub lasted: Duration,
}

impl Times {
    /// The times of a conversation.
    pub fn of(conv: &Conversation) -> Self {
        if conv.phase == Phase::SynSent && conv.segments() == 1 && conv.rare.is_empty() {
            // As in a flood: nothing to measure.
            return Times::default();
        }
        let between = |a: Option<Sighting>, b: Option<Sighting>| Some(b?.at.since(a?.at));
        let (answered_syn, syn_known) = answered_syn(conv);
        // Its echo names the last one; of an earlier one it may be the answer, or sent once
        // more for the last.
        let synack_known = conv.synacks_before_third <= 1 || conv.rare.echoes_last;
        let open = matches!(conv.phase, Phase::Open(_));
        let third = conv.third.filter(|_| open);
        let fin = |side: Side| conv.side(side).fin.map(|fin| fin.first);
        let closer = conv.first_closer;
        let half_closed =
            closer.filter(|_| !conv.crossed_fins).and_then(|by| between(fin(by), fin(by.other())));
        let synack_rtt = between(answered_syn, conv.synack);
        let ack_rtt = between(conv.last_synack(), third);
        let simultaneous = conv.phase == Phase::Open(Opened::Simultaneous);
        let synack_rtt = synack_rtt.filter(|_| !simultaneous);
        let ack_rtt = ack_rtt.filter(|_| !simultaneous && !conv.marks.has(Mark::ThirdNotCaptured));
        let ambiguous =
            (conv.syns_before_answer > 1 && !syn_known) || (!synack_known && conv.third.is_some());
        let last_ack = Side::BOTH.map(|side| conv.side(side).fin.and_then(|fin| fin.acked));
        let last_ack = last_ack[0].zip(last_ack[1]).map(|(a, b)| if a.at > b.at { a } else { b });
        Times {
            synack_rtt,
            ack_rtt,
            vantage: synack_rtt.zip(ack_rtt).filter(|_| !ambiguous).map(|(a, b)| Vantage::of(a, b)),
            first_byte: third.zip(conv.first_answer).map(|(third, answer)| answer.since(third.at)),
            teardown: between(closer.and_then(fin), last_ack),
            connect: between(conv.syn, third),
            reject: between(conv.last_syn(), conv.rare.turned_away),
            ambiguous,
            time_wait_until: last_ack.map(|ack| ack.at.plus(TIME_WAIT_LINUX)),
            half_closed,
            lasted: conv.ends_at().at.since(conv.first.at),
        }
    }
}

/// The SYN that the first SYN-ACK answers, and whether that is certain.
fn answered_syn(conv: &Conversation) -> (Option<Sighting>, bool) {
    let echo = conv.synack_tsecr;
    let last = conv.side(Side::Client).offers.tsval;
    let named = |tsval: Option<u32>| echo.is_some() && echo == tsval;
    match (named(conv.syn_tsval), named(last)) {
        _ if conv.syns_before_answer <= 1 => (conv.syn, true),
        (true, false) => (conv.syn, true),
        (false, true) => (conv.last_syn(), true),
        _ => (conv.syn, false),
    }
}
