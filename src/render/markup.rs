//! Text as markup: nothing that was captured, or named by a user, is ever read
//! as an element, an attribute, or a control character.

/// Appends a text, escaped so that it may stand in an element or in a quoted
/// attribute, in HTML and in XML.
pub(super) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if is_unfit(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// The same as a text of its own.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

/// What XML does not allow, and what turns the direction of the text around it.
fn is_unfit(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\n' | '\t');
    let direction = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    control || direction || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            escaped("<a b=\"c\" d='e'>&\u{1b}\n"),
            "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\u{fffd}\n"
        );
    }

    #[test]
    fn markup_becomes_text() {
        let hostile = "<script>alert('1')</script><img src=x onerror=\"x\"> & \u{1b}[31m \0 \u{202e}gnp.exe";
        let text = escaped(hostile);
        assert!(!text.contains(['<', '>', '"', '\'', '\u{1b}', '\0', '\u{202e}']), "{text}");
        assert_eq!(escaped("a & b < c"), "a &amp; b &lt; c");
        assert_eq!(escaped("连接 µs …"), "连接 µs …");
    }
}
