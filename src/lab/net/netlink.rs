//! Requests to the kernel about its network: `netlink(7)`, `rtnetlink(7)`. No
//! program `ip` is needed. Numbers are in the machine's own order.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::netlink;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, recv, send, socket_with,
};
use rustix::time::Timespec;

/// What a request is about, and its flags beside those that every one has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Request {
    /// A new interface, `RTM_NEWLINK`.
    NewLink,
    /// Changes of an interface, `RTM_NEWLINK`.
    SetLink,
    /// The end of an interface, `RTM_DELLINK`.
    DeleteLink,
    /// An address of an interface, `RTM_NEWADDR`.
    NewAddress,
    /// A neighbour's hardware address, `RTM_NEWNEIGH`.
    NewNeighbour,
}

/// `NLM_F_REQUEST | NLM_F_ACK`.
const ASK: u16 = 0x1 | 0x4;
/// `NLM_F_CREATE | NLM_F_EXCL`.
const CREATE: u16 = 0x400 | 0x200;
/// Length of `struct nlmsghdr`.
const HEADER: usize = 16;
/// The answer to a request: an error number, or 0.
const NLMSG_ERROR: u16 = 2;
/// An attribute that holds attributes.
const NESTED: u16 = 0x8000;

/// A message that is being written.
#[derive(Debug)]
pub(super) struct Message(Vec<u8>);

impl Message {
    /// With the fixed part that belongs to such a request.
    pub(super) fn new(request: Request, fixed: &[u8]) -> Message {
        let (kind, flags) = match request {
            Request::NewLink => (16_u16, CREATE),
            Request::SetLink => (16, 0),
            Request::DeleteLink => (17, 0),
            Request::NewAddress => (20, CREATE),
            Request::NewNeighbour => (28, CREATE),
        };
        let mut octets = vec![0; HEADER];
        octets[4..6].copy_from_slice(&kind.to_ne_bytes());
        octets[6..8].copy_from_slice(&(ASK | flags).to_ne_bytes());
        octets.extend_from_slice(fixed);
        Message(octets)
    }

    /// An attribute; the next one begins at a multiple of four octets.
    pub(super) fn attribute(mut self, kind: u16, value: &[u8]) -> Message {
        let length = u16::try_from(4 + value.len()).unwrap_or(u16::MAX);
        self.0.extend_from_slice(&length.to_ne_bytes());
        self.0.extend_from_slice(&kind.to_ne_bytes());
        self.0.extend_from_slice(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    /// An attribute that is a name, ended by a zero.
    pub(super) fn name(self, kind: u16, name: &str) -> Message {
        let mut value = name.as_bytes().to_vec();
        value.push(0);
        self.attribute(kind, &value)
    }

    /// An attribute that is a number.
    pub(super) fn number(self, kind: u16, number: u32) -> Message {
        self.attribute(kind, &number.to_ne_bytes())
    }

    /// An attribute with `fixed`, then what `inside` writes.
    pub(super) fn nested(
        mut self,
        kind: u16,
        fixed: &[u8],
        inside: impl FnOnce(Message) -> Message,
    ) -> Message {
        let start = self.0.len();
        self.0.extend_from_slice(&[0; 2]);
        self.0.extend_from_slice(&(kind | NESTED).to_ne_bytes());
        self.0.extend_from_slice(fixed);
        let mut whole = inside(self);
        let length = u16::try_from(whole.0.len() - start).unwrap_or(u16::MAX);
        whole.0[start..start + 2].copy_from_slice(&length.to_ne_bytes());
        whole
    }

    /// Asks the network of the calling thread, and waits for the answer.
    ///
    /// # Errors
    /// The kernel refuses, or there is no such socket.
    pub(super) fn ask(mut self) -> io::Result<()> {
        let length = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0[0..4].copy_from_slice(&length.to_ne_bytes());
        let socket = open()?;
        send(&socket, &self.0, SendFlags::empty())?;
        let mut answer = [0_u8; 4096];
        let (octets, _) = recv(&socket, &mut answer[..], RecvFlags::empty())?;
        outcome(&answer[..octets])
    }
}

/// A socket of the protocol `NETLINK_ROUTE`, which is 0.
fn open() -> io::Result<OwnedFd> {
    Ok(socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?)
}

/// A socket that hears of every change of an interface (`RTMGRP_LINK`).
pub(super) fn news_of_links() -> io::Result<OwnedFd> {
    let socket = open()?;
    bind(&socket, &netlink::SocketAddrNetlink::new(0, 1))?;
    Ok(socket)
}

/// The next news: the numbers of interfaces that carry frames now; `None` if none
/// comes in that time.
pub(super) fn next_news(socket: &OwnedFd, limit: Duration) -> io::Result<Option<Vec<u32>>> {
    let time = Timespec { tv_sec: limit.as_secs().cast_signed(), tv_nsec: i64::from(limit.subsec_nanos()) };
    if poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&time))? == 0 {
        return Ok(None);
    }
    let mut news = [0_u8; 16_384];
    let (octets, _) = recv(socket, &mut news[..], RecvFlags::empty())?;
    Ok(Some(working(&news[..octets])))
}

