//! UDP in Chinese.

use std::fmt::Write;

use crate::lang::units::{Grouped, Octets, Span};
use crate::lang::{About, FoldedDatagrams, Remark, Tone};
use crate::track::{Exchange, Reply};

use super::icmp;

macro_rules! say {
    ($out:expr, $($arg:tt)*) => { { let _ = write!($out, $($arg)*); } };
}

pub(super) fn datagram(len: u32, out: &mut String) {
    say!(out, "长度 {} B", Grouped(len.into()));
}

pub(super) fn folded(folded: &FoldedDatagrams, out: &mut String) {
    say!(out, "⋮ {} 个数据报", Grouped(folded.datagrams[0] + folded.datagrams[1]));
    for (octets, arrow) in folded.bytes.into_iter().zip(["↑", "↓"]) {
        if octets > 0 {
            say!(out, "，{} {arrow}", Octets(octets));
        }
    }
    if folded.errors > 0 {
        say!(out, "，{} 个 ICMP 差错", Grouped(folded.errors));
    }
    say!(out, "，历时 {}", Span(folded.lasted));
}

pub(super) fn outcome(exchange: &Exchange) -> &'static str {
    match exchange.reply() {
        Reply::Unreachable => "UDP 被拒绝",
        Reply::Answered => "UDP 有应答",
        Reply::Unanswered => "UDP 无应答",
    }
}

pub(super) fn remarks(exchange: &Exchange, out: &mut Vec<Remark>) {
    let [up, down] = exchange.datagrams.map(Grouped);
    let mut remark = |tone, head, text| out.push(Remark { tone, head, text, about: About::Exchange });
    remark(Tone::Note, "数据报", format!("{up} ↑  {down} ↓；无握手，无关闭"));
    match exchange.answered_after() {
        Some(time) => remark(Tone::Good, "有应答", format!("{} 后", Span(time))),
        None if exchange.unreachable.is_none() => {
            let text = "UDP 不说明原因；ICMP 可能说明（过滤器加上 `or icmp`）";
            remark(Tone::Pending, "无应答", text.to_owned());
        }
        None => {}
    }
    if let Some(error) = exchange.unreachable {
        let what = icmp::meaning(error.kind);
        let mut text = format!("{what}，由 #{} 中来自 {} 的 ICMP 告知", error.frame, error.from);
        if exchange.errors > 1 {
            say!(text, "，这是 {} 个差错中的第一个", Grouped(exchange.errors));
        }
        remark(Tone::Bad, "被拒绝", text);
    }
}
