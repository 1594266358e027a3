//! How good the news of a verdict is.

use crate::render::style::Role;
use crate::verdict::{End, Verdict};

pub(super) fn opening_role(verdict: &Verdict) -> Role {
    match verdict {
        Verdict::Unanswered { .. } | Verdict::Refused | Verdict::Rejected(_) | Verdict::Aborted(_) => {
            Role::Trouble
        }
        Verdict::HalfOpen { .. } => Role::Warning,
        Verdict::Opened { .. } => Role::Good,
    }
}

pub(super) fn ending_role(verdict: &Verdict) -> Role {
    match verdict.end() {
        None => opening_role(verdict),
        Some(End::Graceful(_)) => Role::Good,
        Some(End::Reset(..)) => Role::Trouble,
        Some(End::HalfClosed { .. } | End::Closing { .. } | End::Open | End::Expired) => Role::Warning,
    }
}
