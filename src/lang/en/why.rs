//! Why a conversation is judged so, in English.

use crate::lang::{About, Case};
use crate::track::{Conversation, Mark, Opened, ResetFacts, Side, Sighting};
use crate::verdict::{Close, Confidence, End, ResetReason, Verdict};

use super::agreed;
use super::verdict::side;

pub(super) fn why(case: &Case<'_>, about: About, out: &mut String) {
    match about {
        About::Opening => {
            opening(case, out);
            agreed::why_vantage(case, out);
        }
        About::Agreed => agreed::why_agreed(case.conversation, out),
        About::TimeWait => agreed::why_time_wait(case, out),
        About::Ending => {
            if let Some(end) = case.verdict.end() {
                ending(case.conversation, end, out);
            }
        }
        About::Mark(mark) => out.push_str(of_mark(mark)),
        About::Resent => out.push_str(
            "their numbers had been sent before: after a time-out (RFC 6298 §5) or three duplicate ACKs \
             (RFC 5681 §3.2)",
        ),
        About::Mptcp => out.push_str(
            "an MPTCP option in the SYN asks for a connection (MP_CAPABLE) or joins one by its token (MP_JOIN); \
             a SYN-ACK without the option declines (RFC 8684 §3.1, §3.2, §3.7)",
        ),
        About::PathMtu => out.push_str(
            "the router cannot forward a packet of that size unfragmented: the sender makes its segments smaller \
             and sends what was lost again (RFC 1191 §3, §6.4, RFC 8201 §4)",
        ),
        // Nothing of it is inferred.
        About::Exchange | About::Comparison => {}
        About::Doubt(why) => out.push_str(doubt(why)),
    }
}

fn opening(case: &Case<'_>, out: &mut String) {
    let conv = case.conversation;
    match &case.verdict {
        Verdict::Unanswered { .. } => out.push_str(
            "no SYN-ACK, no reset, no ICMP error: the SYN is dropped on its way, or nobody has the address, \
             or the server's queue is full; the client stays in SYN-SENT (RFC 9293 §3.8.3)",
        ),
        Verdict::Refused => {
            let server = conv.endpoint(Side::Server);
            say!(out, "the reset acknowledges the SYN: the host is there, but nobody listens on {server} ");
            out.push_str("(RFC 9293 §3.5.2, §3.10.7.3)");
        }
        Verdict::Rejected(_) => out.push_str(
            "the ICMP error quotes the SYN's ports and number: some host on the way, or the destination, \
             will not deliver it (RFC 9293 §3.9.2.2)",
        ),
        Verdict::Aborted(reset) => {
            say!(out, "the reset #{} came before the third segment (RFC 9293 §3.5.3)", reset.seen.frame);
        }
        Verdict::HalfOpen { .. } => out.push_str(
            "only an ACK of the server's SYN makes it ESTABLISHED; it stays in SYN-RECEIVED \
             (RFC 9293 §3.5, §3.10.7.4)",
        ),
        Verdict::Opened { how, .. } => opened(conv, *how, out),
    }
}

fn opened(conv: &Conversation, how: Opened, out: &mut String) {
    match how {
        Opened::Complete => {
            if let (Some(syn), Some(synack), Some(third)) = (conv.syn, conv.synack, conv.third) {
                say!(out, "SYN #{}, SYN-ACK #{}, ACK #{}: ", syn.frame, synack.frame, third.frame);
            }
            out.push_str("each side's ISN is acknowledged by the other (RFC 9293 §3.5, Figure 6)");
        }
        Opened::Simultaneous if conv.marks.has(Mark::SelfConnect) => out.push_str(
            "both ends are one address and port: the socket met its own SYN, which RFC 9293 §3.5 treats as \
             a simultaneous open",
        ),
        Opened::Simultaneous => out.push_str(
            "each side had sent a SYN before the other's arrived; both are acknowledged: one connection, \
             not two (RFC 9293 §3.5, Figure 7)",
        ),
        Opened::FastOpen => {
            say!(out, "the SYN-ACK acknowledges the SYN's {} B too: ", conv.rare.syn_data);
            out.push_str("the cookie was good (RFC 7413 §4.2.2)");
        }
        Opened::NotCaptured if conv.begins_with_reset() => {
            out.push_str("a reset also answers what belongs to no connection (RFC 9293 §3.5.2)");
        }
        Opened::NotCaptured => {
            out.push_str(
                "no SYN is in the capture, yet its segments are those of ESTABLISHED (RFC 9293 §3.3.2)",
            );
        }
    }
}

