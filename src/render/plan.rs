//! Which columns a conversation's table has, and how wide they are.

use std::borrow::Cow;

use crate::lang::{Head, Language, ProofForm};

use super::cells;
use super::draft::{Draft, Drafted, Look};
use super::store::Store;
use super::style::{Style, width};

/// Below this width the gap column is given up.
const GAP_FROM: usize = 72;
/// From this width on there is room for states and proofs.
const WIDE_FROM: usize = 120;
/// The step column asks for so much for the longest step; longer ones wrap.
const STEP: usize = 22;
/// The same in a wide table.
const WIDE_STEP: usize = 30;
/// A step up to this long has its proof on the same line.
const WITH_PROOF: usize = 18;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Column {
    Frame,
    Gap,
    Arrow,
    Flags,
    Seq,
    Ack,
    Step,
    /// The client's state.
    Client,
    /// The server's.
    Server,
    Why,
}

/// Where proofs stand, and how long they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Beside the states, in a column of their own.
    Wide(ProofForm),
    /// In the step column.
    Narrow(ProofForm),
    /// On a line of their own in the step column, if need be.
    Tight,
}

/// Whether a table may show proofs in their long form.
pub(super) fn may_be_wide(style: &Style) -> bool {
    cells::room(style) >= WIDE_FROM
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

/// The most columns that there are.
const COLUMNS: usize = 10;

const WIDE: &[Column] = &[
    Column::Frame,
    Column::Gap,
    Column::Arrow,
    Column::Flags,
    Column::Seq,
    Column::Ack,
    Column::Step,
    Column::Client,
    Column::Server,
    Column::Why,
];
const NARROW: &[Column] =
    &[Column::Frame, Column::Gap, Column::Arrow, Column::Flags, Column::Seq, Column::Ack, Column::Step];
const NO_GAP: &[Column] =
    &[Column::Frame, Column::Arrow, Column::Flags, Column::Seq, Column::Ack, Column::Step];

impl Column {
    /// Numbers stand at the right.
    pub fn is_right(self) -> bool {
        matches!(self, Column::Frame | Column::Gap | Column::Seq | Column::Ack)
    }

    /// What stands above it.
    fn title(self, lang: &dyn Language) -> &'static str {
        lang.head(match self {
            Column::Frame => Head::Frame,
            Column::Gap => Head::Gap,
            Column::Arrow => return "",
            Column::Flags => Head::Flags,
            Column::Seq => Head::Seq,
            Column::Ack => Head::Ack,
            Column::Step => Head::Step,
            Column::Client => Head::Client,
            Column::Server => Head::Server,
            Column::Why => Head::Why,
        })
    }
}

