//! Random walks that look like captures: a few flows on which mostly happens
//! what TCP would do next, and now and then what it would not.

use std::net::{IpAddr, Ipv4Addr};

use hsanalyze::model::{
    Checksum, Endpoint, Flags, IcmpError, IcmpKind, IpMeta, ScopeId, Segment, Seq, Timestamp, Transport,
};
use hsanalyze::track::Side;
use proptest::prelude::*;

pub use super::targets::flows::Shot as Frame;
use super::targets::wire::blank;

/// One turn of a walk: who does what on which flow, and when.
#[derive(Clone, Debug)]
pub struct Turn {
    flow: usize,
    side: Side,
    what: Move,
    /// Sent, but not captured.
    lost: bool,
    /// Milliseconds after the turn before; the clock may step back.
    gap: i64,
}

/// What a side does.
#[derive(Clone, Debug)]
enum Move {
    /// What a TCP would do next.
    Natural,
    Data(u32),
    Fin(u32),
    /// Off the sender's next number by so much.
    Reset {
        ack: bool,
        off: i32,
    },
    /// An earlier frame of the flow, counted from the last, is sent again.
    Again(usize),
    /// The last frame of the flow, captured on another interface a moment later.
    Copy,
    /// An ACK off the receiver's next number by so much.
    Ack {
        off: i32,
        window: u16,
    },
    KeepAlive(bool),
    /// A SYN of the present incarnation.
    Syn(u32),
    /// A SYN of the next incarnation.
    NewSyn,
    Noise {
        flags: u16,
        seq: i32,
        ack: i32,
        len: u32,
    },
    /// An ICMP error about the last frame of the flow.
    Icmp,
}

fn offset() -> impl Strategy<Value = i32> {
    prop_oneof![4 => Just(0), 4 => -3..4, 2 => -2000..2000, 1 => any::<i32>()]
}

fn noise() -> impl Strategy<Value = Move> {
    (0u16..0x200, offset(), offset(), 0u32..20).prop_map(|(flags, seq, ack, len)| Move::Noise {
        flags,
        seq,
        ack,
        len,
    })
}

fn sensible() -> impl Strategy<Value = Move> {
    prop_oneof![
        16 => Just(Move::Natural),
        3 => (1u32..2000).prop_map(Move::Data),
        3 => (0u32..20).prop_map(Move::Fin),
        2 => (any::<bool>(), offset()).prop_map(|(ack, off)| Move::Reset { ack, off }),
        3 => (0usize..4).prop_map(Move::Again),
        1 => Just(Move::Copy),
        2 => (offset(), prop_oneof![Just(0), Just(500), Just(65535)])
            .prop_map(|(off, window)| Move::Ack { off, window }),
        1 => any::<bool>().prop_map(Move::KeepAlive),
        1 => (0u32..10).prop_map(Move::Syn),
        2 => Just(Move::NewSyn),
        1 => noise(),
        1 => Just(Move::Icmp),
    ]
}

/// A clock that goes on, at most a little backwards.
fn pace() -> impl Strategy<Value = i64> {
    prop_oneof![12 => Just(1), 3 => Just(200), 1 => Just(1000), 1 => Just(70_000), 1 => Just(-5)]
}

fn turn(what: impl Strategy<Value = Move>, gap: impl Strategy<Value = i64>) -> impl Strategy<Value = Turn> {
    let side = prop_oneof![Just(Side::Client), Just(Side::Server)];
    let flow = prop_oneof![6 => Just(0), 2 => Just(1), 1 => Just(2), 1 => Just(3), 1 => Just(4)];
    let lost = prop_oneof![9 => Just(false), 1 => Just(true)];
    (flow, side, what, lost, gap).prop_map(|(flow, side, what, lost, gap)| Turn {
        flow,
        side,
        what,
        lost,
        gap,
    })
}

/// A walk in which mostly the next sensible thing happens.
pub fn plausible() -> impl Strategy<Value = Vec<Turn>> {
    prop::collection::vec(turn(sensible(), pace()), 1..60)
}

/// A walk in which anything happens, at any time.
pub fn wild() -> impl Strategy<Value = Vec<Turn>> {
    let jumps = || -200_000i64..200_000;
    let step = prop_oneof![1 => turn(sensible(), jumps()).boxed(), 3 => turn(noise(), jumps()).boxed()];
    prop::collection::vec(step, 1..80)
}

