//! Counts in Chinese: folded segments, what was skipped, the end of a capture.

use std::time::Duration;

use crate::lang::units::{Grouped, Octets, Span};
use crate::lang::{Folded, Run, Tally};
use crate::model::{Skip, SkipCounts};

pub(super) fn folded(folded: &Folded, out: &mut String) {
    let total = Grouped(folded.segments[0] + folded.segments[1]);
    let what = match folded.run {
        Run::Data | Run::Mixed => "报文段",
        Run::Syn => "SYN",
        Run::SynAck => "SYN-ACK",
        Run::Fin => "FIN",
        Run::Reset => "RST 与质询 ACK",
        Run::Stray => "游离报文段",
    };
    let blank = if what.is_ascii() || folded.run == Run::Reset { " " } else { "" };
    say!(out, "⋮ {total} 个{blank}{what}");
    for (octets, arrow) in folded.bytes.into_iter().zip(["↑", "↓"]) {
        if octets > 0 {
            say!(out, "，{} {arrow}", Octets(octets));
        }
    }
    if folded.retransmissions > 0 && folded.run != Run::Syn && folded.run != Run::SynAck {
        say!(out, "，重传 {} 次", Grouped(folded.retransmissions));
    }
    if folded.probes > 0 {
        say!(out, "，探测 {} 次", Grouped(folded.probes));
    }
    say!(out, "，历时 {}", Span(folded.lasted));
}

pub(super) fn incarnation(nth: u32, gap: Option<Duration>, out: &mut String) {
    say!(out, "（这对端口上的第 {nth} 个连接");
    if let Some(gap) = gap {
        say!(out, "，距上一个 {}", Span(gap));
    }
    out.push('）');
}

pub(super) fn latecomers(folded: &Folded, out: &mut String) {
    let total = folded.segments[0] + folded.segments[1];
    say!(out, "结束之后又有 {} 个报文段：#{}", Grouped(total), folded.first);
    if folded.last != folded.first {
        say!(out, " 至 #{}", folded.last);
    }
}

pub(super) fn tally(tally: &Tally, out: &mut String) {
    if *tally == Tally::default() {
        return out.push_str("0 帧");
    }
    say!(out, "{} 帧", Grouped(tally.frames));
    say!(out, "，{} 个报文段", Grouped(tally.segments));
    say!(out, "，{} 个会话", Grouped(tally.conversations));
    if tally.datagrams > 0 {
        say!(out, "，{} 个数据报", Grouped(tally.datagrams));
        say!(out, "，{} 次 UDP 交换", Grouped(tally.exchanges));
    }
    if tally.icmp_errors > 0 {
        say!(out, "，{} 个 ICMP 差错", Grouped(tally.icmp_errors));
    }
    skipped(&tally.skipped, out);
    if tally.bad_headers > 0 {
        say!(out, "；{} 个报文段的 TCP 首部不合法", Grouped(tally.bad_headers));
    }
    match tally.dropped_by_kernel {
        Some(0) => out.push_str("；内核没有丢帧"),
        Some(dropped) => say!(out, "；内核丢弃 {} 帧", Grouped(dropped)),
        None => {}
    }
}

fn skipped(counts: &SkipCounts, out: &mut String) {
    if counts.total() == 0 {
        return;
    }
    say!(out, "；跳过 {} 帧：", Grouped(counts.total()));
    let mut separator = "";
    for why in Skip::ALL {
        let n = counts.of(why);
        if n > 0 {
            say!(out, "{separator}{} {}", reason(why), Grouped(n));
            separator = "，";
        }
    }
}

fn reason(why: Skip) -> &'static str {
    match why {
        Skip::NotTcp => "非 TCP",
        Skip::Arp => "ARP",
        Skip::NotIp => "非 IP",
        Skip::Truncated => "被截断",
        Skip::Malformed => "格式错误",
        Skip::Unsupported => "无法解码",
        Skip::Fragment => "IP 分片",
        Skip::TooDeep => "嵌套过深",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_are_listed_by_reason_with_their_sum() {
        let mut skipped = SkipCounts::default();
        for (why, n) in [(Skip::NotTcp, 30), (Skip::Arp, 5)] {
            (0..n).for_each(|_| skipped.add(why));
        }
        let counts = Tally { frames: 40, segments: 5, conversations: 1, skipped, ..Tally::default() };
        let mut out = String::new();
        tally(&counts, &mut out);
        assert_eq!(out, "40 帧，5 个报文段，1 个会话；跳过 35 帧：非 TCP 30，ARP 5");
        out.clear();
        tally(&Tally { dropped_by_kernel: Some(0), ..counts }, &mut out);
        assert!(out.ends_with("，ARP 5；内核没有丢帧"), "{out}");
    }

    #[test]
    fn a_fold_says_what_flowed_which_way() {
        let it = Folded {
            run: Run::Data,
            first: 4,
            last: 1207,
            segments: [600, 604],
            bytes: [0, 1_700_000],
            retransmissions: 2,
            probes: 0,
            lasted: Duration::from_millis(1024),
        };
        let mut out = String::new();
        folded(&it, &mut out);
        assert_eq!(out, "⋮ 1\u{2009}204 个报文段，1.7 MB ↓，重传 2 次，历时 1.024 s");
    }
}
