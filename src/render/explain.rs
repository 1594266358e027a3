//! Lessons on a terminal.

use crate::lang::topics::{Group, Paragraph, Topic};

use super::style::{Role, Style, pad, width, wrap_prose};

/// Nobody likes longer lines of prose.
const MOST: usize = 84;
const INDENT: usize = 2;

/// Appends the names of all lessons, by group.
pub fn list(groups: &[Group], style: &Style, out: &mut String) {
    for (nth, group) in groups.iter().enumerate() {
        if nth > 0 {
            out.push('\n');
        }
        style.paint(Role::Title, group.title, out);
        out.push('\n');
        let names: Vec<&str> = group.topics.iter().filter_map(|topic| topic.names.first().copied()).collect();
        prose("", &style.tidy(names.join(", ")), style, out);
    }
}

/// Appends one lesson.
pub fn lesson(topic: &Topic, style: &Style, out: &mut String) {
    let head = style.tidy(format!("{}  {}", topic.names.join(", "), topic.title));
    for line in wrap_prose(&head, room(style)) {
        style.paint(Role::Title, line, out);
        out.push('\n');
    }
    // Where to read more comes without empty lines.
    let mut pointers = false;
    for &Paragraph { label, text } in &topic.paragraphs {
        let points = !label.is_empty() && pointers;
        pointers |= label.starts_with("RFC");
        if !points {
            out.push('\n');
        }
        prose(label, &style.tidy(text.to_owned()), style, out);
    }
}

fn room(style: &Style) -> usize {
    usize::from(style.width).min(MOST)
}

/// Appends a paragraph behind its label, wrapped.
fn prose(label: &str, text: &str, style: &Style, out: &mut String) {
    let room = room(style).saturating_sub(INDENT);
    let blank = if label.is_empty() || label.ends_with('：') { "" } else { " " };
    let all = style.tidy(format!("{label}{blank}{text}"));
    let label = style.tidy(label.to_owned());
    for (nth, line) in wrap_prose(&all, room.max(width(&label))).into_iter().enumerate() {
        pad(INDENT, out);
        match line.strip_prefix(label.as_str()).filter(|_| nth == 0) {
            Some(rest) => {
                style.paint(Role::Title, &label, out);
                out.push_str(rest);
            }
            None => out.push_str(line),
        }
        out.push('\n');
    }
}
