//! The words that a script may use, each list in one place.

use crate::model::Flags;
use crate::track::{FinOrder, Resend, Roles, Side, Step, Stray, Unacceptable};

/// What an ICMP error about a SYN is: a step of the conversation, though not of
/// a segment.
pub(super) const ICMP_REJECTED: &str = "icmp-rejected";

/// The step of that name.
pub(super) fn step(word: &str) -> Option<&'static str> {
    if word == ICMP_REJECTED { Some(ICMP_REJECTED) } else { listed(Step::SLUGS, word) }
}

/// The words that tell kinds of one step apart.
pub(super) fn details(step: &str) -> &'static [&'static str] {
    match step {
        "retransmission" => Resend::SLUGS,
        "fin" => FinOrder::SLUGS,
        "reset-ignored" => Unacceptable::SLUGS,
        "stray" => Stray::SLUGS,
        _ => &[],
    }
}

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
