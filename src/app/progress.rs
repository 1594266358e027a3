//! What a terminal on standard error shows while nothing else is said: a bar for
//! long files, a line of counts for live captures.
//!
//! A bar moves when a block of a file is read, never for a packet.

use std::fs;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::Timestamp;
use crate::source::Heard;

/// Files that are shorter are read before a bar could be looked at.
const LONG: u64 = 64 << 20;

/// Draws at most so often a second.
const HERTZ: u8 = 8;

/// Between two lines of counts, in nanoseconds of the capture.
const EVERY: i64 = 500_000_000;

/// A bar, a line, or nothing.
#[derive(Clone, Default)]
pub struct Progress {
    bar: Option<ProgressBar>,
    drawn: Option<Timestamp>,
}

impl Progress {
    /// A bar for these files, if they are regular ones and long.
    pub fn of_files(paths: &[PathBuf], wanted: bool) -> Progress {
        if !wanted {
            return Progress::default();
        }
        let length =
            |path: &PathBuf| fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|file| file.len());
        let in_all = paths.iter().filter(|path| *path != Path::new("-")).map(length).sum::<Option<u64>>();
        let Some(in_all) = in_all.filter(|&octets| octets >= LONG) else { return Progress::default() };
        Progress::drawn(
            ProgressBar::with_draw_target(Some(in_all), target()),
            "{wide_bar} {percent:>3} %  {eta}",
        )
    }

    /// A line of counts.
    #[cfg(feature = "live")]
    pub fn of_live(wanted: bool) -> Progress {
        if !wanted {
            return Progress::default();
        }
        Progress::drawn(ProgressBar::with_draw_target(None, target()), "{wide_msg}")
    }

    fn drawn(bar: ProgressBar, template: &str) -> Progress {
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        Progress { bar: Some(bar.with_style(style.progress_chars("=> "))), drawn: None }
    }

    /// What is told of each block that is read.
    pub fn heard(&self) -> Option<Heard> {
        let bar = self.bar.clone()?;
        Some(Heard::new(move |octets| bar.inc(octets)))
    }

    /// Shows these counts, if it is time to.
    pub fn counts(&mut self, now: Timestamp, tally: impl FnOnce() -> String) {
        let Some(bar) = &self.bar else { return };
        if self.drawn.is_none_or(|drawn| now.nanos_since(drawn) >= EVERY) {
            self.drawn = Some(now);
            bar.set_message(tally());
        }
    }

    /// Lets something else be said.
    pub fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    /// Clears it.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn target() -> ProgressDrawTarget {
    ProgressDrawTarget::stderr_with_hz(HERTZ)
}
