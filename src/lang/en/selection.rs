//! Selections in English.

use std::fmt::Write;

use crate::lang::SelectionNote;
use crate::lang::units::Grouped;

use super::plural;

pub(super) fn selection(note: &SelectionNote<'_>, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match *note {
        SelectionNote::Shown(shown, all) => {
            write!(out, "{} of {} shown", Grouped(shown), plural(all, "conversation", "conversations"))
        }
        SelectionNote::Cut(count, held) => write!(
            out,
            "{}: segments not shown, more than {} MiB would have waited; --conversation N shows one whole",
            plural(count, "conversation", "conversations"),
            held >> 20
        ),
        SelectionNote::LeftOut(count) => {
            write!(out, "… {} left out: too many to be sorted", plural(count, "more row", "more rows"))
        }
        SelectionNote::NothingToExpect => write!(out, "expectation not met: no conversation"),
        SelectionNote::Unmet(count, all, named) => {
            let more =
                if usize::try_from(count).is_ok_and(|count| count > named.len()) { ", …" } else { "" };
            let all = plural(all, "conversation", "conversations");
            write!(out, "expectation not met: {} of {all} ({}{more})", Grouped(count), named.join("; "))
        }
    };
}
