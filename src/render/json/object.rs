//! Writes JSON straight into a buffer: no tree, no allocation per value.

use std::fmt::Display;
use std::io::Write;

use crate::model::{Endpoint, Timestamp};
use crate::render::ends::EndText;
use crate::render::tcpdump::{below_ten_to_eight, eight};

/// The name of a member with all that stands around it: `,"name":`, made by
/// [`key!`](crate::render::json::key) when the program is built.
#[derive(Clone, Copy)]
pub struct Key(pub &'static str);

/// A [`Key`].
macro_rules! key {
    ($name:literal) => {
        $crate::render::json::Key(concat!(",\"", $name, "\":"))
    };
}
pub(crate) use key;

/// An object that is being written.
pub struct Object<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

/// A list that is being written.
pub struct List<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Object<'a> {
    /// Begins a line: `{"v":1,"type":KIND`.
    pub fn begin(out: &'a mut Vec<u8>, kind: &'static str) -> Self {
        out.extend_from_slice(b"{\"v\":1,\"type\":\"");
        out.extend_from_slice(kind.as_bytes());
        out.push(b'"');
        Object { out, first: false }
    }

    /// Ends the line.
    pub fn end(self) {
        self.out.extend_from_slice(b"}\n");
    }

    /// Inlined, for then the length of the key is known.
    #[inline(always)]
    fn key(&mut self, Key(key): Key) {
        if std::mem::take(&mut self.first) {
            self.out.extend_from_slice(&key.as_bytes()[1..]);
        } else {
            self.out.extend_from_slice(key.as_bytes());
        }
    }

    /// A count whose name is one of our own words.
    pub fn count(&mut self, name: &'static str, value: u64) {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        string(self.out, name);
        self.out.push(b':');
        decimal(self.out, value);
    }

    #[inline(always)]
    pub fn number(&mut self, key: Key, value: u64) {
        self.key(key);
        decimal(self.out, value);
    }

    /// A number that may be negative.
    pub fn signed(&mut self, key: Key, value: i64) {
        self.key(key);
        self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    #[inline]
    pub fn number_or_null(&mut self, key: Key, value: Option<u64>) {
        match value {
            Some(value) => self.number(key, value),
            None => self.null(key),
        }
    }

    #[inline]
    pub fn flag(&mut self, key: Key, value: bool) {
        self.key(key);
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    #[inline]
    pub fn null(&mut self, key: Key) {
        self.key(key);
        self.out.extend_from_slice(b"null");
    }

    #[inline]
    pub fn text(&mut self, key: Key, value: &str) {
        self.key(key);
        string(self.out, value);
    }

    #[inline]
    pub fn text_or_null(&mut self, key: Key, value: Option<&str>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.null(key),
        }
    }

    /// One of our own words, which need no escapes.
    #[inline(always)]
    pub fn word(&mut self, key: Key, word: &'static str) {
        self.key(key);
        self.out.push(b'"');
        self.out.extend_from_slice(word.as_bytes());
        self.out.push(b'"');
    }

    /// A list of our own words.
    #[inline(always)]
    pub fn words(&mut self, key: Key, words: impl Iterator<Item = &'static str>) {
        self.key(key);
        self.out.push(b'[');
        let mut before: &[u8] = b"\"";
        for word in words {
            self.out.extend_from_slice(before);
            self.out.extend_from_slice(word.as_bytes());
            self.out.push(b'"');
            before = b",\"";
        }
        self.out.push(b']');
    }

    /// An endpoint.
    #[inline]
    pub fn end_point(&mut self, key: Key, end: Endpoint) {
        self.key(key);
        self.out.push(b'"');
        self.out.extend_from_slice(EndText::of(end).octets());
        self.out.push(b'"');
    }

    /// A text that these octets are, and needs no escapes; or `null`.
    #[inline]
    pub fn ascii_or_null(&mut self, key: Key, octets: Option<&[u8]>) {
        self.key(key);
        match octets {
            Some(octets) => {
                self.out.push(b'"');
                self.out.extend_from_slice(octets);
                self.out.push(b'"');
            }
            None => self.out.extend_from_slice(b"null"),
        }
    }

    /// A value whose text needs no escapes.
    pub fn display(&mut self, key: Key, value: impl Display) {
        self.key(key);
        // Writing to a Vec cannot fail.
        let _ = write!(self.out, "\"{value}\"");
    }

    #[inline]
    pub fn time(&mut self, key: Key, at: Timestamp) {
        self.key(key);
        self.out.push(b'"');
        self.out.extend_from_slice(itoa::Buffer::new().format(at.secs()).as_bytes());
        let nanos = at.subsec_nanos();
        let [a, b, c, d, e, f, g, h] = eight(nanos % 100_000_000);
        let first = b'0' + (nanos / 100_000_000) as u8;
        self.out.extend_from_slice(&[b'.', first, a, b, c, d, e, f, g, h, b'"']);
    }

    pub fn hex(&mut self, key: Key, octets: &[u8]) {
        self.key(key);
        self.out.push(b'"');
        for octet in octets {
            for nibble in [octet >> 4, octet & 15] {
                self.out.push(b"0123456789abcdef"[usize::from(nibble)]);
            }
        }
        self.out.push(b'"');
    }

    pub fn numbers(&mut self, key: Key, values: impl Iterator<Item = u64>) {
        self.key(key);
        self.out.push(b'[');
        for (i, value) in values.enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        }
        self.out.push(b']');
    }

    pub fn strings<'s>(&mut self, key: Key, values: impl Iterator<Item = &'s str>) {
        self.key(key);
        self.out.push(b'[');
        for (i, value) in values.enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            string(self.out, value);
        }
        self.out.push(b']');
    }

    pub fn nested(&mut self, key: Key, fill: impl FnOnce(&mut Object<'_>)) {
        self.key(key);
        self.out.push(b'{');
        fill(&mut Object { out: self.out, first: true });
        self.out.push(b'}');
    }

    pub fn list(&mut self, key: Key, fill: impl FnOnce(&mut List<'_>)) {
        self.key(key);
        self.out.push(b'[');
        fill(&mut List { out: self.out, first: true });
        self.out.push(b']');
    }
}

impl List<'_> {
    pub fn object(&mut self, fill: impl FnOnce(&mut Object<'_>)) {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        self.out.push(b'{');
        fill(&mut Object { out: self.out, first: true });
        self.out.push(b'}');
    }
}

/// A number.
#[inline]
fn decimal(out: &mut Vec<u8>, value: u64) {
    match u32::try_from(value) {
        Ok(value) if value < 100_000_000 => {
            // Eight octets are moved, whatever it takes of them.
            let (text, len) = below_ten_to_eight(value);
            let end = out.len() + len;
            out.extend_from_slice(&text);
            out.truncate(end);
        }
        _ => out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
    }
}

/// A JSON string (RFC 8259 §7). Control characters never leave as they are.
#[inline]
fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    if text.bytes().all(|octet| matches!(octet, b' '..=b'~') && octet != b'"' && octet != b'\\') {
        out.extend_from_slice(text.as_bytes());
    } else {
        escaped(out, text);
    }
    out.push(b'"');
}

#[cold]
fn escaped(out: &mut Vec<u8>, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\t' => out.extend_from_slice(b"\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_keep_the_text_parseable() {
        let nasty = "a\"b\\c\u{1b}[31m\n\t\u{9f}é中";
        let mut out = Vec::new();
        string(&mut out, nasty);
        assert!(!out.contains(&0x1b));
        assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), nasty);
    }

    #[test]
    fn an_object_is_one_line() {
        let mut out = Vec::new();
        let mut o = Object::begin(&mut out, "end");
        o.time(key!("at"), Timestamp::from_parts(5, 42));
        o.hex(key!("octets"), &[0x0f, 0xa0]);
        o.list(key!("l"), |l| {
            l.object(|o| o.null(key!("x")));
            l.object(|o| o.flag(key!("y"), true));
        });
        o.end();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "{\"v\":1,\"type\":\"end\",\"at\":\"5.000000042\",\"octets\":\"0fa0\",\"l\":[{\"x\":null},{\"y\":true}]}\n"
        );
    }
}
