//! The stage of an experiment: steps that most of them take, what the relay between two
//! hosts does, and what sockets do that only experiments need.

use std::io;
use std::time::Duration;

use super::net::{Kind, Rule, Sight, TwoHosts, Way, repair};
use super::socket::Socket;
use super::stage::Stage;
use super::wire::Seen;
use crate::lang::Actor;
use crate::model::Flags;

/// How long the relay may wait for a segment that must come, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The port of the servers.
const PORT: u16 = 9877;

impl Stage {
    /// A server on its host, listening.
    ///
    /// # Errors
    /// The system refuses.
    pub fn listening(&self) -> io::Result<Socket> {
        let server = self.tcp(Actor::Server)?;
        server.bind(self.server_at(PORT))?;
        server.listen(16)?;
        Ok(server)
    }

    /// A connection to such a server, accepted: the server, the client, and the
    /// server's end.
    ///
    /// # Errors
    /// As of the calls.
    pub fn established(&self) -> io::Result<(Socket, Socket, Socket)> {
        let server = self.listening()?;
        let client = self.tcp(Actor::Client)?;
        client.connect(self.server_at(PORT))?;
        let served = server.accept()?;
        Ok((server, client, served))
    }

    /// Waits until the `nth` conversation is closed, the last acknowledgment seen.
    ///
    /// # Errors
    /// It is not in time.
    pub fn closed(&self, nth: usize) -> anyhow::Result<()> {
        self.until("the last acknowledgment", |wire| wire.shows(nth, Seen::is_closed))
    }

    /// Has both hosts wait a second before they send anything again. A busy machine
    /// makes segments late, and where timers are not the matter none shall be taken
    /// for lost.
    ///
    /// # Errors
    /// There is no second host.
    pub fn no_haste(&self) -> anyhow::Result<()> {
        let (hosts, name, second) = (self.hosts()?, "net.ipv4.tcp_rto_min_us", "1000000");
        let both = || hosts.client.set(name, second).and_then(|()| hosts.server.set(name, second));
        // Older kernels have no such setting.
        let _ = self.call(Actor::Kernel, format!("{name} = {second}"), both, |()| None);
        Ok(())
    }

    fn relay(&self, what: String, act: impl FnOnce(&TwoHosts) -> io::Result<()>) -> anyhow::Result<()> {
        let hosts = self.hosts()?;
        Ok(self.call(Actor::Network, what, || act(hosts), |()| None)?)
    }

    /// Has the relay obey a rule from now on.
    ///
    /// # Errors
    /// There is no relay.
    pub fn rule(&self, rule: Rule) -> anyhow::Result<()> {
        self.relay(rule.to_string(), |hosts| {
            hosts.relay.rule(rule.clone());
            Ok(())
        })
    }

    /// Has the relay hold everything back.
    ///
    /// # Errors
    /// There is no relay.
    pub fn hold(&self) -> anyhow::Result<()> {
        self.relay("hold".into(), |hosts| {
            hosts.relay.hold();
            Ok(())
        })
    }

    /// Has the relay let go on what it held back.
    ///
    /// # Errors
    /// There is no relay.
    pub fn release(&self) -> anyhow::Result<()> {
        self.relay("release".into(), |hosts| {
            hosts.relay.release();
            Ok(())
        })
    }

    /// Cuts the cable, both ways.
    ///
    /// # Errors
    /// There is no relay.
    pub fn cut(&self) -> anyhow::Result<()> {
        self.relay("cut C > S, S > C".into(), |hosts| {
            hosts.relay.cut(Way::ToServer);
            hosts.relay.cut(Way::ToClient);
            Ok(())
        })
    }

    /// Has a stranger write to the server in the client's name, at this distance from
    /// the number that the server expects.
    ///
    /// # Errors
    /// There is no relay, or nothing was sent so far.
    pub fn forge(&self, flags: Flags, offset: i32) -> anyhow::Result<()> {
        let what = format!("forge C > S [{}] {offset:+}", flags.tcpdump());
        self.relay(what, |hosts| hosts.relay.inject(Way::ToServer, flags, offset).map(drop))
    }

    /// Waits for the `n`-th segment of a kind at the relay, whatever becomes of it.
    ///
    /// # Errors
    /// It does not come.
    pub fn passing(&self, way: Way, kind: Kind, n: usize) -> anyhow::Result<Sight> {
        Ok(self.hosts()?.relay.wait(way, kind, n, PATIENCE)?)
    }
}

impl Socket {
    /// Chooses the number of its SYN (`TCP_REPAIR`, for who restores connections).
    ///
    /// # Errors
    /// Not permitted, or the kernel cannot.
    pub fn choose_isn(&self, isn: u32) -> io::Result<()> {
        let set = |fd: std::os::fd::BorrowedFd<'_>| repair::choose_isn(&fd, isn);
        self.call(format!("setsockopt(TCP_QUEUE_SEQ, {isn})"), set, |()| None)
    }

    /// Waits for what it does again (no `O_NONBLOCK`).
    ///
    /// # Errors
    /// The socket is closed.
    pub fn patiently(&self) -> io::Result<()> {
        Ok(rustix::io::ioctl_fionbio(self.fd()?, false)?)
    }

    /// Is gone without a word, as in a power cut (`TCP_REPAIR`, then close).
    ///
    /// # Errors
    /// Not permitted, or the kernel cannot.
    pub fn vanish(self) -> io::Result<()> {
        self.call("setsockopt(TCP_REPAIR)".into(), |fd| repair::vanish(fd), |()| None)?;
        self.close()
    }
}
