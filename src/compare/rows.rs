//! Which segments of a pair get a row of their own.

use super::story::{Line, Story};

/// Which rows are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// The opening, the closing and what differs; runs of others are folded.
    Fold,
    /// Every segment.
    All,
    /// None: what differs is told in words.
    None,
}

/// So many rows are shown of each kind of note in a folded table, and at most.
const EACH: usize = 6;
const MOST: usize = 60;

/// A row of the table.
pub(super) enum Entry<'a> {
    Line(&'a Line),
    /// So many segments alike in both.
    Alike(u64),
    /// So many rows that are like those before.
    More(u64),
}

/// The rows of a pair.
pub(super) fn entries<'a>(story: &'a Story<'_>, shown: Shown) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    let mut counts = [0; crate::lang::Kind::SLUGS.len()];
    let mut rows = 0;
    let mut alike: Vec<&Line> = Vec::new();
    let mut more = 0;
    for (nth, line) in story.lines.iter().enumerate() {
        let kind = line.notes.first().map(|note| note.kind);
        if shown == Shown::All {
            entries.push(Entry::Line(line));
            continue;
        }
        let wanted = match kind {
            Some(kind) => {
                let count = &mut counts[kind as usize];
                *count += 1;
                *count <= EACH && rows < MOST
            }
            None => rows < MOST && (nth < 3 || turns(story, line)),
        };
        if wanted || kind.is_some() {
            fold(&mut alike, &mut entries);
        }
        match (wanted, kind) {
            (true, _) => {
                told(&mut more, &mut entries);
                entries.push(Entry::Line(line));
                rows += 1;
            }
            (false, Some(_)) => more += 1,
            (false, None) => {
                told(&mut more, &mut entries);
                alike.push(line);
            }
        }
    }
    fold(&mut alike, &mut entries);
    told(&mut more, &mut entries);
    entries
}

fn told(more: &mut u64, entries: &mut Vec<Entry<'_>>) {
    if *more > 0 {
        entries.push(Entry::More(std::mem::take(more)));
    }
}

fn fold<'a>(alike: &mut Vec<&'a Line>, entries: &mut Vec<Entry<'a>>) {
    match alike[..] {
        [] => {}
        [one] => entries.push(Entry::Line(one)),
        _ => entries.push(Entry::Alike(alike.len() as u64)),
    }
    alike.clear();
}

/// It opens, closes or resets.
fn turns(story: &Story<'_>, line: &Line) -> bool {
    let record = line.at[0].and_then(|(index, ..)| story.views[0].at(index));
    record.is_some_and(|(record, _)| record.flags.syn() || record.flags.fin() || record.flags.rst())
}
