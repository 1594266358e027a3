//! An interface as a source. Only here is a clock read.
#![allow(clippy::disallowed_methods)]

use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pcap::{Active, Capture, PacketHeader};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::time::Timespec;

use super::filter::message_of;
use super::live_clock::now;
use super::live_open::{HOLD, LiveOptions};
use super::{Pulse, Signals, Source, SourceError, devices};
use crate::model::{CaptureStats, Frame, LinkType, Precision, Timestamp};

/// Packets that are taken out of the kernel's buffer at a time.
const BATCH: usize = 64;

/// How long it may take to deliver what the kernel holds, after a signal. Time
/// stamps end it sooner, unless they are of another clock.
const DRAIN: Duration = Duration::from_secs(5);

/// How often the kernel is asked how many frames it dropped, in time of packets.
const LOSSES: Duration = Duration::from_millis(100);

/// Packets copied out of the kernel's buffer, so that it has room again.
#[derive(Debug, Default)]
struct Batch {
    octets: Vec<u8>,
    packets: Vec<Packet>,
    next: usize,
    /// As many as are taken at a time: there are probably more.
    full: bool,
}

#[derive(Clone, Copy, Debug)]
struct Packet {
    at: Timestamp,
    wire_len: u32,
    start: usize,
    len: usize,
}

/// How far the capture is.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Running,
    /// The end was asked for: packets up to then are still delivered.
    Draining {
        until: Timestamp,
        at_most: Instant,
    },
    /// No packets any more.
    Over,
}

/// A capture on an interface.
pub struct Live {
    capture: Capture<Active>,
    names: [String; 1],
    links: [LinkType; 1],
    snaplen: u32,
    precision: Precision,
    immediate: bool,
    signals: Arc<Signals>,
    interval: Duration,
    deadline: Option<Instant>,
    batch: Batch,
    phase: Phase,
    frames: u64,
    /// Frames that the kernel dropped, and when it was asked.
    lost: u64,
    asked: Timestamp,
}

/// What [`Live::fill`] found.
enum Found {
    Packets,
    Quiet,
    End,
}

impl Live {
    pub(super) fn new(
        capture: Capture<Active>,
        name: &str,
        link: LinkType,
        options: &LiveOptions,
        signals: Arc<Signals>,
    ) -> Live {
        Live {
            capture,
            names: [name.to_owned()],
            links: [link],
            snaplen: options.snaplen,
            precision: if options.nano { Precision::Nanos } else { Precision::Micros },
            immediate: options.immediate,
            signals,
            interval: options.interval,
            deadline: options.duration.and_then(|duration| Instant::now().checked_add(duration)),
            batch: Batch::default(),
            phase: Phase::Running,
            frames: 0,
            lost: 0,
            asked: Timestamp::MIN,
        }
    }

    fn stats(&mut self) -> CaptureStats {
        let dropped = self.dropped();
        CaptureStats { frames: self.frames, dropped_by_kernel: dropped }
    }

    /// libpcap counts in 32 bits, and goes on from 0.
    fn dropped(&mut self) -> Option<u64> {
        let dropped = self.capture.stats().ok()?.dropped;
        self.lost += u64::from(dropped.wrapping_sub(self.lost as u32));
        Some(self.lost)
    }

    /// Asks the kernel now and then how many frames it dropped.
    fn look_for_losses(&mut self, at: Timestamp) {
        if at.since(self.asked) >= LOSSES {
            self.asked = at;
            self.dropped();
        }
    }

    /// Gets packets, or finds out that there are none for now, or ever.
    fn fill(&mut self) -> Result<Found, SourceError> {
        loop {
            self.look_for_the_end();
            if let Phase::Over = self.phase {
                return Ok(Found::End);
            }
            let more = self.batch.full;
            if self.take()? > 0 {
                if let Some(last) = self.batch.packets.last().map(|packet| packet.at) {
                    self.look_for_losses(last);
                }
                return Ok(Found::Packets);
            }
            match self.phase {
                // There were no more: what was told so far may be shown.
                Phase::Running if more => return Ok(Found::Quiet),
                Phase::Running => {
                    let woken = self.wait(self.interval)?;
                    let ends = self.signals.stop_requested()
                        || self.deadline.is_some_and(|end| end <= Instant::now());
                    if !ends && (!woken || self.signals.usr1_pending()) {
                        return Ok(Found::Quiet);
                    }
                }
                // The kernel hands a part-filled block over when its time is up.
                Phase::Draining { .. } | Phase::Over => {
                    let more = !self.immediate && self.wait(2 * HOLD)?;
                    if !more {
                        self.phase = Phase::Over;
                    }
                }
            }
        }
    }

    /// Goes on to draining when a signal or the end time came, and to the end
    /// when that lasts too long.
    fn look_for_the_end(&mut self) {
        match self.phase {
            Phase::Running => {
                let late = self.deadline.is_some_and(|deadline| deadline <= Instant::now());
                if late || self.signals.stop_requested() {
                    self.phase = Phase::Draining { until: now(), at_most: Instant::now() + DRAIN };
                }
            }
            Phase::Draining { at_most, .. } if at_most <= Instant::now() => self.phase = Phase::Over,
            Phase::Draining { .. } | Phase::Over => {}
        }
    }

