//! Writes a script, its columns aligned.

use std::fmt::{self, Display, Write as _};

use crate::model::Checksum;

use super::ast::{
    Content, DatagramLine, Directive, Expectation, IcmpLine, IcmpWord, Line, Number, OptionWord, Outcome,
    Party, Script, SegmentLine, SeqField, StepWord, Timing,
};
use super::scan::duration_text;
use super::words::letter;

/// Longest text in front of a column that the column still makes room for; a
/// line with more goes beyond it.
const FIELDS_ROOM: usize = 44;
const TIMING_ROOM: usize = 24;

/// One line before alignment.
struct Parts {
    /// Sender, receiver, flags; or all of a line that has no columns.
    head: String,
    fields: String,
    timing: String,
    expect: String,
    comment: Option<String>,
}

/// Where columns begin.
struct Columns {
    fields: usize,
    timing: usize,
    expect: usize,
}

impl Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<Parts> = self.lines.iter().map(Parts::of).collect();
        let columns = Columns::of(&parts);
        for part in &parts {
            part.write(f, &columns)?;
        }
        Ok(())
    }
}

impl Parts {
    fn of(line: &Line) -> Self {
        let bare = |head: String| Parts {
            head: format!("{}{head}", line.times.prefix()),
            fields: String::new(),
            timing: String::new(),
            expect: String::new(),
            comment: line.comment.clone(),
        };
        let timed = |head: String, fields: String, timing: &Timing, expect: &Expectation| Parts {
            fields,
            timing: timing.to_string(),
            expect: if expect.is_empty() { String::new() } else { format!("; {expect}") },
            ..bare(head)
        };
        match &line.content {
            Content::Blank => bare(String::new()),
            Content::Anything => bare("...".into()),
            Content::Whatever => bare("*".into()),
            Content::Block(block) => bare(block.word().into()),
            Content::Directive(directive) => bare(directive.to_string()),
            Content::Wait(duration) => bare(format!("wait {}", duration_text(*duration))),
            Content::Outcome(outcome) => bare(format!("=> {outcome}")),
            Content::Copy(timing, expect) => timed("copy".into(), String::new(), timing, expect),
            Content::Icmp(icmp) => timed(icmp.to_string(), String::new(), &icmp.timing, &icmp.expect),
            Content::Datagram(datagram) => {
                let none = Expectation::default();
                timed(datagram.to_string(), String::new(), &datagram.timing, &none)
            }
            Content::Segment(seg) => timed(head_of(seg), fields_of(seg), &seg.timing, &seg.expect),
        }
    }

    /// Cells up to the end of the fields.
    fn left(&self, columns: &Columns) -> usize {
        let head = width(&self.head);
        if self.fields.is_empty() { head } else { columns.fields.max(head + 2) + width(&self.fields) }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, columns: &Columns) -> fmt::Result {
        let mut line = self.head.clone();
        let places =
            [(&self.fields, columns.fields), (&self.timing, columns.timing), (&self.expect, columns.expect)];
        for (text, column) in places.into_iter().filter(|(text, _)| !text.is_empty()) {
            let to = column.max(width(&line) + 2);
            while width(&line) < to {
                line.push(' ');
            }
            line.push_str(text);
        }
        if let Some(comment) = &self.comment {
            let gap = if line.is_empty() { "" } else { "  " };
            write!(line, "{gap}#{comment}")?;
        }
        writeln!(f, "{line}")
    }
}

impl Columns {
    fn of(parts: &[Parts]) -> Self {
        let with_fields = parts.iter().filter(|part| !part.fields.is_empty());
        let fields = with_fields.map(|part| width(&part.head) + 2).max().unwrap_or(0);
        let mut columns = Columns { fields, timing: 0, expect: 0 };
        let in_columns = |part: &&Parts| !part.timing.is_empty() || !part.expect.is_empty();
        let lefts = parts.iter().filter(in_columns).map(|part| part.left(&columns));
        columns.timing = lefts.filter(|&left| left <= FIELDS_ROOM).max().unwrap_or(0) + 2;
        let timings = parts.iter().map(|part| width(&part.timing)).filter(|&w| w > 0 && w <= TIMING_ROOM);
        columns.expect = columns.timing + timings.max().map_or(0, |w| w + 2);
        columns
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn head_of(seg: &SegmentLine) -> String {
    let (from, to) = (letter(seg.from), letter(seg.from.other()));
    format!("{from} > {to}  [{}]", seg.loose.flags(seg.flags))
}

fn fields_of(seg: &SegmentLine) -> String {
    let mut fields = Vec::new();
    match seg.seq {
        None => {}
        Some(SeqField::Any) => fields.push("seq *".into()),
        Some(SeqField::At(at)) => fields.push(format!("seq {at}")),
        Some(SeqField::Range(start, end)) => fields.push(format!("seq {start}:{end}")),
        Some(SeqField::Variable(term)) => fields.push(format!("seq {term}")),
        Some(SeqField::Between(start, end)) => fields.push(format!("seq {start}:{end}")),
    }
    fields.extend(seg.ack.map(|ack| format!("ack {ack}")));
    fields.extend(seg.loose.len.map(|len| format!("len {len}")));
    fields.extend(seg.window.map(|window| format!("win {window}")));
    fields.extend(seg.loose.window.map(|window| format!("win {window}")));
    fields.extend(seg.options.as_ref().map(|options| format!("options <{}>", joined(options, ","))));
    fields.extend(seg.cut.map(|cut| format!("cut {cut}")));
    fields.extend(seg.id.map(|id| format!("id {id}")));
    fields.extend(seg.ttl.map(|ttl| format!("ttl {ttl}")));
    fields.extend(seg.fragments.map(|fragments| format!("fragments {fragments}")));
    match seg.checksum {
        Checksum::Bad => fields.push("bad-checksum".into()),
        Checksum::Offloaded => fields.push("offloaded-checksum".into()),
        Checksum::Good | Checksum::Unknown => {}
    }
    fields.extend(seg.old.then(|| "old".into()));
    fields.join(", ")
}

fn joined<T: Display>(items: impl IntoIterator<Item = T>, separator: &str) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(separator)
}

impl Display for DatagramLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} > {}  udp", letter(self.from), letter(self.from.other()))?;
        self.len.map_or(Ok(()), |len| write!(f, " {len}"))
    }
}

