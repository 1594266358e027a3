//! Faults during a live capture: an interface that goes away, a reader that
//! does not keep up, a disk that is full. Needs the right to capture.
#![cfg(all(target_os = "linux", feature = "live"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use common::capture::{Capture, echo, listener};
use common::{have, program, root_user};

/// The last JSON line.
fn end_of(out: &str) -> serde_json::Value {
    serde_json::from_str(out.lines().last().unwrap()).unwrap()
}

/// A capture on an interface in a network of its own; `setup` makes it.
fn in_own_network(setup: &str, args: &str) -> Option<Capture> {
    if !root_user() || !have("ip") || !have("nsenter") {
        return None;
    }
    let script = format!("{setup} && exec \"$0\" {args}");
    let mut unshare = Command::new("unshare");
    unshare.args(["-n", "sh", "-ec", &script, env!("CARGO_BIN_EXE_hsanalyze")]).stdin(Stdio::null());
    Capture::of(&mut unshare)
}

/// Runs a command in the capture's network.
fn there(capture: &Capture, command: &str) {
    let target = format!("--net=/proc/{}/ns/net", capture.child.id());
    assert!(
        Command::new("nsenter").args([&target, "sh", "-c", command]).status().unwrap().success(),
        "{command}"
    );
}

#[test]
fn an_interface_that_goes_away_ends_the_capture_with_all_that_was_seen() {
    let setup = "ip link add hs0 type veth peer name hs1 && ip link set hs0 up && ip link set hs1 up \
                 && ip address add 192.0.2.1/24 dev hs0 && ip neighbour add 192.0.2.2 dev hs0 lladdr 2:0:0:0:0:2";
    for (end, says) in [
        ("ip link delete hs1", "hs0: the interface disappeared"),
        ("ip link set hs0 down", "hs0: the interface went down"),
    ] {
        let Some(mut capture) = in_own_network(setup, "-l -i hs0 tcp") else { return };
        // A SYN that nobody answers.
        there(&capture, "timeout 1 bash -c ': > /dev/tcp/192.0.2.2/9877' || true");
        let mut out = BufReader::new(capture.child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.contains("192.0.2.2.9877: Flags [S]"), "{line}");
        there(&capture, end);
        let (mut rest, mut err) = (String::new(), String::new());
        out.read_to_string(&mut rest).unwrap();
        capture.err.read_to_string(&mut err).unwrap();
        assert_eq!(capture.child.wait().unwrap().code(), Some(2), "{err}");
        assert!(err.contains(says) && err.contains("all packets before were analyzed"), "{err}");
        assert!(rest.contains("192.0.2.2:9877") && err.contains("1 conversation"), "{rest}{err}");
    }
}

/// Sends so many small segments over one connection, and closes it.
fn chatter(server: &TcpListener, segments: usize) {
    let mut client = TcpStream::connect(server.local_addr().unwrap()).unwrap();
    client.set_nodelay(true).unwrap();
    let (mut served, _) = server.accept().unwrap();
    let mut byte = [0];
    for _ in 0..segments {
        client.write_all(b"x").unwrap();
        served.read_exact(&mut byte).unwrap();
    }
}

#[test]
fn a_reader_that_does_not_keep_up_is_told_what_was_lost() {
    let (server, filter) = listener();
    let Some(mut capture) = Capture::start(&["-i", "lo", "-B", "64", "--json", &filter]) else { return };
    // Nobody reads: the pipe fills up, then the kernel's buffer.
    chatter(&server, 4000);
    let out = capture.child.stdout.take().unwrap();
    let mut lines = BufReader::new(out).lines().map(Result::unwrap);
    let mut seen: Vec<String> = lines.by_ref().take(50).collect();
    capture.signal("INT");
    seen.extend(lines);
    let end: serde_json::Value = serde_json::from_str(seen.last().unwrap()).unwrap();
    let (frames, dropped) = (end["frames"].as_u64().unwrap(), end["dropped_by_kernel"].as_u64().unwrap());
    // Every frame was seen or is counted as dropped.
    assert!(dropped > 0 && frames + dropped >= 4000, "{end}");
    let conversation = seen.iter().find(|line| line.contains("\"type\":\"conversation\"")).unwrap();
    assert!(conversation.contains("kernel-drops"), "{conversation}");
    let mut err = String::new();
    capture.err.read_to_string(&mut err).unwrap();
    assert_eq!((capture.child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}

#[test]
fn drops_are_said_in_words_too_and_while_the_capture_runs() {
    let (server, filter) = listener();
    let Some(mut capture) = Capture::start(&["-i", "lo", "-B", "64", &filter]) else { return };
    chatter(&server, 4000);
    let mut lines = BufReader::new(capture.child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let taken: Vec<String> = lines.by_ref().take(50).collect();
    assert!(taken[0].contains("Flags [S]"), "{taken:?}");
    capture.signal("INT");
    let rest: Vec<String> = lines.collect();
    let mut err = String::new();
    capture.err.read_to_string(&mut err).unwrap();
    assert_eq!(capture.child.wait().unwrap().code(), Some(0), "{err}");
    assert!(err.contains("dropped by the kernel"), "{err}");
    assert!(rest.iter().any(|line| line.contains("the kernel dropped frames")), "{:?}", rest.last());
}

#[test]
fn a_full_disk_ends_a_live_capture_and_what_was_seen_is_told() {
    let (server, filter) = listener();
    let folder = tempfile::tempdir().unwrap();
    // The header fits, the first packet does not: the limit is of the file's size.
    let file = folder.path().join("saved.pcap");
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_hsanalyze")])
        .args(["-i", "lo", "--json", "-U", "-w", file.to_str().unwrap(), &filter])
        .stdin(Stdio::null());
    let Some(capture) = Capture::of(&mut limited) else { return };
    for _ in 0..3 {
        echo(&server);
    }
    let (out, err, code) = capture.end();
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("saved.pcap: cannot be written to any more"), "{err}");
    let saved = common::stdout(&["--json", "-r", file.to_str().unwrap()]);
    assert!(err.contains(&format!("the first {} packets", end_of(&saved)["frames"])), "{err}");
    assert!(end_of(&out)["frames"].as_u64() > end_of(&saved)["frames"].as_u64(), "{out}");
}

#[test]
fn a_full_standard_output_ends_a_live_capture() {
    let (server, filter) = listener();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut child =
        program().args(["-i", "lo", "--json", &filter]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut text = String::new();
    err.read_line(&mut text).unwrap();
    if text.contains("no permission") {
        child.wait().unwrap();
        return eprintln!("skipped: capturing is not allowed here: {text}");
    }
    echo(&server);
    err.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(2), "{text}");
    assert!(text.contains("standard output: cannot be written\n  No space left"), "{text}");
}

#[test]
fn a_quiet_interface_hardly_wakes_the_program() {
    let (_server, filter) = listener();
    let Some(mut capture) = Capture::start(&["-i", "lo", "--for", "2s", &filter]) else { return };
    let status = format!("/proc/{}/status", capture.child.id());
    let slept = || -> u64 {
        let status = std::fs::read_to_string(&status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
        line.trim().parse().unwrap()
    };
    let before = slept();
    // The end of its output is its end; who it was can be asked until `wait`.
    capture.child.stdout.take().unwrap().read_to_string(&mut String::new()).unwrap();
    let times = slept() - before;
    assert!(times < 20, "it went to sleep {times} times in 2 s");
    assert_eq!(capture.child.wait().unwrap().code(), Some(0));
}
