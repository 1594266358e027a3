//! Signals as something that can be waited for.

use std::fmt;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::time::Timespec;
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::{flag, low_level};

/// The exit status of a program that a second Ctrl-C ends: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// While one of these lives, SIGINT, SIGTERM and SIGHUP ask for the end, and
/// SIGUSR1 for the counts. A second SIGINT or SIGTERM ends the program at once
/// with status 130. SIGHUP stays ignored under `nohup`.
pub struct Signals {
    stop: Arc<AtomicBool>,
    usr1: Arc<AtomicBool>,
    /// Readable when a signal came.
    wake: UnixStream,
    ids: Vec<SigId>,
}

impl fmt::Debug for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signals").field("stop", &self.stop_requested()).finish_non_exhaustive()
    }
}

/// How many [`Signals`] live, and the flag that gives the signals their usual
/// meaning back when there are none.
static LIVING: Mutex<usize> = Mutex::new(0);
static NONE_LIVES: OnceLock<Arc<AtomicBool>> = OnceLock::new();

impl Signals {
    /// Takes over the signals.
    ///
    /// # Errors
    /// The system refuses a descriptor or a handler.
    pub fn install() -> io::Result<Arc<Signals>> {
        let (wake, sender) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        let mut signals = Signals { stop: Arc::default(), usr1: Arc::default(), wake, ids: Vec::new() };
        signals.count_as_living()?;
        for signal in [SIGINT, SIGTERM] {
            // Before the flag is set: the first one must not see it.
            signals.ids.push(flag::register_conditional_shutdown(
                signal,
                INTERRUPTED,
                Arc::clone(&signals.stop),
            )?);
        }
        let ends =
            [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| *signal != SIGHUP || !hangup_is_ignored());
        for signal in ends {
            signals.ids.push(flag::register(signal, Arc::clone(&signals.stop))?);
            signals.ids.push(low_level::pipe::register(signal, sender.try_clone()?)?);
        }
        signals.ids.push(flag::register(SIGUSR1, Arc::clone(&signals.usr1))?);
        signals.ids.push(low_level::pipe::register(SIGUSR1, sender)?);
        Ok(Arc::new(signals))
    }

