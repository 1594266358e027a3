//! The relay's two ends: packet sockets, what is held back, and timers.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use pcap::{Active, Capture, Direction};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};

use super::Shared;
use super::rules::Fate;
use super::sight::{Sight, Way, complete, forge};
use crate::lab::net::hosts::{addresses, macs};

/// Octets of a frame that are kept: more than the longest one has.
const SNAPLEN: i32 = 2048;
/// The kernel's buffer of an end, in octets.
const BUFFER: i32 = 4 << 20;

/// A frame on its way.
type Frame = (Way, Vec<u8>);

/// What the relay's thread works with.
pub(super) struct Wires {
    /// The end towards the client, which takes what goes to the server; then the other.
    ends: [Capture<Active>; 2],
    shared: Arc<Shared>,
    /// What is held back until it is released.
    held: VecDeque<Frame>,
    /// What is to arrive after the next of its way.
    swapped: [Option<Vec<u8>>; 2],
    /// What is to arrive later, and what wakes the relay then. No clock is read.
    delayed: Vec<(OwnedFd, Frame)>,
}

impl Wires {
    /// Opens the interfaces of these names.
    pub(super) fn open(names: [&str; 2], shared: Arc<Shared>) -> io::Result<Wires> {
        let ends = [end(names[0])?, end(names[1])?];
        Ok(Wires { ends, shared, held: VecDeque::new(), swapped: [None, None], delayed: Vec::new() })
    }

    /// Works until it is told to stop.
    pub(super) fn run(mut self) {
        let result = self.work();
        let mut state = self.shared.lock();
        if let Err(error) = result {
            state.failed = Some(format!("the relay failed: {error}"));
        }
        drop(state);
        self.shared.changed.notify_all();
    }

    fn work(&mut self) -> io::Result<()> {
        loop {
            let due = self.sleep()?;
            let Some(asked) = self.asked() else { return Ok(()) };
            for frame in asked.into_iter().chain(due) {
                self.send(frame)?;
            }
            for way in [Way::ToServer, Way::ToClient] {
                self.receive(way)?;
            }
        }
    }

    /// What users want sent: what was held back, and what is forged. `None` at the end.
    fn asked(&mut self) -> Option<Vec<Frame>> {
        let mut state = self.shared.lock();
        if state.over {
            return None;
        }
        let mut frames: Vec<Frame> = Vec::new();
        if !state.holding {
            frames.extend(self.held.drain(..));
        }
        frames.extend(state.forged.drain(..).map(|what| written(&what)));
        Some(frames)
    }

    /// Waits until there is something to do. What is due now.
    fn sleep(&mut self) -> io::Result<Vec<Frame>> {
        let watch = |fd| PollFd::from_borrowed_fd(fd, PollFlags::IN);
        let mut watched = vec![watch(self.shared.wake.as_fd())];
        watched.extend(self.ends.iter().map(|end| watch(end.as_fd())));
        watched.extend(self.delayed.iter().map(|(timer, _)| watch(timer.as_fd())));
        match poll(&mut watched, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready: Vec<bool> = watched.iter().map(|one| !one.revents().is_empty()).collect();
        if ready.first() == Some(&true) {
            rustix::io::read(&self.shared.wake, &mut [0; 8][..])?;
        }
        let mut timers = ready.into_iter().skip(3);
        let is_due = |_: &mut (OwnedFd, Frame)| timers.next().unwrap_or(false);
        Ok(self.delayed.extract_if(.., is_due).map(|(_, frame)| frame).collect())
    }

    /// Takes what arrived at the end of a way, and does as the rules say.
    fn receive(&mut self, way: Way) -> io::Result<()> {
        loop {
            let frame = match self.ends[way.index()].next_packet() {
                Ok(packet) => packet.data.to_vec(),
                Err(pcap::Error::TimeoutExpired | pcap::Error::NoMorePackets) => return Ok(()),
                Err(error) => return Err(io::Error::other(error)),
            };
            self.relay((way, frame))?;
        }
    }

    fn relay(&mut self, (way, mut frame): Frame) -> io::Result<()> {
        complete(&mut frame);
        let Some(sight) = Sight::of(&frame, way) else {
            return self.send((way, frame));
        };
        let (fate, holding) = {
            let mut state = self.shared.lock();
            let kinds = state.rules.kinds(&sight);
            state.note(kinds);
            (state.rules.decide(&kinds), state.holding)
        };
        self.shared.changed.notify_all();
        let waiting = match fate {
            Fate::Drop => return Ok(()),
            Fate::Delay(time) => {
                self.delayed.push((timer(time)?, (way, frame)));
                return Ok(());
            }
            Fate::AfterNext => self.swapped[way.index()].replace(frame),
            Fate::Twice => {
                self.pass(holding, (way, frame.clone()))?;
                Some(frame)
            }
            Fate::Pass => {
                self.pass(holding, (way, frame))?;
                self.swapped[way.index()].take()
            }
        };
        waiting.map_or(Ok(()), |frame| self.pass(holding, (way, frame)))
    }

    /// Sends a frame, or keeps it while everything is held back; what is sent again
    /// meanwhile only once, so that it does not matter how long that is.
    fn pass(&mut self, holding: bool, frame: Frame) -> io::Result<()> {
        if holding {
            let sight = |(way, octets): &Frame| Sight::of(octets, *way);
            if !self.held.iter().any(|held| sight(held) == sight(&frame)) {
                self.held.push_back(frame);
            }
            return Ok(());
        }
        self.send(frame)
    }

    fn send(&mut self, (way, frame): Frame) -> io::Result<()> {
        self.ends[way.back().index()].sendpacket(&frame[..]).map_err(io::Error::other)
    }
}

/// The frame of a forged segment.
fn written(what: &Sight) -> Frame {
    (what.way, forge(macs(what.way), addresses(what.way), what))
}

fn end(name: &str) -> io::Result<Capture<Active>> {
    let open = || {
        let end = Capture::from_device(name)?;
        let end = end.snaplen(SNAPLEN).buffer_size(BUFFER).immediate_mode(true).open()?.setnonblock()?;
        // Not what the relay itself sends.
        end.direction(Direction::In)?;
        Ok::<_, pcap::Error>(end)
    };
    open().map_err(|error| io::Error::other(format!("{name}: {error}")))
}

/// A timer that is readable after a time.
fn timer(time: Duration) -> io::Result<OwnedFd> {
    let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC)?;
    // A time of zero would never come.
    let time = time.max(Duration::from_nanos(1));
    let value = Timespec { tv_sec: time.as_secs().cast_signed(), tv_nsec: i64::from(time.subsec_nanos()) };
    let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: value };
    timerfd_settime(&timer, TimerfdTimerFlags::empty(), &once)?;
    Ok(timer)
}
