//! The only place that joins the stages.

mod analysis;
mod beside;
mod compare;
mod explain;
mod faces;
#[cfg(feature = "live")]
mod lists;
mod output;
#[cfg(target_os = "linux")]
mod privileges;
#[cfg(not(target_os = "linux"))]
#[path = "privileges_elsewhere.rs"]
mod privileges;
mod progress;
mod run;
mod verify;

pub use analysis::{Analysis, misleads};
pub use compare::compare;
pub use explain::explain;
pub use privileges::guards;
pub use run::run;
