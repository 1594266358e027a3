//! Frames that hold no TCP segment, counted by reason.

/// Why a frame gave no segment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Skip {
    /// IP, but another protocol (UDP unless asked for, ICMP that quotes no TCP, …).
    NotTcp,
    /// ARP.
    Arp,
    /// Neither IP nor ARP.
    NotIp,
    /// Cut (by the snapshot length or in the file) before the TCP header was
    /// complete.
    Truncated,
    /// A header contradicts itself.
    Malformed,
    /// A link type or a layer that is not decoded.
    Unsupported,
    /// An IP fragment; the datagram was or may still be put together.
    Fragment,
    /// More layers inside each other than are followed.
    TooDeep,
}

impl Skip {
    /// All reasons, in the order in which they are listed.
    pub const ALL: [Skip; 8] = [
        Skip::NotTcp,
        Skip::Arp,
        Skip::NotIp,
        Skip::Truncated,
        Skip::Malformed,
        Skip::Unsupported,
        Skip::Fragment,
        Skip::TooDeep,
    ];

    /// The name in JSON.
    pub const fn slug(self) -> &'static str {
        match self {
            Skip::NotTcp => "not-tcp",
            Skip::Arp => "arp",
            Skip::NotIp => "not-ip",
            Skip::Truncated => "truncated",
            Skip::Malformed => "malformed",
            Skip::Unsupported => "unsupported",
            Skip::Fragment => "fragment",
            Skip::TooDeep => "too-deep",
        }
    }
}

/// How many frames were skipped, by reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SkipCounts([u64; Skip::ALL.len()]);

impl SkipCounts {
    /// Counts one more.
    pub fn add(&mut self, why: Skip) {
        self.0[why as usize] += 1;
    }

    /// Frames skipped for this reason.
    pub fn of(&self, why: Skip) -> u64 {
        self.0[why as usize]
    }

    /// Frames skipped in all.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}
