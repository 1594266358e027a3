//! The lab in Chinese.

use crate::lang::{Actor, LabGroup, LabNote, LabWord};

pub(super) fn actor(actor: Actor) -> &'static str {
    match actor {
        Actor::Client => "客户端",
        Actor::SecondClient => "客户端2",
        Actor::ThirdClient => "客户端3",
        Actor::Server => "服务器",
        Actor::Worker => "子任务",
        Actor::SecondWorker => "子任务2",
        Actor::Kernel => "内核",
        Actor::Network => "网络",
    }
}

pub(super) fn group(group: LabGroup) -> &'static str {
    match group {
        LabGroup::Programs => "教材中的程序",
        LabGroup::Opening => "建立连接",
        LabGroup::Data => "传输与静默",
        LabGroup::Closing => "关闭连接",
        LabGroup::Resets => "连接重置",
        LabGroup::Losses => "丢失、迟到与伪造的报文段",
    }
}

pub(super) fn word(word: LabWord) -> &'static str {
    match word {
        LabWord::Calls => "程序做了什么，引起了哪些帧",
        LabWord::Causes => "哪个调用引起什么",
        LabWord::Look => "看什么",
        LabWord::Next => "接下来试试",
        LabWord::Script => "是否符合预期？",
        LabWord::Wire => "线路上看到什么",
        LabWord::Notes => "TCP 握手实验",
        LabWord::Satisfied => "符合预期：线路上出现的与脚本一致",
        LabWord::NotSatisfied => "不符合预期：线路上出现的与脚本不一致",
        LabWord::HowTo => "hsanalyze lab 名称 在独立的网络中运行一个实验，不需要 root。",
        LabWord::GoOn => "[回车]",
    }
}

pub(super) fn note(note: &LabNote<'_>, out: &mut String) {
    match note {
        LabNote::OwnNetwork => out.push_str("刚刚在独立的网络中运行，没有触及本机的任何东西。"),
        LabNote::Recording(name) => {
            out.push_str("没有运行：本系统不允许建立独立的网络。下面是一份录制：");
            out.push_str(name);
        }
        LabNote::Counted(sent, arrived) => {
            let lost = sent.saturating_sub(*arrived);
            out.push_str(&format!("发送 {sent} 字节，到达 {arrived} 字节，丢失 {lost} 字节"));
        }
        LabNote::Failed(why) => out.push_str(&format!("程序无法继续：{why}")),
        LabNote::Interrupted => out.push_str("已中断：其余部分没有运行"),
    }
}
