//! Statistics in Chinese.

use std::fmt::Write;

use crate::lang::units::Grouped;
use crate::lang::{Statistic, StatisticNote};
use crate::verdict::{Ending, Opening, ResetReason};

pub(super) fn word(what: Statistic) -> &'static str {
    match what {
        Statistic::Service => "端口",
        Statistic::All => "全部",
        Statistic::Others => "其余",
        Statistic::Conversations => "会话",
        Statistic::Attempts => "尝试",
        Statistic::Opened => "成功率",
        Statistic::Refused => "拒绝",
        Statistic::Rejected => "ICMP",
        Statistic::Unanswered => "无应答",
        Statistic::HalfOpen => "半打开",
        Statistic::Resets => "重置",
        Statistic::SynsAgain => "SYN 重传",
        Statistic::Percentile(50) => "p50",
        Statistic::Percentile(90) => "p90",
        Statistic::Percentile(_) => "p99",
        Statistic::Longest => "最长",
        Statistic::ClientCloses => "客户端先关",
        Statistic::Exchanges => "交换",
        Statistic::Answered => "应答率",
        Statistic::Unreachable => "不可达",
        Statistic::Up => "↑ B",
        Statistic::Down => "↓ B",
        Statistic::Openings => "建立",
        Statistic::Opening(opening) => self::opening(opening),
        Statistic::Endings => "结局",
        Statistic::Ending(ending) => self::ending(ending),
        Statistic::Reasons => "重置原因",
        Statistic::Reason(reason) => self::reason(reason),
        Statistic::Closers => "先关闭者",
        Statistic::Client => "客户端",
        Statistic::Server => "服务器",
        Statistic::Both => "双方同时",
        Statistic::Trips => "往返时间",
        Statistic::Comma => "，",
        Statistic::FailingServers => "失败的服务器",
        Statistic::FailingClients => "失败的客户端",
    }
}

fn opening(opening: Opening) -> &'static str {
    match opening {
        Opening::Complete => "三次握手",
        Opening::Simultaneous => "同时打开",
        Opening::FastOpen => "快速打开",
        Opening::HalfOpen => "半打开",
        Opening::Refused => "拒绝连接",
        Opening::Rejected => "ICMP 拒绝",
        Opening::Unanswered => "无应答",
        Opening::Aborted => "中途放弃",
        Opening::NotCaptured => "未捕获",
    }
}

fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Graceful => "正常关闭",
        Ending::HalfClosed => "半关闭",
        Ending::Closing => "关闭中",
        Ending::Reset => "连接重置",
        Ending::Open => "仍打开",
        Ending::Expired => "已移出",
    }
}

fn reason(reason: ResetReason) -> &'static str {
    match reason {
        ResetReason::UnreadData => "数据未读",
        ResetReason::ClosedSocket => "套接字已关闭",
        ResetReason::HalfOpenDiscovery => "不认识",
        ResetReason::Abort => "主动放弃",
        ResetReason::KeepAliveTimeout => "保活无应答",
        ResetReason::FinWait2Timeout => "FIN 太晚",
        ResetReason::NotAccepted => "未被接受",
        ResetReason::Forged => "疑似伪造",
    }
}

pub(super) fn note(note: &StatisticNote, out: &mut String) {
    let _ = match *note {
        StatisticNote::Counted { services, conversations, attempts } => write!(
            out,
            "{} 个服务，{} 个会话，{} 次建立连接的尝试",
            Grouped(services),
            Grouped(conversations),
            Grouped(attempts),
        ),
        StatisticNote::CountedExchanges { services, exchanges, datagrams } => write!(
            out,
            "UDP：{} 个服务，{} 次交换，{} 个数据报；时间为首个应答所用时间",
            Grouped(services),
            Grouped(exchanges),
            Grouped(datagrams),
        ),
        StatisticNote::Syns { sent, again } => {
            write!(out, "SYN {} 个，其中重传 {} 个", Grouped(sent), Grouped(again))
        }
        StatisticNote::Spread(failures) => {
            write!(out, "{} 次失败中没有突出者", Grouped(failures))
        }
    };
}
