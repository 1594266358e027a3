//! Several files as one capture in the order of time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::capture_file::{CaptureFile, Links, Record};
use super::drops::Drops;
use super::filter::Filter;
#[cfg(unix)]
use super::signals::Signals;
use super::{FileOptions, Heard, Pulse, Source, SourceError, input};
use crate::model::{CaptureStats, Frame, LinkType, Precision, Timestamp};

/// What is asked for at first of a file that is closed again after a look at
/// its first packet, and of a file that stays open.
const LOOK: usize = 8 * 1024;
const BLOCK: usize = 256 * 1024;

/// Frames at most between two looks at the signals.
const AT_ONCE: u64 = 1024;

#[path = "merge_at_hand.rs"]
mod at_hand;
#[path = "merge_open.rs"]
mod opening;

use opening::Identity;

/// One of the files.
struct Slot {
    path: PathBuf,
    /// `None`: not open now, or done.
    open: Option<(CaptureFile, Record)>,
    /// The latest time of its packets so far.
    latest: Timestamp,
    /// The numbers of its interfaces among those of all files.
    interfaces: Vec<u32>,
    /// How many of its link types are known to the whole.
    links: usize,
    /// What it was when its first packet was looked at.
    identity: Option<Identity>,
}

/// Files as one capture.
pub(super) struct Files {
    slots: Vec<Slot>,
    /// The next packet of each slot but the current one.
    waiting: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// The slot that the next packet comes from.
    current: Option<usize>,
    /// Whether the current slot's packet was handed out.
    delivered: bool,
    /// Damage in first packets, found at opening.
    errors: VecDeque<SourceError>,
    filter: Option<Filter>,
    names: Vec<String>,
    links: Links,
    precision: Precision,
    interfaces: u32,
    /// Delivered, before the filter.
    frames: u64,
    drops: Drops,
    /// Files that were read to their end.
    whole: usize,
    stopped: bool,
    /// Packets are asked for: what they need may start threads.
    started: Arc<AtomicBool>,
    /// A signal stopped it before the end.
    cut: bool,
    /// The only file is a pipe or the like. After a signal it still gives what it
    /// holds: who writes into it got the same Ctrl-C, and has a last word.
    drains: bool,
    heard: Option<Heard>,
    #[cfg(unix)]
    signals: Option<Arc<Signals>>,
}

impl Files {
    pub(super) fn open(paths: &[PathBuf], options: &FileOptions) -> Result<Files, SourceError> {
        let mut files = Files::none(paths, options);
        for path in paths {
            files.add(path, paths.len() > 1 && !options.keep_open)?;
        }
        files.filtered(options)
    }

    /// A stream as the only file.
    pub(super) fn of_stream(
        name: &str,
        stream: Box<dyn Read + Send>,
        options: &FileOptions,
    ) -> Result<Files, SourceError> {
        let path = PathBuf::from(name);
        let mut files = Files::none(std::slice::from_ref(&path), options);
        let input = input::decompressed(&path, stream, false, &files.started)?;
        let file = CaptureFile::new(input::name_of(&path), input, BLOCK)?;
        files.admit(path, file, false);
        files.filtered(options)
    }

    fn none(paths: &[PathBuf], options: &FileOptions) -> Files {
        Files {
            slots: Vec::new(),
            waiting: BinaryHeap::new(),
            current: None,
            delivered: false,
            errors: VecDeque::new(),
            filter: None,
            names: paths.iter().map(|path| path.display().to_string()).collect(),
            links: Links::default(),
            precision: Precision::Micros,
            interfaces: 0,
            frames: 0,
            drops: Drops::default(),
            whole: 0,
            stopped: false,
            started: Arc::default(),
            cut: false,
            drains: paths.len() == 1,
            heard: options.heard.clone(),
            #[cfg(unix)]
            signals: options.signals.clone(),
        }
    }

