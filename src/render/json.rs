//! JSON: one object a line. Keys are always there, `null` where there is
//! nothing to say; changes only add.
//!
//! - `{"type":"begin"}`: sources, link types, filter, version.
//! - `{"type":"segment"}`: one segment, its numbers three ways, its steps,
//!   marks, proofs, and both states after it.
//! - `{"type":"conversation"}`: one conversation, judged. Those that are still
//!   tracked at the end come then, in the order of their numbers.
//! - `{"type":"icmp"}`: one ICMP error, and the conversation or the exchange
//!   that it is about.
//! - `{"type":"datagram"}`: one UDP datagram.
//! - `{"type":"exchange"}`: the datagrams of one flow.
//! - `{"type":"service"}`, `{"type":"udp-service"}` and `{"type":"failing"}`:
//!   with `--stats`, instead of everything but begin and end.
//! - `{"type":"end"}`: counts.
//!
//! Of a `retransmission`, and of a FIN that comes again, a proof names the frame
//! that it repeats (`of`); `resend` of a segment says why it was sent again:
//! `fast`, `timeout`, `spurious`, or `null`.
//!
//! `listener` of a conversation whose roles are guessed: the side that answered the
//! SYNs of other conversations of the capture, or `null`; it is the server.
//!
//! `time_wait_until` of a conversation: when TIME-WAIT ends at the earliest, 60 s
//! after the last ACK as on Linux; `null` unless it closed in order.
//!
//! Keys of `icmp`: `conversation` and `exchange` (at most one is not `null`),
//! `frame`, `time`, `src` and `dst` (of the error: addresses), `version` (4 or
//! 6), `kind` and `code` (the numbers), `name` (of both), `mtu` (next hop's, or
//! `null`), `quoted` (`protocol`, `src`, `dst`, `seq` of TCP), `rejects` (the
//! frame of the SYN that it rejects, or `null`).
//!
//! Keys of `datagram`: `exchange`, `frame`, `time`, `from` (`client`: who spoke
//! first), `src`, `dst`, `len` (payload octets).
//!
//! Keys of `exchange`: `exchange` (its number), `client`, `server`, `scope`,
//! `datagrams`, `bytes` (each with `client` and `server`), `answer_ns` (from the
//! first datagram to the first that came back, or `null`), `unreachable` (the
//! first ICMP error about it: `frame`, `src`, `kind`, `code`, `name`; or
//! `null`), `icmp_errors`, `first_frame`, `last_frame`, `first`, `last`, `ended`
//! (`idle`, `evicted`, `capture-end`), `outcome` (`answered`, `unanswered`,
//! `unreachable`).
//!
//! Keys of `service`: `port` (of servers; `null`: all services together),
//! `conversations`, `attempts` (whose opening was captured), `opened`,
//! `openings`, `endings`, `reset_reasons` (each by slug), `reset_by`,
//! `first_closer` (`client`, `server`, `both`), `syns` (`sent`, `again`),
//! `segments`, `bytes`, `round_trip_ns` (of handshakes: `count`, `p50`, `p90`,
//! `p99`, `longest`, `buckets` of `from`, `below`, `count`).
//!
//! Keys of `udp-service`, if there was UDP: `port`, `exchanges`, by outcome too,
//! `icmp_errors`, `datagrams`, `bytes`, `answer_ns` (as `round_trip_ns`).
//!
//! Keys of `failing`: `side`, `peer` (endpoint of a server, address of a client),
//! `at_least` and `at_most` (failed attempts), and those that are certain by slug.
//!
//! Times are decimal strings of seconds with nine digits, durations integer
//! nanoseconds, sequence numbers as in the header (absolute).

mod datagram;
mod object;

use std::num::NonZeroU64;

use std::time::Duration;

use crate::model::{Skip, Timestamps};
use crate::track::{Conversation, Dialects, Event, Proof, Resend, Side, Step};
use crate::verdict::{End, InForce, Negotiated, Schedule, TimeWait, Vantage, Verdict, conn_state};

use super::{Begin, Ceased, DatagramRow, IcmpRow, Judged, Row, Sink, Totals};
pub(super) use datagram::name as icmp_name;
pub(crate) use object::{Key, Object, key};

/// Prints JSON.
#[derive(Debug, Default)]
pub struct JsonSink {}

impl Sink for JsonSink {
    fn prints_at_once(&self) -> bool {
        true
    }

    fn wants_dialects(&self) -> bool {
        true
    }

