//! Whether a frame is what a line of the script says, and what of it is not.

use std::time::Duration;

use crate::lang::{Aspect, SegmentKind, Wanted};
use crate::model::{Checksum, Flags, OptionIter, TcpOption};
use crate::script::{
    Content, Expectation, IcmpLine, Name, Number, OptionWord, SegmentLine, SeqField, StepWord, Term,
};

use super::section::{NAMES, Row};
use super::seen::{Seen, kind_of};

/// What named numbers are, as far as they are known.
pub type Bound = [Option<u64>; NAMES];

/// What is not right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Miss {
    /// It is another segment.
    Another,
    /// One thing of it.
    But(Aspect),
}

/// What a row waits for.
pub fn wanted(row: &Row) -> Wanted {
    match &row.content {
        Content::Segment(seg) => {
            let payload = matches!(seg.seq, Some(SeqField::Range(..) | SeqField::Between(..)))
                || seg.loose.len.is_some_and(|len| len.low > 0);
            let kind = match kind_of(seg.flags, payload) {
                SegmentKind::Ack | SegmentKind::Data if seg.loose.others => SegmentKind::Other,
                kind => kind,
            };
            Wanted::Segment(seg.from, kind)
        }
        Content::Datagram(line) => Wanted::Segment(line.from, SegmentKind::Datagram),
        Content::Copy(..) => Wanted::Copy,
        Content::Icmp(_) => Wanted::Icmp,
        _ => Wanted::Flow,
    }
}

/// Holds a frame against a row. `gap`: time since the frame before. What it
/// finds out about named numbers goes into `bound`.
pub fn compare(
    row: &Row,
    names: &[Name],
    seen: &Seen,
    gap: Option<Duration>,
    bound: &mut Bound,
) -> Result<(), Miss> {
    match &row.content {
        Content::Segment(seg) => {
            segment(seg, names, seen, bound)?;
            expected(&seg.expect, seen)?;
            timing(seg.timing.after, seg.timing.within, row.wait, gap)
        }
        Content::Datagram(line) => {
            sure(seen.brief.udp && seen.brief.from == Some(line.from), Miss::Another)?;
            sure(line.len.is_none_or(|len| len.holds(seen.brief.len)), Miss::But(Aspect::Length))?;
            timing(line.timing.after, line.timing.within, row.wait, gap)
        }
        Content::Icmp(line) => {
            icmp(line, seen)?;
            timing(line.timing.after, line.timing.within, row.wait, gap)
        }
        Content::Copy(times, expect) => {
            sure(seen.is_copy(), Miss::Another)?;
            expected(expect, seen)?;
            timing(times.after, times.within, row.wait, gap)
        }
        Content::Anything => {
            let flow = !seen.brief.flags.intersects(Flags::SYN.with(Flags::FIN).with(Flags::RST));
            sure(flow && seen.icmp.is_none(), Miss::Another)
        }
        _ => Ok(()),
    }
}

fn sure(holds: bool, miss: Miss) -> Result<(), Miss> {
    if holds { Ok(()) } else { Err(miss) }
}

fn timing(
    after: Option<Duration>,
    within: Option<Duration>,
    wait: Duration,
    gap: Option<Duration>,
) -> Result<(), Miss> {
    let Some(gap) = gap else { return Ok(()) };
    sure(gap >= after.unwrap_or_default() + wait, Miss::But(Aspect::TooEarly))?;
    sure(within.is_none_or(|within| gap <= within), Miss::But(Aspect::TooLate))
}