    fn filtered(mut self, options: &FileOptions) -> Result<Files, SourceError> {
        if let Some(expression) = &options.filter {
            self.filter = Some(Filter::new(expression, &self.links.list)?);
        }
        Ok(self)
    }

    /// Opens one, looks at its first packet, and closes it again if it can wait.
    fn add(&mut self, path: &Path, close: bool) -> Result<(), SourceError> {
        let (file, closes) = self.open_file(path, if close { LOOK } else { BLOCK })?;
        self.drains &= !closes;
        self.admit(path.to_owned(), file, close && closes);
        Ok(())
    }

    /// Looks at the first packet of an open file. `close`: it can wait, closed.
    fn admit(&mut self, path: PathBuf, file: CaptureFile, close: bool) {
        let index = self.slots.len();
        self.slots.push(Slot::new(path, close));
        match self.first_packet(index, file) {
            Err(error) => self.errors.push_back(error),
            Ok(false) => {}
            Ok(true) => {
                let Some(slot) = self.slots.get_mut(index) else { return };
                self.waiting.push(Reverse((slot.latest, index)));
                if close {
                    slot.open = None;
                }
            }
        }
    }

    /// Puts a file at its first packet into its slot. `false`: it has none.
    fn first_packet(&mut self, index: usize, mut file: CaptureFile) -> Result<bool, SourceError> {
        let first = file.advance();
        if let Some(slot) = self.slots.get_mut(index) {
            slot.links = self.links.take_over(&file.links, slot.links);
        }
        match first {
            Ok(Some(record)) => {
                if record.seen.precision == Precision::Nanos {
                    self.precision = Precision::Nanos;
                }
                if let Some(slot) = self.slots.get_mut(index) {
                    slot.latest = slot.latest.max(record.seen.at);
                    slot.open = Some((file, record));
                }
                Ok(true)
            }
            other => {
                self.done(&file, other.is_ok());
                other.map(|_| false)
            }
        }
    }

