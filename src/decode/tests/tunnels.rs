//! Layers inside layers, and the scope that they make.

use super::*;

/// An IPv4 header from 192.0.2.1 to 192.0.2.2.
fn outer(protocol: u8, rest: &[u8]) -> Vec<u8> {
    between([192, 0, 2, 1], [192, 0, 2, 2], protocol, rest)
}

fn between(src: [u8; 4], dst: [u8; 4], protocol: u8, rest: &[u8]) -> Vec<u8> {
    let len = (20 + rest.len()) as u16;
    let [a, b] = len.to_be_bytes();
    let head = [0x45, 0, a, b, 0, 1, 0, 0, 64, protocol, 0, 0];
    [head.as_slice(), &src, &dst, rest].concat()
}

fn udp(src: u16, dst: u16, rest: &[u8]) -> Vec<u8> {
    let len = (8 + rest.len()) as u16;
    let head = [src, dst, len, 0].map(u16::to_be_bytes).concat();
    outer(17, &[head.as_slice(), rest].concat())
}

const OUTER: &str = "in 192.0.2.1 - 192.0.2.2";

#[test]
fn tags_are_scope_but_not_wrapping() {
    let ip = ipv4_syn();
    for (header, scope) in [
        ("8100 000a 0800", "vlan 10"),
        ("8100 e00a 0800", "vlan 10"),
        ("88a8 0064 8100 000a 0800", "vlan 100, vlan 10"),
        ("9100 0064 8100 000a 0800", "vlan 100, vlan 10"),
        // A priority without a VLAN, often set in one direction only.
        ("8100 e000 0800", ""),
        ("8926 00010002 0800", ""),
        ("892f 002e 0001 0800", ""),
        ("893f 0000 0001 0000 0800", ""),
        ("f1c1 0000 0001 8100 000a 0800", "vlan 10"),
    ] {
        assert_eq!(holds_syn(1, &ethernet(header, &ip)), (scope.into(), false), "{header}");
    }
}

#[test]
fn layers_below_ip_that_wrap() {
    let (ip, inner) = (ipv4_syn(), ethernet("0800", &ipv4_syn()));
    for (header, rest, scope) in [
        ("8847 00010040 00011140", &ip, ""),
        ("8847 00010140", &inner, ""),
        ("8847 00010140 00000000", &inner, ""),
        ("8864 1100 0007 002a 0021", &ip, "pppoe 7"),
        ("8100 0005 8864 1100 0007 002a 0021", &ip, "vlan 5, pppoe 7"),
        ("88e7 00000123", &inner, ""),
        ("8903 0101", &inner, ""),
        ("22f3 003f 0001 0002", &inner, ""),
        ("22f3 007f 0001 0002 00000000", &inner, ""),
        ("894f 0fc2 0201 00000100", &[hex("00000000").as_slice(), &ip].concat()[4..].to_vec(), ""),
    ] {
        assert_eq!(holds_syn(1, &ethernet(header, rest)), (scope.into(), true), "{header}");
    }
    assert_eq!(holds_syn(1, &ethernet("8847 00010140", &ipv6_syn())), (String::new(), true));
}

#[test]
fn generic_routing_encapsulation() {
    let (ip, inner) = (ipv4_syn(), ethernet("0800", &ipv4_syn()));
    let keyed = format!("{OUTER}, gre 7");
    for (header, rest, scope) in [
        ("00000800", &ip, OUTER),
        ("b0000800 00000000 00000007 00000001", &ip, keyed.as_str()),
        ("20006558 00000007", &inner, "gre 7"),
        // NVGRE: the low octet is a hash of the flow.
        ("20006558 001000ab", &inner, "gre 4096"),
        ("000088be", &inner, OUTER),
        ("100088be 00000001 1001 0405 00000000", &inner, "erspan 5"),
        ("100022eb 00000001 2001 0405 00000000 0000 0000", &inner, "erspan 5"),
        ("100022eb 00000001 2001 0405 00000000 0000 0001 0000000000000000", &inner, "erspan 5"),
        ("100022eb 00000001 2001 0405 00000000 0000 0800", &ip, "erspan 5"),
        ("0000883e", &ip, OUTER),
        ("0000883e 00000000", &ip, OUTER),
        ("3001880b 002c 0009 00000001 ff030021", &ip, OUTER),
        ("3081880b 002a 0009 00000001 00000001 0021", &ip, OUTER),
        ("20016400 0036 0900", &inner, OUTER),
    ] {
        let data = ethernet("0800", &outer(47, &before(header, rest)));
        assert_eq!(holds_syn(1, &data), (scope.into(), true), "{header}");
    }
    let acknowledgment = outer(47, &hex("2081880b 0000 0009 00000001"));
    assert_eq!(skipped(101, &acknowledgment), Skip::NotTcp);
}

