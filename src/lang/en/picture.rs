//! Drawings and pages in English.

use std::fmt::Write;

use crate::lang::units::Grouped;
use crate::lang::{Picture, PictureNote};

use super::plural;

pub(super) fn word(what: Picture) -> &'static str {
    match what {
        Picture::Lost => "sent again before anything acknowledged it: it was lost, or its answer was",
        Picture::Again => "sent again",
        Picture::Icmp => "an ICMP error, not a segment",
        Picture::Hover => "Point at a segment to see why it is what it is.",
        Picture::Sources => "Capture",
        Picture::Filter => "Filter",
        Picture::Links => "Link types",
        Picture::Conversations => "Conversations",
        Picture::Find => "find: address, port, outcome",
        Picture::Choose => "show only these",
        Picture::Sort => "sort",
        Picture::OpenAll => "open all",
        Picture::CloseAll => "close all",
        Picture::Top => "to the table",
        Picture::Nothing => "No TCP conversation was captured.",
        Picture::Reasons => "Why",
    }
}

pub(super) fn note(note: &PictureNote, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match *note {
        PictureNote::MoreRows(count) => write!(
            out,
            "{} not listed here: a filter selects those of interest, and hsanalyze -q lists all.",
            plural(count, "more conversation is", "more conversations are")
        ),
        PictureNote::OnlyFirst(count) => {
            write!(out, "Only the first {} are drawn; a filter selects others.", Grouped(count))
        }
        PictureNote::Name(number) => write!(out, "Ladder of conversation #{number}"),
    };
}
