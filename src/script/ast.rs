//! What a conversation script says: plain values, one [`Line`] for each line of
//! the text, so that its line number is its place in the list.

use std::net::IpAddr;
use std::time::Duration;

use crate::model::{Checksum, Flags, IcmpKind, Seq};
use crate::track::{Mark, Roles, Side, State};

use super::pattern::{Block, Loose, Quantity, Span, Term, Times};

/// A whole script.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Script {
    /// Its lines in order, blank ones included.
    pub lines: Vec<Line>,
}

impl Script {
    /// For how many conversations at a time there is room, if it says so.
    pub fn room(&self) -> Option<u32> {
        self.lines.iter().find_map(|line| match line.content {
            Content::Directive(Directive::Room(room)) => Some(room),
            _ => None,
        })
    }

    /// The lines that judge a conversation, in the order of the conversations.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.lines.iter().filter_map(|line| match &line.content {
            Content::Outcome(outcome) => Some(&**outcome),
            _ => None,
        })
    }
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// How often, if it is to be matched.
    pub times: Times,
    /// What it says.
    pub content: Content,
    /// The text after `#`, up to the end of the line, without trailing blanks.
    pub comment: Option<String>,
}

/// What a line says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Content {
    /// Nothing, or only a comment.
    #[default]
    Blank,
    /// Sets something for the lines after it; only for scripts that are played.
    Directive(Directive),
    /// A segment.
    Segment(Box<SegmentLine>),
    /// `C > S  udp 5`: a UDP datagram; only for matching.
    Datagram(DatagramLine),
    /// `copy`: the frame before was captured a second time, on another
    /// interface.
    Copy(Timing, Expectation),
    /// An ICMP error.
    Icmp(Box<IcmpLine>),
    /// `...`: any number of data segments and their acknowledgments; a script
    /// with it can be matched, but not played.
    Anything,
    /// `*`, alone on its line: any number of segments of any kind; only for
    /// matching.
    Whatever,
    /// `either`, `or`, `optional`, `repeat`, `end`: lines that belong together;
    /// only for matching.
    Block(Block),
    /// `wait 2s`: time before the next segment.
    Wait(Duration),
    /// `=> …`: what is said of a conversation in the end.
    Outcome(Box<Outcome>),
}

/// A setting for the lines after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Directive {
    /// `isn client 4294967295`: a side's initial sequence number.
    Isn(Side, u32),
    /// `ports 40000 9877`: the client's and the server's port.
    Ports(u16, u16),
    /// `addr client 10.0.0.1`: a side's address.
    Address(Side, IpAddr),
    /// `again`: the next incarnation, with initial sequence numbers of its own.
    Again,
    /// `vlan 10`, `vlan none`: the VLAN around the frames.
    Vlan(Option<u16>),
    /// `room 2`: for how many conversations at a time there is room, in all of the
    /// script.
    Room(u32),
    /// `match any`: how many of the conversations of a capture are to be this one;
    /// only for matching.
    Match(Quantity),
}

/// A segment: `C > S  [S]  seq 0, win 65535`. Numbers are offsets from the
/// sender's and the receiver's ISN.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SegmentLine {
    /// Who sends it.
    pub from: Side,
    /// Its flags, exactly.
    pub flags: Flags,
    /// Its sequence number, and how much payload it has.
    pub seq: Option<SeqField>,
    /// Its acknowledgment number.
    pub ack: Option<Number>,
    /// Its window field, unscaled.
    pub window: Option<u16>,
    /// Its options, all of them.
    pub options: Option<Vec<OptionWord>>,
    /// IPv4 identification.
    pub id: Option<u16>,
    /// Time to live.
    pub ttl: Option<u8>,
    /// `bad-checksum`, `offloaded-checksum`; right if it says nothing.
    pub checksum: Checksum,
    /// `cut 4`: how many octets of its options were captured.
    pub cut: Option<u8>,
    /// `fragments 2`: how many IP fragments it came in.
    pub fragments: Option<u16>,
    /// Its numbers are offsets from the ISNs of the incarnation before.
    pub old: bool,
    /// When it comes.
    pub timing: Timing,
    /// What is to be said of it.
    pub expect: Expectation,
    /// What is left open; only for matching.
    pub loose: Loose,
}

