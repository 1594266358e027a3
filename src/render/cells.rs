//! From the texts of rows to the cells of a table: which columns, how wide.

use std::borrow::Cow;

use crate::lang::{Head, ProofForm};
use crate::track::Side;

use super::draft::{Draft, Drafted, Look};
use super::grid::{Cell, Entry, Grid, Span, Track};
use super::style::{Role, Style, width, wrap};

/// Below this width the gap column is given up.
const GAP_FROM: usize = 72;
/// From this width on there is room for states and proofs.
const WIDE_FROM: usize = 120;
/// A table is never narrower: so much the numbers take.
const LEAST: usize = 60;
/// Nor wider: the eye has to follow a line.
const MOST: usize = 160;
/// The step column asks for so much for the longest step; longer ones wrap.
const STEP: usize = 22;
/// The same in a wide table.
const WIDE_STEP: usize = 30;
/// A step up to this long has its proof on the same line.
const WITH_PROOF: usize = 18;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Frame,
    Gap,
    Arrow,
    Flags,
    Seq,
    Ack,
    Step,
    State(Side),
    Why,
}

/// Where proofs stand, and how long they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Beside the states, in a column of their own.
    Wide(ProofForm),
    /// In the step column.
    Narrow(ProofForm),
    /// On a line of their own in the step column, if need be.
    Tight,
}

/// From the roomiest to the tightest, with the cells between columns.
const SHAPES: [(Shape, usize); 8] = [
    (Shape::Wide(ProofForm::Long), 2),
    (Shape::Wide(ProofForm::Long), 1),
    (Shape::Wide(ProofForm::Short), 2),
    (Shape::Wide(ProofForm::Short), 1),
    (Shape::Narrow(ProofForm::Short), 2),
    (Shape::Narrow(ProofForm::Short), 1),
    (Shape::Narrow(ProofForm::Brief), 1),
    (Shape::Tight, 1),
];

/// The table of a conversation's rows.
pub(super) fn grid<'a>(drafts: &'a [Drafted], look: Look<'_>) -> Grid<'a> {
    let room = room(look.style);
    let plans = SHAPES.iter().filter(|(shape, _)| room >= WIDE_FROM || !matches!(shape, Shape::Wide(_)));
    let mut plan = Plan::of(Shape::Tight, 1, drafts, look, room);
    for &(shape, gap) in plans {
        plan = Plan::of(shape, gap, drafts, look, room);
        if plan.total() <= room {
            break;
        }
    }
    if plan.total() > room {
        plan.split_seq(drafts, look);
    }
    plan.fill(room);
    let entry = |drafted: &'a Drafted| match drafted {
        Drafted::Line(draft) => {
            Entry::Cells(plan.columns.iter().map(|&c| plan.cell(c, draft, look)).collect())
        }
        Drafted::Across(text) => Entry::Across(0, wrap(text, plan.total() - 4)),
        Drafted::Why(text) => {
            let indent = plan.width(Column::Frame) + 2;
            Entry::Across(indent, wrap(text, plan.total() - 4 - indent))
        }
    };
    let entries = drafts.iter().map(entry).collect();
    let head = |&(column, _): &(Column, usize)| Cell::of(Role::Title, title(column, look));
    let head = plan.sized().map(|sized| head(&sized)).collect();
    let tracks = plan.sized().map(|(column, width)| Track { width, right: is_right(column) }).collect();
    Grid { tracks, gap: plan.gap, head, entries }
}

/// The width of a table.
pub(super) fn room(style: &Style) -> usize {
    usize::from(style.width).clamp(LEAST, MOST)
}

fn is_right(column: Column) -> bool {
    matches!(column, Column::Frame | Column::Gap | Column::Seq | Column::Ack)
}

