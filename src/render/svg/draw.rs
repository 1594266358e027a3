//! Strokes and texts of one drawing. Coordinates are pixels from the top left.

use std::fmt::Write;

use crate::lang::units::Span;
use crate::lang::{Picture, PictureNote, ProofForm};
use crate::render::draft::{Draft, Drafted, Look};
use crate::render::ends::EndText;
use crate::render::label;
use crate::render::markup::{escape, escaped};
use crate::render::rung::Rung;
use crate::render::store::Store;
use crate::render::style::{Role, width, wrap};
use crate::track::{Roles, Side};

use super::{Around, CSS, Reason};

/// A cell of the text, at most.
const CELL: usize = 8;
/// A line of text.
const LINE: usize = 16;
/// The least height of a row, and of one without an arrow.
const ROW: usize = 32;
const SHORT_ROW: usize = 26;
/// Longer steps and proofs are broken into lines.
const STEP: usize = 46;
/// The longest label that an arrow makes room for.
const LABEL: usize = 60;
/// `SYN-RECEIVED`.
const STATE: usize = 12;

/// Writing to a string cannot fail.
macro_rules! say {
    ($out:expr, $($arg:tt)*) => { { let _ = write!($out, $($arg)*); } };
}

/// What a role is called in the style sheet.
fn class(role: Role) -> &'static str {
    match role {
        Role::Plain => "plain",
        Role::Dim => "dim",
        Role::Title => "title",
        Role::Opening | Role::Good => "open",
        Role::Closing => "close",
        Role::Trouble => "bad",
        Role::Warning => "warn",
        Role::Client => "client",
        Role::Server => "server",
    }
}

/// Where things stand, from the left.
#[derive(Clone, Copy, Debug)]
struct Places {
    frame_end: usize,
    gap_end: usize,
    client: usize,
    server: usize,
    step: usize,
    width: usize,
}

/// A drawing in the making.
struct Drawing<'a> {
    places: Places,
    store: &'a Store,
    look: Look<'a>,
    /// Lanes, whole and broken.
    lanes: [String; 2],
    body: String,
    y: usize,
}

