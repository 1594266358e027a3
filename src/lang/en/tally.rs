//! Counts in English: folded segments, what was skipped, the end of a capture.

use std::time::Duration;

use crate::lang::units::{Grouped, Octets, Span};
use crate::lang::{Folded, Run, Tally};
use crate::model::{Skip, SkipCounts};

use super::plural;

pub(super) fn folded(folded: &Folded, out: &mut String) {
    let total = folded.segments[0] + folded.segments[1];
    let (one, many) = match folded.run {
        Run::Data | Run::Mixed => ("segment", "segments"),
        Run::Syn => ("SYN", "SYNs"),
        Run::SynAck => ("SYN-ACK", "SYN-ACKs"),
        Run::Fin => ("FIN", "FINs"),
        Run::Reset => ("reset or challenge ACK", "resets and challenge ACKs"),
        Run::Stray => ("stray", "strays"),
    };
    say!(out, "⋮ {}", plural(total, one, many));
    for (octets, arrow) in folded.bytes.into_iter().zip(["↑", "↓"]) {
        if octets > 0 {
            say!(out, ", {} {arrow}", Octets(octets));
        }
    }
    if folded.retransmissions > 0 && folded.run != Run::Syn && folded.run != Run::SynAck {
        say!(out, ", {}", plural(folded.retransmissions, "retransmission", "retransmissions"));
    }
    if folded.probes > 0 {
        say!(out, ", {}", plural(folded.probes, "probe", "probes"));
    }
    say!(out, ", in {}", Span(folded.lasted));
}

pub(super) fn incarnation(nth: u32, gap: Option<Duration>, out: &mut String) {
    say!(out, "({nth}{} on these ports", ordinal(nth));
    if let Some(gap) = gap {
        say!(out, ", {} after the one before", Span(gap));
    }
    out.push(')');
}

fn ordinal(n: u32) -> &'static str {
    match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

pub(super) fn latecomers(folded: &Folded, out: &mut String) {
    let total = folded.segments[0] + folded.segments[1];
    say!(out, "{} after its end: #{}", plural(total, "more segment", "more segments"), folded.first);
    if folded.last != folded.first {
        say!(out, " to #{}", folded.last);
    }
}

pub(super) fn tally(tally: &Tally, out: &mut String) {
    if *tally == Tally::default() {
        return out.push_str("0 frames");
    }
    out.push_str(&plural(tally.frames, "frame", "frames"));
    say!(out, ", {}", plural(tally.segments, "segment", "segments"));
    say!(out, ", {}", plural(tally.conversations, "conversation", "conversations"));
    if tally.datagrams > 0 {
        say!(out, ", {}", plural(tally.datagrams, "datagram", "datagrams"));
        say!(out, ", {}", plural(tally.exchanges, "exchange", "exchanges"));
    }
    if tally.icmp_errors > 0 {
        say!(out, ", {}", plural(tally.icmp_errors, "ICMP error", "ICMP errors"));
    }
    skipped(&tally.skipped, out);
    if tally.bad_headers > 0 {
        say!(out, "; {} with an impossible TCP header", plural(tally.bad_headers, "segment", "segments"));
    }
    match tally.dropped_by_kernel {
        Some(0) => out.push_str("; none dropped by the kernel"),
        Some(dropped) => say!(out, "; {} dropped by the kernel", Grouped(dropped)),
        None => {}
    }
}

fn skipped(counts: &SkipCounts, out: &mut String) {
    if counts.total() == 0 {
        return;
    }
    say!(out, "; {} skipped", plural(counts.total(), "frame", "frames"));
    let mut separator = ": ";
    for why in Skip::ALL {
        let n = counts.of(why);
        if n > 0 {
            say!(out, "{separator}{} {}", Grouped(n), reason(why, n));
            separator = ", ";
        }
    }
}

fn reason(why: Skip, n: u64) -> &'static str {
    match why {
        Skip::NotTcp => "not TCP",
        Skip::Arp => "ARP",
        Skip::NotIp => "not IP",
        Skip::Truncated => "truncated",
        Skip::Malformed => "malformed",
        Skip::Unsupported => "not decoded",
        Skip::Fragment if n == 1 => "IP fragment",
        Skip::Fragment => "IP fragments",
        Skip::TooDeep => "nested too deep",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(counts: &Tally) -> String {
        let mut out = String::new();
        tally(counts, &mut out);
        out
    }

    #[test]
    fn one_is_singular_and_nothing_is_not_mentioned() {
        let mut skipped = SkipCounts::default();
        skipped.add(Skip::Fragment);
        let one = Tally { frames: 1, segments: 1, conversations: 1, skipped, ..Tally::default() };
        assert_eq!(say(&one), "1 frame, 1 segment, 1 conversation; 1 frame skipped: 1 IP fragment");
        let none = Tally { frames: 17, segments: 17, conversations: 2, ..Tally::default() };
        assert_eq!(say(&none), "17 frames, 17 segments, 2 conversations");
    }

    #[test]
    fn that_nothing_was_dropped_is_said_where_it_is_known() {
        let whole = Tally { frames: 2, segments: 2, conversations: 1, ..Tally::default() };
        let whole = Tally { dropped_by_kernel: Some(0), ..whole };
        assert_eq!(say(&whole), "2 frames, 2 segments, 1 conversation; none dropped by the kernel");
    }

    #[test]
    fn skips_are_listed_by_reason_with_their_sum() {
        let mut skipped = SkipCounts::default();
        for (why, n) in [(Skip::NotTcp, 30), (Skip::Arp, 5), (Skip::Truncated, 2)] {
            (0..n).for_each(|_| skipped.add(why));
        }
        let tally = Tally { skipped, dropped_by_kernel: Some(3), ..Tally::default() };
        assert!(
            say(&tally)
                .ends_with("37 frames skipped: 30 not TCP, 5 ARP, 2 truncated; 3 dropped by the kernel")
        );
    }

    #[test]
    fn a_fold_says_what_flowed_which_way() {
        let mut it = Folded {
            run: Run::Data,
            first: 4,
            last: 1207,
            segments: [600, 604],
            bytes: [0, 1_700_000],
            retransmissions: 0,
            probes: 0,
            lasted: Duration::from_millis(1024),
        };
        let say = |it: &Folded| {
            let mut out = String::new();
            folded(it, &mut out);
            out
        };
        assert_eq!(say(&it), "⋮ 1\u{2009}204 segments, 1.7 MB ↓, in 1.024 s");
        it.retransmissions = 1;
        it.bytes[0] = 5;
        assert_eq!(say(&it), "⋮ 1\u{2009}204 segments, 5 B ↑, 1.7 MB ↓, 1 retransmission, in 1.024 s");
    }

    #[test]
    fn the_teens_are_ordinal_exceptions() {
        let say = |n| {
            let mut out = String::new();
            incarnation(n, None, &mut out);
            out
        };
        assert_eq!(say(2), "(2nd on these ports)");
        assert_eq!(say(12), "(12th on these ports)");
        assert_eq!(say(23), "(23rd on these ports)");
        assert_eq!(say(111), "(111th on these ports)");
    }
}
