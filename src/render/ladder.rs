//! The ladder of a conversation in text: a lane for each end, an arrow for each
//! segment, states beside the lanes, and what each segment is at the right.

use crate::lang::units::Span;
use crate::lang::{Head, Picture, ProofForm};
use crate::track::{Roles, Side};

use super::cells;
use super::draft::{Draft, Drafted, Look};
use super::ends::EndText;
use super::label;
use super::rung::Rung;
use super::store::{Store, Text};
use super::style::{Role, elide, pad, width, wrap};

mod lanes;

use lanes::{Line, Strokes};

/// From this width on states and proofs stand beside the arrow.
const WIDE_FROM: usize = 120;
/// The longest name of a state, `SYN-RECEIVED`.
const STATE: usize = 12;
/// Between the lanes there are at least so many cells.
const LANE: usize = 26;
/// What is right of the lanes gets so many if the arrows leave them.
const STEP: [usize; 2] = [16, 24];
/// Cells of an arrow beside its label: two of line and a blank on each side.
const AROUND: usize = 6;

/// Where things stand, in cells from the left.
#[derive(Clone, Copy, Debug)]
struct Places {
    wide: bool,
    /// Cells of the frame numbers, and of the gaps behind them.
    frame: usize,
    gap: usize,
    /// The client's lane.
    client: usize,
    /// The server's lane.
    server: usize,
    /// What a segment is.
    step: usize,
    /// The end of the line.
    end: usize,
}

/// A ladder in the making.
struct Ladder<'a> {
    places: Places,
    strokes: &'static Strokes,
    store: &'a Store,
    look: Look<'a>,
}

/// Appends the ladder of these rows; `rungs` has one for each but the reasons.
pub(super) fn print(drafts: &[Drafted], rungs: &[Rung], store: &Store, look: Look<'_>, out: &mut String) {
    let places = Places::of(drafts, rungs, store, look);
    let strokes = Strokes::of(look.style);
    let ladder = Ladder { places, strokes, store, look };
    ladder.heads(out);
    let mut rungs = rungs.iter();
    for drafted in drafts {
        match drafted {
            Drafted::Line(draft) => {
                let rung = rungs.next().copied().unwrap_or_default();
                ladder.pause(&rung, out);
                ladder.rung(draft, &rung, out);
            }
            Drafted::Across(text) => {
                let rung = rungs.next().copied().unwrap_or_default();
                ladder.pause(&rung, out);
                ladder.fold(text, out);
            }
            Drafted::Why(text) => ladder.why(text, out),
        }
    }
    ladder.both(strokes.foot, out);
}

impl Places {
    fn of(drafts: &[Drafted], rungs: &[Rung], store: &Store, look: Look<'_>) -> Places {
        let end = cells::room(look.style);
        let wide = end >= WIDE_FROM;
        let (mut frame, mut gap, mut label, mut step) = (1, width(look.lang.head(Head::Gap)), 0, 0);
        let mut rungs = rungs.iter();
        for drafted in drafts {
            let draft = match drafted {
                Drafted::Line(draft) => draft,
                Drafted::Across(_) => {
                    rungs.next();
                    continue;
                }
                Drafted::Why(_) => continue,
            };
            let rung = rungs.next().copied().unwrap_or_default();
            frame = frame.max(draft.frame.width());
            gap = gap.max(draft.gap.width());
            label = label.max(width(&label::full(draft, &rung, store)));
            step = step.max(draft.step.width());
        }
        // A state stands left of the lane, below the gap or beside it.
        let left = if wide { frame + gap + 3 + STATE } else { (frame + 1 + gap).max(STATE) + 1 };
        let states = if wide { STATE + 2 } else { 0 };
        let room = end.saturating_sub(left + 3 + states);
        let step = step.clamp(STEP[0], STEP[1]);
        let lane = (label + AROUND).min(room.saturating_sub(step)).max(LANE);
        let server = left + 1 + lane;
        Places { wide, frame, gap, client: left, server, step: server + 2 + states, end }
    }

    /// Cells between the lanes.
    fn lane(&self) -> usize {
        self.server - self.client - 1
    }
}

