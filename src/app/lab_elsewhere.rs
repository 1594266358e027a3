//! Systems without the lab.

use std::process::ExitCode;

use crate::cli::{self, Hinted, Lab};

/// Says that there is none.
pub fn lab(_: &Lab) -> ExitCode {
    cli::report(&Hinted::new("lab: only on Linux, with live capture built in").into())
}
