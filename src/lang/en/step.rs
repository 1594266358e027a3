//! Steps, marks and proofs in English.

use std::fmt::Write;

use crate::lang::ProofForm;
use crate::lang::units::{self, Grouped, Span};
use crate::track::{Claim, FinOrder, Mark, Proof, Resend, Status, Step, Stray, Unacceptable};

/// Writing to a string cannot fail.
macro_rules! say {
    ($out:expr, $($arg:tt)*) => { { let _ = write!($out, $($arg)*); } };
}

pub(super) fn step(step: &Step, out: &mut String) {
    match *step {
        Step::Syn { attempt: ..=1, .. } => out.push_str("SYN"),
        Step::Syn { attempt, gap } => say!(out, "SYN again, try {attempt} after {}", Span(gap)),
        Step::SimultaneousSyn => out.push_str("SYN, crossing the other"),
        Step::SynAck { attempt: ..=1 } => out.push_str("SYN-ACK"),
        Step::SynAck { attempt } => say!(out, "SYN-ACK again, try {attempt}"),
        Step::HandshakeAck => out.push_str("ACK, open"),
        Step::Refused => out.push_str("reset, refused"),
        Step::ClientAbort => out.push_str("reset, client gives up"),
        Step::Data { len } => counted("data ", len, out),
        Step::Ack { newly: 0 } => out.push_str("ACK"),
        Step::Ack { newly } => counted("ACK of ", newly, out),
        Step::DuplicateAck { nth } => say!(out, "duplicate ACK {nth}"),
        Step::WindowUpdate => out.push_str("window update"),
        Step::ZeroWindow => out.push_str("window closed"),
        Step::WindowProbe => out.push_str("window probe"),
        Step::KeepAlive => out.push_str("keep-alive"),
        Step::KeepAliveAck => out.push_str("keep-alive ACK"),
        Step::Retransmission { cause, len } => {
            out.push_str(match cause {
                Resend::Fast => "fast retransmission",
                Resend::Timeout => "retransmission",
                Resend::Spurious => "spurious retransmission",
            });
            say!(out, " {} B", Grouped(len.into()));
        }
        Step::OutOfOrder { len } => say!(out, "out of order {} B", Grouped(len.into())),
        Step::Fin { attempt: 2.., .. } => out.push_str("FIN again"),
        Step::Fin { order, .. } => out.push_str(match order {
            FinOrder::First => "FIN, first",
            FinOrder::Second => "FIN, second",
            FinOrder::Simultaneous => "FIN, crossing the other",
        }),
        Step::FinAck { again: false, .. } => out.push_str("ACK of FIN"),
        Step::LastAck { again: false, .. } => out.push_str("last ACK, closed"),
        Step::FinAck { .. } => out.push_str("ACK of FIN again"),
        Step::LastAck { .. } => out.push_str("last ACK again"),
        Step::Reset => out.push_str("reset"),
        Step::ResetIgnored { why } => out.push_str(match why {
            Unacceptable::OutsideWindow => "reset, ignored: outside the window",
            Unacceptable::WrongAck => "reset, ignored: ack is not of the SYN",
            Unacceptable::BadChecksum => "reset, ignored: checksum wrong",
        }),
        Step::ResetChallenged => out.push_str("reset, not exact: challenged"),
        Step::ChallengeAck => out.push_str("challenge ACK"),
        Step::Stray(why) => out.push_str(stray(why)),
    }
}

/// A word, and so many octets: what most segments are. Inlined, for then the
/// length of the word is known.
#[inline(always)]
fn counted(word: &str, octets: u32, out: &mut String) {
    out.push_str(word);
    let _ = Grouped(octets.into()).put(out);
    out.push_str(" B");
}

/// Where SYNs or FINs crossed there is no first and second.
pub(super) fn crossing(it: &Step, out: &mut String) {
    match it {
        // One from each side.
        Step::SynAck { attempt: ..=2 } => out.push_str("SYN-ACK"),
        Step::Fin { attempt: ..=1, order: FinOrder::First | FinOrder::Second } => out.push_str("FIN"),
        other => step(other, out),
    }
}

fn stray(why: Stray) -> &'static str {
    match why {
        Stray::AfterClose => "stray: after the end",
        Stray::OddFlags => "stray: impossible flags",
        Stray::SynInside => "stray: SYN while open",
        Stray::WrongAck => "stray: ack is not of the SYN",
        Stray::Duplicated => "duplicated on the way",
        Stray::OutsideWindow => "stray: beyond the window",
        Stray::Copy => "same frame again",
    }
}

