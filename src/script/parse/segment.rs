//! Reads a line that is a segment.

use crate::model::{Checksum, Flags};
use crate::track::Side;

use super::super::ast::{Content, DatagramLine, Number, OptionWord, SegmentLine, SeqField};
use super::super::pattern::{Loose, Name, Span, Term};
use super::super::scan::{Cursor, Read};
use super::super::words::{self, FLAGS};
use super::{expect, timing};

/// The fields that a segment can have, for an error.
const FIELDS: &str = "`seq`, `ack`, `len`, `win`, `options`, `cut`, `id`, `ttl`, `fragments`, `bad-checksum`, \
                      `offloaded-checksum` or `old`, each once";

/// The side of that letter.
pub(super) fn letter(word: &str) -> Option<Side> {
    Side::BOTH.into_iter().find(|&side| words::letter(side) == word)
}

/// A segment or a datagram.
pub(super) fn sent(cursor: &mut Cursor<'_>) -> Read<Content> {
    let from = cursor.one_of("`C` or `S`", letter)?;
    cursor.must(">")?;
    let to = words::letter(from.other());
    cursor.one_of(&format!("`{to}`"), |word| (word == to).then_some(()))?;
    if cursor.eat_word("udp") {
        return Ok(Content::Datagram(datagram(cursor, from)?));
    }
    if !cursor.here("[") {
        return Err(cursor.error(
            "`[` and flags, or `udp` and its octets (an ICMP error is written `icmp S > C  unreachable port`)",
        ));
    }
    Ok(Content::Segment(Box::new(segment(cursor, from)?)))
}

/// `C > S  udp 5  after 1s`
fn datagram(cursor: &mut Cursor<'_>, from: Side) -> Read<DatagramLine> {
    let numbered = cursor.peek().starts_with(|c: char| c.is_ascii_digit());
    let len = if numbered { Some(span(cursor, "octets of payload", u32::MAX)?) } else { None };
    let timing = timing(cursor)?;
    cursor.end("octets of payload, `after` or `within`")?;
    Ok(DatagramLine { from, len, timing })
}

/// `C > S  [S]  seq 0, win 65535  after 1s  ; syn`
fn segment(cursor: &mut Cursor<'_>, from: Side) -> Read<SegmentLine> {
    let mut loose = Loose::default();
    let mut seg = SegmentLine::bare(from, flags(cursor, &mut loose)?);
    seg.loose = loose;
    if field(cursor, &mut seg)? {
        while cursor.eat(",") {
            if !field(cursor, &mut seg)? {
                return Err(cursor.error(FIELDS));
            }
        }
    }
    seg.timing = timing(cursor)?;
    seg.expect = expect::expectation(cursor)?;
    cursor.end("`,` and a field, `after`, `within` or `;`")?;
    Ok(seg)
}

fn flags(cursor: &mut Cursor<'_>, loose: &mut Loose) -> Read<Flags> {
    cursor.must("[")?;
    if cursor.eat_word("none") {
        cursor.must("]")?;
        return Ok(Flags::NONE);
    }
    let mut flags = Flags::NONE;
    while !cursor.eat("]") {
        if !loose.others && cursor.eat("*") {
            loose.others = true;
            continue;
        }
        let named = flags.with(loose.maybe);
        let mut left = FLAGS.iter().filter(|(_, flag)| !named.contains(*flag));
        let Some((_, flag)) = left.find(|(letter, _)| cursor.eat(letter.encode_utf8(&mut [0; 4]))) else {
            return Err(cursor.error("flags, letters of `FSRP.UEW`, each once, or `none`"));
        };
        if cursor.eat("?") {
            loose.maybe = loose.maybe.with(*flag);
        } else {
            flags = flags.with(*flag);
        }
    }
    if flags == Flags::NONE && !loose.others && loose.maybe == Flags::NONE {
        Err(cursor.error("flags: `[none]` if there are none"))
    } else {
        Ok(flags)
    }
}

/// One field, if one stands here that the segment does not have yet.
fn field(cursor: &mut Cursor<'_>, seg: &mut SegmentLine) -> Read<bool> {
    if seg.seq.is_none() && cursor.eat_word("seq") {
        seg.seq = Some(seq(cursor)?);
    } else if seg.ack.is_none() && cursor.eat_word("ack") {
        seg.ack = Some(number(cursor, "an acknowledgment number, `$` and a name, or `*`")?);
    } else if seg.loose.len.is_none() && cursor.eat_word("len") {
        seg.loose.len = Some(span(cursor, "a length in octets", u32::MAX)?);
    } else if seg.window.is_none() && seg.loose.window.is_none() && cursor.eat_word("win") {
        match span(cursor, "a window, 0 to 65535", u16::MAX.into())? {
            Span { low, high } if low == high => {
                let small = u16::try_from(low);
                seg.window = Some(small.map_err(|_| cursor.error("a window, 0 to 65535"))?);
            }
            span => seg.loose.window = Some(span),
        }
    } else if seg.options.is_none() && cursor.eat_word("options") {
        seg.options = Some(options(cursor)?);
    } else if seg.id.is_none() && cursor.eat_word("id") {
        seg.id = Some(cursor.number("an IP identification, 0 to 65535")?);
    } else if seg.ttl.is_none() && cursor.eat_word("ttl") {
        seg.ttl = Some(cursor.number("a time to live, 0 to 255")?);
    } else if seg.cut.is_none() && cursor.eat_word("cut") {
        seg.cut = Some(cursor.number("how many octets of the options were captured, 0 to 40")?);
    } else if seg.fragments.is_none() && cursor.eat_word("fragments") {
        seg.fragments = Some(cursor.number("how many IP fragments it came in")?);
    } else if seg.checksum == Checksum::Good && cursor.eat_word("bad-checksum") {
        seg.checksum = Checksum::Bad;
    } else if seg.checksum == Checksum::Good && cursor.eat_word("offloaded-checksum") {
        seg.checksum = Checksum::Offloaded;
    } else if !seg.old && cursor.eat_word("old") {
        seg.old = true;
    } else {
        return Ok(false);
    }
    Ok(true)
}

