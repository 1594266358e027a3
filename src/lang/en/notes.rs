//! What else is to be said of a conversation, in English.

use crate::lang::line::Words;
use crate::lang::note::Note;
use crate::lang::units::{Grouped, Span};
use crate::model::IcmpError;
use crate::track::{Conversation, Side};
use crate::verdict::Confidence;

use super::verdict::side;
use super::{icmp, plural};

pub(super) fn note(conv: &Conversation, note: Note<'_>) -> Words {
    match note {
        Note::NotAccepted { synack: true } => {
            ("not taken", "the SYN-ACK came again after the third segment".to_owned())
        }
        Note::NotAccepted { synack: false } => {
            let text = "data sent again and again was never acknowledged: the server never had it";
            ("not taken", text.to_owned())
        }
        Note::CookieRequested => ("fast open", "the client asked for a cookie".to_owned()),
        Note::SynDataIgnored => ("fast open", "the data in the SYN was not accepted".to_owned()),
        Note::Resent(resent) => ("resent", format!("segments: {}", each(resent))),
        Note::DeferredAccept(after) => {
            let after =
                after.map_or_else(String::new, |time| format!(" {} after the third segment", Span(time)));
            ("deferred", format!("the server waits for data, and asked again{after}"))
        }
        Note::SynProxy => ("proxy", "a SYN proxy shook hands in the server's place".to_owned()),
        Note::PmtuBlackHole => {
            let text = "full-sized segments do not get through, small ones do: a black hole";
            ("path MTU", text.to_owned())
        }
        Note::PathMtu(error) => ("path MTU", path_mtu(error)),
        Note::ResetAfterClose => {
            ("reset", "after the close: at most it ends TIME-WAIT early (RFC 1337)".to_owned())
        }
        Note::Waiting(time) => ("waiting", format!("the client waited {} for an answer", Span(time))),
        Note::ResetSurvived => ("reset", "one that its sender contradicts was without effect".to_owned()),
        Note::MptcpBegins => ("mptcp", "begins an MPTCP connection".to_owned()),
        Note::MptcpDeclined => ("mptcp", "the server declined it: an ordinary connection".to_owned()),
        Note::MptcpSubflow(first) => ("mptcp", format!("a subflow of the MPTCP connection of #{first}")),
        Note::Translated(twin) => {
            ("nat", format!("the same connection as #{twin}, its addresses translated"))
        }
        Note::SplitHandshake => {
            ("split", "the SYN was acknowledged before the server sent its own".to_owned())
        }
        Note::OtherIsn(taken) => {
            let taken = taken.map_or_else(String::new, |frame| format!(": the client took that of #{frame}"));
            ("ISN", format!("SYN-ACKs had different ones (SYN cookies, or several servers){taken}"))
        }
        Note::SplitScope => {
            ("scope", "each direction was captured in a VLAN or tunnel of its own".to_owned())
        }
        Note::TimeBackwards => ("clock", "went back during the capture: times are not certain".to_owned()),
        Note::GuessedRoles(listener) => ("note", guessed(conv, listener)),
        Note::Doubt(why) => ("note", doubt(conv, why)),
    }
}

/// `client 2, server 1`.
fn each(resent: [u64; 2]) -> String {
    let sides = Side::BOTH.into_iter().zip(resent).filter(|&(_, count)| count > 0);
    let each: Vec<_> = sides.map(|(from, count)| format!("{} {}", side(from), Grouped(count))).collect();
    each.join(", ")
}

fn path_mtu(error: &IcmpError) -> String {
    let mut text = format!("{}: {}", error.from, icmp::meaning(error.kind));
    if error.kind.mtu != 0 {
        say!(text, ", at most {} B a packet", Grouped(error.kind.mtu.into()));
    }
    say!(text, " (#{})", error.frame);
    text
}

fn guessed(conv: &Conversation, listener: Option<Side>) -> String {
    match listener.map(|side| (side, conv.endpoint(side))) {
        None => "no SYN captured: who is the client is a guess (≈)".to_owned(),
        Some((Side::Server, endpoint)) => {
            format!("no SYN captured: {endpoint} is the server (≈), for it was seen listening elsewhere")
        }
        Some((Side::Client, endpoint)) => {
            format!("no SYN captured: the guess (≈) is wrong, for {endpoint} was seen listening elsewhere")
        }
    }
}

fn doubt(conv: &Conversation, why: Confidence) -> String {
    match why {
        Confidence::KernelDrops => "the kernel dropped frames: segments may be missing".to_owned(),
        Confidence::OptionsCut => "options cut by the snapshot length: the scale may be unknown".to_owned(),
        Confidence::OneDirection => "only one direction was captured".to_owned(),
        Confidence::Duplicates => {
            format!("{} captured twice, not counted", plural(conv.rare.copies, "frame", "frames"))
        }
        Confidence::MidStream => "the client's SYN was not captured".to_owned(),
        Confidence::Gaps => "octets are missing that were acknowledged".to_owned(),
        Confidence::Evicted => "evicted to keep within the limit: more may have followed".to_owned(),
        Confidence::InexactReset => "the reset was in the window, but not exact (RFC 5961)".to_owned(),
    }
}
