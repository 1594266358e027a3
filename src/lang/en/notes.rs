//! What else is to be said of a conversation, in English.

use crate::lang::units::{Grouped, Span};
use crate::lang::{About, Case, Remark, Tone};
use crate::track::{Conversation, Mark, Phase, Side};
use crate::verdict::Confidence;

use super::icmp;
use super::plural;
use super::verdict::side;

/// Facts beside opening and ending.
pub(super) fn notes(case: &Case<'_>, out: &mut Vec<Remark>) {
    let conv = case.conversation;
    let mut note = |mark, head, text: String| {
        out.push(Remark { tone: Tone::Note, head, text, about: About::Mark(mark) });
    };
    if conv.marks.has(Mark::NotAccepted) {
        let text = if conv.resent_synack.is_some() {
            "the SYN-ACK came again after the third segment"
        } else {
            "data sent again and again was never acknowledged: the server never had it"
        };
        note(Mark::NotAccepted, "not taken", text.to_owned());
    }
    if conv.marks.has(Mark::CookieRequested) {
        note(Mark::CookieRequested, "fast open", "the client asked for a cookie".to_owned());
    }
    if conv.marks.has(Mark::SynDataIgnored) {
        note(Mark::SynDataIgnored, "fast open", "the data in the SYN was not accepted".to_owned());
    }
    let resent = Side::BOTH.map(|side| conv.side(side).retransmissions);
    // Of a conversation that never opened the SYNs are counted already.
    if resent != [0, 0] && matches!(conv.phase, Phase::Open(_)) {
        let each: Vec<_> = Side::BOTH
            .into_iter()
            .filter(|&from| resent[from as usize] > 0)
            .map(|from| format!("{} {}", side(from), Grouped(resent[from as usize])))
            .collect();
        let text = format!("segments: {}", each.join(", "));
        out.push(Remark { tone: Tone::Note, head: "resent", text, about: About::Resent });
    }
    held(conv, out);
    more_notes(conv, out);
    for &why in case.confidence {
        out.extend(doubt(conv, why));
    }
}

/// Who held the connection, or its segments, back.
fn held(conv: &Conversation, out: &mut Vec<Remark>) {
    let mut note = |about, head, text: String| {
        out.push(Remark { tone: Tone::Note, head, text, about });
    };
    let marked = |mark| conv.marks.has(mark).then_some(About::Mark(mark));
    if let Some(about) = marked(Mark::DeferredAccept) {
        let after = conv.third.zip(conv.resent_synack).map(|(third, again)| again.at.since(third.at));
        let after = after.map_or_else(String::new, |time| format!(" {} after the third segment", Span(time)));
        note(about, "deferred", format!("the server waits for data, and asked again{after}"));
    }
    if let Some(about) = marked(Mark::SynProxy) {
        note(about, "proxy", "a SYN proxy shook hands in the server's place".to_owned());
    }
    if let Some(about) = marked(Mark::PmtuBlackHole) {
        let text = "full-sized segments do not get through, small ones do: a black hole";
        note(about, "path MTU", text.to_owned());
    }
    if let Some(error) = conv.too_big() {
        let what = icmp::meaning(error.kind);
        let mut text = format!("{}: {what}", error.from);
        if error.kind.mtu != 0 {
            text.push_str(&format!(", at most {} B a packet", Grouped(error.kind.mtu.into())));
        }
        text.push_str(&format!(" (#{})", error.frame));
        note(About::PathMtu, "path MTU", text);
    }
}

/// Facts about resets, waits, and where it was captured.
fn more_notes(conv: &Conversation, out: &mut Vec<Remark>) {
    let mut note = |about, head, text: String| {
        out.push(Remark { tone: Tone::Note, head, text, about });
    };
    let marked = |mark| conv.marks.has(mark).then_some(About::Mark(mark));
    if let Some(about) = marked(Mark::ResetAfterClose) {
        note(about, "reset", "after the close: at most it ends TIME-WAIT early (RFC 1337)".to_owned());
    }
    if let Some(about) = marked(Mark::Waiting) {
        note(about, "waiting", format!("the client waited {} for an answer", Span(conv.waited)));
    }
    if let Some(about) = marked(Mark::ResetSurvived) {
        note(about, "reset", "one that its sender contradicts was without effect".to_owned());
    }
    if let Some(first) = conv.mptcp {
        let text = if first.get() == conv.number {
            "begins an MPTCP connection".to_owned()
        } else {
            format!("a subflow of the MPTCP connection of #{first}")
        };
        note(About::Mptcp, "mptcp", text);
    }
    if let Some(twin) = conv.twin {
        let text = format!("the same connection as #{twin}, its addresses translated");
        note(About::Mark(Mark::Translated), "nat", text);
    }
    if let Some(about) = marked(Mark::SplitHandshake) {
        note(about, "split", "the SYN was acknowledged before the server sent its own".to_owned());
    }
    if let Some(about) = marked(Mark::SplitScope) {
        note(about, "scope", "each direction was captured in a VLAN or tunnel of its own".to_owned());
    }
    if let Some(about) = marked(Mark::TimeBackwards) {
        note(about, "clock", "went back during the capture: times are not certain".to_owned());
    }
}

fn doubt(conv: &Conversation, why: Confidence) -> Option<Remark> {
    let text = match why {
        Confidence::KernelDrops => "the kernel dropped frames: segments may be missing".to_owned(),
        Confidence::OptionsCut => "options cut by the snapshot length: the scale may be unknown".to_owned(),
        Confidence::OneDirection => "only one direction was captured".to_owned(),
        Confidence::Duplicates => {
            format!("{} captured twice, not counted", plural(conv.copies, "frame", "frames"))
        }
        // The remark on the opening says so already.
        Confidence::MidStream if conv.roles == crate::track::Roles::Seen => return None,
        Confidence::MidStream if conv.syn.is_none() && conv.synack.is_none() => {
            let listener = conv.listener.map(|side| (side, conv.endpoint(side)));
            match listener {
                None => "no SYN captured: who is the client is a guess (≈)".to_owned(),
                Some((Side::Server, endpoint)) => {
                    format!(
                        "no SYN captured: {endpoint} is the server (≈), for it was seen listening elsewhere"
                    )
                }
                Some((Side::Client, endpoint)) => {
                    format!(
                        "no SYN captured: the guess (≈) is wrong, for {endpoint} was seen listening elsewhere"
                    )
                }
            }
        }
        Confidence::MidStream => "the client's SYN was not captured".to_owned(),
        Confidence::Gaps => "octets are missing that were acknowledged".to_owned(),
        Confidence::Evicted => "evicted to keep within the limit: more may have followed".to_owned(),
        Confidence::InexactReset => "the reset was in the window, but not exact (RFC 5961)".to_owned(),
    };
    Some(Remark { tone: Tone::Note, head: "note", text, about: About::Doubt(why) })
}
