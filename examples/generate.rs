//! Makes a capture to measure with: always the same one for the same words.
//!
//! ```sh
//! cargo run --release --example generate -- short 1000000 short.pcap
//! ```
//!
//! - `short`: 10 000 short connections at a time: handshake, request, response,
//!   close; 10 to 14 segments each.
//! - `elephant`: 8 connections of full segments, an ACK for every second one.
//! - `mixed`: connections of all lengths over IPv4 and IPv6, some with a VLAN tag,
//!   with retransmissions, resets, refused and unanswered SYNs; UDP and ARP.
//! - `synflood`: SYNs from random addresses that nothing answers.
//!
//! All checksums are right.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const PSH: u8 = 8;
const ACK: u8 = 16;

/// Payload of a full segment, with timestamps.
const FULL: u16 = 1448;
/// What payload is made of.
const TEXT: &[u8] = b"0123456789 the quick brown fox jumps over the lazy dog\n";

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// One segment that is to be sent: who, flags, payload octets, microseconds after
/// the one before; `again` octets back for a retransmission.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    flags: u8,
    len: u16,
    gap: u32,
    again: u32,
}

fn step(from: usize, flags: u8, len: u16, gap: u32) -> Step {
    Step { from, flags, len, gap, again: 0 }
}

/// One connection, client first.
struct Flow {
    addr: [IpAddr; 2],
    port: [u16; 2],
    vlan: Option<u16>,
    next: [u32; 2],
    steps: Vec<Step>,
    at: usize,
    id: u16,
}

#[derive(Clone, Copy, PartialEq)]
enum Workload {
    Short,
    Elephant,
    Mixed,
    SynFlood,
}

impl Workload {
    /// Connections at a time.
    fn width(self) -> usize {
        match self {
            Workload::Short | Workload::Mixed => 10_000,
            Workload::Elephant => 8,
            Workload::SynFlood => 1,
        }
    }

    fn steps(self, random: &mut Random, left: u64) -> Vec<Step> {
        match self {
            Workload::SynFlood => vec![step(0, SYN, 0, 1)],
            Workload::Short => talk(random, 1, 4),
            Workload::Elephant => bulk(random, (left / 8).max(12)),
            Workload::Mixed => match random.below(100) {
                0..8 => refused(random),
                8..11 => {
                    (0..3).map(|nth| Step { again: nth.min(1), ..step(0, SYN, 0, 500_000 << nth) }).collect()
                }
                11..20 => bulk(random, 200),
                _ => talk(random, 3, 8),
            },
        }
    }
}

fn open(steps: &mut Vec<Step>, random: &mut Random) {
    let trip = 200 + random.below(90_000) as u32;
    steps.extend([step(0, SYN, 0, 1), step(1, SYN | ACK, 0, trip / 2), step(0, ACK, 0, trip / 2)]);
}

fn close(steps: &mut Vec<Step>, first: usize) {
    let other = 1 - first;
    steps.extend([
        step(first, FIN | ACK, 0, 900),
        step(other, ACK, 0, 300),
        step(other, FIN | ACK, 0, 400),
        step(first, ACK, 0, 300),
    ]);
}

fn refused(random: &mut Random) -> Vec<Step> {
    vec![step(0, SYN, 0, 1), step(1, RST | ACK, 0, 200 + random.below(40_000) as u32)]
}

/// Requests and responses.
fn talk(random: &mut Random, rounds: u64, longest: u64) -> Vec<Step> {
    let mut steps = Vec::new();
    open(&mut steps, random);
    for _ in 0..1 + random.below(rounds) {
        steps.push(step(0, PSH | ACK, 60 + random.below(400) as u16, 150));
        steps.push(step(1, ACK, 0, 12_000));
        let last = random.below(longest);
        for nth in 0..=last {
            let len = if nth < last && rounds > 1 { FULL } else { 20 + random.below(800) as u16 };
            steps.push(step(1, PSH | ACK, len, 60));
            if rounds > 1 && random.chance(4) {
                steps.push(Step { again: len.into(), ..step(1, PSH | ACK, len, 210_000) });
            }
            if nth % 2 == 1 || nth == last {
                steps.push(step(0, ACK, 0, 12_000));
            }
        }
    }
    if rounds > 1 && random.chance(10) {
        steps.push(step(random.below(2) as usize, RST | ACK, 0, 500));
    } else {
        close(&mut steps, usize::from(random.chance(20)));
    }
    steps
}

