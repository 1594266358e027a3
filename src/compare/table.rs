//! Segments as both captures have them, side by side.

use std::time::Duration;

use crate::lang::units::ShortSpan;
use crate::lang::{CompareNote, CompareWord, Head, Kind, Note};
use crate::render::cells::{arrow, flow, room};
use crate::render::grid::{Cell, Entry as Row, Grid, Track};
use crate::render::{Role, elide, width};

use super::report::CompareOptions;
use super::rows::{Entry, entries};
use super::story::{Line, Story};

/// Between two columns.
const GAP: usize = 1;
/// What happened takes at least so many cells.
const LEAST: usize = 20;

/// One row before it is laid out.
struct Texts {
    frames: [String; 2],
    arrow: (Role, &'static str),
    flags: String,
    seq: String,
    way: String,
    what: Vec<(Role, String)>,
}

/// Appends the table.
pub(super) fn print(story: &Story<'_>, options: &CompareOptions, out: &mut String) {
    let CompareOptions { lang, style, shown, .. } = options;
    let entries = entries(story, *shown);
    let texts: Vec<Result<Texts, String>> = entries
        .iter()
        .map(|entry| match entry {
            Entry::Line(line) => Ok(texts(story, line, options)),
            Entry::Alike(count) => Err(sentence(CompareNote::Alike(*count), options)),
            Entry::More(count) => Err(sentence(CompareNote::Rows(*count), options)),
        })
        .collect();
    let heads = [
        "A".to_owned(),
        "B".to_owned(),
        String::new(),
        style.tidy(lang.head(Head::Flags).to_owned()),
        style.tidy(lang.head(Head::Seq).to_owned()),
        style.tidy(lang.compare_word(CompareWord::OnTheWay).to_owned()),
        style.tidy(lang.compare_word(CompareWord::What).to_owned()),
    ];
    let widest = |of: &dyn Fn(&Texts) -> usize, head: usize| {
        texts.iter().flatten().map(of).max().unwrap_or(0).max(width(&heads[head]))
    };
    let mut widths = [
        widest(&|row| width(&row.frames[0]), 0),
        widest(&|row| width(&row.frames[1]), 1),
        3,
        widest(&|row| width(&row.flags), 3),
        widest(&|row| width(&row.seq), 4),
        widest(&|row| width(&row.way), 5),
        0,
    ];
    let room = room(style);
    let used = widths.iter().sum::<usize>() + GAP * 6 + 4;
    let left = room.saturating_sub(used);
    if left < LEAST {
        widths[4] = widths[4].saturating_sub(LEAST - left).max(8);
    }
    widths[6] = room.saturating_sub(widths[..6].iter().sum::<usize>() + GAP * 6 + 4).max(1);
    let dots = if style.ascii { "..." } else { "…" };
    let rows = texts.iter().map(|row| match row {
        Ok(row) => Row::Cells(cells(row, &widths, dots)),
        Err(text) => Row::Across(0, crate::render::wrap(text, room - 4)),
    });
    let grid = Grid {
        tracks: widths
            .iter()
            .zip([true, true, false, false, true, true, false])
            .map(|(&width, right)| Track { width, right })
            .collect(),
        gap: GAP,
        head: heads.iter().map(|head| Cell::of(Role::Title, head.as_str())).collect(),
        entries: rows.collect(),
    };
    grid.print(style, out);
}

fn cells<'a>(row: &'a Texts, widths: &[usize; 7], dots: &str) -> Vec<Cell<'a>> {
    let seq = elide(&row.seq, widths[4], dots);
    let what: Vec<(Role, &str)> = row.what.iter().map(|(role, text)| (*role, text.as_str())).collect();
    vec![
        Cell::of(Role::Dim, row.frames[0].as_str()),
        Cell::of(Role::Dim, row.frames[1].as_str()),
        Cell::of(row.arrow.0, row.arrow.1),
        Cell::of(Role::Plain, row.flags.as_str()),
        Cell::of(Role::Plain, seq),
        Cell::of(Role::Dim, row.way.as_str()),
        flow(&what, widths[6]),
    ]
}

fn texts(story: &Story<'_>, line: &Line, options: &CompareOptions) -> Texts {
    let style = &options.style;
    let nothing = if style.ascii { "-" } else { "−" };
    let frames = [0, 1].map(|point| {
        let frame = |index: usize| story.views[point].at(index).map_or(0, |(record, _)| record.frame);
        match line.at[point] {
            None => nothing.to_owned(),
            Some((first, _, 1)) => frame(first).to_string(),
            Some((first, last, _)) => format!("{}-{}", frame(first), frame(last)),
        }
    });
    let own = line.at[0].map(|at| (0, at)).or(line.at[1].map(|at| (1, at)));
    let seen = own.and_then(|(point, (index, ..))| story.views[point].at(index));
    let (flags, seq) = seen.map_or_else(Default::default, |(record, seen)| {
        let flags = format!("[{}]", record.flags.tcpdump());
        let last = own.and_then(|(point, (_, last, _))| story.views[point].at(last));
        let end = last.map_or(seen.end, |(_, last)| last.end.max(seen.end));
        let seq = match (record.len, seen.ack) {
            (0, Some(ack)) if seen.end == seen.rel && !record.flags.rst() => format!("ack {ack}"),
            (0, _) => seen.rel.to_string(),
            _ => format!("{}:{}", seen.rel, end - i64::from(record.flags.fin())),
        };
        (flags, seq)
    });
    let unsure = story.clock.offset.is_none();
    let way = line.way.map_or_else(String::new, |way| {
        let way = ShortSpan(Duration::from_nanos(way)).to_string();
        style.tidy(if unsure { format!("+{way}") } else { way })
    });
    let what = line.notes.iter().map(|note| what(note, options)).collect();
    Texts { frames, arrow: arrow(line.from, false, style), flags, seq, way, what }
}

fn what(note: &Note, options: &CompareOptions) -> (Role, String) {
    let (sign, role) = match note.kind {
        Kind::Lost | Kind::Injected | Kind::Payload | Kind::Sack => ("✘ ", Role::Trouble),
        kind if kind.differs() => ("! ", Role::Warning),
        _ => ("", Role::Dim),
    };
    let mut text = sign.to_owned();
    options.lang.finding_note(note, &mut text);
    (role, options.style.tidy(text))
}

fn sentence(note: CompareNote, options: &CompareOptions) -> String {
    let mut text = String::new();
    options.lang.compare_note(&note, &mut text);
    options.style.tidy(text)
}
