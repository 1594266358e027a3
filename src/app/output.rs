//! Standard output: buffered, and honest about failing.

use std::io::{self, Write};

use anyhow::Context as _;

/// Octets that are collected before they are written.
const BLOCK: usize = 64 * 1024;

/// Where results go.
pub struct Output {
    to: io::Stdout,
    buffer: Vec<u8>,
    /// Octets that are enough to be written.
    enough: usize,
}

impl Output {
    /// Standard output. `each_line`: nothing is held back.
    pub fn stdout(each_line: bool) -> Self {
        Output {
            to: io::stdout(),
            buffer: Vec::with_capacity(2 * BLOCK),
            enough: if each_line { 1 } else { BLOCK },
        }
    }

    /// What is to be written next.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Writes if enough has been collected.
    ///
    /// # Errors
    /// Standard output cannot be written.
    #[inline]
    pub fn settle(&mut self) -> anyhow::Result<()> {
        if self.buffer.len() >= self.enough { self.flush() } else { Ok(()) }
    }

    /// Takes what has been collected, for something that prints very much at
    /// once: it gives it to [`Output::spill`] again and again, then puts back
    /// the rest.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buffer)
    }

    /// Puts back what was taken.
    pub fn put_back(&mut self, text: Vec<u8>) {
        self.buffer = text;
    }

    /// Writes `text` and empties it, if it is long enough.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn spill(&mut self, text: &mut Vec<u8>) -> anyhow::Result<()> {
        if text.len() < BLOCK {
            return Ok(());
        }
        write(&mut self.to, text)
    }

    /// Writes what has been collected.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn flush(&mut self) -> anyhow::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        write(&mut self.to, &mut self.buffer)
    }
}

fn write(to: &mut io::Stdout, text: &mut Vec<u8>) -> anyhow::Result<()> {
    let mut to = to.lock();
    let written = to.write_all(text).and_then(|()| to.flush());
    text.clear();
    written.context("standard output: cannot be written")
}
