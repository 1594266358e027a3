//! Scripts held against captures: does this capture do what the script says?
//!
//! A script becomes sections, one a conversation ([`sections`]); each section is
//! followed through each conversation by a machine that is in all its places at
//! once, so that no script can make it slow ([`VerifySink`]).

mod bound;
mod compare;
mod entry;
mod generate;
mod json;
mod junit;
mod machine;
mod report;
mod rows;
mod section;
mod seen;
mod shown;
mod sink;
mod tally;
mod verdict;

pub use generate::ScriptSink;
pub use section::{Section, sections};
pub use sink::{Standing, VerifyOptions, VerifySink, verifier};
