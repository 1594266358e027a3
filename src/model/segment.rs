//! A decoded TCP segment.

use std::net::IpAddr;

use super::flags::Flags;
use super::flow::{Endpoint, ScopeId};
use super::frame::Arrival;
use super::options::{OptionIter, SynOptions, TcpOption, Timestamps};
use super::seq::Seq;
use super::time::Timestamp;

/// What a frame turned out to be.
#[derive(Clone, Copy, Debug)]
pub enum Decoded<'a> {
    /// A TCP segment, whole (if its IP datagram came in fragments, this is the
    /// frame that completed it).
    Segment(Segment<'a>),
    /// The first IP fragment of a segment: it has the ports and the header, but
    /// `len` is only what this fragment holds. The whole follows as a
    /// [`Decoded::Segment`] once all fragments have come.
    FirstFragment(Segment<'a>),
    /// An ICMP error that quotes a TCP header, or a UDP header if datagrams are
    /// asked for.
    IcmpError(IcmpError),
    /// A UDP datagram, whole. Only if datagrams are asked for.
    Datagram(Datagram),
}

/// One TCP segment as captured.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Number of the frame that carried it (or completed it).
    pub frame: u64,
    /// When that frame was captured.
    pub at: Timestamp,
    /// As in the frame.
    pub carried: u16,
    /// Capture interface, as in the frame.
    pub interface: u32,
    /// Interface and direction, where the link layer tells.
    pub arrival: Option<Arrival>,
    /// Fingerprint of the link-layer addresses of the frame, 0 if it has none:
    /// one of the clues for a frame that was captured twice.
    pub link_hash: u32,
    /// Sender.
    pub src: Endpoint,
    /// Receiver.
    pub dst: Endpoint,
    /// VLANs and tunnels around it.
    pub scope: ScopeId,
    /// Facts of the innermost IP header.
    pub ip: IpMeta,
    /// Sequence number field.
    pub seq: Seq,
    /// Acknowledgment field, significant only if ACK is set: ask [`Segment::ack`].
    pub ack_field: Seq,
    /// Flags.
    pub flags: Flags,
    /// Window field, unscaled.
    pub window: u16,
    /// Urgent pointer field.
    pub urgent: u16,
    /// Payload octets on the wire, whatever was captured of them.
    pub len: u32,
    /// TCP header length by its data offset, in octets, 0 to 60.
    pub header_len: u8,
    /// Captured octets of the options, at most `header_len - 20`; fewer if the
    /// snapshot length cut them.
    pub options: &'a [u8],
    /// Captured octets of the payload, at most `len`.
    pub payload: &'a [u8],
    /// What the checksum field says.
    pub checksum: Checksum,
    /// A header that cannot be right. Such a segment is printed, not tracked.
    pub fault: Option<HeaderFault>,
    /// IP fragments that it was put together from; 0 if it came whole.
    pub fragments: u16,
    /// Octets of it in its own frame, if that is the first of its fragments and came
    /// last; else 0.
    pub first_piece: u16,
}

/// What matters of the IP header around a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct IpMeta {
    /// Time to live, or hop limit.
    pub ttl: u8,
    /// Identification field of IPv4.
    pub id: Option<u16>,
    /// The two ECN bits (RFC 3168 §5): 0 not-ECT, 1 ECT(1), 2 ECT(0), 3 CE.
    pub ecn: u8,
    /// The segment was not right behind the first IP header (tunnel), or its
    /// IPv6 header has extensions: tcpdump words such lines differently.
    pub wrapped: bool,
    /// tcpdump 4.99 did not see these numbers: a layer around them is one that it
    /// does not look through (Cisco MetaData, FabricPath, GTP-U, Teredo, …), or the
    /// total length of an IPv4 header is 0 (the network card was to fill it in).
    pub hidden: bool,
}

/// What the TCP checksum field says (RFC 9293 §3.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Checksum {
    /// Not computed: the segment was not captured whole, or has a long payload.
    #[default]
    Unknown,
    /// Right.
    Good,
    /// The folded sum of the pseudo-header alone: left to the network card
    /// (checksum offload), not damage.
    Offloaded,
    /// Wrong.
    Bad,
}

/// Why a TCP header cannot be right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeaderFault {
    /// Data offset below five words.
    TooShort,
    /// Data offset beyond the end of the segment, whose length in octets this is.
    TooLong {
        /// IP payload octets.
        segment_len: u32,
    },
}

impl<'a> Segment<'a> {
    /// A segment of which nothing else is known: numbers and time 0, no options, no payload.
    pub fn bare(src: Endpoint, dst: Endpoint, flags: Flags) -> Self {
        Segment {
            frame: 0,
            at: Timestamp::from_nanos(0),
            carried: 0,
            interface: 0,
            arrival: None,
            link_hash: 0,
            src,
            dst,
            scope: ScopeId::NONE,
            ip: IpMeta::default(),
            seq: Seq::new(0),
            ack_field: Seq::new(0),
            flags,
            window: 0,
            urgent: 0,
            len: 0,
            header_len: 20,
            options: &[],
            payload: &[],
            checksum: Checksum::Unknown,
            fault: None,
            fragments: 0,
            first_piece: 0,
        }
    }

