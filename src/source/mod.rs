//! Where frames come from: files, standard input, an interface.

use crate::model::{CaptureStats, Frame, LinkType, Timestamp};

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
    /// What went wrong with the capture. All frames before the damage have been
    /// delivered. The next call goes on with what can still be read (the next
    /// file), or gives [`Pulse::End`].
    fn next(&mut self) -> anyhow::Result<Pulse<'_>>;

    /// The names under which the user knows it: file names, or the interface.
    fn names(&self) -> &[String];

    /// The link types met so far, each once.
    fn link_types(&self) -> &[LinkType];
}
