//! What stands in the rows of a table, before it is known how much room there
//! is.

use crate::lang::{Language, Misled, ProofForm, units};
use crate::model::Timestamp;
use crate::track::{Conversation, Mark, Opened, Phase, Side, State, Step, Stray, Unacceptable};

use super::row::{Item, Line, Notice, telling};
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

/// The texts of one segment.
pub(super) struct Draft {
    pub frame: String,
    pub gap: String,
    pub from: Side,
    /// An ICMP error, not a segment.
    pub icmp: bool,
    pub flags: String,
    pub seq: String,
    pub ack: String,
    pub step: String,
    pub role: Role,
    /// Brief, short, long; all empty if nothing is proven.
    proofs: [String; 3],
    pub marks: String,
    /// Client's and server's state, if it differs from the row before.
    pub states: [&'static str; 2],
}

impl Draft {
    /// The proof in one of its forms.
    pub fn proof(&self, form: ProofForm) -> &str {
        &self.proofs[form as usize]
    }
}

/// A row of a table.
pub(super) enum Drafted {
    Line(Box<Draft>),
    Across(String),
    /// Why the line before it is what it is.
    Why(String),
}

/// The texts of all rows.
pub(super) fn all(items: &[Item], look: Look<'_>) -> Vec<Drafted> {
    let mut before: Option<(Timestamp, [State; 2])> = None;
    let mut drafts = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Line(line) => {
                drafts.push(Drafted::Line(Box::new(draft(line, before, look))));
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
                drafts.push(Drafted::Line(Box::new(notice(it, before, look))));
                before = Some((it.error.at, it.states));
            }
        }
    }
    drafts
}

fn draft(line: &Line, before: Option<(Timestamp, [State; 2])>, look: Look<'_>) -> Draft {
    let tidy = |text: String| look.style.tidy(text);
    let (step, role) = step(line, Crossed::of(look.conv), look.lang);
    Draft {
        frame: line.frame.to_string(),
        gap: tidy(before.map_or_else(String::new, |(at, _)| gap(line.at, at))),
        from: line.from(look.conv.client_way),
        icmp: false,
        flags: format!("[{}]", line.flags.tcpdump()),
        seq: seq(line, look.numbers),
        ack: if line.flags.ack() { number(line.ack) } else { String::new() },
        step: tidy(step),
        role,
        proofs: [ProofForm::Brief, ProofForm::Short, ProofForm::Long]
            .map(|form| tidy(proof(line, form, look.lang))),
        marks: tidy(marks(line, look)),
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

fn notice(notice: &Notice, before: Option<(Timestamp, [State; 2])>, look: Look<'_>) -> Draft {
    let mut step = String::new();
    look.lang.icmp(&notice.error, &mut step);
    let gap = before.map_or_else(String::new, |(at, _)| gap(notice.error.at, at));
    Draft {
        frame: notice.error.frame.to_string(),
        gap: look.style.tidy(gap),
        from: notice.from(look.conv.client_way),
        icmp: true,
        flags: String::new(),
        seq: String::new(),
        ack: String::new(),
        step: look.style.tidy(step),
        role: Role::Warning,
        proofs: Default::default(),
        marks: String::new(),
        states: changed(notice.states, before),
    }
}

/// `+12 µs`, or `−12 µs` if the clock went back.
pub(super) fn gap(at: Timestamp, before: Timestamp) -> String {
    if at < before {
        format!("−{}", units::Span(before.since(at)))
    } else {
        format!("+{}", units::Span(at.since(before)))
    }
}

/// Shown when tcpdump shows it: with payload as `a:b`, alone with SYN, FIN or RST.
fn seq(line: &Line, numbers: NumberStyle) -> String {
    let flags = line.flags;
    let Some(first) = line.seq else { return if line.len > 0 { "?".to_owned() } else { String::new() } };
    if line.len == 0 {
        let shown = flags.syn() || flags.fin() || flags.rst();
        return if shown { first.to_string() } else { String::new() };
    }
    let end = first.wrapping_add(line.len.into());
    let end = if numbers == NumberStyle::Isn { end } else { end & u64::from(u32::MAX) };
    format!("{first}:{end}")
}

fn number(value: Option<u64>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| value.to_string())
}

/// All steps of a segment, and the colour of the gravest.
fn step(line: &Line, crossed: Crossed, lang: &dyn Language) -> (String, Role) {
    let mut text = String::new();
    let mut role = Role::Dim;
    for step in line.steps() {
        if !text.is_empty() {
            text.push_str(lang.also());
        }
        say_step(step, crossed, lang, &mut text);
        let its = role_of(step);
        if rank(its) > rank(role) {
            role = its;
        }
    }
    (text, role)
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

fn proof(line: &Line, form: ProofForm, lang: &dyn Language) -> String {
    let mut text = String::new();
    for proof in line.proofs() {
        if !text.is_empty() {
            text.push_str(", ");
        }
        lang.proof(proof, form, &mut text);
    }
    text
}

fn marks(line: &Line, look: Look<'_>) -> String {
    // The step says it already.
    let said = |mark: &Mark| {
        let why = Unacceptable::BadChecksum;
        *mark == Mark::BadChecksum && line.steps().any(|&step| step == Step::ResetIgnored { why })
    };
    let mut text = String::new();
    for mark in telling(line.marks).filter(|mark| !said(mark)) {
        // Other numbers than tcpdump's do not mislead.
        if mark == Mark::TcpdumpMisleads && look.numbers != NumberStyle::Tcpdump {
            continue;
        }
        if !text.is_empty() {
            text.push_str(", ");
        }
        match misled(line, look).filter(|_| mark == Mark::TcpdumpMisleads) {
            Some(misled) => look.lang.offset(&misled, &mut text),
            None => text.push_str(look.lang.mark(mark)),
        }
    }
    text
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
