//! Verdicts in English.

use std::time::Duration;

use crate::lang::Case;
use crate::lang::line::{self, Line, Peer, Words};
use crate::lang::units::{self, Grouped, Span};
use crate::track::{Conversation, Mark, Opened, ResetFacts, Side};
use crate::verdict::{Close, End, ResetReason, Verdict};

use super::{agreed, icmp, notes, plural};

pub(super) fn opening(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Unanswered { .. } => "no answer",
        Verdict::Refused => "refused",
        Verdict::Rejected(_) => "rejected",
        Verdict::Aborted(_) => "aborted",
        Verdict::HalfOpen { .. } => "half-open",
        Verdict::Opened { how, .. } => match how {
            Opened::Complete => "complete",
            Opened::Simultaneous => "simultaneous",
            Opened::FastOpen => "fast open",
            Opened::NotCaptured => "not captured",
        },
    }
}

pub(super) fn ending(end: &End) -> &'static str {
    match end {
        End::Graceful(_) => "graceful",
        End::HalfClosed { .. } => "half-closed",
        End::Closing { .. } => "closing",
        End::Reset(..) => "reset",
        End::Open => "open",
        End::Expired => "evicted",
    }
}

pub(super) fn outcome(verdict: &Verdict, out: &mut String) {
    let Verdict::Opened { how, end } = verdict else { return out.push_str(opening(verdict)) };
    out.push_str(match how {
        Opened::Complete => "",
        Opened::Simultaneous => "sim, ",
        Opened::FastOpen => "TFO, ",
        Opened::NotCaptured => "…",
    });
    // Twelve cells must do for both.
    out.push_str(match (how, end) {
        (Opened::Simultaneous | Opened::FastOpen, End::Graceful(_)) => "closed",
        (Opened::Simultaneous | Opened::FastOpen, End::HalfClosed { .. }) => "half",
        _ => ending(end),
    });
}

