//! Standard output: buffered, and honest about failing.

use std::io::{self, Write};

use anyhow::Context as _;

/// Octets that are collected before they are written.
const BLOCK: usize = 64 * 1024;

/// Where results go.
pub struct Output {
    to: io::Stdout,
    buffer: Vec<u8>,
    each_line: bool,
}

impl Output {
    /// Standard output. `each_line`: nothing is held back.
    pub fn stdout(each_line: bool) -> Self {
        Output { to: io::stdout(), buffer: Vec::with_capacity(2 * BLOCK), each_line }
    }

    /// What is to be written next.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Writes if enough has been collected.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn settle(&mut self) -> anyhow::Result<()> {
        if self.buffer.len() >= BLOCK || (self.each_line && !self.buffer.is_empty()) {
            return self.flush();
        }
        Ok(())
    }

    /// Writes what has been collected.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn flush(&mut self) -> anyhow::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let mut to = self.to.lock();
        let written = to.write_all(&self.buffer).and_then(|()| to.flush());
        self.buffer.clear();
        written.context("standard output: cannot be written")
    }
}
