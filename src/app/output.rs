//! Standard output: buffered, and honest about failing.

use anyhow::Context as _;

#[cfg(unix)]
use crate::source::Outlet;

#[cfg(not(unix))]
use elsewhere::Outlet;

/// Octets that are collected before they are written.
const BLOCK: usize = 64 * 1024;

/// Where results go.
pub struct Output {
    to: Outlet,
    buffer: Vec<u8>,
    /// Octets that are enough to be written.
    enough: usize,
}

impl Output {
    /// Standard output. `each_line`: nothing is held back.
    pub fn stdout(each_line: bool) -> Self {
        Output {
            to: Outlet::stdout(),
            buffer: Vec::with_capacity(2 * BLOCK),
            enough: if each_line { 1 } else { BLOCK },
        }
    }

    /// The same, of a program that signals end at once.
    pub fn untended() -> Self {
        Output { to: Outlet::untended(), buffer: Vec::with_capacity(2 * BLOCK), enough: BLOCK }
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

fn write(to: &mut Outlet, text: &mut Vec<u8>) -> anyhow::Result<()> {
    let written = to.write_all(text);
    text.clear();
    written.context("standard output: cannot be written")
}

#[cfg(not(unix))]
mod elsewhere {
    use std::io::{self, Write as _};

    /// Standard output as the library has it.
    pub struct Outlet(io::Stdout);

    impl Outlet {
        pub fn stdout() -> Self {
            Outlet(io::stdout())
        }

        pub fn untended() -> Self {
            Outlet(io::stdout())
        }

        pub fn write_all(&mut self, octets: &[u8]) -> io::Result<()> {
            let mut to = self.0.lock();
            to.write_all(octets).and_then(|()| to.flush())
        }
    }
}
