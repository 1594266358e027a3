//! What the relay does with which segment: every loss by rule, none by chance.

use std::fmt;
use std::time::Duration;

use super::sight::{Sight, Way};
use crate::model::{Flags, Seq};

/// A kind of segment. One with data and a FIN is of both kinds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The first step: SYN without ACK.
    Syn,
    /// The second step: SYN and ACK.
    SynAck,
    /// ACK and nothing more. The client's first is the third step.
    Ack,
    /// Octets.
    Data,
    /// More octets than this.
    Longer(u32),
    /// A FIN.
    Fin,
    /// The bare ACK of the other side's FIN, from the side that sent its own before.
    LastAck,
    /// A reset.
    Rst,
    /// Whatever it is.
    Any,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Syn => "SYN",
            Kind::SynAck => "SYN-ACK",
            Kind::Ack => "ACK",
            Kind::Data => "data",
            Kind::Longer(octets) => return write!(f, "len {}..", octets.saturating_add(1)),
            Kind::Fin => "FIN",
            Kind::LastAck => "last ACK",
            Kind::Rst => "RST",
            Kind::Any => "*",
        })
    }
}

/// What becomes of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It goes on.
    Pass,
    /// It is lost.
    Drop,
    /// It arrives so much later; others overtake it.
    Delay(Duration),
    /// It arrives twice.
    Twice,
    /// It arrives after the next one of its way.
    AfterNext,
}

/// What is done with some segments of a kind.
#[derive(Clone, Debug)]
pub struct Rule {
    way: Way,
    kind: Kind,
    /// From this one on, counted from 1, copies counted too.
    first: u32,
    /// So many of them.
    count: u32,
    fate: Fate,
    seen: u32,
}

impl Rule {
    /// What becomes of the `n`-th segment of a kind, counted from 1 and from now.
    pub const fn nth(way: Way, kind: Kind, n: u32, fate: Fate) -> Rule {
        Rule { way, kind, first: n, count: 1, fate, seen: 0 }
    }

    /// What becomes of the first one from now.
    pub const fn first(way: Way, kind: Kind, fate: Fate) -> Rule {
        Rule::nth(way, kind, 1, fate)
    }

    /// What becomes of the first `count` from now.
    pub const fn firsts(way: Way, kind: Kind, count: u32, fate: Fate) -> Rule {
        Rule { way, kind, first: 1, count, fate, seen: 0 }
    }

    /// What becomes of each from now.
    pub const fn each(way: Way, kind: Kind, fate: Fate) -> Rule {
        Rule::firsts(way, kind, u32::MAX, fate)
    }
}

/// As a line of a log: `drop C > S SYN`, `twice S > C data 2`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fate {
            Fate::Pass => f.write_str("pass")?,
            Fate::Drop => f.write_str("drop")?,
            Fate::Delay(time) => write!(f, "delay {} ms", time.as_millis())?,
            Fate::Twice => f.write_str("twice")?,
            Fate::AfterNext => f.write_str("after next")?,
        }
        write!(f, " {} {}", self.way, self.kind)?;
        match (self.first, self.count) {
            (1, 1 | u32::MAX) => Ok(()),
            (first, 1) => write!(f, " {first}"),
            (first, count) => write!(f, " {first}..{}", first.saturating_add(count)),
        }
    }
}

/// What one side sent so far, for telling the kinds apart and for forging.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) ports: (u16, u16),
    /// After the highest number sent.
    pub(super) next: Seq,
    /// The last acknowledgment.
    pub(super) ack: Seq,
    /// After the FIN, if there was one.
    pub(super) fin: Option<Seq>,
}

/// The rules, and what they need to know.
#[derive(Debug, Default)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    sent: [Option<Sent>; 2],
    /// Nothing arrives in this way any more.
    pub(super) cut: [bool; 2],
}

impl Rules {
    pub(super) fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// No rules any more.
    pub(super) fn clear(&mut self) {
        self.rules.clear();
    }

    /// What was last sent in a way.
    pub(super) fn sent(&self, way: Way) -> Option<Sent> {
        self.sent[way.index()]
    }

    /// The kinds to which a segment belongs. Remembers it.
    pub(super) fn kinds(&mut self, sight: &Sight) -> Kinds {
        let (own, peer) = (sight.way.index(), sight.way.back().index());
        // Another conversation, or a new one on the same ports.
        let known = self.sent[own].filter(|sent| sent.ports == sight.ports && !sight.flags.syn());
        let peer_fin = self.sent[peer].and_then(|sent| sent.fin);
        let bare = sight.len == 0 && sight.flags.bits() & !CONGESTION == Flags::ACK.bits();
        let kinds = Kinds {
            sight: *sight,
            bare,
            last: bare && known.is_some_and(|sent| sent.fin.is_some()) && peer_fin == Some(sight.ack),
        };
        self.sent[own] = Some(Sent {
            ports: sight.ports,
            next: known.map_or(sight.end(), |sent| sent.next.later(sight.end())),
            ack: sight.ack,
            fin: if sight.flags.fin() { Some(sight.end()) } else { known.and_then(|sent| sent.fin) },
        });
        kinds
    }

    /// What becomes of a segment: what the first rule says that has come to its turn.
    pub(super) fn decide(&mut self, kinds: &Kinds) -> Fate {
        let way = kinds.sight.way;
        let mut fate = None;
        for rule in self.rules.iter_mut().filter(|rule| rule.way == way && kinds.are(rule.kind)) {
            rule.seen = rule.seen.saturating_add(1);
            let turn = rule.seen >= rule.first && rule.seen - rule.first < rule.count;
            if turn && fate.is_none() {
                fate = Some(rule.fate);
            }
        }
        if self.cut[way.index()] { Fate::Drop } else { fate.unwrap_or(Fate::Pass) }
    }
}

