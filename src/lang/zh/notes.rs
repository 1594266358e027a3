//! What else is to be said of a conversation, in Chinese.

use crate::lang::line::Words;
use crate::lang::note::Note;
use crate::lang::units::{Grouped, Span};
use crate::model::IcmpError;
use crate::track::{Conversation, Side};
use crate::verdict::Confidence;

use super::icmp;
use super::verdict::side;

pub(super) fn note(conv: &Conversation, note: Note<'_>) -> Words {
    match note {
        Note::NotAccepted { synack: true } => ("未收下", "第三次握手之后，SYN-ACK 又来了一次".to_owned()),
        Note::NotAccepted { synack: false } => {
            ("未收下", "数据一再重发，始终没有得到确认：服务器从未有过这个连接".to_owned())
        }
        Note::CookieRequested => ("快速打开", "客户端请求 Fast Open cookie".to_owned()),
        Note::SynDataIgnored => ("快速打开", "SYN 携带的数据没有被接受".to_owned()),
        Note::Resent(resent) => ("重传", each(resent)),
        Note::DeferredAccept(after) => {
            let after = after.map_or_else(String::new, |time| format!("第三次握手之后 {}，", Span(time)));
            ("推迟", format!("{after}服务器又要求一次：它在等待数据"))
        }
        Note::SynProxy => ("代理", "SYN 代理替服务器完成了握手".to_owned()),
        Note::PmtuBlackHole => ("路径 MTU", "满长的报文段一再到不了，短的可以：路径 MTU 黑洞".to_owned()),
        Note::PathMtu(error) => ("路径 MTU", path_mtu(error)),
        Note::ResetAfterClose => ("RST", "在关闭之后：最多使 TIME-WAIT 提前结束（RFC 1337）".to_owned()),
        Note::Waiting(time) => ("等待", format!("客户端等待应答 {}", Span(time))),
        Note::ResetSurvived => ("RST", "有一个没有生效：它的发送方后来的行为与它矛盾".to_owned()),
        Note::MptcpBegins => ("MPTCP", "开始一个 MPTCP 连接".to_owned()),
        Note::MptcpDeclined => ("MPTCP", "服务器没有同意：是一个普通的 TCP 连接".to_owned()),
        Note::MptcpSubflow(first) => ("MPTCP", format!("#{first} 的 MPTCP 连接的一个子流")),
        Note::Translated(twin) => ("NAT", format!("与 #{twin} 是同一个连接，地址经过转换")),
        Note::SplitHandshake => ("分步", "服务器先确认 SYN，之后才发出自己的 SYN".to_owned()),
        Note::OtherIsn(taken) => {
            let taken = taken.map_or_else(String::new, |frame| format!("，客户端接受的是 #{frame} 的"));
            ("ISN", format!("几个 SYN-ACK 的 ISN 不同（SYN cookie 或多台服务器）{taken}"))
        }
        Note::SplitScope => ("范围", "两个方向分别在不同的 VLAN 或隧道中捕获".to_owned()),
        Note::TimeBackwards => ("时钟", "捕获期间时钟倒退，时间不可靠".to_owned()),
        Note::GuessedRoles(listener) => ("注意", guessed(conv, listener)),
        Note::Doubt(why) => ("注意", doubt(conv, why)),
    }
}

/// `客户端 2 个报文段，服务器 1 个报文段`.
fn each(resent: [u64; 2]) -> String {
    let sides = Side::BOTH.into_iter().zip(resent).filter(|&(_, count)| count > 0);
    let each: Vec<_> =
        sides.map(|(from, count)| format!("{} {} 个报文段", side(from), Grouped(count))).collect();
    each.join("，")
}

fn path_mtu(error: &IcmpError) -> String {
    let mut text = format!("{}：{}", error.from, icmp::meaning(error.kind));
    if error.kind.mtu != 0 {
        say!(text, "，每个分组最多 {} B", Grouped(error.kind.mtu.into()));
    }
    say!(text, "（#{}）", error.frame);
    text
}

fn guessed(conv: &Conversation, listener: Option<Side>) -> String {
    match listener.map(|side| (side, conv.endpoint(side))) {
        None => "没有捕获到 SYN，谁是客户端只是推测（≈）".to_owned(),
        Some((Side::Server, endpoint)) => {
            format!("没有捕获到 SYN；在别的会话里见过 {endpoint} 监听，它是服务器（≈）")
        }
        Some((Side::Client, endpoint)) => {
            format!("没有捕获到 SYN；在别的会话里见过 {endpoint} 监听，推测（≈）有误，它才是服务器")
        }
    }
}

fn doubt(conv: &Conversation, why: Confidence) -> String {
    match why {
        Confidence::KernelDrops => "内核丢弃了一些帧，可能缺少报文段".to_owned(),
        Confidence::OptionsCut => "选项被快照长度截断，窗口扩大因子可能未知".to_owned(),
        Confidence::OneDirection => "只捕获到一个方向".to_owned(),
        Confidence::Duplicates => format!("{} 帧捕获了两次，未重复计算", Grouped(conv.rare.copies)),
        Confidence::MidStream => "没有捕获到客户端的 SYN".to_owned(),
        Confidence::Gaps => "缺少一些已被确认的数据".to_owned(),
        Confidence::Evicted => "因会话数达到上限而移出，其后可能还有报文段".to_owned(),
        Confidence::InexactReset => "RST 在窗口之内，但序列号不精确（RFC 5961）".to_owned(),
    }
}
