//! Live capture on loopback with a real client and server. Needs the right to
//! capture; without it each test says so and does nothing.
#![cfg(all(unix, feature = "live"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use common::program;

/// A running capture, known to be catching packets.
struct Capture {
    child: Child,
    err: BufReader<std::process::ChildStderr>,
}

impl Capture {
    /// Starts the program and waits for its word that it is listening. `None`
    /// if capturing is not allowed here.
    fn start(args: &[&str]) -> Option<Capture> {
        let mut child = program().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        err.read_line(&mut line).unwrap();
        if line.starts_with("listening on ") {
            return Some(Capture { child, err });
        }
        err.read_to_string(&mut line).unwrap();
        assert!(line.contains("no permission"), "no capture, and not for want of permission: {line}");
        eprintln!("skipped: capturing is not allowed here: {line}");
        child.wait().unwrap();
        None
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Waits for the end; what was printed to standard output and error.
    fn end(mut self) -> (String, String, Option<i32>) {
        let mut out = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        let mut err = String::new();
        self.err.read_to_string(&mut err).unwrap();
        (out, err, self.child.wait().unwrap().code())
    }
}

/// One echo over a new connection; the client closes first.
fn echo(listener: &TcpListener) {
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut server, _) = listener.accept().unwrap();
    let mut line = [0; 6];
    client.write_all(b"hello\n").unwrap();
    server.read_exact(&mut line).unwrap();
    server.write_all(&line).unwrap();
    client.read_exact(&mut line).unwrap();
    drop(client);
    assert_eq!(server.read(&mut line).unwrap(), 0);
}

fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let filter = format!("port {}", listener.local_addr().unwrap().port());
    (listener, filter)
}

#[test]
fn nothing_is_lost_from_the_first_packet_to_the_signal() {
    let (server, filter) = listener();
    for signal in ["INT", "TERM", "HUP"] {
        let Some(capture) = Capture::start(&["-i", "lo", "--json", &filter]) else { return };
        // At once: "listening" must mean it.
        echo(&server);
        capture.signal(signal);
        let (out, err, code) = capture.end();
        assert_eq!(code, Some(0), "SIG{signal}: {err}");
        let objects: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
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
