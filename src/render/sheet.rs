//! Lays out the table of a conversation. Most of what is printed is this, and
//! comfy-table, which lays out the others, takes ten times as long for it: the
//! columns have their widths already and every text its cells, so that nothing
//! is left to find out. The tests compare the two.

use crate::lang::ProofForm;

use super::cells::arrow;
use super::draft::{Draft, Drafted, Look};
use super::plan::{Column, Plan, Shape, halves};
use super::store::{Store, Text};
use super::style::{Role, pad, width, wrap};

/// A text in one colour, and its place in a row.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    #[cfg(test)]
    column: Column,
    /// Which line of the row.
    line: usize,
    /// Cells from the beginning of the line.
    at: usize,
    role: Role,
    text: &'a str,
    cells: usize,
}

/// A table in the making.
struct Sheet<'a> {
    plan: Plan,
    store: &'a Store,
    look: Look<'a>,
    /// Of the present row, by column, then line: those below its first line, and in tests
    /// all, for the comparison.
    pieces: Vec<Piece<'a>>,
    /// How far its first line has come.
    at: usize,
}

/// Appends the table of these rows.
pub(super) fn print(drafts: &[Drafted], store: &Store, look: Look<'_>, out: &mut String) {
    let plan = Plan::of(drafts, store, look);
    #[cfg(test)]
    let from = out.len();
    let mut sheet = Sheet { plan, store, look, pieces: Vec::new(), at: 0 };
    let [top, below_heads, bottom] = if look.style.ascii { PLAIN_BORDERS } else { BORDERS };
    sheet.border(top, out);
    sheet.heads(out);
    sheet.border(below_heads, out);
    for drafted in drafts {
        match drafted {
            Drafted::Line(draft) => sheet.row(draft, out),
            Drafted::Across(text) => sheet.across(0, text, out),
            Drafted::Why(text) => sheet.across(sheet.plan.width(Column::Frame) + 2, text, out),
        }
    }
    sheet.border(bottom, out);
    #[cfg(test)]
    tests::compare(&mut sheet, drafts, &out[from..]);
}

