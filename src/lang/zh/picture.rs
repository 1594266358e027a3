//! Drawings and pages in Chinese.

use std::fmt::Write;

use crate::lang::units::Grouped;
use crate::lang::{Picture, PictureNote};

pub(super) fn word(what: Picture) -> &'static str {
    match what {
        Picture::Lost => "在得到任何确认之前就被重传：它丢失了，或者对它的应答丢失了",
        Picture::Again => "重传",
        Picture::Icmp => "ICMP 差错，不是 TCP 报文段",
        Picture::Hover => "指向一个报文段，可以看到判定的依据。",
        Picture::Sources => "捕获",
        Picture::Filter => "过滤器",
        Picture::Links => "链路类型",
        Picture::Conversations => "会话",
        Picture::Find => "查找：地址、端口、结局",
        Picture::Choose => "只看这些",
        Picture::Sort => "排序",
        Picture::OpenAll => "全部展开",
        Picture::CloseAll => "全部收起",
        Picture::Top => "回到表格",
        Picture::Nothing => "没有抓到 TCP 会话。",
        Picture::Reasons => "依据",
    }
}

pub(super) fn note(note: &PictureNote, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match *note {
        PictureNote::MoreRows(count) => write!(
            out,
            "另有 {} 个会话未列出：可用过滤器选出需要的会话，或用 hsanalyze -q 列出全部。",
            Grouped(count)
        ),
        PictureNote::OnlyFirst(count) => {
            write!(out, "只画出前 {} 个会话；其余的可用过滤器选出。", Grouped(count))
        }
        PictureNote::Name(number) => write!(out, "会话 #{number} 的时序图"),
    };
}