    fn count_as_living(&mut self) -> io::Result<()> {
        let mut living = LIVING.lock().unwrap_or_else(PoisonError::into_inner);
        if NONE_LIVES.get().is_none() {
            let none_lives = NONE_LIVES.get_or_init(Arc::default);
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                if signal != SIGHUP || !hangup_is_ignored() {
                    flag::register_conditional_default(signal, Arc::clone(none_lives))?;
                }
            }
        }
        *living += 1;
        if let Some(none_lives) = NONE_LIVES.get() {
            none_lives.store(false, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Whether a signal asked for the end.
    pub fn stop_requested(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Whether SIGUSR1 came since the last call.
    pub fn take_usr1(&self) -> bool {
        self.usr1.load(Ordering::Relaxed) && self.usr1.swap(false, Ordering::Relaxed)
    }

    /// Whether SIGUSR1 came and nobody took note of it.
    #[cfg(feature = "live")]
    pub(super) fn usr1_pending(&self) -> bool {
        self.usr1.load(Ordering::Relaxed)
    }

    /// Says that the capture is over: the next Ctrl-C ends the program at once.
    pub fn capture_is_over(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// What becomes readable when a signal comes.
    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }

    /// Makes the descriptor unreadable again, except after a request for the
    /// end, which everyone who waits shall see.
    pub(super) fn acknowledge(&self) {
        let mut octets = [0; 64];
        while !self.stop_requested() && (&self.wake).read(&mut octets).is_ok_and(|count| count > 0) {}
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.ids.drain(..) {
            low_level::unregister(id);
        }
        let mut living = LIVING.lock().unwrap_or_else(PoisonError::into_inner);
        *living = living.saturating_sub(1);
        if let (0, Some(none_lives)) = (*living, NONE_LIVES.get()) {
            none_lives.store(true, Ordering::SeqCst);
        }
    }
}

/// Whether somebody (`nohup`) made this process ignore SIGHUP. There is no safe
/// call to ask; Linux says it in a file.
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or(0);
    mask & 1 << (SIGHUP - 1) != 0
}

/// After a signal: how long to wait for more, and how many octets to read at
/// most. Pipes hold 64 KiB, and 1 MiB at most unless root says so.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 500_000_000 };
const LAST_OCTETS: usize = 1 << 20;

/// A stream that ends when a signal asks for it, after what it holds then: a
/// writer that got the same signal has written its last words, or does so now.
pub(super) struct Interruptible<R> {
    input: R,
    signals: Arc<Signals>,
    /// Octets that may still be read after the signal.
    left: usize,
}

impl<R> Interruptible<R> {
    pub(super) fn new(input: R, signals: Arc<Signals>) -> Self {
        Interruptible { input, signals, left: LAST_OCTETS }
    }
}

impl<R: Read + AsFd> Read for Interruptible<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            let over = self.signals.stop_requested();
            let most = if over { room.len().min(self.left) } else { room.len() };
            let mut watched = [
                PollFd::new(&self.input, PollFlags::IN),
                PollFd::from_borrowed_fd(self.signals.descriptor(), PollFlags::IN),
            ];
            // The signals stay readable after a request for the end.
            let (watched, patience) =
                if over { (&mut watched[..1], Some(&PATIENCE)) } else { (&mut watched[..], None) };
            match poll(watched, patience) {
                Ok(0) => return Ok(0),
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let mut came = watched.iter().map(|descriptor| !descriptor.revents().is_empty());
            let (input, signal) = (came.next() == Some(true), came.next() == Some(true));
            if signal {
                self.signals.acknowledge();
            }
            if input {
                let count = self.input.read(room.get_mut(..most).unwrap_or_default())?;
                self.left -= if over { count } else { 0 };
                return Ok(count);
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use signal_hook::low_level::raise;
    use std::io::Write;
    use std::sync::MutexGuard;

    /// Signals reach the whole process: tests that use them must not overlap.
    pub(in super::super) fn one_at_a_time() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[test]
    fn a_signal_ends_a_read_that_waits() {
        let _alone = one_at_a_time();
        let signals = Signals::install().unwrap();
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut input = Interruptible::new(ours, Arc::clone(&signals));
        theirs.write_all(b"abc").unwrap();
        let mut octets = [0; 8];
        assert_eq!(input.read(&mut octets).unwrap(), 3);
        let reading = std::thread::spawn(move || input.read(&mut [0; 8]).unwrap());
        raise(SIGUSR1).unwrap();
        raise(SIGTERM).unwrap();
        assert_eq!(reading.join().unwrap(), 0);
        assert!(signals.stop_requested() && signals.take_usr1() && !signals.take_usr1());
    }

    /// Runs one of these tests again, alone, in a process that a signal may end.
    fn in_another_process(test: &str) -> std::process::ExitStatus {
        let program = std::env::current_exe().unwrap();
        let mut child = std::process::Command::new(program);
        let name = format!("source::signals::tests::{test}");
        child.args(["--exact", &name]).env("SIGNAL_TEST_CHILD", "1");
        child.output().unwrap().status
    }

    fn is_child() -> bool {
        std::env::var_os("SIGNAL_TEST_CHILD").is_some()
    }

    #[test]
    fn a_second_signal_ends_the_program_at_once() {
        if !is_child() {
            assert_eq!(in_another_process("a_second_signal_ends_the_program_at_once").code(), Some(130));
            return;
        }
        let signals = Signals::install().unwrap();
        raise(SIGINT).unwrap();
        assert!(signals.stop_requested());
        raise(SIGTERM).unwrap();
    }

    #[test]
    fn after_the_last_one_signals_mean_what_they_usually_do() {
        use std::os::unix::process::ExitStatusExt;
        if !is_child() {
            let status = in_another_process("after_the_last_one_signals_mean_what_they_usually_do");
            assert_eq!(status.signal(), Some(SIGINT));
            return;
        }
        drop((Signals::install().unwrap(), Signals::install().unwrap()));
        raise(SIGINT).unwrap();
    }
}
