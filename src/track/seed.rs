//! Attempts of which there is no more than a plain SYN, in 64 octets each: a
//! scan or a flood has millions of them, and nothing else ever comes.
//!
//! A seed is a [`Conversation`] put down small; what it grows into again is the
//! same to the last field (`tests` hold that against random SYNs).

use std::net::IpAddr;
use std::num::NonZeroU64;

use crate::model::{Checksum, Endpoint, Flags, FlowKey, IpMeta, ScopeId, Segment, Seq, Timestamp, Way};

use super::conversation::Conversation;
use super::copies::{Moment, Print};
use super::facts::Phase;
use super::half::{Last, Offers, Sighting};
use super::held;
use super::mark::Marks;
use super::observe::CE;
use super::rare::Rare;
use super::state::{Side, State};

pub(super) use bed::Seeds;

mod bed;

/// Facts that are bits of a seed.
mod bit {
    pub const LIVE: u16 = 1;
    pub const DOWN: u16 = 1 << 1;
    pub const MSS: u16 = 1 << 2;
    pub const SCALE: u16 = 1 << 3;
    pub const SACK: u16 = 1 << 4;
    pub const TIMESTAMPS: u16 = 1 << 5;
    pub const ECE: u16 = 1 << 6;
    pub const CWR: u16 = 1 << 7;
    pub const GOOD_SUM: u16 = 1 << 8;
}

/// The largest number that fits in 48 bits.
const MOST: u64 = (1 << 48) - 1;

/// The octets of an address of either kind.
trait Address: Copy {
    fn of(addr: IpAddr) -> Option<Self>;
    fn addr(self) -> IpAddr;
}

impl Address for [u8; 4] {
    fn of(addr: IpAddr) -> Option<Self> {
        if let IpAddr::V4(addr) = addr { Some(addr.octets()) } else { None }
    }

    fn addr(self) -> IpAddr {
        IpAddr::from(self)
    }
}

impl Address for [u8; 16] {
    fn of(addr: IpAddr) -> Option<Self> {
        if let IpAddr::V6(addr) = addr { Some(addr.octets()) } else { None }
    }

    fn addr(self) -> IpAddr {
        IpAddr::from(self)
    }
}

/// An attempt between two addresses of one kind. Only `u8` to `u32` inside, so
/// that nothing is lost to alignment.
#[derive(Clone, Copy, Debug)]
struct Small<A> {
    low: A,
    high: A,
    ports: [u16; 2],
    scope: u32,
    at: [u32; 2],
    isn: u32,
    tsval: u32,
    print: [u32; 2],
    frame: [u16; 3],
    number: [u16; 3],
    window: u16,
    mss: u16,
    len: u16,
    bits: u16,
    scale: u8,
    ttl: u8,
}

/// An attempt.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seed {
    /// Between addresses of IPv4.
    V4(Plain<[u8; 4]>),
    /// Between addresses of IPv6.
    V6(Plain<[u8; 16]>),
}

/// An attempt between two addresses of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain<A>(Small<A>);

/// What a seed is made of.
struct Facts<'a> {
    key: &'a FlowKey,
    way: Way,
    number: u64,
    frame: u64,
    at: Timestamp,
    isn: Seq,
    window: u16,
    len: u32,
    ttl: u8,
    good_sum: bool,
    offers: Offers,
    print: Print,
}

fn narrow(n: u64) -> [u16; 3] {
    [n as u16, (n >> 16) as u16, (n >> 32) as u16]
}

fn wide([a, b, c]: [u16; 3]) -> u64 {
    u64::from(a) | u64::from(b) << 16 | u64::from(c) << 32
}

/// Whether these are the flags of a SYN, with an offer of ECN or without (RFC 3168
/// §6.1.1).
fn is_syn(flags: Flags) -> bool {
    let optional = Flags::ECE.with(Flags::CWR);
    flags.bits() & !optional.bits() == Flags::SYN.bits()
}

/// Whether a SYN, the first segment of its flow, may be plain.
#[inline]
pub(super) fn is_plain(seg: &Segment<'_>) -> bool {
    is_syn(seg.flags) && seg.fragments == 0 && seg.src != seg.dst
}

/// Whether nothing but the client's first SYN has been seen of a conversation, the first
/// of its flow. Such differ in what [`Small::grow_over`] writes, and in nothing else.
#[inline]
pub(super) fn is_of_one_syn(conv: &Conversation) -> bool {
    let alone =
        conv.segments() == 1 && conv.phase == Phase::SynSent && conv.recent.only(Side::Client).is_some();
    let first = conv.incarnation == 1 && !conv.superseded && !conv.tentative;
    alone && first && !conv.side(Side::Client).provoked
}