    /// What its own frame shows, if that is the first of its fragments and came last.
    pub fn as_first_fragment(&self) -> Option<Segment<'a>> {
        let piece = u32::from(self.first_piece);
        let header_len = u32::from(self.header_len);
        let fault = (piece < header_len).then_some(HeaderFault::TooLong { segment_len: piece });
        (piece > 0).then(|| Segment { len: piece.saturating_sub(header_len), fault, ..*self })
    }

    /// The acknowledgment number, if the ACK flag is set.
    pub fn ack(&self) -> Option<Seq> {
        self.flags.ack().then_some(self.ack_field)
    }

    /// Sequence numbers that it occupies: payload, and one each for SYN and FIN
    /// (RFC 9293 §3.4).
    pub fn span(&self) -> u32 {
        self.len.wrapping_add(u32::from(self.flags.syn())).wrapping_add(u32::from(self.flags.fin()))
    }

    /// The sequence number after its last.
    pub fn end(&self) -> Seq {
        self.seq.advance(self.span())
    }

    /// Sequence number of its first payload octet.
    pub fn data_seq(&self) -> Seq {
        self.seq.advance(u32::from(self.flags.syn()))
    }

    /// Sequence number of its FIN, if it has one: after all its data.
    pub fn fin_seq(&self) -> Option<Seq> {
        self.flags.fin().then(|| self.data_seq().advance(self.len))
    }

    /// Its options, if they are no others than nearly every SYN has.
    #[inline]
    pub fn syn_options(&self) -> Option<SynOptions> {
        SynOptions::of(self.options, usize::from(self.header_len).saturating_sub(20))
    }

    /// Its time stamps, the first if there are several.
    pub fn timestamps(&self) -> Option<Timestamps> {
        if let Some(usual) = self.syn_options() {
            return usual.timestamps;
        }
        self.options().find_map(|option| match option {
            Ok(TcpOption::Timestamps(timestamps)) => Some(timestamps),
            _ => None,
        })
    }

    /// Its options, one by one.
    pub fn options(&self) -> OptionIter<'a> {
        OptionIter::new(self.options, usize::from(self.header_len).saturating_sub(20))
    }

    /// The timestamps, if they are all that the options hold: what nearly every
    /// segment of an established connection carries (RFC 7323 appendix A).
    #[inline]
    pub fn lone_timestamps(&self) -> Option<Timestamps> {
        match (self.header_len, self.options) {
            (32, &[1, 1, 8, 10, a, b, c, d, e, f, g, h]) => Some(Timestamps {
                val: u32::from_be_bytes([a, b, c, d]),
                ecr: u32::from_be_bytes([e, f, g, h]),
            }),
            _ => None,
        }
    }
}

/// One UDP datagram (RFC 768) as captured: for contrast, no more than who, when
/// and how much.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Datagram {
    /// Number of the frame that carried it (or completed it).
    pub frame: u64,
    /// When that frame was captured.
    pub at: Timestamp,
    /// As in the frame.
    pub carried: u16,
    /// Interface and direction, where the link layer tells.
    pub arrival: Option<Arrival>,
    /// Sender.
    pub src: Endpoint,
    /// Receiver.
    pub dst: Endpoint,
    /// VLANs and tunnels around it.
    pub scope: ScopeId,
    /// Payload octets by its length field, whatever was captured of them.
    pub len: u32,
    /// IP fragments that it was put together from; 0 if it came whole.
    pub fragments: u16,
}

/// Whose header an ICMP error quotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Transport {
    /// The protocol number in an IP header.
    pub const fn protocol(self) -> u8 {
        match self {
            Transport::Tcp => 6,
            Transport::Udp => 17,
        }
    }

    /// The name in JSON.
    pub const fn slug(self) -> &'static str {
        match self {
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
        }
    }
}

/// An ICMP or ICMPv6 error about a TCP segment or a UDP datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IcmpError {
    /// Number of the frame that carried it.
    pub frame: u64,
    /// When it was captured.
    pub at: Timestamp,
    /// As in the frame.
    pub carried: u16,
    /// Interface and direction, where the link layer tells.
    pub arrival: Option<Arrival>,
    /// Octets of the ICMP message on the wire, its header included.
    pub len: u32,
    /// Who sent the error.
    pub from: IpAddr,
    /// To whom.
    pub to: IpAddr,
    /// What it says.
    pub kind: IcmpKind,
    /// Where in the quoted packet a "parameter problem" is, else 0.
    pub pointer: u32,
    /// Whose header it quotes.
    pub quoted: Transport,
    /// Sender of the quoted packet.
    pub src: Endpoint,
    /// Receiver of the quoted packet.
    pub dst: Endpoint,
    /// VLANs and tunnels around it.
    pub scope: ScopeId,
    /// Sequence number of the quoted segment (all errors quote that much); 0 of
    /// a datagram.
    pub seq: Seq,
    /// Flags of the quoted segment, if so much was quoted and captured.
    pub flags: Option<Flags>,
}

/// Type and code of an ICMP error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IcmpKind {
    /// ICMPv6 rather than ICMP.
    pub v6: bool,
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
    /// Next-hop MTU of "fragmentation needed" and "packet too big", else 0.
    pub mtu: u32,
}
