//! Why a conversation is judged so, in Chinese.

use crate::lang::{About, Case};
use crate::track::{Conversation, Mark, Opened, ResetFacts, Side, Sighting};
use crate::verdict::{Close, Confidence, End, ResetReason, Verdict};

use super::agreed;
use super::verdict::side;

pub(super) fn why(case: &Case<'_>, about: About, out: &mut String) {
    match about {
        About::Opening => {
            opening(case, out);
            agreed::why_vantage(case, out);
        }
        About::Agreed => agreed::why_agreed(case.conversation, out),
        About::TimeWait => agreed::why_time_wait(case, out),
        About::Ending => {
            if let Some(end) = case.verdict.end() {
                ending(case.conversation, end, out);
            }
        }
        About::Mark(mark) => out.push_str(of_mark(mark)),
        About::Resent => {
            out.push_str("这些序列号以前发送过：或因超时（RFC 6298 §5），或因三个重复 ACK（RFC 5681 §3.2）")
        }
        About::Mptcp => out.push_str(
            "SYN 中的 MPTCP 选项请求一个连接（MP_CAPABLE），或以令牌加入（MP_JOIN）；SYN-ACK 不带该选项即不同意\
             （RFC 8684 §3.1，§3.2，§3.7）",
        ),
        About::PathMtu => out.push_str(
            "路由器不分片就不能转发这么长的分组：发送方改用更短的报文段，重传丢失的部分（RFC 1191 §3，§6.4，\
             RFC 8201 §4）",
        ),
        // Nothing of it is inferred.
        About::Exchange | About::Comparison => {}
        About::Doubt(why) => out.push_str(doubt(why)),
    }
}

fn opening(case: &Case<'_>, out: &mut String) {
    let conv = case.conversation;
    match &case.verdict {
        Verdict::Unanswered { .. } => out.push_str(
            "没有 SYN-ACK，没有 RST，也没有 ICMP 差错：SYN 在途中被丢弃，或者没有主机使用这个地址，或者\
             服务器的队列已满；客户端停在 SYN-SENT（RFC 9293 §3.8.3）",
        ),
        Verdict::Refused => {
            let server = conv.endpoint(Side::Server);
            say!(out, "RST 确认了 SYN：主机在，但没有程序监听 {server}（RFC 9293 §3.5.2，§3.10.7.3）");
        }
        Verdict::Rejected(_) => out.push_str(
            "ICMP 差错引用了这个 SYN 的端口和序列号：途中的某台主机或目的主机不予投递（RFC 9293 §3.9.2.2）",
        ),
        Verdict::Aborted(reset) => {
            say!(out, "RST #{} 出现在第三次握手之前（RFC 9293 §3.5.3）", reset.seen.frame);
        }
        Verdict::HalfOpen { .. } => out.push_str(
            "服务器的 SYN 得到确认之后才进入 ESTABLISHED；它停在 SYN-RECEIVED（RFC 9293 §3.5，§3.10.7.4）",
        ),
        Verdict::Opened { how, .. } => opened(conv, *how, out),
    }
}

fn opened(conv: &Conversation, how: Opened, out: &mut String) {
    match how {
        Opened::Complete => {
            if let (Some(syn), Some(synack), Some(third)) = (conv.syn, conv.synack, conv.third) {
                say!(out, "SYN #{}，SYN-ACK #{}，ACK #{}：", syn.frame, synack.frame, third.frame);
            }
            out.push_str("双方的 ISN 都得到了对方的确认（RFC 9293 §3.5，图 6）");
        }
        Opened::Simultaneous if conv.marks.has(Mark::SelfConnect) => {
            out.push_str("两端是同一个地址和端口：套接字收到了自己的 SYN，按 RFC 9293 §3.5 的同时打开处理")
        }
        Opened::Simultaneous => out.push_str(
            "双方都在对方的 SYN 到达之前发出了 SYN，且都得到确认：是一个连接，不是两个\
             （RFC 9293 §3.5，图 7）",
        ),
        Opened::FastOpen => {
            say!(
                out,
                "SYN-ACK 连同 SYN 的 {} B 一并确认：cookie 有效（RFC 7413 §4.2.2）",
                conv.rare.syn_data
            );
        }
        Opened::NotCaptured if conv.begins_with_reset() => {
            out.push_str("不属于任何连接的报文段，也以 RST 应答（RFC 9293 §3.5.2）");
        }
        Opened::NotCaptured => {
            out.push_str("没有捕获到 SYN，而捕获到的报文段已是 ESTABLISHED 状态的样子（RFC 9293 §3.3.2）");
        }
    }
}

