//! Everything that a human reads. One trait, one folder a language; each enum
//! is one exhaustive `match`, so that the compiler names what a language lacks.
//! A language never falls back to another.
//!
//! Slugs, flags, RFC state names and numbers are not translated.

#[macro_use]
mod say;

mod account;
pub mod both;
mod compare;
mod difference;
pub mod en;
mod finding;
mod lab;
pub mod lessons;
mod line;
mod note;
mod picture;
mod remark;
mod selection;
mod statistic;
mod tone;
pub mod topics;
pub mod units;
mod worksheet;
pub mod zh;

use std::time::Duration;

use crate::model::{IcmpError, SkipCounts};
use crate::track::{Conversation, Exchange, Mark, Proof, Side, Step};
use crate::verdict::{Confidence, Times, Verdict};

pub use account::{Account, Counted, Misled, MisledBy};
pub use compare::{CompareNote, CompareWord, Delays, Kind, Likeness, Named, Order, PairNote, Point, Values};
pub use difference::{Aspect, Difference, Found, SegmentKind, Verified, VerifyWord, Wanted, Wish};
pub use finding::{Finding, Note};
pub use lab::{Actor, LabGroup, LabNote, LabWord};
pub use picture::{Picture, PictureNote};
pub use remark::{About, Remark, Tone};
pub use selection::SelectionNote;
pub use statistic::{Statistic, StatisticNote};
pub use worksheet::Worksheet;

/// A conversation with all that was found out about it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The facts.
    pub conversation: &'a Conversation,
    /// How it opened and ended.
    pub verdict: Verdict,
    /// Its times.
    pub times: Times,
    /// What lowers the confidence.
    pub confidence: &'a [Confidence],
}

/// What folded segments have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Run {
    /// Payload and its acknowledgments.
    Data,
    /// SYNs.
    Syn,
    /// SYN-ACKs.
    SynAck,
    /// FINs.
    Fin,
    /// Resets, and the ACKs that challenge them.
    Reset,
    /// Strays.
    Stray,
    /// Of several kinds.
    Mixed,
}

/// Segments that are not shown one by one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Folded {
    /// What they are.
    pub run: Run,
    /// Frame of the first.
    pub first: u64,
    /// Frame of the last.
    pub last: u64,
    /// How many each side sent, client first.
    pub segments: [u64; 2],
    /// Payload octets that each side sent, client first, resent ones included.
    pub bytes: [u64; 2],
    /// How many of them were retransmissions.
    pub retransmissions: u64,
    /// How many probed a closed window or a silent peer.
    pub probes: u64,
    /// From the row before to the last of them.
    pub lasted: Duration,
}

/// Datagrams that are not shown one by one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoldedDatagrams {
    /// How many each side sent, client first.
    pub datagrams: [u64; 2],
    /// Payload octets that each side sent, client first.
    pub bytes: [u64; 2],
    /// ICMP errors among them.
    pub errors: u64,
    /// From the row before to the last of them.
    pub lasted: Duration,
}

/// What an ICMP error does to what it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IcmpEffect {
    /// The SYN, in this frame, is rejected.
    RejectsSyn(u64),
    /// It tells something about a segment; what becomes of the connection is not
    /// up to it (RFC 5461 §2).
    Tells,
    /// It turns a datagram away.
    RejectsDatagram,
}

/// How much of a proof is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProofForm {
    /// `= ISN of #1 + 1`.
    Brief,
    /// `ack = ISN of #1 + 1`.
    Short,
    /// `ack 598232473 = ISN of #1 598232472 + 1`.
    Long,
}

/// Counts at the end of a capture.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Frames that passed the filter.
    pub frames: u64,
    /// TCP segments among them.
    pub segments: u64,
    /// Conversations.
    pub conversations: u64,
    /// Frames that hold no segment, by reason.
    pub skipped: SkipCounts,
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

/// Heads of columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Head {
    /// Frame number.
    Frame,
    /// Time since the row before.
    Gap,
    /// TCP flags.
    Flags,
    /// Sequence number.
    Seq,
    /// Acknowledgment number.
    Ack,
    /// What the segment is.
    Step,
    /// The client, or its state.
    Client,
    /// The server, or its state.
    Server,
    /// Why it is that step, and what else is to be said.
    Why,
    /// How the conversation opened.
    Verdict,
    /// How it ended.
    Ended,
    /// From SYN to third segment.
    Open,
    /// From first to last segment.
    Lasted,
    /// Segments.
    Segments,
    /// Octets from the client.
    Up,
    /// Octets from the server.
    Down,
}

/// A language. All text is appended to `out`, without a line end.
pub trait Language: Sync {
    /// The BCP 47 tag: `en`, `zh`.
    fn tag(&self) -> &'static str;

    /// The head of a column.
    fn head(&self, head: Head) -> &'static str;

    /// Client or server.
    fn side(&self, side: Side) -> &'static str;

    /// What a segment is.
    fn step(&self, step: &Step, out: &mut String);

    /// What a segment of an opening is in which both sides sent a SYN, or of a
    /// closing in which the FINs crossed: such steps are not to be counted.
    fn crossing(&self, step: &Step, out: &mut String);

