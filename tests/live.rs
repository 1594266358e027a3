//! Live capture on loopback with a real client and server. Needs the right to
//! capture; without it each test says so and does nothing.
#![cfg(all(unix, feature = "live"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::io::{BufRead, BufReader};

use common::capture::{Capture, echo, listener};

#[test]
fn nothing_is_lost_from_the_first_packet_to_the_signal() {
    let (server, filter) = listener();
    for signal in common::signals() {
        let Some(capture) = Capture::start(&["-i", "lo", "--json", &filter]) else { return };
        // At once: "listening" must mean it.
        echo(&server);
        capture.signal(signal);
        let (out, err, code) = capture.end();
        assert_eq!(code, Some(0), "SIG{signal}: {err}");
        let objects = common::objects(&out);
        let conversation = objects.iter().find(|o| o["type"] == "conversation").expect("a conversation");
        assert_eq!(conversation["opening"], "complete");
        let first = objects.iter().find(|o| o["type"] == "segment").unwrap();
        assert_eq!(
            (&first["flags"], &first["frame"]),
            (&"S".into(), &1.into()),
            "loopback frames count once"
        );
        assert_eq!(conversation["copies"], 0);
        let end = objects.last().unwrap();
        assert_eq!((&end["type"], &end["dropped_by_kernel"]), (&"end".into(), &0.into()));
    }
}

#[test]
fn a_line_comes_at_once_and_the_verdict_with_the_last_segment() {
    let (server, filter) = listener();
    let Some(mut capture) = Capture::start(&["-i", "lo", "-l", &filter]) else { return };
    echo(&server);
    let mut lines = BufReader::new(capture.child.stdout.take().unwrap()).lines();
    let mut seen = Vec::new();
    // Waits for the verdict, not for a time: it must come while the capture runs.
    for line in lines.by_ref() {
        seen.push(line.unwrap());
        if seen.last().unwrap().contains("closed") && seen.last().unwrap().starts_with(';') {
            break;
        }
    }
    assert!(seen[0].contains("Flags [S]") && seen[0].contains("; #1 client SYN"), "{seen:?}");
    capture.signal("INT");
    assert!(lines.all(|line| line.is_ok()));
    assert_eq!(capture.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_count_ends_the_capture() {
    let (server, filter) = listener();
    let Some(capture) = Capture::start(&["-i", "lo", "-c", "3", "--format", "lines", &filter]) else {
        return;
    };
    echo(&server);
    let (out, err, code) = capture.end();
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(out.lines().filter(|line| line.contains("Flags [")).count(), 3, "{out}");
    assert!(err.contains("3 frames"), "{err}");
}

#[test]
fn a_quiet_interface_ends_on_time() {
    let (_server, filter) = listener();
    let Some(capture) = Capture::start(&["-i", "lo", "--for", "300ms", &filter]) else { return };
    let (out, err, code) = capture.end();
    assert_eq!((out.as_str(), code), ("", Some(0)), "{err}");
    assert!(err.contains("0 frames"), "{err}");
}

#[test]
fn what_is_saved_can_be_read_again() {
    let (server, filter) = listener();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved.pcap");
    let file = file.to_str().unwrap();
    let Some(capture) = Capture::start(&["-i", "lo", "-w", file, "--json", &filter]) else { return };
    echo(&server);
    capture.signal("INT");
    let (live, err, code) = capture.end();
    assert_eq!(code, Some(0), "{err}");
    let again = common::stdout(&["--json", "-r", file]);
    let segments = |text: &str| {
        text.lines().filter(|l| l.contains("\"type\":\"segment\"")).map(str::to_string).collect::<Vec<_>>()
    };
    assert!(segments(&live).len() >= 8);
    assert_eq!(segments(&live), segments(&again));
}

#[test]
fn a_missing_interface_is_not_called_forbidden() {
    let output = common::run(&["-i", "nosuch0"]);
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(err.starts_with("hsanalyze: nosuch0: no such interface"), "{err}");
}