fn ending(conv: &Conversation, end: &End, out: &mut String) {
    match end {
        End::Graceful(close) => graceful(conv, close, out),
        End::HalfClosed { by, .. } if conv.side(by.other()).segments == 0 => {
            say!(
                out,
                "{}关闭了它的方向；{}做了什么，无从得知（RFC 9293 §3.6.1）",
                side(*by),
                side(by.other())
            );
        }
        End::HalfClosed { by, .. } => {
            fin(conv, *by, out);
            let (closer, other) = (side(*by), side(by.other()));
            say!(out, "；它只关闭一个方向：{other}仍可发送，{closer}必须接收（RFC 9293 §3.6.1）");
        }
        End::Closing { unacked, .. } => {
            say!(out, "没有报文段的确认号等于{}的 FIN 加 1（RFC 9293 §3.6）", side(*unacked));
        }
        End::Reset(reset, reason) => {
            say!(out, "#{}：{}", reset.seen.frame, reset_reason(reset, *reason));
        }
        End::Open if conv.superseded => {
            out.push_str("相同的地址和端口上，带新 ISN 的 SYN 开始了另一个连接（RFC 9293 §3.4.1）")
        }
        End::Open => out.push_str("双方都没有发 FIN，也没有有效的 RST（RFC 9293 §3.6）"),
        End::Expired => {
            out.push_str("--max-flows 限制同时跟踪的会话数，--idle-timeout 限制静默的会话保留多久")
        }
    }
}

fn graceful(conv: &Conversation, close: &Close, out: &mut String) {
    fin(conv, close.by, out);
    out.push('；');
    fin(conv, close.by.other(), out);
    if close.simultaneous {
        out.push_str("；携带 FIN 的两个报文段都没有确认对方的 FIN（RFC 9293 §3.6，图 13）");
    } else if close.segments == 3 {
        let other = side(close.by.other());
        say!(out, "；{other}已没有数据要发，FIN 与 ACK 合在一个报文段里（RFC 9293 §3.6）");
    } else {
        out.push_str("；主动关闭方等待 2 MSL（RFC 9293 §3.6，图 12）");
    }
}

/// `客户端的 FIN #8 由 #9 确认`.
fn fin(conv: &Conversation, of: Side, out: &mut String) {
    let Some(fin) = conv.side(of).fin else { return };
    say!(out, "{}的 FIN #{}", side(of), fin.first.frame);
    match fin.acked {
        Some(Sighting { frame, .. }) => say!(out, " 由 #{frame} 确认"),
        None => out.push_str(" 未被确认"),
    }
}

