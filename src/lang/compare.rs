//! What `compare` says: what two captures of one connection, taken at two points,
//! have in common, and where they differ.

use crate::model::{Endpoint, slugs};
use crate::track::Side;

/// One of the two captures.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Point {
    /// The first that was named.
    A = 0,
    /// The second.
    B = 1,
}

impl Point {
    /// Both, in the order in which they were named.
    pub const BOTH: [Point; 2] = [Point::A, Point::B];

    /// The other capture.
    #[must_use]
    pub const fn other(self) -> Point {
        match self {
            Point::A => Point::B,
            Point::B => Point::A,
        }
    }

    /// Its letter in texts.
    pub const fn letter(self) -> &'static str {
        match self {
            Point::A => "A",
            Point::B => "B",
        }
    }

    /// Its name in JSON.
    pub const fn slug(self) -> &'static str {
        match self {
            Point::A => "a",
            Point::B => "b",
        }
    }
}

/// What differs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An end has another address or port.
    Address,
    /// A side has another initial sequence number: somebody adds to its numbers.
    Isn,
    /// Sent, and not arrived.
    Lost,
    /// In the capture that it met first, and not in the other: lost, or that capture
    /// missed it.
    Missing,
    /// In the capture that it met last, and not in the one before: made on the way, or
    /// that capture missed it.
    Appeared,
    /// A reset that its sender never sent.
    Injected,
    /// Arrived more often than it was sent.
    Duplicated,
    /// Overtaken on the way by segments that were sent after it.
    Reordered,
    /// MSS option.
    Mss,
    /// Window scale option.
    WindowScale,
    /// An option that only one of them has.
    Option,
    /// TSval of the timestamps option.
    Timestamps,
    /// Edges of SACK blocks, counted from the ISN.
    Sack,
    /// ECE, CWR or AE in the TCP header.
    EcnFlags,
    /// ECN bits of the IP header.
    EcnBits,
    /// Other flags: PSH, URG.
    Flags,
    /// Window field.
    Window,
    /// Acknowledgment number, counted from the ISN.
    Ack,
    /// Octets of the payload.
    Payload,
    /// Much longer on the way than others.
    Delayed,
    /// The same octets in other segments.
    Resegmented,
    /// Not in a capture although it went by: what came after proves it.
    NotCaptured,
    /// Before the other capture's first packet.
    Before,
    /// After the other capture's last packet.
    After,
}

impl Kind {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in JSON.
        slug {
            Kind::Address => "address-changed",
            Kind::Isn => "isn-changed",
            Kind::Lost => "lost",
            Kind::Missing => "missing",
            Kind::Appeared => "appeared",
            Kind::Injected => "injected",
            Kind::Duplicated => "duplicated",
            Kind::Reordered => "reordered",
            Kind::Mss => "mss-changed",
            Kind::WindowScale => "window-scale-changed",
            Kind::Option => "option-changed",
            Kind::Timestamps => "timestamps-changed",
            Kind::Sack => "sack-changed",
            Kind::EcnFlags => "ecn-flags-changed",
            Kind::EcnBits => "ecn-bits-changed",
            Kind::Flags => "flags-changed",
            Kind::Window => "window-changed",
            Kind::Ack => "ack-changed",
            Kind::Payload => "payload-changed",
            Kind::Delayed => "delayed",
            Kind::Resegmented => "resegmented",
            Kind::NotCaptured => "missed",
            Kind::Before => "before",
            Kind::After => "after",
        }
    }

    /// Whether it makes the story another one: something happened on the way. What a
    /// capture missed does not, nor does waiting.
    pub const fn differs(self) -> bool {
        !matches!(self, Kind::Delayed | Kind::Resegmented | Kind::NotCaptured | Kind::Before | Kind::After)
    }
}

/// A value at A and at B.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Values {
    /// None are told.
    None,
    /// Numbers; `None`: absent.
    Numbers([Option<i64>; 2]),
    /// An option, and who has it.
    Option(Named, Point),
    /// Addresses and ports.
    Ends([Endpoint; 2]),
}

/// Options by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Named {
    /// Maximum segment size.
    Mss,
    /// Window scale.
    WindowScale,
    /// SACK permitted.
    SackPermitted,
    /// Timestamps.
    Timestamps,
    /// SACK blocks.
    Sack,
    /// MD5 signature.
    Md5,
    /// TCP-AO.
    Ao,
    /// Multipath TCP.
    Mptcp,
    /// Fast Open.
    FastOpen,
    /// Accurate ECN.
    AccEcn,
    /// Any other kind.
    Other,
}

