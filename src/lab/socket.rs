//! Sockets that write down what is done with them: an experiment reads as the C
//! program of a textbook does.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::net::sockopt::{self, Timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, Shutdown, SocketFlags, SocketType, acceptfrom_with, bind, connect,
    getsockname, listen, recv, recvfrom, send, sendto, shutdown, socket_with,
};

use super::stage::Stage;
use super::worker::{self, Worker};
use crate::lang::Actor;

/// No call of an experiment waits longer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Linux's `MSG_FASTOPEN`: connect, with the data in the SYN.
const FAST_OPEN: SendFlags = SendFlags::from_bits_retain(0x2000_0000);

/// This port of the loopback interface.
pub fn local(port: u16) -> SocketAddr {
    SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))
}

/// A socket of one of the programs. One that is dropped without
/// [`Socket::close`] stays open until the end of the experiment.
#[derive(Debug)]
pub struct Socket {
    fd: Option<OwnedFd>,
    stage: Stage,
    who: Actor,
}

/// A new socket of the calling thread's network, for addresses like this one.
pub(super) fn open(kind: SocketType, like: SocketAddr) -> io::Result<OwnedFd> {
    let family = if like.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    Ok(socket_with(family, kind, SocketFlags::CLOEXEC, None)?)
}

/// What a call gives that gives nothing.
fn nothing(_: &()) -> Option<String> {
    None
}

fn number(count: &usize) -> Option<String> {
    Some(count.to_string())
}

impl Socket {
    /// A socket that is there already.
    pub fn adopt(stage: &Stage, who: Actor, fd: OwnedFd) -> Socket {
        Socket { fd: Some(fd), stage: stage.clone(), who }
    }

    /// Bounds its waits, unless somebody may take all the time in the world.
    pub(super) fn patient(self) -> io::Result<Socket> {
        if !self.stage.is_unhurried() {
            sockopt::set_socket_timeout(self.fd()?, Timeout::Recv, Some(PATIENCE))?;
            sockopt::set_socket_timeout(self.fd()?, Timeout::Send, Some(PATIENCE))?;
        }
        Ok(self)
    }

