//! Text from files, from the environment and from the wire reaches a terminal, and
//! JSON, as text: no control character of it is obeyed.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use common::{fixture, program, root};

/// Clears a screen, sets a title, colours, rings, and is no text in the end.
const EVIL: &[u8] = b"x\x1b[2J\x1b]0;owned\x07\r\x08\x7f\xc2\x9b31m<b>&amp;\"'\\,;\xff\xe2\x80\xae";

/// All that the program printed: no control character but line feeds.
fn tame(output: &Output) -> (String, String) {
    let texts = [&output.stdout, &output.stderr].map(|octets| {
        let text = String::from_utf8(octets.clone()).expect("UTF-8");
        let wild: Vec<char> = text.chars().filter(|&c| c.is_control() && c != '\n').collect();
        assert!(wild.is_empty(), "{wild:?} in {text:?}");
        text
    });
    let [out, err] = texts;
    // Nor one that turns the direction of writing, where a person reads.
    assert!(!err.contains('\u{202e}'), "{err:?}");
    (out, err)
}

/// A block of a pcapng file: kind, body, both lengths.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    body.resize(body.len().next_multiple_of(4), 0);
    let len = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes()[..], &len, &body, &len].concat()
}

fn option(code: u16, text: &[u8]) -> Vec<u8> {
    let mut octets = [code.to_le_bytes(), (text.len() as u16).to_le_bytes()].concat();
    octets.extend(text);
    octets.resize(octets.len().next_multiple_of(4), 0);
    octets
}

/// The frames of a fixture as pcapng, with hostile texts wherever there is room for
/// one.
fn hostile_pcapng() -> Vec<u8> {
    let one = fs::read(root().join(fixture("03_server_closes_first.pcap"))).unwrap();
    let link = u32::from_le_bytes(one[20..24].try_into().unwrap());
    let comment = option(1, EVIL);
    let texts: Vec<u8> = [1, 2, 3, 4].iter().flat_map(|&code| option(code, EVIL)).collect();
    let section = [&[0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0][..], &[0xff; 8], &texts, &option(0, b"")].concat();
    let interface: Vec<u8> = [2, 3, 12, 15].iter().flat_map(|&code| option(code, EVIL)).collect();
    let interface = [&link.to_le_bytes()[..], &0_u32.to_le_bytes(), &interface, &option(0, b"")].concat();
    let mut file = [block(0x0a0d_0d0a, &section), block(1, &interface)].concat();
    let mut at = 24;
    while let Some(head) = one.get(at..at + 16) {
        let word = |n: usize| u32::from_le_bytes(head[4 * n..4 * n + 4].try_into().unwrap());
        let micros = u64::from(word(0)) * 1_000_000 + u64::from(word(1));
        let len = word(2);
        let data = &one[at + 16..at + 16 + len as usize];
        let words = [0, (micros >> 32) as u32, micros as u32, len, word(3)];
        let mut body = words.map(u32::to_le_bytes).concat();
        body.extend(data);
        body.resize(body.len().next_multiple_of(4), 0);
        file.extend(block(6, &[&body[..], &comment, &option(0, b"")].concat()));
        at += 16 + len as usize;
    }
    // Names of addresses, and a block that nobody knows.
    let name = [&[1, 0, 40, 0, 127, 0, 0, 1][..], &EVIL[..EVIL.len().min(36)]].concat();
    file.extend(block(4, &[&name[..], &[0; 8]].concat()));
    file.extend(block(0x0bad, EVIL));
    file
}

const FORMATS: [&[&str]; 7] = [
    &[],
    &["--format", "lines", "-v"],
    &["--format", "table", "-v"],
    &["--json"],
    &["--stats"],
    &["--stats", "--json"],
    &["--lang", "zh", "--format", "summary"],
];

#[test]
fn names_and_comments_in_a_file_are_not_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hostile.pcapng");
    fs::write(&path, hostile_pcapng()).unwrap();
    for format in FORMATS {
        let output = program().args(format).arg("-r").arg(&path).output().unwrap();
        let (out, err) = tame(&output);
        assert!(output.status.success(), "{format:?}: {err}");
        assert!(!out.is_empty() && !out.contains("owned"), "{format:?}: {out}");
    }
}

/// A path with every kind of character that a name can have.
fn hostile_path(folder: &tempfile::TempDir) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    folder.path().join(std::ffi::OsStr::from_bytes(EVIL))
}

#[test]
fn names_of_files_are_not_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    let path = hostile_path(&folder);
    // Not there; a folder; no capture; empty; damaged; sound.
    let sound = fs::read(root().join(fixture("03_server_closes_first.pcap"))).unwrap();
    let damaged = [&sound[..300], &[0xff; 64]].concat();
    let cases: [Option<&[u8]>; 5] = [None, Some(EVIL), Some(b""), Some(&damaged), Some(&sound)];
    for (nth, octets) in cases.into_iter().enumerate() {
        if let Some(octets) = octets {
            fs::write(&path, octets).unwrap();
        }
        for format in FORMATS {
            let output = program().args(format).arg("-r").arg(&path).output().unwrap();
            let (_, err) = tame(&output);
            assert_eq!(output.status.success(), nth == 4, "{nth} {format:?}: {err}");
            assert!(nth == 4 || err.contains("owned"), "the file is named: {err}");
        }
    }
    let nowhere = folder.path().join("no").join(path.file_name().unwrap());
    let file = fixture("03_server_closes_first.pcap");
    let output = program().args(["--json", "-r", &file, "-w"]).arg(nowhere).output().unwrap();
    assert!(tame(&output).1.contains("owned") && !output.status.success());
}

#[test]
fn words_of_the_command_line_are_not_obeyed() {
    use std::os::unix::ffi::OsStrExt;
    let evil = std::ffi::OsStr::from_bytes(EVIL);
    let text = "port 1 or \u{1b}[31mred\u{7}\u{9b}2J";
    let file = fixture("03_server_closes_first.pcap");
    for before in [&["-r", &file][..], &["--format"], &["--lang"], &["-i"], &["-Z"], &["explain"], &[]] {
        let output = program().args(before).arg(evil).output().unwrap();
        tame(&output);
        assert!(!output.status.success(), "{before:?}");
    }
    let output = program().args(["--json", "-r", &file, text]).output().unwrap();
    assert!(tame(&output).1.contains("red"));
}

#[test]
fn the_environment_is_not_obeyed() {
    use std::os::unix::ffi::OsStrExt;
    let evil = std::ffi::OsStr::from_bytes(EVIL);
    let file = fixture("03_server_closes_first.pcap");
    for name in ["LANG", "LC_ALL", "LC_MESSAGES", "TZ", "COLUMNS", "TERM", "NO_COLOR", "CLICOLOR_FORCE"] {
        for format in FORMATS {
            let output = program().env(name, evil).args(format).args(["-r", &file]).output().unwrap();
            if name != "CLICOLOR_FORCE" {
                tame(&output);
            }
            assert!(output.status.success(), "{name} {format:?}");
        }
    }
}

#[test]
fn what_is_quoted_in_json_reads_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a \"quoted\"\t\u{1b}[1m\\name\u{202e}\n.pcap");
    fs::copy(root().join(fixture("03_server_closes_first.pcap")), &path).unwrap();
    let output = program().args(["--json", "-r"]).arg(&path).output().unwrap();
    let (out, _) = tame(&output);
    let first: serde_json::Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    let sources = first.to_string();
    assert!(first["sources"][0] == path.to_str().unwrap() || !sources.contains("quoted"), "{first}");
}
