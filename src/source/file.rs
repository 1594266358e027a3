//! Opening stored captures.

use std::fmt;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use super::merge::Files;
#[cfg(unix)]
use super::signals::Signals;
use super::{Source, SourceError};

/// Is told how many octets were read, once a block, from whatever thread reads.
#[derive(Clone)]
pub struct Heard(Arc<dyn Fn(u64) + Send + Sync>);

impl Heard {
    /// Tells it to this function.
    pub fn new(tell: impl Fn(u64) + Send + Sync + 'static) -> Self {
        Heard(Arc::new(tell))
    }

    pub(super) fn tell(&self, octets: u64) {
        (self.0)(octets);
    }
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Heard")
    }
}

/// How stored captures are to be read.
#[derive(Debug, Default)]
pub struct FileOptions {
    /// A filter expression as tcpdump has them. Frames that do not pass are
    /// counted, not delivered.
    pub filter: Option<String>,
    /// If given, SIGINT and its like end the capture instead of the program. What
    /// a pipe holds by then is still read.
    #[cfg(unix)]
    pub signals: Option<Arc<Signals>>,
    /// All files stay open, because they cannot be opened again later.
    pub keep_open: bool,
    /// Is told how much of regular files was read, as it is stored.
    pub heard: Option<Heard>,
}

/// Opens files as one capture. `-` is standard input; gzip and zstd are
/// decompressed on the way.
///
/// Frames come in the order of (running maximum of the time stamps within their
/// file, position of the file, position in the file): rotated files may be given
/// in any order, and a clock that steps back does not tear a file apart. Only
/// files that overlap in time are open together.
///
/// # Errors
/// A file that cannot be opened or is no capture; a filter that compiles for no
/// link type of them. Damage further on is [`Source::next`]'s to tell.
pub fn open_files(paths: &[PathBuf], options: &FileOptions) -> Result<Box<dyn Source + Send>, SourceError> {
    Ok(Box::new(Files::open(paths, options)?))
}

/// Takes a stream of octets as a capture, compressed or not. `name` stands for it
/// in messages.
///
/// # Errors
/// As for [`open_files`].
pub fn open_stream(
    name: &str,
    stream: Box<dyn Read + Send>,
    options: &FileOptions,
) -> Result<Box<dyn Source + Send>, SourceError> {
    Ok(Box::new(Files::of_stream(name, stream, options)?))
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
