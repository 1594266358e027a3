//! Privileges on systems other than Linux: they stay as they are.

use std::path::PathBuf;

use crate::cli::Hinted;

/// A user to become: none here.
#[derive(Debug)]
pub enum User {}

/// The user to become: none, and `-Z` is refused.
///
/// # Errors
/// `-Z` was given.
pub fn destination(asked: Option<&str>) -> anyhow::Result<Option<User>> {
    match asked {
        Some(name) => Err(Hinted::new(format!("-Z {name}: only on Linux")).into()),
        None => Ok(None),
    }
}

impl User {
    /// The name.
    pub fn name(&self) -> &str {
        match *self {}
    }

    /// Becomes this user.
    ///
    /// # Errors
    /// None.
    pub fn become_it(&self) -> anyhow::Result<bool> {
        match *self {}
    }
}

/// Gives up nothing.
pub fn confine(_: &[PathBuf]) {}

/// What guards the system against the program, for `--version -v`.
pub fn guards() -> String {
    "sandbox: none on this system\n".into()
}