#[test]
fn tunnels_over_udp() {
    let (ip, inner) = (ipv4_syn(), ethernet("0800", &ipv4_syn()));
    for (src, dst, header, rest, scope) in [
        (999, 4789, "0800000000002a00", &inner, "vxlan 42"),
        (999, 8472, "0800000000002a00", &inner, "vxlan 42"),
        (999, 4790, "0c00000100002a00", &ip, "vxlan 42"),
        (999, 4790, "0800000000002a00", &inner, "vxlan 42"),
        (999, 6081, "0100655800002a00 00000000", &inner, "geneve 42"),
        (999, 6081, "0000080000002a00", &ip, "geneve 42"),
        (2152, 2152, "30ff002800000005", &ip, OUTER),
        (2152, 2152, "34ff003000000005 00000085 01001000", &ip, OUTER),
        (1701, 1701, "0002 0001 0002 ff030021", &ip, OUTER),
        (1701, 40_000, "4a02 0038 0001 0002 0000 0000 0002 0000 0021", &ip, OUTER),
        (999, 6635, "00010140", &ip, OUTER),
        (999, 4341, "c0000001 00000001", &ip, OUTER),
        (
            999,
            5072,
            "41521104 00000000 0000000000000000 0000000000000000 00000000 00000000 00000000 00000000 00000000",
            &ip,
            OUTER,
        ),
        (999, 37_008, "01000001 01", &inner, OUTER),
        (999, 37_008, "01000001 00 0a01ff 01", &inner, OUTER),
    ] {
        let data = ethernet("0800", &udp(src, dst, &before(header, rest)));
        assert_eq!(holds_syn(1, &data), (scope.into(), true), "{src} {dst} {header}");
    }
    let origin = "0001 0000 0000000000000000 00 0000 000000000000";
    let teredo = udp(3544, 40_000, &before(origin, &ipv6_syn()));
    assert_eq!(holds_syn(101, &teredo), (OUTER.into(), true));
    assert_eq!(skipped(101, &udp(53, 53, &ip)), Skip::NotTcp);
    assert_eq!(skipped(101, &udp(999, 4789, &[0; 40])), Skip::NotTcp, "not flagged as VXLAN");
    assert_eq!(skipped(101, &udp(2152, 2152, &hex("3201000400000000 00000000"))), Skip::NotTcp, "an echo");
}

#[test]
fn ip_in_ip_and_extension_headers() {
    let six = |next: &str, rest: &[u8]| {
        let mut data =
            before(&format!("60000000 0000{next}40"), &[ipv6_syn()[8..40].to_vec(), rest.to_vec()].concat());
        data[4..6].copy_from_slice(&(rest.len() as u16).to_be_bytes());
        data
    };
    let between = "in 2001:db8::1 - 2001:db8::2";
    let (tcp, ip) = (ipv6_syn()[40..].to_vec(), ipv4_syn());
    assert_eq!(holds_syn(101, &outer(4, &ip)), (OUTER.into(), true));
    assert_eq!(holds_syn(101, &outer(41, &ipv6_syn())), (OUTER.into(), true));
    assert_eq!(holds_syn(101, &six("04", &ip)), (between.into(), true));
    assert_eq!(holds_syn(101, &six("29", &ipv6_syn())), (between.into(), true));
    assert_eq!(holds_syn(101, &outer(97, &before("3000", &ethernet("0800", &ip)))), (OUTER.into(), true));
    for (next, headers) in [
        ("00", "3c00 0104 00000000  2b00 0104 00000000  0600 0104 00000000"),
        ("33", "0604 0000 00000001 00000001 000000000000000000000000"),
        ("2c", "0600 0000 00000007"),
        ("87", "0600 0000 00000000"),
    ] {
        assert_eq!(holds_syn(229, &six(next, &before(headers, &tcp))), (String::new(), true), "{next}");
    }
    assert_eq!(skipped(229, &six("3b", &tcp)), Skip::NotTcp, "no next header");
    assert_eq!(skipped(101, &outer(0, &tcp)), Skip::NotTcp, "IPv4 has no hop-by-hop header");
}

#[test]
fn both_directions_of_a_tunnel_are_one_scope() {
    let mut decoder = Decoder::new();
    let there = between([192, 0, 2, 1], [192, 0, 2, 2], 4, &ipv4_syn());
    let back = between([192, 0, 2, 2], [192, 0, 2, 1], 4, &ipv4_syn());
    let mut scope = |data: &[u8]| match decoder.decode(&frame(101, data)) {
        Ok(Decoded::Segment(segment)) => segment.scope,
        other => panic!("{other:?}"),
    };
    assert_eq!(scope(&there), scope(&back));
    assert_ne!(scope(&there), scope(&ipv4_syn()));
}

#[test]
fn depth_is_bounded() {
    let mut data = ipv4_syn();
    for _ in 0..8 {
        data = outer(4, &data);
    }
    holds_syn(101, &data);
    for _ in 0..20 {
        data = outer(4, &data);
    }
    assert_eq!(skipped(101, &data), Skip::TooDeep);
    let tags = "8100 0001 ".repeat(40);
    assert_eq!(skipped(1, &ethernet(&format!("{tags} 0800"), &ipv4_syn())), Skip::TooDeep);
    let labels = "00010040 ".repeat(40);
    assert_eq!(skipped(1, &ethernet(&format!("8847 {labels}"), &ipv4_syn())), Skip::TooDeep);
}
