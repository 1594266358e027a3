//! Opening what the user named: a file, or `-` for standard input; compressed
//! or not.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::SourceError;
use super::decompress::{Decompressed, Format};
use super::error::Place;
#[cfg(unix)]
use super::signals::Signals;

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
) -> Result<Input, SourceError> {
    let (raw, reopens) = if path == Path::new("-") {
        (standard_input(path)?, false)
    } else {
        let (file, regular) = regular_or_not(path)?;
        (file, regular)
    };
    let stream: Box<dyn Read + Send> = match signals {
        Some(signals) if !reopens => Box::new(super::signals::Interruptible::new(raw, Arc::clone(signals))),
        _ => Box::new(raw),
    };
    decompressed(path, stream, reopens, started)
}

/// Opens a file. `started`: threads may be started.
#[cfg(not(unix))]
pub(super) fn open(path: &Path, started: &Arc<AtomicBool>) -> Result<Input, SourceError> {
    if path == Path::new("-") {
        return decompressed(path, Box::new(io::stdin()), false, started);
    }
    let (file, regular) = regular_or_not(path)?;
    decompressed(path, Box::new(file), regular, started)
}

#[cfg(unix)]
fn standard_input(path: &Path) -> Result<File, SourceError> {
    use std::os::fd::AsFd;
    let duplicate = io::stdin().as_fd().try_clone_to_owned();
    duplicate.map(File::from).map_err(|error| SourceError::Open { name: name_of(path), error })
}

fn regular_or_not(path: &Path) -> Result<(File, bool), SourceError> {
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
    Ok((file, kind.is_file()))
}

/// Looks at the first octets, and puts a decompressor in between if need be.
fn decompressed(
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