fn reset_reason(reset: &ResetFacts, reason: ResetReason) -> &'static str {
    match reason {
        ResetReason::UnreadData => {
            "带 ACK 的 RST，发送方收到数据后再没有说过话：关闭时还有数据未读，就发 RST 表明数据丢失\
             （RFC 9293 §3.6.1，RFC 2525 §2.17）"
        }
        ResetReason::ClosedSocket => {
            "不带 ACK 的 RST，发送方已发过 FIN：数据到来时，套接字已无人读取（RFC 9293 §3.6.1，§3.5.2）"
        }
        ResetReason::HalfOpenDiscovery if !reset.bare => {
            "序列号为 0 且带 ACK 的 RST，应答的是一个没有捕获到、不带 ACK 的报文段：发送方那里没有这个连接\
             （RFC 9293 §3.5.2）"
        }
        ResetReason::HalfOpenDiscovery => {
            "不带 ACK 的 RST，序列号取自它所应答的确认号：发送方那里没有这个连接（RFC 9293 §3.5.1，§3.5.2）"
        }
        ResetReason::Abort => {
            "带 ACK 的 RST，且没有未读的数据：应用程序放弃连接，例如 SO_LINGER 为 0 时关闭\
             （RFC 9293 §3.10.5）"
        }
        ResetReason::KeepAliveTimeout => {
            "它的保活探测得不到应答；次数够多之后，它认为对端已失去联系，发出 RST（RFC 9293 §3.8.4）"
        }
        ResetReason::FinWait2Timeout => {
            "不带 ACK 的 RST，应答的是 FIN，而发送方自己早已发过 FIN：它已不在 FIN-WAIT-2，不认识这个连接\
             （RFC 9293 §3.5.2）"
        }
        ResetReason::NotAccepted => {
            "不带 ACK 的 RST，应答的是第三次握手，此外双方什么也没说过：监听的队列已满，或监听已不在\
             （RFC 9293 §3.5.2）"
        }
        ResetReason::Forged => {
            "它的 TTL 与发送方的其他分组不同，或者发送方若无其事地继续，或者没有什么需要它应答\
             （RFC 5961 §1，§3）"
        }
    }
}

const NOT_ACCEPTED: &str = "收到第三次握手的服务器既不会重发 SYN-ACK，也不会不确认数据：或者 ACK 丢失了，\
     或者连接队列已满，或者监听的套接字要等数据等上一秒（RFC 9293 §3.10.7.4）";

const DEFERRED_ACCEPT: &str = "第三次握手若丢失，SYN-ACK 一秒后就会重传（RFC 6298 §2）；这一个晚得多：设置了 TCP_DEFER_ACCEPT 的 \
     Linux 丢弃不带数据的 ACK，等到数据来了，或 ACK 再来一次，连接对它才算建立";

const SYN_PROXY: &str = "代理的 SYN-ACK 使窗口保持关闭，直到它连上服务器；或者服务器自己的 SYN-ACK 随后带着别的选项到来；或者\
     代理发给服务器的 SYN 带有时间戳回显（RFC 4987 §3.8）";

const PMTU_BLACK_HOLE: &str = "最长的报文段发了三次以上都没有得到确认，短的却有应答：途中的路由器丢弃超过其 MTU 的分组，而本该\
     说明此事的 ICMP 差错丢失了（RFC 2923 §2.1，RFC 4821）";

