//! What is read of the IP and TCP headers, and of ICMP errors.

use super::*;
use crate::model::{Checksum, Endpoint, Flags, HeaderFault, IcmpKind};

fn end(addr: &str, port: u16) -> Endpoint {
    Endpoint { addr: addr.parse().unwrap(), port }
}

#[test]
fn every_field_of_an_ethernet_segment() {
    // First frame of the capture 01_normal_4seg: a SYN of Linux with its usual options, over loopback.
    let data = ethernet(
        "0800",
        &hex("4500003c e64c4000 4006566d 7f000001 7f000001 \
             b1f22695 b686c76b 00000000 a002ffd7 fe300000 \
             0204ffd7 0402080a c25dfe01 00000000 0103030a"),
    );
    let ((), scope) = with_segment(1, &data, |s| {
        assert_eq!((s.src, s.dst), (end("127.0.0.1", 45554), end("127.0.0.1", 9877)));
        assert_eq!((s.seq.raw(), s.ack(), s.flags), (0xb686_c76b, None, Flags::SYN));
        assert_eq!((s.window, s.urgent, s.len, s.header_len), (65_495, 0, 0, 40));
        assert_eq!((s.ip.ttl, s.ip.id, s.ip.ecn, s.ip.wrapped), (64, Some(0xe64c), 0, false));
        assert_eq!((s.options.len(), s.payload.len(), s.fault, s.fragments), (20, 0, None, 0));
        assert_ne!(s.link_hash, 0);
        assert_eq!(s.checksum, Checksum::Offloaded, "0xfe30: left to the card");
    });
    assert_eq!(scope, "");
}

#[test]
fn ethernet_padding_is_no_payload() {
    let mut data = ethernet("0800", &ipv4_syn());
    data.resize(60, 0);
    holds_syn(1, &data);
}

#[test]
fn the_length_is_the_wires_and_the_octets_are_what_was_captured() {
    let whole = ethernet("0800", &ipv4(&[7; 100]));
    for cut in 54..whole.len() {
        let cut_frame = Frame { wire_len: whole.len() as u32, ..frame(1, &whole[..cut]) };
        let mut decoder = Decoder::new();
        let Ok(Decoded::Segment(s)) = decoder.decode(&cut_frame) else { panic!("cut at {cut}") };
        assert_eq!((s.len, s.payload.len()), (100, cut - 54));
    }
    let cut_frame = Frame { wire_len: whole.len() as u32, ..frame(1, &whole[..53]) };
    assert_eq!(Decoder::new().decode(&cut_frame).map(|_| ()).unwrap_err(), Skip::Truncated);
}

#[test]
fn options_that_the_snapshot_length_cut() {
    let builder = PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64).tcp(50_000, 80, 1000, 512);
    let mut ip = Vec::new();
    builder.options_raw(&[2, 4, 5, 0xb4, 1, 1, 1, 1]).unwrap().write(&mut ip, &[9; 10]).unwrap();
    let cut = Frame { wire_len: ip.len() as u32, ..frame(101, &ip[..45]) };
    let mut decoder = Decoder::new();
    let Ok(Decoded::Segment(s)) = decoder.decode(&cut) else { panic!() };
    assert_eq!((s.header_len, s.options.len(), s.payload.len(), s.len), (28, 5, 0, 10));
    assert_eq!(s.checksum, Checksum::Unknown);
}

#[test]
fn a_total_length_of_zero_means_the_rest_of_the_frame() {
    let mut ip = ipv4(&[1; 3000]);
    ip[2..4].fill(0);
    let (len, _) = with_segment(1, &ethernet("0800", &ip), |s| (s.len, s.payload.len(), s.ip.hidden));
    assert_eq!(len, (3000, 3000, true), "tcpdump does not print it");
    let mut ip = ipv6_syn();
    ip[4..6].fill(0);
    holds_syn(1, &ethernet("86dd", &ip));
}

#[test]
fn a_jumbo_payload_option_gives_the_length() {
    let mut ip = ipv6_syn();
    ip.splice(40..40, hex("0600 c204 00011178"));
    ip[4..7].copy_from_slice(&[0, 0, 0]);
    let jumbo = Frame { wire_len: 40 + 70_008, ..frame(229, &ip) };
    let mut decoder = Decoder::new();
    let Ok(Decoded::Segment(s)) = decoder.decode(&jumbo) else { panic!() };
    assert_eq!((s.len, s.ip.wrapped), (0x11178 - 8 - 20, true));
}

#[test]
fn a_total_length_beyond_the_frame_is_believed() {
    let mut ip = ipv4(&[]);
    ip[2..4].copy_from_slice(&140_u16.to_be_bytes());
    let (lens, _) = with_segment(101, &ip, |s| (s.len, s.payload.len(), s.checksum));
    assert_eq!(lens, (100, 0, Checksum::Unknown));
    ip[2..4].copy_from_slice(&19_u16.to_be_bytes());
    assert_eq!(skipped(101, &ip), Skip::Malformed);
}

