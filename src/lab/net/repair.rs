//! The socket options that restore a connection (`TCP_REPAIR`). They also let one
//! choose the first sequence number, and go away without a word. Only who may
//! administer the network may do it.

use std::io;
use std::os::fd::AsFd;

use nix::libc;
use nix::sys::socket::{SetSockOpt, setsockopt};
use nix::{setsockopt_impl, sockopt_impl};

sockopt_impl!(
    /// Whether the socket is being restored.
    Repair, SetOnly, libc::IPPROTO_TCP, libc::TCP_REPAIR, i32
);
sockopt_impl!(
    /// Of which queue the number is.
    RepairQueue, SetOnly, libc::IPPROTO_TCP, libc::TCP_REPAIR_QUEUE, i32
);
sockopt_impl!(
    /// The number of a queue's next octet.
    QueueSeq, SetOnly, libc::IPPROTO_TCP, libc::TCP_QUEUE_SEQ, u32
);

/// `TCP_SEND_QUEUE`.
const SEND: i32 = 2;

/// Chooses the number of the SYN of a socket that is not connected yet.
///
/// # Errors
/// Not permitted, or the kernel has no `TCP_REPAIR`.
pub fn choose_isn(socket: &impl AsFd, isn: u32) -> io::Result<()> {
    // As if a connection were restored whose next octet has this number; then,
    // with no connection restored, `connect` begins with it.
    set(socket, Repair, &1)?;
    set(socket, RepairQueue, &SEND)?;
    set(socket, QueueSeq, &isn)?;
    // -1 turns it off without a segment that asks the peer for its window.
    set(socket, Repair, &-1)
}

/// Has a socket vanish when it is closed: no FIN, no reset, as in a power cut.
///
/// # Errors
/// Not permitted, or the kernel has no `TCP_REPAIR`.
pub fn vanish(socket: impl AsFd) -> io::Result<()> {
    set(&socket, Repair, &1)
}

fn set<O: SetSockOpt>(socket: &impl AsFd, option: O, value: &O::Val) -> io::Result<()> {
    Ok(setsockopt(socket, option, value)?)
}
