//! CSV (RFC 4180): a header row, then one row a conversation.
//!
//! Columns are named after the keys of the JSON, `handshake.` and the like left
//! out and the side in front (`client_bytes`); changes only add, at the end.
//! Slugs are not translated. A cell is empty where JSON says `null`; several
//! slugs in one cell are separated by blanks. Rows come in the order of the
//! conversations' numbers, as those of the summary, those of UDP exchanges by
//! theirs. `protocol` tells the two apart; what only the other has is empty.
//!
//! Lines end in CR LF. A text that a spreadsheet would take for a formula, since
//! it begins with `=`, `+`, `-`, `@`, a tab or a carriage return, gets an
//! apostrophe in front; whole numbers and decimals stay as they are.

use std::fmt::Write as _;

use crate::model::{Endpoint, Timestamp};
use crate::track::{Roles, Side};
use crate::verdict::{End, TimeWait};

use super::json::{icmp_name, nanos};
use super::order::InOrder;
use super::{Begin, Ceased, Detail, Judged, Row, Sink, Totals};

/// The columns, in their order. Only to be added to, at the end.
pub const COLUMNS: &[&str] = &[
    "conversation",
    "incarnation",
    "client",
    "client_address",
    "client_port",
    "server",
    "server_address",
    "server_port",
    "roles",
    "scope",
    "opening",
    "ending",
    "first_closer",
    "closing_segments",
    "simultaneous_close",
    "reset_by",
    "reset_reason",
    "time_wait",
    "synack_rtt_ns",
    "ack_rtt_ns",
    "connect_ns",
    "reject_ns",
    "syns",
    "synacks",
    "ambiguous",
    "lasted_ns",
    "half_closed_ns",
    "first_byte_ns",
    "teardown_ns",
    "client_segments",
    "server_segments",
    "client_bytes",
    "server_bytes",
    "client_retransmissions",
    "server_retransmissions",
    "client_state",
    "server_state",
    "first_frame",
    "last_frame",
    "first",
    "last",
    "marks",
    "confidence",
    "protocol",
    "exchange",
    "outcome",
    "client_datagrams",
    "server_datagrams",
    "answer_ns",
    "unreachable",
    "icmp_errors",
    "ended",
];

/// Prints CSV.
pub struct CsvSink {
    order: InOrder,
    exchange_order: InOrder,
    /// Reused for each row.
    text: String,
}

impl CsvSink {
    /// A sink that has seen nothing. `live`: rows come as conversations end.
    pub fn new(live: bool) -> Self {
        CsvSink { order: InOrder::new(live), exchange_order: InOrder::new(live), text: String::new() }
    }
}

/// A row that is being written.
struct Cells<'a> {
    out: &'a mut String,
    /// Cells were written.
    begun: bool,
}

impl<'a> Cells<'a> {
    fn begin(out: &'a mut String) -> Self {
        Cells { out, begun: false }
    }

    fn text(&mut self, text: &str) {
        if std::mem::replace(&mut self.begun, true) {
            self.out.push(',');
        }
        cell(text, self.out);
    }

    fn word(&mut self, word: Option<&'static str>) {
        self.text(word.unwrap_or_default());
    }

    fn number(&mut self, number: Option<u64>) {
        let mut buffer = itoa::Buffer::new();
        self.text(number.map_or("", |number| buffer.format(number)));
    }

    /// Columns that are not about this.
    fn blank(&mut self, count: usize) {
        (0..count).for_each(|_| self.text(""));
    }

    fn ends(&mut self, of: impl Fn(Side) -> Endpoint) {
        for side in Side::BOTH {
            let end = of(side);
            self.text(&end.to_string());
            self.text(&end.addr.to_string());
            self.number(Some(end.port.into()));
        }
    }

    fn times(&mut self, times: [Timestamp; 2]) {
        for at in times {
            let mut text = String::new();
            // Writing to a string cannot fail.
            let _ = write!(text, "{}.{:09}", at.secs(), at.subsec_nanos());
            self.text(&text);
        }
    }

    fn flag(&mut self, flag: bool) {
        self.text(if flag { "true" } else { "false" });
    }

    fn words(&mut self, words: impl Iterator<Item = &'static str>) {
        self.text(&words.collect::<Vec<_>>().join(" "));
    }

    fn both(&mut self, of: impl Fn(Side) -> u64) {
        Side::BOTH.into_iter().for_each(|side| self.number(Some(of(side))));
    }
}

/// Appends one cell: quoted where it must be, harmless to a spreadsheet.
fn cell(text: &str, out: &mut String) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(text);
    let quoted = text.contains(['"', ',', '\r', '\n']);
    if quoted {
        out.push('"');
    }
    if formula {
        out.push('\'');
    }
    for c in text.chars() {
        if c == '"' {
            out.push('"');
        }
        out.push(c);
    }
    if quoted {
        out.push('"');
    }
}

/// A number, which no spreadsheet computes with before it is asked to.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, part].iter().all(|part| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit()))
}

