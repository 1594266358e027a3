//! See TCP handshakes: what each segment of a capture is, and how each
//! connection opened and ended.
//!
//! Data flows one way:
//!
//! ```text
//! source ──Frame──▶ decode ──Segment──▶ track ──Event, Conversation──▶ verdict ──▶ render
//!                               └─▶ number (tcpdump's rule only) ──Numbers──┘
//! ```
//!
//! Live and offline differ only in the source. Nothing downstream opens a
//! file, reads a clock, prints, or knows a language.

pub mod app;
pub mod cli;
pub mod compare;
pub mod decode;
#[cfg(all(target_os = "linux", feature = "live"))]
pub mod lab;
pub mod lang;
pub mod model;
pub mod render;
pub mod script;
pub mod source;
pub mod track;
pub mod verdict;
pub mod verify;
