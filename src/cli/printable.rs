//! Text of strangers on a terminal: file names, filters, names of interfaces
//! and words of the environment may hold escape sequences.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with everything visible that would act on a terminal: control
/// characters, C1 included, and those that turn the direction of writing or
/// end a line. A line feed becomes `\n`, escape `\u{1b}`.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push_printable(&mut shown, c);
    }
    Cow::Owned(shown)
}

/// Appends one character in its visible form.
fn push_printable(shown: &mut String, c: char) {
    match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        c if acts(c) => {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        }
        c => shown.push(c),
    }
}

/// Whether a terminal would do something else than show it.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Columns that a text takes on a terminal: two for a wide (East Asian)
/// character, none for a combining one.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(cells).sum()
}

fn cells(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_acts_on_a_terminal_becomes_visible() {
        for (raw, shown) in [
            ("plain.pcap", "plain.pcap"),
            ("过滤 é", "过滤 é"),
            ("a\x1b[31mb", "a\\u{1b}[31mb"),
            ("a\nhint: b", "a\\nhint: b"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("\u{202e}pcap", "\\u{202e}pcap"),
            ("a\r\t\0", "a\\r\\t\\u{0}"),
        ] {
            assert_eq!(printable(raw), shown);
        }
    }

    #[test]
    fn harmless_text_is_not_copied() {
        assert!(matches!(printable("port 80"), Cow::Borrowed(_)));
        assert_eq!(columns("port 80"), 7);
        assert_eq!(columns("端口"), 4);
    }

    proptest! {
        #[test]
        fn nothing_that_acts_is_left(text in any::<String>()) {
            prop_assert!(!printable(&text).chars().any(acts));
        }
    }
}