fn segment(seg: &SegmentLine, names: &[Name], seen: &Seen, bound: &mut Bound) -> Result<(), Miss> {
    let brief = &seen.brief;
    let right = brief.from == Some(seg.from) && !seen.is_copy();
    sure(right, Miss::Another)?;
    if !seg.loose.allows(seg.flags, brief.flags) {
        let same = kind_of(seg.flags, brief.len > 0) == kind_of(brief.flags, brief.len > 0);
        return Err(if same { Miss::But(Aspect::Flags) } else { Miss::Another });
    }
    let mut number = Numbers { names, bound };
    // Of a side of which no number is known, none can be told; nor of an
    // earlier incarnation.
    if let Some(seq) = seg.seq {
        number.seq(seq, seen, seen.known[0] && !seg.old)?;
    }
    if let Some(ack) = seg.ack.filter(|_| seen.known[1] && !seg.old && brief.flags.ack()) {
        sure(number.is(ack, brief.ack), Miss::But(Aspect::Ack))?;
    }
    let within = |span: Option<crate::script::Span>, number: u32| span.is_none_or(|span| span.holds(number));
    sure(within(seg.loose.len, brief.len), Miss::But(Aspect::Length))?;
    let window = seg.window.is_none_or(|window| window == seen.window);
    sure(window && within(seg.loose.window, seen.window.into()), Miss::But(Aspect::Window))?;
    let options = seg.options.as_deref().is_none_or(|options| same_options(options, seen));
    sure(options, Miss::But(Aspect::Options))?;
    sure(header(seg, seen), Miss::But(Aspect::Header))
}

fn header(seg: &SegmentLine, seen: &Seen) -> bool {
    let checksum = match seg.checksum {
        Checksum::Good | Checksum::Unknown => true,
        other => other == seen.checksum,
    };
    checksum
        && seg.id.is_none_or(|id| seen.id == Some(id))
        && seg.ttl.is_none_or(|ttl| seen.ttl == ttl)
        && seg.fragments.is_none_or(|fragments| seen.fragments == fragments)
        && seg.cut.is_none_or(|cut| usize::from(cut) == seen.options().len())
}

/// Numbers, and what is known of their names.
struct Numbers<'a> {
    names: &'a [Name],
    bound: &'a mut Bound,
}

impl Numbers<'_> {
    fn seq(&mut self, field: SeqField, seen: &Seen, known: bool) -> Result<(), Miss> {
        let len = u64::from(seen.brief.len);
        let seq = seen.brief.seq;
        let (start, end) = match field {
            SeqField::Any => return Ok(()),
            SeqField::At(at) => (Number::Exactly(at), Some(at)),
            SeqField::Range(start, end) => (Number::Exactly(start), Some(end)),
            SeqField::Variable(term) => (Number::Variable(term), None),
            SeqField::Between(start, end) => {
                sure(len > 0, Miss::But(Aspect::Length))?;
                let last = seq.map(|seq| seq + len);
                sure(!known || self.is(start, seq), Miss::But(Aspect::Seq))?;
                return sure(!known || self.is(end, last), Miss::But(Aspect::Length));
            }
        };
        sure(!known || self.is(start, seq), Miss::But(Aspect::Seq))?;
        let Number::Exactly(start) = start else { return Ok(()) };
        sure(end.is_none_or(|end| end - start == len), Miss::But(Aspect::Length))
    }

    /// Whether a number is that one. A name that is not bound yet is bound to it.
    fn is(&mut self, number: Number, seen: Option<u64>) -> bool {
        match (number, seen) {
            (Number::Any, _) => true,
            (_, None) => false,
            (Number::Exactly(number), Some(seen)) => number == seen,
            (Number::Variable(Term { name, plus }), Some(seen)) => {
                let place = self.names.iter().position(|&known| known == name);
                let Some(value) = place.and_then(|place| self.bound.get_mut(place)) else { return false };
                match (*value, seen.checked_sub(plus.into())) {
                    (_, None) => false,
                    (Some(value), Some(seen)) => value == seen,
                    (None, seen) => {
                        *value = seen;
                        true
                    }
                }
            }
        }
    }
}

fn icmp(line: &IcmpLine, seen: &Seen) -> Result<(), Miss> {
    let Some((from, to, kind)) = seen.icmp else { return Err(Miss::Another) };
    let said = (line.from, line.to) == (from, to) && line.what.kind(kind.v6) == kind;
    sure(said, Miss::But(Aspect::Icmp))?;
    let steps = &line.expect.steps;
    sure(steps.is_empty() || seen.rejects, Miss::But(Aspect::Step))?;
    states(&line.expect, seen)
}

