//! Clocks that go wrong: backwards, to the year 2106, by fractions that are none,
//! in units that nobody has. Real frames, their time stamps written anew: what
//! happened is told as before, no time is negative, and a step back is marked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{fixture, root, run};
use serde_json::Value;

/// One conversation that opens, carries data, and is half closed.
const REAL: &str = "03_server_closes_first.pcap";

const MICROS: u32 = 0xa1b2_c3d4;
const NANOS: u32 = 0xa1b2_3c4d;

/// Everything that is printed from a file.
const FACES: [&[&str]; 20] = [
    &[],
    &["--explain", "-v"],
    &["--data", "none", "--numbers", "isn"],
    &["--ladder"],
    &["--format", "lines"],
    &["--format", "lines", "-t"],
    &["--format", "lines", "-tt"],
    &["--format", "lines", "-ttt"],
    &["--format", "lines", "-tttt"],
    &["--format", "lines", "-ttttt"],
    &["-q"],
    &["-q", "--sort", "duration"],
    &["--json"],
    &["--csv"],
    &["--stats"],
    &["--stats", "--json"],
    &["--format", "html"],
    &["--format", "script"],
    &["--format", "worksheet", "--answers"],
    &["--lang", "zh"],
];

/// A packet: seconds, fraction, octets on the wire, octets.
type Packet = (u32, u32, u32, Vec<u8>);

fn word(octets: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(octets[at..at + 4].try_into().unwrap())
}

fn packets() -> Vec<Packet> {
    let file = fs::read(root().join(fixture(REAL))).unwrap();
    assert_eq!(word(&file, 0), MICROS);
    let mut at = 24;
    let mut packets = Vec::new();
    while at < file.len() {
        let len = word(&file, at + 8) as usize;
        let octets = file[at + 16..at + 16 + len].to_vec();
        packets.push((word(&file, at), word(&file, at + 4), word(&file, at + 12), octets));
        at += 16 + len;
    }
    packets
}

/// A file with these time stamps, from the number, seconds and fraction of each.
fn pcap(folder: &Path, magic: u32, time: impl Fn(u32, u32, u32) -> (u32, u32)) -> PathBuf {
    let link = word(&fs::read(root().join(fixture(REAL))).unwrap(), 20);
    let mut file = [magic, 0x0004_0002, 0, 0, 65_535, link].map(u32::to_le_bytes).concat();
    for (nth, (secs, fraction, wire, octets)) in (0..).zip(packets()) {
        let (secs, fraction) = time(nth, secs, fraction);
        file.extend([secs, fraction, octets.len() as u32, wire].map(u32::to_le_bytes).concat());
        file.extend(octets);
    }
    let path = folder.join("clock.pcap");
    fs::write(&path, file).unwrap();
    path
}

/// The same as pcapng, with a unit, a beginning of time, and time stamps.
fn pcapng(folder: &Path, tsresol: u8, offset: Option<i64>, time: impl Fn(u64) -> u64) -> PathBuf {
    let link = word(&fs::read(root().join(fixture(REAL))).unwrap(), 20);
    let mut options = vec![9, 0, 1, 0, tsresol, 0, 0, 0];
    if let Some(offset) = offset {
        options.extend([14, 0, 8, 0]);
        options.extend(offset.to_le_bytes());
    }
    options.extend([0; 4]);
    let mut file = block(0x0a0d_0d0a, &[0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0], &[0xff; 8]);
    file.extend(block(1, &[link.to_le_bytes(), [0; 4]].concat(), &options));
    for (nth, (_, _, wire, mut octets)) in (0..).zip(packets()) {
        let at = time(nth);
        let head = [0, (at >> 32) as u32, at as u32, octets.len() as u32, wire];
        octets.resize(octets.len().next_multiple_of(4), 0);
        file.extend(block(6, &head.map(u32::to_le_bytes).concat(), &octets));
    }
    let path = folder.join("clock.pcapng");
    fs::write(&path, file).unwrap();
    path
}

fn block(kind: u32, head: &[u8], body: &[u8]) -> Vec<u8> {
    let len = (12 + head.len() + body.len()) as u32;
    [&kind.to_le_bytes(), &len.to_le_bytes(), head, body, &len.to_le_bytes()].concat()
}

/// Prints it in every way. Gives the JSON's objects of conversations.
fn every_face(path: &Path, what: &str) -> Vec<Value> {
    let path = path.to_str().unwrap();
    for face in FACES {
        let output = run(&[face, &["-r", path]].concat());
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{what}, {face:?}: {err}");
        assert!(!output.stdout.is_empty(), "{what}, {face:?}");
        assert!(String::from_utf8(output.stdout).is_ok(), "{what}, {face:?}");
    }
    let json = common::stdout(&["--json", "-r", path]);
    let objects = json.lines().map(|line| serde_json::from_str(line).unwrap());
    objects.inspect(|object| no_time_is_negative(object, what)).filter(is_conversation).collect()
}

fn is_conversation(object: &Value) -> bool {
    object["type"] == "conversation"
}