/// Left end, line, right end.
type Border = [&'static str; 3];
/// Above, below the heads, and at the bottom.
const BORDERS: [Border; 3] = [["╭", LINE, "╮"], ["├", LINE, "┤"], ["╰", LINE, "╯"]];
const PLAIN_BORDERS: [Border; 3] = [["+", PLAIN_LINE, "+"]; 3];
/// Thirty-two cells of a line.
const LINE: &str = "────────────────────────────────";
const PLAIN_LINE: &str = "--------------------------------";

impl<'a> Sheet<'a> {
    fn border(&self, [left, line, right]: Border, out: &mut String) {
        let mut text = String::with_capacity(3 * self.plan.total());
        text.push_str(left);
        let mut cells = self.plan.total().saturating_sub(2);
        while cells >= 32 {
            text.push_str(line);
            cells -= 32;
        }
        text.push_str(line.get(..cells * line.len() / 32).unwrap_or_default());
        text.push_str(right);
        self.look.style.paint(Role::Dim, &text, out);
        out.push('\n');
    }

    fn edge(&self, out: &mut String) {
        self.look.style.paint(Role::Dim, if self.look.style.ascii { "|" } else { "│" }, out);
    }

    fn heads(&mut self, out: &mut String) {
        self.begin(out);
        let mut start = 1;
        for &column in self.plan.columns {
            self.piece((column, start), 0, Role::Title, self.look.titles.of(column), out);
            start += self.plan.width(column) + self.plan.gap;
        }
        self.end_line(self.at, out);
    }

    /// A text across all columns, so many cells from the left.
    fn across(&self, indent: usize, text: &str, out: &mut String) {
        for line in wrap(text, self.plan.inner().saturating_sub(indent)) {
            self.edge(out);
            pad(1 + indent, out);
            self.look.style.paint(Role::Dim, line, out);
            pad((self.plan.inner() + 1).saturating_sub(indent + width(line)), out);
            self.edge(out);
            out.push('\n');
        }
    }

    /// Appends a text at its place in a line that has come as far as `at`. Gives where it
    /// ends.
    #[inline]
    fn put(
        &self,
        at: usize,
        place: usize,
        role: Role,
        (text, cells): (&str, usize),
        out: &mut String,
    ) -> usize {
        pad(place.saturating_sub(at), out);
        self.look.style.paint(role, text, out);
        place + cells
    }

    fn end_line(&self, at: usize, out: &mut String) {
        pad((self.plan.inner() + 2).saturating_sub(at), out);
        self.edge(out);
        out.push('\n');
    }

    /// Begins a row.
    fn begin(&mut self, out: &mut String) {
        self.pieces.clear();
        self.at = 0;
        self.edge(out);
    }

    /// Appends a row. Its first line is written as its texts are come to, from left to
    /// right; those of further lines, which few rows have, are kept until it ends.
    fn row(&mut self, draft: &Draft, out: &mut String) {
        self.begin(out);
        let (mut height, mut start) = (1, 1);
        for &column in self.plan.columns {
            let room = self.plan.width(column);
            let lines = match self.only(column, draft) {
                Some((role, (seq, cells))) if column == Column::Seq && cells > room => {
                    for (line, half) in halves(seq).into_iter().enumerate() {
                        self.piece((column, start), line, role, (half, half.len()), out);
                    }
                    2
                }
                Some((role, text)) => self.piece((column, start), 0, role, text, out),
                None => self.flow((column, start), &self.texts(column, draft), out),
            };
            height = height.max(lines);
            start += room + self.plan.gap;
        }
        self.end_line(self.at, out);
        for line in 1..height {
            self.edge(out);
            let mut at = 0;
            for piece in self.pieces.iter().filter(|piece| piece.line == line) {
                at = self.put(at, piece.at, piece.role, (piece.text, piece.cells), out);
            }
            self.end_line(at, out);
        }
    }

    /// The text of a column that has one, and its cells.
    #[inline]
    fn only(&self, column: Column, draft: &Draft) -> Option<(Role, (&'a str, usize))> {
        let [client, server] = draft.states;
        let (role, text) = match column {
            Column::Frame => (Role::Dim, draft.frame),
            Column::Gap => (Role::Dim, draft.gap),
            Column::Arrow => {
                let (role, text) = arrow(draft.from, draft.icmp, self.look.style);
                return Some((role, (text, 3)));
            }
            Column::Flags => (draft.role, draft.flags),
            Column::Seq => (Role::Plain, draft.seq),
            Column::Ack => (Role::Plain, draft.ack),
            Column::Client => return Some((Role::Client, (client, client.len()))),
            Column::Server => return Some((Role::Server, (server, server.len()))),
            Column::Step | Column::Why => return None,
        };
        Some((role, (self.store.get(text), text.width())))
    }

    /// The texts of another one, in which they stand one behind the other.
    fn texts(&self, column: Column, draft: &Draft) -> [(Role, Text); 3] {
        let none = (Role::Plain, Text::default());
        let (step, marks) = ((draft.role, draft.step), (Role::Warning, draft.marks));
        let proof = match self.plan.shape {
            Shape::Wide(_) if column == Column::Step => return [step, none, none],
            Shape::Wide(form) => return [(Role::Dim, draft.proof(form)), marks, none],
            Shape::Narrow(form) => draft.proof(form),
            Shape::Tight => draft.proof(ProofForm::Brief),
        };
        // On a line of its own there is room to say what equals it.
        let beside = draft.step.width() + 2 + proof.width() <= self.plan.width(Column::Step);
        let proof = if beside { proof } else { draft.proof(ProofForm::Short) };
        [step, (Role::Dim, proof), marks]
    }

    /// Puts a text into a line of a column that begins at `start`. Gives the
    /// lines that the column has then.
    #[inline(always)] // so that most of it is left out where the line is known
    fn piece(
        &mut self,
        (column, start): (Column, usize),
        line: usize,
        role: Role,
        (text, cells): (&'a str, usize),
        out: &mut String,
    ) -> usize {
        let room = self.plan.width(column);
        let at = start + if column.is_right() { room.saturating_sub(cells) } else { 0 };
        if cells > 0 && line == 0 {
            self.at = self.put(self.at, at, role, (text, cells), out);
        }
        if cells > 0 && (line > 0 || cfg!(test)) {
            self.pieces.push(Piece {
                #[cfg(test)]
                column,
                line,
                at,
                role,
                text,
                cells,
            });
        }
        line + 1
    }

    /// Texts one after the other, two cells apart; one that does not fit behind
    /// the one before begins a new line. Gives the lines that it takes.
    fn flow(&mut self, (column, start): (Column, usize), texts: &[(Role, Text)], out: &mut String) -> usize {
        let room = self.plan.width(column);
        let (mut lines, mut used) = (0, 0);
        for &(role, text) in texts.iter().filter(|(_, text)| text.cells > 0) {
            let (text, cells) = (self.store.get(text), text.width());
            if lines > 0 && used + 2 + cells <= room {
                self.piece((column, start + used + 2), lines - 1, role, (text, cells), out);
                used += 2 + cells;
            } else if cells <= room {
                self.piece((column, start), lines, role, (text, cells), out);
                (lines, used) = (lines + 1, cells);
            } else {
                for piece in wrap(text, room) {
                    used = width(piece);
                    self.piece((column, start), lines, role, (piece, used), out);
                    lines += 1;
                }
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests;
