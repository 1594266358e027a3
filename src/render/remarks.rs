//! The verdict lines under a conversation's table.

use crate::lang::{About, Case, Language, Remark, Tone};

use super::style::{Role, Style, pad, width, wrap};
use super::told::Explain;

/// Heads are at least so wide, so that those of most tables line up.
const HEAD: usize = 7;

/// Appends the lines, wrapped with a hanging indent.
pub(super) fn print(case: &Case<'_>, lang: &dyn Language, style: &Style, explain: Explain, out: &mut String) {
    let mut remarks = Vec::new();
    lang.remarks(case, &mut remarks);
    let told = |about| if explain == Explain::No { String::new() } else { reason(case, about, lang, style) };
    print_all(remarks, told, style, out);
}

/// Appends these lines, and under each what `told` says of it.
pub(crate) fn print_all(
    remarks: Vec<Remark>,
    told: impl Fn(About) -> String,
    style: &Style,
    out: &mut String,
) {
    let tidy_sign = |tone| style.tidied(sign(tone).0);
    let sign_width = remarks.iter().map(|remark| width(&tidy_sign(remark.tone))).max().unwrap_or(0);
    let head_width = remarks.iter().map(|remark| width(remark.head)).fold(HEAD, usize::max);
    let indent = 2 + sign_width + 1 + head_width + 2;
    let room = usize::from(style.width).saturating_sub(indent);
    for remark in remarks {
        let (sign_text, role) = (tidy_sign(remark.tone), sign(remark.tone).1);
        pad(2, out);
        style.paint(role, &sign_text, out);
        pad(1 + sign_width - width(&sign_text), out);
        style.paint(role, remark.head, out);
        pad(head_width - width(remark.head) + 2, out);
        let text = style.tidy(remark.text);
        for (nth, line) in wrap(&text, room).into_iter().enumerate() {
            if nth > 0 {
                out.push('\n');
                pad(indent, out);
            }
            out.push_str(line);
        }
        out.push('\n');
        why(&told(remark.about), indent, style, out);
    }
}

fn reason(case: &Case<'_>, about: About, lang: &dyn Language, style: &Style) -> String {
    let mut text = String::new();
    lang.why(case, about, &mut text);
    style.tidy(text)
}

/// Appends a reason under its line.
fn why(text: &str, indent: usize, style: &Style, out: &mut String) {
    let room = usize::from(style.width).saturating_sub(indent);
    for line in wrap(text, room).into_iter().filter(|line| !line.is_empty()) {
        pad(indent, out);
        style.paint(Role::Dim, line, out);
        out.push('\n');
    }
}

/// What stands before a line, and its colour.
pub(super) fn sign(tone: Tone) -> (&'static str, Role) {
    match tone {
        Tone::Good => ("✔", Role::Good),
        Tone::Bad => ("✘", Role::Trouble),
        Tone::Pending => ("…", Role::Warning),
        Tone::Note => ("!", Role::Warning),
        Tone::Plain => ("·", Role::Dim),
    }
}
