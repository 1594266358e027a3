//! Conversation scripts: the text in which a TCP conversation is written down,
//! line by line, with what is to be said of each segment and of the whole.
//!
//! ```text
//! # The client closes; the server answers with ACK and FIN in one.
//! C > S  [S]   seq 0                         ; syn; client SYN-SENT, server LISTEN
//! S > C  [S.]  seq 0, ack 1   within 10ms    ; syn-ack; server SYN-RECEIVED
//! C > S  [.]   ack 1                         ; handshake-ack; server ESTABLISHED
//! C > S  [F.]  seq 1, ack 1   after 200ms    ; fin first
//! S > C  [F.]  seq 1, ack 2                  ; fin-ack, fin second
//! C > S  [.]   ack 2                         ; last-ack; client TIME-WAIT
//! => complete, graceful, first client, 3 segments
//! ```
//!
//! - A line is a comment (`#`), a segment, `...` (any data and its
//!   acknowledgments), `wait 2s`, `copy`, `icmp R > C  unreachable port, quoting 1`,
//!   a directive (`isn`, `ports`, `addr`, `vlan`, `room`, `again`), or `=>` and a verdict.
//! - Numbers are offsets from the ISN of their side; `1:6` is payload, `*` any
//!   number. `old`: from the ISNs of the incarnation before.
//! - Fields that say how it was captured: `id`, `ttl`, `fragments 2`, `cut 4` (octets
//!   of the options that are there), `bad-checksum`, `offloaded-checksum`; and of the
//!   time: `after 1s`, `within 10ms`, `earlier 5ms`.
//! - `C > S  udp 5`, `udp 1..`, `udp`: a UDP datagram and its octets, whatever number;
//!   `icmp S > C  unreachable port` about one; `=> udp-answered`, `udp-unanswered`,
//!   `udp-unreachable`. Only for matching; no conversation has both.
//! - After `;`: the steps (all of them, if it is played; some, if it is matched), `+`
//!   and marks, states.
//! - Only for matching: `?`, `*`, `+` before a segment (it may be missing, come any
//!   number of times, at least once); `either`, `or`, `end`; `optional`, `end`;
//!   `repeat`, `end`; `*` alone (anything at all); `[FP?.]` (perhaps P), `[R*]`
//!   (any others); `seq $x`, `ack $x+1` (a number by its name); `seq 1:*`; `len 1..`,
//!   `win 1..`; `options <mss *, ...>`; `match any` (how many conversations).
//! - Each conversation has one `=>`, in the order of their first segments.
//!
//! [`parse()`] reads a script, its [`Display`](std::fmt::Display) writes it with
//! aligned columns, and [`frames`] plays it: turns it into what a capture of
//! it would hold.

mod ast;
mod error;
mod observe;
mod options;
mod parse;
mod pattern;
mod play;
mod print;
mod scan;
#[cfg(test)]
mod tests;
mod words;

pub use ast::{
    Content, DatagramLine, Directive, Expectation, IcmpLine, IcmpWord, Isns, Line, Number, OptionWord,
    Outcome, Party, Script, SegmentLine, SeqField, StepWord, Timing,
};
pub use error::ScriptError;
pub use observe::Marking;
pub use parse::parse;
pub use pattern::{Block, Loose, Name, Quantity, Span, Term, Times};
pub use play::{Captured, OwnedSegment, PlayError, PlayedFrame, frames};
