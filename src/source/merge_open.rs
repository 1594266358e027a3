//! Opening the files, and what tells a file from another of its name.

use std::path::{Path, PathBuf};

use super::{BLOCK, CaptureFile, Files, Slot, SourceError, Timestamp, input};

/// A file's place in its file system; nothing where there is none to be had.
#[derive(Debug)]
pub(super) struct Identity(Option<[u64; 2]>);

impl Identity {
    /// That of the file which has this name now.
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Identity(std::fs::metadata(path).ok().map(|file| [file.dev(), file.ino()]))
    }

    /// That of the file which has this name now.
    #[cfg(not(unix))]
    pub(super) fn of(_: &Path) -> Self {
        Identity(None)
    }

    /// Another file that has its name by now is not what was asked for; the sandbox
    /// would not let it be opened either.
    fn check(&self, path: &Path) -> Result<(), SourceError> {
        if self.0.is_some() && Identity::of(path).0 != self.0 {
            return Err(SourceError::Replaced { name: input::name_of(path) });
        }
        Ok(())
    }
}

impl Slot {
    pub(super) fn new(path: PathBuf, waits: bool) -> Self {
        let identity = waits.then(|| Identity::of(&path));
        Slot { path, open: None, latest: Timestamp::MIN, interfaces: Vec::new(), links: 0, identity }
    }
}

impl Files {
    /// Opens one, asking for `first` octets; and whether it can be opened again.
    pub(super) fn open_file(&self, path: &Path, first: usize) -> Result<(CaptureFile, bool), SourceError> {
        #[cfg(unix)]
        let input = input::open(path, self.signals.as_ref(), &self.started, self.heard.as_ref())?;
        #[cfg(not(unix))]
        let input = input::open(path, &self.started, self.heard.as_ref())?;
        let closes = input.reopens;
        Ok((CaptureFile::new(input::name_of(path), input, first)?, closes))
    }

    /// Opens a file whose turn has come.
    #[cold]
    pub(super) fn open_again(&self, slot: &Slot) -> Result<CaptureFile, SourceError> {
        if let Some(identity) = &slot.identity {
            identity.check(&slot.path)?;
        }
        self.open_file(&slot.path, BLOCK).map(|(file, _)| file)
    }
}