fn row(judged: &Judged<'_>, out: &mut String) {
    let (conv, times) = (judged.conversation, &judged.times);
    let mut cells = Cells::begin(out);
    cells.number(Some(conv.number));
    cells.number(Some(conv.incarnation.into()));
    cells.ends(|side| conv.endpoint(side));
    cells.word(Some(Roles::slug(conv.roles)));
    cells.text(&judged.scope.to_string());
    outcome(judged, &mut cells);
    for time in [times.synack_rtt, times.ack_rtt, times.connect, times.reject] {
        cells.number(time.map(nanos));
    }
    cells.number(Some(conv.syns.into()));
    cells.number(Some(conv.synacks.into()));
    cells.flag(times.ambiguous);
    for time in [Some(times.lasted), times.half_closed, times.first_byte, times.teardown] {
        cells.number(time.map(nanos));
    }
    cells.both(|side| conv.side(side).segments);
    cells.both(|side| conv.side(side).bytes);
    cells.both(|side| conv.side(side).retransmissions.into());
    conv.states().into_iter().for_each(|state| cells.word(Some(state.name())));
    cells.number(Some(conv.first.frame));
    let last = conv.ends_at();
    cells.number(Some(last.frame));
    cells.times([conv.first.at, last.at]);
    cells.words(conv.marks.iter().map(|mark| mark.slug()));
    cells.words(judged.confidence.iter().map(|doubt| doubt.slug()));
    cells.word(Some("tcp"));
    cells.blank(8);
    out.push_str("\r\n");
}

/// The row of an exchange of datagrams.
fn exchange_row(ceased: &Ceased<'_>, out: &mut String) {
    let exchange = ceased.exchange;
    let mut cells = Cells::begin(out);
    // Neither number nor incarnation of a conversation.
    cells.blank(2);
    cells.ends(|side| exchange.endpoint(side));
    cells.blank(1);
    cells.text(&ceased.scope.to_string());
    // From `opening` to `ambiguous` it is all about TCP.
    cells.blank(15);
    cells.number(Some(nanos(exchange.lasted())));
    // From `half_closed_ns` to `server_segments`.
    cells.blank(5);
    cells.both(|side| exchange.bytes[side as usize]);
    // Retransmissions and states.
    cells.blank(4);
    cells.number(Some(exchange.first.frame));
    cells.number(Some(exchange.last.frame));
    cells.times([exchange.first.at, exchange.last.at]);
    // Marks and confidence.
    cells.blank(2);
    cells.word(Some("udp"));
    cells.number(Some(exchange.number));
    cells.word(Some(exchange.reply().slug()));
    cells.both(|side| exchange.datagrams[side as usize]);
    cells.number(exchange.answered_after().map(nanos));
    cells.word(exchange.unreachable.map(|error| icmp_name(error.kind)));
    cells.number(Some(exchange.errors));
    cells.word(Some(ceased.why.slug()));
    out.push_str("\r\n");
}

fn outcome(judged: &Judged<'_>, cells: &mut Cells<'_>) {
    let verdict = &judged.verdict;
    let (close, reason) = match verdict.end() {
        Some(End::Graceful(close)) => (Some(close), None),
        Some(End::Reset(_, reason)) => (None, Some(reason.slug())),
        _ => (None, None),
    };
    cells.word(Some(verdict.opening()));
    cells.word(verdict.ending());
    cells.word(verdict.first_closer().map(Side::slug));
    cells.number(close.map(|close| close.segments.into()));
    cells.flag(close.is_some_and(|close| close.simultaneous));
    cells.word(verdict.reset_by().map(Side::slug));
    cells.word(reason);
    cells.word(close.map(|close| match close.time_wait {
        TimeWait::One(side) => side.slug(),
        TimeWait::Both => "both",
    }));
}

impl Sink for CsvSink {
    fn detail(&self) -> Detail {
        Detail::Absorptions
    }

    fn begin(&mut self, _: &Begin, out: &mut Vec<u8>) {
        out.extend_from_slice(COLUMNS.join(",").as_bytes());
        out.extend_from_slice(b"\r\n");
    }

    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        if let Some(absorbed) = row.event.absorbs {
            self.order.done(absorbed, "", out);
        }
    }

    fn pass_over(&mut self, number: u64, out: &mut Vec<u8>) {
        self.order.done(number, "", out);
    }

    fn pass_over_exchange(&mut self, number: u64, out: &mut Vec<u8>) {
        self.exchange_order.done(number, "", out);
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        let mut text = String::new();
        exchange_row(ceased, &mut text);
        self.exchange_order.done(ceased.exchange.number, &text, out);
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        row(judged, &mut text);
        self.order.done(judged.conversation.number, &text, out);
        self.text = text;
    }

    fn end(&mut self, _: &Totals, out: &mut Vec<u8>) {
        self.order.flush(out);
        self.exchange_order.flush(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> String {
        let mut out = String::new();
        cell(text, &mut out);
        out
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        for (text, cell) in [
            ("graceful", "graceful"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("a b", "a b"),
        ] {
            assert_eq!(one(text), cell, "{text:?}");
        }
    }

    #[test]
    fn no_spreadsheet_takes_a_text_for_a_formula() {
        for text in ["=1+1", "+1", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "-1-1", "-", "-.5", "+5"] {
            let cell = one(text);
            assert!(cell.trim_start_matches('"').starts_with('\''), "{text:?}: {cell:?}");
        }
        assert_eq!(one("=\"a\",1"), "\"'=\"\"a\"\",1\"");
        for number in ["-1", "-5.000000000", "12", "0.5"] {
            assert_eq!(one(number), number);
        }
    }

    #[test]
    fn no_column_stands_twice() {
        let mut names = COLUMNS.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COLUMNS.len());
    }
}
