//! UDP for contrast: who spoke with whom. There is no handshake to follow, so
//! an exchange is no more than the datagrams of one flow, near in time.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::model::{Datagram, Endpoint, FlowKey, IcmpError, ScopeId, Timestamp, Way, slugs};

use super::half::Sighting;
use super::state::Side;

/// Silence after which an exchange is over: as long as a NAT must remember it
/// (RFC 4787 §4.3).
const IDLE: Duration = Duration::from_secs(120);

/// Exchanges followed at once; beyond it the longest idle is evicted.
const MOST: usize = 65_536;

/// Why an exchange was given out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Silence {
    /// Nothing came for two minutes.
    Idle,
    /// Evicted by a limit.
    Evicted,
    /// The capture ended.
    CaptureEnd,
}

impl Silence {
    /// The name in JSON.
    pub const fn slug(self) -> &'static str {
        match self {
            Silence::Idle => "idle",
            Silence::Evicted => "evicted",
            Silence::CaptureEnd => "capture-end",
        }
    }
}

/// What became of an exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reply {
    /// The server sent something, too.
    Answered,
    /// Nothing came back.
    Unanswered,
    /// An ICMP error came back, whatever else did.
    Unreachable,
}

impl Reply {
    /// All of them, in the order of their values.
    pub const ALL: [Reply; 3] = [Reply::Answered, Reply::Unanswered, Reply::Unreachable];

    slugs! {
        /// All slugs.
        SLUGS;
        /// The name in JSON, CSV and `--only`.
        slug {
            Reply::Answered => "answered",
            Reply::Unanswered => "unanswered",
            Reply::Unreachable => "unreachable",
        }
    }

    slugs! {
        /// All verdicts.
        VERDICTS;
        /// The verdict in scripts, where `unanswered` is one of TCP too.
        verdict {
            Reply::Answered => "udp-answered",
            Reply::Unanswered => "udp-unanswered",
            Reply::Unreachable => "udp-unreachable",
        }
    }
}

/// The datagrams of one flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exchange {
    /// From 1 in the order of first frames.
    pub number: u64,
    /// The flow.
    pub key: FlowKey,
    /// The direction in which the client sends: it spoke first.
    pub client_way: Way,
    /// Datagrams of each side, client first.
    pub datagrams: [u64; 2],
    /// Their payload octets.
    pub bytes: [u64; 2],
    /// The first datagram.
    pub first: Sighting,
    /// The last datagram.
    pub last: Sighting,
    /// The server's first.
    pub answer: Option<Sighting>,
    /// The first ICMP error about one of them.
    pub unreachable: Option<IcmpError>,
    /// ICMP errors in all.
    pub errors: u64,
}

impl Exchange {
    fn begin(number: u64, key: FlowKey, way: Way, datagram: &Datagram) -> Self {
        let seen = Sighting { frame: datagram.frame, at: datagram.at };
        Exchange {
            number,
            key,
            client_way: way,
            datagrams: [0; 2],
            bytes: [0; 2],
            first: seen,
            last: seen,
            answer: None,
            unreachable: None,
            errors: 0,
        }
    }

    /// Who sends in this direction.
    pub fn sender(&self, way: Way) -> Side {
        if way == self.client_way { Side::Client } else { Side::Server }
    }

    /// Who sent what an error quotes.
    pub fn blamed(&self, error: &IcmpError) -> Side {
        self.sender(FlowKey::of(error.src, error.dst, self.key.scope).1)
    }

    /// The address and port of a side.
    pub fn endpoint(&self, side: Side) -> Endpoint {
        match (side, self.client_way) {
            (Side::Client, Way::Up) | (Side::Server, Way::Down) => self.key.low,
            (Side::Client, Way::Down) | (Side::Server, Way::Up) => self.key.high,
        }
    }

    /// What became of it so far.
    pub fn reply(&self) -> Reply {
        match (&self.unreachable, &self.answer) {
            (Some(_), _) => Reply::Unreachable,
            (None, Some(_)) => Reply::Answered,
            (None, None) => Reply::Unanswered,
        }
    }

    /// VLANs and tunnels around it.
    pub fn scope(&self) -> ScopeId {
        self.key.scope
    }

    /// From the first to the last datagram.
    pub fn lasted(&self) -> Duration {
        self.last.at.since(self.first.at)
    }

    /// From the first datagram to the first that came back.
    pub fn answered_after(&self) -> Option<Duration> {
        self.answer.map(|answer| answer.at.since(self.first.at))
    }

