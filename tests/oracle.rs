//! tcpdump and tshark as oracles, over the bundled captures and those of
//! `HSANALYZE_CAPTURES`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::random::Random;
use common::{captures, have, program};

/// What tcpdump or the program prints for each frame that is a TCP segment, up
/// to its length. Options decide how frames are told apart: `-#` must be among
/// them.
fn segments(text: &str) -> BTreeMap<u64, String> {
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let Some((number, rest)) = line.trim_start().split_once("  ") else { continue };
        let Ok(number) = number.parse() else { continue };
        let Some(flags) = rest.find(": Flags [") else { continue };
        let head = &rest[..flags];
        let plain = is_plain(head);
        if let (true, Some(end)) = (plain, end_of_length(rest, flags)) {
            found.entry(number).or_insert_with(|| rest[..end].to_string());
        }
    }
    found
}

/// Whether the text before the flags is `… IP a > b`: a segment that is not
/// inside another packet. Before it may stand only a time, and what `-i any`
/// adds: the interface and the direction.
fn is_plain(head: &str) -> bool {
    let first = ["IP ", "IP6 "].into_iter().filter_map(|word| head.split_once(word));
    let Some((before, ends)) = first.min_by_key(|(before, _)| before.len()) else { return false };
    let last = before.split_whitespace().last().unwrap_or("");
    let time = last.chars().all(|c| c.is_ascii_digit() || "-.:".contains(c));
    ends.split(' ').count() == 3 && (time || ["In", "Out", "B", "M", "P", "?"].contains(&last))
}

/// Where the first `length N` behind `from` ends.
fn end_of_length(line: &str, from: usize) -> Option<usize> {
    let ends = line[from..].match_indices("length ").filter_map(|(at, word)| {
        let digits = &line[from + at + word.len()..];
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        (count > 0).then_some(from + at + word.len() + count)
    });
    ends.into_iter().next()
}