/// A transfer of about so many segments.
fn bulk(random: &mut Random, segments: u64) -> Vec<Step> {
    let mut steps = Vec::new();
    open(&mut steps, random);
    steps.push(step(0, PSH | ACK, 200, 100));
    for _ in 0..segments.saturating_sub(8) / 3 {
        steps.extend([step(1, ACK, FULL, 12), step(1, ACK, FULL, 12), step(0, ACK, 0, 30)]);
    }
    close(&mut steps, 1);
    steps
}

impl Flow {
    fn new(workload: Workload, random: &mut Random, nth: u64, left: u64) -> Self {
        let six = workload == Workload::Mixed && random.chance(25);
        let vlan = (workload == Workload::Mixed && random.chance(15)).then(|| 10 + (nth % 5) as u16);
        // Few: tcpdump looks addresses up by their first octets, and many clients in
        // one network would slow it down tenfold.
        let host = 1 + random.below(4) as u32;
        let client = if workload == Workload::SynFlood { random.next() as u32 } else { 0x0a00_0000 | host };
        let server = if workload == Workload::SynFlood { 1 } else { random.below(200) as u32 };
        let four = |n: u32| IpAddr::V4(Ipv4Addr::from(n));
        let long = |n: u32| IpAddr::V6(Ipv6Addr::from((0x2001_0db8_u128 << 96) | u128::from(n)));
        let of = if six { long } else { four };
        let ports = [80, 443, 443, 8080, 5432, 22];
        Flow {
            addr: [of(client), of(0xc612_0000 | server)],
            port: [32_768 + (nth % 28_000) as u16, ports[random.below(6) as usize]],
            vlan,
            next: [random.next() as u32, random.next() as u32],
            steps: workload.steps(random, left),
            at: 0,
            id: random.next() as u16,
        }
    }

    /// Writes the frame of the next step; microseconds until the one after it.
    fn advance(&mut self, frame: &mut Vec<u8>, micros: u64) -> Option<u32> {
        let Step { from, flags, len, again, .. } = *self.steps.get(self.at)?;
        self.at += 1;
        self.id = self.id.wrapping_add(1);
        let seq = self.next[from].wrapping_sub(again);
        let ack = if flags & ACK > 0 { self.next[1 - from] } else { 0 };
        frame.clear();
        frame.extend([2, 0, 0, 0, 0, (1 - from) as u8, 2, 0, 0, 0, 0, from as u8]);
        if let Some(vlan) = self.vlan {
            frame.extend([0x81, 0, (vlan >> 8) as u8, vlan as u8]);
        }
        let mut tcp = Vec::with_capacity(1500);
        tcp.extend(self.port[from].to_be_bytes());
        tcp.extend(self.port[1 - from].to_be_bytes());
        tcp.extend(seq.to_be_bytes());
        tcp.extend(ack.to_be_bytes());
        let header: u8 = if flags & SYN > 0 { 40 } else { 32 };
        tcp.extend([(header / 4) << 4, flags, 0xfa, 0xf0, 0, 0, 0, 0]);
        let stamps = [(micros / 1000) as u32, if flags & ACK > 0 { 7 } else { 0 }];
        if flags & SYN > 0 {
            tcp.extend([2, 4, 5, 180, 4, 2]);
        } else {
            tcp.extend([1, 1]);
        }
        tcp.extend([8, 10]);
        stamps.iter().for_each(|stamp| tcp.extend(stamp.to_be_bytes()));
        if flags & SYN > 0 {
            tcp.extend([1, 3, 3, 7]);
        }
        tcp.extend(TEXT.iter().cycle().take(len.into()));
        network(frame, self.addr[from], self.addr[1 - from], 6, self.id, &mut tcp, 16);
        if again == 0 {
            let counts = u32::from(len) + u32::from(flags & (SYN | FIN) > 0);
            self.next[from] = self.next[from].wrapping_add(counts);
        }
        self.steps.get(self.at).map(|next| next.gap)
    }
}

/// The Internet checksum, not yet complemented (RFC 1071).
fn sum(octets: &[u8]) -> u32 {
    let pairs = octets.chunks(2).map(|two| u32::from(two[0]) << 8 | u32::from(*two.get(1).unwrap_or(&0)));
    pairs.sum()
}

fn fold(mut sum: u32) -> [u8; 2] {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (!(sum as u16)).to_be_bytes()
}