fn seq(cursor: &mut Cursor<'_>) -> Read<SeqField> {
    let start = number(cursor, "a sequence number, a range such as 1:6, `$` and a name, or `*`")?;
    if !cursor.eat(":") {
        return Ok(match start {
            Number::Any => SeqField::Any,
            Number::Exactly(start) => SeqField::At(start),
            Number::Variable(term) => SeqField::Variable(term),
        });
    }
    let what = "the number after the last octet, more than the first";
    match start {
        Number::Exactly(start) if !cursor.here("*") && !cursor.here("$") => {
            let end = cursor.one_of(what, |word| word.parse().ok().filter(|&end| end > start))?;
            Ok(SeqField::Range(start, end))
        }
        start => Ok(SeqField::Between(start, number(cursor, what)?)),
    }
}

/// `*`, `5`, `$x`, `$x+1`
fn number(cursor: &mut Cursor<'_>, what: &str) -> Read<Number> {
    if cursor.eat("*") {
        return Ok(Number::Any);
    }
    if !cursor.eat("$") {
        return Ok(Number::Exactly(cursor.number(what)?));
    }
    let name = cursor.one_of("the name of a number: 1 to 8 letters or digits", Name::of)?;
    let plus = if cursor.eat("+") { cursor.number("a number to be added")? } else { 0 };
    Ok(Number::Variable(Term { name, plus }))
}

/// `5`, `1..100`, `1..`
fn span(cursor: &mut Cursor<'_>, what: &str, most: u32) -> Read<Span> {
    let low: u32 = cursor.one_of(what, |word| word.parse().ok().filter(|&low| low <= most))?;
    if !cursor.eat("..") {
        return Ok(Span { low, high: low });
    }
    if !cursor.peek().starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(Span { low, high: u32::MAX });
    }
    let more = "a number that is not less than the first";
    Ok(Span { low, high: cursor.one_of(more, |word| word.parse().ok().filter(|&high| high >= low))? })
}

fn options(cursor: &mut Cursor<'_>) -> Read<Vec<OptionWord>> {
    cursor.must("<")?;
    let mut options = vec![option(cursor)?];
    while cursor.eat(",") {
        options.push(option(cursor)?);
    }
    cursor.must(">")?;
    Ok(options)
}

fn option(cursor: &mut Cursor<'_>) -> Read<OptionWord> {
    if cursor.eat("...") {
        return Ok(OptionWord::More);
    }
    let word = cursor.peek();
    let known = ["eol", "nop", "mss", "wscale", "sackOK", "sack", "TS", "tfo", "octets"];
    let what = "an option: `mss`, `wscale`, `sackOK`, `sack`, `TS`, `tfo`, `octets`, `nop`, `eol` or `...`";
    let kind = cursor.one_of(what, |word| known.into_iter().find(|&known| known == word))?;
    if !matches!(kind, "eol" | "nop" | "sackOK") && cursor.eat("*") {
        return Ok(OptionWord::Any(kind));
    }
    Ok(match word {
        "eol" => OptionWord::End,
        "nop" => OptionWord::Nop,
        "mss" => OptionWord::Mss(cursor.number("a segment size, 0 to 65535")?),
        "wscale" => OptionWord::WindowScale(cursor.number("a shift count, 0 to 255")?),
        "sackOK" => OptionWord::SackPermitted,
        "sack" => OptionWord::Sack(sack(cursor)?),
        "TS" => {
            cursor.must("val")?;
            let val = cursor.number("a TSval, 0 to 4294967295")?;
            cursor.must("ecr")?;
            OptionWord::Timestamps(val, cursor.number("a TSecr, 0 to 4294967295")?)
        }
        "octets" => OptionWord::Octets(cursor.one_of("1 to 16 octets in hexadecimal", octets)?),
        _ if cursor.eat_word("cookiereq") => OptionWord::FastOpen(Vec::new()),
        _ => {
            cursor.must("cookie")?;
            OptionWord::FastOpen(cursor.one_of("a cookie of 1 to 16 octets in hexadecimal", octets)?)
        }
    })
}

/// `1 {6:11}`, as tcpdump counts and writes blocks.
fn sack(cursor: &mut Cursor<'_>) -> Read<Vec<(u64, u64)>> {
    let count: usize =
        cursor.one_of("how many blocks, 1 to 4", |w| w.parse().ok().filter(|n| (1..=4).contains(n)))?;
    let mut blocks = Vec::new();
    for _ in 0..count {
        cursor.must("{")?;
        let left = cursor.number("the left edge of a block")?;
        cursor.must(":")?;
        blocks.push((left, cursor.number("the right edge of a block")?));
        cursor.must("}")?;
    }
    Ok(blocks)
}

fn octets(word: &str) -> Option<Vec<u8>> {
    if !(2..=32).contains(&word.len()) || !word.len().is_multiple_of(2) {
        return None;
    }
    let octet = |at: usize| u8::from_str_radix(word.get(at..at + 2)?, 16).ok();
    (0..word.len()).step_by(2).map(octet).collect()
}
