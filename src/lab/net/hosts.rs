//! Two hosts and a relay between them:
//!
//! ```text
//!   client                     relay                      server
//!   10.9.0.1 ── client ═══ left      right ═══ server ── 10.9.0.2
//! ```
//!
//! The client is the process's own network, so that a capture there needs nothing
//! more; each of the others is a network namespace with a thread in it.

use std::io;
use std::net::Ipv4Addr;
use std::os::fd::AsFd as _;
use std::time::Duration;

use super::link::{self, Mac, Watch};
use super::{Host, Relay, Way};

/// The client's address.
pub const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 1);
/// The server's address.
pub const SERVER: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 2);
/// The client's interface to the relay, and the server's.
pub const INTERFACES: [&str; 2] = ["client", "server"];

/// The relay's interfaces.
const ENDS: [&str; 2] = ["left", "right"];
/// Hardware addresses of the client and the server: of nobody's making.
const MACS: [Mac; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];
/// And of the relay's ends.
const END_MACS: [Mac; 2] = [[2, 0, 0, 0, 1, 1], [2, 0, 0, 0, 1, 2]];

/// How long a cable may take to carry anything.
const PATIENCE: Duration = Duration::from_secs(5);

/// Source and destination of what goes this way.
pub(super) fn addresses(way: Way) -> (Ipv4Addr, Ipv4Addr) {
    match way {
        Way::ToServer => (CLIENT, SERVER),
        Way::ToClient => (SERVER, CLIENT),
    }
}

/// Hardware addresses of source and destination.
pub(super) fn macs(way: Way) -> (Mac, Mac) {
    (MACS[way.index()], MACS[way.back().index()])
}

/// Two hosts and a relay between them. All of it is gone when it is dropped.
#[derive(Debug)]
pub struct TwoHosts {
    /// The relay, stopped before its machine goes.
    pub relay: Relay,
    /// The process's own network.
    pub client: Host,
    /// The other machine.
    pub server: Host,
    /// The relay's machine.
    _between: Host,
}

impl TwoHosts {
    /// Lays the cables and starts the relay. When this returns, segments arrive.
    ///
    /// # Errors
    /// The process is not in a network of its own ([`super::enter()`]), the kernel has
    /// no `veth` interfaces or no packet sockets, or one of the names is taken.
    pub fn new() -> io::Result<TwoHosts> {
        let (client, server, between) = (Host::here()?, Host::new("server")?, Host::new("relay")?);
        for host in [&client, &server, &between] {
            // Nobody asks for routers here.
            host.try_set("net.ipv6.conf.default.disable_ipv6", "1");
        }
        let watch = between.run(Watch::new)??;
        for (place, host) in [&client, &server].into_iter().enumerate() {
            lay(host, &between, place)?;
        }
        between.run(move || watch.working(&ENDS, PATIENCE))??;
        let relay = Relay::start(&between, ENDS)?;
        Ok(TwoHosts { relay, client, server, _between: between })
    }
}

impl Drop for TwoHosts {
    fn drop(&mut self) {
        // The kernel takes its time to remove the other networks, and the cable with
        // them; a next pair of hosts needs the name. If it is gone it is gone.
        let _ = self.client.run(|| link::remove(INTERFACES[0]));
    }
}

/// A cable between a host and the relay. The relay's end is up first: so the host's
/// works at once, and the relay's is waited for.
fn lay(host: &Host, between: &Host, place: usize) -> io::Result<()> {
    let (name, end) = (INTERFACES[place], ENDS[place]);
    let network = between.network().try_clone_to_owned()?;
    let no_cable = |error: io::Error| io::Error::new(error.kind(), format!("no veth interfaces: {error}"));
    let ends = ((name, MACS[place]), (end, END_MACS[place]));
    host.run(move || link::cable(ends.0, ends.1, network.as_fd()))?.map_err(no_cable)?;
    between.run(move || {
        link::one_by_one(end)?;
        link::up(end)
    })??;
    host.run(move || {
        link::one_by_one(name)?;
        link::up(name)?;
        link::address(name, [CLIENT, SERVER][place])?;
        link::neighbour(name, [SERVER, CLIENT][place], MACS[1 - place])
    })?
}
