//! Segments to the octets of frames.

use std::net::{IpAddr, Ipv4Addr};

use hsanalyze::model::{Endpoint, Flags, IcmpError, Segment};

use super::flows::Shot;

/// Payload octets that are captured at most.
const SNAP: u32 = 64;

/// A segment that says nothing.
pub fn blank() -> Segment<'static> {
    let end = Endpoint { addr: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 1 };
    Segment { frame: 1, ..Segment::bare(end, end, Flags::NONE) }
}

/// The frame of a shot on an Ethernet link, and its length on the wire. `udp`: as a
/// UDP datagram of the same ends.
pub fn octets(shot: &Shot, udp: bool) -> (Vec<u8>, u32) {
    match shot {
        Shot::Segment(seg, options) => {
            let (protocol, inner, cut) = if udp { datagram(seg) } else { segment(seg, options) };
            let (ttl, id, ecn) = (seg.ip.ttl, seg.ip.id.unwrap_or(0), seg.ip.ecn);
            let head = (seg.src.addr, seg.dst.addr, ttl, id, ecn);
            let packet = packet(head, protocol, &inner, cut);
            framed(seg.scope.0, &packet, cut)
        }
        Shot::Icmp(error) => {
            let packet = icmp(error, udp);
            framed(error.scope.0, &packet, 0)
        }
    }
}

fn segment(seg: &Segment<'_>, options: &[u8]) -> (u8, Vec<u8>, u32) {
    let mut tcp = Vec::with_capacity(160);
    tcp.extend(seg.src.port.to_be_bytes());
    tcp.extend(seg.dst.port.to_be_bytes());
    tcp.extend(seg.seq.raw().to_be_bytes());
    tcp.extend(seg.ack_field.raw().to_be_bytes());
    let says = u16::from(seg.header_len / 4) << 12 | seg.flags.bits();
    tcp.extend(says.to_be_bytes());
    tcp.extend(seg.window.to_be_bytes());
    tcp.extend([0, 0]);
    tcp.extend(seg.urgent.to_be_bytes());
    tcp.extend(options);
    tcp.resize(usize::from(seg.header_len), 0);
    // More than an IP packet holds.
    let len = seg.len.min(65_000);
    let captured = len.min(SNAP);
    tcp.resize(tcp.len() + captured as usize, b'x');
    (6, tcp, len - captured)
}

fn datagram(seg: &Segment<'_>) -> (u8, Vec<u8>, u32) {
    let len = seg.len.min(SNAP) as u16;
    let mut udp = Vec::with_capacity(80);
    udp.extend(seg.src.port.to_be_bytes());
    udp.extend(seg.dst.port.to_be_bytes());
    udp.extend((8 + len).to_be_bytes());
    udp.extend([0, 0]);
    udp.resize(8 + usize::from(len), b'u');
    (17, udp, 0)
}

fn icmp(error: &IcmpError, udp: bool) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(20);
    quoted.extend(error.src.port.to_be_bytes());
    quoted.extend(error.dst.port.to_be_bytes());
    quoted.extend(error.seq.raw().to_be_bytes());
    quoted.extend([0; 4]);
    quoted.extend([0x50, error.flags.map_or(0, |flags| flags.bits() as u8), 0, 0, 0, 0, 0, 0]);
    let head = (error.src.addr, error.dst.addr, 63, 0, 0);
    let quoted = packet(head, if udp { 17 } else { 6 }, &quoted, 0);
    let mut message = vec![error.kind.kind, error.kind.code, 0, 0];
    message.extend(error.kind.mtu.to_be_bytes());
    message.extend(quoted);
    let head = (error.from, error.to, 64, 0, 0);
    packet(head, if error.kind.v6 { 58 } else { 1 }, &message, 0)
}

/// Addresses, TTL, identification, ECN.
type Head = (IpAddr, IpAddr, u8, u16, u8);

fn packet((src, dst, ttl, id, ecn): Head, protocol: u8, inner: &[u8], cut: u32) -> Vec<u8> {
    let len = inner.len() as u32 + cut;
    let mut ip = Vec::with_capacity(40 + inner.len());
    match (src, dst) {
        (IpAddr::V4(src), IpAddr::V4(dst)) => {
            ip.extend([0x45, ecn]);
            ip.extend(((20 + len) as u16).to_be_bytes());
            ip.extend(id.to_be_bytes());
            ip.extend([0, 0, ttl, protocol, 0, 0]);
            ip.extend(src.octets());
            ip.extend(dst.octets());
        }
        (IpAddr::V6(src), IpAddr::V6(dst)) => {
            ip.extend([0x60, ecn << 4, 0, 0]);
            ip.extend((len as u16).to_be_bytes());
            ip.extend([protocol, ttl]);
            ip.extend(src.octets());
            ip.extend(dst.octets());
        }
        _ => {}
    }
    ip.extend(inner);
    ip
}

fn framed(vlan: u32, packet: &[u8], cut: u32) -> (Vec<u8>, u32) {
    let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    if vlan != 0 {
        frame.extend([0x81, 0, 0, vlan as u8]);
    }
    let v6 = packet.first().is_some_and(|first| first >> 4 == 6);
    frame.extend(if v6 { [0x86, 0xdd] } else { [8, 0] });
    frame.extend(packet);
    let wire = frame.len() as u32 + cut;
    (frame, wire)
}
