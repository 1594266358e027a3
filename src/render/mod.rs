//! Everything that prints. One trait, one file a format.

mod blocks;
pub(crate) mod cells;
pub mod csv;
mod digits;
mod draft;
mod ends;
mod exchange;
mod explain;
mod fold;
mod gather;
pub(crate) mod grid;
mod header;
mod html;
pub mod json;
mod label;
mod ladder;
pub mod lines;
pub(crate) mod markup;
mod order;
mod plan;
pub(crate) mod remarks;
mod row;
mod rung;
mod select;
mod sheet;
mod stats;
mod store;
mod style;
mod summary;
mod svg;
mod table;
pub mod tcpdump;
#[cfg(test)]
mod testing;
mod tidy;
mod told;
mod wanted;
mod watch;
mod worksheet;
mod wrap;

pub use explain::{lesson as print_lesson, list as print_lessons};
pub use html::{PageOptions, PageSink};
pub use row::DataRows;
pub use select::{Found, HELD, SelectSink, Selection, Which};
pub use stats::{StatsForm, StatsSink};
pub use style::{NumberStyle, Role, Style, elide, pad, width, wrap, wrap_prose};
pub use summary::{Sort, SummaryOptions, SummarySink};
pub use svg::DrawingSink;
pub use table::{Face, TableOptions, TableSink, totals_line};
pub use tidy::TidySink;
pub use told::Explain;
pub use wanted::{FAILED, Wanted};
pub use watch::WatchSink;
pub use worksheet::{WorksheetOptions, WorksheetSink};

use crate::lang::Case;
use crate::model::{Datagram, IcmpError, Scope, Segment, Timestamp};
use crate::track::{Conversation, Ended, Event, Exchange, Numbers, Side, Silence};
use crate::verdict::{Confidence, Times, Verdict};

/// One segment with all that is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The segment.
    pub segment: &'a Segment<'a>,
    /// Its numbers as tcpdump prints them.
    pub numbers: &'a Numbers,
    /// What it is in its conversation.
    pub event: &'a Event,
    /// Its conversation, this segment included.
    pub conversation: &'a Conversation,
    /// How many frames were printed or passed before it, this one included
    /// (`-#`).
    pub ordinal: u64,
    /// It is the segment with which the conversation was over.
    pub closes: bool,
}

/// A conversation that has left the tracker, judged.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// The facts.
    pub conversation: &'a Conversation,
    /// Why it left the tracker.
    pub ended: Ended,
    /// How it opened and ended.
    pub verdict: Verdict,
    /// Its times.
    pub times: Times,
    /// What lowers the confidence.
    pub confidence: &'a [Confidence],
    /// VLANs and tunnels around it; empty on the bare link.
    pub scope: &'a Scope,
}

impl<'a> Judged<'a> {
    /// As the languages want to be told of it.
    pub(crate) fn case(&self) -> Case<'a> {
        let Judged { conversation, verdict, times, confidence, .. } = *self;
        Case { conversation, verdict, times, confidence }
    }
}

/// An ICMP error with what it is about.
#[derive(Clone, Copy, Debug)]
pub struct IcmpRow<'a> {
    /// The error.
    pub error: &'a IcmpError,
    /// What it is about.
    pub about: About<'a>,
    /// As for [`Row::ordinal`].
    pub ordinal: u64,
    /// The conversation is over with it.
    pub closes: bool,
}

/// What an ICMP error is about.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// A conversation, the error included.
    Conversation(&'a Conversation),
    /// An exchange of datagrams, the error included.
    Exchange(&'a Exchange),
    /// Nothing that was captured.
    Unknown,
}

/// One UDP datagram.
#[derive(Clone, Copy, Debug)]
pub struct DatagramRow<'a> {
    /// The datagram.
    pub datagram: &'a Datagram,
    /// Its exchange, this datagram included.
    pub exchange: &'a Exchange,
    /// Who sent it.
    pub from: Side,
    /// As for [`Row::ordinal`].
    pub ordinal: u64,
}

