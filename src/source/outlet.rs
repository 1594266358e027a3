//! Standard output, with a reader that may stand still: a full pipe, a paused
//! terminal. A signal ends the wait for it; where each line is written at once, only
//! a second one does.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileTypeExt as _;
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::time::Timespec;

use super::signals::Signals;

/// Octets that a pipe with room takes without a wait (PIPE_BUF on Linux, and more
/// than elsewhere a terminal takes).
const AT_ONCE: usize = 4096;

/// How long nobody may read after a signal has asked for the end.
const PATIENCE: Timespec = Timespec { tv_sec: 2, tv_nsec: 0 };

/// Standard output, written to without a buffer of its own.
#[derive(Debug)]
pub struct Outlet<W = io::Stdout> {
    to: W,
    /// `None`: nobody has to wait, as for a file, or signals end the program anyway.
    signals: Option<Arc<Signals>>,
}

impl Outlet {
    /// Standard output as it is now.
    pub fn stdout() -> Self {
        Outlet::new(io::stdout())
    }

    /// The same, with signals left as they are: they end the program.
    pub fn untended() -> Self {
        Outlet { to: io::stdout(), signals: None }
    }
}

impl<W: AsFd> Outlet<W> {
    fn new(to: W) -> Self {
        let signals = if may_wait(to.as_fd()) { Signals::install().ok() } else { None };
        Outlet { to, signals }
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::TimedOut`] if a signal asked for the end and
    /// then nobody read for two seconds.
    pub fn write_all(&mut self, octets: &[u8]) -> io::Result<()> {
        let mut left = octets;
        while !left.is_empty() {
            let part = match &self.signals {
                // Asking before each line would cost more than the line.
                Some(signals) if octets.len() > AT_ONCE || signals.stop_requested() => {
                    wait(self.to.as_fd(), signals)?;
                    // A signal that comes while the system writes makes it stop halfway.
                    let most = if signals.stop_requested() { AT_ONCE } else { left.len() };
                    left.get(..most).unwrap_or(left)
                }
                _ => left,
            };
            match rustix::io::write(&self.to, part) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => left = left.get(count..).unwrap_or_default(),
                // Somebody else made it not wait.
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Whether writing may take as long as somebody else likes.
fn may_wait(to: BorrowedFd<'_>) -> bool {
    let kind = to.try_clone_to_owned().map(File::from).and_then(|file| file.metadata());
    let kind = kind.map(|known| known.file_type());
    kind.is_ok_and(|kind| kind.is_fifo() || kind.is_socket() || to.is_terminal())
}

/// Waits until there is room; after a signal not for ever.
fn wait(to: BorrowedFd<'_>, signals: &Signals) -> io::Result<()> {
    loop {
        let over = signals.stop_requested();
        let mut watched = [
            PollFd::from_borrowed_fd(to, PollFlags::OUT),
            PollFd::from_borrowed_fd(signals.descriptor(), PollFlags::IN),
        ];
        // The signals stay readable after a request for the end.
        let (watched, patience) =
            if over { (&mut watched[..1], Some(&PATIENCE)) } else { (&mut watched[..], None) };
        match poll(watched, patience) {
            Ok(0) => {
                let why = "nobody has read for two seconds since the signal; the rest is lost";
                return Err(io::Error::new(io::ErrorKind::TimedOut, why));
            }
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        // An error, too, is for the writing to tell.
        if watched.first().is_some_and(|to| !to.revents().is_empty()) {
            return Ok(());
        }
        signals.acknowledge();
    }
}

#[cfg(test)]
mod tests {
    use super::super::signals::tests::one_at_a_time;
    use super::*;
    use std::io::Read as _;
    use std::os::unix::net::UnixStream;

    #[test]
    fn more_than_fits_is_written_as_it_is_read() {
        let _alone = one_at_a_time();
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let octets: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
        let expected = octets.clone();
        let writing = std::thread::spawn(move || Outlet::new(ours).write_all(&octets));
        let mut read = Vec::new();
        theirs.read_to_end(&mut read).unwrap();
        writing.join().unwrap().unwrap();
        assert!(read == expected);
    }

    #[test]
    fn a_signal_ends_the_wait_for_one_who_does_not_read() {
        let _alone = one_at_a_time();
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let mut outlet = Outlet::new(ours);
        signal_hook::low_level::raise(signal_hook::consts::SIGINT).unwrap();
        let error = outlet.write_all(&vec![0; 10_000_000]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn for_a_file_nobody_waits_and_who_left_is_told() {
        let _alone = one_at_a_time();
        let mut file = Outlet::new(tempfile::tempfile().unwrap());
        assert!(file.signals.is_none());
        file.write_all(b"abc").unwrap();
        assert_eq!(file.to.metadata().unwrap().len(), 3);
        let (ours, theirs) = UnixStream::pair().unwrap();
        drop(theirs);
        assert_eq!(Outlet::new(ours).write_all(b"abc").unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