pub(super) fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::TcpdumpMisleads => "not counted from ISN",
        Mark::DuplicateCapture => "captured twice",
        Mark::Gap => "octets before it not seen yet",
        Mark::CookieRequested => "asks for a Fast Open cookie",
        Mark::SynData => "data in the SYN",
        Mark::SynDataIgnored => "SYN data not accepted",
        Mark::NotAccepted => "server had not taken the ACK",
        Mark::LateAck => "late",
        Mark::ThirdNotCaptured => "third segment not captured",
        Mark::SynAckNotCaptured => "SYN-ACK not captured",
        Mark::SynAckFirst => "captured before its SYN",
        Mark::OptionsCut => "options cut",
        Mark::BadOptions => "options malformed",
        Mark::TimeBackwards => "clock went back",
        Mark::PortReuse => "ports used again",
        Mark::BadChecksum => "checksum wrong",
        Mark::ChecksumOffload => "checksum left to the card",
        Mark::FinEarly => "FIN waits for data",
        Mark::SelfConnect => "connected to itself",
        Mark::Urgent => "urgent",
        Mark::Ecn => "congestion on the way",
        Mark::WindowFull => "fills the window",
        Mark::OtherIsn => "another ISN than before",
        Mark::Fragmented => "came in IP fragments",
        Mark::ResetAfterClose => "reset after the close",
        Mark::SplitScope => "each direction in a scope of its own",
        Mark::SplitHandshake => "split handshake",
        Mark::Waiting => "waits for an answer",
        Mark::IllegalOption => "an option where it must not be",
        Mark::Translated => "seen before translation",
        Mark::DeferredAccept => "server waits for data",
        Mark::SynProxy => "SYN proxy",
        Mark::PmtuBlackHole => "larger ones do not arrive",
        Mark::Probe => "a probe",
        Mark::ResetSurvived => "reset without effect",
        Mark::AcksUnseen => "acknowledges octets not seen",
    }
}

pub(super) fn proof(proof: &Proof, form: ProofForm, out: &mut String) {
    if let (Claim::Repeats { .. }, Some(of)) = (proof.claim, proof.of) {
        return say!(out, "repeats #{of}");
    }
    let (sign, number, field) = match proof.claim {
        Claim::AcksSyn { ack, .. } | Claim::AcksFin { ack, .. } => (relation(proof), ack, "ack"),
        Claim::AtRcvNxt { seq, .. } | Claim::Repeats { seq } => (relation(proof), seq, "seq"),
    };
    let say_number = |before: &str, n: u64, out: &mut String| {
        out.push_str(before);
        let _ = units::number(n, out);
    };
    match form {
        ProofForm::Brief => {}
        ProofForm::Short => out.extend([field, " "]),
        ProofForm::Long => {
            out.extend([field, " "]);
            say_number("", number.raw().into(), out);
            out.push(' ');
        }
    }
    out.push_str(sign);
    let (what, base) = match proof.claim {
        Claim::AcksSyn { isn, .. } => (" ISN", isn),
        Claim::AcksFin { fin, .. } => (" FIN", fin),
        Claim::AtRcvNxt { rcv_nxt, .. } => (" RCV.NXT", rcv_nxt),
        Claim::Repeats { seq } => (" SEQ", seq),
    };
    out.push_str(what);
    if let Some(of) = proof.of {
        say_number(" of #", of, out);
    }
    if form == ProofForm::Long {
        say_number(" ", base.raw().into(), out);
    }
    match proof.claim {
        Claim::AcksSyn { data: 0, .. } | Claim::AcksFin { .. } => out.push_str(" + 1"),
        Claim::AcksSyn { data, .. } => say_number(" + 1 + ", data.into(), out),
        Claim::AtRcvNxt { .. } | Claim::Repeats { .. } => {}
    }
    if proof.status == Status::Assumed && form == ProofForm::Long {
        out.push_str(" (not captured)");
    }
}

fn relation(proof: &Proof) -> &'static str {
    match proof.status {
        Status::Verified => "=",
        Status::Assumed => "≈",
        Status::Failed => "≠",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Seq;
    use std::time::Duration;

    fn text(it: Step) -> String {
        let mut out = String::new();
        step(&it, &mut out);
        out
    }

    #[test]
    fn a_retry_says_which_and_after_how_long() {
        assert_eq!(text(Step::Syn { attempt: 1, gap: Duration::ZERO }), "SYN");
        let gap = Duration::from_millis(1024);
        assert_eq!(text(Step::Syn { attempt: 2, gap }), "SYN again, try 2 after 1.024 s");
        assert_eq!(text(Step::Ack { newly: 0 }), "ACK");
        assert_eq!(text(Step::Ack { newly: 65_483 }), "ACK of 65\u{2009}483 B");
    }

    #[test]
    fn a_proof_has_three_lengths() {
        let claim = Claim::AcksSyn { ack: Seq::new(598_232_473), isn: Seq::new(598_232_472), data: 0 };
        let it = Proof { step: Step::SynAck { attempt: 1 }, of: Some(1), claim, status: Status::Verified };
        let say = |it: &Proof, form| {
            let mut out = String::new();
            proof(it, form, &mut out);
            out
        };
        assert_eq!(say(&it, ProofForm::Brief), "= ISN of #1 + 1");
        assert_eq!(say(&it, ProofForm::Short), "ack = ISN of #1 + 1");
        assert_eq!(say(&it, ProofForm::Long), "ack 598232473 = ISN of #1 598232472 + 1");
        let failed = Proof { status: Status::Failed, ..it };
        assert_eq!(say(&failed, ProofForm::Short), "ack ≠ ISN of #1 + 1");
    }
}
