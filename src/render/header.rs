//! The line above a conversation's table: who, how long, how much.

use crate::lang::Language;
use crate::lang::units::{Octets, Span};
use crate::model::Scope;
use crate::track::{Conversation, Exchange, Roles, Side};
use crate::verdict::Times;

use super::style::{Role, Style, pad, width, wrap};

/// Where the lines after the first begin.
const INDENT: usize = 4;

/// A part of the line, with what stands before it.
struct Part {
    before: &'static str,
    role: Role,
    text: String,
}

/// Appends the header line; as many lines as the width makes necessary.
pub(super) fn print(
    conv: &Conversation,
    times: &Times,
    scope: &Scope,
    (lang, style): (&dyn Language, &Style),
    out: &mut String,
) {
    print_parts(parts(conv, times, scope, lang), style, out);
}

/// The same of an exchange of datagrams.
pub(super) fn print_exchange(exchange: &Exchange, scope: &Scope, style: &Style, out: &mut String) {
    let [up, down] = exchange.bytes.map(Octets);
    let ends = Side::BOTH.map(|side| exchange.endpoint(side).to_string());
    let [client, server] = ends;
    let mut parts = vec![
        Part { before: "", role: Role::Title, text: format!("UDP #{}", exchange.number) },
        Part { before: "  ", role: Role::Client, text: client },
        Part { before: " → ", role: Role::Server, text: server },
        Part { before: "   ", role: Role::Plain, text: Span(exchange.lasted()).to_string() },
        Part { before: "   ", role: Role::Plain, text: format!("↑ {up}  ↓ {down}") },
    ];
    if !scope.0.is_empty() {
        parts.push(Part { before: "   ", role: Role::Plain, text: scope.to_string() });
    }
    print_parts(parts, style, out);
}

fn print_parts(parts: Vec<Part>, style: &Style, out: &mut String) {
    let room = usize::from(style.width);
    let mut used = 0;
    for part in parts {
        let before = style.tidy(part.before.to_owned());
        let text = style.tidy(part.text);
        if used > 0 && used + width(&before) + width(&text) > room {
            out.push('\n');
            pad(INDENT, out);
            used = INDENT;
            let kept = before.trim_start();
            out.push_str(kept);
            used += width(kept);
        } else {
            out.push_str(&before);
            used += width(&before);
        }
        for (nth, line) in wrap(&text, room.saturating_sub(used)).into_iter().enumerate() {
            if nth > 0 {
                out.push('\n');
                pad(INDENT, out);
                used = INDENT;
            }
            style.paint(part.role, line, out);
            used += width(line);
        }
    }
    out.push('\n');
}

fn parts(conv: &Conversation, times: &Times, scope: &Scope, lang: &dyn Language) -> Vec<Part> {
    let guessed = if conv.roles == Roles::Guessed { "≈ " } else { "" };
    let client = format!("{guessed}{}", conv.endpoint(Side::Client));
    let bytes = |side: Side| Octets(conv.side(side).bytes);
    let (up, down) = (bytes(Side::Client), bytes(Side::Server));
    let mut parts = vec![
        Part { before: "", role: Role::Title, text: format!("#{}", conv.number) },
        Part { before: "  ", role: Role::Client, text: client },
        Part { before: " → ", role: Role::Server, text: conv.endpoint(Side::Server).to_string() },
    ];
    let mut more = |before, text| parts.push(Part { before, role: Role::Plain, text });
    more("   ", Span(times.lasted).to_string());
    more("   ", format!("↑ {up}  ↓ {down}"));
    if !scope.0.is_empty() {
        more("   ", scope.to_string());
    }
    if conv.incarnation > 1 {
        let mut text = String::new();
        lang.incarnation(conv.incarnation, conv.reuse_gap, &mut text);
        more("   ", text);
    }
    parts
}
