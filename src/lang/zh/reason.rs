//! Why a segment is what it is, in Chinese.

use crate::lang::units::{Grouped, Span};
use crate::lang::{Account, Misled, MisledBy};
use crate::track::{Claim, FinOrder, Proof, Resend, Status, Step, Stray, Unacceptable};

use super::verdict::side;

pub(super) fn reason(it: &Account<'_>, out: &mut String) {
    match *it.step {
        Step::Syn { .. }
        | Step::SimultaneousSyn
        | Step::SynAck { .. }
        | Step::HandshakeAck
        | Step::Refused
        | Step::ClientAbort => opening(it, out),
        Step::Fin { .. } | Step::FinAck { .. } | Step::LastAck { .. } => closing(it, out),
        Step::Reset | Step::ResetIgnored { .. } | Step::ResetChallenged | Step::ChallengeAck => {
            reset(it, out);
        }
        Step::Stray(why) => stray(why, it, out),
        Step::Data { .. }
        | Step::Ack { .. }
        | Step::DuplicateAck { .. }
        | Step::WindowUpdate
        | Step::ZeroWindow
        | Step::WindowProbe
        | Step::KeepAlive
        | Step::KeepAliveAck
        | Step::Retransmission { .. }
        | Step::OutOfOrder { .. } => data(it, out),
    }
}

fn opening(it: &Account<'_>, out: &mut String) {
    let (from, seq) = (side(it.from), it.seq);
    match *it.step {
        Step::Syn { attempt: ..=1, .. } => {
            say!(out, "有 SYN 而无 ACK，表示请求建立连接；序列号 {seq} 就是{from}的 ISN");
            if it.len > 0 {
                say!(out, "，携带的 {} B 数据从 ISN + 1 算起（RFC 9293 §3.5，RFC 7413 §2）", it.len);
            } else {
                out.push_str("（RFC 9293 §3.4，§3.5）");
            }
        }
        Step::Syn { gap, .. } => {
            say!(out, "ISN 仍是 {seq}，距上一次 {}：", Span(gap));
            out.push_str("还没有等到 SYN-ACK（RFC 9293 §3.8.1，RFC 6298 §5）");
        }
        Step::SimultaneousSyn => {
            say!(out, "对方已发出 SYN，本方也发出不带 ACK 的 SYN：双方同时请求；");
            say!(out, "序列号 {seq} 是{from}的 ISN（RFC 9293 §3.5，图 7）");
        }
        Step::SynAck { attempt } => {
            acks(it, out);
            if attempt > 1 && !it.crossed {
                out.push_str("；没有及时等到第三次握手，因此重传（RFC 6298 §5）");
            } else {
                say!(out, "；{seq} 是{from}自己的 ISN（RFC 9293 §3.4，§3.5）");
            }
        }
        Step::HandshakeAck => {
            acks(it, out);
            say!(out, "；至此{}也进入 ESTABLISHED（RFC 9293 §3.5）", side(it.from.other()));
        }
        Step::Refused => {
            out.push_str("RST，且");
            acks(it, out);
            out.push_str("：没有程序监听的端口就这样应答（RFC 9293 §3.5.2，§3.10.7.1）");
        }
        _ => {
            say!(out, "{from}在第三次握手之前发出 RST：它放弃了这次连接，");
            out.push_str("服务器随之忘掉它（RFC 9293 §3.5.3）");
        }
    }
}

/// What the acknowledgment number acknowledges.
fn acks(it: &Account<'_>, out: &mut String) {
    let Some(Proof { of, claim: Claim::AcksSyn { ack, isn, data }, status, .. }) = it.proof else {
        return say!(out, "确认号 {} 确认了 SYN", it.ack);
    };
    let of = of.map_or_else(String::new, |of| format!("#{of} 的 "));
    match (status, data) {
        (Status::Verified, 0) => {
            say!(out, "确认号 {ack} 等于 {of}ISN {isn} 加 1：SYN 占一个序列号");
        }
        (Status::Verified, data) => {
            say!(out, "确认号 {ack} 等于 {of}ISN {isn} 加 1（SYN）再加 {data}（SYN 的数据）");
        }
        (Status::Assumed, _) => {
            say!(out, "由确认号 {ack} 可知 ISN 是 {isn}（减 1），那个 SYN 没有捕获到");
        }
        (Status::Failed, _) => say!(out, "确认号 {ack} 不等于 {of}ISN {isn} 加 1"),
    }
}

