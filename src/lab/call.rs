//! What the programs of an experiment do: one entry a system call.

use std::io;

use nix::errno::Errno;

use crate::lang::Actor;
use crate::model::Timestamp;

/// A system call, as a programmer would write it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// When it began, by the clock that stamps packets.
    pub at: Timestamp,
    /// Whose it is.
    pub who: Actor,
    /// `connect(127.0.0.1:9877)`.
    pub call: String,
    /// What it gave, if that says something: `2`, `ECONNREFUSED`.
    pub result: Option<String>,
    /// It failed.
    pub failed: bool,
}

/// The name of a system's error, as programs know it.
pub(super) fn name_of(error: &io::Error) -> String {
    match error.raw_os_error() {
        // A socket with a time-out says this when the time is up.
        Some(number) => format!("{:?}", Errno::from_raw(number)),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_the_names_of_the_manual() {
        assert_eq!(name_of(&io::Error::from_raw_os_error(111)), "ECONNREFUSED");
        assert_eq!(name_of(&io::Error::other("something else")), "something else");
    }
}