impl Seed {
    /// Of a conversation that a plain SYN has begun; `None` if it has more to it than
    /// fits.
    pub fn of(conv: &Conversation) -> Option<Self> {
        let client = conv.side(Side::Client);
        let len = conv.rare.syn_data;
        let quiet = conv.rare.copies == 0 && conv.rare.twin.is_none() && conv.rare.icmp_errors == 0;
        let as_sent = conv.marks == Marks::of_syn(len) && conv.syn_tsval == client.offers.tsval;
        if !(is_of_one_syn(conv) && quiet && as_sent) {
            return None;
        }
        Seed::put_down(&Facts {
            key: &conv.key,
            way: conv.client_way,
            number: conv.number,
            frame: conv.first.frame,
            at: conv.first.at,
            isn: client.isn?,
            window: client.window,
            len,
            ttl: client.ttl,
            good_sum: client.checksums_real,
            offers: client.offers,
            print: conv.recent.only(Side::Client)?,
        })
    }

    /// Of the conversation that this SYN would begin.
    pub fn of_syn(seg: &Segment<'_>, key: &FlowKey, way: Way, number: u64) -> Option<Self> {
        if !is_plain(seg) || seg.ip.ecn == CE {
            return None;
        }
        let offers = Offers::of(seg);
        if held::is_of_proxy(seg, &offers) {
            return None;
        }
        Seed::put_down(&Facts {
            key,
            way,
            number,
            frame: seg.frame,
            at: seg.at,
            isn: seg.seq,
            window: seg.window,
            len: seg.len,
            ttl: seg.ip.ttl,
            good_sum: seg.checksum == Checksum::Good,
            offers,
            print: Print::of(seg),
        })
    }

    fn put_down(facts: &Facts<'_>) -> Option<Self> {
        if facts.number > MOST || facts.frame > MOST {
            return None;
        }
        match facts.key.low.addr {
            IpAddr::V4(_) => Small::of(facts).map(|small| Seed::V4(Plain(small))),
            IpAddr::V6(_) => Small::of(facts).map(|small| Seed::V6(Plain(small))),
        }
    }

    /// The conversation that it stands for; `settle` gives it a place, once it has begun.
    pub fn grow(
        &self,
        dialects: bool,
        settle: impl FnOnce(Conversation) -> Box<Conversation>,
    ) -> Box<Conversation> {
        match self {
            Seed::V4(Plain(small)) => small.grow(dialects, settle),
            Seed::V6(Plain(small)) => small.grow(dialects, settle),
        }
    }

    /// The same in the place of another that [`is_of_one_syn`].
    pub fn grow_over(&self, dialects: bool, conv: &mut Conversation) {
        match self {
            Seed::V4(Plain(small)) => small.grow_over(dialects, conv),
            Seed::V6(Plain(small)) => small.grow_over(dialects, conv),
        }
    }
}

impl<A: Address> Small<A> {
    fn of(facts: &Facts<'_>) -> Option<Self> {
        let &Facts { key: &FlowKey { low, high, scope }, offers, print, .. } = facts;
        // What has no place here.
        let usual = Offers { mss: None, window_scale: None, sack: false, tsval: None, ..offers };
        let rare = Offers { flags: Flags::default(), ..usual };
        if rare != Offers::default() || !is_syn(offers.flags) {
            return None;
        }
        let nanos = facts.at.as_nanos();
        let mut bits = bit::LIVE;
        let holding = [
            (facts.way == Way::Down, bit::DOWN),
            (offers.mss.is_some(), bit::MSS),
            (offers.window_scale.is_some(), bit::SCALE),
            (offers.sack, bit::SACK),
            (offers.tsval.is_some(), bit::TIMESTAMPS),
            (offers.flags.contains(Flags::ECE), bit::ECE),
            (offers.flags.contains(Flags::CWR), bit::CWR),
            (facts.good_sum, bit::GOOD_SUM),
        ];
        for (holds, bit) in holding {
            bits |= if holds { bit } else { 0 };
        }
        Some(Small {
            low: A::of(low.addr)?,
            high: A::of(high.addr)?,
            ports: [low.port, high.port],
            scope: scope.0,
            at: [nanos as u32, (nanos >> 32) as u32],
            isn: facts.isn.raw(),
            tsval: offers.tsval.unwrap_or(0),
            print: [print.tcp, print.path],
            frame: narrow(facts.frame),
            number: narrow(facts.number),
            window: facts.window,
            mss: offers.mss.unwrap_or(0),
            len: u16::try_from(facts.len).ok()?,
            bits,
            scale: offers.window_scale.unwrap_or(0),
            ttl: facts.ttl,
        })
    }

