//! A network of the process's own: nothing of the host is touched, nothing stays.

mod enter;
mod host;
mod hosts;
mod link;
mod netlink;
mod relay;
pub mod repair;

pub use enter::{Refused, Step, Why, enter};
pub use host::Host;
pub use hosts::{CLIENT, INTERFACES, SERVER, TwoHosts};
pub use relay::{Fate, Kind, Relay, Rule, Sight, Way};