fn expected(expect: &Expectation, seen: &Seen) -> Result<(), Miss> {
    let steps = &seen.event.steps;
    let has = |own: &StepWord| steps.any(|step| own.holds(&StepWord::of(step)));
    let same = expect.steps.iter().all(has);
    sure(same, Miss::But(Aspect::Step))?;
    match expect.marks.iter().find(|&&mark| !seen.event.marks.has(mark)) {
        Some(&mark) => Err(Miss::But(Aspect::Mark(mark))),
        None => states(expect, seen),
    }
}

fn states(expect: &Expectation, seen: &Seen) -> Result<(), Miss> {
    let wrong = expect.states.iter().find(|(side, state)| seen.event.states[*side as usize] != *state);
    wrong.map_or(Ok(()), |(side, _)| Err(Miss::But(Aspect::State(*side))))
}

/// The options of a header in a script's words, without padding.
pub fn options_of(seen: &Seen) -> Vec<OptionWord> {
    let read = OptionIter::new(seen.options(), seen.declared.into());
    read.filter_map(Result::ok).filter_map(|option| word(&option, seen)).collect()
}

fn word(option: &TcpOption<'_>, seen: &Seen) -> Option<OptionWord> {
    let raw = |kind: u8, data: &[u8]| {
        let octets = [kind, data.len() as u8 + 2].into_iter().chain(data.iter().copied());
        Some(OptionWord::Octets(octets.take(16).collect()))
    };
    match *option {
        TcpOption::End | TcpOption::Nop => None,
        TcpOption::Mss(mss) => Some(OptionWord::Mss(mss)),
        TcpOption::WindowScale(shift) => Some(OptionWord::WindowScale(shift)),
        TcpOption::SackPermitted => Some(OptionWord::SackPermitted),
        TcpOption::Sack(blocks) => {
            let base = seen.base.unwrap_or_default();
            let edges = TcpOption::sack_blocks(blocks);
            let offset = |edge: crate::model::Seq| u64::from(edge.relative_to(base));
            Some(OptionWord::Sack(edges.map(|(left, right)| (offset(left), offset(right))).collect()))
        }
        TcpOption::Timestamps(times) => Some(OptionWord::Timestamps(times.val, times.ecr)),
        TcpOption::FastOpen(cookie) => Some(OptionWord::FastOpen(cookie.to_vec())),
        TcpOption::Md5(data) => raw(19, data),
        TcpOption::Ao(data) => raw(29, data),
        TcpOption::Mptcp(data) => raw(30, data),
        TcpOption::AccEcn(data) => raw(172, data),
        TcpOption::Other(other) => raw(other.kind, other.data),
    }
}

/// Whether a header has these options, padding apart, in any order; `...`: and
/// perhaps others.
fn same_options(words: &[OptionWord], seen: &Seen) -> bool {
    let mut there = options_of(seen);
    let padding = |word: &&OptionWord| matches!(word, OptionWord::End | OptionWord::Nop | OptionWord::More);
    for word in words.iter().filter(|word| !padding(word)) {
        let Some(place) = there.iter().position(|option| is_option(word, option)) else { return false };
        there.swap_remove(place);
    }
    there.is_empty() || words.contains(&OptionWord::More)
}

fn is_option(word: &OptionWord, seen: &OptionWord) -> bool {
    let kind = match seen {
        OptionWord::Mss(_) => "mss",
        OptionWord::WindowScale(_) => "wscale",
        OptionWord::Sack(_) => "sack",
        OptionWord::Timestamps(..) => "TS",
        OptionWord::FastOpen(_) => "tfo",
        OptionWord::Octets(_) => "octets",
        _ => "",
    };
    match word {
        OptionWord::Any(any) => *any == kind,
        word => word == seen,
    }
}