fn ending(conv: &Conversation, end: &End, out: &mut String) {
    match end {
        End::Graceful(close) => graceful(conv, close, out),
        End::HalfClosed { by, .. } if conv.side(by.other()).segments == 0 => {
            say!(
                out,
                "the {} closes its direction; what the {} did cannot be seen (RFC 9293 §3.6.1)",
                side(*by),
                side(by.other())
            );
        }
        End::HalfClosed { by, .. } => {
            fin(conv, *by, out);
            let (closer, other) = (side(*by), side(by.other()));
            say!(out, "; it closes one direction only: the {other} may go on sending, ");
            say!(out, "and the {closer} must receive (RFC 9293 §3.6.1)");
        }
        End::Closing { unacked, .. } => {
            say!(out, "no segment acknowledges the number of the {}'s FIN plus one ", side(*unacked));
            out.push_str("(RFC 9293 §3.6)");
        }
        End::Reset(reset, reason) => {
            say!(out, "#{}: {}", reset.seen.frame, reset_reason(reset, *reason));
        }
        End::Open if conv.superseded => out.push_str(
            "a SYN with a new ISN on the same addresses and ports began another connection (RFC 9293 §3.4.1)",
        ),
        End::Open => out.push_str("neither side has sent FIN, and no reset was accepted (RFC 9293 §3.6)"),
        End::Expired => out.push_str(
            "--max-flows limits how many conversations are followed at once, --idle-timeout how long a silent one is",
        ),
    }
}

fn graceful(conv: &Conversation, close: &Close, out: &mut String) {
    fin(conv, close.by, out);
    out.push_str("; ");
    fin(conv, close.by.other(), out);
    if close.simultaneous {
        out.push_str("; neither FIN's segment acknowledges the other FIN (RFC 9293 §3.6, Figure 13)");
    } else if close.segments == 3 {
        say!(out, "; the {} had nothing left to send, so that its ", side(close.by.other()));
        out.push_str("FIN went with the ACK (RFC 9293 §3.6)");
    } else {
        out.push_str("; who closes first waits 2 MSL (RFC 9293 §3.6, Figure 12)");
    }
}

/// `client's FIN #8 acknowledged by #9`.
fn fin(conv: &Conversation, of: Side, out: &mut String) {
    let Some(fin) = conv.side(of).fin else { return };
    say!(out, "{}'s FIN #{}", side(of), fin.first.frame);
    match fin.acked {
        Some(Sighting { frame, .. }) => say!(out, " acknowledged by #{frame}"),
        None => out.push_str(" not acknowledged"),
    }
}

