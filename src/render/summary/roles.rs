//! The colours of a row's verdict.

use crate::lang::Tone;
use crate::render::remarks::sign;
use crate::render::style::Role;
use crate::verdict::Verdict;

pub(super) fn opening_role(verdict: &Verdict) -> Role {
    match verdict {
        // Open is open, though its opening was not captured.
        Verdict::Opened { .. } => Role::Good,
        _ => ending_role(verdict),
    }
}

pub(super) fn ending_role(verdict: &Verdict) -> Role {
    sign(Tone::of(verdict)).1
}
