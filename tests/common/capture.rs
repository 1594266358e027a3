//! Running captures.
#![cfg(all(unix, feature = "live"))]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use super::program;

/// A running capture, known to be catching packets.
pub struct Capture {
    pub child: Child,
    pub err: BufReader<std::process::ChildStderr>,
}

impl Capture {
    /// Starts the program and waits for its word that it is listening. `None`
    /// if capturing is not allowed here.
    pub fn start(args: &[&str]) -> Option<Capture> {
        Capture::of(program().args(args))
    }

    /// The same, of a program with its arguments.
    pub fn of(program: &mut Command) -> Option<Capture> {
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
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

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Waits for the end; what was printed to standard output and error.
    pub fn end(mut self) -> (String, String, Option<i32>) {
        let mut out = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        let mut err = String::new();
        self.err.read_to_string(&mut err).unwrap();
        (out, err, self.child.wait().unwrap().code())
    }
}

/// One echo over a new connection; the client closes first.
pub fn echo(listener: &TcpListener) {
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

/// A listener on a free port, and the filter for it.
pub fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let filter = format!("port {}", listener.local_addr().unwrap().port());
    (listener, filter)
}
