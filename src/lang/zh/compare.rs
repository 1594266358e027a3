//! What `compare` says, in Chinese.

use std::fmt::Write as _;

use crate::lang::finding::shown;
use crate::lang::units::Grouped;
use crate::lang::{CompareNote, CompareWord, Finding, Kind, Note, Point, Remark, Values};
use crate::track::Side;

pub(super) const fn side(side: Side) -> &'static str {
    match side {
        Side::Client => "客户端",
        Side::Server => "服务器",
    }
}

/// `A 处 1460，B 处 1380`.
fn values(kind: Kind, values: &Values) -> String {
    let show = |value| shown(kind, value, "无");
    match values {
        Values::None => String::new(),
        Values::Numbers([a, b]) => format!("A 处 {}，B 处 {}", show(*a), show(*b)),
        Values::Option(named, point) => {
            format!("{} 处有 {}，{} 处没有", point.letter(), named.name(), point.other().letter())
        }
        Values::Ends([a, b]) => format!("A 处 {a}，B 处 {b}"),
    }
}

const fn head(kind: Kind) -> &'static str {
    match kind {
        Kind::Address => "地址",
        Kind::Isn => "ISN",
        Kind::Lost => "丢失",
        Kind::Missing => "缺失",
        Kind::Appeared => "多出",
        Kind::Injected => "伪造",
        Kind::Duplicated => "重复",
        Kind::Reordered => "乱序",
        Kind::Mss => "MSS",
        Kind::WindowScale => "窗口扩大",
        Kind::Option => "选项",
        Kind::Timestamps => "时间戳",
        Kind::Sack => "SACK",
        Kind::EcnFlags => "ECN 标志",
        Kind::EcnBits => "ECN",
        Kind::Flags => "标志",
        Kind::Window => "窗口",
        Kind::Ack => "确认号",
        Kind::Payload => "数据",
        Kind::Delayed => "迟到",
        Kind::Resegmented => "重新分段",
        Kind::NotCaptured => "未捕获",
        Kind::Before => "之前",
        Kind::After => "之后",
    }
}

/// A remark about what differs.
pub(super) fn finding(finding: &Finding, out: &mut Vec<Remark>) {
    let mut text = String::new();
    said(finding, &mut text);
    out.push(Remark::of_finding(finding.kind, head(finding.kind), text));
}

fn said(finding: &Finding, out: &mut String) {
    if finding.only.is_some() {
        return in_one(finding, out);
    }
    let Finding { kind, from, count, .. } = *finding;
    let who = side(from);
    let all = format!("{who}的 {} 个报文段（{}）", Grouped(count), finding.places());
    let changed = values(kind, &finding.values);
    let several = format!("{all}：{changed}");
    // Nothing is ever wrong with writing to a text.
    let _ = match kind {
        Kind::Address => write!(out, "{who}：{changed}；途中经过地址转换（NAT）"),
        Kind::Isn => write!(out, "{who}：{changed}；途中被改写，防火墙常以此使其随机"),
        Kind::Reordered => write!(out, "{all}：被其后发送的报文段超过"),
        Kind::Mss => write!(out, "{several}；途中被压低"),
        Kind::WindowScale | Kind::EcnFlags | Kind::Flags => write!(out, "{several}；途中被改变"),
        Kind::Option => write!(out, "{several}；途中被删去或添加"),
        Kind::Timestamps => write!(out, "{all}：第一个 {changed}；途中被改写"),
        Kind::Sack => {
            write!(out, "{all}：SACK 块指向别处，第一个 {changed}；改写序号者也须改写 SACK")
        }
        Kind::EcnBits
            if matches!(finding.values, Values::Numbers([Some(_), Some(3)] | [Some(3), Some(_)])) =>
        {
            write!(out, "{several}；途中的路由器遇到拥塞")
        }
        Kind::EcnBits => write!(out, "{several}；途中被改变"),
        Kind::Window | Kind::Ack => write!(out, "{all}：数值不同，第一个 {changed}"),
        Kind::Payload => write!(out, "{all}：A 与 B 的数据内容不同"),
        Kind::Delayed => write!(out, "{all}：途中用时远多于其他报文段"),
        Kind::Resegmented => write!(out, "{all}：相同字节分成了不同的报文段；网卡会这样做（TSO、GRO）"),
        Kind::Lost
        | Kind::Missing
        | Kind::Appeared
        | Kind::Injected
        | Kind::Duplicated
        | Kind::NotCaptured
        | Kind::Before
        | Kind::After => Ok(()),
    };
}

