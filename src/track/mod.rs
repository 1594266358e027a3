//! Per-flow tracking: which conversation a segment belongs to, what it is
//! there, and what became of the conversation.
//!
//! A conversation's facts are a pure function of its flow's segments in
//! order, plus constants: no clock, no table pressure, no running number
//! enters them (an eviction is an explicit, counted exception).

mod accept;
mod again;
mod answers;
mod close;
mod conversation;
mod copies;
mod coverage;
mod cross;
mod data;
mod dialects;
mod event;
mod facts;
mod finish;
mod half;
mod held;
mod idle;
mod listeners;
mod mark;
mod mptcp;
pub mod number;
mod observe;
mod open;
mod prefetch;
mod proof;
mod rare;
mod reset;
mod rest;
mod route;
mod seed;
mod slab;
mod state;
mod steady;
mod step;
mod tracker;
mod trail;
mod twins;
pub mod udp;

pub use conversation::Conversation;
pub use dialects::{Dialects, EndState, History, Wireshark, Zeek};
pub use event::Event;
pub use facts::{Ended, Opened, Phase, Rejection, ResetFacts};
pub use half::{FinFacts, Half, Last, Offers, Sighting};
pub use mark::{Mark, Marks};
pub use mptcp::Mptcp;
pub use number::{Numberer, Numbers};
pub use proof::{Claim, Proof, Proofs, Status};
pub use rare::{Rare, Unusual};
pub use state::{Roles, Side, State};
pub use step::{FinOrder, Resend, Step, Steps, Stray, Unacceptable};
pub use tracker::{Flow, Limits, Tracker};
pub use udp::{Exchange, Exchanges, Reply, Silence};
