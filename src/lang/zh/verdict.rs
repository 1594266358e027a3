//! Verdicts in Chinese.

use std::fmt::Write;
use std::time::Duration;

use crate::lang::units::{Grouped, Span};
use crate::lang::{About, Case, Remark, Tone};
use crate::track::{Conversation, Mark, Opened, Phase, ResetFacts, Roles, Side};
use crate::verdict::{Close, Confidence, End, ResetReason, TimeWait, Verdict};

use super::icmp;

macro_rules! say {
    ($out:expr, $($arg:tt)*) => { { let _ = write!($out, $($arg)*); } };
}

pub(super) fn opening(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Unanswered { .. } => "无应答",
        Verdict::Refused => "拒绝连接",
        Verdict::Rejected(_) => "ICMP 拒绝",
        Verdict::Aborted(_) => "中途放弃",
        Verdict::HalfOpen { .. } => "半打开",
        Verdict::Opened { how, .. } => match how {
            Opened::Complete => "三次握手",
            Opened::Simultaneous => "同时打开",
            Opened::FastOpen => "快速打开",
            Opened::NotCaptured => "未捕获",
        },
    }
}

pub(super) fn ending(end: &End) -> &'static str {
    match end {
        End::Graceful(_) => "正常关闭",
        End::HalfClosed { .. } => "半关闭",
        End::Closing { .. } => "关闭中",
        End::Reset(..) => "连接重置",
        End::Open => "仍打开",
        End::Expired => "已移出",
    }
}

/// The ending behind what was unusual about the opening: at most 12 cells.
fn short_ending(end: &End) -> &'static str {
    match end {
        End::Graceful(_) => "关闭",
        End::Reset(..) => "重置",
        other => ending(other),
    }
}

pub(super) fn outcome(verdict: &Verdict, out: &mut String) {
    let Verdict::Opened { how, end } = verdict else { return out.push_str(opening(verdict)) };
    let (before, end) = match how {
        Opened::Complete => ("", ending(end)),
        Opened::Simultaneous => ("双开，", short_ending(end)),
        Opened::FastOpen => ("TFO，", short_ending(end)),
        Opened::NotCaptured => ("…", ending(end)),
    };
    out.push_str(before);
    out.push_str(end);
}

pub(super) fn side(side: Side) -> &'static str {
    match side {
        Side::Client => "客户端",
        Side::Server => "服务器",
    }
}

pub(super) fn remarks(case: &Case<'_>, out: &mut Vec<Remark>) {
    let conv = case.conversation;
    match &case.verdict {
        Verdict::Unanswered { tries, over } => out.push(unanswered(*tries, *over)),
        Verdict::Refused => {
            let text = format!("{}以 RST 应答 SYN", after(case.times.reject));
            out.push(first(Tone::Bad, "拒绝连接", text));
        }
        Verdict::Rejected(error) => {
            let what = icmp::meaning(error.kind);
            let text = format!(
                "{}{} 发来 ICMP 差错（#{}）：{what}",
                after(case.times.reject),
                error.from,
                error.frame
            );
            out.push(first(Tone::Bad, "ICMP 拒绝", text));
        }
        Verdict::Aborted(reset) => {
            let text = format!("连接建立之前，{}发出 RST", side(reset.by));
            out.push(first(Tone::Bad, "中途放弃", text));
        }
        Verdict::HalfOpen { synacks, reset } => {
            let mut text = format!("发出 {} 个 SYN-ACK，始终没有第三次握手", Grouped((*synacks).into()));
            if *reset {
                text.push_str("；随后 RST");
            }
            out.push(first(Tone::Pending, "半打开", text));
        }
        Verdict::Opened { how, end } => {
            out.push(opened(case, *how));
            out.push(ended(case, end));
        }
    }
    notes(conv, out);
    for &why in case.confidence {
        out.extend(doubt(conv, why));
    }
}

fn first(tone: Tone, head: &'static str, text: String) -> Remark {
    Remark { tone, head, text, about: About::Opening }
}

fn last(tone: Tone, head: &'static str, text: String) -> Remark {
    Remark { tone, head, text, about: About::Ending }
}