/// Appends the drawing; `rungs` has one for each row. Gives the reasons.
pub(super) fn draw(
    drafts: &[Drafted],
    rungs: &[Rung],
    store: &Store,
    (look, around): (Look<'_>, &Around),
    out: &mut String,
) -> Vec<Reason> {
    let places = Places::of(drafts, rungs, store, look, around);
    let mut drawing = Drawing { places, store, look, lanes: Default::default(), body: String::new(), y: 4 };
    drawing.lines(&around.above);
    drawing.heads();
    let mut reasons = Vec::new();
    let mut rungs_left = rungs.iter();
    for (nth, drafted) in drafts.iter().enumerate() {
        if matches!(drafted, Drafted::Why(_)) {
            continue;
        }
        let rung = rungs_left.next().copied().unwrap_or_default();
        drawing.pause(&rung);
        match drafted {
            Drafted::Line(draft) => {
                let whys = drafts.iter().skip(nth + 1).map_while(|next| match next {
                    Drafted::Why(text) => Some(text.as_str()),
                    _ => None,
                });
                let whys: Vec<&str> = whys.collect();
                drawing.segment(draft, &rung, &whys);
                let frame = store.get(draft.frame).parse().unwrap_or_default();
                reasons.extend(whys.into_iter().map(|why| (frame, why.to_owned())));
            }
            Drafted::Across(text) => drawing.fold(text),
            Drafted::Why(_) => {}
        }
    }
    drawing.legend(rungs, drafts);
    drawing.lines(&around.below);
    drawing.finish(around.alone, out);
    reasons
}

impl Places {
    fn of(drafts: &[Drafted], rungs: &[Rung], store: &Store, look: Look<'_>, around: &Around) -> Places {
        let (mut frame, mut gap, mut label, mut step) = (1, 1, 30, 12);
        let rows = drafts.iter().filter(|drafted| !matches!(drafted, Drafted::Why(_)));
        for (nth, drafted) in rows.enumerate() {
            let Drafted::Line(draft) = drafted else { continue };
            let rung = rungs.get(nth).copied().unwrap_or_default();
            frame = frame.max(draft.frame.width());
            gap = gap.max(draft.gap.width());
            label = label.max(width(&label::full(draft, &rung, store)) + 4);
            let right = [draft.step, draft.proof(ProofForm::Short), draft.marks];
            step = right.iter().fold(step, |most, text| most.max(text.width().min(STEP)));
        }
        let ends = Side::BOTH.map(|side| width(EndText::of(look.conv.endpoint(side)).text()));
        let between = ends[0].div_ceil(2) + ends[1].div_ceil(2) + 2;
        let frame_end = CELL * (frame + 1);
        let gap_end = frame_end + CELL * (gap + 2);
        let client = (gap_end + CELL * (STATE + 3)).max(CELL * (ends[0].div_ceil(2) + 1));
        let server = client + CELL * label.min(LABEL + 4).max(between);
        let step_at = server + CELL * (STATE + 3);
        let texts = around.above.iter().chain(&around.below).map(|text| width(text) + 2).max().unwrap_or(0);
        let right = (step_at + CELL * (step + 1)).max(server + CELL * (ends[1].div_ceil(2) + 1));
        Places { frame_end, gap_end, client, server, step: step_at, width: right.max(CELL * texts) }
    }
}

impl Drawing<'_> {
    /// A text whose class says where it is held.
    fn text(&mut self, x: usize, y: usize, classes: &str, text: &str) {
        if !text.is_empty() {
            say!(self.body, "<text x=\"{x}\" y=\"{y}\" class=\"{classes}\">");
            escape(text, &mut self.body);
            self.body.push_str("</text>");
        }
    }

    /// Lines of text from the left.
    fn lines(&mut self, lines: &[String]) {
        for line in lines {
            self.y += LINE;
            self.text(CELL, self.y - 2, "plain", line);
        }
        if !lines.is_empty() {
            self.y += LINE / 2;
        }
        self.body.push('\n');
    }

    fn heads(&mut self) {
        let Places { client, server, .. } = self.places;
        let conv = self.look.conv;
        for (x, side) in [client, server].into_iter().zip(Side::BOTH) {
            let kind = if side == Side::Client { "client m" } else { "server m" };
            let sign = if conv.roles == Roles::Guessed { "≈ " } else { "" };
            self.text(x, self.y + 14, kind, EndText::of(conv.endpoint(side)).text());
            self.text(x, self.y + 30, kind, &format!("{sign}{}", self.look.lang.side(side)));
        }
        self.body.push('\n');
        self.y += 36;
        self.lanes(false, 6);
    }

    /// Makes the lanes longer, whole or broken.
    fn lanes(&mut self, broken: bool, height: usize) {
        let Places { client, server, .. } = self.places;
        let lanes = &mut self.lanes[usize::from(broken)];
        for x in [client, server] {
            say!(lanes, "M{x} {}v{height}", self.y);
        }
        self.y += height;
    }

    fn pause(&mut self, rung: &Rung) {
        let Some(pause) = rung.pause else { return };
        let Places { client, server, .. } = self.places;
        let text = format!("⋯ {} ⋯", Span(pause));
        self.text((client + server) / 2, self.y + 17, "dim m", &text);
        self.body.push('\n');
        self.lanes(true, SHORT_ROW);
    }

    fn fold(&mut self, text: &str) {
        let Places { client, server, .. } = self.places;
        let parts = wrap(text, (server - client) / CELL - 2);
        for (nth, part) in parts.iter().enumerate() {
            self.text((client + server) / 2, self.y + 17 + nth * LINE, "dim m", part);
        }
        self.body.push('\n');
        self.lanes(false, SHORT_ROW + LINE * parts.len().saturating_sub(1));
    }

    fn segment(&mut self, draft: &Draft, rung: &Rung, whys: &[&str]) {
        let Places { frame_end, gap_end, client, server, step, width } = self.places;
        let store = self.store;
        let texts = [
            (draft.role, draft.step),
            (Role::Dim, draft.proof(ProofForm::Short)),
            (Role::Warning, draft.marks),
        ];
        let lines: Vec<(Role, &str)> = texts
            .into_iter()
            .filter(|(_, text)| text.width() > 0)
            .flat_map(|(role, text)| wrap(store.get(text), STEP).into_iter().map(move |line| (role, line)))
            .collect();
        let (y, height) = (self.y, ROW.max(LINE * lines.len() + 8));
        let kinds = [(draft.role == Role::Trouble, " bad"), (rung.again, " again"), (draft.icmp, " icmp")];
        let kinds: String = kinds.iter().filter(|(is, _)| *is).map(|(_, kind)| *kind).collect();
        say!(self.body, "<g class=\"seg{kinds}\"><title>");
        self.title(draft, rung, whys);
        say!(self.body, "</title><rect class=\"hit\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>");
        let base = y + 23;
        self.text(frame_end, base, "dim e", store.get(draft.frame));
        self.text(gap_end, base, "dim e", store.get(draft.gap));
        self.text(client - CELL - 2, base, "client e", draft.states[0]);
        self.text(server + CELL + 2, base, "server", draft.states[1]);
        self.arrow(draft, rung);
        let first = if lines.len() < 2 { base } else { y + 15 };
        for (nth, (role, line)) in lines.into_iter().enumerate() {
            self.text(step, first + nth * LINE, class(role), line);
        }
        self.body.push_str("</g>\n");
        self.lanes(false, height);
    }

    /// What is said of a segment that one points at.
    fn title(&mut self, draft: &Draft, rung: &Rung, whys: &[&str]) {
        let said = [
            format!("#{} {}", self.store.get(draft.frame), label::full(draft, rung, self.store)),
            self.store.get(draft.step).to_owned(),
            self.store.get(draft.proof(ProofForm::Long)).to_owned(),
            self.store.get(draft.marks).to_owned(),
            if rung.lost { self.look.lang.picture(Picture::Lost).to_owned() } else { String::new() },
        ];
        let all = said.iter().map(String::as_str).chain(whys.iter().copied());
        let all: Vec<&str> = all.filter(|text| !text.is_empty()).collect();
        escape(&all.join("\n"), &mut self.body);
    }

    fn arrow(&mut self, draft: &Draft, rung: &Rung) {
        let Places { client, server, .. } = self.places;
        let (top, bottom) = (self.y + 20, self.y + 26);
        let room = (server - client) / CELL - 2;
        // A lost one stops on its way.
        let stop = if rung.lost { (server - client) / 8 } else { 0 };
        let label = label::fitting(draft, rung, self.store, room - stop / CELL, "…");
        let (from, to, back) = match draft.from {
            Side::Client => (client, server - stop, "-"),
            Side::Server => (server, client + stop, ""),
        };
        say!(self.body, "<path class=\"way\" d=\"M{from} {top}L{to} {bottom}\"/>");
        if rung.lost {
            let (x, y) = (to - 5, bottom - 5);
            say!(self.body, "<path class=\"lost\" d=\"M{x} {y}l10 10m0 -10l-10 10\"/>");
        } else {
            say!(self.body, "<path class=\"head\" d=\"M{to} {bottom}l{back}9 -5v9z\"/>");
        }
        let classes = format!("{} m", class(draft.role));
        self.text((from + to) / 2, self.y + 14, &classes, &label);
    }

    /// What the signs mean, as far as they were used.
    fn legend(&mut self, rungs: &[Rung], drafts: &[Drafted]) {
        let icmp = drafts.iter().any(|drafted| matches!(drafted, Drafted::Line(draft) if draft.icmp));
        let signs = [
            (rungs.iter().any(|rung| rung.lost), "╳", Picture::Lost),
            (rungs.iter().any(|rung| rung.again), "╌╌", Picture::Again),
            (icmp, "┈┈", Picture::Icmp),
        ];
        self.y += 4;
        for (_, sign, what) in signs.into_iter().filter(|(used, ..)| *used) {
            self.y += LINE;
            let text = format!("{sign}  {}", self.look.lang.picture(what));
            self.text(self.places.client, self.y, "dim", &text);
        }
        self.y += LINE / 2;
        self.body.push('\n');
    }

    fn finish(self, alone: bool, out: &mut String) {
        let Drawing { places: Places { width, .. }, look, lanes: [whole, broken], body, y: height, .. } =
            self;
        let mut name = String::new();
        look.lang.picture_note(&PictureNote::Name(look.conv.number), &mut name);
        let name = escaped(&name);
        if alone {
            out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        }
        let space = if alone { " xmlns=\"http://www.w3.org/2000/svg\"" } else { "" };
        say!(
            out,
            "<svg{space} class=\"ladder\" role=\"group\" aria-label=\"{name}\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\">\n"
        );
        if alone {
            say!(out, "<style>\n{CSS}</style>\n");
        }
        say!(out, "<path class=\"lane\" d=\"{whole}\"/>");
        if !broken.is_empty() {
            say!(out, "<path class=\"broken\" d=\"{broken}\"/>");
        }
        say!(out, "\n{body}</svg>\n");
    }
}