    fn add(&mut self, from: Side, datagram: &Datagram) {
        self.datagrams[from as usize] += 1;
        self.bytes[from as usize] += u64::from(datagram.len);
        self.last = Sighting { frame: datagram.frame, at: datagram.at };
        if from == Side::Server && self.answer.is_none() {
            self.answer = Some(self.last);
        }
    }
}

/// The exchanges of a capture.
#[derive(Debug, Default)]
pub struct Exchanges {
    /// With the turn in which each last spoke.
    flows: HashMap<FlowKey, (Exchange, u64)>,
    /// Flows by that turn.
    by_turn: BTreeMap<u64, FlowKey>,
    turn: u64,
    numbered: u64,
    ended: Vec<(Exchange, Silence)>,
}

impl Exchanges {
    /// Takes in a datagram; its exchange, and who sent it.
    pub fn push(&mut self, datagram: &Datagram) -> (&Exchange, Side) {
        self.expire(datagram.at);
        let (key, way) = FlowKey::of(datagram.src, datagram.dst, datagram.scope);
        if !self.flows.contains_key(&key) {
            self.make_room();
            self.numbered += 1;
        }
        self.turn += 1;
        let (number, turn) = (self.numbered, self.turn);
        let begin = || (Exchange::begin(number, key, way, datagram), turn);
        let (exchange, last_turn) = self.flows.entry(key).or_insert_with(begin);
        self.by_turn.remove(&std::mem::replace(last_turn, turn));
        self.by_turn.insert(turn, key);
        let from = exchange.sender(way);
        exchange.add(from, datagram);
        (exchange, from)
    }

    /// Takes in an ICMP error about a datagram; the exchange that it is about,
    /// if there is one.
    pub fn push_icmp(&mut self, error: &IcmpError) -> Option<&Exchange> {
        let (key, _) = FlowKey::of(error.src, error.dst, error.scope);
        let (exchange, _) = self.flows.get_mut(&key)?;
        exchange.errors += 1;
        exchange.unreachable.get_or_insert(*error);
        Some(exchange)
    }

    /// Lets time pass: exchanges that fell silent are given out.
    pub fn expire(&mut self, now: Timestamp) {
        while let Some(last) = self.oldest().map(|exchange| exchange.last.at) {
            if now.since(last) <= IDLE {
                break;
            }
            self.give_out_oldest(Silence::Idle);
        }
    }

    /// The capture is over: all exchanges end, in the order of their numbers.
    pub fn finish(&mut self) {
        let from = self.ended.len();
        let left = std::mem::take(&mut self.flows).into_values();
        self.ended.extend(left.map(|(exchange, _)| (exchange, Silence::CaptureEnd)));
        self.by_turn.clear();
        self.ended[from..].sort_by_key(|(exchange, _)| exchange.number);
    }

    /// The exchanges that have ended since the last call, with the reason.
    pub fn take_ended(&mut self) -> Vec<(Exchange, Silence)> {
        std::mem::take(&mut self.ended)
    }

    /// Whether [`Exchanges::take_ended`] has something.
    pub fn has_ended(&self) -> bool {
        !self.ended.is_empty()
    }

    fn oldest(&self) -> Option<&Exchange> {
        let (_, key) = self.by_turn.first_key_value()?;
        self.flows.get(key).map(|(exchange, _)| exchange)
    }

    fn give_out_oldest(&mut self, why: Silence) {
        if let Some((_, key)) = self.by_turn.pop_first()
            && let Some((exchange, _)) = self.flows.remove(&key)
        {
            self.ended.push((exchange, why));
        }
    }