    /// Takes a batch out of the kernel's buffer, without waiting, unless the
    /// last one is still there. How many packets there are now.
    fn take(&mut self) -> Result<usize, SourceError> {
        if self.batch.next < self.batch.packets.len() {
            return Ok(self.batch.packets.len());
        }
        let Live { capture, batch, precision, phase, .. } = self;
        batch.octets.clear();
        batch.packets.clear();
        batch.next = 0;
        let unit = if *precision == Precision::Nanos { 1 } else { 1000 };
        let mut late = false;
        let result = capture.dispatch(Some(BATCH), |packet| {
            let at = time_of(packet.header, unit);
            if let Phase::Draining { until, .. } = phase {
                late |= at > *until;
            }
            if !late {
                let (start, len) = (batch.octets.len(), packet.data.len());
                batch.octets.extend_from_slice(packet.data);
                batch.packets.push(Packet { at, wire_len: packet.header.len, start, len });
            }
        });
        if late {
            self.phase = Phase::Over;
        }
        self.batch.full = self.batch.packets.len() == BATCH;
        match result {
            Ok(_) => Ok(self.batch.packets.len()),
            Err(error) => Err(self.explain(message_of(error))),
        }
    }

    /// Sleeps until packets, a signal, the end time or so much time. Whether it
    /// was woken before that.
    fn wait(&mut self, at_most: Duration) -> Result<bool, SourceError> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let draining = matches!(self.phase, Phase::Draining { .. });
        let time = if draining { at_most } else { left.map_or(at_most, |left| left.min(at_most)) };
        let timeout = Timespec { tv_sec: time.as_secs() as i64, tv_nsec: i64::from(time.subsec_nanos()) };
        let mut watched = [
            PollFd::from_borrowed_fd(self.capture.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.signals.descriptor(), PollFlags::IN),
        ];
        // While draining the signals have said what they have to say.
        let watched = if draining { &mut watched[..1] } else { &mut watched[..] };
        let woken = match poll(watched, Some(&timeout)) {
            Ok(count) => count > 0,
            Err(Errno::INTR) => true,
            Err(error) => return Err(self.explain(error.to_string())),
        };
        let trouble = PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL;
        let in_trouble = watched.first().is_some_and(|capture| capture.revents().intersects(trouble));
        if watched.get(1).is_some_and(|signals| !signals.revents().is_empty()) {
            self.signals.acknowledge();
        }
        if in_trouble { self.check_interface().map(|()| true) } else { Ok(woken) }
    }

    /// Finds out why the socket reports an error: usually the interface went
    /// down. If it is up again, nothing happened.
    fn check_interface(&mut self) -> Result<(), SourceError> {
        // What the kernel has is delivered first.
        if self.take()? > 0 {
            return Ok(());
        }
        let name = self.names[0].clone();
        let up = devices::is_up(&name);
        if up == Some(true) {
            return Ok(());
        }
        self.phase = Phase::Over;
        Err(if up.is_some() { SourceError::WentDown { name } } else { SourceError::Disappeared { name } })
    }

    /// Sorts libpcap's reasons; ends the capture.
    fn explain(&mut self, why: String) -> SourceError {
        self.phase = Phase::Over;
        let name = self.names[0].clone();
        if why.contains("disappeared") || why.contains("No such device") {
            SourceError::Disappeared { name }
        } else if why.contains("went down") || why.contains("Network is down") {
            SourceError::WentDown { name }
        } else {
            SourceError::Capture { name, why }
        }
    }
}

/// A packet's time; `unit` nanoseconds is what `tv_usec` counts. Both fields
/// have other types on other systems.
#[allow(clippy::unnecessary_cast)]
fn time_of(header: &PacketHeader, unit: i64) -> Timestamp {
    let (secs, fraction) = (header.ts.tv_sec as i64, header.ts.tv_usec as i64);
    Timestamp::from_nanos(secs.saturating_mul(1_000_000_000).saturating_add(fraction.saturating_mul(unit)))
}

impl Source for Live {
    fn next(&mut self) -> anyhow::Result<Pulse<'_>> {
        if self.batch.next >= self.batch.packets.len() {
            match self.fill()? {
                Found::Packets => {}
                Found::Quiet => {
                    let now = now();
                    self.look_for_losses(now);
                    return Ok(Pulse::Idle(now));
                }
                Found::End => {
                    self.signals.capture_is_over();
                    return Ok(Pulse::End(self.stats()));
                }
            }
        }
        let Some(packet) = self.batch.packets.get(self.batch.next).copied() else {
            return Ok(Pulse::Idle(now()));
        };
        self.batch.next += 1;
        self.frames += 1;
        let octets = self.batch.octets.get(packet.start..).and_then(|from| from.get(..packet.len));
        Ok(Pulse::Frame(Frame {
            number: self.frames,
            at: packet.at,
            carried: 0,
            precision: self.precision,
            link: self.links[0],
            interface: 0,
            wire_len: packet.wire_len,
            data: octets.unwrap_or_default(),
        }))
    }

    fn pending(&self) -> bool {
        self.batch.next < self.batch.packets.len() || self.batch.full
    }

    fn names(&self) -> &[String] {
        &self.names
    }

    fn link_types(&self) -> &[LinkType] {
        &self.links
    }

    fn snaplen(&self) -> u32 {
        self.snaplen
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn stop(&mut self) {
        self.batch = Batch::default();
        self.phase = Phase::Over;
    }

    fn lost(&self) -> u64 {
        self.lost
    }

    fn take_usr1(&mut self) -> bool {
        self.signals.take_usr1()
    }
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
