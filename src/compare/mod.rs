//! Two captures of one connection, taken at two points, side by side.
//!
//! Each capture is read once and leaves a short record of each segment
//! ([`CaptureSink`]); conversations are recognised in the other capture by their
//! initial sequence numbers and contents (`pair`), so that a NAT is seen through;
//! their segments are set against each other, whatever a firewall added to the
//! numbers (`align`); from both directions together follows where the captures were
//! taken and how the clocks differ (`clock`); and what is in one only is judged by
//! what came after it (`fate`).
//!
//! Not to be confused with `verify`, which holds a capture against a script.

mod align;
mod capture;
mod change;
mod clock;
mod covered;
mod fate;
mod json;
mod pair;
mod record;
mod report;
mod rows;
mod story;
mod table;
mod view;

pub use capture::{Capture, CaptureSink, MOST_CONVERSATIONS, MOST_SEGMENTS};
pub use report::{CompareOptions, Outcome, compare};
pub use rows::Shown;
