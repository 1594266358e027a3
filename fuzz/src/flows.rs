//! Octets to what a few flows would send: mostly what TCP would do next, and often
//! what it would not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hsanalyze::model::{
    Checksum, Endpoint, Flags, IcmpError, IcmpKind, IpMeta, ScopeId, Segment, Seq, Timestamp, Transport,
};

use super::take::Take;
use super::wire::blank;

/// Frames that are made at most.
const LONGEST: usize = 200;

/// A frame of the walk.
#[derive(Clone, Debug)]
pub enum Shot {
    /// A segment, and the octets of its options.
    Segment(Segment<'static>, Vec<u8>),
    /// An ICMP error.
    Icmp(IcmpError),
}

impl Shot {
    /// The ports of its flow.
    pub fn ports(&self) -> (u16, u16) {
        match self {
            Shot::Segment(seg, _) => (seg.src.port, seg.dst.port),
            Shot::Icmp(error) => (error.src.port, error.dst.port),
        }
    }
}

/// What the ends of a flow have done: next sequence numbers, what was
/// acknowledged, FINs.
#[derive(Clone, Copy, Default)]
struct Ends {
    isn: [u32; 2],
    next: [u32; 2],
    acked: [u32; 2],
    fin: [bool; 2],
}

/// A flow: addresses, ports, scope.
type Flow = ([IpAddr; 2], [u16; 2], u32);

const FLOWS: usize = 8;

/// The flow that is one socket, connected to itself.
const ITSELF: usize = 3;

/// Flow 4 is flow 0 in another scope, flow 6 is flow 0 translated.
fn flow(at: usize) -> Flow {
    let v4 = |host| IpAddr::V4(Ipv4Addr::new(10, 0, 0, host));
    let v6 = |host| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, host));
    match at {
        0 => ([v4(1), v4(5)], [40_000, 9_877], 0),
        1 => ([v4(1), v4(5)], [40_001, 9_877], 0),
        2 => ([v4(1), v4(5)], [5_000, 5_000], 0),
        ITSELF => ([v4(1), v4(1)], [7_000, 7_000], 0),
        4 => ([v4(1), v4(5)], [40_000, 9_877], 11),
        5 => ([v6(9), v6(1)], [40_000, 443], 0),
        6 => ([v4(9), v4(5)], [40_000, 9_877], 0),
        _ => ([v4(7), v4(2)], [40_002, 80], 0),
    }
}

/// One machine that makes the frames of a walk.
struct Walker<'a> {
    take: Take<'a>,
    ends: [Ends; FLOWS],
    shots: Vec<(usize, Shot)>,
    at: i64,
    id: u16,
}

/// The frames that these octets tell, numbered from 1.
pub fn shots(data: &[u8]) -> Vec<Shot> {
    let mut walker =
        Walker { take: Take(data), ends: [Ends::default(); FLOWS], shots: Vec::new(), at: 0, id: 0 };
    for (at, ends) in walker.ends.iter_mut().enumerate() {
        // Flow 6 is a translation of flow 0: the same numbers.
        let at = if at == 6 { 0 } else { at as u32 };
        ends.isn = [0xffff_ff00 ^ (at << 20), 0x7fff_fff0 ^ (at << 16)];
        if at == ITSELF as u32 {
            ends.isn[1] = ends.isn[0];
        }
    }
    while walker.take.more() && walker.shots.len() < LONGEST {
        walker.turn();
    }
    walker.shots.into_iter().map(|(_, shot)| shot).collect()
}

