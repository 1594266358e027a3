//! The strokes of a ladder, and lines put together from texts at places.

use std::borrow::Cow;

use crate::render::style::{Role, Style, pad, width};
use crate::track::Side;

/// A lost segment's arrow stops so many cells before the other lane.
pub(super) const STOPS: usize = 4;

/// The characters that a ladder is drawn with.
#[derive(Debug)]
pub(super) struct Strokes {
    pub lane: &'static str,
    /// A lane while nothing happens.
    pub broken: &'static str,
    pub foot: &'static str,
    pub pause: &'static str,
    pub lost: &'static str,
    /// Two cells of each kind of line.
    plain: &'static str,
    pub again: &'static str,
    icmp: &'static str,
    /// Where an arrow begins: at the client's lane, at the server's.
    tails: [&'static str; 2],
    /// Where it ends, by who sent it.
    heads: [&'static str; 2],
    icmp_heads: [&'static str; 2],
}

const DRAWN: Strokes = Strokes {
    lane: "│",
    broken: "┊",
    foot: "╵",
    pause: "⋯",
    lost: "╳",
    plain: "──",
    again: "╌╌",
    icmp: "┈┈",
    tails: ["├", "┤"],
    heads: ["▶", "◀"],
    icmp_heads: ["▷", "◁"],
};

const TYPED: Strokes = Strokes {
    lane: "|",
    broken: ":",
    foot: "'",
    pause: "...",
    lost: "X",
    plain: "--",
    again: "- ",
    icmp: "..",
    tails: ["|", "|"],
    heads: [">", "<"],
    icmp_heads: [">", "<"],
};

impl Strokes {
    /// In the characters that may be used.
    pub fn of(style: &Style) -> &'static Strokes {
        if style.ascii { &TYPED } else { &DRAWN }
    }

    /// Two cells of the line of such a row.
    pub fn of_rung(&self, icmp: bool, again: bool) -> &'static str {
        match (icmp, again) {
            (true, _) => self.icmp,
            (_, true) => self.again,
            _ => self.plain,
        }
    }

    /// So many cells of a line; `phase` cells of it are elsewhere before them.
    pub fn line(&self, stroke: &'static str, cells: usize, phase: usize) -> String {
        stroke.chars().cycle().skip(phase % 2).take(cells).collect()
    }

    pub fn tail(&self, from: Side) -> &'static str {
        self.tails[from as usize]
    }

    pub fn head(&self, from: Side, icmp: bool) -> &'static str {
        if icmp { self.icmp_heads[from as usize] } else { self.heads[from as usize] }
    }
}

/// Texts at places of one line, from left to right.
#[derive(Debug, Default)]
pub(super) struct Line<'a> {
    pieces: Vec<(usize, Role, Cow<'a, str>)>,
}

impl<'a> Line<'a> {
    /// Puts a text so many cells from the left.
    pub fn put(&mut self, at: usize, role: Role, text: impl Into<Cow<'a, str>>) {
        let text = text.into();
        if !text.is_empty() {
            self.pieces.push((at, role, text));
        }
    }

    /// For texts that were not put from left to right.
    pub fn sort(&mut self) {
        self.pieces.sort_by_key(|(at, ..)| *at);
    }

    /// Appends the line. Where texts would overlap, the latter gives way.
    pub fn print(mut self, style: &Style, out: &mut String) {
        self.sort();
        let mut used = 0;
        for (at, role, text) in &self.pieces {
            pad(at.saturating_sub(used), out);
            style.paint(*role, text, out);
            used = used.max(*at) + width(text);
        }
        // Blanks at the end of a line are nobody's.
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}
