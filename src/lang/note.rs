//! What is to be said of a conversation beside its opening and its ending: what
//! there is, and in which order. A language finds the words for each.

use std::num::NonZeroU64;
use std::time::Duration;

use crate::model::IcmpError;
use crate::track::{Conversation, Mark, Mptcp, Phase, Roles, Side};
use crate::verdict::Confidence;

use super::{About, Case};

/// One fact beside opening and ending.
#[derive(Clone, Copy, Debug)]
pub(super) enum Note<'a> {
    /// The server had not taken the third segment; `synack`: it shows, for the
    /// SYN-ACK came again.
    NotAccepted { synack: bool },
    /// The client asked for a Fast Open cookie.
    CookieRequested,
    /// Data in the SYN was not accepted.
    SynDataIgnored,
    /// Segments that were sent again, client's first; of one side at least.
    Resent([u64; 2]),
    /// The server waits for data; how long after the third segment it asked again.
    DeferredAccept(Option<Duration>),
    /// A SYN proxy shook hands.
    SynProxy,
    /// Large segments do not get through.
    PmtuBlackHole,
    /// A router says so of the path's MTU.
    PathMtu(&'a IcmpError),
    /// A reset came after the close.
    ResetAfterClose,
    /// The client waited so long for an answer.
    Waiting(Duration),
    /// A reset was without effect.
    ResetSurvived,
    /// It begins an MPTCP connection.
    MptcpBegins,
    /// The client asked for one, the server declined.
    MptcpDeclined,
    /// It is a subflow of the MPTCP connection that this conversation began.
    MptcpSubflow(NonZeroU64),
    /// This conversation is the same one behind another address.
    Translated(NonZeroU64),
    /// The SYN was acknowledged before the server sent its own.
    SplitHandshake,
    /// SYN-ACKs had different ISNs; the frame of the one that the client took, if it is
    /// known.
    OtherIsn(Option<u64>),
    /// Each direction has a VLAN or tunnel of its own.
    SplitScope,
    /// The clock went back.
    TimeBackwards,
    /// No SYN was captured: who is the client is a guess. Who was seen listening
    /// elsewhere, if anybody was: if it is the client, the guess is wrong.
    GuessedRoles(Option<Side>),
    /// What else lowers the confidence.
    Doubt(Confidence),
}

/// Hands out what is to be said of a conversation.
pub(super) fn each<'a>(case: &Case<'a>, mut say: impl FnMut(Note<'a>)) {
    let conv = case.conversation;
    let marked = |mark| conv.marks.has(mark);
    if marked(Mark::NotAccepted) {
        say(Note::NotAccepted { synack: conv.rare.resent_synack.is_some() });
    }
    if marked(Mark::CookieRequested) {
        say(Note::CookieRequested);
    }
    if marked(Mark::SynDataIgnored) {
        say(Note::SynDataIgnored);
    }
    let resent = Side::BOTH.map(|side| u64::from(conv.side(side).retransmissions));
    // Of a conversation that never opened the SYNs are counted already.
    if resent != [0, 0] && matches!(conv.phase, Phase::Open(_)) {
        say(Note::Resent(resent));
    }
    held(conv, &mut say);
    others(conv, &mut say);
    for &why in case.confidence {
        doubt(conv, why).into_iter().for_each(&mut say);
    }
}

/// Who held the connection, or its segments, back.
fn held<'a>(conv: &'a Conversation, mut say: impl FnMut(Note<'a>)) {
    if conv.marks.has(Mark::DeferredAccept) {
        let again = conv.third.zip(conv.rare.resent_synack);
        say(Note::DeferredAccept(again.map(|(third, again)| again.at.since(third.at))));
    }
    if conv.marks.has(Mark::SynProxy) {
        say(Note::SynProxy);
    }
    if conv.marks.has(Mark::PmtuBlackHole) {
        say(Note::PmtuBlackHole);
    }
    if let Some(error) = conv.too_big() {
        say(Note::PathMtu(error));
    }
}

/// Resets, waits, kin, and where it was captured.
fn others<'a>(conv: &'a Conversation, mut say: impl FnMut(Note<'a>)) {
    let marked = |mark| conv.marks.has(mark);
    if marked(Mark::ResetAfterClose) {
        say(Note::ResetAfterClose);
    }
    if marked(Mark::Waiting) {
        say(Note::Waiting(conv.waited()));
    }
    if marked(Mark::ResetSurvived) {
        say(Note::ResetSurvived);
    }
    match conv.rare.mptcp {
        Some(first) if first.get() == conv.number => say(Note::MptcpBegins),
        Some(first) => say(Note::MptcpSubflow(first)),
        None if is_mptcp_declined(conv) => say(Note::MptcpDeclined),
        None => {}
    }
    if let Some(twin) = conv.rare.twin {
        say(Note::Translated(twin));
    }
    if marked(Mark::SplitHandshake) {
        say(Note::SplitHandshake);
    }
    if marked(Mark::OtherIsn) {
        let taken = conv.synack.filter(|_| conv.third.is_some());
        say(Note::OtherIsn(taken.map(|synack| synack.frame)));
    }
    if marked(Mark::SplitScope) {
        say(Note::SplitScope);
    }
    if marked(Mark::TimeBackwards) {
        say(Note::TimeBackwards);
    }
}

/// The client asked for an MPTCP connection, and the server's SYN-ACK has no word of it
/// (RFC 8684 §3.7).
fn is_mptcp_declined(conv: &Conversation) -> bool {
    let [client, server] = [conv.side(Side::Client), conv.side(Side::Server)];
    let answered = server.isn_seen() && !server.offers.cut && server.offers.mptcp.is_none();
    answered && client.offers.mptcp == Some(Mptcp::Capable)
}

fn doubt(conv: &Conversation, why: Confidence) -> Option<Note<'static>> {
    match why {
        // The line about the opening says so already.
        Confidence::MidStream if conv.roles == Roles::Seen => None,
        Confidence::MidStream if conv.syn.is_none() && conv.synack.is_none() => {
            Some(Note::GuessedRoles(conv.listener))
        }
        _ => Some(Note::Doubt(why)),
    }
}

impl Note<'_> {
    pub(super) fn about(&self) -> About {
        match *self {
            Note::NotAccepted { .. } => About::Mark(Mark::NotAccepted),
            Note::CookieRequested => About::Mark(Mark::CookieRequested),
            Note::SynDataIgnored => About::Mark(Mark::SynDataIgnored),
            Note::Resent(_) => About::Resent,
            Note::DeferredAccept(_) => About::Mark(Mark::DeferredAccept),
            Note::SynProxy => About::Mark(Mark::SynProxy),
            Note::PmtuBlackHole => About::Mark(Mark::PmtuBlackHole),
            Note::PathMtu(_) => About::PathMtu,
            Note::ResetAfterClose => About::Mark(Mark::ResetAfterClose),
            Note::Waiting(_) => About::Mark(Mark::Waiting),
            Note::ResetSurvived => About::Mark(Mark::ResetSurvived),
            Note::MptcpBegins | Note::MptcpDeclined | Note::MptcpSubflow(_) => About::Mptcp,
            Note::Translated(_) => About::Mark(Mark::Translated),
            Note::SplitHandshake => About::Mark(Mark::SplitHandshake),
            Note::OtherIsn(_) => About::Mark(Mark::OtherIsn),
            Note::SplitScope => About::Mark(Mark::SplitScope),
            Note::TimeBackwards => About::Mark(Mark::TimeBackwards),
            Note::GuessedRoles(_) => About::Doubt(Confidence::MidStream),
            Note::Doubt(why) => About::Doubt(why),
        }
    }
}
