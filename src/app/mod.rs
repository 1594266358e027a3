//! The only place that joins the stages.

mod analysis;

pub use analysis::Analysis;