impl Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Directive::Isn(side, isn) => write!(f, "isn {} {isn}", side.slug()),
            Directive::Ports(client, server) => write!(f, "ports {client} {server}"),
            Directive::Address(side, addr) => write!(f, "addr {} {addr}", side.slug()),
            Directive::Again => f.write_str("again"),
            Directive::Vlan(None) => f.write_str("vlan none"),
            Directive::Vlan(Some(id)) => write!(f, "vlan {id}"),
            Directive::Room(room) => write!(f, "room {room}"),
            Directive::Match(quantity) => write!(f, "match {quantity}"),
        }
    }
}

impl Display for OptionWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OptionWord::End => f.write_str("eol"),
            OptionWord::Nop => f.write_str("nop"),
            OptionWord::Mss(mss) => write!(f, "mss {mss}"),
            OptionWord::WindowScale(shift) => write!(f, "wscale {shift}"),
            OptionWord::SackPermitted => f.write_str("sackOK"),
            OptionWord::Sack(blocks) => {
                write!(f, "sack {} ", blocks.len())?;
                blocks.iter().try_for_each(|(left, right)| write!(f, "{{{left}:{right}}}"))
            }
            OptionWord::Timestamps(val, ecr) => write!(f, "TS val {val} ecr {ecr}"),
            OptionWord::FastOpen(cookie) if cookie.is_empty() => f.write_str("tfo cookiereq"),
            OptionWord::FastOpen(cookie) => write!(f, "tfo cookie {}", hexadecimal(cookie)),
            OptionWord::Octets(octets) => write!(f, "octets {}", hexadecimal(octets)),
            OptionWord::Any(kind) => write!(f, "{kind} *"),
            OptionWord::More => f.write_str("..."),
        }
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

impl Display for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = self.after.map(|time| format!("after {}", duration_text(time)));
        let within = self.within.map(|time| format!("within {}", duration_text(time)));
        let earlier = self.earlier.map(|time| format!("earlier {}", duration_text(time)));
        f.write_str(&joined(after.into_iter().chain(within).chain(earlier), " "))
    }
}

impl Display for IcmpLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let party = |party: Party| match party {
            Party::End(side) => letter(side),
            Party::Router => "R",
        };
        write!(f, "icmp {} > {}  {}", party(self.from), party(self.to), self.what)?;
        self.quoting.map_or(Ok(()), |quoting| write!(f, ", quoting {quoting}"))
    }
}

impl Display for IcmpWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IcmpWord::Net => f.write_str("unreachable net"),
            IcmpWord::Host => f.write_str("unreachable host"),
            IcmpWord::Port => f.write_str("unreachable port"),
            IcmpWord::Admin => f.write_str("unreachable admin"),
            IcmpWord::TooBig(mtu) => write!(f, "too-big {mtu}"),
            IcmpWord::TimeExceeded => f.write_str("time-exceeded"),
        }
    }
}

impl Display for StepWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug)?;
        self.detail.map_or(Ok(()), |detail| write!(f, " {detail}"))?;
        self.number.map_or(Ok(()), |number| write!(f, " {number}"))
    }
}

impl Expectation {
    /// Whether nothing is expected.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.marks.is_empty() && self.states.is_empty()
    }
}

/// Steps and marks, then states.
impl Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.iter().map(StepWord::to_string);
        let marks = self.marks.iter().map(|mark| format!("+{}", mark.slug()));
        let what = joined(steps.chain(marks), ", ");
        let states =
            joined(self.states.iter().map(|(side, state)| format!("{} {}", side.slug(), state.name())), ", ");
        let between = if what.is_empty() || states.is_empty() { "" } else { "; " };
        write!(f, "{what}{between}{states}")
    }
}

impl Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.opening)?;
        let mut items: Vec<String> = Vec::new();
        items.extend(self.ending.map(str::to_string));
        items.extend(self.first.map(|side| format!("first {}", side.slug())));
        items.extend(self.segments.map(|count| format!("{count} segments")));
        items.extend(self.simultaneous.then(|| "simultaneous".to_string()));
        items.extend(self.reset_by.map(|side| format!("reset by {}", side.slug())));
        items.extend(self.reason.map(|reason| format!("reason {reason}")));
        items.extend(self.tries.map(|tries| format!("{tries} tries")));
        items.extend(self.schedule.map(|schedule| format!("schedule {schedule}")));
        items.extend(self.roles.map(|roles| format!("roles {}", roles.slug())));
        items.extend(self.marks.iter().map(|mark| format!("+{}", mark.slug())));
        items.extend(self.confidence.iter().map(|slug| format!("~{slug}")));
        items.iter().try_for_each(|item| write!(f, ", {item}"))
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Any => f.write_str("*"),
            Number::Exactly(number) => write!(f, "{number}"),
            Number::Variable(term) => write!(f, "{term}"),
        }
    }
}
