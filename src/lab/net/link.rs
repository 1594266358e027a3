//! Interfaces, pairs of them, their addresses and their neighbours, in the network
//! of the calling thread.

use std::io;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::net::{AddressFamily, SocketType, netdevice, socket};

use super::netlink::{self, Message, Request};

/// `IFLA_ADDRESS`: the hardware address.
const ADDRESS: u16 = 1;
/// `IFLA_IFNAME`: the interface's name.
const NAME: u16 = 3;
/// `IFLA_LINKINFO`, with `IFLA_INFO_KIND`, `IFLA_INFO_DATA` and `VETH_INFO_PEER` inside.
const INFO: (u16, u16, u16, u16) = (18, 1, 2, 1);
/// `IFLA_NET_NS_FD`: the network where it is to be.
const NETWORK: u16 = 28;
/// `IFLA_GSO_MAX_SEGS`: so many segments may travel as one, for the hardware to cut.
const TOGETHER: u16 = 40;
/// `IFF_UP`, as a flag and as the mask of what changes.
const UP: u32 = 1;

/// A hardware address.
pub(super) type Mac = [u8; 6];

/// `struct ifinfomsg`: flags, and which of them change.
fn info(flags: u32, change: u32) -> [u8; 16] {
    let mut fixed = [0; 16];
    fixed[8..12].copy_from_slice(&flags.to_ne_bytes());
    fixed[12..16].copy_from_slice(&change.to_ne_bytes());
    fixed
}

/// Brings an interface up.
///
/// # Errors
/// There is none of that name, or it is not permitted.
pub(super) fn up(name: &str) -> io::Result<()> {
    Message::new(Request::SetLink, &info(UP, UP)).name(NAME, name).ask()
}

/// Removes an interface; the other end of its cable goes too.
///
/// # Errors
/// There is none of that name, or it is not permitted.
pub(super) fn remove(name: &str) -> io::Result<()> {
    Message::new(Request::DeleteLink, &info(0, 0)).name(NAME, name).ask()
}

/// Has segments leave an interface one by one, as they are on a wire, and not as
/// super segments for the hardware to cut.
///
/// # Errors
/// There is none of that name, or it is not permitted.
pub(super) fn one_by_one(name: &str) -> io::Result<()> {
    Message::new(Request::SetLink, &info(0, 0)).name(NAME, name).number(TOGETHER, 1).ask()
}

/// Lays a cable: an interface here, its other end in another network.
///
/// # Errors
/// The kernel has no such interfaces (`veth`), or it is not permitted.
pub(super) fn cable(here: (&str, Mac), there: (&str, Mac), network: BorrowedFd<'_>) -> io::Result<()> {
    let (link, kind, data, peer) = INFO;
    let place = u32::try_from(network.as_raw_fd()).unwrap_or(u32::MAX);
    let far =
        |inside: Message| inside.name(NAME, there.0).attribute(ADDRESS, &there.1).number(NETWORK, place);
    Message::new(Request::NewLink, &info(0, 0))
        .name(NAME, here.0)
        .attribute(ADDRESS, &here.1)
        .nested(link, &[], |inside| {
            let with_kind = inside.attribute(kind, b"veth");
            with_kind.nested(data, &[], |inside| inside.nested(peer, &info(0, 0), far))
        })
        .ask()
}

/// Gives an interface an address; its network has 256 of them.
///
/// # Errors
/// There is none of that name, or it is not permitted.
pub(super) fn address(name: &str, address: Ipv4Addr) -> io::Result<()> {
    // `struct ifaddrmsg`: family, length of the prefix, flags, scope, index.
    let mut fixed = [2, 24, 0, 0, 0, 0, 0, 0];
    fixed[4..8].copy_from_slice(&index(name)?.to_ne_bytes());
    // IFA_ADDRESS and IFA_LOCAL.
    let octets = address.octets();
    Message::new(Request::NewAddress, &fixed).attribute(1, &octets).attribute(2, &octets).ask()
}

/// Tells the hardware address of a neighbour, so that nobody has to ask for it.
///
/// # Errors
/// There is no interface of that name, or it is not permitted.
pub(super) fn neighbour(name: &str, address: Ipv4Addr, mac: Mac) -> io::Result<()> {
    // `struct ndmsg`: family, padding, index, state NUD_PERMANENT, flags, type.
    let mut fixed = [2, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0];
    fixed[4..8].copy_from_slice(&index(name)?.to_ne_bytes());
    fixed[8..10].copy_from_slice(&0x80_u16.to_ne_bytes());
    // NDA_DST and NDA_LLADDR.
    Message::new(Request::NewNeighbour, &fixed).attribute(1, &address.octets()).attribute(2, &mac).ask()
}

/// The news of the interfaces of a network.
#[derive(Debug)]
pub(super) struct Watch(OwnedFd);

impl Watch {
    /// From now on, in the network of the calling thread.
    ///
    /// # Errors
    /// There is no such socket.
    pub(super) fn new() -> io::Result<Watch> {
        netlink::news_of_links().map(Watch)
    }

    /// Waits until all of these interfaces carry frames.
    ///
    /// # Errors
    /// They do not in that time, measured from news to news.
    pub(super) fn working(&self, names: &[&str], limit: Duration) -> io::Result<()> {
        let mut missing = names.iter().map(|name| index(name)).collect::<io::Result<Vec<u32>>>()?;
        while !missing.is_empty() {
            let late = || io::Error::new(io::ErrorKind::TimedOut, "an interface carries nothing");
            let working = netlink::next_news(&self.0, limit)?.ok_or_else(late)?;
            missing.retain(|one| !working.contains(one));
        }
        Ok(())
    }
}

fn index(name: &str) -> io::Result<u32> {
    let any = socket(AddressFamily::INET, SocketType::DGRAM, None)?;
    Ok(netdevice::name_to_index(any, name)?)
}
