//! Statistics as JSON: one object for all services (`port` is `null`), one for
//! each in the order of ports, one for each failing peer that stands out.

use crate::verdict::{Ending, Opening, ResetReason};

use super::super::json::Object;
use super::Counts;
use super::heavy::{Entry, KEPT, WAYS};
use super::service::{BOTH, CLIENT, Service};

/// Appends the objects, one a line.
pub(super) fn print(counts: &Counts, out: &mut Vec<u8>) {
    service(None, &counts.all(), out);
    counts.by_port().into_iter().for_each(|(port, of)| service(Some(port), of, out));
    counts.servers.top(KEPT).iter().for_each(|entry| failing("server", entry, out));
    counts.clients.top(KEPT).iter().for_each(|entry| failing("client", entry, out));
}

fn service(port: Option<u16>, of: &Service, out: &mut Vec<u8>) {
    let mut o = Object::begin(out, "service");
    o.number_or_null("port", port.map(u64::from));
    o.number("conversations", of.conversations());
    o.number("attempts", of.attempts());
    o.number("opened", of.opened());
    o.nested("openings", |o| {
        Opening::ALL.into_iter().for_each(|kind| o.number(kind.slug(), of.opened_as(kind)));
    });
    o.nested("endings", |o| {
        Ending::ALL.into_iter().for_each(|kind| o.number(kind.slug(), of.ended_as(kind)));
    });
    o.nested("reset_reasons", |o| {
        ResetReason::ALL.into_iter().for_each(|kind| o.number(kind.slug(), of.reasons[kind as usize]));
    });
    pair(&mut o, "reset_by", of.reset_by);
    o.nested("first_closer", |o| {
        o.number("client", of.closers[CLIENT]);
        o.number("server", of.closers[1]);
        o.number("both", of.closers[BOTH]);
    });
    o.nested("syns", |o| {
        o.number("sent", of.syns);
        o.number("again", of.syns_again);
    });
    pair(&mut o, "segments", of.segments);
    pair(&mut o, "bytes", of.bytes);
    o.nested("round_trip_ns", |o| {
        let nanos = |duration: std::time::Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        o.number("count", of.trips.count());
        for (key, percent) in [("p50", 50), ("p90", 90), ("p99", 99)] {
            o.number_or_null(key, of.trips.percentile(percent).map(nanos));
        }
        o.number_or_null("longest", of.trips.longest().map(nanos));
        o.list("buckets", |list| {
            for (from, below, count) in of.trips.filled() {
                list.object(|o| {
                    o.number("from", from);
                    o.number_or_null("below", below);
                    o.number("count", count);
                });
            }
        });
    });
    o.end();
}

fn pair(o: &mut Object<'_>, key: &str, values: [u64; 2]) {
    o.nested(key, |o| {
        o.number("client", values[0]);
        o.number("server", values[1]);
    });
}

fn failing<K: std::fmt::Display>(side: &str, entry: &Entry<K>, out: &mut Vec<u8>)
where
    Entry<K>: Sized,
{
    let mut o = Object::begin(out, "failing");
    o.text("side", side);
    o.display("peer", &entry.key);
    o.number("at_least", entry.seen.iter().sum());
    o.number("at_most", entry.seen.iter().sum::<u64>() + entry.perhaps);
    for (way, count) in WAYS.into_iter().zip(entry.seen) {
        o.number(way.slug(), count);
    }
    o.end();
}
