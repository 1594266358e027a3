//! What `verify` says, in English.

use std::fmt::Write as _;

use crate::lang::{Aspect, Difference, Found, SegmentKind, Verified, VerifyWord, Wanted, Wish};
use crate::track::{Ended, Side, Silence};

const fn side(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

const fn kind(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Syn => "SYN",
        SegmentKind::SynAck => "SYN-ACK",
        SegmentKind::Fin => "FIN",
        SegmentKind::Reset => "reset",
        SegmentKind::Data => "data",
        SegmentKind::Ack => "ACK",
        SegmentKind::Other => "segment",
        SegmentKind::Datagram => "datagram",
    }
}

fn wanted(wanted: Wanted) -> String {
    match wanted {
        Wanted::Segment(from, what) => format!("the {}'s {}", side(from), kind(what)),
        Wanted::Flow => "data or its acknowledgment".into(),
        Wanted::Copy => "a second copy of the frame before".into(),
        Wanted::Icmp => "an ICMP error".into(),
    }
}

fn found(found: Found) -> String {
    match found.from {
        Some(from) => format!("the {}'s {}", side(from), kind(found.kind)),
        None => "an ICMP error".into(),
    }
}

fn aspect(aspect: Aspect) -> String {
    let words = match aspect {
        Aspect::Flags => "its flags are",
        Aspect::Seq => "its sequence number is",
        Aspect::Ack => "its acknowledgment number is",
        Aspect::Length => "its payload in octets is",
        Aspect::Window => "its window is",
        Aspect::Options => "its options are",
        Aspect::Header => "it has",
        Aspect::Icmp => "it says",
        Aspect::Step => "its step is",
        Aspect::Mark(_) => "it is marked",
        Aspect::State(of) => return format!("after it the {} is in", side(of)),
        Aspect::TooEarly | Aspect::TooLate => "it came after",
        Aspect::Opening => "it opened",
        Aspect::Ending => "it ended",
        Aspect::FirstCloser => "the first FIN came from",
        Aspect::CloseSegments => "its close took segments:",
        Aspect::Simultaneous => "the FINs are",
        Aspect::ResetBy => "it was reset by",
        Aspect::ResetReason => "the reason of its reset is",
        Aspect::Tries => "its SYNs are",
        Aspect::Schedule => "the schedule of its SYNs is",
        Aspect::Roles => "its roles are",
        Aspect::Confidence => "the confidence is lowered by",
        Aspect::Reply => "the exchange is",
    };
    words.into()
}

/// Where a conversation is not what the script says.
pub(super) fn difference(difference: &Difference, out: &mut String) {
    let done = match difference {
        Difference::Another(want, seen) => {
            write!(out, "expected {}; frame {} is {}", wanted(*want), seen.frame, found(*seen))
        }
        Difference::But(seen, what, expected, is) => {
            let unlike = match what {
                Aspect::TooEarly => "not earlier than",
                Aspect::TooLate => "not within",
                _ => "not",
            };
            let what = aspect(*what);
            let Found { frame, .. } = *seen;
            write!(out, "frame {frame} is {}, but {what} {is}, {unlike} {expected}", found(*seen))
        }
        Difference::Surplus(seen) => {
            write!(out, "expected nothing more; frame {} is {}", seen.frame, found(*seen))
        }
        Difference::Ends(want, [client, server], ended) => {
            let how = match ended {
                Ended::CaptureEnd | Ended::Over => "the capture ends",
                Ended::Reused => "its ports are used again",
                Ended::Evicted => "it was given up for want of room",
                Ended::Idle => "it was given up after a long silence",
            };
            let (client, server) = (client.name(), server.name());
            write!(
                out,
                "expected {}; {how} with {client} at the client, {server} at the server",
                wanted(*want)
            )
        }
        Difference::Falls(want, why) => {
            let how = match why {
                Silence::Idle => "nothing more came for two minutes",
                Silence::Evicted => "it was given up for want of room",
                Silence::CaptureEnd => "the capture ends",
            };
            write!(out, "expected {}; {how}", wanted(*want))
        }
        Difference::Verdict(what, expected, is) => {
            write!(out, "the verdict differs: {} {is}, not {expected}", aspect(*what))
        }
        Difference::TooManyWays(seen) => {
            write!(out, "the script can be taken in too many ways (frame {}): name fewer numbers", seen.frame)
        }
    };
    // Nothing is ever wrong with writing to a text.
    let _ = done;
}

/// How a script went.
pub(super) fn verified(verified: &Verified, out: &mut String) {
    let Verified { satisfied, conversations, wish, unverified, datagrams, .. } = *verified;
    if conversations == 0 {
        out.push_str(if datagrams { "no UDP exchange to verify" } else { "no TCP conversation to verify" });
        return;
    }
    let of = match (datagrams, conversations) {
        (false, 1) => "conversation is",
        (false, _) => "conversations are",
        (true, 1) => "exchange is",
        (true, _) => "exchanges are",
    };
    let wish = match wish {
        Wish::All => "all must be".to_string(),
        Wish::Any => "one must be".to_string(),
        Wish::First => "the first must be".to_string(),
        Wish::Exactly(count) => format!("exactly {count} must be"),
    };
    let _ = write!(out, "{satisfied} of {conversations} {of} as the script says; {wish}");
    if unverified > 0 {
        let _ = write!(out, "; {unverified} could not be verified: too many at once");
    }
}

/// A word of the report.
pub(super) const fn word(word: VerifyWord) -> &'static str {
    match word {
        VerifyWord::Script => "script",
        VerifyWord::Seen => "seen",
        VerifyWord::Line => "line",
        VerifyWord::Nothing => "nothing",
    }
}
