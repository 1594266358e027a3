//! Bad input gets a clear error: what, why, what to do. And the habits of a
//! well-behaved command.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::io::Write;
use std::process::Stdio;

use common::{fixture, program, run, stdout};

/// What a failing run says on standard error; it must exit with 2.
fn complaint(args: &[&str]) -> String {
    let output = run(args);
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {err}");
    err
}

#[test]
fn each_mistake_has_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    std::fs::write(path("empty"), b"").unwrap();
    std::fs::write(path("words"), b"this is not a capture at all, it is a text\n").unwrap();
    // Link type 147 is reserved for private use.
    let unsupported =
        [&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0][..], &[0; 8], &[0, 0, 4, 0, 147, 0, 0, 0]].concat();
    std::fs::write(
        path("private"),
        [&unsupported[..], &[0; 8], &[4, 0, 0, 0, 4, 0, 0, 0], &[1, 2, 3, 4]].concat(),
    )
    .unwrap();
    let one = fixture("01_normal_4seg.pcap");
    let cases: &[(&[&str], &str)] = &[
        (&[], "nothing to analyze"),
        (&["-r", "nosuch.pcap"], "hsanalyze: nosuch.pcap: no such file\n"),
        (&["-r", &path("empty")], "the file is empty"),
        (&["-r", &path("words")], "not a pcap or pcapng capture, it seems to be text"),
        (&["-r", "src"], "hsanalyze: src: is a directory"),
        (&["-r", &one, "-i", "lo"], "-r and -i"),
        (&["--frobnicate"], "--frobnicate: no such option"),
        (&["-r", &one, "tcp", "prot", "80"], "  tcp prot 80\n      ^^^^\n"),
        (&["-r", &one, "-X"], "tcpdump has -X"),
        (&["explan", "syn"], "did you mean the subcommand explain?"),
        (&["explain", "half-close"], "explain: half-close: no such topic\n\nhint: did you mean half-closed"),
        (&["explain", "--lang", "xx"], "usage: hsanalyze explain"),
        (&["-i", "nosuch0"], "hsanalyze: nosuch0: no such interface\n"),
        (&["-r", &one, "-c", "0"], "-c"),
        (&["-r", &one, "--format", "tabel"], "tabel"),
    ];
    for (args, expected) in cases {
        let err = complaint(args);
        assert!(err.contains(expected), "{args:?} should say {expected:?}:\n{err}");
        assert!(err.starts_with("hsanalyze: "), "{err}");
    }
    let err = complaint(&["-r", &path("private")]);
    assert!(err.contains("link type 147") && err.contains("1 frame skipped: 1 not decoded"), "{err}");
}

#[test]
fn everything_before_the_damage_is_shown() {
    let output = run(&["--json", "-r", &fixture("27i_truncated_last_packet.pcap")]);
    assert_eq!(output.status.code(), Some(2));
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(out.lines().filter(|line| line.contains("\"type\":\"segment\"")).count(), 9);
    assert!(out.lines().last().unwrap().contains("\"type\":\"end\""));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("at octet 782"), "{err}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    // Gone before the program starts, so that nothing hangs on who is faster.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = program()
        .args(["--format", "lines", "-r", &fixture("11c_syncookies_burst60.pcap")])
        .stdout(writer)
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), err.as_str()), (Some(0), ""));
}

#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program()
        .args(["--json", "-r", &fixture("01_normal_4seg.pcap")])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.starts_with("hsanalyze: standard output: cannot be written\n  No space left"), "{err}");
}

#[test]
fn standard_input_is_a_capture_too() {
    let name = fixture("27k_gzip.pcap.gz");
    let mut child =
        program().args(["--json", "-r", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&std::fs::read(common::root().join(&name)).unwrap()).unwrap();
    let piped = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let read = stdout(&["--json", "-r", &name]);
    let body = |text: &str| text.lines().skip(1).map(str::to_string).collect::<Vec<_>>();
    assert!(body(&read).len() > 5);
    assert_eq!(body(&piped), body(&read));
}

#[test]
fn several_files_are_one_capture_in_time_order() {
    let (early, late) = (fixture("01_normal_4seg.pcap"), fixture("03_server_closes_first.pcap"));
    let one = stdout(&["--json", "-r", &early, "-r", &late]);
    let other = stdout(&["--json", "-r", &late, "-r", &early]);
    let body = |text: &str| text.lines().skip(1).map(str::to_string).collect::<Vec<_>>();
    assert_eq!(body(&one), body(&other));
    assert_eq!(one.lines().filter(|line| line.contains("\"type\":\"conversation\"")).count(), 2);
    assert!(one.lines().last().unwrap().contains("\"frames\":20"), "{one}");
}

#[test]
fn the_filter_takes_one_word_or_many_and_options_after_it() {
    let file = fixture("14_tfo.pcap");
    let many = stdout(&["-r", &file, "tcp", "port", "40002", "-S", "--ascii"]);
    let one = stdout(&["-S", "--ascii", "-r", &file, "tcp port 40002"]);
    assert_eq!(many, one);
    assert!(many.contains("127.0.0.1:40002") && !many.contains("127.0.0.1:40001"));
    assert!(many.is_ascii(), "{many}");
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let file = fixture("03_server_closes_first.pcap");
    assert!(!stdout(&["-r", &file]).contains('\u{1b}'));
    assert!(stdout(&["-r", &file, "--color", "always"]).contains("\u{1b}["));
    let forced = program().args(["-r", &file]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(forced.stdout.contains(&0x1b));
    let never =
        program().args(["-r", &file]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!never.stdout.contains(&0x1b));
}

#[test]
fn what_is_saved_from_a_file_is_what_passed_the_filter() {
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("saved.pcap");
    let saved = saved.to_str().unwrap();
    let all = stdout(&["--json", "-r", &fixture("14_tfo.pcap"), "-w", saved, "port", "40002"]);
    let again = stdout(&["--json", "-r", saved]);
    let steps = |text: &str| text.lines().filter(|line| line.contains("\"steps\"")).count();
    assert!(steps(&all) > 5);
    assert_eq!(steps(&all), steps(&again));
}
