//! The comparison of two captures, for people or for programs.

use crate::lang::{CompareNote, CompareWord, Kind, Language, Order, PairNote, Point};
use crate::render::remarks::print_all;
use crate::render::{Role, Style, elide, pad, width, wrap};
use crate::track::Side;

use super::capture::{Capture, Flow};
use super::pair::{Pair, pairs};
use super::rows::Shown;
use super::story::Story;
use super::{json, table};

/// How the comparison is printed.
#[derive(Clone)]
pub struct CompareOptions {
    /// The language.
    pub lang: &'static dyn Language,
    /// How it looks.
    pub style: Style,
    /// Which segments are shown.
    pub shown: Shown,
    /// Objects instead of texts.
    pub json: bool,
    /// What the user calls the captures.
    pub names: [String; 2],
}

/// How it went.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// Connections in both.
    pub pairs: u64,
    /// Those among them whose story is not the same.
    pub differing: u64,
    /// Connections in one capture only.
    pub only: [u64; 2],
}

impl Outcome {
    /// Whether both captures tell the same.
    pub fn is_same(&self) -> bool {
        self.pairs > 0 && self.differing == 0 && self.only == [0, 0]
    }
}

/// Connections in one capture only that are listed.
const LISTED: usize = 20;

/// Compares two captures and appends what is to be said; `spill` is asked after each
/// connection to write what has been printed.
///
/// # Errors
/// Those of `spill`.
pub fn compare(
    captures: [&Capture; 2],
    options: &CompareOptions,
    out: &mut Vec<u8>,
    spill: &mut dyn FnMut(&mut Vec<u8>) -> anyhow::Result<()>,
) -> anyhow::Result<Outcome> {
    let pairs = pairs(captures[0], captures[1]);
    let mut outcome = Outcome { pairs: pairs.len() as u64, ..Outcome::default() };
    let mut text = String::new();
    for (nth, pair) in pairs.iter().enumerate() {
        let Some(story) = Story::of(captures, pair) else { continue };
        outcome.differing += u64::from(!story.is_same());
        if options.json {
            json::pair(&story, out);
        } else {
            if nth > 0 {
                text.push('\n');
            }
            print_pair(&story, options, &mut text);
            out.extend_from_slice(text.as_bytes());
            text.clear();
        }
        spill(out)?;
    }
    let alone = alone(captures, &pairs);
    outcome.only = [alone[0].len() as u64, alone[1].len() as u64];
    if options.json {
        for point in Point::BOTH {
            for flow in &alone[point as usize] {
                json::alone(point, flow, out);
                spill(out)?;
            }
        }
        json::end(captures, &outcome, out);
    } else {
        print_alone(&alone, options, &mut text);
        print_end(captures, &outcome, options, &mut text);
        out.extend_from_slice(text.as_bytes());
    }
    Ok(outcome)
}

/// Connections in one capture only.
fn alone<'a>(captures: [&'a Capture; 2], pairs: &[Pair]) -> [Vec<&'a Flow>; 2] {
    [0, 1].map(|point| {
        let mut paired = vec![false; captures[point].flows.len()];
        pairs.iter().for_each(|pair| paired[[pair.a, pair.b][point]] = true);
        captures[point].flows.iter().zip(paired).filter(|(_, paired)| !paired).map(|(flow, _)| flow).collect()
    })
}

fn print_pair(story: &Story<'_>, options: &CompareOptions, out: &mut String) {
    let CompareOptions { lang, style, .. } = options;
    let (sign, role) = if story.is_same() { ("✔", Role::Good) } else { ("✘", Role::Trouble) };
    style.paint(role, &style.tidy(sign.into()), out);
    let [client, server] = story.views[0].flow.ends;
    let title = style.tidy(format!(" {client} → {server}"));
    style.paint(Role::Title, &title, out);
    out.push('\n');
    for point in Point::BOTH {
        print_source(story, point, options, out);
    }
    if options.shown != Shown::None {
        table::print(story, options, out);
    }
    let mut remarks = Vec::new();
    if story.is_same() {
        lang.pair_note(&PairNote::Same, &mut remarks);
    }
    story.findings.iter().for_each(|finding| lang.finding(finding, &mut remarks));
    notes(story).iter().for_each(|note| lang.pair_note(note, &mut remarks));
    print_all(remarks, |_| String::new(), style, out);
}