/// What lasts, lasts no less than nothing.
fn no_time_is_negative(object: &Value, what: &str) {
    for (key, value) in object.as_object().into_iter().flatten() {
        if key.ends_with("_ns") {
            assert!(value.is_null() || value.is_u64(), "{what}: {key}: {value}");
        }
        no_time_is_negative(value, what);
    }
}

/// The conversation is told as it is with a good clock, and the step back is said.
fn told_as_ever(path: &Path, goes_back: bool, what: &str) {
    let conversations = every_face(path, what);
    let [conversation] = &conversations[..] else { panic!("{what}: {conversations:?}") };
    assert_eq!(conversation["opening"], "complete", "{what}");
    assert_eq!(conversation["ending"], "half-closed", "{what}");
    let marks = conversation["marks"].as_array().unwrap();
    assert_eq!(marks.contains(&"time-backwards".into()), goes_back, "{what}: {marks:?}");
    let table = common::stdout(&["-r", path.to_str().unwrap()]);
    assert_eq!(table.contains("went back during the capture"), goes_back, "{what}: {table}");
}

#[test]
fn a_clock_that_goes_wrong_changes_no_verdict_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    type Clock = fn(u32, u32, u32) -> (u32, u32);
    let clocks: [(&str, bool, Clock); 9] = [
        ("as it was", false, |_, secs, fraction| (secs, fraction)),
        ("backwards all the time", true, |nth, secs, fraction| (secs - nth, fraction)),
        ("to the year 2106", false, |nth, secs, fraction| (if nth < 4 { secs } else { u32::MAX }, fraction)),
        ("from 2106 back", true, |nth, secs, fraction| (if nth < 4 { u32::MAX } else { secs }, fraction)),
        ("to 1970", true, |nth, secs, fraction| (if nth < 4 { secs } else { 0 }, fraction)),
        (
            "to and fro",
            true,
            |nth, secs, fraction| {
                if nth % 2 == 0 { (u32::MAX, u32::MAX) } else { (secs, fraction) }
            },
        ),
        ("standing still", false, |_, _, _| (0, 0)),
        ("a second more in the fraction", false, |_, secs, fraction| (secs, fraction + 1_000_000)),
        ("the largest fraction, falling", true, |nth, secs, _| (secs, u32::MAX - nth)),
    ];
    for (what, goes_back, clock) in clocks {
        told_as_ever(&pcap(folder.path(), MICROS, clock), goes_back, what);
    }
}

#[test]
fn fractions_of_a_second_and_more_are_added_to_it_but_in_lines() {
    let folder = tempfile::tempdir().unwrap();
    for (magic, unit) in [(MICROS, 1_000_000), (NANOS, 1_000_000_000)] {
        let path = pcap(folder.path(), magic, |_, secs, fraction| (secs, fraction % unit + 3 * unit));
        told_as_ever(&path, false, "three seconds in the fraction");
        let [(secs, fraction, ..), ..] = &packets()[..] else { panic!() };
        let shown = |options: &[&str]| common::stdout(&[options, &["-r", path.to_str().unwrap()]].concat());
        let json = shown(&["--json"]);
        let first = json.lines().nth(1).unwrap();
        assert!(first.contains(&format!("\"time\":\"{}.", secs + 3)), "{first}");
        // As tcpdump has it: the field as it stands, down to microseconds.
        let stored = (fraction % unit + 3 * unit) / (unit / 1_000_000);
        let lines = shown(&["--format", "lines", "-tt"]);
        assert!(lines.starts_with(&format!("{secs}.{stored} ")), "{lines}");
    }
}

#[test]
fn every_unit_of_pcapng_and_every_beginning_of_time_is_survived() {
    let folder = tempfile::tempdir().unwrap();
    type Time = fn(u64) -> u64;
    // Decimal ones to 10^-127 s, binary ones to 2^-127 s.
    for tsresol in [0, 3, 6, 9, 12, 19, 20, 28, 29, 127, 128, 129, 148, 191, 192, 255] {
        for offset in [None, Some(i64::MIN), Some(-1), Some(i64::MAX)] {
            let times: [(&str, Time); 3] = [
                ("ascending", |nth| nth),
                ("the largest", |nth| u64::MAX - 100 + nth),
                ("the largest, falling", |nth| u64::MAX - nth),
            ];
            for (kind, time) in times {
                let what = format!("if_tsresol {tsresol}, if_tsoffset {offset:?}, {kind}");
                let path = pcapng(folder.path(), tsresol, offset, time);
                let json = common::stdout(&["--json", "-r", path.to_str().unwrap()]);
                let objects = json.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
                let told =
                    objects.inspect(|object| no_time_is_negative(object, &what)).filter(is_conversation);
                let told: Vec<_> = told.collect();
                assert_eq!(told.len(), 1, "{what}");
                assert_eq!(told[0]["opening"], "complete", "{what}");
            }
        }
    }
    for (tsresol, offset) in [(0, Some(i64::MIN)), (255, Some(i64::MAX)), (29, None)] {
        told_as_ever(&pcapng(folder.path(), tsresol, offset, |nth| nth), false, "an odd unit");
    }
}