impl Ladder<'_> {
    fn dots(&self) -> &'static str {
        if self.look.style.ascii { ".." } else { "…" }
    }

    /// A line without an arrow.
    fn blank(&self) -> Line<'_> {
        let mut line = Line::default();
        line.put(self.places.client, Role::Client, self.strokes.lane);
        line.put(self.places.server, Role::Server, self.strokes.lane);
        line
    }

    fn both(&self, stroke: &'static str, out: &mut String) {
        let mut line = Line::default();
        line.put(self.places.client, Role::Client, stroke);
        line.put(self.places.server, Role::Server, stroke);
        line.print(self.look.style, out);
    }

    /// Who stands at the lanes, each text centred on its own.
    fn heads(&self, out: &mut String) {
        let Places { client, server, end, .. } = self.places;
        let conv = self.look.conv;
        let ends = Side::BOTH.map(|side| EndText::of(conv.endpoint(side)));
        let [one, other] = &ends;
        let roles = Side::BOTH.map(|side| {
            let sign = if conv.roles == Roles::Guessed { "≈ " } else { "" };
            self.look.style.tidy(format!("{sign}{}", self.look.lang.side(side)))
        });
        let [client_role, server_role] = &roles;
        for [left, right] in [[one.text(), other.text()], [client_role, server_role]] {
            let mut line = Line::default();
            // Each has what is on its side of the middle.
            let middle = client + (server - client) / 2;
            let left = elide(left, middle.saturating_sub(1), self.dots());
            let right = elide(right, end.saturating_sub(middle + 1), self.dots());
            let at = client.saturating_sub(width(&left) / 2).min(middle.saturating_sub(1 + width(&left)));
            line.put(at, Role::Client, left);
            let at = server.saturating_sub(width(&right) / 2).max(middle + 1);
            let at = at.min(end.saturating_sub(width(&right)));
            line.put(at, Role::Server, right);
            line.print(self.look.style, out);
        }
        let mut line = self.blank();
        let style = self.look.style;
        if self.places.wide {
            let number = self.look.lang.head(Head::Frame);
            line.put(self.places.frame.saturating_sub(width(number)), Role::Title, number);
            let gap = style.tidied(self.look.lang.head(Head::Gap));
            line.put(self.gap_end().saturating_sub(width(&gap)), Role::Title, gap);
            line.put(self.places.step, Role::Title, self.look.lang.head(Head::Step));
        }
        line.print(style, out);
    }

    /// Behind the last cell of the gaps.
    fn gap_end(&self) -> usize {
        self.places.frame + 1 + self.places.gap
    }

    /// A line that says how long nothing happened.
    fn pause(&self, rung: &Rung, out: &mut String) {
        if rung.pause.is_none() {
            return;
        }
        let Places { client, server, .. } = self.places;
        let mut line = Line::default();
        line.put(client, Role::Client, self.strokes.broken);
        line.put(server, Role::Server, self.strokes.broken);
        let text = self.pause_text(rung);
        let at = client + 1 + self.places.lane().saturating_sub(width(&text)) / 2;
        line.put(at, Role::Dim, text);
        line.print(self.look.style, out);
    }

    fn pause_text(&self, rung: &Rung) -> String {
        let pause = rung.pause.unwrap_or_default();
        let around = self.strokes.pause;
        self.look.style.tidy(format!("{around} {} {around}", Span(pause)))
    }

    /// A segment: the arrow, what it is, the states that change.
    fn rung(&self, draft: &Draft, rung: &Rung, out: &mut String) {
        let Places { wide, frame, client, server, step, end, .. } = self.places;
        let [client_state, server_state] = draft.states;
        let mut texts = Vec::with_capacity(4);
        let room = end.saturating_sub(step);
        self.flow(&mut texts, draft.role, draft.step, room);
        if !wide && !server_state.is_empty() {
            texts.push((false, Role::Server, server_state));
        }
        if wide {
            self.flow(&mut texts, Role::Dim, draft.proof(ProofForm::Short), room);
        }
        self.flow(&mut texts, Role::Warning, draft.marks, room);
        let mut line = Line::default();
        let number = self.store.get(draft.frame);
        line.put(frame - number.len().min(frame), Role::Dim, number);
        let gap = self.store.get(draft.gap);
        line.put(self.gap_end().saturating_sub(width(gap)), Role::Dim, gap);
        if wide {
            line.put(client.saturating_sub(1 + client_state.len()), Role::Client, client_state);
        }
        self.arrow(draft, rung, &mut line);
        if wide {
            line.put(server + 2, Role::Server, server_state);
        }
        let mut left = if wide { "" } else { client_state };
        let mut used = step;
        for (joins, role, text) in texts {
            // In a wide ladder the proof stands behind the step.
            if used > step && joins && used + 2 + width(text) <= end {
                line.put(used + 2, role, text);
                used += 2 + width(text);
                continue;
            }
            if used > step {
                self.next(&mut line, &mut left, out);
            }
            line.put(step, role, text);
            used = step + width(text);
        }
        if !left.is_empty() {
            self.next(&mut line, &mut left, out);
        }
        line.print(self.look.style, out);
    }

    /// Ends a line of a segment and begins another, with the client's state if
    /// it is not said yet.
    fn next<'b>(&'b self, line: &mut Line<'b>, left: &mut &'static str, out: &mut String) {
        std::mem::replace(line, self.blank()).print(self.look.style, out);
        let state = std::mem::take(left);
        line.put(self.places.client.saturating_sub(1 + state.len()), Role::Client, state);
        line.sort();
    }

    /// The lines of a text, and whether the first may stand behind another.
    fn flow<'b>(&'b self, texts: &mut Vec<(bool, Role, &'b str)>, role: Role, text: Text, room: usize) {
        let text = self.store.get(text);
        if !text.is_empty() {
            let lines = wrap(text, room).into_iter().enumerate();
            texts.extend(lines.map(|(nth, line)| (nth == 0, role, line)));
        }
    }

    /// From lane to lane, or not quite.
    fn arrow<'b>(&'b self, draft: &Draft, rung: &Rung, line: &mut Line<'b>) {
        let Places { client, server, .. } = self.places;
        let stroke = self.strokes.of_rung(draft.icmp, rung.again);
        let role = match (draft.icmp, draft.from) {
            (true, _) => Role::Warning,
            (_, Side::Client) => Role::Client,
            (_, Side::Server) => Role::Server,
        };
        let missing = if rung.lost { lanes::STOPS } else { 0 };
        let room = self.places.lane() - missing;
        let text = label::fitting(draft, rung, self.store, room.saturating_sub(4), self.dots());
        let fill = room.saturating_sub(width(&text) + 2);
        let [before, after] = [fill / 2, fill - fill / 2];
        let head = self.strokes.head(draft.from, draft.icmp);
        let [from, to] = [if draft.icmp { self.strokes.lane } else { self.strokes.tail(draft.from) }, head];
        // The label is in the middle of what is drawn.
        let (start, first, last) = match draft.from {
            Side::Client => (client, from, if rung.lost { self.strokes.lost } else { to }),
            Side::Server => (client + missing, if rung.lost { self.strokes.lost } else { to }, from),
        };
        if rung.lost && draft.from == Side::Server {
            line.put(client, Role::Client, self.strokes.lane);
        }
        let end_role = |at_end: bool| if rung.lost && at_end { Role::Trouble } else { role };
        line.put(start, end_role(draft.from == Side::Server), first);
        line.put(start + 1, role, self.strokes.line(stroke, before, 0));
        line.put(start + 2 + before, draft.role, text.clone());
        let at = start + 3 + before + width(&text);
        line.put(at, role, self.strokes.line(stroke, after, before + 2 + width(&text)));
        line.put(at + after, end_role(draft.from == Side::Client), last);
        if rung.lost && draft.from == Side::Client {
            line.put(server, Role::Server, self.strokes.lane);
        }
    }

    /// Several segments in one row.
    fn fold(&self, text: &str, out: &mut String) {
        for part in wrap(text, self.places.lane().saturating_sub(2)) {
            let mut line = self.blank();
            line.put(self.places.client + 2, Role::Dim, part);
            line.sort();
            line.print(self.look.style, out);
        }
    }

    /// Why the segment above is what it is.
    fn why(&self, text: &str, out: &mut String) {
        let at = self.places.client + 2;
        for part in wrap(text, self.places.end.saturating_sub(at)) {
            let mut line = Line::default();
            line.put(self.places.client, Role::Client, self.strokes.lane);
            line.put(at, Role::Dim, part);
            line.print(self.look.style, out);
        }
    }
}

/// Appends what the drawn signs mean, as far as they were used.
pub(super) fn legend(rungs: &[Rung], look: Look<'_>, out: &mut String) {
    let strokes = Strokes::of(look.style);
    let room = usize::from(look.style.width).saturating_sub(6);
    let signs = [
        (rungs.iter().any(|rung| rung.lost), strokes.lost, Role::Trouble, Picture::Lost),
        (rungs.iter().any(|rung| rung.again), strokes.again, Role::Plain, Picture::Again),
    ];
    for (_, sign, role, what) in signs.into_iter().filter(|(used, ..)| *used) {
        let text = look.style.tidied(look.lang.picture(what));
        for (nth, part) in wrap(&text, room).into_iter().enumerate() {
            pad(2, out);
            if nth == 0 {
                look.style.paint(role, sign.trim(), out);
                pad(4 - width(sign.trim()), out);
            } else {
                pad(4, out);
            }
            look.style.paint(Role::Dim, part, out);
            out.push('\n');
        }
    }
}
