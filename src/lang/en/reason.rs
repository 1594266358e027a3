//! Why a segment is what it is, in English.

use crate::lang::units::{Grouped, Span};
use crate::lang::{Account, Misled, MisledBy};
use crate::track::{Claim, FinOrder, Proof, Resend, Status, Step, Stray, Unacceptable};

use super::verdict::side;

pub(super) fn reason(it: &Account<'_>, out: &mut String) {
    match *it.step {
        Step::Syn { .. }
        | Step::SimultaneousSyn
        | Step::SynAck { .. }
        | Step::HandshakeAck
        | Step::Refused
        | Step::ClientAbort => opening(it, out),
        Step::Fin { .. } | Step::FinAck { .. } | Step::LastAck { .. } => closing(it, out),
        Step::Reset | Step::ResetIgnored { .. } | Step::ResetChallenged | Step::ChallengeAck => {
            reset(it, out);
        }
        Step::Stray(why) => stray(why, it, out),
        Step::Data { .. }
        | Step::Ack { .. }
        | Step::DuplicateAck { .. }
        | Step::WindowUpdate
        | Step::ZeroWindow
        | Step::WindowProbe
        | Step::KeepAlive
        | Step::KeepAliveAck
        | Step::Retransmission { .. }
        | Step::OutOfOrder { .. } => data(it, out),
    }
}

fn opening(it: &Account<'_>, out: &mut String) {
    let (from, seq) = (side(it.from), it.seq);
    match *it.step {
        Step::Syn { attempt: ..=1, .. } => {
            say!(out, "SYN without ACK asks for a connection; its number {seq} is the {from}'s ISN");
            if it.len > 0 {
                say!(out, "; its {} B of data begin at ISN + 1 (RFC 9293 §3.5, RFC 7413 §2)", it.len);
            } else {
                out.push_str(" (RFC 9293 §3.4, §3.5)");
            }
        }
        Step::Syn { gap, .. } => {
            let gap = Span(gap);
            say!(out, "ISN {seq} again, {gap} after the try before: no SYN-ACK to it had come yet ");
            out.push_str("(RFC 9293 §3.8.1, RFC 6298 §5)");
        }
        Step::SimultaneousSyn => {
            say!(out, "SYN without ACK from the side that was sent one: both ask at once; its number ");
            say!(out, "{seq} is the {from}'s ISN (RFC 9293 §3.5, Figure 7)");
        }
        Step::SynAck { attempt } => {
            acks(it, out);
            if attempt > 1 && !it.crossed {
                out.push_str("; sent again, for no third segment had come yet (RFC 6298 §5)");
            } else {
                say!(out, "; {seq} is the {from}'s own ISN (RFC 9293 §3.4, §3.5)");
            }
        }
        Step::HandshakeAck => {
            acks(it, out);
            say!(out, "; with it the {} is ESTABLISHED too (RFC 9293 §3.5)", side(it.from.other()));
        }
        Step::Refused => {
            out.push_str("RST; ");
            acks(it, out);
            out.push_str(": so answers a port on which nobody listens (RFC 9293 §3.5.2, §3.10.7.1)");
        }
        _ => {
            say!(out, "RST from the {from} before its third segment: it gives up the attempt, ");
            out.push_str("and the server forgets it (RFC 9293 §3.5.3)");
        }
    }
}

/// What the acknowledgment number acknowledges.
fn acks(it: &Account<'_>, out: &mut String) {
    let Some(Proof { of, claim: Claim::AcksSyn { ack, isn, data }, status, .. }) = it.proof else {
        return say!(out, "ack {} acknowledges the SYN", it.ack);
    };
    let of = of.map_or_else(String::new, |of| format!(" of #{of}"));
    match (status, data) {
        (Status::Verified, 0) => {
            say!(out, "ack {ack} is ISN {isn}{of} plus one: a SYN takes one number");
        }
        (Status::Verified, data) => {
            say!(out, "ack {ack} is ISN {isn}{of} plus one for the SYN plus {data} for its data");
        }
        (Status::Assumed, _) => {
            say!(out, "ack {ack} says that the ISN was {isn}, one less: that SYN was not captured");
        }
        (Status::Failed, _) => say!(out, "ack {ack} is not ISN {isn}{of} plus one"),
    }
}

