//! Extension headers of IPv6, and where tcpdump 4.99.3 stops at one.

use super::*;

const HOP_BY_HOP: (u8, &str) = (0, "00 0104 00000000");
const DESTINATION: (u8, &str) = (60, "00 0104 00000000");
const AUTHENTICATION: (u8, &str) = (51, "04 0000 00000001 00000001 000000000000000000000000");

/// A SYN behind these extension headers: the number of each, and its octets but for
/// the first, which is the number of what follows.
fn behind(headers: &[(u8, &str)]) -> Vec<u8> {
    let mut ip = ipv6_syn();
    let tcp = ip.split_off(40);
    let mut numbers = headers.iter().map(|&(number, _)| number).chain([6]);
    ip[6] = numbers.next().unwrap();
    for ((_, octets), next) in headers.iter().zip(numbers) {
        ip.push(next);
        ip.extend(hex(octets));
    }
    ip.extend(tcp);
    let len = (ip.len() - 40) as u16;
    ip[4..6].copy_from_slice(&len.to_be_bytes());
    ip
}

#[track_caller]
fn hidden(ip: &[u8]) -> bool {
    assert_eq!(holds_syn(229, ip), (String::new(), true));
    with_segment(229, ip, |segment| segment.ip.hidden).0
}

#[test]
fn what_tcpdump_looks_through() {
    for headers in [
        &[HOP_BY_HOP][..],
        &[HOP_BY_HOP, DESTINATION, DESTINATION],
        &[(0, "00 0502 0000 0100")],
        &[(60, "00 0109 00000000")],
        &[(43, "00 00 00 00000000")],
        &[(43, "02 02 01 00000000 00000000000000000000000000000000")],
        &[(43, "02 04 01 00000000 00000000000000000000000000000000")],
        &[(44, "00 0000 00000001"), DESTINATION],
        &[DESTINATION, AUTHENTICATION, AUTHENTICATION],
    ] {
        assert!(!hidden(&behind(headers)), "{headers:?}");
    }
}

#[test]
fn what_tcpdump_stops_at() {
    for headers in [
        // Hop-by-hop options elsewhere than first (RFC 8200 section 4.1), or of a wrong length.
        &[HOP_BY_HOP, HOP_BY_HOP][..],
        &[DESTINATION, HOP_BY_HOP],
        &[(0, "00 0109 00000000")],
        &[(0, "00 0501 0000 0100")],
        &[(0, "00 c203 0001 1100")],
        &[(0, "00 c904 00000000")],
        // A routing header of a kind that it does not know, or of half an address.
        &[(43, "02 03 00 00000000 00000000000000000000000000000000")],
        &[(43, "01 04 00 00000000 0000000000000000")],
        // Mobility, HIP, Shim6, and any but itself behind an authentication header.
        &[(135, "00 0000 00000000")],
        &[(139, "00 0000 00000000")],
        &[(140, "00 0000 00000000")],
        &[AUTHENTICATION, DESTINATION],
    ] {
        assert!(hidden(&behind(headers)), "{headers:?}");
    }
}

/// Segments of more than 65,535 octets are seen so before the network card cuts them
/// up (BIG TCP of Linux).
#[test]
fn a_payload_length_of_zero_asks_for_a_jumbo_payload_option() {
    let zero = |headers: &[(u8, &str)]| {
        let mut ip = behind(headers);
        ip[4..6].fill(0);
        ip
    };
    for headers in [&[HOP_BY_HOP][..], &[DESTINATION]] {
        assert!(hidden(&zero(headers)), "{headers:?}");
    }
    let ip = zero(&[(0, "00 c204 00011178")]);
    assert!(!with_segment(229, &ip, |segment| segment.ip.hidden).0);
    let ip = zero(&[]);
    assert_eq!(holds_syn(229, &ip), (String::new(), false));
    assert!(with_segment(229, &ip, |segment| segment.ip.hidden).0);
}
