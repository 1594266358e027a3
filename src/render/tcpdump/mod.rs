//! Lines as `tcpdump -nn` prints them, byte for byte (version 4.99.3).

mod address;
mod buffer;
mod interface;
mod line;
mod mptcp;
mod options;
mod time;

pub(super) use address::longest_zeros;
pub use interface::InterfaceName;
pub use line::{LineStyle, LineWriter};
pub(super) use options::option_text;
pub use time::{TimeStyle, Zone};

#[cfg(test)]
mod tests;
