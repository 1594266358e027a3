//! A table with one frame around it. comfy-table lays it out; the colours are
//! put in afterwards, so that they cannot disturb a width. For exchanges of
//! datagrams; those of conversations, of which there may be millions, are laid
//! out in [`super::sheet`].

use std::borrow::Cow;

use comfy_table::{
    Cell as Place, CellAlignment, ColumnConstraint, ContentLineStyle, LineStyle, Row as Line, Table,
    TableStyle, Width,
};

use super::style::{Role, Style, pad, width};

/// A piece of text in one colour.
#[derive(Clone, Debug, Default)]
pub(crate) struct Span<'a> {
    pub role: Role,
    pub text: Cow<'a, str>,
}

/// What stands in one place of the table.
#[derive(Clone, Debug, Default)]
pub(crate) enum Cell<'a> {
    #[default]
    Empty,
    One(Span<'a>),
    /// Lines of spans.
    Lines(Vec<Vec<Span<'a>>>),
}

impl<'a> Cell<'a> {
    /// One line of one colour.
    pub fn of(role: Role, text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::One(Span { role, text }) }
    }

    fn height(&self) -> usize {
        match self {
            Cell::Empty | Cell::One(_) => 1,
            Cell::Lines(lines) => lines.len(),
        }
    }

    fn line(&self, nth: usize) -> &[Span<'a>] {
        match self {
            Cell::One(span) if nth == 0 => std::slice::from_ref(span),
            Cell::Empty | Cell::One(_) => &[],
            Cell::Lines(lines) => lines.get(nth).map_or(&[], Vec::as_slice),
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        for nth in 0..self.height() {
            if nth > 0 {
                out.push('\n');
            }
            self.line(nth).iter().for_each(|span| out.push_str(&span.text));
        }
        out
    }
}

/// One row.
#[derive(Clone, Debug)]
pub(crate) enum Entry<'a> {
    /// A cell for each column.
    Cells(Vec<Cell<'a>>),
    /// Lines across all columns, so many cells from the left.
    Across(usize, Vec<&'a str>),
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Track {
    pub width: usize,
    pub right: bool,
}

/// The table: its columns have their widths already, and every line fits.
#[derive(Clone, Debug)]
pub(crate) struct Grid<'a> {
    pub tracks: Vec<Track>,
    /// Cells between two columns.
    pub gap: usize,
    pub head: Vec<Cell<'a>>,
    pub entries: Vec<Entry<'a>>,
}

const FRAME: TableStyle = TableStyle::new()
    .top_border(LineStyle::new('╭', '─', '─', '╮'))
    .header_lines(ContentLineStyle::none().left('│').right('│'))
    .header_separator(LineStyle::new('├', '─', '─', '┤'))
    .content_lines(ContentLineStyle::none().left('│').right('│'))
    .bottom_border(LineStyle::new('╰', '─', '─', '╯'));

const PLAIN_FRAME: TableStyle = TableStyle::new()
    .top_border(LineStyle::new('+', '-', '-', '+'))
    .header_lines(ContentLineStyle::none().left('|').right('|'))
    .header_separator(LineStyle::new('+', '-', '-', '+'))
    .content_lines(ContentLineStyle::none().left('|').right('|'))
    .bottom_border(LineStyle::new('+', '-', '-', '+'));

impl Grid<'_> {
    /// Cells from border to border.
    pub fn width(&self) -> usize {
        let columns: usize = self.tracks.iter().map(|track| track.width).sum();
        columns + self.gap * self.tracks.len().saturating_sub(1) + 4
    }

    /// Appends the table, a line end after each line.
    pub fn print(&self, style: &Style, out: &mut String) {
        let lines: Vec<String> = self.lay_out(style).lines().collect();
        let mut lines = lines.iter().map(String::as_str);
        let mut next = || lines.next().unwrap_or_default();
        let border = |line: &str, out: &mut String| {
            style.paint(Role::Dim, line, out);
            out.push('\n');
        };
        border(next(), out);
        self.paint(&self.head, 0, next(), style, out);
        border(next(), out);
        for entry in &self.entries {
            match entry {
                Entry::Cells(cells) => {
                    let height = cells.iter().map(Cell::height).max().unwrap_or(1);
                    (0..height).for_each(|nth| self.paint(cells, nth, next(), style, out));
                }
                Entry::Across(indent, texts) => {
                    texts.iter().for_each(|text| self.across(*indent, text, next(), style, out));
                }
            }
        }
        border(next(), out);
    }

    fn lay_out(&self, style: &Style) -> Table {
        let mut table = Table::new();
        table.load_style(if style.ascii { PLAIN_FRAME } else { FRAME });
        table.set_header(line(&self.head));
        for entry in &self.entries {
            table.add_row(match entry {
                Entry::Cells(cells) => line(cells),
                // Room for the text, which is put in afterwards.
                Entry::Across(_, texts) => Line::from([Place::new_owned("\n".repeat(texts.len() - 1))]),
            });
        }
        let last = self.tracks.len().saturating_sub(1);
        for (index, (column, track)) in table.column_iter_mut().zip(&self.tracks).enumerate() {
            let left = u16::from(index == 0);
            // comfy-table puts one cell between two columns itself.
            let right = if index == last { 1 } else { cells(self.gap).saturating_sub(1) };
            column.set_padding((left, right));
            let width = cells(track.width).saturating_add(left + right);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            if track.right {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table
    }

    /// Puts the colours into one line of a row that comfy-table laid out: the
    /// widths say where each cell is.
    fn paint(&self, row: &[Cell<'_>], nth: usize, line: &str, style: &Style, out: &mut String) {
        let mut rest = line;
        let mut take = |octets: usize| -> &str {
            let (piece, tail) = rest.split_at_checked(octets).unwrap_or((rest, ""));
            rest = tail;
            piece
        };
        let frame = line.chars().next().map_or(0, char::len_utf8);
        style.paint(Role::Dim, take(frame), out);
        out.push_str(take(1));
        for (index, track) in self.tracks.iter().enumerate() {
            let spans = row.get(index).map_or(&[][..], |cell| cell.line(nth));
            let used: usize = spans.iter().map(|span| width(&span.text)).sum();
            let blank = track.width.saturating_sub(used);
            if track.right {
                out.push_str(take(blank));
            }
            spans.iter().for_each(|span| style.paint(span.role, take(span.text.len()), out));
            if !track.right {
                out.push_str(take(blank));
            }
            let gap = if index + 1 == self.tracks.len() { 1 } else { self.gap };
            out.push_str(take(gap));
        }
        style.paint(Role::Dim, rest, out);
        out.push('\n');
    }

    /// Puts a text across the empty row that comfy-table laid out for it.
    fn across(&self, indent: usize, text: &str, line: &str, style: &Style, out: &mut String) {
        let mut ends = line.chars();
        let (left, right) = (ends.next().unwrap_or('|'), ends.next_back().unwrap_or('|'));
        let mut buffer = [0; 4];
        style.paint(Role::Dim, left.encode_utf8(&mut buffer), out);
        pad(1 + indent, out);
        style.paint(Role::Dim, text, out);
        pad(self.width().saturating_sub(3 + indent + width(text)), out);
        style.paint(Role::Dim, right.encode_utf8(&mut buffer), out);
        out.push('\n');
    }
}

fn line(cells: &[Cell<'_>]) -> Line {
    Line::from(cells.iter().map(|cell| Place::new_owned(cell.text())))
}

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid<'static> {
        let two = Cell::Lines(vec![
            vec![Span { role: Role::Opening, text: "SYN-ACK".into() }],
            vec![Span { role: Role::Dim, text: "= µ 客".into() }],
        ]);
        Grid {
            tracks: vec![Track { width: 3, right: true }, Track { width: 9, right: false }],
            gap: 2,
            head: vec![Cell::of(Role::Title, "#"), Cell::of(Role::Title, "step")],
            entries: vec![
                Entry::Cells(vec![Cell::of(Role::Plain, "1"), two]),
                Entry::Across(0, vec!["⋮ 7 more", "and so on"]),
            ],
        }
    }

    #[test]
    fn all_lines_are_as_wide_as_the_frame() {
        let mut out = String::new();
        grid().print(&Style::default(), &mut out);
        assert_eq!(
            out,
            "╭────────────────╮\n\
             │   #  step      │\n\
             ├────────────────┤\n\
             │   1  SYN-ACK   │\n\
             │      = µ 客    │\n\
             │ ⋮ 7 more       │\n\
             │ and so on      │\n\
             ╰────────────────╯\n"
        );
        assert!(out.lines().all(|line| width(line) == grid().width()), "{out}");
    }

    #[test]
    fn colours_change_nothing_but_the_colours() {
        let (mut plain, mut colored) = (String::new(), String::new());
        grid().print(&Style::default(), &mut plain);
        grid().print(&Style { color: true, ..Style::default() }, &mut colored);
        assert!(colored.contains("\x1b[32mSYN-ACK\x1b[0m"));
        let mut stripped = colored;
        for role in [Role::Dim, Role::Title, Role::Opening] {
            let mut code = String::new();
            Style { color: true, ..Style::default() }.paint(role, "x", &mut code);
            stripped = stripped.replace(code.trim_end_matches("x\x1b[0m"), "");
        }
        assert_eq!(stripped.replace("\x1b[0m", ""), plain);
    }

    #[test]
    fn the_plain_frame_is_ascii() {
        let mut grid = grid();
        grid.entries.clear();
        let mut out = String::new();
        grid.print(&Style { ascii: true, ..Style::default() }, &mut out);
        assert!(out.is_ascii(), "{out}");
    }
}