/// An exchange of datagrams that is over.
#[derive(Clone, Copy, Debug)]
pub struct Ceased<'a> {
    /// The facts.
    pub exchange: &'a Exchange,
    /// Why it is over.
    pub why: Silence,
    /// VLANs and tunnels around it; empty on the bare link.
    pub scope: &'a Scope,
}

/// How the capture begins.
#[derive(Clone, Debug, Default)]
pub struct Begin {
    /// Files or interface, as the user named them.
    pub sources: Vec<String>,
    /// Names of the link types.
    pub link_types: Vec<String>,
    /// The filter expression.
    pub filter: Option<String>,
    /// Captured live, not from a file.
    pub live: bool,
}

/// Counts at the end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Frames that passed the filter.
    pub frames: u64,
    /// TCP segments among them.
    pub segments: u64,
    /// Conversations.
    pub conversations: u64,
    /// Those among them whose SYN nothing answered.
    pub unanswered: u64,
    /// Frames that hold no segment, by reason.
    pub skipped: crate::model::SkipCounts,
    /// Segments with a header that cannot be right.
    pub bad_headers: u64,
    /// ICMP errors about TCP segments, or UDP datagrams if they are tracked.
    pub icmp_errors: u64,
    /// UDP datagrams, if they are tracked.
    pub datagrams: u64,
    /// Exchanges of datagrams.
    pub exchanges: u64,
    /// Frames that the kernel dropped; `None` if it does not say.
    pub dropped_by_kernel: Option<u64>,
}

/// How much a sink wants to be told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// Every segment with tcpdump's numbers.
    Segments,
    /// Every segment, but its numbers are not looked at: they are those of the
    /// header.
    Events,
    /// Conversations, and the segments with which one absorbs another.
    Absorptions,
    /// Conversations only: [`Sink::segment`] is not called.
    Conversations,
}

/// An output format. What it prints it appends to `out`; writing that
/// somewhere, and failing to, is the caller's business.
pub trait Sink {
    /// Whether it prints what other tools say ([`Conversation::dialects`]).
    fn wants_dialects(&self) -> bool {
        false
    }

    /// Whether it prints segments before their conversation is over.
    fn prints_at_once(&self) -> bool {
        false
    }

    /// What it wants to be told; the less, the less is computed.
    fn detail(&self) -> Detail {
        Detail::Segments
    }

    /// Before the first segment.
    fn begin(&mut self, begin: &Begin, out: &mut Vec<u8>) {
        let _ = (begin, out);
    }

    /// A segment of a conversation.
    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        let _ = (row, out);
    }

    /// A frame that holds the first fragment of a segment, or a segment whose
    /// header cannot be right: it belongs to no conversation.
    fn loose(&mut self, segment: &Segment<'_>, numbers: Numbers, ordinal: u64, out: &mut Vec<u8>) {
        let _ = (segment, numbers, ordinal, out);
    }

    /// An ICMP error.
    fn icmp(&mut self, row: &IcmpRow<'_>, out: &mut Vec<u8>) {
        let _ = (row, out);
    }

    /// A UDP datagram.
    fn datagram(&mut self, row: &DatagramRow<'_>, out: &mut Vec<u8>) {
        let _ = (row, out);
    }

    /// An exchange of datagrams is over.
    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        let _ = (ceased, out);
    }

    /// A frame that gets no line: time passes.
    fn pass(&mut self, at: Timestamp) {
        let _ = at;
    }

    /// A conversation has ended, been evicted, or the capture is over.
    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let _ = (judged, out);
    }

    /// This conversation is not to be shown: what was kept of it is to be forgotten,
    /// and those after it need not wait for it. Instead of [`Sink::conversation`].
    fn pass_over(&mut self, number: u64, out: &mut Vec<u8>) {
        let _ = (number, out);
    }

    /// The same of an exchange of datagrams. Instead of [`Sink::exchange`].
    fn pass_over_exchange(&mut self, number: u64, out: &mut Vec<u8>) {
        let _ = (number, out);
    }

    /// A conversation is over with the segment just printed; stragglers may
    /// follow, and [`Sink::conversation`] will. Only asked for live.
    fn over(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        let _ = (judged, out);
    }

    /// After the last conversation.
    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        let _ = (totals, out);
    }
}