    fn begin(&mut self, begin: &Begin, out: &mut Vec<u8>) {
        let mut o = Object::begin(out, "begin");
        o.strings(key!("sources"), begin.sources.iter().map(String::as_str));
        o.strings(key!("link_types"), begin.link_types.iter().map(String::as_str));
        o.text_or_null(key!("filter"), begin.filter.as_deref());
        o.flag(key!("live"), begin.live);
        o.text(key!("version"), env!("CARGO_PKG_VERSION"));
        o.end();
    }

    fn segment(&mut self, row: &Row<'_>, out: &mut Vec<u8>) {
        segment(row, out);
    }

    fn conversation(&mut self, judged: &Judged<'_>, out: &mut Vec<u8>) {
        conversation(judged, out);
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, out: &mut Vec<u8>) {
        datagram::icmp(row, out);
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, out: &mut Vec<u8>) {
        datagram::datagram(row, out);
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, out: &mut Vec<u8>) {
        datagram::exchange(ceased, out);
    }

    fn end(&mut self, totals: &Totals, out: &mut Vec<u8>) {
        let mut o = Object::begin(out, "end");
        o.number(key!("frames"), totals.frames);
        o.number(key!("segments"), totals.segments);
        o.number(key!("conversations"), totals.conversations);
        o.nested(key!("skipped"), |o| {
            for why in Skip::ALL {
                o.count(why.slug(), totals.skipped.of(why));
            }
        });
        o.number(key!("bad_headers"), totals.bad_headers);
        o.number(key!("icmp_errors"), totals.icmp_errors);
        o.number(key!("datagrams"), totals.datagrams);
        o.number(key!("exchanges"), totals.exchanges);
        o.number_or_null(key!("dropped_by_kernel"), totals.dropped_by_kernel);
        o.end();
    }
}

fn segment(row: &Row<'_>, out: &mut Vec<u8>) {
    let (seg, event) = (row.segment, row.event);
    let mut o = Object::begin(out, "segment");
    o.number(key!("conversation"), event.conversation);
    o.number(key!("frame"), seg.frame);
    o.time(key!("time"), seg.at);
    o.word(key!("from"), event.from.slug());
    o.end_point(key!("src"), seg.src);
    o.end_point(key!("dst"), seg.dst);
    o.word(key!("flags"), seg.flags.tcpdump());
    o.number(key!("seq"), u64::from(seg.seq.raw()));
    o.number_or_null(key!("ack"), seg.ack().map(|ack| u64::from(ack.raw())));
    o.number(key!("window"), u64::from(seg.window));
    o.number(key!("len"), u64::from(seg.len));
    shown(&mut o, row);
    o.nested(key!("isn"), |o| {
        o.number_or_null(key!("seq"), event.isn_seq);
        o.number_or_null(key!("ack"), event.isn_ack);
    });
    options(&mut o, row);
    o.words(key!("steps"), event.steps.iter().map(|step| step.slug()));
    let marks = (!event.marks.is_empty()).then(|| event.marks.iter()).into_iter().flatten();
    o.words(key!("marks"), marks.map(|mark| mark.slug()));
    proofs(&mut o, event);
    o.word_or_null(key!("resend"), event.steps.iter().find_map(Step::resend).map(Resend::slug));
    o.nested(key!("states"), |o| {
        o.word(key!("client"), event.states[0].name());
        o.word(key!("server"), event.states[1].name());
    });
    o.number_or_null(key!("absorbs"), event.absorbs);
    o.end();
}

/// The numbers as tcpdump prints them; `null` where it prints none.
fn shown(o: &mut Object<'_>, row: &Row<'_>) {
    let (seg, numbers) = (row.segment, row.numbers);
    let has_seq = seg.len > 0 || seg.flags.syn() || seg.flags.fin() || seg.flags.rst();
    o.nested(key!("shown"), |o| {
        match (has_seq, seg.len > 0) {
            (false, _) => o.null(key!("seq")),
            (true, false) => o.digits(key!("seq"), numbers.seq, None),
            (true, true) => o.digits(key!("seq"), numbers.seq, Some(numbers.end)),
        }
        if seg.flags.ack() { o.digits(key!("ack"), numbers.ack, None) } else { o.null(key!("ack")) }
    });
}

