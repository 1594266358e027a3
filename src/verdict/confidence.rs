//! What lowers the confidence in a verdict.

use crate::model::slugs;
use crate::track::{Conversation, Ended, Mark, Opened, Phase, Roles, Side};

/// A reason to trust a verdict less. The slugs are stable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Confidence {
    /// The kernel dropped frames during the capture.
    KernelDrops,
    /// The options were cut by the snapshot length.
    OptionsCut,
    /// Only one direction was captured.
    OneDirection,
    /// Frames were captured twice.
    Duplicates,
    /// The capture starts after the opening.
    MidStream,
    /// Octets are missing that the receiver acknowledged.
    Gaps,
    /// Evicted by a limit before its end.
    Evicted,
    /// The reset that ended it was in the window, but not exact (RFC 5961 §3.2).
    InexactReset,
}

impl Confidence {
    slugs! {
        /// All names.
        SLUGS;
        /// The name in JSON.
        slug {
            Self::KernelDrops => "kernel-drops",
            Self::OptionsCut => "options-cut",
            Self::OneDirection => "one-direction",
            Self::Duplicates => "duplicates",
            Self::MidStream => "mid-stream",
            Self::Gaps => "gaps",
            Self::Evicted => "evicted",
            Self::InexactReset => "inexact-reset",
        }
    }

    /// The reasons that hold for a conversation, in a fixed order. Kernel drops
    /// are the capture's, not the conversation's: `dropped` tells of them.
    pub fn of(conv: &Conversation, ended: Ended, dropped: bool) -> Vec<Confidence> {
        let silent = |side: Side| conv.side(side).segments == 0 && !conv.marks.has(Mark::SelfConnect);
        let answered = !matches!(conv.phase, Phase::SynSent | Phase::Refused | Phase::Rejected);
        let one_direction = answered && (silent(Side::Client) || silent(Side::Server));
        let cut = Side::BOTH.into_iter().any(|side| conv.side(side).offers.cut);
        let middle = conv.phase == Phase::Open(Opened::NotCaptured) || conv.roles != Roles::Seen;
        let inexact = conv.reset().is_some_and(|reset| !reset.exact) && !conv.are_fins_acked();
        let mut reasons = Vec::new();
        let mut say = |holds: bool, reason| {
            if holds {
                reasons.push(reason);
            }
        };
        say(dropped, Confidence::KernelDrops);
        say(cut, Confidence::OptionsCut);
        say(one_direction, Confidence::OneDirection);
        say(conv.marks.has(Mark::DuplicateCapture), Confidence::Duplicates);
        say(middle, Confidence::MidStream);
        say(conv.marks.has(Mark::Gap), Confidence::Gaps);
        say(ended == Ended::Evicted, Confidence::Evicted);
        say(inexact, Confidence::InexactReset);
        reasons
    }
}
