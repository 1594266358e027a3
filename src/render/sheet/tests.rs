//! comfy-table is the judge: whatever table the tests of this crate print is
//! laid out by it too.

use super::super::grid::{Cell, Entry, Grid, Span, Track};
use super::*;

/// Every octet is comfy-table's.
pub(super) fn compare(sheet: &mut Sheet<'_>, drafts: &[Drafted], printed: &str) {
    let columns = sheet.plan.columns;
    let head = columns.iter().map(|c| Cell::of(Role::Title, sheet.look.titles.of(*c).0)).collect();
    let tracks = columns.iter().map(|&c| Track { width: sheet.plan.width(c), right: c.is_right() }).collect();
    let mut entries = Vec::new();
    for drafted in drafts {
        entries.push(match drafted {
            Drafted::Line(draft) => {
                sheet.row(draft, &mut String::new());
                Entry::Cells(columns.iter().map(|&column| cell(&sheet.pieces, column)).collect())
            }
            Drafted::Across(text) => Entry::Across(0, wrap(text, sheet.plan.total() - 4)),
            Drafted::Why(text) => {
                let indent = sheet.plan.width(Column::Frame) + 2;
                Entry::Across(indent, wrap(text, sheet.plan.total() - 4 - indent))
            }
        });
    }
    let mut judged = String::new();
    Grid { tracks, gap: sheet.plan.gap, head, entries }.print(sheet.look.style, &mut judged);
    assert_eq!(printed, judged);
}

fn cell<'a>(pieces: &[Piece<'a>], column: Column) -> Cell<'a> {
    let mut lines: Vec<Vec<Span<'a>>> = Vec::new();
    for piece in pieces.iter().filter(|piece| piece.column == column) {
        lines.resize_with(lines.len().max(piece.line + 1), Vec::new);
        if !lines[piece.line].is_empty() {
            lines[piece.line].push(Span { role: piece.role, text: "  ".into() });
        }
        lines[piece.line].push(Span { role: piece.role, text: piece.text.into() });
    }
    if lines.is_empty() { Cell::Empty } else { Cell::Lines(lines) }
}
