//! The line above a conversation's table: who, how long, how much.

use std::fmt::Write;

use crate::lang::Language;
use crate::lang::units::{Octets, Span, number};
use crate::model::Scope;
use crate::track::{Conversation, Exchange, Roles, Side};
use crate::verdict::Times;

use super::ends::EndText;
use super::style::{Role, Style, pad, width, wrap};

/// Where the lines after the first begin.
const INDENT: usize = 4;

/// The line in the making.
struct Head<'a> {
    style: &'a Style,
    out: &'a mut String,
    /// Cells used in the present line.
    used: usize,
    /// The present part.
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
    let mut head = Head { style, out, used: 0, text: String::with_capacity(64) };
    head.part("", Role::Title, |text| {
        text.push('#');
        number(conv.number, text)
    });
    head.part("  ", Role::Client, |text| {
        text.push_str(if conv.roles == Roles::Guessed { "≈ " } else { "" });
        text.write_str(EndText::of(conv.endpoint(Side::Client)).text())
    });
    let server = EndText::of(conv.endpoint(Side::Server));
    head.part(" → ", Role::Server, |text| text.write_str(server.text()));
    head.part("   ", Role::Plain, |text| Span(times.lasted).put(text));
    head.octets(Side::BOTH.map(|side| conv.side(side).bytes));
    head.scope(scope);
    if conv.incarnation > 1 {
        head.part("   ", Role::Plain, |text| {
            lang.incarnation(conv.incarnation, conv.rare.reuse_gap, text);
            Ok(())
        });
    }
    out.push('\n');
}

/// The same of an exchange of datagrams.
pub(super) fn print_exchange(exchange: &Exchange, scope: &Scope, style: &Style, out: &mut String) {
    let mut head = Head { style, out, used: 0, text: String::new() };
    let [client, server] = Side::BOTH.map(|side| EndText::of(exchange.endpoint(side)));
    head.part("", Role::Title, |text| write!(text, "UDP #{}", exchange.number));
    head.part("  ", Role::Client, |text| text.write_str(client.text()));
    head.part(" → ", Role::Server, |text| text.write_str(server.text()));
    head.part("   ", Role::Plain, |text| Span(exchange.lasted()).put(text));
    head.octets(exchange.bytes);
    head.scope(scope);
    out.push('\n');
}

impl Head<'_> {
    /// A part of the line, and what stands before it unless it begins a line.
    fn part(
        &mut self,
        before: &'static str,
        role: Role,
        write: impl FnOnce(&mut String) -> std::fmt::Result,
    ) {
        let room = usize::from(self.style.width);
        self.text.clear();
        // Writing to a string cannot fail.
        let _ = write(&mut self.text);
        if self.style.ascii {
            self.text = self.style.tidy(std::mem::take(&mut self.text));
        }
        let before = self.style.tidied(before);
        let (mut kept, cells) = (&*before, width(&self.text));
        if self.used > 0 && self.used + width(kept) + cells > room {
            self.new_line();
            kept = kept.trim_start();
        }
        self.out.push_str(kept);
        self.used += width(kept);
        let room = room.saturating_sub(self.used);
        if cells <= room {
            self.style.paint(role, &self.text, self.out);
            self.used += cells;
            return;
        }
        let text = std::mem::take(&mut self.text);
        for (nth, line) in wrap(&text, room).into_iter().enumerate() {
            if nth > 0 {
                self.new_line();
            }
            self.style.paint(role, line, self.out);
            self.used += width(line);
        }
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        pad(INDENT, self.out);
        self.used = INDENT;
    }

    fn octets(&mut self, [up, down]: [u64; 2]) {
        self.part("   ", Role::Plain, |text| {
            text.push_str("↑ ");
            Octets(up).put(text)?;
            text.push_str("  ↓ ");
            Octets(down).put(text)
        });
    }

    fn scope(&mut self, scope: &Scope) {
        if !scope.0.is_empty() {
            self.part("   ", Role::Plain, |text| write!(text, "{scope}"));
        }
    }
}
