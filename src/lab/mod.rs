//! Experiments with real connections, in a network of the process's own.

#[cfg(target_os = "linux")]
pub mod net;
