//! Servers and clients alone, on this machine.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, UdpSocket};
use std::process::{Child, Stdio};
use std::time::Duration;

use super::bench::{Said, finish, lab};

const LIMIT: Duration = Duration::from_secs(60);

/// A port that nobody has. It may be taken before it is used; hardly ever.
fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

/// A server, once it says that it listens.
fn server(kind: &str, port: &str, ready: &str) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = lab(&["--serve", kind, "--port", port, "--lang", "en"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains(ready) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "the server ended");
    }
    (child, lines)
}

fn client(kind: &str, port: &str, input: &str) -> Said {
    let mut child = lab(&["--connect", kind, "--port", port, "--lang", "en"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who is refused does not read it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = finish(child, LIMIT);
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn end(mut server: Child) {
    server.kill().unwrap();
    server.wait().unwrap();
}

/// The calls, without whose they are.
fn calls(text: &str) -> Vec<&str> {
    text.lines().map(|line| line.split_once("  ").map_or(line, |(_, call)| call.trim())).collect()
}

#[test]
fn an_echo_server_and_its_client_tell_their_calls() {
    let port = free_port();
    let (serving, mut lines) = server("echo", &port, "listen(");
    let said = client("echo", &port, "ab\n");
    assert_eq!(said.code, Some(0), "{}", said.err);
    let connect = format!("connect(127.0.0.1:{port})");
    assert_eq!(calls(&said.out), [connect.as_str(), "write(3)", "read() = 3", "close()"]);
    let mut told = String::new();
    while !told.contains("close()") {
        assert!(lines.read_line(&mut told).unwrap() > 0, "{told}");
    }
    let told = calls(&told);
    assert!(told[0].starts_with("accept() = 127.0.0.1:"), "{told:?}");
    assert_eq!(told[1..], ["read() = 3", "write(3)", "read() = 0", "close()"]);
    end(serving);
}

#[test]
fn a_file_is_taken_whole() {
    let port = free_port();
    let (serving, mut lines) = server("file", &port, "listen(");
    let said = client("file", &port, &"x".repeat(100_000));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let mut told = String::new();
    while !told.contains("close()") {
        assert!(lines.read_line(&mut told).unwrap() > 0, "{told}");
    }
    assert!(told.contains("= 100000 … 0"), "{told}");
    end(serving);
}

#[test]
fn datagrams_come_back_and_a_server_may_speak_first() {
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (serving, _lines) = server("udp", &port, "bind(");
    let said = client("udp", &port, "ab\n");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("read() = 3"), "{}", said.out);
    end(serving);
    let port = free_port();
    let (serving, _lines) = server("chat", &port, "listen(");
    let said = client("chat", &port, "");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(calls(&said.out)[1..], ["read() = 6", "close()"]);
    end(serving);
}

#[test]
fn without_a_server_it_is_an_error() {
    let said = client("echo", &free_port(), "ab\n");
    assert_eq!(said.code, Some(2));
    assert!(said.out.contains("= ECONNREFUSED"), "{}", said.out);
    assert!(said.err.contains("Connection refused"), "{}", said.err);
}
