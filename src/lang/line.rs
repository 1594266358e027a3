//! The lines under a table: which there are, in which order, and how good their
//! news is. A language finds the words for each.

use std::time::Duration;

use crate::model::IcmpError;
use crate::track::{Conversation, Mark, Opened, ResetFacts, Side};
use crate::verdict::{Close, End, InForce, Negotiated, Opening, ResetReason, Verdict};

use super::note::{self, Note};
use super::{About, Case, Remark, Tone, units};

/// One line, with what it tells.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line<'a> {
    /// Nothing answered the SYNs.
    Unanswered { tries: u32, over: Duration },
    /// A reset answered the SYN.
    Refused,
    /// An ICMP error answered the SYN.
    Rejected(&'a IcmpError),
    /// The client reset it before it was open.
    Aborted(&'a ResetFacts),
    /// SYN-ACKs, but no third segment; the server may have reset it.
    HalfOpen { synacks: u32, reset: bool },
    /// It was open.
    Opened(Opened),
    /// The first that was captured of it is a reset: it may never have been open.
    Begun,
    /// What the opening settled.
    Agreed(&'a Negotiated),
    /// Both FINs were acknowledged.
    Closed(&'a Close),
    /// One side alone sent a FIN.
    HalfClosed { by: Side, peer: Peer },
    /// Both sent FINs, one of which is not acknowledged; `silent`: because nothing
    /// comes from its receiver.
    Closing { by: Side, unacked: Side, silent: bool },
    /// A reset ended it.
    Reset(&'a ResetFacts, ResetReason),
    /// Flags that open nothing; a reset may have answered them.
    Probe { reset: bool },
    /// Open when a new connection took its ports.
    Superseded,
    /// Open when the capture ends.
    Open,
    /// Open when a limit ended it.
    Expired,
    /// Who waits after an orderly close.
    TimeWait(&'a Close),
    /// What is beside opening and ending.
    Note(Note<'a>),
}

/// What the peer of the only FIN does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Peer {
    /// Its direction was not captured.
    NotCaptured,
    /// It lets the FIN come again and again.
    Silent,
    /// It is there, and may have acknowledged the FIN.
    There { acked: bool },
}

/// What a line says: the word that it begins with, and the rest.
pub(super) type Words = (&'static str, String);

/// All lines, in the words of a language.
pub(super) fn remarks(case: &Case<'_>, out: &mut Vec<Remark>, words: fn(&Case<'_>, Line<'_>) -> Words) {
    let mut say = |line: Line<'_>| {
        let (head, text) = words(case, line);
        debug_assert!(!text.is_empty(), "{head}: what?");
        let about = line.about();
        out.push(Remark { tone: tone(about, &case.verdict), head, text, about });
    };
    match &case.verdict {
        Verdict::Unanswered { tries, over } => say(Line::Unanswered { tries: *tries, over: *over }),
        Verdict::Refused => say(Line::Refused),
        Verdict::Rejected(error) => say(Line::Rejected(error)),
        Verdict::Aborted(reset) => say(Line::Aborted(reset)),
        Verdict::HalfOpen { synacks, reset } => say(Line::HalfOpen { synacks: *synacks, reset: *reset }),
        Verdict::Opened { how, end } => {
            let begun = case.conversation.begins_with_reset();
            say(if begun { Line::Begun } else { Line::Opened(*how) });
            let agreed = Negotiated::of(case.conversation);
            // Both SYNs are known.
            if agreed.window_scale != InForce::Unknown {
                say(Line::Agreed(&agreed));
            }
            say(ended(case.conversation, end));
            if let End::Graceful(close) = end {
                say(Line::TimeWait(close));
            }
        }
    }
    note::each(case, |note| say(Line::Note(note)));
}

fn ended<'a>(conv: &Conversation, end: &'a End) -> Line<'a> {
    let probe = conv.marks.has(Mark::Probe);
    match end {
        End::Graceful(close) => Line::Closed(close),
        End::HalfClosed { by, acked } => {
            let peer = if conv.side(by.other()).segments == 0 {
                Peer::NotCaptured
            } else if conv.ignores_fin(*by) {
                Peer::Silent
            } else {
                Peer::There { acked: *acked }
            };
            Line::HalfClosed { by: *by, peer }
        }
        End::Closing { by, unacked } => {
            Line::Closing { by: *by, unacked: *unacked, silent: conv.ignores_fin(*unacked) }
        }
        End::Reset(reset, _) if probe && reset.by != Side::Client => Line::Probe { reset: true },
        End::Reset(reset, reason) => Line::Reset(reset, *reason),
        End::Open if probe => Line::Probe { reset: false },
        End::Open if conv.superseded => Line::Superseded,
        End::Open => Line::Open,
        End::Expired => Line::Expired,
    }
}

fn tone(about: About, verdict: &Verdict) -> Tone {
    match about {
        About::Opening => Tone::of_opening(Opening::of(verdict)),
        About::Ending => Tone::of(verdict),
        About::Agreed | About::TimeWait => Tone::Plain,
        About::Mark(_)
        | About::Resent
        | About::Mptcp
        | About::PathMtu
        | About::Exchange
        | About::Comparison
        | About::Doubt(_) => Tone::Note,
    }
}

impl Line<'_> {
    fn about(&self) -> About {
        match self {
            Line::Unanswered { .. }
            | Line::Refused
            | Line::Rejected(_)
            | Line::Aborted(_)
            | Line::HalfOpen { .. }
            | Line::Opened(_)
            | Line::Begun => About::Opening,
            Line::Agreed(_) => About::Agreed,
            Line::Closed(_)
            | Line::HalfClosed { .. }
            | Line::Closing { .. }
            | Line::Reset(..)
            | Line::Superseded
            | Line::Open
            | Line::Expired => About::Ending,
            Line::Probe { .. } => About::Mark(Mark::Probe),
            Line::TimeWait(_) => About::TimeWait,
            Line::Note(note) => note.about(),
        }
    }
}

/// The words of [`agreed`].
pub(super) struct Terms {
    pub(super) comma: &'static str,
    pub(super) window_scale: &'static str,
    /// Nothing was agreed on.
    pub(super) none: &'static str,
    /// Whose number stands first where there are two.
    pub(super) order: &'static str,
    /// The name of an option.
    pub(super) option: fn(&'static str) -> &'static str,
}

/// `MSS 1460, window scale 7/10, SACK, timestamps (client/server)`.
pub(super) fn agreed(agreed: &Negotiated, terms: &Terms) -> String {
    let mut text = String::with_capacity(96);
    let mut differs = false;
    let name = |name: &str, text: &mut String| {
        text.push_str(if text.is_empty() { "" } else { terms.comma });
        text.push_str(name);
    };
    let mut pair = |what: &str, [client, server]: [u32; 2], text: &mut String| {
        name(what, text);
        text.push(' ');
        // Writing to a string cannot fail.
        let _ = units::number(client, text);
        if client != server {
            differs = true;
            text.push('/');
            let _ = units::number(server, text);
        }
    };
    if let [Some(client), Some(server)] = agreed.mss {
        pair("MSS", [client, server].map(u32::from), &mut text);
    }
    if let InForce::Yes(shifts) = agreed.window_scale {
        pair(terms.window_scale, shifts.map(u32::from), &mut text);
    }
    for option in agreed.names() {
        name((terms.option)(option), &mut text);
    }
    if text.is_empty() {
        text.push_str(terms.none);
    }
    if differs {
        text.push_str(terms.order);
    }
    text
}

/// What each side had sent when a reset came, client first: octets, and how many
/// of them perhaps did not arrive. A side that had sent nothing is left out.
pub(super) fn at_stake(conv: &Conversation, reset: &ResetFacts) -> impl Iterator<Item = (Side, u64, u64)> {
    let of = move |from: Side| {
        let sent = conv.side(from).bytes;
        let doubt = if from == reset.by { reset.in_doubt } else { reset.unread };
        (from, sent, u64::from(doubt).min(sent))
    };
    Side::BOTH.into_iter().map(of).filter(|&(_, sent, _)| sent > 0)
}
