//! What one side of a conversation has sent.

use std::num::NonZeroU64;

use crate::model::{Flags, Segment, Seq, TcpOption, Timestamp};

use super::coverage::{Added, Coverage};
use super::mptcp::Mptcp;
use super::state::State;

mod rest;

/// A frame that something was seen in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sighting {
    /// Its number.
    pub frame: u64,
    /// Its time.
    pub at: Timestamp,
}

impl Sighting {
    /// Where a segment was seen.
    pub fn of(seg: &Segment<'_>) -> Self {
        Sighting { frame: seg.frame, at: seg.at }
    }
}

/// What a side offered in its SYN or SYN-ACK.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Offers {
    /// Maximum segment size.
    pub mss: Option<u16>,
    /// Window scale shift.
    pub window_scale: Option<u8>,
    /// Selective acknowledgments.
    pub sack: bool,
    /// Timestamps: TSval of the last SYN or SYN-ACK.
    pub tsval: Option<u32>,
    /// A Fast Open option without cookie: asks for one.
    pub cookie_request: bool,
    /// A Fast Open cookie (RFC 7413).
    pub cookie: bool,
    /// The flags beside it: ECE, CWR and AE offer ECN.
    pub flags: Flags,
    /// Multipath TCP.
    pub mptcp: Option<Mptcp>,
    /// An MD5 signature (RFC 2385).
    pub md5: bool,
    /// TCP-AO (RFC 5925).
    pub ao: bool,
    /// The options were cut: what is missing here may have been offered.
    pub cut: bool,
}

impl Offers {
    /// Reads the options of a SYN or SYN-ACK.
    pub fn of(seg: &Segment<'_>) -> Self {
        let mut offers = Offers { flags: seg.flags, ..Offers::default() };
        if let Some(usual) = seg.syn_options() {
            offers.mss = usual.mss;
            offers.window_scale = usual.window_scale;
            offers.sack = usual.sack;
            offers.tsval = usual.timestamps.map(|ts| ts.val);
            return offers;
        }
        for option in seg.options() {
            match option {
                Ok(TcpOption::Mss(mss)) => offers.mss = Some(mss),
                Ok(TcpOption::WindowScale(shift)) => offers.window_scale = Some(shift),
                Ok(TcpOption::SackPermitted) => offers.sack = true,
                Ok(TcpOption::Timestamps(ts)) => offers.tsval = Some(ts.val),
                Ok(TcpOption::FastOpen([])) => offers.cookie_request = true,
                Ok(TcpOption::FastOpen(_)) => offers.cookie = true,
                Ok(TcpOption::Mptcp(octets)) => offers.mptcp = Mptcp::of(octets),
                Ok(TcpOption::Md5(_)) => offers.md5 = true,
                Ok(TcpOption::Ao(_)) => offers.ao = true,
                Ok(_) => {}
                Err(crate::model::Fault::Cut) => offers.cut = true,
                Err(crate::model::Fault::BadLength) => {}
            }
        }
        offers
    }
}

/// A FIN and its acknowledgment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FinFacts {
    /// Its sequence number: after all data.
    pub seq: Seq,
    /// Where it was first seen.
    pub first: Sighting,
    /// How often it was sent.
    pub sent: u32,
    /// The first acknowledgment of it.
    pub acked: Option<Sighting>,
    /// Whether the other side has received it: everything before it is there.
    pub arrived: bool,
    /// It was sent again after it was acknowledged, and not acknowledged since.
    pub asks_again: bool,
    /// The other side has spoken since, or this one has acknowledged something of it
    /// that was not captured.
    pub heard: bool,
}

/// One side of a conversation: what it has sent, and its state.
#[derive(Clone, Debug)]
#[repr(C)] // what every segment looks at lies together
pub struct Half {
    /// Offset of `sent.high()` from the ISN, in 64 bits.
    high_offset: u64,
    /// Segments captured, copies not counted.
    pub segments: u64,
    /// Payload octets captured, each once.
    pub bytes: u64,
    /// When it last sent new payload.
    pub last_data: Option<Timestamp>,
    /// Its octets, once a first number is known.
    pub sent: Option<Coverage>,
    /// The highest acknowledgment number that it sent.
    pub acked: Option<Seq>,
    /// Repetitions of its last acknowledgment.
    pub duplicate_acks: u32,
    /// Its segments since the other side last said anything but a reset; each
    /// reset answers one.
    pub unanswered: u32,
    /// Its last window field, unscaled.
    pub window: u16,
    /// That window was not a SYN's, so that the scale applies to it
    /// (RFC 7323 §2.2).
    pub scaled: bool,
    /// Its last segment was a keep-alive.
    pub keep_alive: bool,
    /// It sent something that its peer must answer with a challenge ACK.
    pub provoked: bool,
    /// Its last segment probed a closed window.
    pub probing: bool,
    /// A full-sized segment of it was sent three times or more.
    pub(super) stuck: bool,
    /// A checksum of it was seen to be right.
    pub checksums_real: bool,
    /// What its last segment was.
    pub last: Last,
    /// TTL or hop limit of its first segment.
    pub ttl: u8,
    /// Its segments came with different TTLs.
    pub ttl_varies: bool,
    /// Its state, as if each captured segment arrived.
    pub state: State,
    /// Segments that brought nothing new.
    pub retransmissions: u32,
    /// Its initial sequence number, if its SYN was captured or acknowledged.
    pub isn: Option<Seq>,
    /// What it offered.
    pub offers: Offers,
    /// The frame of its SYN or first SYN-ACK, if that was captured.
    pub syn_frame: Option<NonZeroU64>,
    /// Its FIN.
    pub fin: Option<FinFacts>,
}