fn closing(it: &Account<'_>, out: &mut String) {
    let (from, peer) = (side(it.from), side(it.from.other()));
    match *it.step {
        Step::Fin { order, attempt } => {
            out.push_str("FIN 排在所有数据之后");
            if let Some(fin) = it.isn_fin() {
                say!(out, "，占用序列号 ISN + {fin}");
            }
            match (attempt, order) {
                (2.., _) => {
                    let of = it.repeats().map_or_else(|| "它".to_owned(), |of| format!(" #{of} "));
                    say!(out, "；没有及时等到对{of}的确认，因此重传（RFC 6298 §5）");
                }
                (_, FinOrder::First) if it.crossed => {
                    say!(out, "；{from}进入 {}（RFC 9293 §3.6）", it.state(it.from));
                }
                (_, FinOrder::First) => {
                    let state = it.state(it.from);
                    say!(out, "；{from}是主动关闭方，进入 {state}（RFC 9293 §3.6）");
                }
                (_, FinOrder::Second) => {
                    let state = it.state(it.from);
                    say!(out, "；{peer}已先关闭，{from}是被动关闭方，进入 {state}（RFC 9293 §3.6）");
                }
                (_, FinOrder::Simultaneous) => {
                    say!(out, "；它的确认号没有涵盖{peer}的 FIN：两个 FIN 交错（RFC 9293 §3.6，图 13）");
                }
            }
        }
        Step::FinAck { .. } | Step::LastAck { .. } => {
            if let Some(Proof { of: Some(of), claim: Claim::AcksFin { ack, fin }, .. }) = it.proof {
                say!(out, "确认号 {ack} 等于 #{of} 的 FIN {fin} 加 1：FIN 占一个序列号");
            } else {
                say!(out, "确认号 {} 确认了{peer}的 FIN", it.ack);
            }
            if it.crossed {
                return say!(out, "；两个 FIN 交错，{peer}进入 TIME-WAIT（RFC 9293 §3.6，图 13）");
            }
            say!(out, "；{peer}进入 {}", it.state(it.from.other()));
            if matches!(it.step, Step::LastAck { .. }) {
                out.push_str("，两个方向都已关闭");
            }
            out.push_str("（RFC 9293 §3.6）");
        }
        _ => {}
    }
}

fn reset(it: &Account<'_>, out: &mut String) {
    let seq = it.seq;
    match *it.step {
        Step::Reset if it.is_assumed() => {
            out.push_str("如果此前发送的都已到达（没有捕获到证明它的确认），");
            say!(out, "序列号 {seq} 就是{}下一个期待的（RCV.NXT），", side(it.from.other()));
            out.push_str("必须接受这个 RST（RFC 9293 §3.5.3，RFC 5961 §3.2）");
        }
        Step::Reset => {
            say!(out, "序列号 {seq} 正是{}下一个期待的（RCV.NXT）：", side(it.from.other()));
            out.push_str("必须接受这个 RST（RFC 9293 §3.5.3，RFC 5961 §3.2）");
        }
        Step::ResetIgnored { why: Unacceptable::OutsideWindow } => {
            say!(out, "序列号 {seq} 在接收方的窗口之外：悄悄丢弃（RFC 5961 §3.2）");
        }
        Step::ResetIgnored { why: Unacceptable::WrongAck } => {
            match it.proof {
                Some(_) => acks(it, out),
                None => out.push_str("它什么也没有确认"),
            }
            out.push_str("；在 SYN-SENT 状态，只有确认了 SYN 的 RST 才算数（RFC 9293 §3.10.7.3）");
        }
        Step::ResetIgnored { why: Unacceptable::BadChecksum } => {
            out.push_str("它的校验和错误，而同一发送方的其他校验和正确：接收方直接丢弃（RFC 9293 §3.1）");
        }
        Step::ResetChallenged => {
            say!(out, "序列号 {seq} 在窗口之内，但不恰好是 RCV.NXT：");
            out.push_str("接收方保持连接，并以质询 ACK 应答（RFC 5961 §3.2）");
        }
        _ => {
            out.push_str("收到不可接受的报文段，于是重申自己的位置：序列号 SND.NXT，确认号 RCV.NXT");
            out.push_str("（RFC 9293 §3.10.7.4，RFC 5961 §3.2，§4.2，§5.2）");
        }
    }
}

