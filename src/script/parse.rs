//! Reads a script.

mod expect;
mod segment;

use super::ast::{Content, Directive, IcmpLine, IcmpWord, Line, Party, Script, Timing};
use super::error::ScriptError;
use super::pattern::{Block, Quantity, Times};
use super::scan::{Cursor, Read};
use super::words::side;

/// What a line can begin with, for an error.
const BEGINNINGS: &str = "`C > S`, `S > C`, `icmp`, `wait`, `copy`, `again`, `isn`, `ports`, `addr`, `vlan`, `room`, `match`, `either`, `or`, `optional`, `repeat`, `end`, `...`, `*` or `=>`, or `?`, `*` or `+` before a segment";

/// Reads a script.
///
/// # Errors
///
/// The first place that does not read as a script: line, column, what was
/// expected there and what was found.
pub fn parse(text: &str) -> Result<Script, ScriptError> {
    let lines = text.lines().enumerate().map(|(index, text)| line(index + 1, text));
    Ok(Script { lines: lines.collect::<Result<_, _>>()? })
}

fn line(number: usize, text: &str) -> Read<Line> {
    let (body, comment) = match text.split_once('#') {
        Some((body, comment)) => (body, Some(comment.trim_end().to_string())),
        None => (text, None),
    };
    let mut cursor = Cursor::new(number, body);
    let times = times(&mut cursor);
    let content = if times == Times::Any && cursor.at_end() {
        return Ok(Line { times: Times::Once, content: Content::Whatever, comment });
    } else if times == Times::Once {
        content(&mut cursor)?
    } else {
        repeated(&mut cursor)?
    };
    cursor.end("the end of the line")?;
    Ok(Line { times, content, comment })
}

/// `?`, `*`, `+` before a line that is to be matched.
fn times(cursor: &mut Cursor<'_>) -> Times {
    let times = [Times::Optional, Times::Any, Times::Some];
    times.into_iter().find(|times| cursor.eat(times.prefix().trim_end())).unwrap_or_default()
}

/// What can be there several times, or not at all.
fn repeated(cursor: &mut Cursor<'_>) -> Read<Content> {
    match cursor.peek() {
        "C" | "S" | "icmp" => content(cursor),
        _ => Err(cursor.error("a segment or `icmp`: only they can be there several times")),
    }
}

fn content(cursor: &mut Cursor<'_>) -> Read<Content> {
    if cursor.at_end() {
        return Ok(Content::Blank);
    }
    if cursor.eat("...") {
        return Ok(Content::Anything);
    }
    if let Some(block) = cursor.take(Block::of) {
        return Ok(Content::Block(block));
    }
    if cursor.eat("=>") {
        return Ok(Content::Outcome(Box::new(expect::outcome(cursor)?)));
    }
    match cursor.peek() {
        "C" | "S" => segment::sent(cursor),
        "icmp" => {
            cursor.eat_word("icmp");
            Ok(Content::Icmp(Box::new(icmp(cursor)?)))
        }
        "wait" => {
            cursor.eat_word("wait");
            Ok(Content::Wait(cursor.duration()?))
        }
        "copy" => {
            cursor.eat_word("copy");
            let timing = timing(cursor)?;
            Ok(Content::Copy(timing, expect::expectation(cursor)?))
        }
        _ => match directive(cursor)? {
            Some(directive) => Ok(Content::Directive(directive)),
            None => Err(cursor.error(BEGINNINGS)),
        },
    }
}

fn directive(cursor: &mut Cursor<'_>) -> Read<Option<Directive>> {
    const SIDE: &str = "`client` or `server`";
    let directive = if cursor.eat_word("again") {
        Directive::Again
    } else if cursor.eat_word("isn") {
        let side = cursor.one_of(SIDE, side)?;
        Directive::Isn(side, cursor.number("an initial sequence number, 0 to 4294967295")?)
    } else if cursor.eat_word("ports") {
        let client = cursor.number("the client's port")?;
        Directive::Ports(client, cursor.number("the server's port")?)
    } else if cursor.eat_word("addr") {
        let side = cursor.one_of(SIDE, side)?;
        Directive::Address(side, cursor.parse("an IP address")?)
    } else if cursor.eat_word("vlan") {
        let none = cursor.eat_word("none");
        Directive::Vlan(if none { None } else { Some(cursor.number("a VLAN identifier, or `none`")?) })
    } else if cursor.eat_word("room") {
        Directive::Room(cursor.number("a number of conversations")?)
    } else if cursor.eat_word("match") {
        let what = "`all`, `any`, `first`, or how many conversations";
        Directive::Match(cursor.one_of(what, Quantity::of)?)
    } else {
        return Ok(None);
    };
    Ok(Some(directive))
}

/// `after 200ms`, `within 10ms`, `earlier 5ms`, in any order.
fn timing(cursor: &mut Cursor<'_>) -> Read<Timing> {
    let mut timing = Timing::default();
    loop {
        if timing.after.is_none() && cursor.eat_word("after") {
            timing.after = Some(cursor.duration()?);
        } else if timing.within.is_none() && cursor.eat_word("within") {
            timing.within = Some(cursor.duration()?);
        } else if timing.earlier.is_none() && cursor.eat_word("earlier") {
            timing.earlier = Some(cursor.duration()?);
        } else {
            return Ok(timing);
        }
    }
}

fn icmp(cursor: &mut Cursor<'_>) -> Read<IcmpLine> {
    let from = party(cursor)?;
    cursor.must(">")?;
    let to = party(cursor)?;
    let what = icmp_word(cursor)?;
    let mut quoting = None;
    if cursor.eat(",") {
        cursor.one_of("`quoting`", |word| (word == "quoting").then_some(()))?;
        quoting = Some(cursor.number("the number of the frame that it quotes")?);
    }
    let timing = timing(cursor)?;
    Ok(IcmpLine { from, to, what, quoting, timing, expect: expect::expectation(cursor)? })
}

fn party(cursor: &mut Cursor<'_>) -> Read<Party> {
    cursor.one_of("`C`, `S` or `R`", |word| match word {
        "R" => Some(Party::Router),
        _ => segment::letter(word).map(Party::End),
    })
}

fn icmp_word(cursor: &mut Cursor<'_>) -> Read<IcmpWord> {
    if cursor.eat_word("time-exceeded") {
        return Ok(IcmpWord::TimeExceeded);
    }
    if cursor.eat_word("too-big") {
        return Ok(IcmpWord::TooBig(cursor.number("an MTU in octets")?));
    }
    cursor.one_of("`unreachable`, `too-big` or `time-exceeded`", |w| (w == "unreachable").then_some(()))?;
    cursor.one_of("`net`, `host`, `port` or `admin`", |word| match word {
        "net" => Some(IcmpWord::Net),
        "host" => Some(IcmpWord::Host),
        "port" => Some(IcmpWord::Port),
        "admin" => Some(IcmpWord::Admin),
        _ => None,
    })
}
