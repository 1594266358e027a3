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
    narrow(text.as_bytes()).unwrap_or_else(|| text.width())
}

/// Whether all eight are printable ASCII. `false` also of a few that are.
#[inline]
fn is_printable(eight: [u8; 8]) -> bool {
    let word = u64::from_le_bytes(eight);
    let all = |octet: u8| u64::from_le_bytes([octet; 8]);
    // The highest bit of an octet: set of what is not ASCII, after the subtraction of
    // a control character, and after the addition of DEL.
    let unfit = word | word.wrapping_sub(all(b' ')) | word.wrapping_add(all(1));
    unfit & all(0x80) == 0
}

/// The cells of a text of which each character takes one, whatever stands beside
/// it; `None` of any other. Not of all such, but of our texts in languages of
/// letters: octet by octet, for these are most of what is measured.
fn narrow(text: &[u8]) -> Option<usize> {
    let (mut rest, mut cells) = (text, 0);
    while let [first, after @ ..] = rest {
        if let Some((eight, after)) = rest.split_first_chunk::<8>()
            && is_printable(*eight)
        {
            (rest, cells) = (after, cells + 8);
            continue;
        }
        rest = match (first, after) {
            (b' '..=b'~', after) => after,
            // Latin-1 (`µ`) but for its controls and the soft hyphen; `Δ`.
            (0xc2, [0xa1..=0xac | 0xae..=0xbf, after @ ..])
            | (0xc3, [0x80..=0xbf, after @ ..])
            | (0xce, [0x94, after @ ..]) => after,
            // Thin space, `…`, `−`, `≈`, `≠`, `→`, `↑`, `↓`, `⋮`.
            (0xe2, [0x80, 0x89 | 0xa6, after @ ..])
            | (0xe2, [0x88, 0x92, after @ ..])
            | (0xe2, [0x89, 0x88 | 0xa0, after @ ..])
            | (0xe2, [0x86, 0x91..=0x93, after @ ..])
            | (0xe2, [0x8b, 0xae, after @ ..]) => after,
            // Lines.
            (0xe2, [0x94 | 0x95, 0x80..=0xbf, after @ ..]) => after,
            _ => return None,
        };
        cells += 1;
    }
    Some(cells)
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

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthChar;

    #[test]
    fn what_counts_as_narrow_takes_one_cell_in_any_company() {
        let alone = |c: char| narrow(c.encode_utf8(&mut [0; 4]).as_bytes());
        let narrow: Vec<char> = ('\0'..='\u{ffff}').filter(|&c| alone(c).is_some()).collect();
        assert!(" ~µÿΔ…−≈≠→↑↓⋮─╿\u{2009}".chars().all(|c| narrow.contains(&c)));
        assert!(narrow.iter().all(|&c| c.width() == Some(1) && alone(c) == Some(1)), "{narrow:?}");
        for pair in narrow.windows(2) {
            assert_eq!(pair.iter().collect::<String>().width(), 2, "{pair:?}");
        }
        let each_twice: String = narrow.iter().flat_map(|&c| [c, c]).collect();
        assert_eq!(each_twice.width(), 2 * narrow.len());
        for octet in 0..=255 {
            for at in 0..8 {
                let mut eight = *b"eight ~~";
                eight[at] = octet;
                assert_eq!(is_printable(eight), (b' '..=b'~').contains(&octet), "{octet} at {at}");
            }
        }
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
