//! What is bounded, filled up and one more: each bound is reached, and it is said
//! what was left out. The captures are made here; they are larger than a fixture
//! may be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;
use std::process::Output;

use common::program;

const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;

/// An IPv4 packet.
fn ip(protocol: u8, src: u32, dst: u32, payload: &[u8]) -> Vec<u8> {
    let [high, low] = (20 + payload.len() as u16).to_be_bytes();
    let header = [0x45, 0, high, low, 0, 0, 0, 0, 64, protocol, 0, 0];
    [&header[..], &src.to_be_bytes(), &dst.to_be_bytes(), payload].concat()
}

/// A TCP segment without payload.
fn tcp(ports: [u16; 2], seq: u32, ack: u32, flags: u8) -> Vec<u8> {
    let [src, dst] = ports.map(u16::to_be_bytes);
    let rest = [0x50, flags, 1, 0, 0, 0, 0, 0];
    [&src[..], &dst, &seq.to_be_bytes(), &ack.to_be_bytes(), &rest].concat()
}

/// A pcap file of these packets, a millisecond apart.
fn pcap(packets: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4_u32, 0x0002_0004, 0, 0, 65_535, 101].map(u32::to_be_bytes).concat();
    for (nth, packet) in (0..).zip(packets) {
        let (nth, len): (u32, _) = (nth, packet.len() as u32);
        let head = [1_700_000_000 + nth / 1000, nth % 1000 * 1000, len, len];
        file.extend(head.map(u32::to_be_bytes).concat());
        file.extend(packet);
    }
    file
}

/// Runs over a capture.
fn run_over(capture: &[u8], args: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("made");
    fs::write(&file, capture).unwrap();
    program().args(args).arg("-r").arg(&file).output().unwrap()
}

/// What it prints, with success.
fn printed(capture: &[u8], args: &[&str]) -> String {
    let output = run_over(capture, args);
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
    String::from_utf8(output.stdout).unwrap()
}

/// SYNs, each of a flow of its own.
fn syns(count: u32) -> Vec<u8> {
    pcap((0..count).map(|n| ip(6, 0x0a00_0000 + n, 0xc000_0201, &tcp([40_000, 80], n, 0, SYN))))
}

#[test]
fn a_page_has_so_many_rows_and_draws_so_many_conversations() {
    let page = printed(&syns(10_050), &["--format", "html"]);
    assert_eq!(page.matches("<tr data-n=").count(), 10_000);
    assert_eq!(page.matches("<details").count(), 1_000);
    assert!(page.contains("50 more conversations are not listed here"));
}

#[test]
fn a_sheet_has_so_many_rows_and_a_table_so_many_errors() {
    // Each with an identification: the same packet again would be a copy.
    let syn = |nth: u16| {
        let mut packet = ip(6, 1, 2, &tcp([40_000, 80], 7, 0, SYN));
        packet[4..6].copy_from_slice(&nth.to_be_bytes());
        packet
    };
    let sheet = printed(&pcap((0..70).map(syn)), &["--format", "worksheet"]);
    assert!(sheet.contains("left out: 6\n"), "{sheet}");
    // Port unreachable, each quoting the SYN.
    let error = |_| ip(1, 2, 1, &[&[3, 3, 0, 0, 0, 0, 0, 0][..], &syn(0)].concat());
    let table = printed(&pcap([syn(0)].into_iter().chain((0..20).map(error))), &[]);
    assert_eq!(table.matches("port").count(), 8 + 1, "{table}");
    assert!(table.contains("12 more ICMP errors"), "{table}");
}

#[test]
fn so_many_servers_are_known_by_their_answers() {
    let server = |n: u32| 0xc000_0000 + n;
    let mut packets = Vec::new();
    for n in 0..4_097 {
        packets.push(ip(6, 1, server(n), &tcp([40_000, 5_000], 7, 0, SYN)));
        packets.push(ip(6, server(n), 1, &tcp([5_000, 40_000], 9, 8, SYN | ACK)));
    }
    // In the middle, between a server and somebody with a lower port.
    for n in [0, 4_095, 4_096] {
        packets.push(ip(6, 2, server(n), &tcp([4_000, 5_000], 70, 90, ACK)));
    }
    let json = printed(&pcap(packets), &["--json"]);
    let listener = |n: u32| {
        let [a, b, c, d] = server(n).to_be_bytes();
        let ends = [format!("{a}.{b}.{c}.{d}:5000"), "0.0.0.2:4000".to_owned()];
        let of = |line: &&str| {
            line.contains("\"type\":\"conversation\"") && ends.iter().all(|end| line.contains(end.as_str()))
        };
        let line = json.lines().find(of).unwrap();
        serde_json::from_str::<serde_json::Value>(line).unwrap()["listener"].clone()
    };
    assert_eq!([listener(0), listener(4_095)], ["client", "client"]);
    assert!(listener(4_096).is_null());
}

