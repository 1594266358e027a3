//! One capture file, record by record.

use std::collections::HashSet;
use std::io;

use super::SourceError;
use super::at_hand::{self, Fate, Passed};
use super::error::Place;
use super::input::{Input, seems};
use super::pcap_format::Pcap;
use super::pcapng::Pcapng;
use super::read::Window;
use crate::model::{Frame, LinkType, Precision, Timestamp};

/// The longest packet that is believed, in octets. BIG TCP makes packets of
/// some 500 kB; libpcap stops at 262144.
pub(super) const MAX_PACKET: u32 = 4 << 20;

/// What a file says of a packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) at: Timestamp,
    pub(super) carried: u16,
    pub(super) precision: Precision,
    pub(super) link: LinkType,
    /// Counted within the file, over its sections.
    pub(super) interface: u32,
    pub(super) wire_len: u32,
}

impl Seen {
    /// The packet as a frame of a capture: its number there, and its interface's.
    #[inline]
    pub(super) fn frame(self, number: u64, interface: u32, data: &[u8]) -> Frame<'_> {
        let Seen { at, carried, precision, link, wire_len, .. } = self;
        Frame { number, at, carried, precision, link, interface, wire_len, data }
    }
}

/// A packet in the window of its file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) seen: Seen,
    /// Where its octets are in the window's buffer.
    pub(super) start: usize,
    pub(super) len: usize,
}

/// Why a format reader cannot go on.
#[derive(Debug)]
pub(super) enum Damage {
    /// The stream ends inside a record.
    Truncated { needs: u64, has: u64 },
    /// The record is not what it says.
    Corrupt(String),
    /// A version of the format that is not known.
    Version(&'static str, u16, u16),
    /// Reading failed.
    Read(io::Error),
    /// At another place than the window's: so many octets from the beginning.
    At(u64, Box<Damage>),
}

impl From<io::Error> for Damage {
    fn from(error: io::Error) -> Self {
        Damage::Read(error)
    }
}

/// The interfaces' link types of a file, or of several, in the order they were met.
#[derive(Debug, Default)]
pub(super) struct Links {
    pub(super) list: Vec<LinkType>,
    seen: HashSet<LinkType>,
    pub(super) snaplen: u32,
}

impl Links {
    /// Notes an interface.
    pub(super) fn add(&mut self, link: LinkType, snaplen: u32) {
        if self.seen.insert(link) {
            self.list.push(link);
        }
        let unlimited = snaplen == 0 || snaplen > super::MAX_SNAPLEN;
        self.snaplen = self.snaplen.max(if unlimited { super::MAX_SNAPLEN } else { snaplen });
    }

    /// Adds those of a file beyond the `known` first, and says how many it has.
    #[cold]
    pub(super) fn take_over(&mut self, file: &Links, known: usize) -> usize {
        for link in file.list.iter().skip(known) {
            if self.seen.insert(*link) {
                self.list.push(*link);
            }
        }
        self.snaplen = self.snaplen.max(file.snaplen);
        file.list.len()
    }
}

enum Format {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

/// An open capture file.
pub(super) struct CaptureFile {
    name: String,
    compressed: bool,
    pub(super) window: Window,
    format: Format,
    pub(super) links: Links,
    packets: u64,
    ended: bool,
}

impl CaptureFile {
    /// Reads the header. `first` octets are asked for at first.
    pub(super) fn new(name: String, input: Input, first: usize) -> Result<CaptureFile, SourceError> {
        let compressed = input.compressed;
        let mut window = Window::new(input.stream, first);
        let mut links = Links::default();
        let format = begin(&name, &mut window, &mut links)
            .unwrap_or_else(|damage| Err(located(damage, &name, window.offset(), 0, compressed)))?;
        Ok(CaptureFile { name, compressed, window, format, links, packets: 0, ended: false })
    }

    /// The next packet. After an error there is none.
    #[inline]
    pub(super) fn advance(&mut self) -> Result<Option<Record>, SourceError> {
        if self.ended {
            return Ok(None);
        }
        let result = match &mut self.format {
            Format::Pcap(pcap) => pcap.next(&mut self.window),
            Format::Pcapng(pcapng) => pcapng.next(&mut self.window, &mut self.links),
        };
        match result {
            Ok(Some(record)) => {
                self.packets += 1;
                Ok(Some(record))
            }
            Ok(None) => {
                self.ended = true;
                Ok(None)
            }
            Err(damage) => {
                self.ended = true;
                Err(located(damage, &self.name, self.window.offset(), self.packets, self.compressed))
            }
        }
    }

    /// Goes through the packets that the window shows already, without a look at the
    /// stream ([`at_hand::go`]). How far it came has been passed.
    #[inline]
    pub(super) fn at_hand(
        &mut self,
        latest: Timestamp,
        fate: impl for<'w> FnMut(&Seen, &Passed, &'w [u8]) -> Fate<'w>,
        take: impl FnMut(&[Frame<'_>]) -> usize,
    ) -> Passed {
        let octets = self.window.rest();
        let passed = match &self.format {
            Format::Pcap(pcap) => at_hand::go(octets, latest, |rest| pcap.at_hand(rest), fate, take),
            Format::Pcapng(pcapng) => at_hand::go(octets, latest, |rest| pcapng.at_hand(rest), fate, take),
        };
        self.packets += passed.packets;
        self.window.advance(passed.octets);
        passed
    }

    /// What the file says was dropped by the capturing system.
    pub(super) fn dropped(&self) -> Option<u64> {
        match &self.format {
            Format::Pcap(_) => None,
            Format::Pcapng(pcapng) => pcapng.dropped().known(),
        }
    }
}

/// Tells the formats apart and reads the header. The outer error has no place
/// yet, the inner one needs none.
fn begin(name: &str, window: &mut Window, links: &mut Links) -> Result<Result<Format, SourceError>, Damage> {
    if !window.have(1)? {
        return Ok(Err(SourceError::Empty { name: name.to_owned() }));
    }
    if window.have(4)? {
        let magic = window.head().copied().unwrap_or_default();
        if Pcapng::MAGIC == magic {
            return Pcapng::new(window).map(|format| Ok(Format::Pcapng(format)));
        }
        if let Some(pcap) = Pcap::of_magic(magic) {
            return pcap.begin(window, links).map(|format| Ok(Format::Pcap(format)));
        }
        window.have(64)?;
    }
    let first = window.rest();
    let seems = seems(first.get(..64).unwrap_or(first));
    Ok(Err(SourceError::NotACapture { name: name.to_owned(), seems }))
}

/// Adds the place to what went wrong.
fn located(damage: Damage, name: &str, offset: u64, packets: u64, compressed: bool) -> SourceError {
    let place = || Place { name: name.to_owned(), offset, packets, compressed };
    match damage {
        Damage::Truncated { needs, has } => SourceError::Truncated { place: place(), needs, has },
        Damage::Corrupt(what) => SourceError::Corrupt { place: place(), what },
        Damage::Read(error) => SourceError::Read { place: place(), error },
        Damage::Version(format, major, minor) => {
            SourceError::Version { name: name.to_owned(), format, version: (major, minor) }
        }
        Damage::At(offset, damage) => located(*damage, name, offset, packets, compressed),
    }
}
