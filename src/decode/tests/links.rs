//! One frame, at least, per link type.

use super::*;
use crate::model::{Arrival, Direction};

const WLAN: &str = "08000000 020000000001 020000000002 020000000003 1000";
const SNAP: &str = "aaaa03 000000 0800";

/// The SYN stands behind the header, in no scope.
fn holds_plainly(link: u32, header: &str, wrapped: bool) {
    assert_eq!(holds_syn(link, &before(header, &ipv4_syn())), (String::new(), wrapped), "{link}: {header}");
}

#[test]
fn link_types_that_tcpdump_prints_plainly() {
    let pad = |count: usize| "00".repeat(count);
    let rows = [
        (0, "02000000".into()),
        (0, "00000002".into()),
        (1, "020000000001 020000000002 0800".into()),
        (1, format!("020000000001 020000000002 0030 {SNAP}")),
        (1, format!("020000000001 020000000002 0030 abab{}", &SNAP[4..])),
        (1, "020000000001 020000000002 8909 010100010005 0800".into()),
        (1, "020000000001 020000000002 88e5 200000000001 0200000000010001 0800".into()),
        (6, format!("1040 020000000001 020000000002 {SNAP}")),
        (7, "0102d4 000001".into()),
        (8, pad(16)),
        (9, "ff030021".into()),
        (9, "0021".into()),
        (9, "21".into()),
        (10, format!("57 020000000001 020000000002 {SNAP}")),
        (12, String::new()),
        (14, String::new()),
        (50, "0f000800".into()),
        (100, SNAP.into()),
        (101, String::new()),
        (104, "0f000800".into()),
        (105, format!("{WLAN} {SNAP}")),
        (105, format!("88{} 0000 {SNAP}", &WLAN[2..])),
        (107, "1841 03cc".into()),
        (107, "1841 0800".into()),
        (107, "1841 0300 80 000000 0800".into()),
        (108, "00000002".into()),
        (113, "0000 0001 0006 020000000001 0000 0800".into()),
        (117, format!("3d02 {}", pad(62))),
        (119, format!("44000000 90000000 {} {WLAN} {SNAP}", pad(136))),
        (122, format!("0000020000000001 0000020000000002 {SNAP}")),
        (129, "01020000 f0".into()),
        (129, "01020000 d4 000001".into()),
        (138, "0200000000000001 0200000000000002 0800".into()),
        (163, format!("80211001 00000040 {} {WLAN} {SNAP}", pad(56))),
        (166, "0003 0021".into()),
        (192, format!("00000800 69000000 {WLAN} {SNAP}")),
        (192, "00000800 01000000 020000000001 020000000002 0800".into()),
        (204, "00 ff030021".into()),
        (228, String::new()),
        (239, "02000000 08000100 08000100 2c000900".into()),
        (242, format!("{} 0800 0000", pad(40))),
        (258, "0c000000 01000000 01000000 020000000001 020000000002 0800".into()),
        (259, format!("{} 020000000001 020000000002 0800", pad(8))),
        (274, "55555555555555d5 020000000001 020000000002 0800".into()),
        (276, "0800 0000 00000002 0001 00 06 020000000001 0000".into()),
    ];
    for (link, header) in rows {
        holds_plainly(link, &header, false);
    }
    // An exception frame: the flag and sequence number come a second time.
    holds_syn(129, &before("01020000 d4 ff0000 00 000001", &ipv4_syn()));
    assert_eq!(holds_syn(229, &ipv6_syn()), (String::new(), false));
    assert_eq!(holds_syn(0, &before("1e000000", &ipv6_syn())), (String::new(), false));
}