/// Options by kind, each with its octets in hexadecimal.
fn options(o: &mut Object<'_>, row: &Row<'_>) {
    let seg = row.segment;
    if let Some(Timestamps { val, ecr }) = seg.lone_timestamps() {
        return o.timestamps(val, ecr);
    }
    o.list(key!("options"), |list| {
        for option in seg.options() {
            use crate::model::TcpOption as T;
            let Ok(option) = option else {
                list.object(|o| o.word(key!("name"), "cut"));
                break;
            };
            list.object(|o| match option {
                T::End => o.word(key!("name"), "end"),
                T::Nop => o.word(key!("name"), "nop"),
                T::Mss(mss) => named(o, "mss", u64::from(mss)),
                T::WindowScale(shift) => named(o, "window-scale", u64::from(shift)),
                T::SackPermitted => o.word(key!("name"), "sack-permitted"),
                T::Sack(blocks) => {
                    o.word(key!("name"), "sack");
                    o.number(key!("blocks"), (blocks.len() / 8) as u64);
                    o.hex(key!("octets"), blocks);
                }
                T::Timestamps(ts) => {
                    o.word(key!("name"), "timestamps");
                    o.number(key!("val"), u64::from(ts.val));
                    o.number(key!("ecr"), u64::from(ts.ecr));
                }
                T::Md5(octets) => hexed(o, "md5", octets),
                T::Ao(octets) => hexed(o, "ao", octets),
                T::Mptcp(octets) => hexed(o, "mptcp", octets),
                T::FastOpen(octets) => hexed(o, "fast-open", octets),
                T::AccEcn(octets) => hexed(o, "acc-ecn", octets),
                T::Other(raw) => {
                    o.word(key!("name"), "other");
                    o.number(key!("kind"), u64::from(raw.kind));
                    o.hex(key!("octets"), raw.data);
                }
            });
        }
    });
}

fn named(o: &mut Object<'_>, name: &'static str, value: u64) {
    o.word(key!("name"), name);
    o.number(key!("value"), value);
}

fn hexed(o: &mut Object<'_>, name: &'static str, octets: &[u8]) {
    o.word(key!("name"), name);
    o.hex(key!("octets"), octets);
}

fn proofs(o: &mut Object<'_>, event: &Event) {
    o.list(key!("proofs"), |list| {
        for Proof { step, of, status, .. } in event.proofs.iter() {
            list.object(|o| {
                o.word(key!("step"), step.slug());
                o.number_or_null(key!("of"), *of);
                o.word(key!("status"), status.slug());
            });
        }
    });
}

pub(super) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn conversation(judged: &Judged<'_>, out: &mut Vec<u8>) {
    let (conv, verdict) = (judged.conversation, &judged.verdict);
    let mut o = Object::begin(out, "conversation");
    o.number(key!("conversation"), conv.number);
    o.number(key!("incarnation"), u64::from(conv.incarnation));
    o.end_point(key!("client"), conv.endpoint(Side::Client));
    o.end_point(key!("server"), conv.endpoint(Side::Server));
    o.word(key!("roles"), conv.roles.slug());
    o.word_or_null(key!("listener"), conv.listener.map(Side::slug));
    let scope = (!judged.scope.0.is_empty()).then(|| judged.scope.to_string());
    o.text_or_null(key!("scope"), scope.as_deref());
    outcome(&mut o, verdict);
    o.number_or_null(key!("half_closed_ns"), judged.times.half_closed.map(nanos));
    o.number(key!("half_closed_bytes"), conv.rare.half_closed_bytes);
    o.number_or_null(key!("first_byte_ns"), judged.times.first_byte.map(nanos));
    o.number_or_null(key!("teardown_ns"), judged.times.teardown.map(nanos));
    match judged.times.time_wait_until {
        Some(until) => o.time(key!("time_wait_until"), until),
        None => o.null(key!("time_wait_until")),
    }
    o.number(key!("waited_ns"), nanos(conv.waited()));
    o.word_or_null(key!("vantage"), judged.times.vantage.map(Vantage::slug));
    o.number_or_null(key!("mptcp"), conv.rare.mptcp.map(NonZeroU64::get));
    o.number_or_null(key!("same_as"), conv.rare.twin.map(NonZeroU64::get));
    negotiated(&mut o, conv);
    handshake(&mut o, judged);
    sides(&mut o, key!("segments"), conv, |side| side.segments);
    sides(&mut o, key!("bytes"), conv, |side| side.bytes);
    sides(&mut o, key!("retransmissions"), conv, |side| side.retransmissions.into());
    o.number(key!("copies"), conv.rare.copies);
    o.nested(key!("states"), |o| {
        o.word(key!("client"), conv.states()[0].name());
        o.word(key!("server"), conv.states()[1].name());
    });
    o.number(key!("first_frame"), conv.first.frame);
    let last = conv.ends_at();
    o.number(key!("last_frame"), last.frame);
    o.time(key!("first"), conv.first.at);
    o.time(key!("last"), last.at);
    let marks = (!conv.marks.is_empty()).then(|| conv.marks.iter()).into_iter().flatten();
    o.words(key!("marks"), marks.map(|mark| mark.slug()));
    o.words(key!("confidence"), judged.confidence.iter().map(|c| c.slug()));
    dialects(&mut o, conv);
    o.end();
}