    fn make_room(&mut self) {
        while self.flows.len() >= MOST {
            self.give_out_oldest(Silence::Evicted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{IcmpKind, Seq, Transport};

    fn end(port: u16) -> Endpoint {
        Endpoint { addr: [127, 0, 0, 1].into(), port }
    }

    /// The `frame`th datagram, so many milliseconds after the beginning.
    fn datagram(frame: u64, millis: i64, src: u16, dst: u16, len: u32) -> Datagram {
        let at = Timestamp::from_nanos(millis * 1_000_000);
        let scope = ScopeId::NONE;
        Datagram {
            frame,
            at,
            carried: 0,
            arrival: None,
            src: end(src),
            dst: end(dst),
            scope,
            len,
            fragments: 0,
        }
    }

    fn error(frame: u64, src: u16, dst: u16) -> IcmpError {
        IcmpError {
            frame,
            at: Timestamp::from_nanos(0),
            carried: 0,
            arrival: None,
            len: 41,
            from: [127, 0, 0, 1].into(),
            to: [127, 0, 0, 1].into(),
            kind: IcmpKind { v6: false, kind: 3, code: 3, mtu: 0 },
            pointer: 0,
            quoted: Transport::Udp,
            src: end(src),
            dst: end(dst),
            scope: ScopeId::NONE,
            seq: Seq::new(0),
            flags: None,
        }
    }

    #[test]
    fn who_speaks_first_is_the_client_whatever_the_ports() {
        let mut all = Exchanges::default();
        for (src, dst) in [(8848, 50_000), (50_001, 8848)] {
            let (exchange, from) = all.push(&datagram(1, 0, src, dst, 5));
            assert_eq!((from, exchange.endpoint(Side::Client)), (Side::Client, end(src)));
            let (exchange, from) = all.push(&datagram(2, 1, dst, src, 7));
            assert_eq!((from, exchange.endpoint(Side::Server)), (Side::Server, end(dst)));
            assert_eq!((exchange.datagrams, exchange.bytes), ([1, 1], [5, 7]));
        }
    }

    #[test]
    fn the_first_answer_counts() {
        let mut all = Exchanges::default();
        all.push(&datagram(1, 0, 50_000, 8848, 5));
        all.push(&datagram(2, 30, 8848, 50_000, 5));
        let (exchange, _) = all.push(&datagram(3, 90, 8848, 50_000, 0));
        assert_eq!(exchange.answered_after(), Some(Duration::from_millis(30)));
        assert_eq!(exchange.lasted(), Duration::from_millis(90));
    }

    #[test]
    fn an_error_belongs_to_the_exchange_that_it_quotes() {
        let mut all = Exchanges::default();
        assert!(all.push_icmp(&error(1, 50_000, 8848)).is_none());
        all.push(&datagram(2, 0, 50_000, 8848, 5));
        all.push(&datagram(3, 0, 50_001, 8848, 5));
        all.push_icmp(&error(4, 50_000, 8848));
        let exchange = all.push_icmp(&error(5, 50_000, 8848)).copied().unwrap();
        assert_eq!((exchange.number, exchange.errors), (1, 2));
        assert_eq!(exchange.unreachable.map(|error| error.frame), Some(4));
        assert_eq!(exchange.blamed(&error(5, 50_000, 8848)), Side::Client);
    }

    #[test]
    fn silence_ends_an_exchange_and_the_next_datagram_begins_another() {
        let mut all = Exchanges::default();
        all.push(&datagram(1, 0, 50_000, 8848, 5));
        assert_eq!(all.push(&datagram(2, 120_000, 50_000, 8848, 5)).0.number, 1);
        assert!(!all.has_ended());
        assert_eq!(all.push(&datagram(3, 240_001, 50_000, 8848, 5)).0.number, 2);
        let ended = all.take_ended();
        assert_eq!(ended.len(), 1);
        assert_eq!((ended[0].0.datagrams, ended[0].1), ([2, 0], Silence::Idle));
    }

    #[test]
    fn at_the_end_all_are_given_out_in_order() {
        let mut all = Exchanges::default();
        for port in 1..=100 {
            all.push(&datagram(port.into(), 0, port, 8848, 5));
        }
        // The first speaks last.
        all.push(&datagram(101, 0, 1, 8848, 5));
        all.finish();
        let numbers: Vec<u64> = all.take_ended().iter().map(|(exchange, _)| exchange.number).collect();
        assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
    }

    #[test]
    fn a_flood_is_bounded_and_the_longest_idle_goes_first() {
        let mut all = Exchanges::default();
        for frame in 1..=MOST as u64 + 2 {
            let mut one = datagram(frame, 0, 50_000, 8848, 1);
            one.scope = ScopeId(frame as u32);
            all.push(&one);
            if frame == 2 {
                one.scope = ScopeId(1);
                all.push(&one);
            }
        }
        assert_eq!(all.flows.len(), MOST);
        assert_eq!(all.by_turn.len(), MOST);
        let ended: Vec<_> = all.take_ended().iter().map(|(e, why)| (e.number, *why)).collect();
        assert_eq!(ended, [(2, Silence::Evicted), (1, Silence::Evicted)]);
    }
}
