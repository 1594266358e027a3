//! ICMP and ICMPv6 errors in Chinese.

use crate::lang::IcmpEffect;
use crate::lang::units::Grouped;
use crate::model::{IcmpError, IcmpKind};

/// `来自 10.1.0.254 的 ICMP：需要分片：下一跳 MTU 576`.
pub(super) fn error(error: &IcmpError, out: &mut String) {
    say!(out, "来自 {} 的 ICMP：", error.from);
    said(error.kind, out);
}

/// `⋮ 另有 12 个 ICMP 差错`.
pub(super) fn more(count: u64, out: &mut String) {
    say!(out, "⋮ 另有 {} 个 ICMP 差错", Grouped(count));
}

/// `拒绝 #1 的 SYN：管理策略禁止通信`.
pub(super) fn effect(error: &IcmpError, effect: IcmpEffect, out: &mut String) {
    match effect {
        IcmpEffect::RejectsSyn(frame) => say!(out, "拒绝 #{frame} 的 SYN："),
        IcmpEffect::Tells => out.push_str("ICMP："),
        IcmpEffect::RejectsDatagram => out.push_str("拒绝数据报："),
    }
    said(error.kind, out);
}

/// What would let the errors pass too.
pub(super) fn hidden(filter: &str, out: &mut String) {
    // `and` and `or` bind alike, from the left: no parentheses are needed.
    say!(out, "提示：ICMP 差错通不过这个过滤器；试试：{filter} or icmp or icmp6");
}

/// The meaning with its number, if there is one.
fn said(kind: IcmpKind, out: &mut String) {
    out.push_str(meaning(kind));
    if kind.mtu != 0 {
        say!(out, "：下一跳 MTU {}", kind.mtu);
    }
}

/// What an error says (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1, RFC 4443 §3).
pub(super) fn meaning(kind: IcmpKind) -> &'static str {
    match (kind.v6, kind.kind, kind.code) {
        (false, 3, 0) => "网络不可达",
        (false, 3, 1) | (true, 1, 3) => "主机不可达",
        (false, 3, 2) => "协议不可达",
        (false, 3, 3) | (true, 1, 4) => "端口不可达",
        (false, 3, 4) => "需要分片",
        (false, 3, 5) => "源路由失败",
        (false, 3, 6) => "目的网络未知",
        (false, 3, 7) => "目的主机未知",
        (false, 3, 9) => "管理策略禁止访问该网络",
        (false, 3, 10) => "管理策略禁止访问该主机",
        (false, 3, 13) | (true, 1, 1) => "管理策略禁止通信",
        (false, 3, _) | (true, 1, _) if !(kind.v6 && matches!(kind.code, 0 | 2 | 5 | 6)) => "目的不可达",
        (true, 1, 0) => "没有到目的地的路由",
        (true, 1, 2) => "超出源地址的范围",
        (true, 1, 5) => "源地址不符合策略",
        (true, 1, 6) => "到目的地的路由被拒绝",
        (true, 2, _) => "分组过大",
        (false, 11, _) | (true, 3, _) => "超时",
        (false, 12, _) | (true, 4, _) => "参数问题",
        (false, 4, _) => "源抑制",
        (false, 5, _) => "重定向",
        _ => "类型未知的错误",
    }
}
