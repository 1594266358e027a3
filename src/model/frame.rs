//! A captured frame, before anything is known about it.

use super::time::{Precision, Timestamp};

/// Link-layer header type, as in a capture file's header
/// (`LINKTYPE_*` of the registry at tcpdump.org).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct LinkType(pub u32);

/// One captured frame. The bytes are borrowed from the source's buffer.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Position in the capture, from 1; frames that a filter hid are counted.
    pub number: u64,
    /// When it was captured.
    pub at: Timestamp,
    /// Seconds that its stored sub-second amounts to, which are in `at` too: 0, but in
    /// broken captures. tcpdump prints such a sub-second as it stands.
    pub carried: u16,
    /// The unit of the stored time stamp.
    pub precision: Precision,
    /// How its first bytes are to be read.
    pub link: LinkType,
    /// Capture interface (pcapng interface number, counted over all sources).
    pub interface: u32,
    /// Length on the wire, in octets; `data` may be shorter (snapshot length).
    pub wire_len: u32,
    /// The octets that were captured.
    pub data: &'a [u8],
}

/// Which way a frame went at the capturing host, where the link layer tells
/// (Linux cooked captures).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// To this host.
    In,
    /// Broadcast.
    Broadcast,
    /// Multicast.
    Multicast,
    /// Between other hosts.
    Other,
    /// From this host.
    Out,
    /// None of these.
    Unknown,
}

/// Where a cooked capture (`-i any`) says that a frame came by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// The capturing machine's interface index (SLL2 only).
    pub ifindex: Option<u32>,
    /// Direction at the capturing host.
    pub direction: Direction,
}

/// What the capture says about itself at its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CaptureStats {
    /// Frames delivered by the source, before the filter (files) or after it
    /// (live).
    pub frames: u64,
    /// Frames that the kernel dropped for want of buffer space (`ps_drop`).
    /// `None`: not known.
    pub dropped_by_kernel: Option<u64>,
}
