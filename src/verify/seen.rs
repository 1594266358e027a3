//! What was seen: one frame of a conversation, with all that a script can ask.

use crate::lang::{Found, SegmentKind};
use crate::model::{Checksum, Endpoint, Flags, IcmpError, IcmpKind, Segment, Seq, Timestamp};
use crate::render::{DatagramRow, IcmpRow, Row};
use crate::script::Party;
use crate::track::{Conversation, Event, Exchange, Mark, Side};

/// What a report shows of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Brief {
    /// Its number.
    pub frame: u64,
    /// Who sent it; `None`: an ICMP error.
    pub from: Option<Side>,
    /// Flags.
    pub flags: Flags,
    /// Sequence number, an offset from the ISN.
    pub seq: Option<u64>,
    /// Acknowledgment number, an offset from the other side's ISN.
    pub ack: Option<u64>,
    /// Octets of payload.
    pub len: u32,
    /// It belongs to an exchange of datagrams.
    pub udp: bool,
}

impl Brief {
    /// What it is by flags and length.
    pub fn found(&self) -> Found {
        let kind = if self.udp { SegmentKind::Datagram } else { kind_of(self.flags, self.len > 0) };
        Found { frame: self.frame, from: self.from, kind }
    }
}

/// What a segment is by its flags, and whether it has payload.
pub fn kind_of(flags: Flags, payload: bool) -> SegmentKind {
    match flags {
        _ if flags.rst() => SegmentKind::Reset,
        _ if flags.syn() && flags.ack() => SegmentKind::SynAck,
        _ if flags.syn() => SegmentKind::Syn,
        _ if flags.fin() => SegmentKind::Fin,
        _ if payload => SegmentKind::Data,
        _ if flags.ack() => SegmentKind::Ack,
        _ => SegmentKind::Other,
    }
}

/// A frame that is no segment.
fn bare(frame: u64) -> Brief {
    Brief { frame, from: None, flags: Flags::NONE, seq: None, ack: None, len: 0, udp: false }
}

/// A frame of a conversation; nothing of it is borrowed.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What is shown of it.
    pub brief: Brief,
    /// When it was captured.
    pub at: Timestamp,
    /// What it is; blank for an ICMP error, but for the states.
    pub event: Event,
    /// The window field.
    pub window: u16,
    /// Identification, time to live.
    pub id: Option<u16>,
    /// Time to live.
    pub ttl: u8,
    /// Its checksum.
    pub checksum: Checksum,
    /// IP fragments.
    pub fragments: u16,
    /// Whether any number of its sender, and of its receiver, is known.
    pub known: [bool; 2],
    /// Octets that its options take by the header.
    pub declared: u8,
    /// What an ICMP error says: who, to whom, what.
    pub icmp: Option<(Party, Party, IcmpKind)>,
    /// It turned a SYN away.
    pub rejects: bool,
    /// From what SACK edges count.
    pub base: Option<Seq>,
    options: [u8; 40],
    captured: u8,
}

impl Seen {
    /// A segment.
    pub fn segment(row: &Row<'_>) -> Self {
        let Row { segment, event, conversation, .. } = *row;
        let known = |side: Side| conversation.side(side).sent.is_some();
        let brief = Brief {
            frame: segment.frame,
            from: Some(event.from),
            flags: segment.flags,
            seq: event.isn_seq,
            ack: event.isn_ack.filter(|_| segment.flags.ack()),
            len: segment.len,
            udp: false,
        };
        let mut seen = Seen::blank(brief, segment.at);
        seen.event = *event;
        seen.known = [known(event.from), known(event.from.other())];
        seen.base = conversation.side(event.from.other()).isn;
        seen.fields(segment);
        seen
    }

    fn blank(brief: Brief, at: Timestamp) -> Self {
        Seen {
            brief,
            at,
            event: Event::blank(),
            window: 0,
            id: None,
            ttl: 0,
            checksum: Checksum::Unknown,
            fragments: 0,
            known: [false; 2],
            declared: 0,
            icmp: None,
            rejects: false,
            base: None,
            options: [0; 40],
            captured: 0,
        }
    }

    fn fields(&mut self, segment: &Segment<'_>) {
        self.window = segment.window;
        self.id = segment.ip.id;
        self.ttl = segment.ip.ttl;
        self.checksum = segment.checksum;
        self.fragments = segment.fragments;
        self.declared = segment.header_len.saturating_sub(20);
        let captured = segment.options.len().min(self.options.len());
        self.captured = captured as u8;
        self.options.iter_mut().zip(segment.options).for_each(|(to, from)| *to = *from);
    }

    /// A datagram.
    pub fn datagram(row: &DatagramRow<'_>) -> Self {
        let DatagramRow { datagram, from, .. } = *row;
        let brief = Brief { from: Some(from), len: datagram.len, udp: true, ..bare(datagram.frame) };
        Seen::blank(brief, datagram.at)
    }

    /// An ICMP error about an exchange of datagrams.
    pub fn icmp_of_exchange(error: &IcmpError, exchange: &Exchange) -> Self {
        let brief = Brief { udp: true, ..bare(error.frame) };
        let mut seen = Seen::about(brief, error, |side| exchange.endpoint(side));
        seen.rejects = exchange.unreachable.is_some_and(|first| first.frame == error.frame);
        seen
    }

    /// Where both ends have one address, the error goes to who sent what it quotes.
    fn about(brief: Brief, error: &IcmpError, end_of: impl Fn(Side) -> Endpoint) -> Self {
        let mut seen = Seen::blank(brief, error.at);
        let quoted = if end_of(Side::Server) == error.src { Side::Server } else { Side::Client };
        let party = |addr, rather: Side| {
            let end = |side: &Side| end_of(*side).addr == addr;
            [rather, rather.other()].into_iter().find(end).map_or(Party::Router, Party::End)
        };
        let (from, to) = (party(error.from, quoted.other()), party(error.to, quoted));
        seen.icmp = Some((from, to, error.kind));
        seen
    }

    /// An ICMP error about a conversation.
    pub fn icmp(row: &IcmpRow<'_>, conversation: &Conversation) -> Self {
        let error: &IcmpError = row.error;
        let mut seen = Seen::about(bare(error.frame), error, |side| conversation.endpoint(side));
        seen.event.states = conversation.states();
        seen.rejects = conversation.is_rejected_by(error.frame);
        seen
    }

    /// The octets of its options, as captured.
    pub fn options(&self) -> &[u8] {
        self.options.get(..usize::from(self.captured)).unwrap_or_default()
    }

    /// It may be passed over where a script does not name it: no segment of the
    /// conversation's own. Of datagrams an ICMP error is the answer, and no such.
    pub fn is_beside(&self) -> bool {
        self.icmp.is_some() && !self.brief.udp || self.is_copy()
    }

    /// A frame that was captured twice.
    pub fn is_copy(&self) -> bool {
        self.event.marks.has(Mark::DuplicateCapture)
    }
}
