//! What else is to be said of a conversation, in Chinese.

use crate::lang::units::{Grouped, Span};
use crate::lang::{About, Case, Remark, Tone};
use crate::track::{Conversation, Mark, Phase, Roles, Side};
use crate::verdict::Confidence;

use super::icmp;
use super::verdict::side;

/// Facts beside opening and ending.
pub(super) fn notes(case: &Case<'_>, out: &mut Vec<Remark>) {
    let conv = case.conversation;
    let mut note = |mark, head, text: String| {
        out.push(Remark { tone: Tone::Note, head, text, about: About::Mark(mark) });
    };
    if conv.marks.has(Mark::NotAccepted) {
        let text = if conv.resent_synack.is_some() {
            "第三次握手之后，SYN-ACK 又来了一次"
        } else {
            "数据一再重发，始终没有得到确认：服务器从未有过这个连接"
        };
        note(Mark::NotAccepted, "未收下", text.to_owned());
    }
    if conv.marks.has(Mark::CookieRequested) {
        note(Mark::CookieRequested, "快速打开", "客户端请求 Fast Open cookie".to_owned());
    }
    if conv.marks.has(Mark::SynDataIgnored) {
        note(Mark::SynDataIgnored, "快速打开", "SYN 携带的数据没有被接受".to_owned());
    }
    let resent = Side::BOTH.map(|side| conv.side(side).retransmissions);
    // Of a conversation that never opened the SYNs are counted already.
    if resent != [0, 0] && matches!(conv.phase, Phase::Open(_)) {
        let each: Vec<_> = Side::BOTH
            .into_iter()
            .filter(|&from| resent[from as usize] > 0)
            .map(|from| format!("{} {} 个报文段", side(from), Grouped(resent[from as usize])))
            .collect();
        out.push(Remark { tone: Tone::Note, head: "重传", text: each.join("，"), about: About::Resent });
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
        let after = after.map_or_else(String::new, |time| format!("第三次握手之后 {}，", Span(time)));
        note(about, "推迟", format!("{after}服务器又要求一次：它在等待数据"));
    }
    if let Some(about) = marked(Mark::SynProxy) {
        note(about, "代理", "SYN 代理替服务器完成了握手".to_owned());
    }
    if let Some(about) = marked(Mark::PmtuBlackHole) {
        note(about, "路径 MTU", "满长的报文段一再到不了，短的可以：路径 MTU 黑洞".to_owned());
    }
    if let Some(error) = conv.too_big() {
        let what = icmp::meaning(error.kind);
        let mut text = format!("{}：{what}", error.from);
        if error.kind.mtu != 0 {
            text.push_str(&format!("，每个分组最多 {} B", Grouped(error.kind.mtu.into())));
        }
        text.push_str(&format!("（#{}）", error.frame));
        note(About::PathMtu, "路径 MTU", text);
    }
}

/// Facts about resets, waits, and where it was captured.
fn more_notes(conv: &Conversation, out: &mut Vec<Remark>) {
    let mut note = |about, head, text: String| {
        out.push(Remark { tone: Tone::Note, head, text, about });
    };
    let marked = |mark| conv.marks.has(mark).then_some(About::Mark(mark));
    if let Some(about) = marked(Mark::ResetAfterClose) {
        note(about, "RST", "在关闭之后：最多使 TIME-WAIT 提前结束（RFC 1337）".to_owned());
    }
    if let Some(about) = marked(Mark::Waiting) {
        note(about, "等待", format!("客户端等待应答 {}", Span(conv.waited)));
    }
    if let Some(about) = marked(Mark::ResetSurvived) {
        note(about, "RST", "有一个没有生效：它的发送方后来的行为与它矛盾".to_owned());
    }
    if let Some(first) = conv.mptcp {
        let text = if first.get() == conv.number {
            "开始一个 MPTCP 连接".to_owned()
        } else {
            format!("#{first} 的 MPTCP 连接的一个子流")
        };
        note(About::Mptcp, "MPTCP", text);
    }
    if let Some(twin) = conv.twin {
        note(About::Mark(Mark::Translated), "NAT", format!("与 #{twin} 是同一个连接，地址经过转换"));
    }
    if let Some(about) = marked(Mark::SplitHandshake) {
        note(about, "分步", "服务器先确认 SYN，之后才发出自己的 SYN".to_owned());
    }
    if let Some(about) = marked(Mark::SplitScope) {
        note(about, "范围", "两个方向分别在不同的 VLAN 或隧道中捕获".to_owned());
    }
    if let Some(about) = marked(Mark::TimeBackwards) {
        note(about, "时钟", "捕获期间时钟倒退，时间不可靠".to_owned());
    }
}

fn doubt(conv: &Conversation, why: Confidence) -> Option<Remark> {
    let text = match why {
        Confidence::KernelDrops => "内核丢弃了一些帧，可能缺少报文段".to_owned(),
        Confidence::OptionsCut => "选项被快照长度截断，窗口扩大因子可能未知".to_owned(),
        Confidence::OneDirection => "只捕获到一个方向".to_owned(),
        Confidence::Duplicates => format!("{} 帧捕获了两次，未重复计算", Grouped(conv.copies)),
        // The remark on the opening says so already.
        Confidence::MidStream if conv.roles == Roles::Seen => return None,
        Confidence::MidStream if conv.syn.is_none() && conv.synack.is_none() => {
            let listener = conv.listener.map(|side| (side, conv.endpoint(side)));
            match listener {
                None => "没有捕获到 SYN，谁是客户端只是推测（≈）".to_owned(),
                Some((Side::Server, endpoint)) => {
                    format!("没有捕获到 SYN；在别的会话里见过 {endpoint} 监听，它是服务器（≈）")
                }
                Some((Side::Client, endpoint)) => {
                    format!("没有捕获到 SYN；在别的会话里见过 {endpoint} 监听，推测（≈）有误，它才是服务器")
                }
            }
        }
        Confidence::MidStream => "没有捕获到客户端的 SYN".to_owned(),
        Confidence::Gaps => "缺少一些已被确认的数据".to_owned(),
        Confidence::Evicted => "因会话数达到上限而移出，其后可能还有报文段".to_owned(),
        Confidence::InexactReset => "RST 在窗口之内，但序列号不精确（RFC 5961）".to_owned(),
    };
    Some(Remark { tone: Tone::Note, head: "注意", text, about: About::Doubt(why) })
}