fn closing(it: &Account<'_>, out: &mut String) {
    let (from, peer) = (side(it.from), side(it.from.other()));
    match *it.step {
        Step::Fin { order, attempt } => {
            out.push_str("FIN comes after all data");
            if let Some(fin) = it.isn_fin() {
                say!(out, ", at ISN + {fin}, and takes that number");
            }
            match (attempt, order) {
                (2.., _) => {
                    out.push_str("; sent again, for no ACK of it came in time");
                    out.push_str(&it.repeats().map_or_else(String::new, |of| format!(" after #{of}")));
                    out.push_str(" (RFC 6298 §5)");
                }
                (_, FinOrder::First) => {
                    say!(out, "; the {from} closes first and is in {} (RFC 9293 §3.6)", it.state(it.from));
                }
                (_, FinOrder::Second) => {
                    say!(out, "; the {peer} had closed already, so that the {from} is in ");
                    say!(out, "{} (RFC 9293 §3.6)", it.state(it.from));
                }
                (_, FinOrder::Simultaneous) => {
                    say!(out, "; its ack does not cover the {peer}'s FIN: they crossed ");
                    out.push_str("(RFC 9293 §3.6, Figure 13)");
                }
            }
        }
        Step::FinAck { .. } | Step::LastAck { .. } => {
            if let Some(Proof { of: Some(of), claim: Claim::AcksFin { ack, fin }, .. }) = it.proof {
                say!(out, "ack {ack} is FIN {fin} of #{of} plus one: a FIN takes one number");
            } else {
                say!(out, "ack {} acknowledges the {peer}'s FIN", it.ack);
            }
            if it.crossed {
                say!(out, "; the FINs crossed, so that the {peer} goes to TIME-WAIT ");
                return out.push_str("(RFC 9293 §3.6, Figure 13)");
            }
            if matches!(it.step, Step::FinAck { again: true, .. } | Step::LastAck { again: true, .. }) {
                return out
                    .push_str("; it had been acknowledged before, but came again (RFC 9293 §3.10.7.4)");
            }
            say!(out, "; the {peer} is now in {}", it.state(it.from.other()));
            if matches!(it.step, Step::LastAck { .. }) {
                out.push_str(", both directions are closed");
            }
            out.push_str(" (RFC 9293 §3.6)");
        }
        _ => {}
    }
}

fn reset(it: &Account<'_>, out: &mut String) {
    let seq = it.seq;
    match *it.step {
        Step::Reset if it.is_assumed() => {
            let peer = side(it.from.other());
            out.push_str("if all before it has arrived, which no captured acknowledgment shows, ");
            say!(out, "seq {seq} is what the {peer} expects next (RCV.NXT) ");
            out.push_str("and it must take the reset (RFC 9293 §3.5.3, RFC 5961 §3.2)");
        }
        Step::Reset => {
            say!(out, "seq {seq} is exactly what the {} expects next (RCV.NXT): ", side(it.from.other()));
            out.push_str("it must take the reset (RFC 9293 §3.5.3, RFC 5961 §3.2)");
        }
        Step::ResetIgnored { why: Unacceptable::OutsideWindow } => {
            say!(out, "seq {seq} lies outside the receiver's window: dropped in silence (RFC 5961 §3.2)");
        }
        Step::ResetIgnored { why: Unacceptable::WrongAck } => {
            match it.proof {
                Some(_) => acks(it, out),
                None => out.push_str("it acknowledges nothing"),
            }
            out.push_str("; in SYN-SENT only a reset that acknowledges the SYN counts (RFC 9293 §3.10.7.3)");
        }
        Step::ResetIgnored { why: Unacceptable::BadChecksum } => {
            out.push_str("its checksum is wrong, though its sender's others are right: the receiver ");
            out.push_str("drops it unread (RFC 9293 §3.1)");
        }
        Step::ResetChallenged => {
            say!(out, "seq {seq} is in the window, but not exactly RCV.NXT: the receiver stays open and ");
            out.push_str("answers with a challenge ACK (RFC 5961 §3.2)");
        }
        _ => {
            out.push_str(
                "repeats where its sender stands, seq SND.NXT and ack RCV.NXT, to answer a segment ",
            );
            out.push_str("that it could not accept (RFC 9293 §3.10.7.4, RFC 5961 §3.2, §4.2, §5.2)");
        }
    }
}

