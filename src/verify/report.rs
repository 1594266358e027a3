//! The script beside what was seen, for people.

use crate::lang::{Language, VerifyWord};
use crate::render::{Role, Style, elide, pad, width, wrap};

use super::rows::{Beside, Status, beside};
use super::section::Section;
use super::tally::{Account, Tally};

/// Narrower than this nothing can be read.
const LEAST: usize = 40;
/// Wider than this the eye loses the line.
const MOST: usize = 160;

/// What became of one section.
pub fn section(section: &Section, tally: &Tally, lang: &dyn Language, style: &Style, out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
    let passed = tally.passed();
    let account = tally.account();
    head(section, passed, account, style, out);
    if let Some(account) = account {
        table(section, account, lang, style, out);
    }
    let mut sentence = String::new();
    if let Some(failure) = account.and_then(|account| account.failure.as_ref()) {
        lang.difference(&failure.difference, &mut sentence);
        prose(&sentence, if passed { Role::Plain } else { Role::Trouble }, style, out);
        sentence.clear();
    }
    lang.verified(&tally.verified(section.is_udp()), &mut sentence);
    if tally.conversations > 1 && !tally.failing.is_empty() {
        let numbers: Vec<String> = tally.failing.iter().map(|number| format!("#{number}")).collect();
        let more = tally.conversations - tally.satisfied > tally.failing.len() as u64;
        let dots = if more { " …" } else { "" };
        sentence.push_str(&format!(" ({} {}{dots})", sign(Status::Wrong), numbers.join(" ")));
    }
    prose(&sentence, Role::Plain, style, out);
}

/// Whether it holds, whose script, and which conversation stands beside it.
fn head(section: &Section, passed: bool, account: Option<&Account>, style: &Style, out: &mut String) {
    let (role, status) = if passed { (Role::Good, Status::Right) } else { (Role::Trouble, Status::Wrong) };
    style.paint(role, &style.tidy(sign(status).into()), out);
    out.push(' ');
    let name: String = section.file.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    let mut title = if section.line > 0 { format!("{name}:{}", section.line) } else { name };
    if let Some(account) = account {
        let [client, server] = account.ends;
        title.push_str(&format!("  #{}  {client} → {server}", account.conversation));
    }
    let dots = if style.ascii { "..." } else { "…" };
    style.paint(Role::Title, &elide(&style.tidy(title), room(style) - 2, dots), out);
    out.push('\n');
}

const fn sign(status: Status) -> &'static str {
    match status {
        Status::Right => "✔",
        Status::Wrong => "✘",
        Status::Unused => "−",
        Status::NotReached => " ",
    }
}

fn prose(text: &str, role: Role, style: &Style, out: &mut String) {
    let text = style.tidy(text.to_owned());
    for line in wrap(&text, room(style) - 2) {
        out.push_str("  ");
        style.paint(role, line, out);
        out.push('\n');
    }
}

fn room(style: &Style) -> usize {
    usize::from(style.width).clamp(LEAST, MOST)
}

/// Mark, line number, script, frame and what was seen.
fn table(section: &Section, account: &Account, lang: &dyn Language, style: &Style, out: &mut String) {
    let rows = beside(section, account);
    let own = |row: &Beside| row.row.and_then(|row| section.rows.get(row));
    let text = |row: &Beside| own(row).map_or("", |row| row.text.as_str());
    let frames: Vec<String> = rows.iter().map(frames_of).collect();
    let frame_cells = frames.iter().map(|text| width(text)).max().unwrap_or(0).clamp(1, 14);
    let word = |word| lang.verify_word(word);
    let longest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let script = longest(&mut rows.iter().map(|row| width(text(row)))).max(width(word(VerifyWord::Script)));
    let seen = longest(&mut rows.iter().map(|row| width(&row.seen))).max(width(word(VerifyWord::Seen)));
    // Mark, line, gaps.
    let left = room(style).saturating_sub(4 + 5 + 2 + 2 + frame_cells + 2);
    // What is said behind `;` gives way first, if it is right.
    let long = script + seen <= left;
    let text = |row: &Beside| match own(row) {
        Some(own) if !long && row.status != Status::Wrong => own.short.as_str(),
        _ => text(row),
    };
    let script = longest(&mut rows.iter().map(|row| width(text(row)))).max(width(word(VerifyWord::Script)));
    let (script, seen) = shares(script, seen, left);
    let cells = [5, script, frame_cells, seen];
    let dots = if style.ascii { "..." } else { "…" };
    let heads = [word(VerifyWord::Line), word(VerifyWord::Script), "#", word(VerifyWord::Seen)];
    line(("  ", Role::Dim), &heads.map(|head| (Role::Dim, head.to_owned())), &cells, out, style);
    for (row, frame) in rows.iter().zip(&frames) {
        let role = match row.status {
            Status::Right => Role::Good,
            Status::Wrong => Role::Trouble,
            Status::Unused | Status::NotReached => Role::Dim,
        };
        let nothing = row.status == Status::Wrong && row.seen.is_empty();
        let seen = if nothing { word(VerifyWord::Nothing) } else { &row.seen };
        let number = own(row).map(|row| row.line.to_string());
        let plain = if role == Role::Good { Role::Plain } else { role };
        let texts = [
            (Role::Dim, number.unwrap_or_default()),
            (plain, elide(text(row), cells[1], dots)),
            (Role::Dim, frame.clone()),
            (plain, elide(seen, cells[3], dots)),
        ];
        line((sign(row.status), role), &texts, &cells, out, style);
    }
}

/// Both columns, as wide as they need to be; what lacks is taken from the wider.
fn shares(script: usize, seen: usize, left: usize) -> (usize, usize) {
    if script + seen <= left {
        return (script, seen);
    }
    let half = left / 2;
    let seen = if script < half { left - script } else { seen.min(half.max(left.saturating_sub(script))) };
    (left - seen, seen)
}

fn frames_of(row: &Beside) -> String {
    match row.frames {
        None => String::new(),
        Some((first, _, 1)) => format!("{first}"),
        Some((first, last, count)) => format!("{first}-{last} ({count})"),
    }
}

fn line(
    mark: (&str, Role),
    texts: &[(Role, String); 4],
    cells: &[usize; 4],
    out: &mut String,
    style: &Style,
) {
    let start = out.len();
    out.push_str("  ");
    let sign = style.tidy(mark.0.to_owned());
    style.paint(mark.1, &sign, out);
    pad(2usize.saturating_sub(width(&sign)), out);
    for (nth, ((role, text), room)) in texts.iter().zip(cells).enumerate() {
        let text = style.tidy(text.clone());
        let gap = room.saturating_sub(width(&text));
        // Numbers of lines stand at the right.
        pad(if nth == 0 { gap } else { 0 }, out);
        style.paint(*role, &text, out);
        pad(if nth == 0 { 2 } else { gap + 2 }, out);
    }
    let end = out.trim_end_matches(' ').len().max(start);
    out.truncate(end);
    out.push('\n');
}
