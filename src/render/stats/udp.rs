//! What is counted of one UDP service.

use crate::lang::units::{ShortOctets, ShortSpan};
use crate::lang::{Language, Statistic, StatisticNote};
use crate::track::{Exchange, Reply, Side};

use super::super::json::{Key, Object, key};
use super::super::style::{Role, Style};
use super::Counts;
use super::print::{Busy, Column, column, count, heading, table};
use super::sections::share;
use super::spread::Spread;

/// The exchanges of one server port, or of all.
#[derive(Clone, Debug, Default)]
pub(super) struct UdpService {
    /// By [`Reply::ALL`].
    replies: [u64; Reply::ALL.len()],
    /// ICMP errors, also those after the first of an exchange.
    errors: u64,
    /// Datagrams of client and server.
    datagrams: [u64; 2],
    /// Payload octets of client and server.
    bytes: [u64; 2],
    /// From the first datagram to the first that came back, of those that count as
    /// answered.
    answers: Spread,
}

impl UdpService {
    /// Counts an exchange.
    pub fn add(&mut self, exchange: &Exchange) {
        self.replies[exchange.reply() as usize] += 1;
        self.errors += exchange.errors;
        for side in Side::BOTH {
            self.datagrams[side as usize] += exchange.datagrams[side as usize];
            self.bytes[side as usize] += exchange.bytes[side as usize];
        }
        if let Some(answer) = exchange.answered_after().filter(|_| exchange.reply() == Reply::Answered) {
            self.answers.add(answer);
        }
    }

    /// Exchanges that this became of.
    fn of(&self, reply: Reply) -> u64 {
        self.replies[reply as usize]
    }

    fn span(&self, percent: u64) -> (Role, String) {
        let span = self.answers.percentile(percent);
        (Role::Plain, span.map_or_else(String::new, |span| ShortSpan(span).to_string()))
    }
}

impl Busy for UdpService {
    fn busy(&self) -> u64 {
        self.replies.iter().sum()
    }

    fn merge(&mut self, other: &UdpService) {
        for (into, from) in [
            (&mut self.replies[..], &other.replies[..]),
            (&mut self.datagrams, &other.datagrams),
            (&mut self.bytes, &other.bytes),
        ] {
            into.iter_mut().zip(from).for_each(|(into, from)| *into += from);
        }
        self.errors += other.errors;
        self.answers.merge(&other.answers);
    }
}

const COLUMNS: &[Column<UdpService>] = &[
    column(Statistic::Exchanges, 0, |of, style| (Role::Plain, count(of.busy(), style))),
    column(Statistic::Answered, 0, |of, _| {
        let answered = of.of(Reply::Answered);
        let role = if answered == of.busy() { Role::Good } else { Role::Warning };
        (role, share(answered, of.busy()))
    }),
    column(Statistic::Unanswered, 0, |of, style| failed(Role::Warning, of.of(Reply::Unanswered), style)),
    column(Statistic::Unreachable, 0, |of, style| failed(Role::Trouble, of.of(Reply::Unreachable), style)),
    column(Statistic::Percentile(50), 1, |of, _| of.span(50)),
    column(Statistic::Percentile(90), 5, |of, _| of.span(90)),
    column(Statistic::Percentile(99), 2, |of, _| of.span(99)),
    column(Statistic::Longest, 6, |of, _| {
        (Role::Plain, of.answers.longest().map_or_else(String::new, |span| ShortSpan(span).to_string()))
    }),
    column(Statistic::Up, 4, |of, _| (Role::Plain, ShortOctets(of.bytes[0]).to_string())),
    column(Statistic::Down, 3, |of, _| (Role::Plain, ShortOctets(of.bytes[1]).to_string())),
];

fn failed(role: Role, n: u64, style: &Style) -> (Role, String) {
    (if n > 0 { role } else { Role::Dim }, count(n, style))
}

/// Appends the table of UDP services.
pub(super) fn print(counts: &Counts, lang: &dyn Language, style: &Style, out: &mut String) {
    let all = all(counts);
    let note = StatisticNote::CountedExchanges {
        services: counts.udp_services.len() as u64,
        exchanges: all.busy(),
        datagrams: all.datagrams.iter().sum(),
    };
    let mut title = String::new();
    lang.statistic_note(&note, &mut title);
    heading(&title, style, out);
    table(counts.udp_by_port(), &all, COLUMNS, (lang, style), out);
}

fn all(counts: &Counts) -> UdpService {
    let mut all = UdpService::default();
    counts.udp_services.values().for_each(|service| all.merge(service));
    all
}

/// Appends the objects of JSON: one of all services, one for each.
pub(super) fn json(counts: &Counts, out: &mut Vec<u8>) {
    object(None, &all(counts), out);
    counts.udp_by_port().into_iter().for_each(|(port, of)| object(Some(port), of, out));
}

fn object(port: Option<u16>, of: &UdpService, out: &mut Vec<u8>) {
    let mut o = Object::begin(out, "udp-service");
    o.number_or_null(key!("port"), port.map(u64::from));
    o.number(key!("exchanges"), of.busy());
    Reply::ALL.into_iter().for_each(|reply| o.count(reply.slug(), of.of(reply)));
    o.number(key!("icmp_errors"), of.errors);
    pair(&mut o, key!("datagrams"), of.datagrams);
    pair(&mut o, key!("bytes"), of.bytes);
    super::json::spread(&mut o, key!("answer_ns"), &of.answers);
    o.end();
}

fn pair(o: &mut Object<'_>, key: Key, [client, server]: [u64; 2]) {
    o.nested(key, |o| {
        o.number(key!("client"), client);
        o.number(key!("server"), server);
    });
}
