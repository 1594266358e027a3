//! How text looks: roles and their colours, the ASCII fallback, widths.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

pub use super::wrap::{elide, wrap, wrap_prose};

/// How to print for people. Whether a terminal is there, and what the
/// environment says of colours, is the caller's business.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// SGR colour codes.
    pub color: bool,
    /// Nothing beyond ASCII (in languages that can do without).
    pub ascii: bool,
    /// Cells in a line.
    pub width: u16,
}

impl Default for Style {
    fn default() -> Self {
        Style { color: false, ascii: false, width: 80 }
    }
}

/// Which sequence and acknowledgment numbers are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NumberStyle {
    /// As tcpdump prints them.
    #[default]
    Tcpdump,
    /// Offsets from the ISN, in 64 bits.
    Isn,
    /// As they stand in the header.
    Absolute,
}

/// What a piece of text is, which decides its colour. Colour only repeats what
/// the text says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Role {
    /// Ordinary text.
    #[default]
    Plain,
    /// Frames, gaps, and whatever only helps.
    Dim,
    /// Titles.
    Title,
    /// A step of the opening.
    Opening,
    /// A step of the closing.
    Closing,
    /// A reset, or what failed.
    Trouble,
    /// A retransmission, a stray, a mark.
    Warning,
    /// From the client.
    Client,
    /// From the server.
    Server,
    /// A good end.
    Good,
}

impl Role {
    /// The parameters of its SGR code; empty for ordinary text.
    const fn sgr(self) -> &'static str {
        match self {
            Role::Plain => "",
            Role::Dim => "2",
            Role::Title => "1",
            Role::Opening => "32",
            Role::Closing => "35",
            Role::Trouble => "1;31",
            Role::Warning => "33",
            Role::Client => "36",
            Role::Server => "94",
            Role::Good => "1;32",
        }
    }
}

impl Style {
    /// Appends `text` in the colour of its role.
    #[inline]
    pub fn paint(&self, role: Role, text: &str, out: &mut String) {
        if self.color { Style::color(role, text, out) } else { out.push_str(text) }
    }

    fn color(role: Role, text: &str, out: &mut String) {
        let sgr = role.sgr();
        if sgr.is_empty() || text.trim().is_empty() {
            return out.push_str(text);
        }
        for piece in ["\x1b[", sgr, "m", text, "\x1b[0m"] {
            out.push_str(piece);
        }
    }

    /// `text` in the characters that may be used.
    pub fn tidied(&self, text: &'static str) -> Cow<'static, str> {
        if self.ascii { Cow::Owned(self.tidy(text.to_owned())) } else { Cow::Borrowed(text) }
    }

    /// `text` in the characters that may be used.
    pub fn tidy(&self, text: String) -> String {
        if !self.ascii || text.is_ascii() {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match ascii(c) {
                Some(plain) => out.push_str(plain),
                None => out.push(c),
            }
        }
        out
    }
}

/// What stands for a symbol where only ASCII may be used.
fn ascii(symbol: char) -> Option<&'static str> {
    Some(match symbol {
        'µ' => "u",
        '…' => "...",
        '→' | '↑' => "->",
        '↓' => "<-",
        '✔' => "+",
        '✘' => "x",
        '≈' => "~",
        '≠' => "!=",
        '≥' => ">=",
        '⋮' => ":",
        'Δ' => "dt",
        '−' | '·' => "-",
        '×' => "x",
        '§' => "sec. ",
        '\u{2009}' => " ",
        _ => return None,
    })
}

/// Cells that a text takes on a terminal.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let mut cells = 0;
    for c in text.chars() {
        if !is_narrow(c) {
            return text.width();
        }
        cells += 1;
    }
    cells
}

/// Whether a character takes one cell, whatever stands beside it. Not all that
/// do, but those of our texts in languages of letters.
fn is_narrow(c: char) -> bool {
    match c {
        ' '..='~'
        | '¡'..='¬'
        | '®'..='ÿ'
        | '\u{2009}'
        | '…'
        | '−'
        | '≈'
        | '≠'
        | '→'
        | '↑'
        | '↓'
        | '⋮'
        | 'Δ' => true,
        _ => ('─'..='╿').contains(&c),
    }
}

/// As many spaces as nearly every gap takes.
const BLANK: &str = "                ";

/// Appends spaces.
#[inline]
pub fn pad(cells: usize, out: &mut String) {
    let wanted = out.len() + cells;
    // Known lengths are moved at once; what is too much is taken back.
    while out.len() < wanted {
        out.push_str(BLANK);
    }
    out.truncate(wanted);
}

/// Puts spaces before what begins at `from`.
#[inline]
pub fn pad_before(from: usize, cells: usize, out: &mut String) {
    match BLANK.get(..cells) {
        Some("") => {}
        Some(blank) => out.insert_str(from, blank),
        None => out.insert_str(from, &" ".repeat(cells)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthChar;

    #[test]
    fn what_counts_as_narrow_takes_one_cell_in_any_company() {
        let narrow: Vec<char> = ('\0'..='\u{ffff}').filter(|&c| is_narrow(c)).collect();
        assert!(narrow.iter().all(|c| c.width() == Some(1)), "{narrow:?}");
        for pair in narrow.windows(2) {
            assert_eq!(pair.iter().collect::<String>().width(), 2, "{pair:?}");
        }
        let each_twice: String = narrow.iter().flat_map(|&c| [c, c]).collect();
        assert_eq!(each_twice.width(), 2 * narrow.len());
        let mut blank = String::new();
        [0, 1, 63, 64, 65, 200].into_iter().for_each(|cells| pad(cells, &mut blank));
        assert_eq!(blank, " ".repeat(393));
    }

    #[test]
    fn ascii_leaves_no_symbol_of_ours() {
        let style = Style { ascii: true, ..Style::default() };
        let text = "✔ ✘ … ≈ ≠ ↑ ↓ → ⋮ Δ 12 µs 1\u{2009}204 −5";
        assert!(style.tidy(text.to_owned()).is_ascii());
    }

    #[test]
    fn colour_is_absent_unless_asked_for() {
        let mut out = String::new();
        Style::default().paint(Role::Trouble, "reset", &mut out);
        assert_eq!(out, "reset");
        Style { color: true, ..Style::default() }.paint(Role::Trouble, "x", &mut out);
        assert_eq!(out, "reset\x1b[1;31mx\x1b[0m");
    }
}
