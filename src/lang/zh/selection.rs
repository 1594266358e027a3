//! Selections in Chinese.

use std::fmt::Write;

use crate::lang::SelectionNote;
use crate::lang::units::Grouped;

pub(super) fn selection(note: &SelectionNote<'_>, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match *note {
        SelectionNote::Shown(shown, all) => {
            write!(out, "共 {} 个会话，显示 {} 个", Grouped(all), Grouped(shown))
        }
        SelectionNote::ShownExchanges(shown, all) => {
            write!(out, "共 {} 次 UDP 交换，显示 {} 次", Grouped(all), Grouped(shown))
        }
        SelectionNote::Cut(count, held) => write!(
            out,
            "{} 个会话的报文段未显示：需暂存的内容超过 {} MiB；用 --conversation N 可完整显示一个",
            Grouped(count),
            held >> 20
        ),
        SelectionNote::LeftOut(count) => write!(out, "… 另有 {} 行未列出：太多，无法排序", Grouped(count)),
        SelectionNote::NothingToExpect => write!(out, "不符合预期：没有它所指的会话或交换"),
        SelectionNote::Unmet(count, all, named) => {
            let more =
                if usize::try_from(count).is_ok_and(|count| count > named.len()) { "；…" } else { "" };
            let named = named.join("；");
            write!(out, "不符合预期：{} 个中有 {} 个（{named}{more}）", Grouped(all), Grouped(count))
        }
    };
}
