//! The lab, as root and as an ordinary user: every experiment satisfies its script,
//! nothing stays behind, and where it cannot be run a recording is shown.
//!
//! `HSANALYZE_LAB_RUNS=20` runs each experiment twenty times.
#![cfg(all(target_os = "linux", feature = "live"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods
)]

#[path = "lab/alone.rs"]
mod alone;
#[path = "lab/bench.rs"]
mod bench;
#[path = "lab/experiments.rs"]
mod experiments;
#[path = "lab/fallback.rs"]
mod fallback;
#[path = "lab/leftovers.rs"]
mod leftovers;
#[path = "lab/texts.rs"]
mod texts;
