//! Conversations for the tests of what is printed: segments made by hand, run
//! through the tracker, given to a sink.

use std::net::IpAddr;

use crate::lang::en::English;
use crate::model::{Endpoint, Flags, IpMeta, Scope, ScopeId, ScopePart, Segment, Seq, Timestamp};
use crate::track::{Limits, Numberer, Tracker};
use crate::verdict::{Confidence, Times, judge};

use super::row::DataRows;
use super::style::{NumberStyle, Style};
use super::table::{Face, TableOptions};
use super::tcpdump::{LineStyle, TimeStyle, Zone};
use super::told::Explain;
use super::{Judged, Row, Sink, Totals};

pub(super) const SYN: Flags = Flags::SYN;
pub(super) const ACK: Flags = Flags::ACK;
pub(super) const SYN_ACK: Flags = Flags::SYN.with(Flags::ACK);
pub(super) const PSH: Flags = Flags::PSH.with(Flags::ACK);
pub(super) const FIN: Flags = Flags::FIN.with(Flags::ACK);
pub(super) const RST: Flags = Flags::RST;

/// Tables as most are, so many cells wide.
pub(super) fn tables(width: u16) -> TableOptions {
    TableOptions {
        lang: &English,
        style: Style { width, ..Style::default() },
        numbers: NumberStyle::Tcpdump,
        data: DataRows::Fold,
        explain: Explain::No,
        face: Face::Table,
        live: false,
    }
}

/// Lines that begin with this time, in UTC.
pub(super) fn lines(time: TimeStyle) -> LineStyle {
    LineStyle { time, nanos: false, zone: Zone::utc(), packet_numbers: false, interface_name: None }
}

/// One segment: from the client (`>`) or the server (`<`), microseconds after
/// the one before, flags, sequence and acknowledgment number after the ISN,
/// payload octets.
pub(super) type Shot = (char, u64, Flags, u32, u32, u32);

/// The ISNs of client and server.
const ISN: [u32; 2] = [598_232_472, 3_283_581_888];

/// The experiment that the tool is made for: the server closes first, the
/// client never does.
pub(super) const SERVER_FIRST: [Shot; 9] = [
    ('>', 0, SYN, 0, 0, 0),
    ('<', 13, SYN_ACK, 0, 1, 0),
    ('>', 13, ACK, 1, 1, 0),
    ('>', 77, PSH, 1, 1, 2),
    ('<', 5, ACK, 1, 3, 0),
    ('<', 61, PSH, 1, 3, 2),
    ('<', 12, FIN, 3, 3, 0),
    ('>', 1, ACK, 3, 3, 0),
    ('>', 43_343, ACK, 3, 4, 0),
];

/// Between which addresses and in which scope shots are fired.
pub(super) struct Field {
    pub client: IpAddr,
    pub server: IpAddr,
    pub client_port: u16,
    pub scope: Scope,
}

impl Field {
    pub(super) fn loopback(client_port: u16) -> Self {
        let addr = IpAddr::from([127, 0, 0, 1]);
        Field { client: addr, server: addr, client_port, scope: Scope::default() }
    }

    pub(super) fn long() -> Self {
        let addr = |last: u16| IpAddr::from([0x2001, 0xdb8, 0xaaaa, 0xbbbb, 0xcccc, 0xdddd, 0xeeee, last]);
        let scope = Scope(vec![ScopePart::Vlan(10), ScopePart::Vxlan(42)]);
        Field { client: addr(0xfff1), server: addr(0xfff2), client_port: 52_422, scope }
    }

    fn segment(&self, shot: Shot, frame: u64, at: Timestamp) -> Segment<'static> {
        let (from, _, flags, seq, ack, len) = shot;
        let client = Endpoint { addr: self.client, port: self.client_port };
        let server = Endpoint { addr: self.server, port: 9877 };
        let up = from == '>';
        let (src, dst) = if up { (client, server) } else { (server, client) };
        let (own, other) = if up { (ISN[0], ISN[1]) } else { (ISN[1], ISN[0]) };
        Segment {
            frame,
            at,
            scope: if self.scope.0.is_empty() { ScopeId::NONE } else { ScopeId(1) },
            ip: IpMeta { ttl: 64, id: Some(frame as u16), ecn: 0, wrapped: false, hidden: false },
            seq: Seq::new(own).advance(seq),
            ack_field: if flags.ack() { Seq::new(other).advance(ack) } else { Seq::new(0) },
            window: 512,
            len,
            ..Segment::bare(src, dst, flags)
        }
    }
}

/// Runs conversations, one after the other, through a tracker into a sink;
/// what it printed.
pub(super) fn fire(fields: &[(Field, &[Shot])], sink: &mut dyn Sink) -> String {
    let (mut tracker, mut numberer) = (Tracker::new(Limits::default()), Numberer::new());
    let mut out = Vec::new();
    let (mut frame, mut micros) = (0, 1_000_000_000_000);
    for (field, shots) in fields {
        for &shot in *shots {
            frame += 1;
            micros += shot.1.cast_signed();
            let segment = field.segment(shot, frame, Timestamp::from_nanos(micros * 1000));
            let numbers = numberer.number(&segment);
            let event = tracker.push(&segment);
            let conversation = tracker.current().unwrap();
            let closes = conversation.is_over();
            let row = Row {
                segment: &segment,
                numbers: &numbers,
                event: &event,
                conversation,
                ordinal: frame,
                closes,
            };
            sink.segment(&row, &mut out);
        }
    }
    tracker.finish();
    for (conversation, ended) in tracker.take_ended() {
        let confidence = Confidence::of(&conversation, ended, false);
        let scope =
            if conversation.scope() == ScopeId::NONE { Scope::default() } else { fields[0].0.scope.clone() };
        let judged = Judged {
            conversation: &conversation,
            ended,
            verdict: judge(&conversation, ended),
            times: Times::of(&conversation),
            confidence: &confidence,
            scope: &scope,
        };
        sink.conversation(&judged, &mut out);
    }
    sink.end(&Totals::default(), &mut out);
    String::from_utf8(out).unwrap()
}