#[test]
fn headers_that_cannot_be_right_are_shown_as_such() {
    let mut ip = ipv4_syn();
    ip[32] = 0x40;
    let (fault, _) = with_segment(101, &ip, |s| (s.fault, s.header_len));
    assert_eq!(fault, (Some(HeaderFault::TooShort), 16));
    ip[32] = 0xf0;
    let (fault, _) = with_segment(101, &ip, |s| (s.fault, s.header_len, s.len));
    assert_eq!(fault, (Some(HeaderFault::TooLong { segment_len: 20 }), 60, 0));
    ip[32] = 0x50;
    ip[2..4].copy_from_slice(&39_u16.to_be_bytes());
    assert_eq!(skipped(101, &ip), Skip::Malformed, "19 octets are no TCP header");
}

#[test]
fn the_checksum_is_good_offloaded_or_bad() {
    let mut ip = ipv4_syn();
    assert_eq!(with_segment(101, &ip, |s| s.checksum).0, Checksum::Good);
    assert_eq!(with_segment(229, &ipv6_syn(), |s| s.checksum).0, Checksum::Good);
    // 10.0.0.1 + 10.0.0.2 + protocol 6 + length 20, not complemented.
    ip[36..38].copy_from_slice(&(0x0a00_u16 + 1 + 0x0a00 + 2 + 6 + 20).to_be_bytes());
    assert_eq!(with_segment(101, &ip, |s| s.checksum).0, Checksum::Offloaded);
    ip[36] ^= 0xff;
    assert_eq!(with_segment(101, &ip, |s| s.checksum).0, Checksum::Bad);
    assert_eq!(with_segment(101, &ipv4(&[5; 65]), |s| s.checksum).0, Checksum::Unknown);
    assert_eq!(with_segment(101, &ipv4(&[5; 63]), |s| s.checksum).0, Checksum::Good, "an odd length");
}

#[test]
fn frames_without_a_segment_say_why() {
    assert_eq!(skipped(1, &ethernet("0806", &[0; 28])), Skip::Arp);
    assert_eq!(skipped(1, &ethernet("88cc", &[0; 28])), Skip::NotIp);
    assert_eq!(skipped(1, &[0; 13]), Skip::Malformed);
    assert_eq!(skipped(999, &ipv4_syn()), Skip::Unsupported);
    let mut udp = ipv4_syn();
    udp[9] = 17;
    assert_eq!(skipped(101, &udp), Skip::NotTcp);
    assert_eq!(skipped(1, &ethernet("0800", &ipv6_syn())), Skip::Malformed);
}

fn icmp_error(outer: &str, message: &str, quoted: &[u8]) -> Vec<u8> {
    let mut data = before(outer, &before(message, quoted));
    let len = data.len() as u16;
    if data[0] == 0x45 {
        data[2..4].copy_from_slice(&len.to_be_bytes());
    } else {
        data[4..6].copy_from_slice(&(len - 40).to_be_bytes());
    }
    data
}

const FROM_ROUTER: &str = "45000000 00000000 40010000 c0000201 0a000001";
const FROM_ROUTER6: &str =
    "60000000 00003a40 20010db8000000000000000000000099 20010db8000000000000000000000001";

#[test]
fn an_icmp_error_names_the_segment_that_it_quotes() {
    let data = icmp_error(FROM_ROUTER, "0304 0000 0000 05aa", &ipv4_syn()[..28]);
    let mut decoder = Decoder::new();
    let Ok(Decoded::IcmpError(e)) = decoder.decode(&frame(101, &data)) else { panic!() };
    assert_eq!((e.src, e.dst), (end("10.0.0.1", 50_000), end("10.0.0.2", 80)));
    assert_eq!((e.from, e.to), ("192.0.2.1".parse().unwrap(), "10.0.0.1".parse().unwrap()));
    assert_eq!(e.kind, IcmpKind { v6: false, kind: 3, code: 4, mtu: 1450 });
    assert_eq!((e.seq.raw(), e.flags), (1000, None), "eight octets were quoted");
    let data = icmp_error(FROM_ROUTER6, "0200 0000 0000 0500", &ipv6_syn());
    let Ok(Decoded::IcmpError(e)) = decoder.decode(&frame(101, &data)) else { panic!() };
    assert_eq!((e.src, e.dst), (end("2001:db8::1", 50_000), end("2001:db8::2", 80)));
    assert_eq!(e.kind, IcmpKind { v6: true, kind: 2, code: 0, mtu: 1280 });
    assert_eq!(e.flags, Some(Flags::SYN));
}

#[test]
fn other_icmp_messages_are_not_tcp() {
    let quoted = ipv4_syn();
    assert_eq!(skipped(101, &icmp_error(FROM_ROUTER, "0800 0000 00010001", &quoted)), Skip::NotTcp);
    assert_eq!(
        skipped(101, &icmp_error(FROM_ROUTER, "0500 0000 0a000009", &quoted)),
        Skip::NotTcp,
        "redirect"
    );
    let mut udp = ipv4_syn();
    udp[9] = 17;
    assert_eq!(skipped(101, &icmp_error(FROM_ROUTER, "0303 0000 00000000", &udp)), Skip::NotTcp);
    assert_eq!(skipped(101, &icmp_error(FROM_ROUTER, "0303 0000 00000000", &quoted[..27])), Skip::Truncated);
}
