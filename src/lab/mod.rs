//! Experiments with real connections, in a network of the process's own: each is
//! a short program of system calls (`experiments`) on a [`Stage`], with a lesson
//! in every language and a script of what the wire must show.

mod call;
mod catalogue;
mod experiments;
pub mod net;
mod network;
pub mod program;
mod socket;
mod stage;
mod wire;
mod worker;

pub use call::Entry;
pub use catalogue::{EXPERIMENTS, Experiment, Fixture, Needs, find};
pub use socket::Socket;
pub use stage::{Ask, Board, Stage, Tell};
pub use wire::{Caught, Seen, Wire, WireSink};
pub use worker::{Worker, line as worker_line, work};