/// How a walk is set into numbers and addresses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// Added to all numbers of the client, and of the server.
    pub shift: [u32; 2],
    /// The client has the higher address.
    pub flipped: bool,
}

/// What a walk put on the wire: numbers are offsets from the ISN of an
/// incarnation.
#[derive(Clone, Copy, Debug)]
struct Shot {
    flow: usize,
    from: Side,
    incarnation: u32,
    seq: u32,
    ack: u32,
    flags: Flags,
    len: u32,
    window: u16,
    id: u16,
    interface: u32,
    at: i64,
    icmp: bool,
}

/// What the ends of a flow have done.
#[derive(Clone, Copy, Default)]
struct Ends {
    incarnation: u32,
    /// Next offset to send.
    next: [u32; 2],
    /// Next offset of the other side that was acknowledged.
    acked: [u32; 2],
    fin: [bool; 2],
}

/// The flow that is one socket, connected to itself.
const ITSELF: usize = 3;

impl Ends {
    /// Flags, sequence number and length of what a TCP would send next.
    fn natural(&self, side: Side) -> (Flags, u32, u32) {
        let (own, peer) = (side as usize, side.other() as usize);
        let ack = Flags::ACK;
        match (self.next[own], self.next[peer]) {
            (0, 0) => (Flags::SYN, 0, 0),
            (0, _) => (Flags::SYN.with(ack), 0, 0),
            (next, 0) => (Flags::SYN, next.saturating_sub(1), 0),
            (next, _) if self.acked[own] != self.next[peer] => (ack, next, 0),
            (next, _) if self.fin[own] => (ack, next, 0),
            (next, _) if self.fin[peer] => (ack.with(Flags::FIN), next, 0),
            (next, _) => (ack.with(Flags::PSH), next, 10),
        }
    }
}

struct Walker {
    ends: [Ends; 5],
    shots: Vec<Shot>,
    at: i64,
    id: u16,
}

impl Walker {
    fn turn(&mut self, turn: &Turn) {
        self.at += turn.gap * 1_000_000;
        self.id = self.id.wrapping_add(1);
        let side = if turn.flow == ITSELF { Side::Client } else { turn.side };
        let Some(shot) = self.shot(turn.flow, side, &turn.what) else { return };
        let ends = &mut self.ends[turn.flow];
        if !shot.flags.rst() && !shot.icmp && !matches!(turn.what, Move::Noise { .. }) {
            let span = shot.len + u32::from(shot.flags.syn()) + u32::from(shot.flags.fin());
            let end = shot.seq.wrapping_add(span);
            let own = shot.from as usize;
            if end.wrapping_sub(ends.next[own]) < 1 << 20 {
                ends.next[own] = end;
            }
            ends.fin[own] |= shot.flags.fin();
            if shot.flags.ack() {
                ends.acked[own] = shot.ack;
            }
            if turn.flow == ITSELF {
                ends.next[1] = ends.next[0];
            }
        }
        if !turn.lost {
            self.shots.push(shot);
        }
    }

