//! What the opening settled, and what a close leaves behind, in English.

use crate::lang::Case;
use crate::lang::line::Terms;
use crate::lang::units::{self, Grouped, Span};
use crate::track::{Conversation, Side};
use crate::verdict::{Close, Ecn, End, InForce, Negotiated, Schedule, TIME_WAIT_LINUX, TimeWait, Vantage};

use super::verdict::side;

/// `MSS 1460, window scale 7/10, SACK, timestamps (client/server)`.
pub(super) const TERMS: Terms = Terms {
    comma: ", ",
    window_scale: "window scale",
    none: "no options",
    order: " (client/server)",
    option: |name| name,
};

/// Who is left waiting.
pub(super) fn afterwards(close: &Close) -> String {
    let who = match close.time_wait {
        TimeWait::Both => "both",
        TimeWait::One(owner) => side(owner),
    };
    let mut text = String::with_capacity(64);
    text.extend([who, " in TIME-WAIT for 2 MSL, "]);
    // Writing to a string cannot fail.
    let _ = units::number(TIME_WAIT_LINUX.as_secs(), &mut text);
    text.push_str(" s on Linux");
    text
}

/// Where it was captured, behind the times that tell.
pub(super) fn vantage(vantage: Option<Vantage>) -> &'static str {
    match vantage {
        Some(Vantage::Client) => "; seen near the client",
        Some(Vantage::Server) => "; seen near the server",
        Some(Vantage::Between | Vantage::Local) | None => "",
    }
}

/// When the SYN was repeated, and by whom it is repeated so.
pub(super) fn schedule(conv: &Conversation) -> &'static str {
    match Schedule::of(conv) {
        Some(Schedule::LinearThenDoubling) => "every second, then doubling: Linux since 6.5, macOS",
        Some(Schedule::DoublingFromOne) => "after 1, 2, 4 … s: Linux before 6.5, Windows",
        Some(Schedule::DoublingFromThree) => "after 3, 6, 12 … s: old systems",
        None => "",
    }
}

pub(super) fn why_agreed(conv: &Conversation, out: &mut String) {
    let agreed = Negotiated::of(conv);
    for from in Side::BOTH {
        if let Some(mss) = agreed.mss[from as usize] {
            say!(out, "the {} takes segments of up to {} B; ", side(from), Grouped(mss.into()));
        }
    }
    if let InForce::Yes([client, server]) = agreed.window_scale {
        let [client, server] = [client, server].map(|shift| Grouped(1 << shift));
        say!(out, "after the SYNs the client's window field counts × {client}, the server's × {server}; ");
    }
    for from in Side::BOTH {
        let alone = agreed.offered_alone(conv, from).collect::<Vec<_>>();
        if !alone.is_empty() {
            say!(out, "only the {} offered {}; ", side(from), alone.join(", "));
        }
    }
    if agreed.ecn == Ecn::Refused {
        out.push_str("the client asked for ECN, the server does not want it (RFC 3168 §6.1.1); ");
    }
    out.push_str("an option holds only if both SYNs carry it (RFC 9293 §3.7.1, RFC 7323 §2.2, RFC 2018 §2)");
}

pub(super) fn why_time_wait(case: &Case<'_>, out: &mut String) {
    if let (Some(until), Some(End::Graceful(_))) = (case.times.time_wait_until, case.verdict.end()) {
        let after = until.since(case.conversation.first.at);
        say!(
            out,
            "on Linux not over before {} after the first segment, 60 s after the last ACK; ",
            Span(after)
        );
    }
    out.push_str(
        "an old segment could be taken for one of a new connection on these ports, and the last ACK may have \
         to be sent again; with the RFC's MSL of 2 min it is 4 min (RFC 9293 §3.4.2, §3.6.1, §3.10.7.4)",
    );
}

/// Where the capture was made, and how one can tell.
pub(super) fn why_vantage(case: &Case<'_>, out: &mut String) {
    let (Some(vantage), Some(far), Some(near)) =
        (case.times.vantage, case.times.synack_rtt, case.times.ack_rtt)
    else {
        return;
    };
    let place = match vantage {
        Vantage::Client => "at the client or near it",
        Vantage::Server => "at the server or near it",
        Vantage::Between => "on the way between the two",
        Vantage::Local => "on the machine or the link that both share",
    };
    say!(out, "; {} up to the SYN-ACK, {} up to the ACK: captured {place}", Span(far), Span(near));
}