impl SegmentLine {
    /// A line that says no more than who sends it and its flags.
    pub fn bare(from: Side, flags: Flags) -> Self {
        SegmentLine {
            from,
            flags,
            seq: None,
            ack: None,
            window: None,
            options: None,
            id: None,
            ttl: None,
            checksum: Checksum::Good,
            cut: None,
            fragments: None,
            old: false,
            timing: Timing::default(),
            expect: Expectation::default(),
            loose: Loose::default(),
        }
    }
}

/// A UDP datagram: `C > S  udp 5`, `S > C  udp 1..`, `S > C  udp`. The client is
/// who spoke first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DatagramLine {
    /// Who sends it.
    pub from: Side,
    /// Octets of payload; none given: any number.
    pub len: Option<Span>,
    /// When it comes.
    pub timing: Timing,
}

/// A sequence number, as tcpdump writes it: payload is shown by its range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeqField {
    /// `*`: any number, any payload.
    Any,
    /// `1`: this number, no payload.
    At(u64),
    /// `1:6`: payload from the first number up to, not including, the second.
    Range(u64, u64),
    /// `$x`: this number, whatever it is; any payload. Only for matching.
    Variable(Term),
    /// `1:$x`, `$x:$y`: payload between two numbers that need not be known. Only for
    /// matching.
    Between(Number, Number),
}

/// An acknowledgment number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// `*`: any.
    Any,
    /// This one.
    Exactly(u64),
    /// `$x`, `$x+1`: whatever it is, it is the same everywhere. Only for matching.
    Variable(Term),
}

/// One TCP option, in tcpdump's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OptionWord {
    /// `eol`
    End,
    /// `nop`
    Nop,
    /// `mss 1460`
    Mss(u16),
    /// `wscale 7`
    WindowScale(u8),
    /// `sackOK`
    SackPermitted,
    /// `sack 1 {6:11}`: one to four blocks, offsets from the receiver's ISN.
    Sack(Vec<(u64, u64)>),
    /// `TS val 1 ecr 0`
    Timestamps(u32, u32),
    /// `tfo cookie 0102030405060708`, or `tfo cookiereq` for an empty one.
    FastOpen(Vec<u8>),
    /// `octets 020305`: as they are, 1 to 16; what no other word can write.
    Octets(Vec<u8>),
    /// `mss *`, `TS *`: this option, whatever it says; only for matching.
    Any(&'static str),
    /// `...`: and any others; only for matching.
    More,
}

/// When a line comes, counted from the one before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Timing {
    /// `after 200ms`: not earlier; a played one comes then.
    pub after: Option<Duration>,
    /// `within 10ms`: not later.
    pub within: Option<Duration>,
    /// `earlier 5ms`: its time stamp is that much before the one before. Only for
    /// scripts that are played.
    pub earlier: Option<Duration>,
}

/// An ICMP error: `icmp R > C  unreachable port, quoting 1`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IcmpLine {
    /// Who sends it.
    pub from: Party,
    /// Who gets it.
    pub to: Party,
    /// What it says.
    pub what: IcmpWord,
    /// The frame that it quotes, from 1 (segments, copies and ICMP errors count).
    /// None given: a script with it can be matched, but not played.
    pub quoting: Option<u64>,
    /// When it comes.
    pub timing: Timing,
    /// What is to be said of it.
    pub expect: Expectation,
}

/// Who speaks ICMP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Party {
    /// `C`, `S`
    End(Side),
    /// `R`: a router between them.
    Router,
}