/// `A  sender.pcap  #1  near client  55 segments  graceful`, in as many lines as it takes.
fn print_source(story: &Story<'_>, point: Point, options: &CompareOptions, out: &mut String) {
    let CompareOptions { lang, style, names, .. } = options;
    let flow = story.views[point as usize].flow;
    let mut parts = vec![format!("#{}", flow.number)];
    match story.clock.order {
        Order::Nearer(nearer) if nearer == point => {
            parts.push(lang.compare_word(CompareWord::NearClient).into())
        }
        Order::Nearer(_) => parts.push(lang.compare_word(CompareWord::NearServer).into()),
        Order::Same | Order::Unknown => {}
    }
    parts.push(format!("{} {}", flow.records.len(), lang.compare_word(CompareWord::Segments)));
    if let Some(verdict) = &flow.verdict {
        let mut text = String::new();
        lang.outcome(verdict, &mut text);
        parts.push(text);
    }
    out.push_str("  ");
    style.paint(Role::Title, point.letter(), out);
    out.push_str("  ");
    let rest = style.tidy(parts.join("  "));
    let room = usize::from(style.width).saturating_sub(5);
    let dots = if style.ascii { "..." } else { "…" };
    let name: String = names[point as usize].chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    let own = elide(&name, room, dots);
    style.paint(Role::Plain, &own, out);
    let left = room.saturating_sub(width(&own) + 2);
    if width(&rest) <= left {
        pad(2, out);
        style.paint(Role::Dim, &rest, out);
    } else {
        for line in wrap(&rest, room) {
            out.push('\n');
            pad(5, out);
            style.paint(Role::Dim, line, out);
        }
    }
    out.push('\n');
}

/// What is said beside what differs.
pub(super) fn notes<'a>(story: &'a Story<'_>) -> Vec<PairNote<'a>> {
    let counts = story.views.each_ref().map(|view| view.flow.records.len() as u64);
    let mut notes = vec![
        PairNote::Segments(story.common, counts),
        PairNote::Recognised(&story.pair.likeness),
        PairNote::Path(story.clock.order, story.clock.hops),
    ];
    let delays = Side::BOTH.into_iter().zip(story.clock.delays);
    let worth = story.clock.order != Order::Same;
    notes.extend(delays.filter(|_| worth).filter_map(|(side, delays)| Some(PairNote::Delays(side, delays?))));
    notes.push(match (story.clock.offset, story.clock.unsteady) {
        (Some((offset, error)), _) => PairNote::Clock(offset, error),
        (None, true) => PairNote::ClockUnsteady,
        (None, false) => PairNote::ClockUnknown,
    });
    let alone = |kind| matches!(kind, Kind::Missing | Kind::Appeared | Kind::Injected | Kind::Lost);
    if story.findings.iter().any(|finding| alone(finding.kind) && !finding.certain) {
        notes.push(PairNote::Doubt);
    }
    for point in Point::BOTH {
        let flow = story.views[point as usize].flow;
        if flow.records.iter().any(|record| !record.whole) {
            notes.push(PairNote::Cut(point));
        }
        if flow.cut {
            notes.push(PairNote::Bounded(point, flow.records.len() as u64));
        }
    }
    notes
}

fn print_alone(alone: &[Vec<&Flow>; 2], options: &CompareOptions, out: &mut String) {
    let CompareOptions { lang, style, .. } = options;
    for (point, word) in Point::BOTH.into_iter().zip([CompareWord::OnlyA, CompareWord::OnlyB]) {
        let flows = &alone[point as usize];
        if flows.is_empty() {
            continue;
        }
        out.push('\n');
        style.paint(Role::Title, lang.compare_word(word), out);
        out.push('\n');
        for flow in flows.iter().take(LISTED) {
            let [client, server] = flow.ends;
            let mut text = format!("#{}  {client} → {server}  ", flow.number);
            text.push_str(&format!("{} {}  ", flow.records.len(), lang.compare_word(CompareWord::Segments)));
            flow.verdict.iter().for_each(|verdict| lang.outcome(verdict, &mut text));
            lines(text, style, out);
        }
        if let Some(more) = flows.len().checked_sub(LISTED).filter(|&more| more > 0) {
            say(CompareNote::MoreOnly(more as u64), options, out);
        }
    }
}

fn print_end(captures: [&Capture; 2], outcome: &Outcome, options: &CompareOptions, out: &mut String) {
    if !out.is_empty() || outcome.pairs > 0 {
        out.push('\n');
    }
    let empty: Vec<Point> =
        Point::BOTH.into_iter().filter(|&point| captures[point as usize].flows.is_empty()).collect();
    match (outcome.pairs, &empty[..]) {
        (0, []) => say(CompareNote::Unrelated, options, out),
        (0, empty) => empty.iter().for_each(|&point| say(CompareNote::Empty(point), options, out)),
        (pairs, _) => say(CompareNote::Pairs(pairs, outcome.differing), options, out),
    }
    for point in Point::BOTH {
        let only = outcome.only[point as usize];
        if only > 0 {
            say(CompareNote::Only(point, only), options, out);
        }
        let passed = captures[point as usize].passed_over;
        if passed > 0 {
            say(CompareNote::NotKept(point, passed), options, out);
        }
    }
}

fn say(note: CompareNote, options: &CompareOptions, out: &mut String) {
    let mut text = String::new();
    options.lang.compare_note(&note, &mut text);
    lines(text, &options.style, out);
}

fn lines(text: String, style: &Style, out: &mut String) {
    let text = style.tidy(text);
    for line in wrap(text.trim_end(), usize::from(style.width).saturating_sub(2).max(20)) {
        pad(2, out);
        out.push_str(line);
        out.push('\n');
    }
}