    fn shot(&mut self, flow: usize, side: Side, what: &Move) -> Option<Shot> {
        let ends = self.ends[flow];
        let (next, expected) = (ends.next[side as usize], ends.next[side.other() as usize]);
        let shot = Shot {
            flow,
            from: side,
            incarnation: ends.incarnation,
            seq: next,
            ack: expected,
            flags: Flags::ACK,
            len: 0,
            window: 65535,
            id: self.id,
            interface: 0,
            at: self.at,
            icmp: false,
        };
        let mut before = self.shots.iter().rev().filter(|shot| shot.flow == flow && !shot.icmp).copied();
        Some(match *what {
            Move::Natural => {
                let (flags, seq, len) = ends.natural(side);
                Shot { flags, seq, len, ..shot }
            }
            Move::Data(len) => Shot { len, flags: Flags::ACK.with(Flags::PSH), ..shot },
            Move::Fin(len) => Shot { len, flags: Flags::ACK.with(Flags::FIN), ..shot },
            Move::Reset { ack, off } => {
                let flags = if ack { Flags::RST.with(Flags::ACK) } else { Flags::RST };
                Shot { flags, seq: next.wrapping_add_signed(off), ..shot }
            }
            Move::Again(nth) => Shot { at: self.at, id: self.id, ..before.nth(nth)? },
            Move::Copy => {
                let last = before.next().filter(|last| (self.at - last.at).abs() <= 2_000_000)?;
                Shot { interface: last.interface + 1, at: self.at, ..last }
            }
            Move::Ack { off, window } => Shot { ack: expected.wrapping_add_signed(off), window, ..shot },
            Move::KeepAlive(octet) => Shot { seq: next.wrapping_sub(1), len: octet.into(), ..shot },
            Move::Syn(len) => Shot { flags: Flags::SYN, seq: 0, len, ..shot },
            Move::NewSyn => {
                let incarnation = ends.incarnation + 1;
                self.ends[flow] = Ends { incarnation, ..Ends::default() };
                Shot { incarnation, flags: Flags::SYN, seq: 0, ..shot }
            }
            Move::Noise { flags, seq, ack, len } => Shot {
                flags: Flags::from_header(flags),
                seq: next.wrapping_add_signed(seq),
                ack: expected.wrapping_add_signed(ack),
                len,
                ..shot
            },
            Move::Icmp => Shot { icmp: true, at: self.at, ..before.next()? },
        })
    }
}

/// The frames of a walk, numbered from 1.
pub fn frames(turns: &[Turn], setting: Setting) -> Vec<Frame> {
    let mut walker = Walker { ends: [Ends::default(); 5], shots: Vec::new(), at: 0, id: 0 };
    turns.iter().for_each(|turn| walker.turn(turn));
    walker.shots.iter().zip(1..).map(|(shot, number)| frame(shot, number, setting)).collect()
}

/// Flow 4 has the addresses and ports of flow 0, on a VLAN.
fn endpoints(flow: usize, flipped: bool) -> [Endpoint; 2] {
    let ports = [(40_000, 9_877), (40_001, 9_877), (5_000, 5_000), (7_000, 7_000), (40_000, 9_877)];
    let (client, server) = ports[flow];
    let addr = |host| IpAddr::V4(Ipv4Addr::new(10, 0, 0, host));
    let client_addr = addr(if flipped { 9 } else { 1 });
    let server_addr = if flow == ITSELF { client_addr } else { addr(5) };
    [Endpoint { addr: client_addr, port: client }, Endpoint { addr: server_addr, port: server }]
}

fn frame(shot: &Shot, number: u64, setting: Setting) -> Frame {
    let ends = endpoints(shot.flow, setting.flipped);
    let (from, to) = (shot.from as usize, shot.from.other() as usize);
    let base = |side: usize| {
        let side = if shot.flow == ITSELF { 0 } else { side };
        let isn = 1_000 + shot.flow as u32 * 0x1111_1111 + side as u32 * 0x2345_6789;
        let isn = isn.wrapping_add(shot.incarnation.wrapping_mul(0x0765_4321));
        Seq::new(isn).advance(setting.shift[side])
    };
    let seq = base(from).advance(shot.seq);
    let ack_field = if shot.flags.ack() { base(to).advance(shot.ack) } else { Seq::default() };
    let at = Timestamp::from_nanos(1_700_000_000_000_000_000 + shot.at);
    let scope = ScopeId(if shot.flow == 4 { 11 } else { 0 });
    if shot.icmp {
        return Frame::Icmp(IcmpError {
            frame: number,
            at,
            carried: 0,
            arrival: None,
            len: 0,
            pointer: 0,
            quoted: Transport::Tcp,
            from: ends[to].addr,
            to: ends[from].addr,
            kind: IcmpKind { v6: false, kind: 3, code: 3, mtu: 0 },
            src: ends[from],
            dst: ends[to],
            scope,
            seq,
            flags: Some(shot.flags),
        });
    }
    let segment = Segment {
        frame: number,
        at,
        interface: shot.interface,
        src: ends[from],
        dst: ends[to],
        scope,
        ip: IpMeta { ttl: 64, id: Some(shot.id), ecn: 0, wrapped: false, hidden: false },
        seq,
        ack_field,
        flags: shot.flags,
        window: shot.window,
        len: shot.len,
        checksum: Checksum::Good,
        ..blank()
    };
    Frame::Segment(segment, Vec::new())
}