pub(super) fn of_mark(mark: Mark) -> &'static str {
    match mark {
        Mark::TcpdumpMisleads => "tcpdump 的相对号不是相对 ISN 的偏移",
        Mark::DuplicateCapture => "在途中的两处被捕获，不是重传",
        Mark::Gap => "上次见到的数据与这些数据之间有一段没有捕获到",
        Mark::CookieRequested => "空的 Fast Open 选项向服务器请求 cookie（RFC 7413 §4.2.1）",
        Mark::SynData => "SYN 可以携带数据，要等握手完成或 Fast Open 才交付（RFC 7413 §2）",
        Mark::SynDataIgnored => "SYN-ACK 只确认了 SYN：数据必须重发（RFC 7413 §4.2.2）",
        Mark::NotAccepted => NOT_ACCEPTED,
        Mark::LateAck => "它在 SYN-ACK 重发之后才来，或者来得很晚",
        Mark::ThirdNotCaptured => "后续的报文段确认了 SYN-ACK，可见它已得到确认",
        Mark::SynAckNotCaptured => "第三次握手确认了一个没有捕获到的 SYN",
        Mark::SynAckFirst => "应答不可能先到：捕获打乱了顺序",
        Mark::OptionsCut => "快照长度在选项中间截断（tcpdump -s）",
        Mark::BadOptions => "选项的长度与首部矛盾（RFC 9293 §3.2）",
        Mark::TimeBackwards => "有一帧的时间早于它前面的一帧",
        Mark::PortReuse => "相同的地址和端口，新的 ISN：是另一个连接（RFC 9293 §3.4.1）",
        Mark::BadChecksum => "校验和与报文段不符：接收方会丢弃它（RFC 9293 §3.1）",
        Mark::ChecksumOffload => "捕获时网卡尚未填入校验和",
        Mark::FinEarly => "FIN 之前的数据全部到达，FIN 才生效（RFC 9293 §3.10.7.4）",
        Mark::SelfConnect => "源与目的是同一个地址和端口",
        Mark::Urgent => "URG 置位：紧急指针有效（RFC 9293 §3.8.5）",
        Mark::Ecn => "CE 是路由器说队列在变长，ECE 把它带回给发送方，CWR 表示发送方已经放慢（RFC 3168 §6.1）",
        Mark::OtherIsn => {
            "启用 SYN cookie 的服务器，对下一分钟里重发的 SYN 会算出另一个序号；负载均衡之后也可能由另一台服务器作答：\
             客户端接受最先到达的 SYN-ACK，对其余的只以已发过的 ACK 回应（RFC 4987 §3.6、RFC 9293 §3.10.7.4）"
        }
        Mark::WindowFull => "接收方通告的空间到此用完：发送方要等 ACK 或更大的窗口（RFC 9293 §3.8.6）",
        Mark::Fragmented => "IP 将它分片，此处已重组（RFC 791 §3.2）",
        Mark::ResetAfterClose => {
            "两个 FIN 此前都已得到确认：RST 最多只能结束 TIME-WAIT（RFC 9293 §3.10.7.4）"
        }
        Mark::SplitScope => "一个方向的号码确认另一个方向的：是一个连接",
        Mark::SplitHandshake => "确认 SYN 的 ACK 不带 SYN：第二次握手分成了两步（RFC 9293 §3.4.1）",
        Mark::Waiting => "内核确认了请求，这不表示程序已经读了它（RFC 9293 §3.4，§3.9.1.3）",
        Mark::IllegalOption => {
            "MSS、窗口扩大、允许 SACK、Fast Open 只能出现在 SYN 中，SACK 则不能，每种至多一次，扩大因子至多 14\
             （RFC 9293 §3.2，RFC 7323 §2，RFC 2018 §2）"
        }
        Mark::Translated => "片刻之前，同一个 SYN（ISN 相同，时间戳或 IP ID 也相同）用的是别的地址",
        Mark::DeferredAccept => DEFERRED_ACCEPT,
        Mark::SynProxy => SYN_PROXY,
        Mark::PmtuBlackHole => PMTU_BLACK_HOLE,
        Mark::Probe => "第一个报文段既不是 SYN，也不属于已建立的连接（RFC 9293 §3.10.7）",
        Mark::ResetSurvived => "在它之后双方照常进行：它不是其发送方发的，接收方也没有接受（RFC 5961 §3）",
        Mark::AcksUnseen => "捕获中没有报文段携带它所确认的数据（RFC 9293 §3.10.7.4）",
    }
}

fn doubt(why: Confidence) -> &'static str {
    match why {
        Confidence::KernelDrops => "捕获缓冲区曾经满过：可用 -B 加大",
        Confidence::OptionsCut => "没有 SYN 的选项，窗口扩大、SACK、时间戳都无从得知",
        Confidence::OneDirection => "另一方说了什么，只能由确认号推断",
        Confidence::Duplicates => "内容相同，IP 标识相同，时间紧邻",
        Confidence::MidStream => "角色与偏移从最先见到的报文段算起",
        Confidence::Gaps => "已得到确认，可见它们到达了，只是没有捕获到",
        Confidence::Evicted => "--max-flows 限制同时跟踪的会话数",
        Confidence::InexactReset => "遵循 RFC 5961 §3.2 的接收方会以质询 ACK 应答，而捕获中没有",
    }
}