fn probe(text: &str) -> Remark {
    Remark { tone: Tone::Note, head: "探测", text: text.to_owned(), about: About::Mark(Mark::Probe) }
}

/// `18 µs 后`, or nothing.
fn after(time: Option<Duration>) -> String {
    time.map_or_else(String::new, |time| format!("{} 后，", Span(time)))
}

fn unanswered(tries: u32, over: Duration) -> Remark {
    let text = match tries {
        ..=1 => "SYN 没有得到任何应答".to_owned(),
        _ => format!("{} 内发出 {} 个 SYN，没有任何应答", Span(over), Grouped(tries.into())),
    };
    first(Tone::Bad, "无应答", text)
}

fn opened(case: &Case<'_>, how: Opened) -> Remark {
    let (conv, times) = (case.conversation, &case.times);
    if how == Opened::NotCaptured {
        return first(Tone::Note, "已建立", "在开始捕获之前".to_owned());
    }
    let mut text = match how {
        Opened::Complete | Opened::NotCaptured => "三次握手",
        Opened::Simultaneous if conv.marks.has(Mark::SelfConnect) => "一个套接字连接到自身",
        Opened::Simultaneous => "同时打开，双方都发出 SYN",
        Opened::FastOpen => "Fast Open",
    }
    .to_owned();
    if how == Opened::FastOpen {
        say!(text, "，SYN 携带的 {} B 被接受", Grouped(conv.syn_data.into()));
    }
    if let Some(time) = times.connect {
        say!(text, "，用时 {}", Span(time));
    }
    let mut details = Vec::new();
    details.extend(times.synack_rtt.map(|time| format!("SYN-ACK {}", Span(time))));
    details.extend(times.ack_rtt.map(|time| format!("ACK {}", Span(time))));
    if conv.syns > 1 {
        details.push(format!("SYN 共 {} 个", conv.syns));
    }
    if conv.synacks > 1 {
        details.push(format!("SYN-ACK 共 {} 个", conv.synacks));
    }
    if times.ambiguous {
        details.push("无法确定应答的是哪一个".to_owned());
    }
    if !details.is_empty() {
        say!(text, "（{}）", details.join("，"));
    }
    first(Tone::Good, "已建立", text)
}

fn ended(case: &Case<'_>, end: &End) -> Remark {
    let conv = case.conversation;
    // Who closed first is named first.
    let states = |first: Side| {
        let state = |whose: Side| format!("{} {}", side(whose), conv.side(whose).state.name());
        format!("{}，{}", state(first), state(first.other()))
    };
    match end {
        End::Graceful(close) => graceful(case, close),
        End::HalfClosed { by, acked } => {
            let unacked = if *acked { "" } else { "（未被确认）" };
            let (closer, other) = (side(*by), side(by.other()));
            let text = if conv.side(by.other()).segments == 0 {
                format!("{closer}已发 FIN；另一方向没有捕获到")
            } else {
                format!("{closer}已发 FIN{unacked}，{other}始终未发；{}", states(*by))
            };
            last(Tone::Pending, "半关闭", text)
        }
        End::Closing { by, unacked } => {
            let (first, unacked) = (side(*by), side(*unacked));
            let text = format!("{first}先发 FIN，双方均已发出；{unacked}的 FIN 未被确认；{}", states(*by));
            last(Tone::Pending, "关闭中", text)
        }
        End::Reset(reset, _) if conv.marks.has(Mark::Probe) && reset.by != Side::Client => {
            probe("标志不能建立连接，得到 RST：端口关闭")
        }
        End::Reset(reset, reason) => last(Tone::Bad, "连接重置", broken(conv, reset, *reason)),
        End::Open if conv.marks.has(Mark::Probe) => probe("标志不能建立连接，没有任何应答"),
        End::Open if conv.superseded => {
            last(Tone::Pending, "仍打开", "直到端口再次使用：两端都已忘记它".to_owned())
        }
        End::Open => last(Tone::Pending, "仍打开", format!("捕获结束时尚未关闭；{}", states(Side::Client))),
        End::Expired => last(Tone::Pending, "已移出", "尚未关闭，因会话数达到上限".to_owned()),
    }
}

