//! What `verify` says, in Chinese.

use std::fmt::Write as _;

use crate::lang::{Aspect, Difference, Found, SegmentKind, Verified, VerifyWord, Wanted, Wish};
use crate::track::{Ended, Side, Silence};

const fn side(side: Side) -> &'static str {
    match side {
        Side::Client => "客户端",
        Side::Server => "服务器",
    }
}

const fn kind(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Syn => " SYN",
        SegmentKind::SynAck => " SYN-ACK",
        SegmentKind::Fin => " FIN",
        SegmentKind::Reset => " RST",
        SegmentKind::Data => "数据",
        SegmentKind::Ack => " ACK",
        SegmentKind::Other => "报文段",
        SegmentKind::Datagram => "数据报",
    }
}

fn wanted(wanted: Wanted) -> String {
    match wanted {
        Wanted::Segment(from, what) => format!("{}的{}", side(from), kind(what)),
        Wanted::Flow => "数据或其确认".into(),
        Wanted::Copy => "上一帧的重复捕获".into(),
        Wanted::Icmp => "ICMP 差错报文".into(),
    }
}

fn found(found: Found) -> String {
    match found.from {
        Some(from) => format!("{}的{}", side(from), kind(found.kind)),
        None => "ICMP 差错报文".into(),
    }
}

fn aspect(aspect: Aspect) -> String {
    let words = match aspect {
        Aspect::Flags => "标志",
        Aspect::Seq => "序列号",
        Aspect::Ack => "确认号",
        Aspect::Length => "数据字节数",
        Aspect::Window => "窗口",
        Aspect::Options => "选项",
        Aspect::Header => "首部字段",
        Aspect::Icmp => "内容",
        Aspect::Step => "步骤",
        Aspect::Mark(_) => "标记",
        Aspect::State(of) => return format!("其后{}的状态", side(of)),
        Aspect::TooEarly | Aspect::TooLate => "距上一帧的时间",
        Aspect::Opening => "建立方式",
        Aspect::Ending => "结束方式",
        Aspect::FirstCloser => "先发 FIN 的一方",
        Aspect::CloseSegments => "关闭所用报文段数",
        Aspect::Simultaneous => "两个 FIN",
        Aspect::ResetBy => "发出重置的一方",
        Aspect::ResetReason => "重置原因",
        Aspect::Tries => "SYN 次数",
        Aspect::Schedule => "SYN 重发规律",
        Aspect::Roles => "角色来源",
        Aspect::Confidence => "降低可信度的因素",
        Aspect::Reply => "应答情况",
    };
    words.into()
}

/// Where a conversation is not what the script says.
pub(super) fn difference(difference: &Difference, out: &mut String) {
    let done = match difference {
        Difference::Another(want, seen) => {
            write!(out, "期望{}；第 {} 帧却是{}", wanted(*want), seen.frame, found(*seen))
        }
        Difference::But(seen, what, expected, is) => {
            let unlike = match what {
                Aspect::TooEarly => "而不应早于",
                Aspect::TooLate => "而不应晚于",
                _ => "而不是",
            };
            let what = aspect(*what);
            let Found { frame, .. } = *seen;
            write!(out, "第 {frame} 帧是{}，但{what}为 {is}，{unlike} {expected}", found(*seen))
        }
        Difference::Surplus(seen) => {
            write!(out, "脚本到此为止，不应再有报文段；第 {} 帧却是{}", seen.frame, found(*seen))
        }
        Difference::Ends(want, [client, server], ended) => {
            let how = match ended {
                Ended::CaptureEnd | Ended::Over => "捕获结束",
                Ended::Reused => "端口被重新使用",
                Ended::Evicted => "因数量限制被放弃",
                Ended::Idle => "因长时间静默被放弃",
            };
            let (client, server) = (client.name(), server.name());
            write!(out, "期望{}；{how}时客户端处于 {client}，服务器处于 {server}", wanted(*want))
        }
        Difference::Falls(want, why) => {
            let how = match why {
                Silence::Idle => "此后静默两分钟",
                Silence::Evicted => "因数量限制被放弃",
                Silence::CaptureEnd => "捕获到此结束",
            };
            write!(out, "期望{}；{how}", wanted(*want))
        }
        Difference::Verdict(what, expected, is) => {
            write!(out, "结论不同：{}为 {is}，而不是 {expected}", aspect(*what))
        }
        Difference::TooManyWays(seen) => {
            write!(out, "脚本的解释方式过多（第 {} 帧）：请减少命名的数", seen.frame)
        }
    };
    // Nothing is ever wrong with writing to a text.
    let _ = done;
}

/// How a script went.
pub(super) fn verified(verified: &Verified, out: &mut String) {
    let Verified { satisfied, conversations, wish, unverified, datagrams, .. } = *verified;
    if conversations == 0 {
        out.push_str(if datagrams {
            "没有可核对的 UDP 交互"
        } else {
            "没有可核对的 TCP 会话"
        });
        return;
    }
    let what = if datagrams { "UDP 交互" } else { "会话" };
    let wish = match wish {
        Wish::All => "要求全部符合".to_string(),
        Wish::Any => "要求至少一个符合".to_string(),
        Wish::First => "要求第一个符合".to_string(),
        Wish::Exactly(count) => format!("要求恰好 {count} 个符合"),
    };
    let _ = write!(out, "{conversations} 个{what}中有 {satisfied} 个与脚本相符；{wish}");
    if unverified > 0 {
        let _ = write!(out, "；{unverified} 个因同时存在过多而未能核对");
    }
}

/// A word of the report.
pub(super) const fn word(word: VerifyWord) -> &'static str {
    match word {
        VerifyWord::Script => "脚本",
        VerifyWord::Seen => "实际",
        VerifyWord::Line => "行",
        VerifyWord::Nothing => "无",
    }
}