fn stray(why: Stray, it: &Account<'_>, out: &mut String) {
    match why {
        Stray::AfterClose => {
            out.push_str("the connection was over before it came; it changes nothing (RFC 9293 §3.10.7.1)");
        }
        Stray::OddFlags => {
            out.push_str("SYN together with FIN or RST, or none of SYN, ACK and RST: no segment of a ");
            out.push_str("connection has such flags (RFC 9293 §3.10.7)");
        }
        Stray::SynInside => {
            say!(out, "SYN {} inside an open connection, which goes on: whatever its number, ", it.seq);
            out.push_str("the answer is a challenge ACK (RFC 5961 §4.2)");
        }
        Stray::Duplicated => {
            out.push_str("the very datagram again, with the same IP identification, at the same place: the ");
            out.push_str("network doubled it; its receiver drops the second (RFC 9293 §3.4, §3.10.7.4)");
        }
        Stray::OutsideWindow => {
            say!(out, "its {} B begin at {}", it.len, it.seq);
            if let Some(offset) = it.isn_seq {
                say!(out, ", ISN + {offset}");
            }
            out.push_str(": beyond the window that its receiver offered (RFC 9293 §3.4, §3.10.7.4)");
        }
        Stray::WrongAck => {
            acks(it, out);
            out.push_str(": it answers no SYN of this connection (RFC 9293 §3.10.7.3)");
        }
        Stray::Copy => {
            out.push_str("the same packet, captured at a second place on its way; nothing was sent twice");
        }
    }
}

fn data(it: &Account<'_>, out: &mut String) {
    match *it.step {
        Step::Data { len } => {
            say!(out, "{} B not sent before", Grouped(len.into()));
            if let Some(first) = it.isn_seq {
                let next = first + u64::from(it.len);
                say!(out, ", the first is ISN + {first}; next comes ISN + {next} (RFC 9293 §3.4)");
            }
        }
        Step::Ack { newly } => {
            if let Some(ack) = it.isn_ack {
                say!(out, "everything before ISN + {ack} has arrived; ");
            }
            say!(out, "{} B of it are newly acknowledged (RFC 9293 §3.4)", Grouped(newly.into()));
        }
        Step::DuplicateAck { nth } => {
            say!(out, "the same ack for the {nth}. time in a row, no data, the same window, while data is ");
            out.push_str("in flight: something is missing (RFC 5681 §2)");
        }
        Step::WindowUpdate => {
            out.push_str("same seq, same ack, no data: only the window has changed (RFC 9293 §3.8.6)");
        }
        Step::ZeroWindow => {
            say!(out, "window 0: the {}'s buffer is full (RFC 9293 §3.8.6.1)", side(it.from));
        }
        Step::WindowProbe => {
            out.push_str("sent into a window of 0, to learn whether it has opened (RFC 9293 §3.8.6.1)");
        }
        Step::KeepAlive => {
            out.push_str("its number is one less than what the peer expects: a peer that lives must answer ");
            out.push_str("(RFC 9293 §3.8.4)");
        }
        Step::KeepAliveAck => {
            out.push_str("the answer to the keep-alive: its sender lives (RFC 9293 §3.8.4)")
        }
        Step::Retransmission { cause, len } => {
            say!(out, "{} B that were sent before", Grouped(len.into()));
            out.push_str(&it.repeats().map_or_else(String::new, |of| format!(" in #{of}")));
            out.push_str("; ");
            out.push_str(match cause {
                Resend::Fast => "three duplicate ACKs asked for them (RFC 5681 §3.2)",
                Resend::Timeout => "no ACK of them came in time (RFC 6298 §5)",
                Resend::Spurious => "they were acknowledged already, so that it was needless (RFC 2883)",
            });
        }
        Step::OutOfOrder { len } => {
            say!(out, "{} B that come before octets already seen, ", Grouped(len.into()));
            out.push_str("not sent before: overtaken on the way (RFC 9293 §3.4)");
        }
        _ => {}
    }
}

pub(super) fn offset(it: &Misled, out: &mut String) {
    let mut comma = "";
    for (name, counted) in [("seq", it.seq), ("ack", it.ack)] {
        if let Some(counted) = counted {
            say!(out, "{comma}{name} is ISN + {}", counted.isn);
            comma = ", ";
        }
    }
}

pub(super) fn misled(it: &Misled, out: &mut String) {
    out.push_str(match it.by {
        MisledBy::NoAck => "tcpdump shows an absolute number where ACK is not set",
        MisledBy::SynData => "tcpdump counts from the SYN-ACK's ack - 1, which includes the SYN's data",
        MisledBy::OtherBase => "tcpdump counts from the first segment with ACK that it saw on these ports",
    });
    for (name, counted) in [("seq", it.seq), ("ack", it.ack)] {
        if let Some(counted) = counted {
            say!(out, "; its {name} {} is ISN + {}", counted.shown, counted.isn);
        }
    }
}
