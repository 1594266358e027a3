//! Opening stored captures.

use std::io::Read;
use std::path::PathBuf;
#[cfg(unix)]
use std::sync::Arc;

use super::merge::Files;
#[cfg(unix)]
use super::signals::Signals;
use super::{Source, SourceError};

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