#[test]
fn a_file_has_so_many_interfaces() {
    let block = |kind: u32, body: &[u8]| {
        let len = 12 + body.len() as u32;
        [&kind.to_le_bytes(), &len.to_le_bytes(), body, &len.to_le_bytes()].concat()
    };
    let section =
        block(0x0a0d_0d0a, &[0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]);
    let interfaces = |count| [section.clone(), block(1, &[101, 0, 0, 0, 0, 0, 0, 0]).repeat(count)].concat();
    let output = run_over(&interfaces(65_536), &[]);
    assert_eq!(output.status.code(), Some(0));
    let output = run_over(&interfaces(65_537), &[]);
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(err.contains("more than 65536 interfaces"), "{err}");
}

/// What `hsanalyze verify` complains about in a script; nothing if it runs.
fn complaint(folder: &Path, script: &str) -> String {
    let file = folder.join("script.txt");
    fs::write(&file, script).unwrap();
    let capture = common::fixture("03_server_closes_first.pcap");
    let output = program().arg("verify").arg(&file).args(["-r", &capture]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    if output.status.code() == Some(2) { err } else { String::new() }
}

#[test]
fn a_script_has_so_many_octets_lines_and_names() {
    let folder = tempfile::tempdir().unwrap();
    let comments = |octets: usize| format!("{}\nC > S  [S]\n", "#".repeat(octets - 12));
    assert_eq!(complaint(folder.path(), &comments(1 << 20)), "");
    let err = complaint(folder.path(), &comments((1 << 20) + 1));
    assert!(err.contains("longer than 1 MiB"), "{err}");
    assert_eq!(complaint(folder.path(), &"C > S  [S]\n".repeat(2_000)), "");
    let err = complaint(folder.path(), &"C > S  [S]\n".repeat(2_001));
    assert!(err.contains("at most 2000 lines"), "{err}");
    let named = |names: usize| {
        ('a'..).take(names).map(|name| format!("C > S  [.]  seq ${name}\n")).collect::<String>()
    };
    assert_eq!(complaint(folder.path(), &named(8)), "");
    let err = complaint(folder.path(), &named(9));
    assert!(err.contains("at most 8 names"), "{err}");
}

#[test]
fn a_script_is_followed_in_so_many_ways_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let [script, capture] = ["script.txt", "made"].map(|name| folder.path().join(name));
    // Three names for any three of the segments, in their order.
    let rows = ['a', 'b', 'c'].map(|name| format!("...\nC > S  [.]  seq ${name}\n"));
    fs::write(&script, format!("{}...\n", rows.concat())).unwrap();
    for (segments, too_many) in [(36, false), (37, true)] {
        fs::write(&capture, pcap((0..segments).map(|n| ip(6, 1, 2, &tcp([40_000, 80], 7 * n, 1, ACK)))))
            .unwrap();
        let output = program().arg("verify").arg(&script).arg("-r").arg(&capture).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        assert_eq!(out.contains("too many ways"), too_many, "{out}");
        assert_eq!(output.status.code(), Some(i32::from(too_many)), "{out}");
    }
}

#[test]
fn a_filter_and_a_list_of_conversations_are_so_long() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("filter");
    for (octets, code) in [(1 << 20, 0), ((1 << 20) + 1, 2)] {
        fs::write(&file, format!("tcp\n{}\n", "#".repeat(octets - 5))).unwrap();
        let output = run_over(&syns(1), &["-F", file.to_str().unwrap()]);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{octets}: {err}");
    }
    for (numbers, code) in [(10_000, 0), (10_001, 2)] {
        let list = (1..=numbers).map(|n: u32| n.to_string()).collect::<Vec<_>>().join(",");
        let output = run_over(&syns(1), &["-q", "--conversation", &list]);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{numbers}: {err}");
    }
}