    /// Delivers no more: the next Ctrl-C ends the program at once.
    #[cold]
    fn end(&mut self) -> Pulse<'static> {
        self.stopped = true;
        #[cfg(unix)]
        if let Some(signals) = &self.signals {
            signals.capture_is_over();
        }
        // A file may say what was dropped wherever it likes; most do at their end.
        let mut drops = self.drops;
        if self.whole < self.slots.len() {
            drops.add(None);
        }
        Pulse::End(CaptureStats { frames: self.frames, dropped_by_kernel: drops.known() })
    }

    /// Moves the current slot on to its next packet. It stays the current one
    /// as long as its turn lasts.
    #[inline]
    fn advance_current(&mut self, index: usize) -> Result<(), SourceError> {
        let Some(slot) = self.slots.get_mut(index) else { return Ok(()) };
        let Some((file, head)) = &mut slot.open else { return Ok(()) };
        let result = file.advance();
        if slot.links != file.links.list.len() {
            slot.links = self.links.take_over(&file.links, slot.links);
        }
        if let Ok(Some(record)) = result {
            *head = record;
            slot.latest = slot.latest.max(record.seen.at);
            let key = Reverse((slot.latest, index));
            if self.waiting.peek().is_some_and(|first| *first > key) {
                self.waiting.push(key);
                self.current = None;
            }
            return Ok(());
        }
        self.current = None;
        if let Some((file, _)) = slot.open.take() {
            slot.links = self.links.take_over(&file.links, slot.links);
            self.done(&file, result.is_ok());
        }
        result.map(|_| ())
    }

    /// A file is at its end, or where it is damaged.
    fn done(&mut self, file: &CaptureFile, whole: bool) {
        self.drops.add(file.dropped());
        self.whole += usize::from(whole);
    }

    /// Whether a signal asks for the end.
    fn signalled(&self) -> bool {
        #[cfg(unix)]
        return self.signals.as_ref().is_some_and(|signals| signals.stop_requested());
        #[cfg(not(unix))]
        return false;
    }

    /// Whether to deliver no more.
    fn ends(&mut self) -> bool {
        if !self.stopped && !self.drains && self.signalled() {
            (self.stopped, self.cut) = (true, true);
        }
        self.stopped
    }

    /// Makes the slot with the earliest packet the current one.
    #[cold]
    fn choose(&mut self) -> Result<Option<usize>, SourceError> {
        self.started.store(true, Ordering::Relaxed);
        while let Some(Reverse((_, index))) = self.waiting.pop() {
            let Some(slot) = self.slots.get(index) else { continue };
            let present = match &slot.open {
                Some(_) => true,
                None => {
                    let file = self.open_again(slot)?;
                    self.first_packet(index, file)?
                }
            };
            if present {
                self.current = Some(index);
                return Ok(self.current);
            }
        }
        Ok(None)
    }

    /// Finds the next packet to deliver: its slot, and it.
    #[inline]
    fn find(&mut self) -> Result<Option<(usize, Record)>, SourceError> {
        if let Some(error) = self.errors.pop_front() {
            return Err(error);
        }
        loop {
            if self.ends() {
                return Ok(None);
            }
            if let (true, Some(index)) = (self.delivered, self.current) {
                self.delivered = false;
                self.advance_current(index)?;
            }
            let index = match self.current {
                Some(index) => index,
                None => match self.choose()? {
                    Some(index) => index,
                    None => return Ok(None),
                },
            };
            let Some((file, record)) = self.slots.get(index).and_then(|slot| slot.open.as_ref()) else {
                self.current = None;
                continue;
            };
            let record = *record;
            self.delivered = true;
            self.frames += 1;
            let passes = match &mut self.filter {
                None => true,
                Some(filter) => {
                    let data = file.window.part(record.start, record.len);
                    filter.passes(record.seen.link, data, record.seen.wire_len)?
                }
            };
            if passes {
                return Ok(Some((index, record)));
            }
        }
    }

    /// An interface's number among those of all files: one file keeps its own.
    #[inline]
    fn interface(&mut self, index: usize, of_file: u32) -> u32 {
        if self.slots.len() == 1 {
            return of_file;
        }
        let Some(slot) = self.slots.get_mut(index) else { return of_file };
        while slot.interfaces.len() <= of_file as usize {
            slot.interfaces.push(self.interfaces);
            self.interfaces += 1;
        }
        slot.interfaces.get(of_file as usize).copied().unwrap_or(of_file)
    }
}

impl Source for Files {
    fn next(&mut self) -> anyhow::Result<Pulse<'_>> {
        let (index, record) = match self.find() {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(self.end()),
            // An interrupted read looks like a file that ends too early.
            Err(_) if !self.stopped && self.signalled() => return Ok(self.end()),
            Err(error) => return Err(error.into()),
        };
        let interface = self.interface(index, record.seen.interface);
        let file = self.slots.get(index).and_then(|slot| slot.open.as_ref());
        let data = file.map(|(file, _)| file.window.part(record.start, record.len)).unwrap_or_default();
        Ok(Pulse::Frame(record.seen.frame(self.frames, interface, data)))
    }

    fn at_hand(&mut self, take: &mut dyn FnMut(&[Frame<'_>]) -> usize) {
        self.give_at_hand(take);
    }

    fn names(&self) -> &[String] {
        &self.names
    }

    fn link_types(&self) -> &[LinkType] {
        &self.links.list
    }

    fn snaplen(&self) -> u32 {
        if self.links.snaplen == 0 { super::MAX_SNAPLEN } else { self.links.snaplen }
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn stop(&mut self) {
        self.stopped = true;
    }

    fn interrupted(&self) -> bool {
        self.cut
    }

    #[cfg(unix)]
    fn take_usr1(&mut self) -> bool {
        self.signals.as_ref().is_some_and(|signals| signals.take_usr1())
    }
}
