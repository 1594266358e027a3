//! What stands in the rows of a table, before it is known how much room there
//! is.

use std::borrow::Borrow;
use std::fmt::Write;

use crate::lang::units::{self, number};
use crate::lang::{Language, Misled, ProofForm};
use crate::model::Timestamp;
use crate::track::{Conversation, Mark, Opened, Phase, Side, State, Step, Stray, Unacceptable};

use super::plan::Titles;
use super::row::{Item, Line, Notice, telling};
use super::store::{Store, Text};
use super::style::{NumberStyle, Role, Style};
use super::told::Explain;

/// What a table is made with.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub lang: &'a dyn Language,
    pub style: &'a Style,
    pub numbers: NumberStyle,
    pub conv: &'a Conversation,
    pub explain: Explain,
    pub titles: &'a Titles,
    /// There is room for proofs in their long form.
    pub long_proofs: bool,
}

/// What of a conversation went both ways at once.
#[derive(Clone, Copy, Default)]
pub(super) struct Crossed {
    /// Both sides sent a SYN.
    pub syns: bool,
    /// Both sides sent their FIN before the other's arrived.
    pub fins: bool,
}

impl Crossed {
    pub fn of(conv: &Conversation) -> Self {
        let syns = matches!(conv.phase, Phase::Crossed | Phase::Open(Opened::Simultaneous));
        Crossed { syns, fins: conv.crossed_fins }
    }

    /// Whether the step is one of those that crossed.
    pub fn has(self, step: &Step) -> bool {
        match step {
            Step::Syn { .. } | Step::SynAck { .. } | Step::HandshakeAck => self.syns,
            Step::Fin { .. } | Step::FinAck { .. } | Step::LastAck { .. } => self.fins,
            _ => false,
        }
    }
}

/// Appends a step in its words.
pub(super) fn say_step(step: &Step, crossed: Crossed, lang: &dyn Language, out: &mut String) {
    if crossed.has(step) { lang.crossing(step, out) } else { lang.step(step, out) }
}

/// The texts of one segment, in the store of its table.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub frame: Text,
    pub gap: Text,
    pub from: Side,
    /// An ICMP error, not a segment.
    pub icmp: bool,
    pub flags: Text,
    pub seq: Text,
    pub ack: Text,
    pub step: Text,
    pub role: Role,
    /// Brief, short, long; all empty if nothing is proven.
    proofs: [Text; 3],
    pub marks: Text,
    /// Client's and server's state, if it differs from the row before.
    pub states: [&'static str; 2],
}

impl Draft {
    /// The proof in one of its forms.
    pub fn proof(&self, form: ProofForm) -> Text {
        self.proofs[form as usize]
    }
}

/// A row of a table.
pub(super) enum Drafted {
    Line(Draft),
    Across(String),
    /// Why the line before it is what it is.
    Why(String),
}

/// The texts of all rows are appended to `drafts`, and stand in `store`.
pub(super) fn all(
    items: impl IntoIterator<Item = impl Borrow<Item>>,
    look: Look<'_>,
    store: &mut Store,
    drafts: &mut Vec<Drafted>,
) {
    let crossed = Crossed::of(look.conv);
    let mut before: Option<(Timestamp, [State; 2])> = None;
    for item in items {
        match item.borrow() {
            Item::Line(line) => {
                drafts.push(Drafted::Line(draft(line, before, crossed, look, store)));
                drafts.extend(reasons(line, look).into_iter().map(Drafted::Why));
                before = Some((line.at, line.states));
            }
            Item::Fold(fold) => {
                let mut text = String::new();
                let told = fold.told(look.conv.client_way, before.map(|(at, _)| at));
                look.lang.folded(&told, &mut text);
                drafts.push(Drafted::Across(look.style.tidy(text)));
                before = Some((fold.until, fold.states));
            }
            Item::Icmp(it) => {
                drafts.push(Drafted::Line(notice(it, before, look, store)));
                before = Some((it.error.at, it.states));
            }
        }
    }
}

