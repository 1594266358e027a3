//! Two hosts and the relay between them.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use hsanalyze::lab::net::{self, CLIENT, Fate, Kind, Rule, SERVER, TwoHosts, Way};
use hsanalyze::model::Flags;

const PORT: u16 = 9877;
const LIMIT: Duration = Duration::from_secs(20);
const TO_SERVER: Way = Way::ToServer;
const TO_CLIENT: Way = Way::ToClient;

fn at(address: std::net::Ipv4Addr, port: u16) -> SocketAddr {
    SocketAddr::V4(SocketAddrV4::new(address, port))
}

fn hosts() -> (TwoHosts, TcpListener) {
    net::enter().unwrap();
    let hosts = TwoHosts::new().unwrap();
    let listener = hosts.server.run(|| TcpListener::bind(at(SERVER, PORT))).unwrap().unwrap();
    (hosts, listener)
}

fn pair(listener: &TcpListener) -> (TcpStream, TcpStream) {
    let client = TcpStream::connect(at(SERVER, PORT)).unwrap();
    let (server, _) = listener.accept().unwrap();
    for socket in [&client, &server] {
        socket.set_read_timeout(Some(LIMIT)).unwrap();
        socket.set_nodelay(true).unwrap();
    }
    (client, server)
}

/// Octets that differ, so that a swapped or missing one is noticed.
fn octets(count: usize) -> Vec<u8> {
    (0..count).map(|n| u8::try_from(n * 7 % 251).unwrap()).collect()
}

fn carry(mut from: TcpStream, mut to: TcpStream, count: usize) -> (TcpStream, TcpStream) {
    let sent = octets(count);
    let expected = sent.clone();
    let writer = thread::spawn(move || {
        from.write_all(&sent).unwrap();
        from
    });
    let mut got = vec![0; count];
    to.read_exact(&mut got).unwrap();
    assert_eq!(got, expected);
    (writer.join().unwrap(), to)
}

/// What is written arrives, in segments that fit on a wire; then all is gone.
pub fn carries() {
    let (hosts, listener) = hosts();
    assert!(TcpListener::bind(at(SERVER, PORT)).is_err(), "the server is another machine");
    let (client, server) = pair(&listener);
    assert_eq!(server.peer_addr().unwrap().ip(), CLIENT);
    let (client, server) = carry(client, server, 300_000);
    carry(server, client, 300_000);
    for way in [TO_SERVER, TO_CLIENT] {
        let segments = hosts.relay.seen(way, Kind::Data);
        assert!(segments >= 300_000_usize.div_ceil(1460), "{segments} segments {way:?}");
        let first = hosts.relay.wait(way, Kind::Data, 1, LIMIT).unwrap();
        assert!(first.len <= 1460, "{first:?}");
    }
    drop((hosts, listener));
    // One that was joined is listed until the kernel has taken it away.
    let threads = || fs::read_dir("/proc/self/task").unwrap().count();
    (0..100_000).take_while(|_| threads() > 1).for_each(|_| thread::yield_now());
    assert_eq!(threads(), 1, "threads are left");
    let table = fs::read_to_string("/proc/self/net/dev").unwrap();
    assert!(!table.contains("client"), "{table}");
    // And once more in the same process.
    TwoHosts::new().unwrap();
}

/// Each kind is lost when a rule says so, and only then.
pub fn loses() {
    let (hosts, listener) = hosts();
    let relay = &hosts.relay;
    relay.rule(Rule::first(TO_SERVER, Kind::Syn, Fate::Drop));
    relay.rule(Rule::first(TO_CLIENT, Kind::SynAck, Fate::Drop));
    relay.rule(Rule::nth(TO_SERVER, Kind::Data, 2, Fate::Drop));
    relay.rule(Rule::first(TO_SERVER, Kind::Fin, Fate::Drop));
    let (client, server) = pair(&listener);
    assert!(relay.seen(TO_SERVER, Kind::Syn) >= 2);
    assert!(relay.seen(TO_CLIENT, Kind::SynAck) >= 2);
    let (client, mut server) = carry(client, server, 8000);
    assert!(relay.seen(TO_SERVER, Kind::Data) >= 7, "8000 octets are six segments, and one again");
    drop(client);
    assert_eq!(server.read(&mut [0]).unwrap(), 0);
    assert!(relay.seen(TO_SERVER, Kind::Fin) >= 2);
}

