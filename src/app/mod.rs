//! The only place that joins the stages.

mod analysis;
mod beside;
mod compare;
mod explain;
mod faces;
#[cfg(all(target_os = "linux", feature = "live"))]
mod lab;
#[cfg(not(all(target_os = "linux", feature = "live")))]
#[path = "lab_elsewhere.rs"]
mod lab;
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
pub use lab::lab;
pub use privileges::guards;
pub use run::run;
