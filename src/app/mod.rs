//! The only place that joins the stages.

mod analysis;
mod faces;
#[cfg(feature = "live")]
mod lists;
mod output;
mod run;

pub use analysis::Analysis;
pub use run::run;