#[test]
fn link_types_that_tcpdump_prints_with_a_prefix() {
    let padded = "00000900 02000000 20 88000000 020000000001 020000000002 020000000003 1000 0000 0000";
    for (link, header) in [
        (6, format!("1040 020000000001 820000000002 04300011 {SNAP}")),
        (50, "ff030021".into()),
        (109, "02000000 00000001 00000000".into()),
        (127, format!("00000800 00000000 {WLAN} {SNAP}")),
        (127, format!("{padded} {SNAP}")),
    ] {
        holds_plainly(link, &header, true);
    }
    let session = before("1100 0007 002a 0021", &ipv4_syn());
    assert_eq!(holds_syn(51, &session), ("pppoe 7".into(), true));
    for (link, tag) in [(281, "20000001"), (284, "c0280005"), (284, "e0280000"), (285, "dada0000 c0280005")] {
        holds_plainly(link, &format!("020000000001 020000000002 {tag} 0800"), true);
    }
    let in_vlan = before("020000000001 020000000002 dada0000 e0280005 0800", &ipv4_syn());
    assert_eq!(holds_syn(285, &in_vlan), ("vlan 5".into(), true));
}

#[test]
fn headers_of_devices_that_tcpdump_prints_plainly() {
    let pad = |count: usize| "00".repeat(count);
    for (link, header) in [
        (99, format!("{} 0800 {}", pad(6), pad(36))),
        (106, String::new()),
        (106, SNAP.into()),
        (123, format!("82010020 {SNAP}")),
        (123, "01000028 0000 020000000001 020000000002 0800".into()),
        (167, "4d474380 0004 00000000 020000000001 020000000002 0800".into()),
        (178, "4d474380 0004 00000000 020000000001 020000000002 0800".into()),
        (179, "4d474380 0004 00000000 ff030021".into()),
        (180, "4d474380 0004 00000000 184103cc".into()),
        (181, "4d474380 0004 00000000 0f000800".into()),
        (226, format!("01020000 00000050 {}", pad(16))),
        (240, "00000000 020000000001 020000000002 0800".into()),
        (241, "00000000 55555555555555d5 020000000001 020000000002 0800".into()),
        (282, "20000001 020000000001 020000000002 0800".into()),
    ] {
        holds_plainly(link, &header, false);
    }
}

#[test]
fn what_some_write_before_a_packet() {
    for (link, header) in [
        // The first part of a split packet of ARCNET.
        (7, "0102d4 010001".into()),
        // pppd's direction, and an Ethertype for a protocol.
        (9, "00030021".into()),
        (9, "01030021".into()),
        (9, "ff030800".into()),
        // The bits of an A-MSDU and of HT control, with neither.
        (105, format!("88{} 8000 {SNAP}", &WLAN[2..])),
        (105, format!("8880{} 0000 {SNAP}", &WLAN[4..])),
    ] {
        holds_plainly(link, &header, false);
    }
}

/// Where tcpdump goes wrong, and does not note the numbers.
#[test]
fn headers_that_mislead_tcpdump() {
    let hides = |link, header: &str| {
        let frame = before(header, &ipv4_syn());
        holds_syn(link, &frame);
        with_segment(link, &frame, |segment| segment.ip.hidden).0
    };
    let qos = |control: &str, rest: &str| format!("88{control}{} {rest} {SNAP}", &WLAN[4..]);
    assert!(hides(105, &qos("00", "8000 020000000001 020000000002 0040")));
    assert!(hides(105, &qos("80", "0000 00000000")));
    assert!(hides(129, "01020000 d4 ff0000 00 000001"));
    assert!(hides(100, &format!("abab{}", &SNAP[4..])));
    assert!(hides(50, "ff0321"));
    assert!(!hides(100, SNAP) && !hides(50, "ff030021") && !hides(50, "ff000021"));
    // A control octet of Frame Relay other than the usual one.
    assert_eq!(holds_syn(107, &before("1841 83 cc", &ipv4_syn())), (String::new(), true));
    assert_eq!(skipped(7, &before("0102d4 020001", &ipv4_syn())), Skip::Fragment);
}

