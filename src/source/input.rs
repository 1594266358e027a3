//! Opening what the user named: a file, or `-` for standard input; compressed
//! or not.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::decompress::{Decompressed, Format};
use super::error::Place;
#[cfg(unix)]
use super::signals::Signals;
use super::{Heard, SourceError};

/// A stream of capture octets.
pub(super) struct Input {
    pub(super) stream: Box<dyn Read + Send>,
    /// Whether `stream` comes out of a decompressor.
    pub(super) compressed: bool,
    /// Whether it can be closed now and opened again later.
    pub(super) reopens: bool,
}

/// What the user calls it in messages.
pub(super) fn name_of(path: &Path) -> String {
    if path == Path::new("-") { "standard input".into() } else { path.display().to_string() }
}

/// Opens a file. `started`: threads may be started.
#[cfg(unix)]
pub(super) fn open(
    path: &Path,
    signals: Option<&Arc<Signals>>,
    started: &Arc<AtomicBool>,
    heard: Option<&Heard>,
) -> Result<Input, SourceError> {
    let (raw, length) = if path == Path::new("-") { (standard_input(path)?, None) } else { plain(path)? };
    let reopens = length.is_some();
    let stream: Box<dyn Read + Send> = match (length, signals) {
        (Some(length), _) => Box::new(Promised { file: raw, left: length, heard: heard.cloned() }),
        (None, Some(signals)) => Box::new(super::signals::Interruptible::new(raw, Arc::clone(signals))),
        (None, None) => Box::new(raw),
    };
    decompressed(path, stream, reopens, started)
}

/// Opens a file. `started`: threads may be started.
#[cfg(not(unix))]
pub(super) fn open(
    path: &Path,
    started: &Arc<AtomicBool>,
    heard: Option<&Heard>,
) -> Result<Input, SourceError> {
    if path == Path::new("-") {
        return decompressed(path, Box::new(io::stdin()), false, started);
    }
    let (file, length) = plain(path)?;
    decompressed(
        path,
        Box::new(Promised { file, left: length.unwrap_or(0), heard: heard.cloned() }),
        length.is_some(),
        started,
    )
}

#[cfg(unix)]
fn standard_input(path: &Path) -> Result<File, SourceError> {
    use std::os::fd::AsFd;
    let duplicate = io::stdin().as_fd().try_clone_to_owned();
    duplicate.map(File::from).map_err(|error| SourceError::Open { name: name_of(path), error })
}

/// Opens a file, and gives its length if it is a regular one.
fn plain(path: &Path) -> Result<(File, Option<u64>), SourceError> {
    let name = || name_of(path);
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => SourceError::NotFound { name: name() },
        io::ErrorKind::IsADirectory => SourceError::Directory { name: name() },
        _ => SourceError::Open { name: name(), error },
    })?;
    let kind = file.metadata().map_err(|error| SourceError::Open { name: name(), error })?;
    if kind.is_dir() {
        return Err(SourceError::Directory { name: name() });
    }
    Ok((file, kind.is_file().then_some(kind.len())))
}

/// A file that had this length when it was opened. It may grow; that it became
/// shorter is an error, which its records need not show.
struct Promised {
    file: File,
    left: u64,
    heard: Option<Heard>,
}

impl Read for Promised {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(room)?;
        if count == 0 && self.left > 0 && !room.is_empty() {
            return Err(io::Error::other("it became shorter while it was read"));
        }
        self.left = self.left.saturating_sub(count as u64);
        if let Some(heard) = &self.heard {
            heard.tell(count as u64);
        }
        Ok(count)
    }
}

/// Looks at the first octets, and puts a decompressor in between if need be.
pub(super) fn decompressed(
    path: &Path,
    mut raw: Box<dyn Read + Send>,
    reopens: bool,
    started: &Arc<AtomicBool>,
) -> Result<Input, SourceError> {
    let failed = |error| SourceError::Read {
        place: Place { name: name_of(path), offset: 0, packets: 0, compressed: false },
        error,
    };
    let mut first = [0; 4];
    let mut count = 0;
    while let Some(room) = first.get_mut(count..).filter(|room| !room.is_empty()) {
        match raw.read(room) {
            Ok(0) => break,
            Ok(got) => count += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error)),
        }
    }
    let first = first.get(..count).unwrap_or_default().to_vec();
    let format = Format::of(&first);
    let whole = Box::new(io::Cursor::new(first).chain(raw));
    match format {
        None => Ok(Input { stream: whole, compressed: false, reopens }),
        Some(format) => {
            let stream = Box::new(Decompressed::start(format, whole, started).map_err(failed)?);
            Ok(Input { stream, compressed: true, reopens })
        }
    }
}

/// What a file that is no capture seems to be.
pub(super) fn seems(first: &[u8]) -> Option<&'static str> {
    const MAGICS: [(&[u8], &str); 13] = [
        (b"\xfd7zXZ\0", "xz-compressed"),
        (b"BZh", "bzip2-compressed"),
        (b"\x04\x22\x4d\x18", "lz4-compressed"),
        (b"PK\x03\x04", "a zip archive"),
        (b"snoop\0\0\0", "a snoop capture"),
        (b"GMBU", "a Network Monitor capture"),
        (b"RTSS", "a Network Monitor capture"),
        (b"\x7fELF", "a program"),
        (b"%PDF", "a PDF document"),
        (b"\x89PNG", "a PNG image"),
        (b"\x1f\x8b", "gzip inside compressed data"),
        (b"\x28\xb5\x2f\xfd", "zstd inside compressed data"),
        (b"\xed\xab\xee\xdb", "an RPM package"),
    ];
    if let Some((_, what)) = MAGICS.iter().find(|(magic, _)| first.starts_with(magic)) {
        return Some(what);
    }
    let text = |octet: &u8| octet.is_ascii_graphic() || octet.is_ascii_whitespace();
    (first.len() >= 4 && first.iter().all(text)).then_some("text")
}
