//! Where frames come from: files, standard input, an interface.

mod at_hand;
mod bpf;
mod capture_file;
mod decompress;
mod drops;
mod error;
mod file;
mod filter;
mod input;
mod linktype;
mod merge;
mod pcap_format;
mod pcapng;
mod read;
mod save;
mod save_format;
#[cfg(unix)]
mod signals;
#[cfg(test)]
mod testdata;
mod ticks;

#[cfg(all(unix, feature = "live"))]
pub mod devices;
#[cfg(all(unix, feature = "live"))]
mod live;
#[cfg(all(unix, feature = "live"))]
mod live_clock;
#[cfg(all(unix, feature = "live"))]
mod live_open;

pub use error::SourceError;
pub use file::{FileOptions, Heard, open_files, open_stream};
pub use filter::{Filter, FilterError, hides_icmp};
pub use linktype::{ETHERNET, RAW, link_description, link_name, link_of_name};
pub use save::{SaveError, SaveOptions, Saver, create_file};
#[cfg(unix)]
pub use signals::Signals;

#[cfg(all(unix, feature = "live"))]
pub use live_clock::now;
#[cfg(all(unix, feature = "live"))]
pub use live_open::{CaptureDirection, LiveOptions, open_live};

use crate::model::{CaptureStats, Frame, LinkType, Precision, Timestamp};

/// The snapshot length of a capture that does not say it: what libpcap calls
/// the maximum, in octets.
pub const MAX_SNAPLEN: u32 = 262_144;

/// Frames that are given at once at most.
pub const BATCH: usize = 16;

/// What a source has to say next.
#[derive(Clone, Copy, Debug)]
pub enum Pulse<'a> {
    /// A frame.
    Frame(Frame<'a>),
    /// Nothing was captured, but it is this late now (live only).
    Idle(Timestamp),
    /// No more frames will come.
    End(CaptureStats),
}

/// A capture, live or stored.
pub trait Source {
    /// The next frame, or the news that there is none.
    ///
    /// # Errors
    /// What went wrong with the capture: a [`SourceError`]. All frames before
    /// the damage have been delivered. The next call goes on with what can
    /// still be read (the next file), or gives [`Pulse::End`].
    fn next(&mut self) -> anyhow::Result<Pulse<'_>>;

    /// Gives `take` frames that are at hand, [`BATCH`] or fewer at a time, none of them
    /// before the first [`Source::next`], until it takes fewer than it was given. It
    /// may give none although there are some, and stops at times, so that signals
    /// are seen: what it does not give, and what was not taken, `next` does. A shorter
    /// way for nearly all frames of a file.
    fn at_hand(&mut self, take: &mut dyn FnMut(&[Frame<'_>]) -> usize) {
        let _ = take;
    }

    /// The names under which the user knows it: file names, or the interface.
    fn names(&self) -> &[String];

    /// The link types met so far, each once.
    fn link_types(&self) -> &[LinkType];

    /// The largest snapshot length met so far, in octets.
    fn snaplen(&self) -> u32 {
        MAX_SNAPLEN
    }

    /// The finest unit of time stamps met so far.
    fn precision(&self) -> Precision {
        Precision::Micros
    }

    /// Whether more frames are at hand, so that output may wait a moment.
    fn pending(&self) -> bool {
        false
    }

    /// Asks for the end, as after a count that was asked for: what is left is
    /// not delivered, the next call of [`Source::next`] gives [`Pulse::End`].
    fn stop(&mut self) {}

    /// Frames that the kernel is known to have dropped so far (live only).
    fn lost(&self) -> u64 {
        0
    }

    /// Whether a signal ended it before everything was read (files only).
    fn interrupted(&self) -> bool {
        false
    }

    /// Whether the user asked for the counts (SIGUSR1) since the last call. A
    /// quiet interface gives [`Pulse::Idle`] at once when the signal arrives.
    fn take_usr1(&mut self) -> bool {
        false
    }
}