    /// The descriptor, as long as the socket is open.
    pub(super) fn fd(&self) -> io::Result<BorrowedFd<'_>> {
        let closed = || io::Error::new(io::ErrorKind::NotConnected, "the socket is closed");
        self.fd.as_ref().map(AsFd::as_fd).ok_or_else(closed)
    }

    pub(super) fn call<T>(
        &self,
        call: String,
        act: impl FnOnce(BorrowedFd<'_>) -> io::Result<T>,
        say: impl FnOnce(&T) -> Option<String>,
    ) -> io::Result<T> {
        let fd = self.fd()?;
        self.stage.call(self.who, call, || act(fd), say)
    }

    /// The same socket in a thread of the server: nobody is asked before its calls.
    pub fn behind(mut self, who: Actor) -> Socket {
        let stage = self.stage.behind();
        Socket { fd: self.fd.take(), stage, who }
    }

    /// Gives it an address.
    ///
    /// # Errors
    /// The address is in use, or not this host's.
    pub fn bind(&self, at: SocketAddr) -> io::Result<()> {
        self.call(format!("bind({at})"), |fd| Ok(bind(fd, &at)?), nothing)
    }

    /// Waits for clients; the kernel answers SYNs from now on.
    ///
    /// # Errors
    /// The port is in use.
    pub fn listen(&self, backlog: i32) -> io::Result<()> {
        self.call(format!("listen({backlog})"), |fd| Ok(listen(fd, backlog)?), nothing)
    }

    /// Connects, and returns when that is done.
    ///
    /// # Errors
    /// Refused, no answer, or what else the system says.
    pub fn connect(&self, to: SocketAddr) -> io::Result<()> {
        self.call(format!("connect({to})"), |fd| Ok(connect(fd, &to)?), nothing)
    }

    /// Begins to connect, and does not wait (`O_NONBLOCK`).
    ///
    /// # Errors
    /// Others than that it is not done yet.
    pub fn begin_to_connect(&self, to: SocketAddr) -> io::Result<()> {
        let begin = |fd: BorrowedFd<'_>| {
            rustix::io::ioctl_fionbio(fd, true)?;
            match connect(fd, &to) {
                Ok(()) => Ok(""),
                Err(rustix::io::Errno::INPROGRESS) => Ok("EINPROGRESS"),
                Err(error) => Err(error.into()),
            }
        };
        let say = |what: &&str| Some((*what).to_owned()).filter(|what| !what.is_empty());
        self.call(format!("connect({to})"), begin, say).map(drop)
    }

    /// Connects with Fast Open: the octets go with the SYN, if there is a cookie.
    ///
    /// # Errors
    /// Refused, or what else the system says.
    pub fn send_with_syn(&self, octets: &[u8], to: SocketAddr) -> io::Result<usize> {
        let act = |fd: BorrowedFd<'_>| Ok(sendto(fd, octets, FAST_OPEN, &to)?);
        self.call(format!("sendto({}, MSG_FASTOPEN, {to})", octets.len()), act, number)
    }

    /// Fetches a connection that is open already; waits for one.
    ///
    /// # Errors
    /// None came.
    pub fn accept(&self) -> io::Result<Socket> {
        let act = |fd: BorrowedFd<'_>| {
            let (fd, from) = acceptfrom_with(fd, SocketFlags::CLOEXEC)?;
            Ok((fd, from.and_then(|from| SocketAddr::try_from(from).ok())))
        };
        let say = |(_, from): &(OwnedFd, Option<SocketAddr>)| from.map(|from| from.to_string());
        let (fd, _) = self.call("accept()".into(), act, say)?;
        Socket::adopt(&self.stage, self.who, fd).patient()
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// The connection is gone.
    pub fn write(&self, octets: &[u8]) -> io::Result<usize> {
        let act = |fd: BorrowedFd<'_>| {
            let mut left = octets;
            while !left.is_empty() {
                let count = send(fd, left, SendFlags::NOSIGNAL)?;
                left = left.get(count..).unwrap_or_default();
            }
            Ok(octets.len())
        };
        self.call(format!("write({})", octets.len()), act, |_| None)
    }

    /// Writes what the kernel takes without waiting; how much that is.
    ///
    /// # Errors
    /// The connection is gone.
    pub fn write_what_goes(&self, octets: &[u8]) -> io::Result<usize> {
        let act = |fd: BorrowedFd<'_>| {
            let mut taken = 0;
            while let Some(left) = octets.get(taken..).filter(|left| !left.is_empty()) {
                match send(fd, left, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
                    Ok(count) => taken += count,
                    Err(rustix::io::Errno::AGAIN) => break,
                    Err(error) => return Err(error.into()),
                }
            }
            Ok(taken)
        };
        self.call(format!("write({})", octets.len()), act, number)
    }

    /// Reads what there is, at most 4 KiB; 0: the other side has closed.
    ///
    /// # Errors
    /// The connection was reset, or nothing came.
    pub fn read(&self) -> io::Result<usize> {
        let act = |fd: BorrowedFd<'_>| Ok(recv(fd, &mut [0_u8; 4096][..], RecvFlags::empty())?.1);
        self.call("read()".into(), act, number)
    }

    /// The same, and keeps what was read.
    ///
    /// # Errors
    /// The connection was reset.
    pub fn read_into(&self, octets: &mut Vec<u8>) -> io::Result<usize> {
        octets.resize(4096, 0);
        let act = |fd: BorrowedFd<'_>| {
            let count = recv(fd, &mut octets[..], RecvFlags::empty())?.1;
            octets.truncate(count);
            Ok(count)
        };
        self.call("read()".into(), act, number)
    }

    /// Reads so many octets.
    ///
    /// # Errors
    /// The connection was reset, or ended before that.
    pub fn read_exactly(&self, wanted: usize) -> io::Result<()> {
        let act = |fd: BorrowedFd<'_>| {
            let mut left = wanted;
            let mut octets = [0_u8; 4096];
            while left > 0 {
                let most = left.min(octets.len());
                match recv(fd, octets.get_mut(..most).unwrap_or_default(), RecvFlags::empty())?.1 {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    count => left -= count,
                }
            }
            Ok(wanted)
        };
        self.call("read()".into(), act, number).map(drop)
    }

    /// Reads until the other side closes, or the connection breaks: how many octets,
    /// and whether the end came in order.
    pub fn read_to_end(&self) -> (usize, bool) {
        let mut total = 0;
        let act = |fd: BorrowedFd<'_>| {
            let mut octets = vec![0_u8; 65_536];
            loop {
                match recv(fd, &mut octets[..], RecvFlags::empty()) {
                    Ok((_, 0)) => return Ok(total),
                    Ok((_, count)) => total += count,
                    Err(error) => return Err(io::Error::from(error)),
                }
            }
        };
        let ended = self.call("read() …".into(), act, |total| Some(format!("{total} … 0"))).is_ok();
        (total, ended)
    }

    /// Says that nothing more will be written: the FIN goes out behind the data.
    ///
    /// # Errors
    /// The connection is gone.
    pub fn shutdown(&self) -> io::Result<()> {
        self.call("shutdown(SHUT_WR)".into(), |fd| Ok(shutdown(fd, Shutdown::Write)?), nothing)
    }

    /// Closes it.
    ///
    /// # Errors
    /// It was closed.
    pub fn close(mut self) -> io::Result<()> {
        let fd = self.fd.take();
        let close = move || {
            drop(fd);
            Ok(())
        };
        self.stage.call(self.who, "close()".into(), close, nothing)
    }

    /// Sends a datagram.
    ///
    /// # Errors
    /// An ICMP error came back before, or what else the system says.
    pub fn send_to(&self, octets: &[u8], to: SocketAddr) -> io::Result<usize> {
        let act = |fd: BorrowedFd<'_>| Ok(sendto(fd, octets, SendFlags::empty(), &to)?);
        self.call(format!("sendto({}, {to})", octets.len()), act, |_| None)
    }

    /// Receives a datagram, and from whom.
    ///
    /// # Errors
    /// An ICMP error came back, or nothing came.
    pub fn receive_from(&self) -> io::Result<(Vec<u8>, Option<SocketAddr>)> {
        let act = |fd: BorrowedFd<'_>| {
            let mut octets = vec![0_u8; 65_536];
            let (_, count, from) = recvfrom(fd, &mut octets[..], RecvFlags::empty())?;
            octets.truncate(count);
            Ok((octets, from.and_then(|from| SocketAddr::try_from(from).ok())))
        };
        self.call("recvfrom()".into(), act, |(octets, _)| number(&octets.len()))
    }

    /// The address that it has.
    ///
    /// # Errors
    /// The socket is closed.
    pub fn address(&self) -> io::Result<SocketAddr> {
        let address = getsockname(self.fd()?)?;
        SocketAddr::try_from(address).map_err(|_| io::ErrorKind::Unsupported.into())
    }

    /// A process of its own for this client; this one keeps its copy of the socket.
    ///
    /// # Errors
    /// The system has no more processes.
    pub fn fork(&self, worker: Actor) -> io::Result<Worker> {
        worker::fork(&self.stage, self, self.who, worker)
    }

    /// A second descriptor of the same socket, as `fork` leaves one in the parent.
    ///
    /// # Errors
    /// No descriptor is left.
    pub fn duplicate(&self) -> io::Result<OwnedFd> {
        self.fd()?.try_clone_to_owned()
    }

    /// `SO_LINGER` 0: to close is to reset.
    ///
    /// # Errors
    /// The system refuses.
    pub fn reset_on_close(&self) -> io::Result<()> {
        let set = |fd: BorrowedFd<'_>| Ok(sockopt::set_socket_linger(fd, Some(Duration::ZERO))?);
        self.call("setsockopt(SO_LINGER, 0)".into(), set, nothing)
    }

    /// `SO_REUSEADDR`.
    ///
    /// # Errors
    /// The system refuses.
    pub fn reuse_address(&self) -> io::Result<()> {
        let set = |fd: BorrowedFd<'_>| Ok(sockopt::set_socket_reuseaddr(fd, true)?);
        self.call("setsockopt(SO_REUSEADDR)".into(), set, nothing)
    }

    /// `SO_RCVTIMEO`: how long to wait for the other side.
    ///
    /// # Errors
    /// The system refuses.
    pub fn wait_at_most(&self, time: Duration) -> io::Result<()> {
        let set = |fd: BorrowedFd<'_>| Ok(sockopt::set_socket_timeout(fd, Timeout::Recv, Some(time))?);
        self.call(format!("setsockopt(SO_RCVTIMEO, {} ms)", time.as_millis()), set, nothing)
    }

    /// `SO_RCVBUF`.
    ///
    /// # Errors
    /// The system refuses.
    pub fn receive_buffer(&self, octets: usize) -> io::Result<()> {
        let set = |fd: BorrowedFd<'_>| Ok(sockopt::set_socket_recv_buffer_size(fd, octets)?);
        self.call(format!("setsockopt(SO_RCVBUF, {octets})"), set, nothing)
    }

    /// `SO_SNDBUF`.
    ///
    /// # Errors
    /// The system refuses.
    pub fn send_buffer(&self, octets: usize) -> io::Result<()> {
        let set = |fd: BorrowedFd<'_>| Ok(sockopt::set_socket_send_buffer_size(fd, octets)?);
        self.call(format!("setsockopt(SO_SNDBUF, {octets})"), set, nothing)
    }

    /// `SO_KEEPALIVE`: after so much silence, so often, so many times.
    ///
    /// # Errors
    /// The system refuses.
    pub fn keep_alive(&self, idle: Duration, every: Duration, times: u32) -> io::Result<()> {
        let set = |fd: BorrowedFd<'_>| {
            sockopt::set_tcp_keepidle(fd, idle)?;
            sockopt::set_tcp_keepintvl(fd, every)?;
            sockopt::set_tcp_keepcnt(fd, times)?;
            Ok(sockopt::set_socket_keepalive(fd, true)?)
        };
        let call = format!("setsockopt(SO_KEEPALIVE), {}+{}×{} s", idle.as_secs(), times, every.as_secs());
        self.call(call, set, nothing)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Some(fd) = self.fd.take() {
            self.stage.board().keep(fd);
        }
    }
}
