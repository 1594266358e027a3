//! What each fuzz target does with its octets, and what must hold then. Shared
//! by the targets and by `tests/corpus.rs`, which feeds the corpus to it without a
//! fuzzer.

pub mod decode;
pub mod flows;
pub mod options;
pub mod reading;
pub mod rendering;
pub mod script;
pub mod story;
pub mod take;
pub mod tracking;
pub mod whole;
pub mod wire;
