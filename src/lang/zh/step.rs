//! Steps, marks and proofs in Chinese.

use std::fmt::Write;

use crate::lang::ProofForm;
use crate::lang::units::{Grouped, Span};
use crate::track::{Claim, FinOrder, Mark, Proof, Resend, Status, Step, Stray, Unacceptable};

/// Writing to a string cannot fail.
macro_rules! say {
    ($out:expr, $($arg:tt)*) => { { let _ = write!($out, $($arg)*); } };
}

pub(super) fn step(step: &Step, out: &mut String) {
    match *step {
        Step::Syn { attempt: ..=1, .. } => out.push_str("第一次握手 SYN"),
        Step::Syn { attempt, gap } => say!(out, "SYN 重传，第 {attempt} 次，间隔 {}", Span(gap)),
        Step::SimultaneousSyn => out.push_str("SYN，与对方的交错"),
        Step::SynAck { attempt: ..=1 } => out.push_str("第二次握手 SYN-ACK"),
        Step::SynAck { attempt } => say!(out, "SYN-ACK 重传，第 {attempt} 次"),
        Step::HandshakeAck => out.push_str("第三次握手 ACK"),
        Step::Refused => out.push_str("RST，拒绝连接"),
        Step::ClientAbort => out.push_str("RST，客户端放弃"),
        Step::Data { len } => counted("数据 ", len, out),
        Step::Ack { newly: 0 } => out.push_str("ACK"),
        Step::Ack { newly } => counted("确认 ", newly, out),
        Step::DuplicateAck { nth } => say!(out, "重复 ACK，第 {nth} 个"),
        Step::WindowUpdate => out.push_str("窗口更新"),
        Step::ZeroWindow => out.push_str("零窗口"),
        Step::WindowProbe => out.push_str("窗口探测"),
        Step::KeepAlive => out.push_str("保活探测"),
        Step::KeepAliveAck => out.push_str("保活应答"),
        Step::Retransmission { cause, len } => {
            out.push_str(match cause {
                Resend::Fast => "快速重传",
                Resend::Timeout => "重传",
                Resend::Spurious => "多余的重传",
            });
            say!(out, " {} B", Grouped(len.into()));
        }
        Step::OutOfOrder { len } => say!(out, "乱序到达 {} B", Grouped(len.into())),
        Step::Fin { attempt: 2.., .. } => out.push_str("FIN 重传"),
        Step::Fin { order, .. } => out.push_str(match order {
            FinOrder::First => "第一次挥手 FIN",
            FinOrder::Second => "第三次挥手 FIN",
            FinOrder::Simultaneous => "FIN，与对方的交错",
        }),
        Step::FinAck { again: false, .. } => out.push_str("第二次挥手 ACK"),
        Step::LastAck { again: false, .. } => out.push_str("第四次挥手 ACK"),
        Step::FinAck { .. } | Step::LastAck { .. } => out.push_str("再次确认 FIN"),
        Step::Reset => out.push_str("RST，连接重置"),
        Step::ResetIgnored { why } => out.push_str(match why {
            Unacceptable::OutsideWindow => "RST 无效：在窗口之外",
            Unacceptable::WrongAck => "RST 无效：确认的不是 SYN",
            Unacceptable::BadChecksum => "RST 无效：校验和错误",
        }),
        Step::ResetChallenged => out.push_str("RST 序列号不精确，受质询"),
        Step::ChallengeAck => out.push_str("质询 ACK"),
        Step::Stray(why) => out.push_str(stray(why)),
    }
}

/// A word, and so many octets: what most segments are. Inlined, for then the
/// length of the word is known.
#[inline(always)]
fn counted(word: &str, octets: u32, out: &mut String) {
    out.push_str(word);
    let _ = Grouped(octets.into()).put(out);
    out.push_str(" B");
}

/// Where SYNs or FINs crossed there is no first, second, third, fourth.
pub(super) fn crossing(it: &Step, out: &mut String) {
    match it {
        Step::Syn { attempt: ..=1, .. } => out.push_str("SYN"),
        // One from each side.
        Step::SynAck { attempt: ..=2 } => out.push_str("SYN-ACK"),
        Step::HandshakeAck => out.push_str("ACK，连接已建立"),
        Step::Fin { attempt: ..=1, order: FinOrder::First | FinOrder::Second } => out.push_str("FIN"),
        Step::FinAck { again: false, .. } => out.push_str("确认对方的 FIN"),
        Step::LastAck { again: false, .. } => out.push_str("最后的 ACK，已关闭"),
        other => step(other, out),
    }
}

fn stray(why: Stray) -> &'static str {
    match why {
        Stray::AfterClose => "游离：连接已结束",
        Stray::OddFlags => "游离：标志组合不合法",
        Stray::SynInside => "游离：连接中又来 SYN",
        Stray::WrongAck => "游离：确认的不是 SYN",
        Stray::Duplicated => "网络复制了这个分组",
        Stray::OutsideWindow => "游离：超出窗口",
        Stray::Copy => "同一帧又捕获一次",
    }
}