fn draft(
    line: &Line,
    before: Option<(Timestamp, [State; 2])>,
    crossed: Crossed,
    look: Look<'_>,
    store: &mut Store,
) -> Draft {
    let ascii = look.style.ascii;
    let mut role = Role::Dim;
    Draft {
        frame: store.plain(|out| number(line.frame, out)),
        gap: match before {
            Some((at, _)) => store.tidied(ascii, |out| put_gap(line.at, at, out)),
            None => Text::default(),
        },
        from: line.from(look.conv.client_way),
        icmp: false,
        flags: store.plain(|out| {
            out.push('[');
            out.push_str(line.flags.tcpdump());
            out.write_char(']')
        }),
        seq: store.plain(|out| seq(line, look.numbers, out)),
        ack: match line.ack {
            _ if !line.flags.ack() => Text::default(),
            Some(ack) => store.plain(|out| number(ack, out)),
            None => store.plain(|out| out.write_char('?')),
        },
        step: store.tidied(ascii, |out| {
            role = step(line, crossed, look.lang, out);
            Ok(())
        }),
        role,
        proofs: proofs(line, look, store),
        marks: if line.marks.is_empty() {
            Text::default()
        } else {
            store.tidied(ascii, |out| marks(line, look, out))
        },
        states: changed(line.states, before),
    }
}

/// The states that differ from those of the row before.
fn changed(now: [State; 2], before: Option<(Timestamp, [State; 2])>) -> [&'static str; 2] {
    Side::BOTH.map(|side| {
        let its = now[side as usize];
        let known = before.is_some_and(|(_, states)| states[side as usize] == its);
        if known { "" } else { its.name() }
    })
}

fn notice(
    notice: &Notice,
    before: Option<(Timestamp, [State; 2])>,
    look: Look<'_>,
    store: &mut Store,
) -> Draft {
    let ascii = look.style.ascii;
    Draft {
        frame: store.plain(|out| number(notice.error.frame, out)),
        gap: match before {
            Some((at, _)) => store.tidied(ascii, |out| put_gap(notice.error.at, at, out)),
            None => Text::default(),
        },
        from: notice.from(look.conv.client_way),
        icmp: true,
        flags: Text::default(),
        seq: Text::default(),
        ack: Text::default(),
        step: store.tidied(ascii, |out| {
            look.lang.icmp(&notice.error, out);
            Ok(())
        }),
        role: Role::Warning,
        proofs: Default::default(),
        marks: Text::default(),
        states: changed(notice.states, before),
    }
}

/// `+12 µs`, or `−12 µs` if the clock went back.
pub(super) fn put_gap(at: Timestamp, before: Timestamp, out: &mut String) -> std::fmt::Result {
    let back = at < before;
    out.push(if back { '−' } else { '+' });
    units::Span(if back { before.since(at) } else { at.since(before) }).put(out)
}

/// Shown when tcpdump shows it: with payload as `a:b`, alone with SYN, FIN or RST.
fn seq(line: &Line, numbers: NumberStyle, out: &mut String) -> std::fmt::Result {
    let flags = line.flags;
    let shown = line.len > 0 || flags.syn() || flags.fin() || flags.rst();
    match line.seq.filter(|_| shown) {
        Some(first) if line.len > 0 => {
            number(first, out)?;
            out.push(':');
            let end = first.wrapping_add(line.len.into());
            number(if numbers == NumberStyle::Isn { end } else { end & u64::from(u32::MAX) }, out)
        }
        Some(first) => number(first, out),
        None if line.len > 0 && line.seq.is_none() => out.write_char('?'),
        None => Ok(()),
    }
}