/// An ICMP error, for either version of IP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IcmpWord {
    /// `unreachable net`
    Net,
    /// `unreachable host`
    Host,
    /// `unreachable port`
    Port,
    /// `unreachable admin`: administratively prohibited.
    Admin,
    /// `too-big 1400`: fragmentation needed, packet too big; the next hop's MTU.
    TooBig(u32),
    /// `time-exceeded`
    TimeExceeded,
}

impl IcmpWord {
    /// Type and code (RFC 792, RFC 1812 §5.2.7.1, RFC 4443 §3).
    pub const fn kind(self, v6: bool) -> IcmpKind {
        let (kind, code, mtu) = match (self, v6) {
            (IcmpWord::Net, false) => (3, 0, 0),
            (IcmpWord::Host, false) => (3, 1, 0),
            (IcmpWord::Port, false) => (3, 3, 0),
            (IcmpWord::TooBig(mtu), false) => (3, 4, mtu),
            (IcmpWord::Admin, false) => (3, 13, 0),
            (IcmpWord::TimeExceeded, false) => (11, 0, 0),
            (IcmpWord::Net, true) => (1, 0, 0),
            (IcmpWord::Admin, true) => (1, 1, 0),
            (IcmpWord::Host, true) => (1, 3, 0),
            (IcmpWord::Port, true) => (1, 4, 0),
            (IcmpWord::TooBig(mtu), true) => (2, 0, mtu),
            (IcmpWord::TimeExceeded, true) => (3, 0, 0),
        };
        IcmpKind { v6, kind, code, mtu }
    }
}

/// What is to be said of one line: everything after `;`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Expectation {
    /// The steps, all of them, in order; none given: whatever they are.
    pub steps: Vec<StepWord>,
    /// Marks, each written `+slug`.
    pub marks: Vec<Mark>,
    /// States after it, of one side or both: `client FIN-WAIT-1`.
    pub states: Vec<(Side, State)>,
}

/// A step: `fin`, `fin second`, `syn 2`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StepWord {
    /// Its slug.
    pub slug: &'static str,
    /// Which kind of it, in one word.
    pub detail: Option<&'static str>,
    /// Its number: attempt, octets, or the frame that it is about.
    pub number: Option<u64>,
}

/// What is said of a conversation in the end: everything after `=>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// How it opened, or what came back of datagrams ([`crate::track::Reply`], and
    /// then nothing else is said); a slug.
    pub opening: &'static str,
    /// How it ended, if it was ever open; a slug.
    pub ending: Option<&'static str>,
    /// `first client`: who sent the first FIN.
    pub first: Option<Side>,
    /// `3 segments`: how many the close took.
    pub segments: Option<u8>,
    /// `simultaneous`: the FINs crossed.
    pub simultaneous: bool,
    /// `reset by client`
    pub reset_by: Option<Side>,
    /// `reason abort`: why it was probably reset; a slug.
    pub reason: Option<&'static str>,
    /// `8 tries`: SYNs of the client.
    pub tries: Option<u32>,
    /// `schedule doubling-from-1s`: how the client repeated its SYN; a slug.
    pub schedule: Option<&'static str>,
    /// `roles guessed`: where the roles come from.
    pub roles: Option<Roles>,
    /// Marks, each written `+slug`.
    pub marks: Vec<Mark>,
    /// What lowers the confidence, each written `~slug`.
    pub confidence: Vec<&'static str>,
}

/// The initial sequence numbers of a played conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Isns {
    /// The client's.
    pub client: Seq,
    /// The server's.
    pub server: Seq,
}

impl Isns {
    /// From the numbers as they stand in the header.
    pub const fn new(client: u32, server: u32) -> Self {
        Isns { client: Seq::new(client), server: Seq::new(server) }
    }

    /// One side's.
    pub const fn of(self, side: Side) -> Seq {
        match side {
            Side::Client => self.client,
            Side::Server => self.server,
        }
    }
}
