//! UDP, when it is asked for.

use super::*;
use crate::model::{Datagram, IcmpError, Transport};

/// A datagram from 10.0.0.1:50000 to 10.0.0.2, this port, with this payload.
fn ipv4_udp(dst: u16, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let builder = PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64).udp(50_000, dst);
    builder.write(&mut out, payload).unwrap();
    out
}

fn ipv6_udp(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    PacketBuilder::ipv6([1; 16], [2; 16], 64).udp(50_000, 8848).write(&mut out, payload).unwrap();
    out
}

fn decode(data: &[u8]) -> Result<Datagram, Skip> {
    decode_cut(data, data.len())
}

fn decode_cut(data: &[u8], captured: usize) -> Result<Datagram, Skip> {
    let mut decoder = Decoder::new().with_datagrams(true);
    match decoder.decode(&Frame { wire_len: data.len() as u32, ..frame(101, &data[..captured]) })? {
        Decoded::Datagram(datagram) => Ok(datagram),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_datagram_has_ports_and_the_length_of_its_payload() {
    for data in [ipv4_udp(8848, b"hello"), ipv6_udp(b"hello")] {
        assert_eq!(skipped(101, &data), Skip::NotTcp, "not asked for");
        let datagram = decode(&data).unwrap();
        assert_eq!((datagram.src.port, datagram.dst.port), (50_000, 8848));
        assert_eq!((datagram.len, datagram.scope, datagram.fragments), (5, ScopeId::NONE, 0));
    }
    assert_eq!(decode(&ipv4_udp(8848, b"")).map(|datagram| datagram.len), Ok(0));
}

#[test]
fn the_length_is_that_of_the_header_but_never_more_than_there_is() {
    let mut data = ipv4_udp(8848, b"hello");
    assert_eq!(decode_cut(&data, 28).map(|datagram| datagram.len), Ok(5), "the payload was cut");
    assert_eq!(decode_cut(&data, 27), Err(Skip::Truncated));
    for (field, len) in [(8, Ok(0)), (65_535, Ok(5)), (0, Ok(5)), (7, Err(Skip::Malformed))] {
        data[24..26].copy_from_slice(&u16::to_be_bytes(field));
        assert_eq!(decode(&data).map(|datagram| datagram.len), len, "{field}");
    }
}

#[test]
fn tunnels_stay_tunnels() {
    let inner = before("0800000000002a00", &ethernet("0800", &ipv4_syn()));
    let mut decoder = Decoder::new().with_datagrams(true);
    let found = decoder.decode(&frame(101, &ipv4_udp(4789, &inner))).map(|found| match found {
        Decoded::Segment(segment) => segment.scope,
        other => panic!("{other:?}"),
    });
    assert_eq!(decoder.scope(found.unwrap()).unwrap().to_string(), "vxlan 42");
    let inner = before("0800000000002a00", &ethernet("0800", &ipv4_udp(8848, b"hello")));
    let Ok(Decoded::Datagram(datagram)) = decoder.decode(&frame(101, &ipv4_udp(4789, &inner))) else {
        panic!()
    };
    assert_eq!((datagram.dst.port, datagram.len), (8848, 5));
    assert_eq!(decoder.scope(datagram.scope).unwrap().to_string(), "vxlan 42");
}

#[test]
fn what_is_not_of_a_tunnel_is_a_datagram_on_its_port() {
    for port in [4789, 6081, 2152, 3544, 1701, 5072, 37_008] {
        let datagram = decode(&ipv4_udp(port, b"HELLO")).unwrap();
        assert_eq!((datagram.dst.port, datagram.len), (port, 5), "{port}");
        assert_eq!(datagram.scope, ScopeId::NONE, "{port}");
    }
    let echo = hex("32010004 00000000 00000000");
    assert_eq!(decode(&ipv4_udp(2152, &echo)).map(|datagram| datagram.len), Ok(12));
}

#[test]
fn fragments_give_one_datagram() {
    let whole = ipv4_udp(8848, &[7; 100]);
    let mut decoder = Decoder::new().with_datagrams(true);
    let mut parts = [(0, &whole[20..60]), (40, &whole[60..])].map(|(offset, payload)| {
        let mut part = [&whole[..20], payload].concat();
        part[2..4].copy_from_slice(&(20 + payload.len() as u16).to_be_bytes());
        part[6..8].copy_from_slice(&(offset / 8_u16).to_be_bytes());
        part
    });
    parts[0][6] |= 0x20;
    assert_eq!(decoder.decode(&frame(101, &parts[0])).map(|_| ()), Err(Skip::Fragment));
    let Ok(Decoded::Datagram(datagram)) = decoder.decode(&frame(101, &parts[1])) else { panic!() };
    assert_eq!((datagram.dst.port, datagram.len, datagram.fragments), (8848, 100, 2));
}

/// An ICMP error, or an ICMPv6 error, about this packet.
fn error(message: &str, quoted: &[u8]) -> Result<IcmpError, Skip> {
    let six = quoted[0] >> 4 == 6;
    let rest = before(message, quoted);
    let len = rest.len() as u16;
    let data = if six {
        before(&format!("60000000 {len:04x} 3a40 {} {}", "00".repeat(16), "11".repeat(16)), &rest)
    } else {
        before("45000000 00000000 40010000 c0000201 0a000001", &rest)
    };
    let mut data = data;
    if !six {
        data[2..4].copy_from_slice(&(20 + len).to_be_bytes());
    }
    let mut decoder = Decoder::new().with_datagrams(true);
    match decoder.decode(&frame(101, &data))? {
        Decoded::IcmpError(error) => Ok(error),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_error_says_whose_header_it_quotes_and_where_it_is_wrong() {
    for (message, quoted, transport, len) in [
        ("0303 0000 00000000", ipv4_udp(8848, b"hello"), Transport::Udp, 8 + 33),
        ("0303 0000 00000000", ipv4_syn(), Transport::Tcp, 8 + 40),
        ("0104 0000 00000000", ipv6_udp(b"hello"), Transport::Udp, 8 + 53),
    ] {
        let error = error(message, &quoted).unwrap();
        assert_eq!((error.quoted, error.len, error.src.port), (transport, len, 50_000));
        assert_eq!(error.pointer, 0);
    }
    // Eight octets are all that must be quoted: a whole UDP header.
    assert_eq!(error("0303 0000 00000000", &ipv4_udp(8848, b"")).map(|error| error.dst.port), Ok(8848));
    assert_eq!(error("0c00 0000 09000000", &ipv4_udp(1, b"")).map(|error| error.pointer), Ok(9));
    assert_eq!(error("0400 0000 00000028", &ipv6_udp(b"")).map(|error| error.pointer), Ok(40));
}