fn graceful(case: &Case<'_>, close: &Close) -> Remark {
    let mut text = if close.simultaneous {
        format!("同时关闭，双方的 FIN 交错，共 {} 个报文段", close.segments)
    } else {
        format!("{}先发 FIN，共 {} 个报文段", side(close.by), close.segments)
    };
    if let Some(time) = case.times.half_closed.filter(|_| close.segments == 4) {
        say!(text, "，半关闭 {}", Span(time));
    }
    if close.segments == 3 {
        text.push_str("（第二、三次挥手合一）");
    }
    if case.conversation.half_closed_bytes > 0 {
        say!(text, "，其间又传 {} B", Grouped(case.conversation.half_closed_bytes));
    }
    match close.time_wait {
        TimeWait::Both => text.push_str("；双方都进入 TIME-WAIT"),
        TimeWait::One(owner) => say!(text, "；{}进入 TIME-WAIT", side(owner)),
    }
    last(Tone::Good, "已关闭", text)
}

fn broken(conv: &Conversation, reset: &ResetFacts, reason: ResetReason) -> String {
    let time = reset.seen.at.since(conv.first.at);
    let mut text = format!("{}在 {} 后发出 RST：", side(reset.by), Span(time));
    text.push_str(match reason {
        ResetReason::UnreadData => "它放弃了连接，或关闭时还有数据未读",
        ResetReason::ClosedSocket => "套接字已关闭，又收到数据",
        ResetReason::HalfOpenDiscovery => "它不认识这个连接",
        ResetReason::Abort => "应用程序主动放弃",
        ResetReason::KeepAliveTimeout => "它的保活探测没有应答",
        ResetReason::FinWait2Timeout => "FIN 来得太晚，FIN-WAIT-2 已超时",
        ResetReason::NotAccepted => "应答的是第三次握手：队列已满，或已没有监听",
        ResetReason::Forged => "可能是伪造的：不像它发的，或没有什么需要它应答",
    });
    for from in Side::BOTH {
        let sent = conv.side(from).bytes;
        let doubt = u64::from(if from == reset.by { reset.in_doubt } else { reset.unread }).min(sent);
        if sent > 0 && doubt == 0 {
            say!(text, "；{}的 {} B 全部得到确认", side(from), Grouped(sent));
        } else if sent > 0 {
            let (acked, doubt) = (Grouped(sent - doubt), Grouped(doubt));
            say!(text, "；{}的 {} B 中 {acked} B 得到确认，{doubt} B 存疑", side(from), Grouped(sent));
        }
    }
    text
}

/// Facts beside opening and ending.
fn notes(conv: &Conversation, out: &mut Vec<Remark>) {
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
    more_notes(conv, out);
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
            "没有捕获到 SYN，谁是客户端只是推测（≈）".to_owned()
        }
        Confidence::MidStream => "没有捕获到客户端的 SYN".to_owned(),
        Confidence::Gaps => "缺少一些已被确认的数据".to_owned(),
        Confidence::Evicted => "因会话数达到上限而移出，其后可能还有报文段".to_owned(),
        Confidence::InexactReset => "RST 在窗口之内，但序列号不精确（RFC 5961）".to_owned(),
    };
    Some(Remark { tone: Tone::Note, head: "注意", text, about: About::Doubt(why) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn outcomes_fit_their_columns() {
        let close = Close { by: Side::Client, segments: 4, simultaneous: false, time_wait: TimeWait::Both };
        let ends = [
            End::Graceful(close),
            End::HalfClosed { by: Side::Client, acked: true },
            End::Closing { by: Side::Client, unacked: Side::Client },
            End::Open,
            End::Expired,
        ];
        for end in ends {
            assert!(ending(&end).width() <= 11);
            for how in [Opened::Complete, Opened::Simultaneous, Opened::FastOpen, Opened::NotCaptured] {
                let mut out = String::new();
                outcome(&Verdict::Opened { how, end }, &mut out);
                assert!(out.width() <= 12, "{out}");
            }
        }
    }
}