fn reset_reason(reset: &ResetFacts, reason: ResetReason) -> &'static str {
    match reason {
        ResetReason::UnreadData => {
            "a reset with ACK from a side that had received data and said nothing since: closing with data \
             unread sends a reset, to show that it was lost (RFC 9293 §3.6.1, RFC 2525 §2.17)"
        }
        ResetReason::ClosedSocket => {
            "a reset without ACK from a side that had sent its FIN: data came for a socket that nobody could \
             read any more (RFC 9293 §3.6.1, §3.5.2)"
        }
        ResetReason::HalfOpenDiscovery if !reset.bare => {
            "a reset with number 0 and ACK answers a segment that had no ACK, and was not captured: there was no \
             such connection at its sender (RFC 9293 §3.5.2)"
        }
        ResetReason::HalfOpenDiscovery => {
            "a reset without ACK takes its number from the ack that it answers: there was no such connection \
             at its sender (RFC 9293 §3.5.1, §3.5.2)"
        }
        ResetReason::Abort => {
            "a reset with ACK and nothing left unread: the application aborted it, as closing with SO_LINGER 0 does \
             (RFC 9293 §3.10.5)"
        }
        ResetReason::KeepAliveTimeout => {
            "its keep-alives were not answered; after enough of them it takes the peer for dead and resets \
             (RFC 9293 §3.8.4)"
        }
        ResetReason::FinWait2Timeout => {
            "a reset without ACK that answers a FIN, from a side that had sent its own: it was no longer in \
             FIN-WAIT-2, and knew no such connection (RFC 9293 §3.5.2)"
        }
        ResetReason::NotAccepted => {
            "a reset without ACK that answers the third segment, and nothing else was ever said: the \
             listener had no room for the connection, or was gone (RFC 9293 §3.5.2)"
        }
        ResetReason::Forged => {
            "its TTL is not that of its sender's other packets, or its sender went on as if it had not sent \
             it, or there was nothing that it could answer (RFC 5961 §1, §3)"
        }
    }
}

const NOT_ACCEPTED: &str = "a server that has the third segment neither repeats its SYN-ACK nor leaves data \
     unacknowledged: the ACK was lost, or there was no room for the connection, or the listener \
     waits a second for data (RFC 9293 §3.10.7.4)";

const DEFERRED_ACCEPT: &str = "a lost third segment brings the SYN-ACK back after a second (RFC 6298 §2); this one comes much later: \
     with TCP_DEFER_ACCEPT Linux drops the bare ACK, and the connection is open for it only when data \
     comes, or when the ACK comes once more";

const SYN_PROXY: &str = "its SYN-ACK keeps the window closed until it has reached the server, or the server's own SYN-ACK \
     comes later with other options, or its SYN to the server echoes a timestamp (RFC 4987 §3.8)";

const PMTU_BLACK_HOLE: &str = "the largest segments were sent three times and more without an ACK, while small ones were answered: \
     a router drops what is larger than its MTU, and the ICMP error that would say so is lost \
     (RFC 2923 §2.1, RFC 4821)";

const CONGESTION: &str = "CE is a router's word that its queue grows; ECE brings it back to the sender, CWR says that the \
     sender has slowed down (RFC 3168 §6.1)";

const WINDOW_FULL: &str = "the last octet that the receiver has room for: its sender must wait for an ACK or a larger window \
     (RFC 9293 §3.8.6)";

const OTHER_ISN: &str = "a server with SYN cookies makes another number for a SYN that comes again in the next minute, and \
     behind a balancer another server may answer: the client takes the first SYN-ACK that reaches it, and \
     answers the others with the ACK that it has sent (RFC 4987 §3.6, RFC 9293 §3.10.7.4)";

