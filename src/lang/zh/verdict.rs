//! Verdicts in Chinese.

use std::fmt::Write;
use std::time::Duration;

use crate::lang::units::{Grouped, Span};
use crate::lang::{About, Case, Remark, Tone};
use crate::track::{Conversation, Mark, Opened, ResetFacts, Side};
use crate::verdict::{Close, End, ResetReason, Verdict};

use super::{agreed, icmp, notes};

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
        Verdict::Unanswered { tries, over } => out.push(unanswered(conv, *tries, *over)),
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
            out.extend(agreed::agreed(conv));
            out.push(ended(case, end));
            if let End::Graceful(close) = end {
                out.push(agreed::afterwards(close));
            }
        }
    }
    notes::notes(case, out);
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

fn unanswered(conv: &Conversation, tries: u32, over: Duration) -> Remark {
    let mut text = match tries {
        ..=1 => "SYN 没有得到任何应答".to_owned(),
        _ => format!("{} 内发出 {} 个 SYN，没有任何应答", Span(over), Grouped(tries.into())),
    };
    let schedule = agreed::schedule(conv);
    if !schedule.is_empty() {
        text.push('；');
        text.push_str(schedule);
    }
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
    text.push_str(agreed::vantage(times.vantage));
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
            } else if conv.ignores_fin(*by) {
                let state = conv.side(*by).state.name();
                format!("{}；{closer} {state}", unheard(conv, *by))
            } else {
                format!("{closer}已发 FIN{unacked}，{other}始终未发；{}", states(*by))
            };
            last(Tone::Pending, "半关闭", text)
        }
        End::Closing { by, unacked } => {
            let first = side(*by);
            let missing = if conv.ignores_fin(*unacked) {
                unheard(conv, *unacked)
            } else {
                format!("{}的 FIN 未被确认", side(*unacked))
            };
            let text = format!("{first}先发 FIN，双方均已发出；{missing}；{}", states(*by));
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
        End::Expired => last(Tone::Pending, "已移出", "尚未关闭，因会话数或静默时间达到上限".to_owned()),
    }
}

/// A FIN into silence.
fn unheard(conv: &Conversation, by: Side) -> String {
    let times = match conv.side(by).fin.map_or(0, |fin| fin.sent) {
        ..=1 => String::new(),
        sent => format!("发出 {} 次，", Grouped(sent.into())),
    };
    format!("{}的 FIN {times}未被确认，{}没有任何回应", side(by), side(by.other()))
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