pub(super) fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::TcpdumpMisleads => "并非相对 ISN",
        Mark::DuplicateCapture => "捕获了两次",
        Mark::Gap => "此前的数据尚未见到",
        Mark::CookieRequested => "请求 Fast Open cookie",
        Mark::SynData => "SYN 携带数据",
        Mark::SynDataIgnored => "SYN 的数据未被接受",
        Mark::NotAccepted => "服务器没有收下第三次握手",
        Mark::LateAck => "迟到",
        Mark::ThirdNotCaptured => "第三次握手未捕获",
        Mark::SynAckNotCaptured => "SYN-ACK 未捕获",
        Mark::SynAckFirst => "捕获顺序在 SYN 之前",
        Mark::OptionsCut => "选项被截断",
        Mark::BadOptions => "选项格式错误",
        Mark::TimeBackwards => "时钟倒退",
        Mark::PortReuse => "端口再次使用",
        Mark::BadChecksum => "校验和错误",
        Mark::ChecksumOffload => "校验和由网卡计算",
        Mark::FinEarly => "FIN 先到，数据未齐",
        Mark::SelfConnect => "连接到自身",
        Mark::Urgent => "紧急数据",
        Mark::Ecn => "途中拥塞",
        Mark::WindowFull => "窗口已满",
        Mark::OtherIsn => "ISN 与前一个不同",
        Mark::Fragmented => "经 IP 分片到达",
        Mark::ResetAfterClose => "关闭之后的 RST",
        Mark::SplitScope => "两个方向各在一个 VLAN 或隧道",
        Mark::SplitHandshake => "分步握手",
        Mark::Waiting => "等待应答",
        Mark::IllegalOption => "不该出现的选项",
        Mark::Translated => "地址转换之前见过",
        Mark::DeferredAccept => "服务器等待数据",
        Mark::SynProxy => "SYN 代理",
        Mark::PmtuBlackHole => "更长的到不了",
        Mark::Probe => "探测",
        Mark::ResetSurvived => "RST 没有生效",
        Mark::AcksUnseen => "确认了未捕获的数据",
    }
}

pub(super) fn proof(proof: &Proof, form: ProofForm, out: &mut String) {
    if let (Claim::Repeats { .. }, Some(of)) = (proof.claim, proof.of) {
        return say!(out, "重复 #{of}");
    }
    let (number, field) = match proof.claim {
        Claim::AcksSyn { ack, .. } | Claim::AcksFin { ack, .. } => (ack, "确认号"),
        Claim::AtRcvNxt { seq, .. } | Claim::Repeats { seq } => (seq, "序列号"),
    };
    match form {
        ProofForm::Brief => {}
        ProofForm::Short => say!(out, "{field} "),
        ProofForm::Long => say!(out, "{field} {number} "),
    }
    out.push_str(relation(proof));
    let (what, base) = match proof.claim {
        Claim::AcksSyn { isn, .. } => ("ISN", isn),
        Claim::AcksFin { fin, .. } => ("FIN", fin),
        Claim::AtRcvNxt { rcv_nxt, .. } => ("RCV.NXT", rcv_nxt),
        Claim::Repeats { seq } => ("SEQ", seq),
    };
    match proof.of {
        Some(of) if form == ProofForm::Brief => say!(out, " #{of} {what}"),
        Some(of) => say!(out, " #{of} 的 {what}"),
        None => say!(out, " {what}"),
    }
    if form == ProofForm::Long {
        say!(out, " {base}");
    }
    match proof.claim {
        Claim::AcksSyn { data: 0, .. } | Claim::AcksFin { .. } => out.push_str(" + 1"),
        Claim::AcksSyn { data, .. } => say!(out, " + 1 + {data}"),
        Claim::AtRcvNxt { .. } | Claim::Repeats { .. } => {}
    }
    if proof.status == Status::Assumed && form == ProofForm::Long {
        out.push_str("（未捕获）");
    }
}

fn relation(proof: &Proof) -> &'static str {
    match proof.status {
        Status::Verified => "=",
        Status::Assumed => "≈",
        Status::Failed => "≠",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Seq;

    #[test]
    fn a_proof_has_three_lengths() {
        let claim = Claim::AcksSyn { ack: Seq::new(598_232_473), isn: Seq::new(598_232_472), data: 0 };
        let it = Proof { step: Step::SynAck { attempt: 1 }, of: Some(1), claim, status: Status::Verified };
        let say = |it: &Proof, form| {
            let mut out = String::new();
            proof(it, form, &mut out);
            out
        };
        assert_eq!(say(&it, ProofForm::Brief), "= #1 ISN + 1");
        assert_eq!(say(&it, ProofForm::Short), "确认号 = #1 的 ISN + 1");
        assert_eq!(say(&it, ProofForm::Long), "确认号 598232473 = #1 的 ISN 598232472 + 1");
    }

    #[test]
    fn crossing_fins_have_no_ordinals() {
        let say = |how: fn(&Step, &mut String), it: Step| {
            let mut out = String::new();
            how(&it, &mut out);
            out
        };
        assert_eq!(say(step, Step::FinAck { of: 7, again: false }), "第二次挥手 ACK");
        assert_eq!(say(crossing, Step::FinAck { of: 7, again: false }), "确认对方的 FIN");
        assert_eq!(say(crossing, Step::Reset), say(step, Step::Reset));
    }
}
