//! UDP beside TCP, and ICMP errors about both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::process::Command;

use common::{fixture, have, stdout};
use serde_json::Value;

const UDP: &str = "21_udp_echo_and_unreachable.pcap";
const PROHIBITED: &str = "08c_syn_icmp_admin_prohibited.pcap";
const TOO_BIG: &str = "20c_pmtu_icmp_frag_needed.pcap";

#[test]
fn tables_lines_and_summaries() {
    for name in [UDP, PROHIBITED, TOO_BIG] {
        let file = fixture(name);
        insta::assert_snapshot!(format!("table_80_{name}"), stdout(&["-r", &file, "--udp"]));
        let lines = stdout(&["-t", "--format", "lines", "-r", &file, "--udp"]);
        insta::assert_snapshot!(format!("lines_{name}"), lines);
    }
    for width in ["80", "140"] {
        let text = stdout(&["-q", "--udp", "--width", width, "-r", &fixture(UDP)]);
        insta::assert_snapshot!(format!("summary_{width}"), text);
    }
    let ascii = stdout(&["--udp", "--ascii", "-r", &fixture(UDP)]);
    assert!(ascii.is_ascii() && ascii.contains("<.."), "{ascii}");
}

#[test]
fn the_same_in_chinese() {
    for name in [UDP, TOO_BIG] {
        let file = fixture(name);
        insta::assert_snapshot!(format!("zh_80_{name}"), stdout(&["--lang", "zh", "-r", &file, "--udp"]));
    }
    let lines = stdout(&["--lang", "zh", "-t", "--format", "lines", "-r", &fixture(UDP), "--udp"]);
    insta::assert_snapshot!(format!("zh_lines_{UDP}"), lines);
}

#[test]
fn datagrams_are_shown_to_those_who_let_them_through() {
    let file = fixture(UDP);
    let alone = stdout(&["-r", &file]);
    assert_eq!(alone, "");
    let filtered = stdout(&["-r", &file, "udp port 8848 or icmp"]);
    assert_eq!(filtered, stdout(&["-r", &file, "--udp"]));
    assert!(filtered.contains("UDP #2"));
    let hidden = stdout(&["-r", &file, "port", "8848"]);
    assert!(hidden.contains("no answer") && !hidden.contains("◁──"), "{hidden}");
    assert_eq!(stdout(&["-r", &file, "tcp"]), "");
}

#[test]
fn exchanges_and_conversations_stand_side_by_side() {
    let both = stdout(&["--udp", "-r", &fixture(UDP), "-r", &fixture(PROHIBITED)]);
    let titles: Vec<&str> = both.lines().filter(|line| line.contains(" → ")).collect();
    assert_eq!(titles.len(), 3, "{both}");
    assert!(titles[0].starts_with("#1  ") && titles[2].starts_with("UDP #2  "), "{both}");
    // One empty line between tables, none before the first.
    assert_eq!(both.lines().filter(|line| line.is_empty()).count(), 2);
    assert!(!both.starts_with('\n'));
    let summary = stdout(&["-q", "--udp", "-r", &fixture(UDP), "-r", &fixture(PROHIBITED)]);
    assert_eq!(summary.lines().count(), 4, "one head: {summary}");
}

fn objects(file: &str, kind: &str) -> Vec<Value> {
    let text = stdout(&["--json", "--udp", "-r", &fixture(file)]);
    common::objects_of(&text, kind)
}

fn has_keys(object: &Value, keys: &[&str]) {
    let object = object.as_object().unwrap();
    let found: Vec<&str> =
        object.keys().map(String::as_str).filter(|key| !["v", "type"].contains(key)).collect();
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    assert_eq!(found, keys);
}

#[test]
fn json_has_its_keys() {
    let datagrams = objects(UDP, "datagram");
    assert_eq!(datagrams.len(), 4);
    has_keys(&datagrams[1], &["exchange", "frame", "time", "from", "src", "dst", "len"]);
    assert_eq!((&datagrams[1]["from"], &datagrams[1]["len"]), (&"server".into(), &5.into()));

    let exchanges = objects(UDP, "exchange");
    assert_eq!(exchanges.len(), 2);
    has_keys(
        &exchanges[0],
        &[
            "exchange",
            "client",
            "server",
            "scope",
            "datagrams",
            "bytes",
            "answer_ns",
            "unreachable",
            "icmp_errors",
            "first_frame",
            "last_frame",
            "first",
            "last",
            "ended",
            "outcome",
        ],
    );
    assert_eq!(exchanges[0]["datagrams"], serde_json::json!({"client": 2, "server": 1}));
    assert_eq!(exchanges[0]["answer_ns"], 35_000);
    assert_eq!(exchanges[1]["unreachable"]["name"], "port-unreachable");
    assert_eq!(exchanges[1]["unreachable"]["frame"], 6);

    for (file, frame, conversation, exchange, name, rejects) in [
        (UDP, 4, Value::Null, 1.into(), "port-unreachable", Value::Null),
        (PROHIBITED, 2, 1.into(), Value::Null, "admin-prohibited", 1.into()),
        (TOO_BIG, 7, 1.into(), Value::Null, "fragmentation-needed", Value::Null),
    ] {
        let errors = objects(file, "icmp");
        has_keys(
            &errors[0],
            &[
                "conversation",
                "exchange",
                "frame",
                "time",
                "src",
                "dst",
                "version",
                "kind",
                "code",
                "name",
                "mtu",
                "quoted",
                "rejects",
            ],
        );
        assert_eq!(errors[0]["frame"], frame);
        assert_eq!((&errors[0]["conversation"], &errors[0]["exchange"]), (&conversation, &exchange));
        assert_eq!((&errors[0]["name"], &errors[0]["rejects"]), (&name.into(), &rejects));
    }
    assert_eq!(objects(TOO_BIG, "icmp")[2]["mtu"], 576);
}

