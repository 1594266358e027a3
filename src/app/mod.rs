//! The only place that joins the stages.

mod analysis;
mod explain;
mod faces;
#[cfg(feature = "live")]
mod lists;
mod output;
mod run;

pub use analysis::{Analysis, misleads};
pub use explain::explain;
pub use run::run;