pub(super) fn of_mark(mark: Mark) -> &'static str {
    match mark {
        Mark::TcpdumpMisleads => "tcpdump's relative number is not the offset from the ISN",
        Mark::DuplicateCapture => "captured at two places on its way; not a retransmission",
        Mark::Gap => "octets between the last ones seen and these are missing in the capture",
        Mark::CookieRequested => "an empty Fast Open option asks the server for a cookie (RFC 7413 §4.2.1)",
        Mark::SynData => "a SYN may carry data, which waits for the handshake or Fast Open (RFC 7413 §2)",
        Mark::SynDataIgnored => {
            "the SYN-ACK acknowledges the SYN alone: the data must be sent again (RFC 7413 §4.2.2)"
        }
        Mark::NotAccepted => NOT_ACCEPTED,
        Mark::LateAck => "it came after the SYN-ACK had been sent again, or long after it",
        Mark::ThirdNotCaptured => "what follows acknowledges the SYN-ACK, so that it had been acknowledged",
        Mark::SynAckNotCaptured => "the third segment acknowledges a SYN that is not in the capture",
        Mark::SynAckFirst => "an answer cannot come first: the capture has changed the order",
        Mark::OptionsCut => "the snapshot length ends within the options (tcpdump -s)",
        Mark::BadOptions => "an option's length contradicts the header's (RFC 9293 §3.2)",
        Mark::TimeBackwards => "a frame's time is before that of the frame before it",
        Mark::PortReuse => "a new ISN on the same addresses and ports: another connection (RFC 9293 §3.4.1)",
        Mark::BadChecksum => "the checksum does not fit the segment: its receiver drops it (RFC 9293 §3.1)",
        Mark::ChecksumOffload => "captured before the network card put the checksum in",
        Mark::FinEarly => "a FIN counts only when everything before it has arrived (RFC 9293 §3.10.7.4)",
        Mark::SelfConnect => "source and destination are the same address and port",
        Mark::Urgent => "URG is set: the urgent pointer counts (RFC 9293 §3.8.5)",
        Mark::Ecn => CONGESTION,
        Mark::WindowFull => WINDOW_FULL,
        Mark::OtherIsn => OTHER_ISN,
        Mark::Fragmented => "IP split the segment; it was put together again (RFC 791 §3.2)",
        Mark::ResetAfterClose => {
            "both FINs were acknowledged before: the reset can only end TIME-WAIT (RFC 9293 §3.10.7.4)"
        }
        Mark::SplitScope => "the numbers of one direction acknowledge the other's: it is one connection",
        Mark::SplitHandshake => {
            "an ACK of the SYN that carries no SYN: the second of the three steps came in two \
             (RFC 9293 §3.4.1)"
        }
        Mark::Waiting => {
            "the kernel acknowledged the request, which says nothing about the program that is to read it \
             (RFC 9293 §3.4, §3.9.1.3)"
        }
        Mark::IllegalOption => {
            "MSS, window scale, SACK-permitted and Fast Open belong into SYNs alone, SACK into none, each at \
             most once, a scale is at most 14 (RFC 9293 §3.2, RFC 7323 §2, RFC 2018 §2)"
        }
        Mark::Translated => {
            "a moment before, the same SYN (its ISN, and its time stamp or IP ID) had other addresses"
        }
        Mark::DeferredAccept => DEFERRED_ACCEPT,
        Mark::SynProxy => SYN_PROXY,
        Mark::PmtuBlackHole => PMTU_BLACK_HOLE,
        Mark::Probe => "its first segment is neither a SYN nor part of an open connection (RFC 9293 §3.10.7)",
        Mark::ResetSurvived => {
            "both sides went on after it: it was not its sender's, and its receiver did not take it \
             (RFC 5961 §3)"
        }
        Mark::AcksUnseen => {
            "no segment of the capture carries the octets that it acknowledges (RFC 9293 §3.10.7.4)"
        }
    }
}

fn doubt(why: Confidence) -> &'static str {
    match why {
        Confidence::KernelDrops => "the capture buffer was full at times: -B makes it larger",
        Confidence::OptionsCut => "without the SYN's options neither scale nor SACK nor timestamps are known",
        Confidence::OneDirection => "what the other side said is concluded from acknowledgments alone",
        Confidence::Duplicates => "the same octets, the same IP identification, within a moment",
        Confidence::MidStream => "roles and offsets count from the first segments seen",
        Confidence::Gaps => "acknowledged, so that they arrived; but the capture does not have them",
        Confidence::Evicted => "--max-flows limits how many conversations are followed at once",
        Confidence::InexactReset => {
            "a receiver that follows RFC 5961 §3.2 would answer with a challenge ACK; none was seen"
        }
    }
}