pub(super) fn side(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

pub(super) fn line(case: &Case<'_>, line: Line<'_>) -> Words {
    let conv = case.conversation;
    match line {
        Line::Unanswered { tries, over } => ("no answer", unanswered(conv, tries, over)),
        Line::Refused => ("refused", format!("{}a reset answered the SYN", after(case.times.reject))),
        Line::Rejected(error) => {
            let (after, what) = (after(case.times.reject), icmp::meaning(error.kind));
            ("rejected", format!("{after}ICMP from {} (#{}): {what}", error.from, error.frame))
        }
        Line::Aborted(reset) => {
            ("aborted", format!("by {} with a reset, before it was open", side(reset.by)))
        }
        Line::HalfOpen { synacks, reset } => {
            let mut text = plural(synacks.into(), "SYN-ACK", "SYN-ACKs");
            text.push_str(", but no third segment");
            if reset {
                text.push_str("; then a reset");
            }
            ("half-open", text)
        }
        Line::Opened(how) => ("opened", opened(case, how)),
        Line::Begun => {
            ("unknown", "whether it ever opened: what was captured begins with a reset".to_owned())
        }
        Line::Agreed(settled) => ("agreed", line::agreed(settled, &agreed::TERMS)),
        Line::Closed(close) => ("closed", graceful(case, close)),
        Line::HalfClosed { by, peer } => ("half-closed", half_closed(conv, by, peer)),
        Line::Closing { by, unacked, silent } => ("closing", closing(conv, by, unacked, silent)),
        Line::Reset(reset, reason) => ("reset", broken(conv, reset, reason)),
        Line::Probe { reset: true } => {
            ("probe", "flags that open nothing, answered by a reset: the port is closed".to_owned())
        }
        Line::Probe { reset: false } => ("probe", "flags that open nothing; nothing answered".to_owned()),
        Line::Superseded => {
            ("open", "when its ports were taken again: both ends had forgotten it".to_owned())
        }
        Line::Open => ("open", format!("still, when the capture ends; {}", states(conv, Side::Client))),
        Line::Expired => {
            ("evicted", "still open, to keep within the limits of memory or of silence".to_owned())
        }
        Line::TimeWait(close) => ("then", agreed::afterwards(close)),
        Line::Note(note) => notes::note(conv, note),
    }
}

/// `in 18 µs: `, or nothing.
fn after(time: Option<Duration>) -> String {
    time.map_or_else(String::new, |time| format!("in {}: ", Span(time)))
}

fn unanswered(conv: &Conversation, tries: u32, over: Duration) -> String {
    let mut text = match tries {
        ..=1 => "to the SYN".to_owned(),
        _ => format!("to {} SYNs in {}", Grouped(tries.into()), Span(over)),
    };
    let schedule = agreed::schedule(conv);
    if !schedule.is_empty() {
        text.push_str("; ");
        text.push_str(schedule);
    }
    text
}

/// What took how long.
fn timed(out: &mut String, what: &str, time: Duration) {
    out.push_str(what);
    let _ = Span(time).put(out);
}

fn opened(case: &Case<'_>, how: Opened) -> String {
    let (conv, times) = (case.conversation, &case.times);
    if how == Opened::NotCaptured {
        return "before the capture begins".to_owned();
    }
    let mut text = String::with_capacity(64);
    match times.connect {
        Some(time) => timed(&mut text, "in ", time),
        None if how == Opened::Complete => text.push_str("by a three-way handshake"),
        None => text.push_str("by a handshake"),
    }
    // Each detail behind the one before it, all in brackets.
    let mut open = "  (";
    let mut next = |text: &mut String| text.push_str(std::mem::replace(&mut open, ", "));
    let before = text.len();
    for (what, time) in [("SYN-ACK ", times.synack_rtt), ("ACK ", times.ack_rtt)] {
        if let Some(time) = time {
            next(&mut text);
            timed(&mut text, what, time);
        }
    }
    for (count, what) in [(conv.syns, "SYNs"), (conv.synacks, "SYN-ACKs")] {
        if count > 1 {
            next(&mut text);
            say!(text, "{count} {what}");
        }
    }
    if times.ambiguous {
        next(&mut text);
        text.push_str("which one was answered is not known");
    }
    if text.len() > before {
        text.push(')');
    }
    match how {
        Opened::Simultaneous if conv.marks.has(Mark::SelfConnect) => {
            text.push_str("; one socket, connected to itself");
        }
        Opened::Simultaneous => text.push_str("; both sides sent a SYN"),
        Opened::FastOpen => {
            say!(text, "; Fast Open: {} B in the SYN accepted", Grouped(conv.rare.syn_data.into()))
        }
        Opened::Complete | Opened::NotCaptured => {}
    }
    text.push_str(agreed::vantage(times.vantage));
    let begins = text.len() - text.trim_start_matches([';', ' ']).len();
    if begins > 0 {
        text.drain(..begins);
    }
    text
}

/// The states of both; who closed first is named first.
fn states(conv: &Conversation, first: Side) -> String {
    let state = |whose: Side| format!("{} {}", side(whose), conv.side(whose).state.name());
    format!("{}, {}", state(first), state(first.other()))
}

fn half_closed(conv: &Conversation, by: Side, peer: Peer) -> String {
    let (closer, other) = (side(by), side(by.other()));
    match peer {
        Peer::NotCaptured => format!("{closer} sent FIN; the other direction was not captured"),
        Peer::Silent => format!("{}; {closer} {}", unheard(conv, by), conv.side(by).state.name()),
        Peer::There { acked } => {
            let unacked = if acked { "" } else { ", not acknowledged" };
            format!("{closer} sent FIN{unacked}, {other} never did; {}", states(conv, by))
        }
    }
}

fn closing(conv: &Conversation, by: Side, unacked: Side, silent: bool) -> String {
    let missing = match silent {
        true => unheard(conv, unacked),
        false => format!("the {}'s is not acknowledged", side(unacked)),
    };
    format!("{} first, both sent FIN; {missing}; {}", side(by), states(conv, by))
}

/// A FIN into silence.
fn unheard(conv: &Conversation, by: Side) -> String {
    let times = Grouped(conv.side(by).fin.map_or(0, |fin| fin.sent).into());
    format!("{}'s FIN, sent {times} times, is not acknowledged, the {} is silent", side(by), side(by.other()))
}

fn graceful(case: &Case<'_>, close: &Close) -> String {
    let mut text = String::with_capacity(96);
    if close.simultaneous {
        text.push_str("by both at once, the FINs crossed, ");
    } else {
        text.extend(["by ", side(close.by), " first, "]);
    }
    let _ = units::number(close.segments, &mut text);
    text.push_str(" segments");
    if let Some(time) = case.times.half_closed.filter(|_| close.segments == 4) {
        timed(&mut text, ", half-closed ", time);
    }
    if close.segments == 3 {
        text.push_str(" (FIN and ACK in one)");
    }
    if case.conversation.rare.half_closed_bytes > 0 {
        say!(text, " with {} B more", Grouped(case.conversation.rare.half_closed_bytes));
    }
    text
}

fn broken(conv: &Conversation, reset: &ResetFacts, reason: ResetReason) -> String {
    let mut text = match conv.begins_with_reset() {
        true => format!("by {}: ", side(reset.by)),
        false => format!("by {} after {}: ", side(reset.by), Span(reset.seen.at.since(conv.first.at))),
    };
    text.push_str(match reason {
        ResetReason::UnreadData => "it gave up, or closed with data unread",
        ResetReason::ClosedSocket => "data came for a closed socket",
        ResetReason::HalfOpenDiscovery => "it did not know the connection",
        ResetReason::Abort => "the application gave up",
        ResetReason::KeepAliveTimeout => "its keep-alives went unanswered",
        ResetReason::FinWait2Timeout => "the FIN came too late, FIN-WAIT-2 had timed out",
        ResetReason::NotAccepted => "it answers the third segment: no room for it, or no listener",
        ResetReason::Forged => "perhaps forged: unlike its sender, or nothing asked for it",
    });
    for (from, sent, doubt) in line::at_stake(conv, reset) {
        if doubt == 0 {
            say!(text, "; {}'s {} B all acknowledged", side(from), Grouped(sent));
        } else {
            let (acked, doubt) = (Grouped(sent - doubt), Grouped(doubt));
            say!(text, "; of {}'s {} B {acked} acknowledged, {doubt} in doubt", side(from), Grouped(sent));
        }
    }
    text
}