/// Appends EtherType, IP header, and `payload` with its checksum put at `at`.
fn network(frame: &mut Vec<u8>, src: IpAddr, dst: IpAddr, next: u8, id: u16, payload: &mut [u8], at: usize) {
    let len = payload.len() as u16;
    let mut addresses = Vec::new();
    for addr in [src, dst] {
        match addr {
            IpAddr::V4(addr) => addresses.extend(addr.octets()),
            IpAddr::V6(addr) => addresses.extend(addr.octets()),
        }
    }
    let check = fold(sum(&addresses) + u32::from(next) + u32::from(len) + sum(payload));
    payload[at..at + 2].copy_from_slice(&check);
    if src.is_ipv6() {
        frame.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
        frame.extend(len.to_be_bytes());
        frame.extend([next, 64]);
        frame.extend(addresses);
    } else {
        let mut header = vec![0x45, 0];
        header.extend((len + 20).to_be_bytes());
        header.extend(id.to_be_bytes());
        header.extend([0x40, 0, 64, next, 0, 0]);
        header.extend(addresses);
        let check = fold(sum(&header));
        header[10..12].copy_from_slice(&check);
        frame.extend([8, 0]);
        frame.extend(header);
    }
    frame.extend_from_slice(payload);
}

/// What is not TCP, for `mixed`.
fn other(frame: &mut Vec<u8>, random: &mut Random) {
    frame.clear();
    frame.extend([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0]);
    if random.chance(1) {
        frame.extend([8, 6, 0, 1, 8, 0, 6, 4, 0, 1]);
        return frame.extend([0; 20]);
    }
    let len = 40 + random.below(400) as u16;
    let mut udp = Vec::new();
    udp.extend((1024 + random.below(60_000) as u16).to_be_bytes());
    udp.extend(53_u16.to_be_bytes());
    udp.extend((len + 8).to_be_bytes());
    udp.extend([0, 0]);
    udp.extend(TEXT.iter().cycle().take(len.into()));
    let addr = |n: u64| IpAddr::V4(Ipv4Addr::from(0x0a00_0000 | n as u32));
    network(frame, addr(1 + random.below(4)), addr(5), 17, 0, &mut udp, 6);
}

struct Writer(BufWriter<File>);

impl Writer {
    fn create(path: &str) -> io::Result<Self> {
        let mut to = BufWriter::with_capacity(1 << 20, File::create(path)?);
        to.write_all(&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0])?;
        Ok(Writer(to))
    }

    fn frame(&mut self, micros: u64, frame: &[u8]) -> io::Result<()> {
        let secs = 1_700_000_000 + (micros / 1_000_000) as u32;
        let len = frame.len() as u32;
        for field in [secs, (micros % 1_000_000) as u32, len, len] {
            self.0.write_all(&field.to_le_bytes())?;
        }
        self.0.write_all(frame)
    }
}

/// As many frames as asked for, and what it takes to end all connections.
fn generate(workload: Workload, frames: u64, path: &str) -> io::Result<()> {
    let (mut random, mut out, mut frame) = (Random(1), Writer::create(path)?, Vec::new());
    let (mut planned, mut begun) = (0, 0);
    let mut flows: Vec<Flow> = Vec::new();
    let mut turns = BinaryHeap::new();
    while flows.len() < workload.width() && planned < frames {
        flows.push(Flow::new(workload, &mut random, begun, frames));
        turns.push(Reverse((random.below(100_000), flows.len() - 1)));
        planned += flows[flows.len() - 1].steps.len() as u64;
        begun += 1;
    }
    while let Some(Reverse((now, place))) = turns.pop() {
        if workload == Workload::Mixed && random.chance(5) {
            other(&mut frame, &mut random);
            out.frame(now, &frame)?;
            planned += 1;
        }
        let more = flows[place].advance(&mut frame, now);
        out.frame(now, &frame)?;
        if more.is_none() && planned >= frames {
            continue;
        }
        let gap = more.unwrap_or_else(|| {
            flows[place] = Flow::new(workload, &mut random, begun, frames);
            planned += flows[place].steps.len() as u64;
            begun += 1;
            1 + random.below(if workload == Workload::SynFlood { 3 } else { 20_000 }) as u32
        });
        turns.push(Reverse((now + u64::from(gap), place)));
    }
    out.0.flush()
}

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let usage = || io::Error::other("usage: generate short|elephant|mixed|synflood FRAMES FILE");
    let [workload, frames, path] = &words[..] else { return Err(usage()) };
    let workload = match workload.as_str() {
        "short" => Workload::Short,
        "elephant" => Workload::Elephant,
        "mixed" => Workload::Mixed,
        "synflood" => Workload::SynFlood,
        _ => return Err(usage()),
    };
    generate(workload, frames.parse().map_err(|_| usage())?, path)
}
