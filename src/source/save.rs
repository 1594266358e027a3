//! Saving frames (`-w`): pcap, or pcapng where frames have several link types.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Source;
use super::error::reason;
use super::save_format::{Layout, whole_records};
use crate::model::{Frame, LinkType};

/// Octets that are collected before they are written.
const BLOCK: usize = 256 * 1024;

/// How to save.
#[derive(Clone, Debug, Default)]
pub struct SaveOptions {
    /// Write each frame at once (`-U`).
    pub per_packet: bool,
}

/// Why frames could not be saved.
#[derive(Debug)]
pub enum SaveError {
    /// The file cannot be made.
    Create {
        /// The file as the user named it.
        name: String,
        /// The system's reason.
        error: io::Error,
    },
    /// It is one of the files that are read.
    IsInput {
        /// The file as the user named it.
        name: String,
    },
    /// It cannot be written to any more.
    Write {
        /// The file as the user named it.
        name: String,
        /// The system's reason.
        error: io::Error,
        /// Frames that are wholly in the file.
        saved: u64,
    },
    /// A link type turned up that the file's header does not allow.
    LinkType {
        /// The file as the user named it.
        name: String,
        /// The link type of the file.
        has: LinkType,
        /// The one that turned up.
        met: LinkType,
        /// Frames that are wholly in the file.
        saved: u64,
    },
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { name, error } => write!(f, "{name}: cannot be written: {}", reason(error)),
            Self::IsInput { name } => {
                write!(f, "{name}: is being read, it cannot be written at the same time")
            }
            Self::Write { name, error, saved } => {
                let why = reason(error);
                write!(f, "{name}: cannot be written to any more: {why}; it has the first {saved} packets")
            }
            Self::LinkType { name, has, met, saved } => {
                let (has, met) = (super::link_name(*has), super::link_name(*met));
                write!(
                    f,
                    "{name}: has link type {has}, {met} turned up later; it has the first {saved} packets"
                )
            }
        }
    }
}

impl std::error::Error for SaveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Create { error, .. } | Self::Write { error, .. } => Some(error),
            Self::IsInput { .. } | Self::LinkType { .. } => None,
        }
    }
}

impl SaveError {
    /// Whether nobody reads any more what is written (`-w - | head`).
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write { error, .. } if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Where saved frames go.
trait Output: Write {
    /// Cuts off what follows these octets, if that can be done.
    fn cut(&mut self, len: u64);
}

impl Output for File {
    fn cut(&mut self, len: u64) {
        // A pipe or device cannot be cut: then there is nothing to repair.
        self.set_len(len).ok();
    }
}

impl Output for io::Stdout {
    fn cut(&mut self, _: u64) {}
}

/// Saves frames. Records are written whole; if that fails the file is cut off
/// after the last whole one, so it is always a valid capture.
pub struct Saver {
    name: String,
    output: Box<dyn Output + Send>,
    layout: Layout,
    per_packet: bool,
    pending: Vec<u8>,
    /// Frames and octets that are wholly in the file.
    saved: u64,
    written: u64,
    frames: u64,
    failed: bool,
}

impl fmt::Debug for Saver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saver")
            .field("name", &self.name)
            .field("frames", &self.frames)
            .finish_non_exhaustive()
    }
}

/// Makes a file for what is found in this source.
///
/// # Errors
/// The file cannot be made, or is one of those that are read.
pub fn create_file(path: &Path, source: &dyn Source) -> Result<File, SaveError> {
    let name = path.display().to_string();
    if source.names().iter().any(|input| is_same_file(path, Path::new(input))) {
        return Err(SaveError::IsInput { name });
    }
    File::create(path).map_err(|error| SaveError::Create { name, error })
}

impl Saver {
    /// Makes the file (`-`: standard output) and writes its header, for what
    /// this source gives: pcap if it has one link type so far, else pcapng.
    ///
    /// # Errors
    /// The file cannot be made, or is one of those that are read.
    pub fn create(path: &Path, source: &dyn Source, options: &SaveOptions) -> Result<Saver, SaveError> {
        let name = path.display().to_string();
        let output: Box<dyn Output + Send> = if path == Path::new("-") {
            Box::new(io::stdout())
        } else {
            Box::new(create_file(path, source)?)
        };
        let layout = Layout::new(source.link_types(), source.snaplen(), source.precision());
        Saver::start(name, output, layout, options.per_packet)
    }

    fn start(
        name: String,
        output: Box<dyn Output + Send>,
        layout: Layout,
        per_packet: bool,
    ) -> Result<Saver, SaveError> {
        let mut pending = Vec::with_capacity(BLOCK + 64 * 1024);
        layout.header(&mut pending);
        let (saved, written, frames) = (0, 0, 0);
        let mut saver =
            Saver { name, output, layout, per_packet, pending, saved, written, frames, failed: false };
        // At once, so that a reader at the other end can begin.
        saver.flush()?;
        Ok(saver)
    }

    /// Saves a frame.
    ///
    /// # Errors
    /// The disk is full, or the like. Later frames are not saved.
    pub fn save(&mut self, frame: &Frame<'_>) -> Result<(), SaveError> {
        if self.failed {
            return Ok(());
        }
        if let Err(has) = self.layout.record(frame, &mut self.pending) {
            self.flush()?;
            self.failed = true;
            let name = self.name.clone();
            return Err(SaveError::LinkType { name, has, met: frame.link, saved: self.saved });
        }
        self.frames += 1;
        if self.per_packet || self.pending.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    /// Writes what is pending.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn flush(&mut self) -> Result<(), SaveError> {
        if self.failed {
            return Ok(());
        }
        let mut done = 0;
        let result = loop {
            let Some(rest) = self.pending.get(done..).filter(|rest| !rest.is_empty()) else {
                break self.output.flush();
            };
            match self.output.write(rest) {
                Ok(0) => break Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        let Err(error) = result else {
            self.written += self.pending.len() as u64;
            self.saved = self.frames;
            self.pending.clear();
            return Ok(());
        };
        self.failed = true;
        let begins = self.written == 0;
        let (octets, frames) =
            whole_records(&self.layout, self.pending.get(..done).unwrap_or_default(), begins);
        self.output.cut(self.written + octets);
        self.saved += frames;
        self.pending.clear();
        Err(SaveError::Write { name: self.name.clone(), error, saved: self.saved })
    }

    /// Writes the rest. Gives the number of frames saved.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn finish(mut self) -> Result<u64, SaveError> {
        self.flush()?;
        Ok(self.saved)
    }
}

impl Drop for Saver {
    fn drop(&mut self) {
        // Who wants to know calls `finish`.
        self.flush().ok();
    }
}

/// Whether both exist and are one file.
fn is_same_file(a: &Path, b: &Path) -> bool {
    let canonical = |path: &Path| -> Option<PathBuf> { path.canonicalize().ok() };
    canonical(a).is_some_and(|a| a.is_file() && canonical(b) == Some(a))
}

#[cfg(test)]
#[path = "save_tests.rs"]
mod tests;