fn stray(why: Stray, it: &Account<'_>, out: &mut String) {
    match why {
        Stray::AfterClose => {
            out.push_str("它到来之前连接已经结束，不起任何作用（RFC 9293 §3.10.7.1）");
        }
        Stray::OddFlags => {
            out.push_str("SYN 与 FIN 或 RST 并存，或者 SYN、ACK、RST 一个也没有：");
            out.push_str("正常连接的报文段不会有这样的标志（RFC 9293 §3.10.7）");
        }
        Stray::SynInside => {
            say!(out, "已建立的连接中出现 SYN {}，连接照常进行：", it.seq);
            out.push_str("不论序列号如何，应答都是质询 ACK（RFC 5961 §4.2）");
        }
        Stray::Duplicated => {
            out.push_str("同一个数据报（IP 标识相同）在同一处又来一次：网络复制了它，");
            out.push_str("接收方丢弃第二份（RFC 9293 §3.4，§3.10.7.4）");
        }
        Stray::OutsideWindow => {
            say!(out, "它的 {} B 从 {} 开始", it.len, it.seq);
            if let Some(offset) = it.isn_seq {
                say!(out, "，即 ISN + {offset}");
            }
            out.push_str("：超出了接收方给出的窗口（RFC 9293 §3.4，§3.10.7.4）");
        }
        Stray::WrongAck => {
            acks(it, out);
            out.push_str("：它应答的不是这个连接的 SYN（RFC 9293 §3.10.7.3）");
        }
        Stray::Copy => out.push_str("同一个分组在途中的另一处又被捕获，并没有发送两次"),
    }
}

fn data(it: &Account<'_>, out: &mut String) {
    match *it.step {
        Step::Data { len } => {
            say!(out, "{} B 新数据", Grouped(len.into()));
            if let Some(first) = it.isn_seq {
                let next = first + u64::from(it.len);
                say!(out, "，从 ISN + {first} 开始，下一个是 ISN + {next}（RFC 9293 §3.4）");
            }
        }
        Step::Ack { newly } => {
            if let Some(ack) = it.isn_ack {
                say!(out, "ISN + {ack} 之前的都已收到；");
            }
            say!(out, "其中 {} B 是新确认的（RFC 9293 §3.4）", Grouped(newly.into()));
        }
        Step::DuplicateAck { nth } => {
            say!(out, "还有数据在途，确认号连续第 {nth} 次重复，没有数据，窗口未变：");
            out.push_str("中间有缺失（RFC 5681 §2）");
        }
        Step::WindowUpdate => {
            out.push_str("序列号、确认号不变，没有数据：只有窗口变了（RFC 9293 §3.8.6）");
        }
        Step::ZeroWindow => {
            say!(out, "窗口为 0：{}的接收缓冲区已满（RFC 9293 §3.8.6.1）", side(it.from));
        }
        Step::WindowProbe => out.push_str("对方窗口为 0，探测它是否已经打开（RFC 9293 §3.8.6.1）"),
        Step::KeepAlive => {
            out.push_str("序列号比对方期待的小 1：对方若还在，就必须应答（RFC 9293 §3.8.4）");
        }
        Step::KeepAliveAck => out.push_str("对保活探测的应答：发送方还在（RFC 9293 §3.8.4）"),
        Step::Retransmission { cause, len } => {
            say!(out, "这 {} B 以前发送过", Grouped(len.into()));
            out.push_str(&it.repeats().map_or_else(String::new, |of| format!("（#{of}）")));
            out.push('；');
            out.push_str(match cause {
                Resend::Fast => "三个重复 ACK 要求重传（RFC 5681 §3.2）",
                Resend::Timeout => "没有及时等到确认（RFC 6298 §5）",
                Resend::Spurious => "它们早已得到确认，本不必重传（RFC 2883）",
            });
        }
        Step::OutOfOrder { len } => {
            say!(out, "这 {} B 以前没有发送过，却排在已见到的数据之前：", Grouped(len.into()));
            out.push_str("途中被超越（RFC 9293 §3.4）");
        }
        _ => {}
    }
}

pub(super) fn offset(it: &Misled, out: &mut String) {
    let mut comma = "";
    for (name, counted) in [("序列号", it.seq), ("确认号", it.ack)] {
        if let Some(counted) = counted {
            say!(out, "{comma}{name}为 ISN + {}", counted.isn);
            comma = "，";
        }
    }
}

pub(super) fn misled(it: &Misled, out: &mut String) {
    out.push_str(match it.by {
        MisledBy::NoAck => "没有 ACK 标志时，tcpdump 显示绝对号",
        MisledBy::SynData => "tcpdump 以 SYN-ACK 的确认号减 1 为基准，其中已含 SYN 的数据",
        MisledBy::OtherBase => "tcpdump 以它在这对端口上见到的第一个带 ACK 的报文段为基准",
    });
    for (name, counted) in [("序列号", it.seq), ("确认号", it.ack)] {
        if let Some(counted) = counted {
            say!(out, "；它的{name} {} 其实是 ISN + {}", counted.shown, counted.isn);
        }
    }
}
