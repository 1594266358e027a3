//! Texts that are too wide: broken into lines, or without their middle.

use unicode_width::UnicodeWidthChar;

use super::style::width;

/// Breaks a text into lines of at most `room` cells, at clauses if that leaves
/// them half full.
pub fn wrap(text: &str, room: usize) -> Vec<&str> {
    wrapped(text, room, true)
}

/// Breaks a text into lines that are as full as `room` cells allow.
pub fn wrap_prose(text: &str, room: usize) -> Vec<&str> {
    wrapped(text, room, false)
}

fn wrapped(text: &str, room: usize, at_clauses: bool) -> Vec<&str> {
    let room = room.max(2);
    let mut lines = Vec::with_capacity(1);
    let mut rest = text;
    while width(rest) > room {
        let cut = break_at(rest, room, at_clauses);
        let (line, tail) = rest.split_at(cut);
        lines.push(line.trim_end_matches(' '));
        rest = tail.trim_start_matches(' ');
    }
    lines.push(rest);
    lines
}

/// Marks that no line begins with.
const CLOSES: &str = "，。；：、？！）」》”’…";
/// Marks that no line ends with.
const OPENS: &str = "（「《“‘";

/// Where to break a text that is too wide: at the end of a clause that fills
/// half of the line, else at the last space, else anywhere.
fn break_at(text: &str, room: usize, at_clauses: bool) -> usize {
    match text.get(..room + 1).filter(|begin| begin.bytes().all(|octet| matches!(octet, b' '..=b'~'))) {
        Some(begin) => break_ascii(text, begin, at_clauses),
        None => break_any(text, room, at_clauses),
    }
}

/// The same where all octets that fit, and the one behind them, are ASCII.
fn break_ascii(text: &str, begin: &str, at_clauses: bool) -> usize {
    let room = begin.len() - 1;
    let octets = begin.as_bytes();
    let mut space = None;
    for at in (room / 3..=room).rev().filter(|&at| octets.get(at) == Some(&b' ')) {
        let before = at.checked_sub(1).and_then(|at| octets.get(at)).map_or(' ', |&octet| octet.into());
        if keeps_together(text, at, before) {
            continue;
        }
        if at_clauses && before == ';' && at >= room / 2 {
            return at;
        }
        space = space.or(Some(at));
        if !at_clauses {
            break;
        }
    }
    space.unwrap_or(room).max(1)
}

fn break_any(text: &str, room: usize, at_clauses: bool) -> usize {
    let (mut used, mut fits, mut space, mut clause) = (0, 0, None, None);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        if c == ' ' && used >= room / 3 && !keeps_together(text, at, before) {
            space = Some(at);
            if at_clauses && before == ';' && used >= room / 2 {
                clause = space;
            }
        }
        before = c;
        let cells = if c.is_ascii() { usize::from(!c.is_ascii_control()) } else { c.width().unwrap_or(0) };
        if used + cells > room {
            break;
        }
        used += cells;
        let next = after.chars().next().unwrap_or(' ');
        let opens = |c: char| !c.is_ascii() && OPENS.contains(c);
        let closes = |c: char| !c.is_ascii() && CLOSES.contains(c);
        let splits = !opens(c) && !closes(next);
        if splits || fits == 0 {
            fits = at + c.len_utf8();
        }
        // Before an opening mark a line may end, whatever stands before it.
        if c != ' ' && next != ' ' && splits && (cells == 2 || opens(next)) {
            space = Some(fits);
            if at_clauses && c == '；' && used >= room / 2 {
                clause = space;
            }
        }
    }
    let first = text.chars().next().map_or(0, char::len_utf8);
    clause.or(space).unwrap_or(fits).max(first)
}

/// Whether a space does not part what is before and after it: a number and its
/// unit, an RFC and its number or section.
fn keeps_together(text: &str, space: usize, before: char) -> bool {
    let after = text.get(space + 1..).unwrap_or_default();
    let unit = before.is_ascii_digit() && after.chars().take_while(|c| c.is_alphabetic()).count() <= 3;
    unit || after.starts_with('§') || text.get(..space).is_some_and(|text| text.ends_with("RFC"))
}

/// `text` in at most `room` cells, its middle left out if it is longer: the
/// ends of an address tell more than its middle.
pub fn elide(text: &str, room: usize, dots: &str) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let kept = room.saturating_sub(width(dots));
    let fitting = |chars: &mut dyn Iterator<Item = char>, room: usize| -> usize {
        let mut used = 0;
        let fits = |c: &char| {
            used += c.width().unwrap_or(0);
            used <= room
        };
        chars.take_while(fits).map(char::len_utf8).sum()
    };
    let head = fitting(&mut text.chars(), kept / 2);
    let tail = text.len() - fitting(&mut text.chars().rev(), kept - kept / 2);
    [text.get(..head).unwrap_or_default(), dots, text.get(tail..).unwrap_or_default()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_breaks_at_spaces_and_never_exceeds_the_room() {
        let text = "server sent FIN, client never did; server FIN-WAIT-2, client CLOSE-WAIT";
        let lines = wrap(text, 30);
        assert!(lines.iter().all(|line| width(line) <= 30), "{lines:?}");
        assert_eq!(lines.join(" "), text);
    }

    #[test]
    fn a_word_without_spaces_is_broken_anywhere() {
        assert_eq!(wrap("aaaaaaaaaa", 4), ["aaaa", "aaaa", "aa"]);
        assert_eq!(wrap("客户端先发送", 5), ["客户", "端先", "发送"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn ascii_breaks_where_any_text_would() {
        let text =
            "by client first, 4 segments, half-closed 20.307 ms; client in TIME-WAIT (RFC 9293), or so; end";
        for from in 0..text.len() {
            let text = &text[from..];
            for room in (2..60).filter(|&room| room < text.len()) {
                for at_clauses in [false, true] {
                    let its = break_at(text, room, at_clauses);
                    assert_eq!(its, break_any(text, room, at_clauses), "{room} {text}");
                }
            }
        }
    }

    #[test]
    fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
        let text = "客户端先发 FIN，共 4 个报文段（第二、三次挥手合一）；客户端进入 TIME-WAIT，服务器 CLOSED";
        for room in 6..60 {
            let lines = wrap(text, room);
            assert!(lines.iter().all(|line| width(line) <= room), "{room}: {lines:?}");
            assert!(!lines.iter().any(|line| line.starts_with(|c| CLOSES.contains(c))), "{room}: {lines:?}");
            assert!(!lines.iter().any(|line| line.ends_with(|c| OPENS.contains(c))), "{room}: {lines:?}");
            let joined: String = lines.concat().replace(' ', "");
            assert_eq!(joined, text.replace(' ', ""), "{room}");
        }
        assert_eq!(wrap("半关闭 12 µs；客户端进入 TIME-WAIT", 26)[0], "半关闭 12 µs；");
    }

    #[test]
    fn the_middle_of_a_long_address_is_left_out() {
        assert_eq!(elide("[2001:db8::1]:443", 20, "…"), "[2001:db8::1]:443");
        let short = elide("[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:52422", 21, "…");
        assert_eq!(width(&short), 21);
        assert!(short.ends_with("]:52422"));
        assert_eq!(elide("客户端先发送", 6, "…"), "客…送");
    }
}
