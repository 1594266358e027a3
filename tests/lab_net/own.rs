//! Into a network of one's own.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use hsanalyze::lab::net::{self, Step, Why};

fn namespace(kind: &str) -> String {
    fs::read_link(format!("/proc/self/ns/{kind}")).unwrap().to_string_lossy().into_owned()
}

/// Ends with the reason, if there is no network of one's own to be had.
pub fn probe() {
    if let Err(refused) = net::enter() {
        eprintln!("{refused}");
        std::process::exit(1);
    }
}

/// The names of the interfaces.
fn interfaces() -> Vec<String> {
    let table = fs::read_to_string("/proc/self/net/dev").unwrap();
    table.lines().skip(2).map(|line| line.split(':').next().unwrap().trim().to_owned()).collect()
}

/// Another network, whose only interface carries connections.
pub fn network() {
    let before = namespace("net");
    net::enter().unwrap();
    assert_ne!(namespace("net"), before);
    assert!(interfaces().contains(&"lo".to_owned()));
    assert!(!interfaces().iter().any(|name| name.starts_with("eth") || name.starts_with("en")));
    let listener = TcpListener::bind("127.0.0.1:9877").unwrap();
    let mut client = TcpStream::connect("127.0.0.1:9877").unwrap();
    let (mut server, _) = listener.accept().unwrap();
    client.write_all(b"a\n").unwrap();
    let mut got = [0; 2];
    server.read_exact(&mut got).unwrap();
    assert_eq!(&got, b"a\n");
    // Below 1024 too: it is one's own network.
    TcpListener::bind("127.0.0.1:7").unwrap();
}

/// The user stays who it is; root needs no other.
pub fn user() {
    let (uid, gid) = (rustix::process::geteuid(), rustix::process::getegid());
    let before = namespace("user");
    net::enter().unwrap();
    assert_eq!((rustix::process::geteuid(), rustix::process::getegid()), (uid, gid));
    assert_eq!(namespace("user") == before, uid.is_root());
}

/// With a thread there is none, and nothing has changed.
pub fn refused() {
    let before = (namespace("net"), namespace("user"));
    let other = std::thread::spawn(std::thread::park);
    let refused = net::enter().unwrap_err();
    assert_eq!((refused.step, refused.why), (Step::Namespace, Why::Threads));
    assert_eq!((namespace("net"), namespace("user")), before);
    other.thread().unpark();
    other.join().unwrap();
    // Where the kernel allows no more of them, it says so.
    net::enter().unwrap();
    let uid = rustix::process::geteuid();
    if !uid.is_root() {
        fs::write("/proc/sys/user/max_user_namespaces", "0").unwrap();
        assert_eq!(net::enter().unwrap_err().why, Why::Limit);
    }
}
