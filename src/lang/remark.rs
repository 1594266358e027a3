//! What stands under a table: the lines of a verdict.

use crate::track::Mark;
use crate::verdict::Confidence;

use super::Kind;

/// How good the news is that a remark brings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// As it should be.
    Good,
    /// It failed, or was broken off.
    Bad,
    /// Something is still to come, or never came.
    Pending,
    /// To be kept in mind.
    Note,
    /// Neither good nor bad.
    Plain,
}

/// What a remark is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    /// How the conversation opened, or failed to.
    Opening,
    /// What the opening settled.
    Agreed,
    /// How it ended.
    Ending,
    /// Who waits after an orderly close, and how long.
    TimeWait,
    /// Something that was marked.
    Mark(Mark),
    /// Segments that were sent again.
    Resent,
    /// The MPTCP connection that it is part of.
    Mptcp,
    /// What an ICMP error says of the path's MTU.
    PathMtu,
    /// An exchange of datagrams.
    Exchange,
    /// Two captures of one connection.
    Comparison,
    /// What lowers the confidence.
    Doubt(Confidence),
}

/// One line of the verdict under a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    /// How good the news is.
    pub tone: Tone,
    /// The word that it begins with.
    pub head: &'static str,
    /// The rest.
    pub text: String,
    /// What it is about.
    pub about: About,
}

impl Remark {
    /// About what differs between two captures.
    pub(super) const fn of_finding(kind: Kind, head: &'static str, text: String) -> Remark {
        Remark { tone: Tone::of_finding(kind), head, text, about: About::Comparison }
    }
}
