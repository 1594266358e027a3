//! What stands on an arrow: flags, numbers, octets, in tcpdump's words.

use std::fmt::Write;

use super::draft::Draft;
use super::rung::Rung;
use super::store::Store;
use super::style::{elide, width};

/// The longest label that fits into so many cells: with all words, without the
/// length, which the range says too, without the words, without its middle.
pub(super) fn fitting(draft: &Draft, rung: &Rung, store: &Store, room: usize, dots: &str) -> String {
    let forms = [(true, true), (true, false), (false, false)];
    let mut label = String::new();
    for (words, len) in forms {
        label = text(draft, rung, store, words, len);
        if width(&label) <= room {
            return label;
        }
    }
    elide(&label, room, dots)
}

/// `[P.] seq 1:6 ack 1 len 5`.
pub(super) fn full(draft: &Draft, rung: &Rung, store: &Store) -> String {
    text(draft, rung, store, true, true)
}

fn text(draft: &Draft, rung: &Rung, store: &Store, words: bool, len: bool) -> String {
    if draft.icmp {
        return "ICMP".to_owned();
    }
    let mut label = store.get(draft.flags).to_owned();
    for (word, number) in [("seq ", draft.seq), ("ack ", draft.ack)] {
        let number = store.get(number);
        if !number.is_empty() {
            label.push(' ');
            label.push_str(if words { word } else { "" });
            label.push_str(number);
        }
    }
    if len && rung.len > 0 {
        // Writing to a string cannot fail.
        let _ = write!(label, " len {}", rung.len);
    }
    label
}
