//! Statistics as JSON: one object for all services (`port` is `null`), one for
//! each in the order of ports, the same of UDP if there was any, one for each
//! failing peer that stands out.

use crate::verdict::{Ending, Opening, ResetReason};

use super::super::json::{Key, Object, key};
use super::Counts;
use super::heavy::{Entry, KEPT, WAYS};
use super::service::{BOTH, CLIENT, Service};
use super::spread::Spread;
use super::udp;

/// Appends the objects, one a line.
pub(super) fn print(counts: &Counts, out: &mut Vec<u8>) {
    service(None, &counts.all(), out);
    counts.by_port().into_iter().for_each(|(port, of)| service(Some(port), of, out));
    if !counts.udp_services.is_empty() {
        udp::json(counts, out);
    }
    counts.servers.top(KEPT).iter().for_each(|entry| failing("server", entry, out));
    counts.clients.top(KEPT).iter().for_each(|entry| failing("client", entry, out));
}

fn service(port: Option<u16>, of: &Service, out: &mut Vec<u8>) {
    let mut o = Object::begin(out, "service");
    o.number_or_null(key!("port"), port.map(u64::from));
    o.number(key!("conversations"), of.conversations());
    o.number(key!("attempts"), of.attempts());
    o.number(key!("opened"), of.opened());
    o.nested(key!("openings"), |o| {
        Opening::ALL.into_iter().for_each(|kind| o.count(kind.slug(), of.opened_as(kind)));
    });
    o.nested(key!("endings"), |o| {
        Ending::ALL.into_iter().for_each(|kind| o.count(kind.slug(), of.ended_as(kind)));
    });
    o.nested(key!("reset_reasons"), |o| {
        ResetReason::ALL.into_iter().for_each(|kind| o.count(kind.slug(), of.reasons[kind as usize]));
    });
    pair(&mut o, key!("reset_by"), of.reset_by);
    o.nested(key!("first_closer"), |o| {
        o.number(key!("client"), of.closers[CLIENT]);
        o.number(key!("server"), of.closers[1]);
        o.number(key!("both"), of.closers[BOTH]);
    });
    o.nested(key!("syns"), |o| {
        o.number(key!("sent"), of.syns);
        o.number(key!("again"), of.syns_again);
    });
    pair(&mut o, key!("segments"), of.segments);
    pair(&mut o, key!("bytes"), of.bytes);
    spread(&mut o, key!("round_trip_ns"), &of.trips);
    o.end();
}

/// Durations: how many, percentiles, the buckets that are not empty.
pub(super) fn spread(o: &mut Object<'_>, key: Key, of: &Spread) {
    o.nested(key, |o| {
        let nanos = |duration: std::time::Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        o.number(key!("count"), of.count());
        for (key, percent) in [(key!("p50"), 50), (key!("p90"), 90), (key!("p99"), 99)] {
            o.number_or_null(key, of.percentile(percent).map(nanos));
        }
        o.number_or_null(key!("longest"), of.longest().map(nanos));
        o.list(key!("buckets"), |list| {
            for (from, below, count) in of.filled() {
                list.object(|o| {
                    o.number(key!("from"), from);
                    o.number_or_null(key!("below"), below);
                    o.number(key!("count"), count);
                });
            }
        });
    });
}

fn pair(o: &mut Object<'_>, key: Key, values: [u64; 2]) {
    o.nested(key, |o| {
        o.number(key!("client"), values[0]);
        o.number(key!("server"), values[1]);
    });
}

fn failing<K: std::fmt::Display>(side: &str, entry: &Entry<K>, out: &mut Vec<u8>)
where
    Entry<K>: Sized,
{
    let mut o = Object::begin(out, "failing");
    o.text(key!("side"), side);
    o.display(key!("peer"), &entry.key);
    o.number(key!("at_least"), entry.seen.iter().sum());
    o.number(key!("at_most"), entry.seen.iter().sum::<u64>() + entry.perhaps);
    for (way, count) in WAYS.into_iter().zip(entry.seen) {
        o.count(way.slug(), count);
    }
    o.end();
}