/// Of segments that one capture alone has.
fn in_one(finding: &Finding, out: &mut String) {
    let Finding { kind, from, count, certain, .. } = *finding;
    let who = side(from);
    let one = count == 1;
    let all = format!("{who}的 {} 个报文段（{}）", Grouped(count), finding.places());
    let resets = format!("以{who}名义的 {} 个复位（{}）", Grouped(count), finding.places());
    let here = finding.only.unwrap_or(Point::A);
    let (own, other) = (here.letter(), here.other().letter());
    let proof = finding.proof_at(finding.proof_point()).filter(|_| one).unwrap_or_default();
    // Nothing is ever wrong with writing to a text.
    let _ = match kind {
        Kind::Lost => lost(finding, &all, &proof, out),
        Kind::Missing => {
            write!(out, "{all}在 {own} 而不在 {other}：途中丢失，或 {other} 没有捕获到；无从判断")
        }
        Kind::Appeared => {
            write!(out, "{all}在 {own} 而不在本应先经过的 {other}：途中产生，或 {other} 没有捕获到")
        }
        Kind::Injected if proof.is_empty() && !certain => {
            write!(out, "{resets}：只在 {own}；{who}从未发出，除非 {other} 没有捕获到")
        }
        Kind::Injected => {
            let on =
                if proof.is_empty() { String::new() } else { format!("，之后仍继续（{proof}）") };
            write!(out, "{resets}：只在 {own}；{who}从未发出{on}")
        }
        Kind::Duplicated if one => write!(out, "{all}：{proof} 的副本，只发送过一次"),
        Kind::Duplicated => write!(out, "{all}：到达次数多于发送次数"),
        Kind::NotCaptured if proof.is_empty() => {
            write!(out, "{all}只在 {own}：{other} 没有捕获到，网络并未丢失")
        }
        Kind::NotCaptured => {
            write!(out, "{all}只在 {own}：{other} 没有捕获到，网络并未丢失（{proof} 可证）")
        }
        Kind::Before => {
            write!(out, "{all}只在 {own}，在 {other} 的第一个报文段之前：{other} 也许还没有开始捕获")
        }
        Kind::After => {
            write!(out, "{all}只在 {own}，在 {other} 的最后一个报文段之后：丢失，或 {other} 已不再捕获")
        }
        Kind::Address
        | Kind::Isn
        | Kind::Reordered
        | Kind::Mss
        | Kind::WindowScale
        | Kind::Option
        | Kind::Timestamps
        | Kind::Sack
        | Kind::EcnFlags
        | Kind::EcnBits
        | Kind::Flags
        | Kind::Window
        | Kind::Ack
        | Kind::Payload
        | Kind::Delayed
        | Kind::Resegmented => Ok(()),
    };
}

/// Segments that did not arrive; `all` of them, and what bears it out.
fn lost(finding: &Finding, all: &str, proof: &str, out: &mut String) -> std::fmt::Result {
    let here = finding.only.unwrap_or(Point::A);
    let (own, other) = (here.letter(), here.other().letter());
    match (proof, finding.certain, finding.count) {
        (_, false, _) => {
            write!(
                out,
                "{all}从 {own} 到 {other} 途中似乎丢失：无人应答；但 {other} 没有那段时间的报文段，也许当时没有捕获"
            )
        }
        ("", true, 1) => {
            write!(out, "{all}从 {own} 到 {other} 途中丢失：对方没有收到而继续")
        }
        (proof, true, 1) => write!(out, "{all}从 {own} 到 {other} 途中丢失：重发为 {proof}"),
        (_, true, _) => write!(out, "{all}从 {own} 到 {other} 途中丢失：后来重发"),
    }
}

/// What stands beside a segment in the table.
pub(super) fn note(note: &Note, out: &mut String) {
    let own = note.only.unwrap_or(Point::A);
    let other = own.other().letter();
    let proof = note.proof.map(|frame| format!("{} #{frame}", note.proof_point().letter()));
    let with = |words: &str| proof.as_ref().map_or_else(String::new, |proof| format!("{words} {proof}"));
    let changed = values(note.kind, &note.values);
    let _ = match note.kind {
        Kind::Address | Kind::Isn => write!(out, "{}：{changed}", head(note.kind)),
        Kind::Lost => write!(out, "{}{}", if note.certain { "丢失" } else { "似乎丢失" }, with("；重发为")),
        Kind::Missing => write!(out, "{other} 处缺失"),
        Kind::Appeared => write!(out, "{other} 处没有"),
        Kind::Injected => write!(out, "伪造：{other} 处未发出"),
        Kind::Duplicated => match &proof {
            Some(proof) => write!(out, "{proof} 的副本"),
            None => write!(out, "副本"),
        },
        Kind::Reordered => write!(out, "被超过"),
        Kind::Payload => write!(out, "内容不同"),
        Kind::Delayed => write!(out, "迟到"),
        Kind::Resegmented => write!(out, "报文段数：{changed}"),
        Kind::NotCaptured => write!(out, "{other} 未捕获到{}", with("；")),
        Kind::Before => write!(out, "在 {other} 首个之前"),
        Kind::After => write!(out, "在 {other} 末个之后"),
        Kind::Option => write!(out, "{changed}"),
        kind => write!(out, "{} {changed}", head(kind)),
    };
}

/// A sentence at the end, or a row.
pub(super) fn sentence(note: &CompareNote, out: &mut String) {
    let _ = match *note {
        CompareNote::Pairs(count, 0) => write!(out, "两处都有 {} 个连接，A 与 B 一致", Grouped(count)),
        CompareNote::Pairs(count, differ) => {
            write!(out, "两处都有 {} 个连接，其中 {} 个不一致", Grouped(count), Grouped(differ))
        }
        CompareNote::Only(point, count) => write!(out, "{} 个连接只在 {}", Grouped(count), point.letter()),
        CompareNote::Unrelated => write!(out, "没有两处都有的连接：初始序号和数据都不相同"),
        CompareNote::Empty(point) => write!(out, "{} 中没有 TCP 连接", point.letter()),
        CompareNote::Rows(count) => write!(out, "⋮ 另有 {} 行类似；--data all 全部显示", Grouped(count)),
        CompareNote::Alike(count) => write!(out, "⋮ {} 个报文段两处相同", Grouped(count)),
        CompareNote::MoreOnly(count) => write!(out, "… 另有 {} 个", Grouped(count)),
        CompareNote::NotKept(point, count) => {
            write!(out, "{} 的 {} 个报文段未比较：太多", point.letter(), Grouped(count))
        }
    };
}

/// A word.
pub(super) const fn word(word: CompareWord) -> &'static str {
    match word {
        CompareWord::OnTheWay => "途中",
        CompareWord::What => "发生了什么",
        CompareWord::NearClient => "靠近客户端",
        CompareWord::NearServer => "靠近服务器",
        CompareWord::Segments => "个报文段",
        CompareWord::OnlyA => "只在 A",
        CompareWord::OnlyB => "只在 B",
    }
}
