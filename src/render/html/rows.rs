//! Pieces of the page: cells, remarks, reasons.

use std::fmt::Write;

use crate::lang::{Language, Picture, Remark, Tone};
use crate::render::markup::escape;
use crate::render::remarks::sign;
use crate::render::svg::Reason;

/// Writing to a string cannot fail.
macro_rules! say {
    ($out:expr, $($arg:tt)*) => { { let _ = write!($out, $($arg)*); } };
}

/// What a tone is called in the style sheet.
pub(super) fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Pending | Tone::Note => "warn",
        Tone::Plain => "dim",
    }
}

/// A cell of the table; `value` is what it is sorted by, if not its text.
pub(super) fn cell(value: Option<u64>, text: &str, class: &str, out: &mut String) {
    out.push_str("<td");
    if let Some(value) = value {
        say!(out, " data-v=\"{value}\"");
    }
    if !class.is_empty() {
        say!(out, " class=\"{class}\"");
    }
    out.push('>');
    escape(text, out);
    out.push_str("</td>");
}

/// A line of the verdict; its reason shows when one points at it, or under it.
pub(super) fn remark(remark: &Remark, why: &str, shown: bool, out: &mut String) {
    out.push_str("<li");
    if !why.is_empty() && !shown {
        out.push_str(" title=\"");
        escape(why, out);
        out.push('"');
    }
    say!(out, "><span class=\"{}\">{} ", class(remark.tone), sign(remark.tone).0);
    escape(remark.head, out);
    out.push_str("</span> ");
    escape(&remark.text, out);
    if !why.is_empty() && shown {
        out.push_str("<br><span class=\"dim\">");
        escape(why, out);
        out.push_str("</span>");
    }
    out.push_str("</li>\n");
}

/// Why segments are what they are, below the drawing.
pub(super) fn reasons(reasons: &[Reason], lang: &dyn Language, out: &mut String) {
    if reasons.is_empty() {
        return;
    }
    say!(out, "<h4>{}</h4>\n<dl class=\"why\">\n", lang.picture(Picture::Reasons));
    let mut last = None;
    for (frame, text) in reasons {
        if last.replace(frame) != Some(frame) {
            say!(out, "<dt>#{frame}</dt>");
        }
        out.push_str("<dd>");
        escape(text, out);
        out.push_str("</dd>\n");
    }
    out.push_str("</dl>\n");
}
