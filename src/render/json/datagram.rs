//! JSON of UDP datagrams, their exchanges, and ICMP errors.

use super::nanos;
use super::object::{Object, key};
use crate::model::{IcmpError, IcmpKind, Transport};
use crate::render::{About, Ceased, DatagramRow, IcmpRow};
use crate::track::Side;

pub(super) fn icmp(row: &IcmpRow<'_>, out: &mut Vec<u8>) {
    let error = row.error;
    let (conversation, exchange) = match row.about {
        About::Conversation(conv) => (Some(conv), None),
        About::Exchange(exchange) => (None, Some(exchange.number)),
        About::Unknown => (None, None),
    };
    let rejects =
        conversation.filter(|conv| conv.is_rejected_by(error.frame)).and_then(|conv| conv.last_syn());
    let mut o = Object::begin(out, "icmp");
    o.number_or_null(key!("conversation"), conversation.map(|conv| conv.number));
    o.number_or_null(key!("exchange"), exchange);
    o.number(key!("frame"), error.frame);
    o.time(key!("time"), error.at);
    o.display(key!("src"), error.from);
    o.display(key!("dst"), error.to);
    o.number(key!("version"), if error.kind.v6 { 6 } else { 4 });
    kind(&mut o, error);
    o.number_or_null(key!("mtu"), (error.kind.mtu != 0).then_some(u64::from(error.kind.mtu)));
    o.nested(key!("quoted"), |o| {
        o.text(key!("protocol"), error.quoted.slug());
        o.display(key!("src"), error.src);
        o.display(key!("dst"), error.dst);
        let seq = (error.quoted == Transport::Tcp).then(|| u64::from(error.seq.raw()));
        o.number_or_null(key!("seq"), seq);
    });
    o.number_or_null(key!("rejects"), rejects.map(|syn| syn.frame));
    o.end();
}

fn kind(o: &mut Object<'_>, error: &IcmpError) {
    o.number(key!("kind"), u64::from(error.kind.kind));
    o.number(key!("code"), u64::from(error.kind.code));
    o.text(key!("name"), name(error.kind));
}

/// The name of type and code, for JSON and CSV; those that nobody sends are called by their type.
pub(in crate::render) fn name(kind: IcmpKind) -> &'static str {
    match (kind.v6, kind.kind, kind.code) {
        (false, 3, 0) => "network-unreachable",
        (false, 3, 1) => "host-unreachable",
        (false, 3, 2) => "protocol-unreachable",
        (false, 3, 3) | (true, 1, 4) => "port-unreachable",
        (false, 3, 4) => "fragmentation-needed",
        (false, 3, 5) => "source-route-failed",
        (false, 3, 6) => "network-unknown",
        (false, 3, 7) => "host-unknown",
        (false, 3, 9) => "network-prohibited",
        (false, 3, 10) => "host-prohibited",
        (false, 3, 13) | (true, 1, 1) => "admin-prohibited",
        (true, 1, 0) => "no-route",
        (true, 1, 2) => "beyond-scope",
        (true, 1, 3) => "address-unreachable",
        (true, 1, 5) => "source-policy",
        (true, 1, 6) => "route-rejected",
        (false, 3, _) | (true, 1, _) => "unreachable",
        (true, 2, _) => "packet-too-big",
        (false, 11, 1) | (true, 3, 1) => "reassembly-time-exceeded",
        (false, 11, _) | (true, 3, _) => "time-exceeded",
        (false, 12, _) | (true, 4, _) => "parameter-problem",
        (false, 4, _) => "source-quench",
        _ => "unknown",
    }
}

pub(super) fn datagram(row: &DatagramRow<'_>, out: &mut Vec<u8>) {
    let datagram = row.datagram;
    let mut o = Object::begin(out, "datagram");
    o.number(key!("exchange"), row.exchange.number);
    o.number(key!("frame"), datagram.frame);
    o.time(key!("time"), datagram.at);
    o.text(key!("from"), row.from.slug());
    o.display(key!("src"), datagram.src);
    o.display(key!("dst"), datagram.dst);
    o.number(key!("len"), u64::from(datagram.len));
    o.end();
}

pub(super) fn exchange(ceased: &Ceased<'_>, out: &mut Vec<u8>) {
    let exchange = ceased.exchange;
    let mut o = Object::begin(out, "exchange");
    o.number(key!("exchange"), exchange.number);
    o.display(key!("client"), exchange.endpoint(Side::Client));
    o.display(key!("server"), exchange.endpoint(Side::Server));
    let scope = (!ceased.scope.0.is_empty()).then(|| ceased.scope.to_string());
    o.text_or_null(key!("scope"), scope.as_deref());
    for (key, [client, server]) in [(key!("datagrams"), exchange.datagrams), (key!("bytes"), exchange.bytes)]
    {
        o.nested(key, |o| {
            o.number(key!("client"), client);
            o.number(key!("server"), server);
        });
    }
    o.number_or_null(key!("answer_ns"), exchange.answered_after().map(nanos));
    match &exchange.unreachable {
        None => o.null(key!("unreachable")),
        Some(error) => o.nested(key!("unreachable"), |o| {
            o.number(key!("frame"), error.frame);
            o.display(key!("src"), error.from);
            kind(o, error);
        }),
    }
    o.number(key!("icmp_errors"), exchange.errors);
    o.number(key!("first_frame"), exchange.first.frame);
    o.number(key!("last_frame"), exchange.last.frame);
    o.time(key!("first"), exchange.first.at);
    o.time(key!("last"), exchange.last.at);
    o.text(key!("ended"), ceased.why.slug());
    o.word(key!("outcome"), exchange.reply().slug());
    o.end();
}