/// Twice, swapped and late: what is read is the same.
pub fn shuffles() {
    let (hosts, listener) = hosts();
    let (client, server) = pair(&listener);
    hosts.relay.rule(Rule::nth(TO_SERVER, Kind::Data, 2, Fate::Twice));
    hosts.relay.rule(Rule::nth(TO_SERVER, Kind::Data, 4, Fate::AfterNext));
    hosts.relay.rule(Rule::nth(TO_SERVER, Kind::Data, 6, Fate::Delay(Duration::from_millis(30))));
    let (client, server) = carry(client, server, 20_000);
    hosts.relay.no_rules();
    // Cut off, it is sent again; mended, it arrives.
    hosts.relay.cut(TO_SERVER);
    let before = hosts.relay.seen(TO_SERVER, Kind::Data);
    (&client).write_all(b"late").unwrap();
    hosts.relay.wait(TO_SERVER, Kind::Data, before + 2, LIMIT).unwrap();
    hosts.relay.mend();
    let mut got = [0; 4];
    (&server).read_exact(&mut got).unwrap();
    assert_eq!(&got, b"late");
}

/// What a stranger writes is taken for the peer's, or is not (RFC 5961).
pub fn forges() {
    let (hosts, listener) = hosts();
    let (client, server) = pair(&listener);
    let (_client, mut server) = carry(client, server, 100);
    let acks = hosts.relay.seen(TO_CLIENT, Kind::Ack);
    hosts.relay.inject(TO_SERVER, Flags::RST, 1000).unwrap();
    hosts.relay.wait(TO_CLIENT, Kind::Ack, acks + 1, LIMIT).unwrap();
    hosts.relay.inject(TO_SERVER, Flags::RST, 0).unwrap();
    let error = server.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

/// Both connect before either hears of the other (RFC 9293 Figure 8).
pub fn holds() {
    let (hosts, listener) = hosts();
    drop(listener);
    let open = || {
        let socket =
            rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::STREAM, None);
        let socket = socket.unwrap();
        rustix::net::sockopt::set_socket_reuseaddr(&socket, true).unwrap();
        socket
    };
    let (client, server) = (open(), hosts.server.run(open).unwrap());
    rustix::net::bind(&client, &at(CLIENT, 40_000)).unwrap();
    rustix::net::bind(&server, &at(SERVER, PORT)).unwrap();
    hosts.relay.hold();
    let one = thread::spawn(move || rustix::net::connect(&client, &at(SERVER, PORT)).map(|()| client));
    let two = thread::spawn(move || rustix::net::connect(&server, &at(CLIENT, 40_000)).map(|()| server));
    hosts.relay.wait(TO_SERVER, Kind::Syn, 1, LIMIT).unwrap();
    // One of them is sent again before it is let go, and arrives once.
    hosts.relay.wait(TO_CLIENT, Kind::Syn, 2, LIMIT).unwrap();
    hosts.relay.release();
    let (client, server) = (one.join().unwrap().unwrap(), two.join().unwrap().unwrap());
    rustix::io::write(&client, b"hello").unwrap();
    let mut got = [0; 5];
    rustix::io::read(&server, &mut got[..]).unwrap();
    assert_eq!(&got, b"hello");
}

/// The first number may be chosen, and a socket may vanish without a word.
pub fn repairs() {
    let (hosts, listener) = hosts();
    let socket = rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::STREAM, None);
    let client = socket.unwrap();
    net::repair::choose_isn(&client, 0xffff_fff0).unwrap();
    rustix::net::connect(&client, &at(SERVER, PORT)).unwrap();
    let syn = hosts.relay.wait(TO_SERVER, Kind::Syn, 1, LIMIT).unwrap();
    assert_eq!(syn.seq.raw(), 0xffff_fff0);
    let (server, _) = listener.accept().unwrap();
    let (client, server) = carry(TcpStream::from(client), server, 100);
    net::repair::vanish(&client).unwrap();
    drop(client);
    // Nobody is there any more: what the server sends is answered by a reset.
    (&server).write_all(b"?").unwrap();
    hosts.relay.wait(TO_SERVER, Kind::Rst, 1, LIMIT).unwrap();
    assert_eq!(hosts.relay.seen(TO_SERVER, Kind::Fin), 0);
}

/// System controls are those of one machine.
pub fn controls() {
    let (hosts, _listener) = hosts();
    let name = "net.ipv4.tcp_syn_retries";
    let before = hosts.client.get(name).unwrap();
    hosts.server.set(name, "2").unwrap();
    assert_eq!(hosts.server.get(name).unwrap(), "2");
    assert_eq!(hosts.client.get(name).unwrap(), before);
    assert!(!hosts.server.try_set("net.ipv4.no_such_control", "1"));
}
