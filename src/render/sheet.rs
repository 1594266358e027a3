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
    /// Of the present row, by column, then line.
    pieces: Vec<Piece<'a>>,
}

/// Appends the table of these rows.
pub(super) fn print(drafts: &[Drafted], store: &Store, look: Look<'_>, out: &mut String) {
    let plan = Plan::of(drafts, store, look);
    #[cfg(test)]
    let from = out.len();
    let mut sheet = Sheet { plan, store, look, pieces: Vec::with_capacity(16) };
    let [top, below_heads, bottom] = if look.style.ascii { PLAIN_BORDERS } else { BORDERS };
    sheet.border(top, out);
    sheet.heads(out);
    sheet.border(below_heads, out);
    for drafted in drafts {
        match drafted {
            Drafted::Line(draft) => {
                let height = sheet.row(draft);
                (0..height).for_each(|line| sheet.line(line, out));
            }
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

    fn heads(&self, out: &mut String) {
        self.edge(out);
        let (mut at, mut start) = (0, 1);
        for &column in self.plan.columns {
            let (title, cells) = self.look.titles.of(column);
            let room = self.plan.width(column);
            let before = if column.is_right() { room.saturating_sub(cells) } else { 0 };
            pad((start + before).saturating_sub(at), out);
            self.look.style.paint(Role::Title, title, out);
            at = start + before + cells;
            start += room + self.plan.gap;
        }
        pad((self.plan.inner() + 2).saturating_sub(at), out);
        self.edge(out);
        out.push('\n');
    }

    /// One line of the present row.
    fn line(&self, nth: usize, out: &mut String) {
        self.edge(out);
        let mut at = 0;
        for piece in self.pieces.iter().filter(|piece| piece.line == nth) {
            pad(piece.at.saturating_sub(at), out);
            self.look.style.paint(piece.role, piece.text, out);
            at = piece.at + piece.cells;
        }
        pad((self.plan.inner() + 2).saturating_sub(at), out);
        self.edge(out);
        out.push('\n');
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

    /// Finds the places of a row's texts. Gives the lines that it takes.
    fn row(&mut self, draft: &Draft) -> usize {
        self.pieces.clear();
        let (mut height, mut start) = (1, 1);
        for &column in self.plan.columns {
            let room = self.plan.width(column);
            let lines = match column {
                Column::Frame => self.one((column, start), Role::Dim, draft.frame),
                Column::Gap => self.one((column, start), Role::Dim, draft.gap),
                Column::Arrow => {
                    let (role, text) = arrow(draft.from, draft.icmp, self.look.style);
                    self.piece((column, start), 0, role, (text, 3))
                }
                Column::Flags => self.one((column, start), draft.role, draft.flags),
                Column::Seq if draft.seq.width() > room => {
                    for (line, half) in halves(self.store.get(draft.seq)).into_iter().enumerate() {
                        self.piece((column, start), line, Role::Plain, (half, half.len()));
                    }
                    2
                }
                Column::Seq => self.one((column, start), Role::Plain, draft.seq),
                Column::Ack => self.one((column, start), Role::Plain, draft.ack),
                Column::Client => {
                    let [state, _] = draft.states;
                    self.piece((column, start), 0, Role::Client, (state, state.len()))
                }
                Column::Server => {
                    let [_, state] = draft.states;
                    self.piece((column, start), 0, Role::Server, (state, state.len()))
                }
                Column::Step => self.step(start, draft),
                Column::Why => {
                    let Shape::Wide(form) = self.plan.shape else { continue };
                    let texts = [(Role::Dim, draft.proof(form)), (Role::Warning, draft.marks)];
                    self.flow((column, start), &texts)
                }
            };
            height = height.max(lines);
            start += room + self.plan.gap;
        }
        height
    }

    fn step(&mut self, start: usize, draft: &Draft) -> usize {
        let place = (Column::Step, start);
        let proof = match self.plan.shape {
            Shape::Wide(_) => return self.flow(place, &[(draft.role, draft.step)]),
            Shape::Narrow(form) => draft.proof(form),
            Shape::Tight => draft.proof(ProofForm::Brief),
        };
        // On a line of its own there is room to say what equals it.
        let beside = draft.step.width() + 2 + proof.width() <= self.plan.width(Column::Step);
        let proof = if beside { proof } else { draft.proof(ProofForm::Short) };
        self.flow(place, &[(draft.role, draft.step), (Role::Dim, proof), (Role::Warning, draft.marks)])
    }

    fn one(&mut self, place: (Column, usize), role: Role, text: Text) -> usize {
        self.piece(place, 0, role, (self.store.get(text), text.width()))
    }

    /// Puts a text into a line of a column that begins at `start`. Gives the
    /// lines that the column has then.
    fn piece(
        &mut self,
        (column, start): (Column, usize),
        line: usize,
        role: Role,
        (text, cells): (&'a str, usize),
    ) -> usize {
        let room = self.plan.width(column);
        let at = start + if column.is_right() { room.saturating_sub(cells) } else { 0 };
        if cells > 0 {
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
    fn flow(&mut self, (column, start): (Column, usize), texts: &[(Role, Text)]) -> usize {
        let room = self.plan.width(column);
        let (mut lines, mut used) = (0, 0);
        for &(role, text) in texts.iter().filter(|(_, text)| text.cells > 0) {
            let (text, cells) = (self.store.get(text), text.width());
            if lines > 0 && used + 2 + cells <= room {
                self.piece((column, start + used + 2), lines - 1, role, (text, cells));
                used += 2 + cells;
            } else if cells <= room {
                self.piece((column, start), lines, role, (text, cells));
                (lines, used) = (lines + 1, cells);
            } else {
                for piece in wrap(text, room) {
                    used = width(piece);
                    self.piece((column, start), lines, role, (piece, used));
                    lines += 1;
                }
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests;