impl Named {
    /// All, in the order of their bits in a set.
    pub const ALL: [Named; 11] = [
        Named::Mss,
        Named::WindowScale,
        Named::SackPermitted,
        Named::Timestamps,
        Named::Sack,
        Named::Md5,
        Named::Ao,
        Named::Mptcp,
        Named::FastOpen,
        Named::AccEcn,
        Named::Other,
    ];

    /// The name, as the RFCs have it; the same in every language and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Named::Mss => "MSS",
            Named::WindowScale => "window scale",
            Named::SackPermitted => "SACK permitted",
            Named::Timestamps => "timestamps",
            Named::Sack => "SACK",
            Named::Md5 => "MD5",
            Named::Ao => "TCP-AO",
            Named::Mptcp => "MPTCP",
            Named::FastOpen => "TFO",
            Named::AccEcn => "AccECN",
            Named::Other => "unknown option",
        }
    }
}

/// By what two conversations were recognised as one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Likeness {
    /// The client's initial sequence number.
    ClientIsn,
    /// The server's.
    ServerIsn,
    /// Addresses and ports of both ends.
    Addresses,
    /// The client's first payload.
    ClientData,
    /// The server's first payload.
    ServerData,
    /// The time stamp in the SYN.
    Timestamp,
    /// Segments in the middle.
    Segments,
}

impl Likeness {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in JSON.
        slug {
            Likeness::ClientIsn => "client-isn",
            Likeness::ServerIsn => "server-isn",
            Likeness::Addresses => "addresses",
            Likeness::ClientData => "client-data",
            Likeness::ServerData => "server-data",
            Likeness::Timestamp => "timestamp",
            Likeness::Segments => "segments",
        }
    }
}

/// How long segments of one side were on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delays {
    /// Segments that both captures have.
    pub count: u64,
    /// That of the fastest, nanoseconds, an estimate: half of both ways' together.
    /// `None`: the clocks cannot be compared.
    pub fastest: Option<u64>,
    /// How much longer the median was, nanoseconds: exact.
    pub median: u64,
    /// How much longer the slowest was, nanoseconds: exact.
    pub slowest: u64,
}

/// Where the captures were taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// This one nearer the client.
    Nearer(Point),
    /// At one place, or each packet got the same time stamp.
    Same,
    /// It cannot be told.
    Unknown,
}

/// What is said of a pair, beside what differs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PairNote<'a> {
    /// Nothing differs.
    Same,
    /// So many segments are in both, of so many at A and at B.
    Segments(u64, [u64; 2]),
    /// How the two were recognised.
    Recognised(&'a [Likeness]),
    /// Where they were taken; routers that client's and server's segments passed.
    Path(Order, [Option<i16>; 2]),
    /// How long a side's segments were on the way.
    Delays(Side, Delays),
    /// B's clock minus A's, and how far that may be off; nanoseconds.
    Clock(i64, u64),
    /// One direction alone does not tell clocks and delays apart.
    ClockUnknown,
    /// The clocks moved against each other: delays contradict.
    ClockUnsteady,
    /// Captures do not say what they missed.
    Doubt,
    /// Payload of this capture was cut: contents are not compared.
    Cut(Point),
    /// Of this capture, only so many segments are compared.
    Bounded(Point, u64),
}

/// What is said at the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompareNote {
    /// Connections in both captures, and those among them that differ.
    Pairs(u64, u64),
    /// Connections in this capture alone.
    Only(Point, u64),
    /// No connection is in both, though each has some.
    Unrelated,
    /// This capture holds no TCP connection.
    Empty(Point),
    /// So many rows are not shown.
    Rows(u64),
    /// So many segments alike in both, one row.
    Alike(u64),
    /// So many connections of one capture are not listed.
    MoreOnly(u64),
    /// So many segments of this capture were not kept.
    NotKept(Point, u64),
}

/// Words of the comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompareWord {
    /// Head of the delays.
    OnTheWay,
    /// Head of what happened.
    What,
    /// Beside the capture that was taken nearer the client.
    NearClient,
    /// Beside the other.
    NearServer,
    /// Segments, after their number.
    Segments,
    /// Head of the list of connections in A alone.
    OnlyA,
    /// In B alone.
    OnlyB,
}
