//! Why a text is no conversation script.

use std::fmt;

/// A place in the text that does not read as a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptError {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// What could have stood there.
    pub expected: String,
    /// What stands there; empty: the line ends.
    pub found: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ScriptError { line, column, expected, found } = self;
        write!(f, "line {line}, column {column}: expected {expected}, found ")?;
        match found.as_str() {
            "" => f.write_str("the end of the line"),
            found => write!(f, "`{found}`"),
        }
    }
}

impl std::error::Error for ScriptError {}