fn outcome(o: &mut Object<'_>, verdict: &Verdict) {
    o.word(key!("opening"), verdict.opening());
    o.word_or_null(key!("ending"), verdict.ending());
    o.word_or_null(key!("first_closer"), verdict.first_closer().map(Side::slug));
    let close = match verdict.end() {
        Some(End::Graceful(close)) => Some(close),
        _ => None,
    };
    o.number_or_null(key!("closing_segments"), close.map(|close| u64::from(close.segments)));
    o.flag(key!("simultaneous_close"), close.is_some_and(|close| close.simultaneous));
    o.word_or_null(key!("reset_by"), verdict.reset_by().map(Side::slug));
    let reason = match verdict.end() {
        Some(End::Reset(_, reason)) => Some(reason.slug()),
        _ => None,
    };
    o.word_or_null(key!("reset_reason"), reason);
    o.word_or_null(
        key!("time_wait"),
        close.map(|close| match close.time_wait {
            TimeWait::One(side) => side.slug(),
            TimeWait::Both => "both",
        }),
    );
}

/// What is in force: `null` where it is not known, or not in force.
fn negotiated(o: &mut Object<'_>, conv: &Conversation) {
    let agreed = Negotiated::of(conv);
    o.nested(key!("negotiated"), |o| {
        pair(o, key!("mss"), agreed.mss.map(|mss| mss.map(u64::from)));
        match agreed.window_scale {
            InForce::Yes(shifts) => pair(o, key!("window_scale"), shifts.map(|shift| Some(u64::from(shift)))),
            InForce::No | InForce::Unknown => o.null(key!("window_scale")),
        }
        flag_if_known(o, key!("sack"), agreed.sack);
        flag_if_known(o, key!("timestamps"), agreed.timestamps);
        o.word(key!("ecn"), agreed.ecn.slug());
        let offers = conv.side(Side::Client).offers;
        o.flag(key!("md5"), offers.md5);
        o.flag(key!("ao"), offers.ao);
        flag_if_known(o, key!("mptcp"), agreed.mptcp);
    });
}

fn pair(o: &mut Object<'_>, key: Key, values: [Option<u64>; 2]) {
    o.nested(key, |o| {
        o.number_or_null(key!("client"), values[0]);
        o.number_or_null(key!("server"), values[1]);
    });
}

fn flag_if_known(o: &mut Object<'_>, key: Key, state: InForce<()>) {
    match state {
        InForce::Yes(()) => o.flag(key, true),
        InForce::No => o.flag(key, false),
        InForce::Unknown => o.null(key),
    }
}

fn handshake(o: &mut Object<'_>, judged: &Judged<'_>) {
    let (conv, times) = (judged.conversation, &judged.times);
    o.nested(key!("handshake"), |o| {
        o.number_or_null(key!("synack_rtt_ns"), times.synack_rtt.map(nanos));
        o.number_or_null(key!("ack_rtt_ns"), times.ack_rtt.map(nanos));
        o.number_or_null(key!("connect_ns"), times.connect.map(nanos));
        o.number_or_null(key!("reject_ns"), times.reject.map(nanos));
        o.number(key!("syns"), u64::from(conv.syns));
        o.number(key!("synacks"), u64::from(conv.synacks));
        o.word_or_null(key!("schedule"), Schedule::of(conv).map(Schedule::slug));
        o.flag(key!("ambiguous"), times.ambiguous);
    });
}

/// The conversation in the words of Zeek and Wireshark, by their rules.
fn dialects(o: &mut Object<'_>, conv: &Conversation) {
    let Some(Dialects { zeek, wireshark }) = conv.dialects.as_deref() else { return };
    o.nested(key!("zeek"), |o| {
        o.word(key!("conn_state"), conn_state(zeek));
        o.text(key!("history"), zeek.history());
        o.word_or_null(key!("originator"), zeek.originator().map(Side::slug));
    });
    o.nested(key!("wireshark"), |o| {
        o.number(key!("completeness"), u64::from(wireshark.completeness()));
        let trip = wireshark.initial_rtt().and_then(|nanos| u64::try_from(nanos).ok());
        o.number_or_null(key!("initial_rtt_ns"), trip);
    });
}

fn sides(o: &mut Object<'_>, key: Key, conv: &Conversation, of: impl Fn(&crate::track::Half) -> u64) {
    o.nested(key, |o| {
        o.number(key!("client"), of(conv.side(Side::Client)));
        o.number(key!("server"), of(conv.side(Side::Server)));
    });
}
