//! A network of the process's own, as root and as an ordinary user. Each case runs
//! in a process by itself: a network is entered before there is any thread, and the
//! usual test runner has some.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

#[cfg(all(target_os = "linux", feature = "live"))]
#[path = "lab_net/mod.rs"]
mod cases;

#[cfg(all(target_os = "linux", feature = "live"))]
fn main() -> std::process::ExitCode {
    cases::main()
}

#[cfg(not(all(target_os = "linux", feature = "live")))]
fn main() {}
