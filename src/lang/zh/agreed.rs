//! What the opening settled, and what a close leaves behind, in Chinese.

use crate::lang::Case;
use crate::lang::line::Terms;
use crate::lang::units::{self, Grouped, Span};
use crate::track::{Conversation, Side};
use crate::verdict::{Close, Ecn, End, InForce, Negotiated, Schedule, TIME_WAIT_LINUX, TimeWait, Vantage};

use super::verdict::side;

/// `MSS 1460，窗口扩大因子 7/10，SACK，时间戳（客户端/服务器）`.
pub(super) const TERMS: Terms = Terms {
    comma: "，",
    window_scale: "窗口扩大因子",
    none: "没有任何选项",
    order: "（客户端/服务器）",
    option: word,
};

/// An option's name.
fn word(name: &'static str) -> &'static str {
    match name {
        "timestamps" => "时间戳",
        "window scale" => "窗口扩大因子",
        other => other,
    }
}

/// Who is left waiting.
pub(super) fn afterwards(close: &Close) -> String {
    let who = match close.time_wait {
        TimeWait::Both => "双方都",
        TimeWait::One(owner) => side(owner),
    };
    let mut text = String::with_capacity(80);
    text.extend([who, "处于 TIME-WAIT，持续 2 MSL，Linux 上为 "]);
    // Writing to a string cannot fail.
    let _ = units::number(TIME_WAIT_LINUX.as_secs(), &mut text);
    text.push_str(" s");
    text
}

/// Where it was captured, behind the times that tell.
pub(super) fn vantage(vantage: Option<Vantage>) -> &'static str {
    match vantage {
        Some(Vantage::Client) => "；在客户端附近捕获",
        Some(Vantage::Server) => "；在服务器附近捕获",
        Some(Vantage::Between | Vantage::Local) | None => "",
    }
}

/// When the SYN was repeated, and by whom it is repeated so.
pub(super) fn schedule(conv: &Conversation) -> &'static str {
    match Schedule::of(conv) {
        Some(Schedule::LinearThenDoubling) => "先每秒一次，再加倍：Linux 6.5 起，macOS",
        Some(Schedule::DoublingFromOne) => "间隔 1、2、4 … s：Linux 6.5 之前，Windows",
        Some(Schedule::DoublingFromThree) => "间隔 3、6、12 … s：较老的系统",
        None => "",
    }
}

pub(super) fn why_agreed(conv: &Conversation, out: &mut String) {
    let agreed = Negotiated::of(conv);
    for from in Side::BOTH {
        if let Some(mss) = agreed.mss[from as usize] {
            say!(out, "{}接收的报文段最长 {} B；", side(from), Grouped(mss.into()));
        }
    }
    if let InForce::Yes([client, server]) = agreed.window_scale {
        let [client, server] = [client, server].map(|shift| Grouped(1 << shift));
        say!(out, "SYN 之后，客户端的窗口字段 × {client}，服务器的 × {server}；");
    }
    for from in Side::BOTH {
        let alone = agreed.offered_alone(conv, from).map(word).collect::<Vec<_>>();
        if !alone.is_empty() {
            say!(out, "只有{}提出{}；", side(from), alone.join("、"));
        }
    }
    if agreed.ecn == Ecn::Refused {
        out.push_str("客户端请求 ECN，服务器没有接受（RFC 3168 §6.1.1）；");
    }
    out.push_str("双方的 SYN 都带有的选项才生效（RFC 9293 §3.7.1，RFC 7323 §2.2，RFC 2018 §2）");
}

pub(super) fn why_time_wait(case: &Case<'_>, out: &mut String) {
    if let (Some(until), Some(End::Graceful(_))) = (case.times.time_wait_until, case.verdict.end()) {
        let after = until.since(case.conversation.first.at);
        say!(out, "在 Linux 上，最早于第一个报文段之后 {} 结束，即最后的 ACK 之后 60 s；", Span(after));
    }
    out.push_str(
        "迟到的旧报文段可能被误认为同一对端口上新连接的，最后的 ACK 也可能需要重发；按 RFC 的 MSL（2 分钟）则为 \
         4 分钟（RFC 9293 §3.4.2，§3.6.1，§3.10.7.4）",
    );
}

/// Where the capture was made, and how one can tell.
pub(super) fn why_vantage(case: &Case<'_>, out: &mut String) {
    let (Some(vantage), Some(far), Some(near)) =
        (case.times.vantage, case.times.synack_rtt, case.times.ack_rtt)
    else {
        return;
    };
    let place = match vantage {
        Vantage::Client => "在客户端或其附近",
        Vantage::Server => "在服务器或其附近",
        Vantage::Between => "在两者之间的途中",
        Vantage::Local => "在双方共同的主机或链路上",
    };
    say!(out, "；到 SYN-ACK 用了 {}，到 ACK 用了 {}：捕获点{place}", Span(far), Span(near));
}
