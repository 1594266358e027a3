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
        SelectionNote::ShownExchanges(shown, all) => {
            write!(out, "{} of {} shown", Grouped(shown), plural(all, "UDP exchange", "UDP exchanges"))
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
        SelectionNote::NothingToExpect => {
            write!(out, "expectation not met: there is nothing that it is about")
        }
        SelectionNote::Unmet(count, all, named) => {
            let more =
                if usize::try_from(count).is_ok_and(|count| count > named.len()) { ", …" } else { "" };
            let [count, all] = [count, all].map(Grouped);
            write!(out, "expectation not met: by {count} of {all} ({}{more})", named.join("; "))
        }
    };
}