    /// Joins the steps of one segment: ` + `.
    fn also(&self) -> &'static str;

    /// What else is to be said of a segment.
    fn mark(&self, mark: Mark) -> &'static str;

    /// The arithmetic behind a step.
    fn proof(&self, proof: &Proof, form: ProofForm, out: &mut String);

    /// Why a segment is that step, with the numbers and the section of the RFC.
    fn reason(&self, account: &Account<'_>, out: &mut String);

    /// Why something is marked.
    fn why_marked(&self, mark: Mark) -> &'static str;

    /// What tcpdump's numbers are, counted from the ISN; in a few words.
    fn offset(&self, misled: &Misled, out: &mut String);

    /// The same with tcpdump's numbers beside them, and what it counts from.
    fn misled(&self, misled: &Misled, out: &mut String);

    /// Why the conversation is judged so, with the section of the RFC.
    fn why(&self, case: &Case<'_>, about: About, out: &mut String);

    /// The lines of the verdict: opening, ending, then what lowers the
    /// confidence.
    fn remarks(&self, case: &Case<'_>, out: &mut Vec<Remark>);

    /// How a conversation opened, in at most 12 cells.
    fn opening(&self, verdict: &Verdict) -> &'static str;

    /// How an opened conversation ended, in at most 11 cells.
    fn ending(&self, verdict: &Verdict) -> Option<&'static str>;

    /// Opening and ending in one: the ending with whatever was unusual about
    /// the opening before it.
    fn outcome(&self, verdict: &Verdict, out: &mut String);

    /// Segments that are not shown one by one.
    fn folded(&self, folded: &Folded, out: &mut String);

    /// Which conversation on these ports it is (from 2), and how long after the
    /// one before.
    fn incarnation(&self, nth: u32, gap: Option<Duration>, out: &mut String);

    /// Segments that came after their conversation's table was printed.
    fn latecomers(&self, folded: &Folded, out: &mut String);

    /// The lessons of `explain`.
    fn topics(&self) -> Vec<topics::Group>;

    /// What an ICMP error says, and who says it.
    fn icmp(&self, error: &IcmpError, out: &mut String);

    /// ICMP errors that got no row of their own.
    fn more_icmp(&self, count: u64, out: &mut String);

    /// What an ICMP error does to its conversation or exchange; in one line,
    /// behind tcpdump's.
    fn icmp_effect(&self, error: &IcmpError, effect: IcmpEffect, out: &mut String);

    /// One UDP datagram of so many payload octets.
    fn datagram(&self, len: u32, out: &mut String);

    /// Datagrams that are not shown one by one.
    fn folded_datagrams(&self, folded: &FoldedDatagrams, out: &mut String);

    /// What became of an exchange of datagrams.
    fn exchange(&self, exchange: &Exchange, out: &mut Vec<Remark>);

    /// The same in at most 12 cells.
    fn exchange_outcome(&self, exchange: &Exchange) -> &'static str;

    /// A word of the statistics, in at most 13 cells.
    fn statistic(&self, what: Statistic) -> &'static str;

    /// A sentence of the statistics.
    fn statistic_note(&self, note: &StatisticNote, out: &mut String);

    /// A word of drawings and pages.
    fn picture(&self, what: Picture) -> &'static str;

    /// A sentence of drawings and pages.
    fn picture_note(&self, note: &PictureNote, out: &mut String);
    /// A sentence about conversations that were selected, sorted or expected.
    fn selection(&self, note: &SelectionNote<'_>, out: &mut String);

    /// A word or a question of the worksheet.
    fn worksheet(&self, word: Worksheet) -> &'static str;

    /// Whose program acts, in at most 8 cells.
    fn actor(&self, actor: Actor) -> &'static str;

    /// What experiments are about.
    fn lab_group(&self, group: LabGroup) -> &'static str;

    /// A head or a short sentence of the lab.
    fn lab_word(&self, word: LabWord) -> &'static str;

    /// A sentence of the lab.
    fn lab_note(&self, note: &LabNote<'_>, out: &mut String);

    /// The lesson of an experiment.
    fn lesson(&self, name: &str) -> Option<lessons::Lesson>;

    /// A SYN went unanswered, and this filter would not let an ICMP error pass.
    fn hidden_icmp(&self, filter: &str, out: &mut String);

    /// Counts at the end.
    fn tally(&self, tally: &Tally, out: &mut String);

    /// Where a conversation is not what a script says.
    fn difference(&self, difference: &Difference, out: &mut String);

    /// How a script went.
    fn verified(&self, verified: &Verified, out: &mut String);

    /// A word of the report of `verify`.
    fn verify_word(&self, word: VerifyWord) -> &'static str;

    /// What differs between two captures.
    fn finding(&self, finding: &Finding, out: &mut Vec<Remark>);

    /// The same beside a segment, in few words.
    fn finding_note(&self, note: &Note, out: &mut String);

    /// What else is said of two captures of one connection.
    fn pair_note(&self, note: &PairNote<'_>, out: &mut Vec<Remark>);

    /// A sentence about all of both captures.
    fn compare_note(&self, note: &CompareNote, out: &mut String);

    /// A word of the comparison.
    fn compare_word(&self, word: CompareWord) -> &'static str;
}
