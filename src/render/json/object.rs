//! Writes JSON straight into a buffer: no tree, no allocation per value.

use std::fmt::Display;
use std::io::Write;

use crate::model::{Endpoint, Timestamp};
use crate::render::digits::{decimal, eight};
use crate::render::ends::EndText;

/// The name of a member with all that stands around it, up to its value or with
/// the sign that the value begins with; made by
/// [`key!`](crate::render::json::key) when the program is built.
#[derive(Clone, Copy)]
pub struct Key {
    /// `,"name":`
    pub value: &'static str,
    /// `,"name":"`
    pub text: &'static str,
    /// `,"name":[`
    pub list: &'static str,
    /// `,"name":{`
    pub object: &'static str,
}

/// A [`Key`].
macro_rules! key {
    ($name:literal) => {
        $crate::render::json::Key {
            value: concat!(",\"", $name, "\":"),
            text: concat!(",\"", $name, "\":\""),
            list: concat!(",\"", $name, "\":["),
            object: concat!(",\"", $name, "\":{"),
        }
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
    fn key(&mut self, key: &'static str) {
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
        decimal(value, self.out);
    }

    #[inline(always)]
    pub fn number(&mut self, key: Key, value: u64) {
        self.key(key.value);
        decimal(value, self.out);
    }

    /// A number that may be negative.
    pub fn signed(&mut self, key: Key, value: i64) {
        self.key(key.value);
        self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    #[inline(always)]
    pub fn number_or_null(&mut self, key: Key, value: Option<u64>) {
        match value {
            Some(value) => self.number(key, value),
            None => self.null(key),
        }
    }

    #[inline]
    pub fn flag(&mut self, key: Key, value: bool) {
        self.key(key.value);
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    #[inline(always)]
    pub fn null(&mut self, key: Key) {
        self.key(key.value);
        self.out.extend_from_slice(b"null");
    }

    #[inline]
    pub fn text(&mut self, key: Key, value: &str) {
        self.key(key.value);
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
        self.key(key.text);
        self.out.extend_from_slice(word.as_bytes());
        self.out.push(b'"');
    }

    #[inline(always)]
    pub fn word_or_null(&mut self, key: Key, word: Option<&'static str>) {
        match word {
            Some(word) => self.word(key, word),
            None => self.null(key),
        }
    }

    /// A list of our own words.
    #[inline(always)]
    pub fn words(&mut self, key: Key, words: impl Iterator<Item = &'static str>) {
        self.key(key.list);
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
    #[inline(always)]
    pub fn end_point(&mut self, key: Key, end: Endpoint) {
        self.key(key.text);
        EndText::of(end).append(self.out);
        self.out.push(b'"');
    }

    /// A number as text, or two with a colon between: `"1:1449"`.
    #[inline(always)]
    pub fn digits(&mut self, key: Key, first: u32, end: Option<u32>) {
        self.key(key.text);
        decimal(first.into(), self.out);
        if let Some(end) = end {
            self.out.push(b':');
            decimal(end.into(), self.out);
        }
        self.out.push(b'"');
    }

    /// The options of a segment that has two NOPs and timestamps.
    #[inline(always)]
    pub fn timestamps(&mut self, val: u32, ecr: u32) {
        self.out.extend_from_slice(
            concat!(r#","options":[{"name":"nop"},{"name":"nop"},"#, r#"{"name":"timestamps","val":"#)
                .as_bytes(),
        );
        decimal(val.into(), self.out);
        self.out.extend_from_slice(br#","ecr":"#);
        decimal(ecr.into(), self.out);
        self.out.extend_from_slice(b"}]");
    }

    /// A value whose text needs no escapes.
    pub fn display(&mut self, key: Key, value: impl Display) {
        self.key(key.text);
        // Writing to a Vec cannot fail.
        let _ = write!(self.out, "{value}\"");
    }

    #[inline(always)]
    pub fn time(&mut self, key: Key, at: Timestamp) {
        self.key(key.text);
        match u64::try_from(at.secs()) {
            Ok(secs) => decimal(secs, self.out),
            Err(_) => self.out.extend_from_slice(itoa::Buffer::new().format(at.secs()).as_bytes()),
        }
        let nanos = at.subsec_nanos();
        let [a, b, c, d, e, f, g, h] = eight(nanos % 100_000_000);
        let first = b'0' + (nanos / 100_000_000) as u8;
        self.out.extend_from_slice(&[b'.', first, a, b, c, d, e, f, g, h, b'"']);
    }

    pub fn hex(&mut self, key: Key, octets: &[u8]) {
        self.key(key.text);
        for octet in octets {
            for nibble in [octet >> 4, octet & 15] {
                self.out.push(b"0123456789abcdef"[usize::from(nibble)]);
            }
        }
        self.out.push(b'"');
    }

    pub fn numbers(&mut self, key: Key, values: impl Iterator<Item = u64>) {
        self.key(key.list);
        for (i, value) in values.enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            decimal(value, self.out);
        }
        self.out.push(b']');
    }

    pub fn strings<'s>(&mut self, key: Key, values: impl Iterator<Item = &'s str>) {
        self.key(key.list);
        for (i, value) in values.enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            string(self.out, value);
        }
        self.out.push(b']');
    }

    #[inline(always)]
    pub fn nested(&mut self, key: Key, fill: impl FnOnce(&mut Object<'_>)) {
        self.key(key.object);
        fill(&mut Object { out: self.out, first: true });
        self.out.push(b'}');
    }

    #[inline(always)]
    pub fn list(&mut self, key: Key, fill: impl FnOnce(&mut List<'_>)) {
        self.key(key.list);
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

    #[test]
    fn the_usual_options_are_written_as_any_others() {
        let written = |write: &dyn Fn(&mut Object<'_>)| {
            let mut out = Vec::new();
            let mut o = Object::begin(&mut out, "segment");
            write(&mut o);
            o.end();
            String::from_utf8(out).unwrap()
        };
        let one_by_one = written(&|o| {
            o.list(key!("options"), |list| {
                list.object(|o| o.word(key!("name"), "nop"));
                list.object(|o| o.word(key!("name"), "nop"));
                list.object(|o| {
                    o.word(key!("name"), "timestamps");
                    o.number(key!("val"), 7);
                    o.number(key!("ecr"), u64::from(u32::MAX));
                });
            });
        });
        assert_eq!(written(&|o| o.timestamps(7, u32::MAX)), one_by_one);
    }

    #[test]
    fn a_number_or_a_range_as_text() {
        let mut out = Vec::new();
        let mut o = Object::begin(&mut out, "x");
        o.digits(key!("a"), 1, None);
        o.digits(key!("b"), 1, Some(4_294_967_295));
        o.word_or_null(key!("c"), None);
        o.end();
        assert!(out.ends_with(
            br#","a":"1","b":"1:4294967295","c":null}
"#
        ));
    }
}