    fn key(&self) -> FlowKey {
        let [low, high] = self.ports;
        FlowKey {
            low: Endpoint { addr: self.low.addr(), port: low },
            high: Endpoint { addr: self.high.addr(), port: high },
            scope: ScopeId(self.scope),
        }
    }

    fn way(&self) -> Way {
        if self.has(bit::DOWN) { Way::Down } else { Way::Up }
    }

    fn has(&self, bit: u16) -> bool {
        self.bits & bit != 0
    }

    fn number(&self) -> u64 {
        wide(self.number)
    }

    fn at(&self) -> Timestamp {
        let [low, high] = self.at;
        Timestamp::from_nanos(i64::from(high.cast_signed()) << 32 | i64::from(low))
    }

    /// The SYN, but for its options.
    fn syn(&self, key: FlowKey) -> Segment<'static> {
        let (src, dst) = match self.way() {
            Way::Up => (key.low, key.high),
            Way::Down => (key.high, key.low),
        };
        Segment {
            frame: wide(self.frame),
            at: self.at(),
            scope: key.scope,
            ip: IpMeta { ttl: self.ttl, ..IpMeta::default() },
            seq: Seq::new(self.isn),
            window: self.window,
            len: self.len.into(),
            checksum: if self.has(bit::GOOD_SUM) { Checksum::Good } else { Checksum::Unknown },
            ..Segment::bare(src, dst, self.flags())
        }
    }

    fn flags(&self) -> Flags {
        let mut flags = Flags::SYN;
        for (bit, flag) in [(bit::ECE, Flags::ECE), (bit::CWR, Flags::CWR)] {
            flags = if self.has(bit) { flags.with(flag) } else { flags };
        }
        flags
    }

    fn offers(&self) -> Offers {
        Offers {
            mss: self.has(bit::MSS).then_some(self.mss),
            window_scale: self.has(bit::SCALE).then_some(self.scale),
            sack: self.has(bit::SACK),
            tsval: self.has(bit::TIMESTAMPS).then_some(self.tsval),
            flags: self.flags(),
            ..Offers::default()
        }
    }

    /// The conversation that [`Conversation::apply`] makes of the SYN.
    fn grow(
        &self,
        dialects: bool,
        settle: impl FnOnce(Conversation) -> Box<Conversation>,
    ) -> Box<Conversation> {
        let key = self.key();
        let mut conv = settle(Conversation::begin(self.number(), key, self.way(), &self.syn(key)));
        self.shape(dialects, &mut conv);
        conv
    }

    /// The same in the place of another of one SYN: a flood is grown as fast as it came.
    fn grow_over(&self, dialects: bool, conv: &mut Conversation) {
        let first = Sighting { frame: wide(self.frame), at: self.at() };
        (conv.number, conv.key, conv.client_way) = (self.number(), self.key(), self.way());
        (conv.first, conv.last) = (first, first);
        (conv.listener, conv.dialects) = (None, None);
        conv.rare = Rare::default();
        self.shape(dialects, conv);
    }

    /// What the SYN changes in a conversation that has begun.
    fn shape(&self, dialects: bool, conv: &mut Conversation) {
        let seen = conv.first;
        if dialects {
            let syn = self.syn(conv.key);
            conv.dialects.insert(Box::default()).observe(&syn, Side::Client, seen.at);
        }
        let len = self.len.into();
        if len > 0 {
            let unusual = conv.rare.note();
            (unusual.syn_data, unusual.first_syn_data) = (len, len);
        }
        conv.marks = Marks::of_syn(len);
        let offers = self.offers();
        conv.syn_tsval = offers.tsval;
        (conv.syn, conv.syns) = (Some(seen), 1);
        conv.last_from = Some(Side::Client);
        let [tcp, path] = self.print;
        conv.recent.begin(Side::Client, Print { tcp, path, at: Moment::of(seen.at) });
        let client = conv.side_mut(Side::Client);
        client.learn_isn(Seq::new(self.isn));
        client.syn_frame = NonZeroU64::new(seen.frame);
        client.offers = offers;
        client.window = self.window;
        client.ttl = self.ttl;
        client.checksums_real = self.has(bit::GOOD_SUM);
        client.last = if len > 0 { Last::Data } else { Last::Other };
        (client.segments, client.unanswered) = (1, 1);
        client.state = State::SynSent;
    }
}

#[cfg(test)]
mod tests;
