//! The words that a script may use, each list in one place.

use crate::model::Flags;
use crate::track::{Roles, Side, State};

/// Slugs of steps, and the words that tell kinds of one step apart.
pub(super) const STEPS: &[(&str, &[&str])] = &[
    ("syn", &[]),
    ("simultaneous-syn", &[]),
    ("syn-ack", &[]),
    ("handshake-ack", &[]),
    ("refused", &[]),
    ("icmp-rejected", &[]),
    ("client-abort", &[]),
    ("data", &[]),
    ("ack", &[]),
    ("duplicate-ack", &[]),
    ("window-update", &[]),
    ("zero-window", &[]),
    ("window-probe", &[]),
    ("keep-alive", &[]),
    ("keep-alive-ack", &[]),
    ("retransmission", &["fast", "timeout", "spurious"]),
    ("out-of-order", &[]),
    ("fin", &["first", "second", "simultaneous"]),
    ("fin-ack", &[]),
    ("last-ack", &[]),
    ("reset", &[]),
    ("reset-ignored", &["outside-window", "wrong-ack", "bad-checksum"]),
    ("reset-challenged", &[]),
    ("challenge-ack", &[]),
    ("stray", &["after-close", "odd-flags", "syn-inside", "outside-window", "wrong-ack", "copy"]),
];

/// Slugs of openings.
pub(super) const OPENINGS: &[&str] = &[
    "complete",
    "simultaneous",
    "fast-open",
    "half-open",
    "refused",
    "rejected",
    "unanswered",
    "aborted",
    "not-captured",
];

/// Slugs of endings.
pub(super) const ENDINGS: &[&str] = &["graceful", "half-closed", "closing", "reset", "open", "expired"];

/// Slugs of the reasons of a reset.
pub(super) const REASONS: &[&str] = &["unread-data", "closed-socket", "half-open-discovery", "abort"];

/// Slugs of what lowers the confidence.
pub(super) const CONFIDENCE: &[&str] = &[
    "kernel-drops",
    "options-cut",
    "one-direction",
    "duplicates",
    "mid-stream",
    "gaps",
    "evicted",
    "inexact-reset",
];

/// All states.
pub(super) const STATES: [State; 11] = [
    State::Listen,
    State::SynSent,
    State::SynReceived,
    State::Established,
    State::FinWait1,
    State::FinWait2,
    State::CloseWait,
    State::Closing,
    State::LastAck,
    State::TimeWait,
    State::Closed,
];

/// Where roles come from.
pub(super) const ROLES: [Roles; 3] = [Roles::Seen, Roles::Inferred, Roles::Guessed];

/// The letter that tcpdump writes for each flag, in its order.
pub(super) const FLAGS: [(char, Flags); 8] = [
    ('F', Flags::FIN),
    ('S', Flags::SYN),
    ('R', Flags::RST),
    ('P', Flags::PSH),
    ('.', Flags::ACK),
    ('U', Flags::URG),
    ('E', Flags::ECE),
    ('W', Flags::CWR),
];

/// The letter of a side.
pub(super) const fn letter(side: Side) -> &'static str {
    match side {
        Side::Client => "C",
        Side::Server => "S",
    }
}

/// The side of that name.
pub(super) fn side(name: &str) -> Option<Side> {
    Side::BOTH.into_iter().find(|side| side.slug() == name)
}

/// The word of a list, as the list holds it.
pub(super) fn listed(list: &'static [&'static str], word: &str) -> Option<&'static str> {
    list.iter().copied().find(|&known| known == word)
}