/// All steps of a segment, and the colour of the gravest.
fn step(line: &Line, crossed: Crossed, lang: &dyn Language, out: &mut String) -> Role {
    let mut role = Role::Dim;
    for (nth, step) in line.steps().enumerate() {
        if nth > 0 {
            out.push_str(lang.also());
        }
        say_step(step, crossed, lang, out);
        let its = role_of(step);
        if rank(its) > rank(role) {
            role = its;
        }
    }
    role
}

fn rank(role: Role) -> u8 {
    match role {
        Role::Trouble => 5,
        Role::Warning => 4,
        Role::Closing => 3,
        Role::Opening => 2,
        Role::Plain => 1,
        _ => 0,
    }
}

fn role_of(step: &Step) -> Role {
    match step {
        Step::Syn { attempt: ..=1, .. }
        | Step::SimultaneousSyn
        | Step::SynAck { attempt: ..=1 }
        | Step::HandshakeAck => Role::Opening,
        Step::Fin { attempt: ..=1, .. } | Step::FinAck { .. } | Step::LastAck { .. } => Role::Closing,
        Step::Refused | Step::ClientAbort | Step::Reset => Role::Trouble,
        Step::Syn { .. }
        | Step::SynAck { .. }
        | Step::Fin { .. }
        | Step::DuplicateAck { .. }
        | Step::ZeroWindow
        | Step::WindowProbe
        | Step::Retransmission { .. }
        | Step::OutOfOrder { .. }
        | Step::ResetIgnored { .. }
        | Step::ResetChallenged
        | Step::ChallengeAck => Role::Warning,
        Step::Stray(Stray::Copy) => Role::Dim,
        Step::Stray(_) => Role::Warning,
        Step::Data { .. } => Role::Plain,
        Step::Ack { .. } | Step::WindowUpdate | Step::KeepAlive | Step::KeepAliveAck => Role::Dim,
    }
}

fn proofs(line: &Line, look: Look<'_>, store: &mut Store) -> [Text; 3] {
    if line.proofs().next().is_none() {
        return Default::default();
    }
    [ProofForm::Brief, ProofForm::Short, ProofForm::Long].map(|form| {
        if form == ProofForm::Long && !look.long_proofs {
            return Text::default();
        }
        store.tidied(look.style.ascii, |out| {
            for (nth, proof) in line.proofs().enumerate() {
                if nth > 0 {
                    out.push_str(", ");
                }
                look.lang.proof(proof, form, out);
            }
            Ok(())
        })
    })
}

fn marks(line: &Line, look: Look<'_>, out: &mut String) -> std::fmt::Result {
    // The step says it already.
    let said = |mark: &Mark| {
        let why = Unacceptable::BadChecksum;
        *mark == Mark::BadChecksum && line.steps().any(|&step| step == Step::ResetIgnored { why })
    };
    let from = out.len();
    for mark in telling(line.marks).filter(|mark| !said(mark)) {
        // Other numbers than tcpdump's do not mislead.
        if mark == Mark::TcpdumpMisleads && look.numbers != NumberStyle::Tcpdump {
            continue;
        }
        if out.len() > from {
            out.push_str(", ");
        }
        match misled(line, look).filter(|_| mark == Mark::TcpdumpMisleads) {
            Some(misled) => look.lang.offset(&misled, out),
            None => out.push_str(look.lang.mark(mark)),
        }
    }
    Ok(())
}

fn misled(line: &Line, look: Look<'_>) -> Option<Misled> {
    line.told()?.misled(&line.spoken(look.conv.client_way), look.conv)
}

/// Why the line is what it is, if that was asked for.
fn reasons(line: &Line, look: Look<'_>) -> Vec<String> {
    let Some(told) = line.told().filter(|_| look.explain != Explain::No) else { return Vec::new() };
    let spoken = line.spoken(look.conv.client_way);
    let sentences = told.reasons(&spoken, line.steps(), line.proofs(), look.conv, (look.explain, look.lang));
    sentences.into_iter().map(|text| look.style.tidy(text)).collect()
}
