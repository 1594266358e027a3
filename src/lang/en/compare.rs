//! What `compare` says, in English.

use std::fmt::Write as _;

use crate::lang::finding::shown;
use crate::lang::units::Grouped;
use crate::lang::{CompareNote, CompareWord, Finding, Kind, Note, Point, Remark, Values};
use crate::track::Side;

use super::plural;

pub(super) const fn side(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

/// `1460 at A, 1380 at B`.
fn values(kind: Kind, values: &Values) -> String {
    let show = |value| shown(kind, value, "nothing");
    match values {
        Values::None => String::new(),
        Values::Numbers([a, b]) => format!("{} at A, {} at B", show(*a), show(*b)),
        Values::Option(named, point) => {
            format!("{} at {}, not at {}", named.name(), point.letter(), point.other().letter())
        }
        Values::Ends([a, b]) => format!("{a} at A, {b} at B"),
    }
}

const fn head(kind: Kind) -> &'static str {
    match kind {
        Kind::Address => "address",
        Kind::Isn => "ISN",
        Kind::Lost => "lost",
        Kind::Missing => "missing",
        Kind::Appeared => "appeared",
        Kind::Injected => "forged",
        Kind::Duplicated => "duplicated",
        Kind::Reordered => "reordered",
        Kind::Mss => "MSS",
        Kind::WindowScale => "window scale",
        Kind::Option => "option",
        Kind::Timestamps => "timestamps",
        Kind::Sack => "SACK",
        Kind::EcnFlags => "ECN flags",
        Kind::EcnBits => "ECN",
        Kind::Flags => "flags",
        Kind::Window => "window",
        Kind::Ack => "ack",
        Kind::Payload => "payload",
        Kind::Delayed => "delayed",
        Kind::Resegmented => "cut anew",
        Kind::NotCaptured => "not captured",
        Kind::Before => "before",
        Kind::After => "after",
    }
}

/// A remark about what differs.
pub(super) fn finding(finding: &Finding, out: &mut Vec<Remark>) {
    let mut text = String::new();
    said(finding, &mut text);
    out.push(Remark::of_finding(finding.kind, head(finding.kind), text));
}

fn said(finding: &Finding, out: &mut String) {
    if finding.only.is_some() {
        return in_one(finding, out);
    }
    let Finding { kind, from, count, .. } = *finding;
    let who = side(from);
    let all = format!("{} of the {who} ({})", plural(count, "segment", "segments"), finding.places());
    let changed = values(kind, &finding.values);
    let several = format!("{all}: {changed}");
    // Nothing is ever wrong with writing to a text.
    let _ = match kind {
        Kind::Address => write!(out, "of the {who}: {changed}; translated on the way (NAT)"),
        Kind::Isn => {
            write!(out, "of the {who}: {changed}; rewritten on the way, as firewalls do to make it random")
        }
        Kind::Reordered => {
            write!(out, "{all}: overtaken by what was sent after {}", them(count == 1))
        }
        Kind::Mss => write!(out, "{several}; clamped on the way"),
        Kind::WindowScale | Kind::EcnFlags | Kind::Flags => write!(out, "{several}; changed on the way"),
        Kind::Option => write!(out, "{several}; stripped or added on the way"),
        Kind::Timestamps => write!(out, "{all}: the first {changed}; rewritten on the way"),
        Kind::Sack => {
            write!(
                out,
                "{all}: blocks point elsewhere, the first to {changed}; who rewrites numbers must rewrite these too"
            )
        }
        Kind::EcnBits
            if matches!(finding.values, Values::Numbers([Some(_), Some(3)] | [Some(3), Some(_)])) =>
        {
            write!(out, "{several}; a router on the way met congestion")
        }
        Kind::EcnBits => write!(out, "{several}; changed on the way"),
        Kind::Window | Kind::Ack => write!(out, "{all}: another number, the first {changed}"),
        Kind::Payload => write!(out, "{all}: other octets at A and at B"),
        Kind::Delayed => write!(out, "{all}: much longer on the way than the others"),
        Kind::Resegmented => {
            write!(out, "{all}: the same octets in other segments; network cards do that (TSO, GRO)")
        }
        Kind::Lost
        | Kind::Missing
        | Kind::Appeared
        | Kind::Injected
        | Kind::Duplicated
        | Kind::NotCaptured
        | Kind::Before
        | Kind::After => Ok(()),
    };
}

/// Of segments that one capture alone has.
fn in_one(finding: &Finding, out: &mut String) {
    let Finding { kind, from, count, .. } = *finding;
    let who = side(from);
    let one = count == 1;
    let all = format!("{} of the {who} ({})", plural(count, "segment", "segments"), finding.places());
    let here = finding.only.unwrap_or(Point::A);
    let (own, other) = (here.letter(), here.other().letter());
    let proof = finding.proof_at(finding.proof_point()).filter(|_| one).unwrap_or_default();
    // Nothing is ever wrong with writing to a text.
    let _ = match kind {
        Kind::Lost => lost(finding, &all, &proof, out),
        Kind::Missing => {
            write!(
                out,
                "{all} in {own}, not in {other}: lost on the way, or {other}'s capture missed it; nothing tells"
            )
        }
        Kind::Appeared => write!(
            out,
            "{all} in {own}, not in {other}, where it should have come by first: made on the way, or {other}'s capture missed it"
        ),
        Kind::Injected => injected(finding, &proof, out),
        Kind::Duplicated if one => write!(out, "{all}: a copy of {proof}, sent once"),
        Kind::Duplicated => write!(out, "{all}: arrived more often than sent"),
        Kind::NotCaptured if proof.is_empty() => {
            write!(out, "{all} in {own} only: {other}'s capture missed {}, the network did not", them(one))
        }
        Kind::NotCaptured => {
            write!(
                out,
                "{all} in {own} only: {other}'s capture missed it, the network did not ({proof} proves it)"
            )
        }
        Kind::Before => write!(
            out,
            "{all} in {own} only, before {other}'s first packet: {other} may not have been capturing yet"
        ),
        Kind::After => write!(
            out,
            "{all} in {own} only, after {other}'s last packet: lost, or {other} was no longer capturing"
        ),
        Kind::Address
        | Kind::Isn
        | Kind::Reordered
        | Kind::Mss
        | Kind::WindowScale
        | Kind::Option
        | Kind::Timestamps
        | Kind::Sack
        | Kind::EcnFlags
        | Kind::EcnBits
        | Kind::Flags
        | Kind::Window
        | Kind::Ack
        | Kind::Payload
        | Kind::Delayed
        | Kind::Resegmented => Ok(()),
    };
}