fn tcpdump(path: &Path, options: &[&str]) -> Option<String> {
    let output = Command::new("tcpdump")
        .env("TZ", "UTC")
        .args(options)
        .arg("-nn")
        .arg("-r")
        .arg(path)
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn ours(path: &Path, options: &[&str]) -> String {
    let output =
        program().args(["--format", "lines", "-nn"]).args(options).arg("-r").arg(path).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn against_tcpdump(options: &[&str]) {
    compare(&captures(), options);
}

fn compare(captures: &[PathBuf], options: &[&str]) {
    if have("tcpdump") {
        let same = agreement(captures, options);
        assert!(same > 900, "only {same} segments were compared");
    }
}

/// How many segments of the captures are as tcpdump prints them: all.
fn agreement(captures: &[PathBuf], options: &[&str]) -> usize {
    let mut options = options.to_vec();
    options.push("-#");
    let (mut same, mut wrong) = (0, Vec::new());
    for path in captures {
        let Some(theirs) = tcpdump(path, &options) else { continue };
        let theirs = segments(&theirs);
        if theirs.is_empty() {
            continue;
        }
        let mine = segments(&ours(path, &options));
        for (frame, line) in &theirs {
            if mine.get(frame) == Some(line) {
                same += 1;
            } else {
                let mine = mine.get(frame).map_or("(nothing)", String::as_str);
                wrong.push(format!("{} {frame}\n  tcpdump {line}\n  ours    {mine}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), same + wrong.len(), wrong.join("\n"));
    same
}

#[test]
fn lines_are_tcpdumps() {
    against_tcpdump(&[]);
}

#[test]
fn epoch_times_are_tcpdumps() {
    against_tcpdump(&["-tt"]);
}

#[test]
fn dates_and_deltas_are_tcpdumps() {
    against_tcpdump(&["-tttt"]);
    against_tcpdump(&["-ttttt"]);
}

#[test]
fn absolute_numbers_are_tcpdumps() {
    against_tcpdump(&["-t", "-S"]);
}

/// Changes a few octets of the headers in most frames of a classic capture. None
/// becomes 0: what a total length of 0 is depends on tcpdump's version.
fn damage(capture: &mut [u8], random: &mut Random) {
    let mut at = 24;
    while let Some(head) = capture.get(at..at + 16) {
        let len = u32::from_le_bytes(head[8..12].try_into().unwrap()) as usize;
        at += 16;
        let Some(frame) = capture.get_mut(at..at + len) else { return };
        at += len;
        // Beyond it lie the options.
        let end = [34, 54, 90][random.below(3)].min(frame.len());
        for _ in 0..random.below(4).min(end) {
            let octet = &mut frame[random.below(end)];
            let changed =
                [*octet ^ 1 << random.below(8), octet.wrapping_add(1), 255, random.below(256) as u8];
            *octet = changed[random.below(4)].max(1);
        }
    }
}

/// What comes from a network may be anything: a header that is wrong must leave the
/// numbers of those behind it as tcpdump has them.
#[test]
fn lines_of_damaged_captures_are_tcpdumps() {
    let folder = tempfile::tempdir().unwrap();
    let mut damaged = Vec::new();
    for path in captures() {
        let Ok(whole) = fs::read(&path) else { continue };
        if !matches!(whole.get(..4), Some([0xd4, 0xc3, 0xb2, 0xa1] | [0x4d, 0x3c, 0xb2, 0xa1])) {
            continue;
        }
        // The name alone chooses the damage: wherever the captures lie, however many
        // there are, it is the same.
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let seed = name.bytes().fold(1, |seed, octet| Random(seed ^ u64::from(octet)).next());
        let mut random = Random(seed);
        for copy in 0..5 {
            let mut capture = whole.clone();
            damage(&mut capture, &mut random);
            let path = folder.path().join(format!("{name}.{copy}.{}", damaged.len()));
            fs::write(&path, capture).unwrap();
            damaged.push(path);
        }
    }
    assert!(damaged.len() > 300, "{}", damaged.len());
    compare(&damaged, &["-tt"]);
}

/// Some hosts send the last fragment first: the frame that completes the segment is
/// then its first fragment, and tcpdump prints it as such.
#[test]
fn fragments_in_reverse_are_tcpdumps() {
    if !have("tcpdump") {
        return;
    }
    let whole = fs::read(common::root().join("fixtures/20b_ip_fragments.pcap")).unwrap();
    let word = |at: usize| u32::from_le_bytes(whole[at..at + 4].try_into().unwrap()) as usize;
    let (mut at, mut records) = (24, Vec::new());
    while at < whole.len() {
        let len = 16 + word(at + 8);
        records.push(&whole[at..at + len]);
        at += len;
    }
    // The identification, in Ethernet; 0 of what is no fragment.
    let datagram = |record: &[u8]| match record[16 + 20..16 + 22] {
        [0 | 0x40, 0] => 0,
        _ => u16::from_be_bytes([record[16 + 18], record[16 + 19]]),
    };
    let mut reversed = whole[..24].to_vec();
    for of_one in records.chunk_by(|a, b| datagram(a) != 0 && datagram(a) == datagram(b)) {
        reversed.extend(of_one.iter().rev().copied().flatten());
    }
    assert!(reversed.len() == whole.len() && reversed != whole);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reversed.pcap");
    fs::write(&path, reversed).unwrap();
    assert_eq!(agreement(&[path], &["-t"]), 12);
}

/// One segment as tshark and the program both tell it.
type Told = (String, String, String);

#[test]
fn tshark_sees_the_same_segments() {
    if !have("tshark") {
        return;
    }
    let fields = ["frame.number", "tcp.srcport", "tcp.seq_raw", "tcp.len"];
    let mut wrong = Vec::new();
    let mut same = 0;
    for path in captures().iter().filter(|path| path.starts_with(common::root())) {
        let mut command = Command::new("tshark");
        command.args(["-n", "-Y", "tcp and not icmp", "-T", "fields", "-E", "occurrence=l", "-r"]).arg(path);
        for field in fields {
            command.args(["-e", field]);
        }
        let theirs = String::from_utf8_lossy(&command.output().unwrap().stdout).into_owned();
        let theirs: BTreeMap<u64, Told> = theirs.lines().filter_map(row).collect();
        let mine = of_json(path);
        for (frame, told) in &theirs {
            if mine.get(frame) == Some(told) {
                same += 1;
            } else {
                let mine = mine.get(frame);
                wrong.push(format!("{} frame {frame}: tshark {told:?}, ours {mine:?}", path.display()));
            }
        }
    }
    assert!(same > 900, "only {same} segments were compared");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn row(line: &str) -> Option<(u64, Told)> {
    let mut fields = line.split('\t').map(str::to_string);
    let frame = fields.next()?.parse().ok()?;
    Some((frame, (fields.next()?, fields.next()?, fields.next()?)))
}

fn of_json(path: &Path) -> BTreeMap<u64, Told> {
    let output = program().args(["--json", "-r"]).arg(path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    common::objects_of(&text, "segment")
        .iter()
        .map(|o| {
            let port = o["src"].as_str().unwrap().rsplit(':').next().unwrap().to_string();
            (o["frame"].as_u64().unwrap(), (port, o["seq"].to_string(), o["len"].to_string()))
        })
        .collect()
}