/// A capture of raw IP packets.
fn capture(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4_u32, 4 << 16 | 2, 0, 0, 65_535, 101].map(u32::to_le_bytes).concat();
    for packet in packets {
        let len = packet.len() as u32;
        file.extend([1_700_000_000, 0, len, len].map(u32::to_le_bytes).concat());
        file.extend(packet);
    }
    file
}

fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let [a, b] = (20 + payload.len() as u16).to_be_bytes();
    let head = [0x45, 0, a, b, 0, 1, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    [&head, payload].concat()
}

fn ipv6(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let [a, b] = (payload.len() as u16).to_be_bytes();
    [&[0x60, 0, 0, 0, a, b, protocol, 64][..], &[0x20; 16], &[0x21; 16], payload].concat()
}

/// Errors of all types and codes, about TCP and UDP, in IPv4 and IPv6.
fn errors() -> Vec<Vec<u8>> {
    let tcp = [&50_000_u16.to_be_bytes()[..], &9877_u16.to_be_bytes(), &[0; 8], &[0x50, 2], &[0; 6]].concat();
    let udp = [50_000_u16, 9877, 8, 0].map(u16::to_be_bytes).concat();
    let four = (0..18).map(|code| (3, code)).chain([(4, 0), (11, 0), (11, 1), (11, 2), (12, 0), (12, 1)]);
    let four: Vec<(u8, u8)> = four.collect();
    let six = (0..8).map(|code| (1, code)).chain([(2, 0)]).chain((0..3).map(|code| (3, code)));
    let six: Vec<(u8, u8)> = six.chain((0..5).map(|code| (4, code))).collect();
    let mut packets = Vec::new();
    for (protocol, quoted) in [(6, tcp), (17, udp)] {
        for word in [0, 0x0014_0578] {
            let message = |&(kind, code): &(u8, u8), quoted: &[u8]| {
                [&[kind, code, 0, 0][..], &u32::to_be_bytes(word), quoted].concat()
            };
            packets.extend(four.iter().map(|it| ipv4(1, &message(it, &ipv4(protocol, &quoted)))));
            packets.extend(six.iter().map(|it| ipv6(58, &message(it, &ipv6(protocol, &quoted)))));
        }
    }
    packets
}

/// tcpdump's line; it may dump octets behind it.
fn tcpdumps(path: &str) -> Vec<String> {
    let output = Command::new("tcpdump").args(["-nn", "-t", "-r", path]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().filter(|line| line.starts_with("IP")).map(str::to_string).collect()
}

fn ours(path: &str) -> Vec<String> {
    let text = stdout(&["-t", "--format", "lines", "--udp", "-r", path]);
    let lines = text.lines().filter(|line| line.starts_with("IP"));
    lines.map(|line| line.split("  ; ").next().unwrap().to_string()).collect()
}

#[test]
fn lines_are_tcpdumps() {
    if !have("tcpdump") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("errors.pcap");
    std::fs::write(&path, capture(&errors())).unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(ours(path).len(), errors().len());
    assert_eq!(ours(path), tcpdumps(path));
    for name in [UDP, PROHIBITED, TOO_BIG] {
        assert_eq!(ours(&fixture(name)), tcpdumps(&fixture(name)), "{name}");
    }
}

#[test]
fn a_flood_of_errors_does_not_flood_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flood.pcap");
    let syn = [&50_000_u16.to_be_bytes()[..], &9877_u16.to_be_bytes(), &[0; 8], &[0x50, 2], &[0; 6]].concat();
    let error = ipv4(1, &[&[3, 1, 0, 0, 0, 0, 0, 0][..], &ipv4(6, &syn)].concat());
    let packets: Vec<Vec<u8>> = std::iter::once(ipv4(6, &syn)).chain(vec![error; 1000]).collect();
    std::fs::write(&path, capture(&packets)).unwrap();
    let text = stdout(&["-r", path.to_str().unwrap()]);
    assert_eq!(text.matches("◁──").count(), 8, "{text}");
    assert!(text.contains("⋮ 992 more ICMP errors"), "{text}");
}
