//! A network of the process's own, as root and as an ordinary user. Each case runs
//! in a process by itself: a network is entered before there is any thread, and the
//! usual test runner has some.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

#[cfg(target_os = "linux")]
#[path = "lab_net/mod.rs"]
mod cases;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    cases::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {}