/// What the last segment of a side was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Last {
    /// It has sent nothing.
    #[default]
    Nothing,
    /// Payload.
    Data,
    /// A FIN without payload.
    Fin,
    /// Anything else.
    Other,
}

impl Last {
    /// Of a segment.
    pub(super) fn of(seg: &Segment<'_>) -> Self {
        match (seg.len > 0, seg.flags.fin()) {
            (true, _) => Last::Data,
            (false, true) => Last::Fin,
            (false, false) => Last::Other,
        }
    }
}

impl Half {
    /// A side that has sent nothing.
    pub fn new(state: State) -> Self {
        Half {
            state,
            isn: None,
            sent: None,
            high_offset: 0,
            acked: None,
            window: 0,
            scaled: false,
            last_data: None,
            duplicate_acks: 0,
            offers: Offers::default(),
            fin: None,
            segments: 0,
            bytes: 0,
            retransmissions: 0,
            checksums_real: false,
            keep_alive: false,
            probing: false,
            stuck: false,
            provoked: false,
            unanswered: 0,
            syn_frame: None,
            last: Last::Nothing,
            ttl: 0,
            ttl_varies: false,
        }
    }

    /// The other side says something.
    #[inline]
    pub(super) fn hear(&mut self, seg: &Segment<'_>) {
        if seg.flags.rst() {
            self.unanswered = self.unanswered.saturating_sub(1);
            return;
        }
        self.unanswered = 0;
        if let Some(fin) = &mut self.fin {
            fin.heard = true;
        }
    }

    /// Whether its SYN or SYN-ACK was captured.
    pub fn isn_seen(&self) -> bool {
        self.syn_frame.is_some()
    }

    /// Learns the ISN, from its SYN or from the number that acknowledges it.
    pub fn learn_isn(&mut self, isn: Seq) {
        if self.isn != Some(isn) {
            self.isn = Some(isn);
            self.sent = Some(Coverage::starting_at(isn.advance(1)));
            self.high_offset = 1;
        }
    }

    /// Learns a number of a conversation whose opening was not captured: the
    /// first one seen counts as offset 1.
    pub fn learn_midstream(&mut self, first: Seq) {
        if self.sent.is_none() {
            self.sent = Some(Coverage::starting_at(first));
            self.high_offset = 1;
        }
    }

    /// Counts octets sent; `None` if no number of this side was known.
    pub fn cover(&mut self, start: Seq, len: u32) -> Option<Added> {
        let sent = self.sent.as_mut()?;
        let before = sent.high();
        let added = sent.add(start, len);
        self.high_offset += u64::from(sent.high().relative_to(before));
        Some(added)
    }

    /// The other side acknowledges everything before `ack`. Gives the octets
    /// among them that were never captured.
    pub fn acknowledged(&mut self, ack: Seq) -> u32 {
        let Some(sent) = self.sent.as_mut() else {
            self.learn_midstream(ack);
            return 0;
        };
        let before = sent.high();
        let missing = sent.acknowledged(ack);
        self.high_offset += u64::from(sent.high().relative_to(before));
        missing
    }

    /// Offset of a number from the ISN (first seen = 1 if the SYN was not
    /// captured), right across 2^32. Before the ISN: `None`.
    pub fn offset(&self, seq: Seq) -> Option<u64> {
        let high = self.sent.as_ref()?.high();
        self.high_offset.checked_add_signed(i64::from(seq.distance_from(high)))
    }

    /// Its first octet: after the ISN, or the first seen.
    pub fn start(&self) -> Option<Seq> {
        let before = self.high_offset.wrapping_sub(1);
        self.snd_nxt().map(|high| high.retreat(before as u32))
    }

    /// SND.NXT: the number after the highest octet seen.
    pub fn snd_nxt(&self) -> Option<Seq> {
        self.sent.as_ref().map(Coverage::high)
    }

    /// What the other side expects next, as if everything captured arrived.
    pub fn contiguous(&self) -> Option<Seq> {
        self.sent.as_ref().map(Coverage::next)
    }

    /// Becomes what the other end of a self-connection is: the same socket.
    pub(super) fn mirror(&mut self, own: Half) {
        *self = Half { segments: self.segments, bytes: self.bytes, retransmissions: 0, ..own };
    }

    /// Whether its FIN was sent and acknowledged.
    pub fn fin_acked(&self) -> bool {
        self.fin.is_some_and(|fin| fin.acked.is_some())
    }
}