fn title(column: Column, look: Look<'_>) -> Cow<'static, str> {
    let head = match column {
        Column::Frame => Head::Frame,
        Column::Gap => Head::Gap,
        Column::Arrow => return Cow::Borrowed(""),
        Column::Flags => Head::Flags,
        Column::Seq => Head::Seq,
        Column::Ack => Head::Ack,
        Column::Step => Head::Step,
        Column::State(Side::Client) => Head::Client,
        Column::State(Side::Server) => Head::Server,
        Column::Why => Head::Why,
    };
    look.style.tidied(look.lang.head(head))
}

/// A choice of columns and their widths.
struct Plan {
    shape: Shape,
    gap: usize,
    columns: Vec<Column>,
    widths: Vec<usize>,
}

impl Plan {
    fn of(shape: Shape, gap: usize, drafts: &[Drafted], look: Look<'_>, room: usize) -> Self {
        let mut columns = vec![Column::Frame, Column::Gap, Column::Arrow, Column::Flags];
        columns.extend([Column::Seq, Column::Ack, Column::Step]);
        if matches!(shape, Shape::Wide(_)) {
            columns.extend([Column::State(Side::Client), Column::State(Side::Server), Column::Why]);
        }
        columns.retain(|&column| column != Column::Gap || room >= GAP_FROM);
        let mut plan = Plan { shape, gap, columns, widths: Vec::new() };
        plan.widths = plan.columns.iter().map(|&column| plan.wanted(column, drafts, look)).collect();
        plan
    }

    fn sized(&self) -> impl Iterator<Item = (Column, usize)> {
        self.columns.iter().copied().zip(self.widths.iter().copied())
    }

    fn total(&self) -> usize {
        self.widths.iter().sum::<usize>() + self.gap * (self.widths.len() - 1) + 4
    }

    /// Makes the table as wide as the room: the last column takes what is left,
    /// or gives what is missing.
    fn fill(&mut self, room: usize) {
        let others = self.total() - self.widths.last().copied().unwrap_or(0);
        if let Some(last) = self.widths.last_mut() {
            *last = room.saturating_sub(others).max(1);
        }
    }

    /// Gives ranges of sequence numbers two lines, and the step what that
    /// saves.
    fn split_seq(&mut self, drafts: &[Drafted], look: Look<'_>) {
        let half = |draft: &Draft| halves(&draft.seq).map(width).into_iter().max();
        let widest = lines(drafts).filter_map(half).max().unwrap_or(0);
        for (column, its) in self.columns.iter().zip(&mut self.widths) {
            if *column == Column::Seq {
                *its = widest.max(width(&title(Column::Seq, look)));
            }
        }
    }

    fn width(&self, column: Column) -> usize {
        self.sized().find(|&(c, _)| c == column).map_or(0, |(_, width)| width)
    }

    fn wanted(&self, column: Column, drafts: &[Drafted], look: Look<'_>) -> usize {
        let widest = lines(drafts).map(|draft| self.width_of(column, draft)).max().unwrap_or(0);
        // comfy-table knows no column without width.
        widest.max(width(&title(column, look))).max(1)
    }

    fn width_of(&self, column: Column, draft: &Draft) -> usize {
        match column {
            Column::Frame => width(&draft.frame),
            Column::Gap => width(&draft.gap),
            Column::Arrow => 3,
            Column::Flags => width(&draft.flags),
            Column::Seq => width(&draft.seq),
            Column::Ack => width(&draft.ack),
            Column::State(side) => width(draft.states[side as usize]),
            Column::Step => self.width_of_step(draft),
            Column::Why => {
                let Shape::Wide(form) = self.shape else { return 0 };
                width(draft.proof(form)).max(width(&draft.marks).min(STEP))
            }
        }
    }

    fn width_of_step(&self, draft: &Draft) -> usize {
        let step = width(&draft.step);
        match self.shape {
            Shape::Wide(_) => step.min(WIDE_STEP),
            Shape::Tight => step.min(STEP).max(width(draft.proof(ProofForm::Short))),
            Shape::Narrow(form) => match width(draft.proof(form)) {
                0 => step.min(STEP),
                proof if step <= WITH_PROOF => step + 2 + proof,
                proof => proof.max(STEP),
            },
        }
    }

    fn cell<'a>(&self, column: Column, draft: &'a Draft, look: Look<'_>) -> Cell<'a> {
        match column {
            Column::Frame => Cell::of(Role::Dim, draft.frame.as_str()),
            Column::Gap => Cell::of(Role::Dim, draft.gap.as_str()),
            Column::Arrow => arrow(draft.from, draft.icmp, look.style),
            Column::Flags => Cell::of(draft.role, draft.flags.as_str()),
            Column::Seq if width(&draft.seq) > self.width(Column::Seq) => {
                let line = |half: &'a str| vec![Span { role: Role::Plain, text: half.into() }];
                Cell::Lines(halves(&draft.seq).map(line).into())
            }
            Column::Seq => Cell::of(Role::Plain, draft.seq.as_str()),
            Column::Ack => Cell::of(Role::Plain, draft.ack.as_str()),
            Column::State(Side::Client) => Cell::of(Role::Client, draft.states[0]),
            Column::State(Side::Server) => Cell::of(Role::Server, draft.states[1]),
            Column::Step => {
                let room = self.width(Column::Step);
                let proof = match self.shape {
                    Shape::Wide(_) => return flow(&[(draft.role, &draft.step)], room),
                    Shape::Narrow(form) => draft.proof(form),
                    Shape::Tight => draft.proof(ProofForm::Brief),
                };
                // On a line of its own there is room to say what equals it.
                let beside = width(&draft.step) + 2 + width(proof) <= room;
                let proof = if beside { proof } else { draft.proof(ProofForm::Short) };
                flow(&[(draft.role, &draft.step), (Role::Dim, proof), (Role::Warning, &draft.marks)], room)
            }
            Column::Why => {
                let Shape::Wide(form) = self.shape else { return Cell::default() };
                let texts = [(Role::Dim, draft.proof(form)), (Role::Warning, draft.marks.as_str())];
                flow(&texts, self.width(Column::Why))
            }
        }
    }
}

fn lines(drafts: &[Drafted]) -> impl Iterator<Item = &Draft> {
    drafts.iter().filter_map(|drafted| match drafted {
        Drafted::Line(draft) => Some(&**draft),
        Drafted::Across(_) | Drafted::Why(_) => None,
    })
}

/// `1:` and `1449` of `1:1449`.
fn halves(seq: &str) -> [&str; 2] {
    let colon = seq.find(':').map_or(0, |at| at + 1);
    let (from, to) = seq.split_at_checked(colon).unwrap_or((seq, ""));
    [from, to]
}

/// From which side; a hollow head if it is no packet of that side, but an ICMP
/// error about one that went there.
pub(super) fn arrow(from: Side, icmp: bool, style: &Style) -> Cell<'static> {
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
    Cell::of(role, arrow)
}

/// Texts one after the other, two cells apart; one that does not fit behind the
/// one before begins a new line.
pub(super) fn flow<'a>(texts: &[(Role, &'a str)], room: usize) -> Cell<'a> {
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