/// Segments that did not arrive; `all` of them, and what bears it out.
fn lost(finding: &Finding, all: &str, proof: &str, out: &mut String) -> std::fmt::Result {
    let here = finding.only.unwrap_or(Point::A);
    let (own, other) = (here.letter(), here.other().letter());
    match (proof, finding.certain, finding.count) {
        (_, false, _) => write!(
            out,
            "{all} on the way from {own} to {other}, it seems: unanswered; but {other} has no packet of that time, and may not have been capturing"
        ),
        ("", true, 1) => {
            write!(out, "{all} on the way from {own} to {other}: the other side went on without it")
        }
        (proof, true, 1) => write!(out, "{all} on the way from {own} to {other}: sent again as {proof}"),
        (_, true, _) => write!(out, "{all} on the way from {own} to {other}: sent again"),
    }
}

/// Resets that nobody sent.
fn injected(finding: &Finding, proof: &str, out: &mut String) -> std::fmt::Result {
    let (who, here) = (side(finding.from), finding.only.unwrap_or(Point::A));
    let (own, other) = (here.letter(), here.other().letter());
    let resets = plural(finding.count, "reset", "resets");
    let places = finding.places();
    write!(out, "{resets} in the {who}'s name ({places}): in {own} only; the {who} never sent it")?;
    match (proof, finding.certain) {
        ("", false) => write!(out, ", unless {other}'s capture missed it"),
        ("", true) => Ok(()),
        (proof, _) => write!(out, " and went on ({proof})"),
    }
}

const fn them(one: bool) -> &'static str {
    if one { "it" } else { "them" }
}

/// What stands beside a segment in the table.
pub(super) fn note(note: &Note, out: &mut String) {
    let own = note.only.unwrap_or(Point::A);
    let other = own.other().letter();
    let proof = note.proof.map(|frame| format!("{} #{frame}", note.proof_point().letter()));
    let with = |words: &str| proof.as_ref().map_or_else(String::new, |proof| format!("{words} {proof}"));
    let changed = values(note.kind, &note.values);
    let _ = match note.kind {
        Kind::Address | Kind::Isn => write!(out, "{}: {changed}", head(note.kind)),
        Kind::Lost => {
            write!(out, "lost{}{}", if note.certain { "" } else { ", it seems" }, with("; again in"))
        }
        Kind::Missing => write!(out, "missing at {other}"),
        Kind::Appeared => write!(out, "not at {other}"),
        Kind::Injected => write!(out, "forged: not sent at {other}"),
        Kind::Duplicated => write!(out, "{}", with("copy of")),
        Kind::Reordered => write!(out, "overtaken"),
        Kind::Payload => write!(out, "other octets"),
        Kind::Delayed => write!(out, "late"),
        Kind::Resegmented => write!(out, "segments: {changed}"),
        Kind::NotCaptured => write!(out, "missed by {other}'s capture{}", with(";")),
        Kind::Before => write!(out, "before {other}'s first"),
        Kind::After => write!(out, "after {other}'s last"),
        Kind::Option => write!(out, "{changed}"),
        kind => write!(out, "{} {changed}", head(kind)),
    };
}

/// A sentence at the end, or a row.
pub(super) fn sentence(note: &CompareNote, out: &mut String) {
    let connections = |count| plural(count, "connection", "connections");
    let _ = match *note {
        CompareNote::Pairs(count, 0) => write!(out, "{} in both, the same at A and B", connections(count)),
        CompareNote::Pairs(count, differ) => {
            write!(out, "{} in both, {} of them not the same", connections(count), Grouped(differ))
        }
        CompareNote::Only(point, count) => write!(out, "{} in {} only", connections(count), point.letter()),
        CompareNote::Unrelated => write!(
            out,
            "no connection is in both captures: none has the same initial sequence numbers or data"
        ),
        CompareNote::Empty(point) => write!(out, "no TCP connection in {}", point.letter()),
        CompareNote::Rows(count) => {
            write!(out, "⋮ {} like these; --data all shows all", plural(count, "more row", "more rows"))
        }
        CompareNote::Alike(count) => write!(out, "⋮ {} alike at both", plural(count, "segment", "segments")),
        CompareNote::MoreOnly(count) => write!(out, "… and {} more", Grouped(count)),
        CompareNote::NotKept(point, count) => write!(
            out,
            "{} of {} not compared: too many",
            plural(count, "segment", "segments"),
            point.letter()
        ),
    };
}

/// A word.
pub(super) const fn word(word: CompareWord) -> &'static str {
    match word {
        CompareWord::OnTheWay => "on the way",
        CompareWord::What => "what happened",
        CompareWord::NearClient => "near client",
        CompareWord::NearServer => "near server",
        CompareWord::Segments => "segments",
        CompareWord::OnlyA => "only in A",
        CompareWord::OnlyB => "only in B",
    }
}
