//! How good the news of a verdict or of a comparison is: judged here, once, for lines,
//! tables, pages and statistics.

use crate::verdict::{Ending, Opening, Verdict};

use super::{Kind, Tone};

impl Tone {
    /// Of a conversation as a whole: of its ending, or of why it has none.
    pub fn of(verdict: &Verdict) -> Tone {
        match verdict.end() {
            Some(end) => Tone::of_ending(Ending::of(end)),
            None => Tone::of_opening(Opening::of(verdict)),
        }
    }

    /// Of an opening.
    pub const fn of_opening(kind: Opening) -> Tone {
        match kind {
            Opening::Complete | Opening::Simultaneous | Opening::FastOpen => Tone::Good,
            Opening::HalfOpen => Tone::Pending,
            Opening::Refused | Opening::Rejected | Opening::Unanswered | Opening::Aborted => Tone::Bad,
            Opening::NotCaptured => Tone::Note,
        }
    }

    /// Of an ending.
    pub const fn of_ending(kind: Ending) -> Tone {
        match kind {
            Ending::Graceful => Tone::Good,
            Ending::HalfClosed | Ending::Closing | Ending::Open | Ending::Expired => Tone::Pending,
            Ending::Reset => Tone::Bad,
        }
    }

    /// Of what differs between two captures.
    pub const fn of_finding(kind: Kind) -> Tone {
        match kind {
            Kind::Lost | Kind::Injected | Kind::Payload | Kind::Sack => Tone::Bad,
            Kind::Missing | Kind::Appeared => Tone::Pending,
            kind if kind.differs() => Tone::Note,
            _ => Tone::Plain,
        }
    }
}
