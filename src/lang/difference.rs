//! What `verify` says: where a capture is not what a script says, and how it went
//! as a whole.

use crate::track::{Ended, Mark, Side, Silence, State};

/// What a segment is by its flags and its length.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SegmentKind {
    /// SYN without ACK.
    Syn,
    /// SYN with ACK.
    SynAck,
    /// FIN.
    Fin,
    /// RST.
    Reset,
    /// Payload.
    Data,
    /// ACK alone.
    Ack,
    /// Nothing of that.
    Other,
    /// A UDP datagram.
    Datagram,
}

/// What a script waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// A segment of this side.
    Segment(Side, SegmentKind),
    /// Data, or its acknowledgments, of either side.
    Flow,
    /// A second copy of a captured frame.
    Copy,
    /// An ICMP error.
    Icmp,
}

/// A frame of a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    /// Its number.
    pub frame: u64,
    /// Who sent it; `None`: an ICMP error.
    pub from: Option<Side>,
    /// What it is.
    pub kind: SegmentKind,
}

/// What of a segment, or of a verdict, is not as it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aspect {
    /// Its flags.
    Flags,
    /// Its sequence number.
    Seq,
    /// Its acknowledgment number.
    Ack,
    /// Octets of payload.
    Length,
    /// Its window field.
    Window,
    /// Its options.
    Options,
    /// A field of the IP header, its checksum, or how it was captured.
    Header,
    /// What the ICMP error says.
    Icmp,
    /// What it is in the conversation.
    Step,
    /// It lacks a mark.
    Mark(Mark),
    /// A side's state after it.
    State(Side),
    /// It came before its time: the time since the frame before.
    TooEarly,
    /// It came too late: the time since the frame before.
    TooLate,
    /// How the conversation opened.
    Opening,
    /// How it ended.
    Ending,
    /// Who closed first.
    FirstCloser,
    /// How many segments the close took.
    CloseSegments,
    /// Whether the FINs crossed.
    Simultaneous,
    /// Who reset it.
    ResetBy,
    /// Why.
    ResetReason,
    /// How many SYNs.
    Tries,
    /// The schedule of SYNs.
    Schedule,
    /// Where the roles come from.
    Roles,
    /// What lowers the confidence.
    Confidence,
    /// What came back of an exchange of datagrams.
    Reply,
}

/// The first place where a conversation is not what the script says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// Another frame than the one that is waited for.
    Another(Wanted, Found),
    /// The right one, but for one thing: as it should be, and as it is.
    But(Found, Aspect, String, String),
    /// Nothing more was to come.
    Surplus(Found),
    /// Nothing more came: both states, client first, and why.
    Ends(Wanted, [State; 2], Ended),
    /// Nothing more came of an exchange of datagrams, and why.
    Falls(Wanted, Silence),
    /// The verdict on the whole: as it should be, and as it is.
    Verdict(Aspect, String, String),
    /// The script can be taken in too many ways.
    TooManyWays(Found),
}

/// How many conversations were to be as the script says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// Each, and at least one.
    All,
    /// At least one.
    Any,
    /// The first.
    First,
    /// So many.
    Exactly(u64),
}

/// How a script went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verified {
    /// It holds.
    pub passed: bool,
    /// What was asked.
    pub wish: Wish,
    /// Conversations that are as it says.
    pub satisfied: u64,
    /// All conversations.
    pub conversations: u64,
    /// Those among them that were not followed to their end, for want of room.
    pub unverified: u64,
    /// They are exchanges of datagrams.
    pub datagrams: bool,
}

/// Words of the report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerifyWord {
    /// Head of the script's column.
    Script,
    /// Head of what was seen.
    Seen,
    /// Head of line numbers, in at most 5 cells.
    Line,
    /// In place of what was seen: nothing.
    Nothing,
}
