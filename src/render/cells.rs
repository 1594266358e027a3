//! What tables of conversations and of exchanges have in common.

use crate::track::Side;

use super::grid::{Cell, Span};
use super::style::{Role, Style, width, wrap};

/// A table is never narrower: so much the numbers take.
const LEAST: usize = 60;
/// Nor wider: the eye has to follow a line.
const MOST: usize = 160;

/// The width of a table.
pub(crate) fn room(style: &Style) -> usize {
    usize::from(style.width).clamp(LEAST, MOST)
}

/// From which side; a hollow head if it is no packet of that side, but an ICMP
/// error about one that went there.
pub(crate) fn arrow(from: Side, icmp: bool, style: &Style) -> (Role, &'static str) {
    let arrow = match (from, icmp, style.ascii) {
        (Side::Client, false, false) => "──▶",
        (Side::Server, false, false) => "◀──",
        (Side::Client, false, true) => "-->",
        (Side::Server, false, true) => "<--",
        (Side::Client, true, false) => "──▷",
        (Side::Server, true, false) => "◁──",
        (Side::Client, true, true) => "..>",
        (Side::Server, true, true) => "<..",
    };
    let role = match (from, icmp) {
        (_, true) => Role::Warning,
        (Side::Client, false) => Role::Client,
        (Side::Server, false) => Role::Server,
    };
    (role, arrow)
}

/// Texts one after the other, two cells apart; one that does not fit behind the
/// one before begins a new line.
pub(crate) fn flow<'a>(texts: &[(Role, &'a str)], room: usize) -> Cell<'a> {
    let mut lines: Vec<Vec<Span<'a>>> = Vec::new();
    let mut used = 0;
    if let [(role, text), rest @ ..] = texts
        && rest.iter().all(|(_, text)| text.is_empty())
        && width(text) <= room
    {
        return Cell::of(*role, *text);
    }
    for &(role, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        let cells = width(text);
        match lines.last_mut() {
            Some(line) if used + 2 + cells <= room => {
                line.push(Span { role, text: "  ".into() });
                line.push(Span { role, text: text.into() });
                used += 2 + cells;
            }
            _ => {
                for piece in wrap(text, room) {
                    lines.push(vec![Span { role, text: piece.into() }]);
                    used = width(piece);
                }
            }
        }
    }
    Cell::Lines(lines)
}
