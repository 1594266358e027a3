//! Verdicts in Chinese.

use std::time::Duration;

use crate::lang::Case;
use crate::lang::line::{self, Line, Peer, Words};
use crate::lang::units::{Grouped, Span};
use crate::track::{Conversation, Mark, Opened, ResetFacts, Side};
use crate::verdict::{Close, End, ResetReason, Verdict};

use super::{agreed, icmp, notes};

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

pub(super) fn line(case: &Case<'_>, line: Line<'_>) -> Words {
    let conv = case.conversation;
    match line {
        Line::Unanswered { tries, over } => ("无应答", unanswered(conv, tries, over)),
        Line::Refused => ("拒绝连接", format!("{}以 RST 应答 SYN", after(case.times.reject))),
        Line::Rejected(error) => {
            let (after, what) = (after(case.times.reject), icmp::meaning(error.kind));
            ("ICMP 拒绝", format!("{after}{} 发来 ICMP 差错（#{}）：{what}", error.from, error.frame))
        }
        Line::Aborted(reset) => ("中途放弃", format!("连接建立之前，{}发出 RST", side(reset.by))),
        Line::HalfOpen { synacks, reset } => {
            let mut text = format!("发出 {} 个 SYN-ACK，始终没有第三次握手", Grouped(synacks.into()));
            if reset {
                text.push_str("；随后 RST");
            }
            ("半打开", text)
        }
        Line::Opened(how) => ("已建立", opened(case, how)),
        Line::Begun => ("未知", "捕获到的第一个报文段就是 RST，连接是否建立过无从得知".to_owned()),
        Line::Agreed(settled) => ("协商", line::agreed(settled, &agreed::TERMS)),
        Line::Closed(close) => ("已关闭", graceful(case, close)),
        Line::HalfClosed { by, peer } => ("半关闭", half_closed(conv, by, peer)),
        Line::Closing { by, unacked, silent } => ("关闭中", closing(conv, by, unacked, silent)),
        Line::Reset(reset, reason) => ("连接重置", broken(conv, reset, reason)),
        Line::Probe { reset: true } => ("探测", "标志不能建立连接，得到 RST：端口关闭".to_owned()),
        Line::Probe { reset: false } => ("探测", "标志不能建立连接，没有任何应答".to_owned()),
        Line::Superseded => ("仍打开", "直到端口再次使用：两端都已忘记它".to_owned()),
        Line::Open => ("仍打开", format!("捕获结束时尚未关闭；{}", states(conv, Side::Client))),
        Line::Expired => ("已移出", "尚未关闭，因会话数或静默时间达到上限".to_owned()),
        Line::TimeWait(close) => ("此后", agreed::afterwards(close)),
        Line::Note(note) => notes::note(conv, note),
    }
}

/// `18 µs 后`, or nothing.
fn after(time: Option<Duration>) -> String {
    time.map_or_else(String::new, |time| format!("{} 后，", Span(time)))
}

fn unanswered(conv: &Conversation, tries: u32, over: Duration) -> String {
    let mut text = match tries {
        ..=1 => "SYN 没有得到任何应答".to_owned(),
        _ => format!("{} 内发出 {} 个 SYN，没有任何应答", Span(over), Grouped(tries.into())),
    };
    let schedule = agreed::schedule(conv);
    if !schedule.is_empty() {
        text.push('；');
        text.push_str(schedule);
    }
    text
}

fn opened(case: &Case<'_>, how: Opened) -> String {
    let (conv, times) = (case.conversation, &case.times);
    if how == Opened::NotCaptured {
        return "在开始捕获之前".to_owned();
    }
    let mut text = match how {
        Opened::Complete | Opened::NotCaptured => "三次握手",
        Opened::Simultaneous if conv.marks.has(Mark::SelfConnect) => "一个套接字连接到自身",
        Opened::Simultaneous => "同时打开，双方都发出 SYN",
        Opened::FastOpen => "Fast Open",
    }
    .to_owned();
    if how == Opened::FastOpen {
        say!(text, "，SYN 携带的 {} B 被接受", Grouped(conv.rare.syn_data.into()));
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
    text.push_str(agreed::vantage(times.vantage));
    text
}

/// The states of both; who closed first is named first.
fn states(conv: &Conversation, first: Side) -> String {
    let state = |whose: Side| format!("{} {}", side(whose), conv.side(whose).state.name());
    format!("{}，{}", state(first), state(first.other()))
}

fn half_closed(conv: &Conversation, by: Side, peer: Peer) -> String {
    let (closer, other) = (side(by), side(by.other()));
    match peer {
        Peer::NotCaptured => format!("{closer}已发 FIN；另一方向没有捕获到"),
        Peer::Silent => format!("{}；{closer} {}", unheard(conv, by), conv.side(by).state.name()),
        Peer::There { acked } => {
            let unacked = if acked { "" } else { "（未被确认）" };
            format!("{closer}已发 FIN{unacked}，{other}始终未发；{}", states(conv, by))
        }
    }
}

fn closing(conv: &Conversation, by: Side, unacked: Side, silent: bool) -> String {
    let missing = match silent {
        true => unheard(conv, unacked),
        false => format!("{}的 FIN 未被确认", side(unacked)),
    };
    format!("{}先发 FIN，双方均已发出；{missing}；{}", side(by), states(conv, by))
}

/// A FIN into silence.
fn unheard(conv: &Conversation, by: Side) -> String {
    let times = Grouped(conv.side(by).fin.map_or(0, |fin| fin.sent).into());
    format!("{}的 FIN 发出 {times} 次，未被确认，{}没有任何回应", side(by), side(by.other()))
}

fn graceful(case: &Case<'_>, close: &Close) -> String {
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
    if case.conversation.rare.half_closed_bytes > 0 {
        say!(text, "，其间又传 {} B", Grouped(case.conversation.rare.half_closed_bytes));
    }
    text
}

fn broken(conv: &Conversation, reset: &ResetFacts, reason: ResetReason) -> String {
    let mut text = match conv.begins_with_reset() {
        true => format!("{}发出 RST：", side(reset.by)),
        false => format!("{}在 {} 后发出 RST：", side(reset.by), Span(reset.seen.at.since(conv.first.at))),
    };
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
    for (from, sent, doubt) in line::at_stake(conv, reset) {
        if doubt == 0 {
            say!(text, "；{}的 {} B 全部得到确认", side(from), Grouped(sent));
        } else {
            let (acked, doubt) = (Grouped(sent - doubt), Grouped(doubt));
            say!(text, "；{}的 {} B 中 {acked} B 得到确认，{doubt} B 存疑", side(from), Grouped(sent));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::TimeWait;
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
