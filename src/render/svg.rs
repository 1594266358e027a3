//! The ladder of a conversation as a drawing, and the file that has just one.

use std::cell::Cell;
use std::rc::Rc;

use crate::lang::{Case, Language};
use crate::model::Scope;

use super::draft::{self, Drafted, Look};
use super::gather::Gather;
use super::plan::Titles;
use super::row::Rows;
use super::rung::{self, Rung};
use super::store::Store;
use super::style::Style;
use super::told::Explain;
use super::{IcmpRow, Judged, PageOptions, Row, Sink, Totals, header, remarks};

mod draw;

/// How drawings look, for the page or the file that they stand in.
pub(super) const CSS: &str = include_str!("svg/ladder.css");

/// Cells in the lines of texts around a drawing.
const COLUMNS: u16 = 110;

/// A reason, and the frame that it is about.
pub(super) type Reason = (u64, String);

/// Draws ladders; the texts of one are forgotten with the next.
pub(super) struct Painter {
    options: PageOptions,
    style: Style,
    titles: Titles,
    store: Store,
    drafts: Vec<Drafted>,
}

impl Painter {
    /// A painter that has drawn nothing.
    pub fn new(options: PageOptions) -> Self {
        let style = Style { width: COLUMNS, ..Style::default() };
        let titles = Titles::new(options.lang, &style);
        Painter { options, style, titles, store: Store::default(), drafts: Vec::new() }
    }

    /// Appends the drawing of a conversation, as a file of its own or as part
    /// of a page. Gives the reasons of its rows.
    pub fn paint(
        &mut self,
        rows: &Rows,
        case: &Case<'_>,
        file: Option<&Scope>,
        out: &mut String,
    ) -> Vec<Reason> {
        let PageOptions { lang, numbers, .. } = self.options;
        let (conv, explain) = (case.conversation, self.options.reasons());
        let (style, titles, long_proofs) = (&self.style, &self.titles, true);
        let look = Look { lang, style, numbers, conv, explain, titles, long_proofs };
        self.store.clear();
        self.drafts.clear();
        let items: Vec<_> = rows.items().collect();
        draft::all(&items, look, &mut self.store, &mut self.drafts);
        if rows.unlisted() > 0 {
            let mut text = String::new();
            lang.more_icmp(rows.unlisted(), &mut text);
            self.drafts.push(Drafted::Across(text));
        }
        let rungs = Rung::of_all(&items, conv);
        rung::settle(&mut self.drafts, &rungs);
        let around = file.map(|scope| Around::of(case, scope, lang, &self.style)).unwrap_or_default();
        draw::draw(&self.drafts, &rungs, &self.store, (look, &around), out)
    }
}

/// The lines above and below a drawing that stands alone.
#[derive(Debug, Default)]
struct Around {
    alone: bool,
    above: Vec<String>,
    below: Vec<String>,
}

impl Around {
    fn of(case: &Case<'_>, scope: &Scope, lang: &dyn Language, style: &Style) -> Self {
        let (mut above, mut below) = (String::new(), String::new());
        header::print(case.conversation, &case.times, scope, (lang, style), &mut above);
        remarks::print(case, lang, style, Explain::No, &mut below);
        let lines = |text: String| text.lines().map(str::to_owned).collect();
        Around { alone: true, above: lines(above), below: lines(below) }
    }
}

/// Draws one conversation: the first that it is given.
pub struct DrawingSink {
    options: PageOptions,
    gather: Gather,
    drawing: Option<(u64, String)>,
    given: Rc<Cell<u64>>,
}

impl DrawingSink {
    /// A sink that has seen nothing.
    pub fn new(options: PageOptions) -> Self {
        DrawingSink { options, gather: Gather::new(&options), drawing: None, given: Rc::default() }
    }

    /// How many conversations it was given: a drawing is meant to be of the only
    /// one.
    pub fn given(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.given)
    }
}

impl Sink for DrawingSink {
    fn segment(&mut self, row: &Row<'_>, _: &mut Vec<u8>) {
        // There are several: one is drawn, and it is complained.
        if self.given.get() < 2 {
            self.gather.segment(row);
        }
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, _: &mut Vec<u8>) {
        self.gather.icmp(row);
    }

    fn pass_over(&mut self, number: u64, _: &mut Vec<u8>) {
        self.gather.forget(number);
    }

    fn conversation(&mut self, judged: &Judged<'_>, _: &mut Vec<u8>) {
        let number = judged.conversation.number;
        let rows = self.gather.take(judged.conversation);
        self.given.set(self.given.get() + 1);
        if self.drawing.as_ref().is_some_and(|(first, _)| *first < number) {
            return;
        }
        let mut text = String::new();
        Painter::new(self.options).paint(&rows, &judged.case(), Some(judged.scope), &mut text);
        self.drawing = Some((number, text));
    }

    fn end(&mut self, _: &Totals, out: &mut Vec<u8>) {
        if let Some((_, text)) = self.drawing.take() {
            out.extend_from_slice(text.as_bytes());
        }
    }
}