/// Attribute `IFLA_OPERSTATE`, and its value `IF_OPER_UP`. The flag `IFF_RUNNING` is
/// set before anything is known, and `IFF_LOWER_UP` before frames are taken.
const OPERATIONAL: (u16, u8) = (16, 6);

/// Two octets, or four, of a message.
fn short(octets: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(octets.get(at..at + 2)?.try_into().ok()?))
}

fn word(octets: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(octets.get(at..at + 4)?.try_into().ok()?))
}

/// The numbers of the interfaces that messages say to be working.
fn working(mut messages: &[u8]) -> Vec<u32> {
    let mut found = Vec::new();
    while let (Some(length), Some(kind)) = (word(messages, 0), short(messages, 4)) {
        let length = usize::try_from(length).unwrap_or(usize::MAX).max(HEADER);
        let message = messages.get(..length).unwrap_or(messages);
        // `struct ifinfomsg` follows: family and type, number, flags, changes.
        if let (16, Some(number)) = (kind, word(message, 20))
            && attributes(message.get(32..).unwrap_or_default()).any(|one| is_operational(&one))
        {
            found.push(number);
        }
        messages = messages.get(length.saturating_add(3) & !3..).unwrap_or_default();
    }
    found
}

fn is_operational((kind, value): &(u16, &[u8])) -> bool {
    *kind == OPERATIONAL.0 && value.first() == Some(&OPERATIONAL.1)
}

/// The attributes of a message: kind and value.
fn attributes(mut octets: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (length, kind) = (usize::from(short(octets, 0)?), short(octets, 2)?);
        let value = octets.get(4..length)?;
        octets = octets.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, value))
    })
}

/// What the kernel answered: an error number below 0, or 0 for "done".
fn outcome(answer: &[u8]) -> io::Result<()> {
    let odd = || io::Error::new(io::ErrorKind::InvalidData, "netlink: an answer that is none");
    let kind: [u8; 2] = answer.get(4..6).and_then(|at| at.try_into().ok()).ok_or_else(odd)?;
    let number: [u8; 4] = answer.get(HEADER..HEADER + 4).and_then(|at| at.try_into().ok()).ok_or_else(odd)?;
    match (u16::from_ne_bytes(kind), i32::from_ne_bytes(number)) {
        (NLMSG_ERROR, 0) => Ok(()),
        (NLMSG_ERROR, number) => Err(io::Error::from_raw_os_error(number.saturating_neg())),
        _ => Err(odd()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_begin_at_multiples_of_four_and_know_their_length() {
        let message = Message::new(Request::SetLink, &[0; 16])
            .name(3, "lo")
            .nested(18, &[], |inside| inside.name(1, "veth").nested(2, &[7; 4], |data| data.number(4, 1500)));
        let octets = &message.0[32..];
        let short = |at: usize| u16::from_ne_bytes([octets[at], octets[at + 1]]);
        assert_eq!((short(0), short(2), &octets[4..8]), (7, 3, &b"lo\0\0"[..]));
        assert_eq!((short(8), short(10)), (4 + 12 + 16, 18 | NESTED));
        assert_eq!((short(12), short(14), &octets[16..21]), (9, 1, &b"veth\0"[..]));
        assert_eq!((short(24), short(26), short(32), short(34)), (16, 2 | NESTED, 8, 4));
        assert_eq!(octets.len(), 40);
    }

    #[test]
    fn the_answer_is_an_error_number_or_done() {
        let answer = |kind: u16, number: i32| {
            let mut octets = vec![0; 36];
            octets[4..6].copy_from_slice(&kind.to_ne_bytes());
            octets[16..20].copy_from_slice(&number.to_ne_bytes());
            outcome(&octets)
        };
        assert!(answer(2, 0).is_ok());
        assert_eq!(answer(2, -1).unwrap_err().raw_os_error(), Some(1));
        assert!(answer(16, 0).is_err());
        assert!(outcome(&[0; 5]).is_err());
    }

    #[test]
    fn an_interface_works_when_it_is_said_to_be_operational() {
        let news = |number: u32, state: u8| {
            let mut fixed = [0; 16];
            fixed[4..8].copy_from_slice(&number.to_ne_bytes());
            let mut octets = Message::new(Request::SetLink, &fixed).name(3, "left").attribute(16, &[state]).0;
            let length = u32::try_from(octets.len()).unwrap();
            octets[..4].copy_from_slice(&length.to_ne_bytes());
            octets
        };
        let both = [news(7, 6), news(8, 2), news(9, 6)].concat();
        assert_eq!(working(&both), [7, 9]);
        assert_eq!(working(&news(7, 0)), [0_u32; 0]);
        for end in 0..both.len() {
            // Cut anywhere: nothing is made up.
            assert!(working(&both[..end]).iter().all(|number| [7, 9].contains(number)));
        }
    }

    #[test]
    fn an_interface_that_is_not_there_is_refused() {
        let asked = Message::new(Request::SetLink, &[0; 16]).name(3, "nothing-here").ask();
        assert!(asked.is_err());
    }
}