/// tshark's view alone: tcpdump does not know them.
#[test]
fn link_types_that_tcpdump_does_not_print() {
    const ETHERNET: &str = "0000 020000000001 020000000002 0800";
    let record = |kind: u8, rest: &str| format!("{} {kind:02x} 00 0062 0000 0050 {rest}", "00".repeat(8));
    for (link, header) in [
        (9, "0f000800".into()),
        (9, "8f000800".into()),
        (197, record(1, "0f000800")),
        (197, record(2, ETHERNET)),
        (197, record(0x80 | 20, &format!("8300000000000000 0300000000000000 {ETHERNET}"))),
        (197, record(22, "")),
        (219, "000011ff".into()),
    ] {
        holds_syn(link, &before(&header, &ipv4_syn()));
    }
    assert_eq!(skipped(197, &before(&record(27, ""), &ipv4_syn())), Skip::Unsupported);
    assert_eq!(skipped(123, &before("02000005", &ipv4_syn())), Skip::NotIp);
}

#[test]
fn cooked_captures_tell_where_a_frame_came_by() {
    let sll = before("0004 0304 0006 020000000001 0000 0800", &ipv4_syn());
    let out = Arrival { ifindex: None, direction: Direction::Out };
    assert_eq!(with_segment(113, &sll, |s| s.arrival).0, Some(out));
    let sll2 = before("0800 0000 00000007 0001 00 06 020000000001 0000", &ipv4_syn());
    let into = Arrival { ifindex: Some(7), direction: Direction::In };
    assert_eq!(with_segment(276, &sll2, |s| s.arrival).0, Some(into));
    assert_eq!(with_segment(101, &ipv4_syn(), |s| (s.arrival, s.link_hash)).0, (None, 0));
    assert_eq!(skipped(113, &before("0004 0338 0000 0000000000000000 0004", &ipv4_syn())), Skip::NotIp);
    holds_plainly(113, "0004 0338 0000 0000000000000000 0800", false);
}

#[test]
fn the_link_fingerprint_is_of_the_frames_own_addresses() {
    let hash = |data: &[u8]| with_segment(1, data, |s| s.link_hash).0;
    let a = ethernet("0800", &ipv4_syn());
    let mut b = a.clone();
    b[11] = 9;
    assert_ne!(hash(&a), hash(&b));
    assert_eq!(hash(&a), hash(&ethernet("0800", &ipv4(b"other"))));
}

#[test]
fn wlan_frames_without_readable_data() {
    let encrypted = "08400000 020000000001 020000000002 020000000003 1000";
    assert_eq!(skipped(105, &before(encrypted, &ipv4_syn())), Skip::Unsupported);
    let beacon = "80000000 020000000001 020000000002 020000000003 1000";
    assert_eq!(skipped(105, &before(beacon, &ipv4_syn())), Skip::NotIp);
    let null_data = "48000000 020000000001 020000000002 020000000003 1000";
    assert_eq!(skipped(105, &before(null_data, &ipv4_syn())), Skip::NotIp);
}

#[test]
fn netfilter_logs_say_the_family_and_where_the_packet_is() {
    // Written on a host of the other byte order.
    holds_plainly(239, "02000000 00080001 08000003 0004000b 002c0009", false);
    // Lengths are padded; one is shorter than its own head.
    holds_plainly(239, "02000000 05000a00 00000002 01000b00 2c000900", false);
    let six = before("0a000000 40000900", &ipv6_syn());
    assert_eq!(holds_syn(239, &six), (String::new(), false));
    for (header, why) in [
        ("02010000 2c000900", Skip::NotIp),
        ("07000000 2c000900", Skip::NotIp),
        ("02000000 00000900", Skip::Malformed),
        ("02000000 2d000900", Skip::Malformed),
        ("02000000 2c000a00", Skip::Malformed),
    ] {
        assert_eq!(skipped(239, &before(header, &ipv4_syn())), why, "{header}");
    }
}