/// ECE, CWR and the bit of accurate ECN: an ACK with them is still a bare one.
const CONGESTION: u16 = 0x1c0;

/// A segment, and what it takes a memory to know of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kinds {
    pub(super) sight: Sight,
    bare: bool,
    last: bool,
}

impl Kinds {
    /// Whether the segment is of a kind.
    pub(super) fn are(&self, kind: Kind) -> bool {
        let flags = self.sight.flags;
        match kind {
            Kind::Syn => flags.syn() && !flags.ack(),
            Kind::SynAck => flags.syn() && flags.ack(),
            Kind::Ack => self.bare,
            Kind::Data => self.sight.len > 0,
            Kind::Longer(octets) => self.sight.len > octets,
            Kind::Fin => flags.fin(),
            Kind::LastAck => self.last,
            Kind::Rst => flags.rst(),
            Kind::Any => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(way: Way, flags: Flags, seq: u32, ack: u32, len: u32) -> Sight {
        let ports = if way == Way::ToServer { (40_000, 9877) } else { (9877, 40_000) };
        Sight { way, ports, flags, seq: Seq::new(seq), ack: Seq::new(ack), len }
    }

    fn fate(rules: &mut Rules, sight: Sight) -> Fate {
        let kinds = rules.kinds(&sight);
        rules.decide(&kinds)
    }

    const ACK: Flags = Flags::ACK;
    const FIN: Flags = Flags::ACK.with(Flags::FIN);

    #[test]
    fn the_nth_of_a_kind_in_a_way_and_no_other() {
        let mut rules = Rules::default();
        rules.add(Rule::nth(Way::ToServer, Kind::Data, 2, Fate::Drop));
        let data = |seq| sight(Way::ToServer, ACK, seq, 1, 10);
        assert_eq!(fate(&mut rules, data(1)), Fate::Pass);
        assert_eq!(fate(&mut rules, sight(Way::ToClient, ACK, 1, 11, 10)), Fate::Pass);
        assert_eq!(fate(&mut rules, sight(Way::ToServer, ACK, 11, 11, 0)), Fate::Pass);
        assert_eq!(fate(&mut rules, data(11)), Fate::Drop);
        assert_eq!(fate(&mut rules, data(11)), Fate::Pass);
    }

    #[test]
    fn a_rule_says_what_it_does() {
        let said = |rule: Rule| rule.to_string();
        assert_eq!(said(Rule::first(Way::ToServer, Kind::Syn, Fate::Drop)), "drop C > S SYN");
        assert_eq!(said(Rule::nth(Way::ToClient, Kind::Data, 2, Fate::Twice)), "twice S > C data 2");
        let late = Fate::Delay(Duration::from_millis(20));
        assert_eq!(said(Rule::each(Way::ToServer, Kind::Any, late)), "delay 20 ms C > S *");
        assert_eq!(said(Rule::each(Way::ToServer, Kind::Longer(1000), Fate::Drop)), "drop C > S len 1001..");
        assert_eq!(said(Rule::firsts(Way::ToServer, Kind::Fin, 3, Fate::Drop)), "drop C > S FIN 1..4");
    }

    #[test]
    fn the_last_ack_is_that_of_the_second_fin() {
        let mut rules = Rules::default();
        rules.add(Rule::first(Way::ToServer, Kind::LastAck, Fate::Drop));
        rules.add(Rule::first(Way::ToClient, Kind::LastAck, Fate::Drop));
        assert_eq!(fate(&mut rules, sight(Way::ToServer, FIN, 1, 1, 0)), Fate::Pass);
        assert_eq!(fate(&mut rules, sight(Way::ToClient, ACK, 1, 2, 0)), Fate::Pass);
        assert_eq!(fate(&mut rules, sight(Way::ToClient, FIN, 1, 2, 0)), Fate::Pass);
        assert_eq!(fate(&mut rules, sight(Way::ToServer, ACK, 2, 2, 0)), Fate::Drop);
        assert_eq!(fate(&mut rules, sight(Way::ToServer, ACK, 2, 2, 0)), Fate::Pass);
    }

    #[test]
    fn a_new_syn_forgets_the_fin_of_the_conversation_before() {
        let mut rules = Rules::default();
        fate(&mut rules, sight(Way::ToServer, FIN, 1, 1, 0));
        fate(&mut rules, sight(Way::ToServer, Flags::SYN, 100, 0, 0));
        let sent = rules.sent(Way::ToServer).unwrap();
        assert_eq!((sent.fin, sent.next), (None, Seq::new(101)));
    }

    #[test]
    fn some_of_them_all_of_them_and_none_when_the_cable_is_cut() {
        let mut rules = Rules::default();
        rules.add(Rule::firsts(Way::ToServer, Kind::Syn, 2, Fate::Drop));
        rules.add(Rule::each(Way::ToServer, Kind::Any, Fate::Twice));
        let syn = sight(Way::ToServer, Flags::SYN, 1, 0, 0);
        let fates: Vec<_> = (0..4).map(|_| fate(&mut rules, syn)).collect();
        assert_eq!(fates, [Fate::Drop, Fate::Drop, Fate::Twice, Fate::Twice]);
        rules.cut = [true, false];
        assert_eq!(fate(&mut rules, syn), Fate::Drop);
        assert_eq!(fate(&mut rules, sight(Way::ToClient, ACK, 1, 1, 0)), Fate::Pass);
        rules.cut = [false; 2];
        rules.clear();
        assert_eq!(fate(&mut rules, syn), Fate::Pass);
    }
}