/// What stands above the columns, and its width: the same in all tables.
#[derive(Debug)]
pub(super) struct Titles([(Cow<'static, str>, usize); COLUMNS]);

impl Titles {
    pub fn new(lang: &dyn Language, style: &Style) -> Self {
        let all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(|index| WIDE.get(index).copied());
        Titles(all.map(|column| {
            let title = style.tidied(column.map_or("", |column| column.title(lang)));
            let width = width(&title);
            (title, width)
        }))
    }

    /// That of a column, and its width.
    pub fn of(&self, column: Column) -> (&str, usize) {
        self.0.get(column as usize).map_or(("", 0), |(title, width)| (title, *width))
    }
}

/// Widths in cells, by column.
type Widths = [usize; COLUMNS];

/// A choice of columns and their widths.
pub(super) struct Plan {
    pub shape: Shape,
    /// Cells between two columns.
    pub gap: usize,
    pub columns: &'static [Column],
    widths: Widths,
}

impl Plan {
    /// The roomiest that fits.
    pub fn of(drafts: &[Drafted], store: &Store, look: Look<'_>) -> Self {
        let room = cells::room(look.style);
        let (base, wide) = (widest(drafts, look), may_be_wide(look.style));
        let shaped = |&(shape, gap): &(Shape, usize)| {
            let mut plan = Plan::shaped(shape, gap, base, drafts, room);
            if (shape, gap) == (Shape::Wide(ProofForm::Short), 1) {
                plan.break_steps(room);
            }
            plan
        };
        let mut plan = SHAPES
            .iter()
            .filter(|(shape, _)| wide || !matches!(shape, Shape::Wide(_)))
            .map(shaped)
            .find(|plan| plan.total() <= room)
            .unwrap_or_else(|| shaped(&(Shape::Tight, 1)));
        if plan.total() > room {
            plan.split_seq(drafts, store, look);
        }
        plan.fill(room);
        plan
    }

    fn shaped(shape: Shape, gap: usize, base: Widths, drafts: &[Drafted], room: usize) -> Self {
        let columns = match shape {
            Shape::Wide(_) => WIDE,
            _ if room >= GAP_FROM => NARROW,
            _ => NO_GAP,
        };
        let mut plan = Plan { shape, gap, columns, widths: base };
        let (mut step, mut why) = (plan.width(Column::Step), plan.width(Column::Why));
        for draft in lines(drafts) {
            step = step.max(plan.width_of_step(draft));
            why = why.max(plan.width_of_why(draft));
        }
        for (column, its) in [(Column::Step, step), (Column::Why, why)] {
            if let Some(width) = plan.widths.get_mut(column as usize) {
                *width = its;
            }
        }
        plan
    }

    /// Cells from border to border.
    pub fn total(&self) -> usize {
        self.inner() + 4
    }

    /// Cells between the blanks beside the borders.
    pub fn inner(&self) -> usize {
        let columns: usize = self.columns.iter().map(|&column| self.width(column)).sum();
        columns + self.gap * (self.columns.len() - 1)
    }

    /// The width of a column.
    pub fn width(&self, column: Column) -> usize {
        self.widths.get(column as usize).copied().unwrap_or_default()
    }

    /// Makes the table as wide as the room: the last column takes what is left,
    /// or gives what is missing.
    fn fill(&mut self, room: usize) {
        let Some(&last) = self.columns.last() else { return };
        let others = self.total() - self.width(last);
        if let Some(width) = self.widths.get_mut(last as usize) {
            *width = room.saturating_sub(others).max(1);
        }
    }

    /// Has long steps take two lines, where that keeps the columns behind them: few rows
    /// have such a step, all have states.
    fn break_steps(&mut self, room: usize) {
        let over = self.total().saturating_sub(room);
        if let Some(step) = self.widths.get_mut(Column::Step as usize)
            && step.saturating_sub(over) >= WITH_PROOF
        {
            *step -= over;
        }
    }

    /// Gives ranges of sequence numbers two lines, and the step what that
    /// saves.
    fn split_seq(&mut self, drafts: &[Drafted], store: &Store, look: Look<'_>) {
        let half = |draft: &Draft| halves(store.get(draft.seq)).map(width).into_iter().max();
        let widest = lines(drafts).filter_map(half).max().unwrap_or(0);
        if let Some(its) = self.widths.get_mut(Column::Seq as usize) {
            *its = widest.max(look.titles.of(Column::Seq).1);
        }
    }

    fn width_of_step(&self, draft: &Draft) -> usize {
        let step = draft.step.width();
        match self.shape {
            Shape::Wide(_) => step.min(WIDE_STEP),
            Shape::Tight => step.min(STEP).max(draft.proof(ProofForm::Short).width()),
            Shape::Narrow(form) => match draft.proof(form).width() {
                0 => step.min(STEP),
                proof if step <= WITH_PROOF => step + 2 + proof,
                proof => proof.max(STEP),
            },
        }
    }

    fn width_of_why(&self, draft: &Draft) -> usize {
        let Shape::Wide(form) = self.shape else { return 0 };
        draft.proof(form).width().max(draft.marks.width().min(STEP))
    }
}

/// What the columns want that are the same in every shape; the others what
/// their titles want.
fn widest(drafts: &[Drafted], look: Look<'_>) -> Widths {
    let mut widths = [0; COLUMNS];
    for draft in lines(drafts) {
        let states = draft.states.map(str::len);
        let texts = [draft.frame, draft.gap, Default::default(), draft.flags, draft.seq, draft.ack];
        let its = texts.map(|text| text.width());
        let all = its.into_iter().chain([0]).chain(states);
        widths.iter_mut().zip(all).for_each(|(widest, its)| *widest = its.max(*widest));
    }
    for column in WIDE {
        let least = if *column == Column::Arrow { 3 } else { look.titles.of(*column).1.max(1) };
        if let Some(width) = widths.get_mut(*column as usize) {
            *width = least.max(*width);
        }
    }
    widths
}

fn lines(drafts: &[Drafted]) -> impl Iterator<Item = &Draft> {
    drafts.iter().filter_map(|drafted| match drafted {
        Drafted::Line(draft) => Some(draft),
        Drafted::Across(_) | Drafted::Why(_) => None,
    })
}

/// `1:` and `1449` of `1:1449`.
pub(super) fn halves(seq: &str) -> [&str; 2] {
    let colon = seq.find(':').map_or(0, |at| at + 1);
    let (from, to) = seq.split_at_checked(colon).unwrap_or((seq, ""));
    [from, to]
}