#[test]
fn a_script_is_written_of_so_many_conversations_at_the_same_time() {
    let script = printed(&syns(16_400), &["--format", "script"]);
    assert!(script.contains("conversation #1 and 16383 more like it"), "{script}");
    assert!(script.contains("and 16 more conversations"), "{script}");
}

#[test]
fn a_written_script_has_so_many_lines_of_each_conversation() {
    // Each in turn: two alike would stand on one line.
    let rst = |n: u32| match n % 2 {
        0 => ip(6, 0x0a00_0001, 0xc000_0201, &tcp([40_000, 80], n, 0, RST)),
        _ => ip(6, 0xc000_0201, 0x0a00_0001, &tcp([80, 40_000], n, 0, RST)),
    };
    let script = printed(&pcap((0..600).map(rst)), &["--format", "script"]);
    let lines = script.lines().filter(|line| line.contains(" > ")).count();
    assert_eq!(lines, 500, "{script}");
    assert!(script.lines().any(|line| line.trim() == "*"), "{script}");
}

#[test]
fn a_script_is_written_of_so_many_kinds_of_conversations() {
    // Each is reset at an offset of its own.
    let kinds = |count: u32| {
        pcap((0..count).flat_map(|n| {
            let (client, server) = (0x0a00_0000 + n, 0xc000_0201);
            [
                ip(6, client, server, &tcp([40_000, 80], 7, 0, SYN)),
                ip(6, client, server, &tcp([40_000, 80], 8 + n, 0, RST)),
            ]
        }))
    };
    let script = printed(&kinds(2_000), &["--format", "script"]);
    assert!(!script.contains("more conversation"), "{script}");
    assert_eq!(script.matches("=>").count(), 2_000);
    let script = printed(&kinds(2_003), &["--format", "script"]);
    assert_eq!(script.matches("=>").count(), 2_000);
    assert!(script.contains("and 3 more conversations"), "{script}");
}

#[test]
fn a_capture_to_compare_has_so_many_segments_and_conversations() {
    let folder = tempfile::tempdir().unwrap();
    let [small, file] = ["small", "made"].map(|name| folder.path().join(name));
    fs::write(&small, syns(1)).unwrap();
    let not_kept = |capture: Vec<u8>| {
        fs::write(&file, capture).unwrap();
        let output = program().args(["compare", "--json"]).args([&small, &file]).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let lines = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let told: Vec<_> = lines.filter(|line| !line["not_kept_b"].is_null()).collect();
        let [told] = &told[..] else { panic!("{out}") };
        assert_eq!(told["not_kept_a"], 0);
        told["not_kept_b"].as_u64().unwrap()
    };
    assert_eq!(not_kept(syns(65_536)), 0);
    assert_eq!(not_kept(syns(65_539)), 3);
    // None is a copy of one before.
    let acks = (0..(1 << 20) + 5).map(|n: u32| ip(6, 1, 2, &tcp([40_000, 80], n, 1, ACK)));
    assert_eq!(not_kept(pcap(acks)), 5);
}

#[test]
fn so_many_conversations_are_looked_at_under_one_likeness() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
    // In both, and in one only, where nothing but one ISN tells who is who behind a NAT.
    let found = |count: u32| {
        for (file, source) in [(&a, 0x0a00_0000), (&b, 0xcb00_7100)] {
            let syn = |n| ip(6, source + n, 0xc000_0201, &tcp([40_000, 80], 7, 0, SYN));
            fs::write(file, pcap((0..count).map(syn))).unwrap();
        }
        let output = program().args(["compare", "--json"]).args([&a, &b]).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let total: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        ["in_both", "only_a", "only_b"].map(|key| total[key].as_u64().unwrap())
    };
    assert_eq!(found(16), [16, 0, 0]);
    assert_eq!(found(20), [16, 4, 4]);
}

#[test]
fn junit_has_so_many_cases() {
    let folder = tempfile::tempdir().unwrap();
    let [script, capture, report] = ["script.txt", "made", "report.xml"].map(|name| folder.path().join(name));
    fs::write(&script, "C > S  [S]  seq 0\n=> unanswered\n").unwrap();
    fs::write(&capture, syns(10_010)).unwrap();
    let output = program()
        .arg("verify")
        .arg(&script)
        .args(["--match", "all", "--junit"])
        .arg(&report)
        .arg("-r")
        .arg(&capture)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let xml = fs::read_to_string(&report).unwrap();
    let cases = xml.matches("<testcase").count();
    assert!((10_000..10_005).contains(&cases), "{cases}");
}