impl Walker<'_> {
    fn turn(&mut self) {
        let (what, how) = (self.take.u8(), self.take.u8());
        let (at, side) = (usize::from(what & 7), usize::from(what >> 3 & 1));
        let side = if at == ITSELF { 0 } else { side };
        self.pass(how & 7);
        self.id = self.id.wrapping_add(1);
        let Some(shot) = self.shot(at, side, what >> 4, how >> 4) else { return };
        if let Shot::Segment(seg, _) = &shot
            && !seg.flags.rst()
        {
            self.went(at, side, seg);
        }
        // Some are lost.
        if how & 8 == 0 {
            self.shots.push((at, shot));
        }
    }

    fn pass(&mut self, pace: u8) {
        let ms = match pace {
            0..=2 => 1,
            3 => 0,
            4 => 200,
            5 => 1_000 * i64::from(self.take.u8()),
            6 => -5,
            _ => i64::from(self.take.u32() as i32) * 64,
        };
        self.at = self.at.saturating_add(ms * 1_000_000);
    }

    /// What a side has done now.
    fn went(&mut self, at: usize, side: usize, seg: &Segment<'_>) {
        let ends = &mut self.ends[at];
        let end = seg.seq.raw().wrapping_sub(ends.isn[side]).wrapping_add(seg.span());
        if end.wrapping_sub(ends.next[side]) < 1 << 20 {
            ends.next[side] = end;
            ends.fin[side] |= seg.flags.fin();
        }
        if let Some(ack) = seg.ack() {
            ends.acked[side] = ack.raw().wrapping_sub(ends.isn[1 - side]);
        }
        if at == ITSELF {
            (ends.next[1], ends.fin[1]) = (ends.next[0], ends.fin[0]);
        }
    }

    fn shot(&mut self, at: usize, side: usize, what: u8, options: u8) -> Option<Shot> {
        const ACK: Flags = Flags::ACK;
        let ends = self.ends[at];
        let (next, theirs) = (ends.next[side], ends.next[1 - side]);
        let (mut flags, mut seq, mut ack, mut len, mut window) = (ACK, next, theirs, 0, 65_535);
        match what {
            0..=4 => (flags, seq, len) = natural(&ends, side),
            5 => (flags, len) = (ACK.with(Flags::PSH), 1 + u32::from(self.take.u8())),
            6 => (flags, len) = (ACK.with(Flags::FIN), u32::from(self.take.u8() & 15)),
            7 => {
                let how = self.take.u8();
                flags = if how & 1 == 0 { Flags::RST } else { Flags::RST.with(ACK) };
                seq = next.wrapping_add(if how & 2 == 0 { 0 } else { self.take.offset() });
            }
            8 => return self.again(at, options),
            9 => (ack, window) = (theirs.wrapping_add(self.take.offset()), u16::from(self.take.u8()) << 8),
            10 => (seq, len) = (next.wrapping_sub(1), u32::from(options & 1)),
            11 => (flags, seq, len) = (Flags::SYN, 0, u32::from(options & 1)),
            12 => {
                let jump = 0x0765_4321;
                self.ends[at] = Ends { isn: ends.isn.map(|isn| isn.wrapping_add(jump)), ..Ends::default() };
                if options & 1 == 1 {
                    self.ends[at].isn = ends.isn;
                }
                (flags, seq) = (Flags::SYN, 0);
            }
            13 | 14 => {
                flags = Flags::from_header(self.take.u16() & 0x1ff);
                (seq, ack) = (next.wrapping_add(self.take.offset()), theirs.wrapping_add(self.take.offset()));
                (len, window) = (u32::from(self.take.u16()), self.take.u16());
            }
            _ => return self.icmp(at),
        }
        let isn = self.ends[at].isn;
        let seg = Segment {
            seq: Seq::new(isn[side]).advance(seq),
            ack_field: if flags.ack() { Seq::new(isn[1 - side]).advance(ack) } else { Seq::new(0) },
            flags,
            len,
            window,
            ..self.header(at, side)
        };
        Some(self.dressed(seg, options, isn[1 - side]))
    }

    /// An earlier frame of the flow once more, or a copy of it on another way.
    fn again(&mut self, at: usize, how: u8) -> Option<Shot> {
        let (number, time, id) = (self.shots.len() as u64 + 1, self.time(), self.id);
        let of_flow = self.shots.iter().rev().filter(|(flow, _)| *flow == at);
        let segments = of_flow.filter_map(|(_, shot)| match shot {
            Shot::Segment(seg, options) => Some((seg, options)),
            Shot::Icmp(_) => None,
        });
        let (seg, options) = segments.take(8).nth(usize::from(how & 3))?;
        let mut seg = Segment { frame: number, at: time, ..*seg };
        match how >> 2 {
            0 => seg.ip.id = Some(id),
            1 => seg.interface += 1,
            2 => seg.ip.ttl = seg.ip.ttl.saturating_sub(1),
            _ => {}
        }
        Some(Shot::Segment(seg, options.clone()))
    }

    /// An ICMP error about the last segment of the flow.
    fn icmp(&mut self, at: usize) -> Option<Shot> {
        let (kind, code) = (self.take.u8(), self.take.u8());
        let number = self.shots.len() as u64 + 1;
        let seg =
            self.shots.iter().rev().filter(|(flow, _)| *flow == at).find_map(|(_, shot)| match shot {
                Shot::Segment(seg, _) => Some(*seg),
                Shot::Icmp(_) => None,
            })?;
        Some(Shot::Icmp(IcmpError {
            frame: number,
            at: self.time(),
            carried: 0,
            arrival: None,
            len: 36,
            pointer: 0,
            quoted: Transport::Tcp,
            from: seg.dst.addr,
            to: seg.src.addr,
            kind: IcmpKind { v6: seg.src.addr.is_ipv6(), kind: kind & 15, code: code & 15, mtu: 1400 },
            src: seg.src,
            dst: seg.dst,
            scope: seg.scope,
            seq: seg.seq,
            flags: (code & 0x80 == 0).then_some(seg.flags),
        }))
    }

    fn time(&self) -> Timestamp {
        Timestamp::from_nanos(1_700_000_000_000_000_000_i64.saturating_add(self.at))
    }

    fn header(&self, at: usize, side: usize) -> Segment<'static> {
        let (addrs, ports, scope) = flow(at);
        let end = |side: usize| Endpoint { addr: addrs[side], port: ports[side] };
        Segment {
            frame: self.shots.len() as u64 + 1,
            at: self.time(),
            src: end(side),
            dst: end(1 - side),
            scope: ScopeId(scope),
            ip: IpMeta { ttl: 64 - side as u8, id: Some(self.id), ..IpMeta::default() },
            checksum: Checksum::Good,
            ..blank()
        }
    }

    /// With options, and what else a header may say.
    fn dressed(&mut self, seg: Segment<'static>, how: u8, peer: u32) -> Shot {
        let ticks = (self.at / 1_000_000) as u32;
        let stamps = || [&[1, 1, 8, 10][..], &ticks.to_be_bytes(), &ticks.to_be_bytes()].concat();
        let mut seg = seg;
        let options = match how {
            8 => stamps(),
            9 => [&[2, 4, 5, 180, 4, 2][..], &stamps()[2..], &[1, 3, 3, 7]].concat(),
            10 => {
                let start = peer.wrapping_add(self.take.offset());
                let end = start.wrapping_add(self.take.offset());
                [&[1, 1, 5, 10][..], &start.to_be_bytes(), &end.to_be_bytes()].concat()
            }
            11 => vec![30, 12, 1, 1, self.take.u8(), 0, 0, 0, 0, 0, 0, 1],
            12 => vec![34, 10, 1, 2, 3, 4, 5, 6, 7, self.take.u8(), 1, 1],
            13 => {
                let count = usize::from(self.take.u8() % 41);
                self.take.octets(count).to_vec()
            }
            14 => {
                seg.urgent = self.take.u16();
                seg.ip.ecn = self.take.u8() & 3;
                seg.ip.ttl = self.take.u8();
                Vec::new()
            }
            15 => {
                let says = self.take.u8();
                seg.checksum = [Checksum::Bad, Checksum::Offloaded, Checksum::Unknown][usize::from(says % 3)];
                seg.fragments = u16::from(says >> 6);
                seg.ip.id = (says & 0x20 == 0).then_some(0);
                seg.interface = u32::from(says >> 4 & 1);
                Vec::new()
            }
            _ => Vec::new(),
        };
        seg.header_len = 20 + (options.len() as u8).next_multiple_of(4).min(40);
        Shot::Segment(seg, options)
    }
}

/// Flags, sequence number and length of what a TCP would send next.
fn natural(ends: &Ends, side: usize) -> (Flags, u32, u32) {
    let ack = Flags::ACK;
    match (ends.next[side], ends.next[1 - side]) {
        (0, 0) => (Flags::SYN, 0, 0),
        (0, _) => (Flags::SYN.with(ack), 0, 0),
        (next, 0) => (Flags::SYN, next.saturating_sub(1), 0),
        (next, theirs) if ends.acked[side] != theirs => (ack, next, 0),
        (next, _) if ends.fin[side] => (ack, next, 0),
        (next, _) if ends.fin[1 - side] => (ack.with(Flags::FIN), next, 0),
        (next, _) => (ack.with(Flags::PSH), next, 10),
    }
}
