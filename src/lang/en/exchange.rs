//! UDP in English.

use std::fmt::Write;

use crate::lang::units::{Grouped, Octets, Span};
use crate::lang::{About, FoldedDatagrams, Remark, Tone};
use crate::track::{Exchange, Reply};

use super::{icmp, plural};

macro_rules! say {
    ($out:expr, $($arg:tt)*) => { { let _ = write!($out, $($arg)*); } };
}

pub(super) fn datagram(len: u32, out: &mut String) {
    say!(out, "len {} B", Grouped(len.into()));
}

pub(super) fn folded(folded: &FoldedDatagrams, out: &mut String) {
    let total = folded.datagrams[0] + folded.datagrams[1];
    say!(out, "⋮ {}", plural(total, "datagram", "datagrams"));
    for (octets, arrow) in folded.bytes.into_iter().zip(["↑", "↓"]) {
        if octets > 0 {
            say!(out, ", {} {arrow}", Octets(octets));
        }
    }
    if folded.errors > 0 {
        say!(out, ", {}", plural(folded.errors, "ICMP error", "ICMP errors"));
    }
    say!(out, ", in {}", Span(folded.lasted));
}

pub(super) fn outcome(exchange: &Exchange) -> &'static str {
    match exchange.reply() {
        Reply::Unreachable => "UDP rejected",
        Reply::Answered => "UDP answered",
        Reply::Unanswered => "UDP no reply",
    }
}

pub(super) fn remarks(exchange: &Exchange, out: &mut Vec<Remark>) {
    let [up, down] = exchange.datagrams.map(Grouped);
    let mut remark = |tone, head, text| out.push(Remark { tone, head, text, about: About::Exchange });
    remark(Tone::Note, "datagrams", format!("{up} ↑  {down} ↓; no handshake, no close"));
    match exchange.answered_after() {
        Some(time) => remark(Tone::Good, "answered", format!("after {}", Span(time))),
        None if exchange.unreachable.is_none() => {
            let text = "UDP does not tell why; ICMP may (with `or icmp` in the filter)";
            remark(Tone::Pending, "no answer", text.to_owned());
        }
        None => {}
    }
    if let Some(error) = exchange.unreachable {
        let what = icmp::meaning(error.kind);
        let mut text = format!("{what}, said ICMP from {} in #{}", error.from, error.frame);
        if exchange.errors > 1 {
            say!(text, ", the first of {} errors", Grouped(exchange.errors));
        }
        remark(Tone::Bad, "rejected", text);
    }
}
