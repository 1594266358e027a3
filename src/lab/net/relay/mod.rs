//! A relay between two hosts that loses, delays, repeats and swaps the segments
//! that rules name, and no others. It stands where a router would, and writes what
//! a stranger might.

mod rules;
mod sight;
mod wires;

use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{EventfdFlags, eventfd};

pub use rules::{Fate, Kind, Rule};
pub use sight::{Sight, Way};

use super::Host;
use crate::model::{Flags, Seq};
use rules::{Kinds, Rules};
use wires::Wires;

/// Segments that are remembered, for those who wait for one.
const REMEMBERED: usize = 65_536;

/// The relay. It stops when it is dropped.
#[derive(Debug)]
pub struct Relay {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What the relay's thread and its users share.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// A segment was seen, or the relay failed.
    changed: Condvar,
    /// Wakes the relay's thread: there is something new in `state`.
    wake: OwnedFd,
}

#[derive(Debug, Default)]
struct State {
    rules: Rules,
    seen: Vec<Kinds>,
    /// Nothing goes on until it is released.
    holding: bool,
    forged: Vec<Sight>,
    over: bool,
    failed: Option<String>,
}

impl State {
    /// Notes a segment that came by, for those who wait for one.
    fn note(&mut self, kinds: Kinds) {
        if self.seen.len() < REMEMBERED {
            self.seen.push(kinds);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and wakes the relay.
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        // It fails only if the relay was woken 2^64 times and never looked.
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }
}

impl Relay {
    /// A relay on a machine, between two of its interfaces: the one to the client,
    /// and the one to the server. When this returns it is at work.
    ///
    /// # Errors
    /// The interfaces cannot be opened, or the system has no more threads.
    pub(super) fn start(host: &Host, ports: [&'static str; 2]) -> io::Result<Relay> {
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new(), wake });
        let theirs = Arc::clone(&shared);
        let thread = host.run(move || {
            let wires = Wires::open(ports, theirs)?;
            // A thread of that machine stays on it.
            std::thread::Builder::new().name("relay".to_owned()).spawn(move || wires.run())
        })??;
        Ok(Relay { shared, thread: Some(thread) })
    }

    /// Adds a rule. Of several that name a segment, the first decides.
    pub fn rule(&self, rule: Rule) {
        self.shared.lock().rules.add(rule);
    }

    /// Forgets the rules.
    pub fn no_rules(&self) {
        self.shared.lock().rules.clear();
    }

    /// Cuts a way: nothing arrives any more.
    pub fn cut(&self, way: Way) {
        self.shared.lock().rules.cut[way.index()] = true;
    }

    /// Mends what was cut.
    pub fn mend(&self) {
        self.shared.lock().rules.cut = [false; 2];
    }

    /// Holds everything back until [`Relay::release`]: so both sides can speak before
    /// either hears the other. What one sends again meanwhile is held once.
    pub fn hold(&self) {
        self.shared.change(|state| state.holding = true);
    }

    /// Lets go on what was held back, in its order.
    pub fn release(&self) {
        self.shared.change(|state| state.holding = false);
    }

    /// How many segments of a kind came by so far, lost ones too.
    pub fn seen(&self, way: Way, kind: Kind) -> usize {
        matching(&self.shared.lock(), way, kind).count()
    }

    /// Waits for the `n`-th segment of a kind, counted from 1 and from the relay's
    /// start, lost ones and copies too.
    ///
    /// # Errors
    /// It did not come in that time, or the relay failed.
    pub fn wait(&self, way: Way, kind: Kind, n: usize, limit: Duration) -> io::Result<Sight> {
        let nth = |state: &State| matching(state, way, kind).nth(n.saturating_sub(1));
        let waiting = |state: &mut State| nth(state).is_none() && state.failed.is_none();
        let changed = &self.shared.changed;
        let result = changed.wait_timeout_while(self.shared.lock(), limit, waiting);
        let (state, _) = result.unwrap_or_else(PoisonError::into_inner);
        match (nth(&state), &state.failed) {
            (Some(sight), _) => Ok(sight),
            (None, Some(why)) => Err(io::Error::other(why.clone())),
            (None, None) => {
                let what = format!("no {kind:?} number {n} {way:?} within {limit:?}");
                Err(io::Error::new(io::ErrorKind::TimedOut, what))
            }
        }
    }

    /// Writes a segment that the sender of this way did not send, on its ports.
    /// `offset` is the distance of its number from the one that the receiver expects;
    /// with ACK, it acknowledges what the sender last did.
    ///
    /// # Errors
    /// Nothing was sent in this way so far.
    pub fn inject(&self, way: Way, flags: Flags, offset: i32) -> io::Result<Sight> {
        let sent = self.shared.lock().rules.sent(way);
        let sent = sent.ok_or_else(|| io::Error::other("nothing was sent in this way so far"))?;
        let ack = if flags.ack() { sent.ack } else { Seq::new(0) };
        let seq = sent.next.advance(offset.cast_unsigned());
        let forged = Sight { way, ports: sent.ports, flags, seq, ack, len: 0 };
        self.shared.change(|state| state.forged.push(forged));
        Ok(forged)
    }
}

fn matching(state: &State, way: Way, kind: Kind) -> impl Iterator<Item = Sight> {
    let of = move |seen: &&Kinds| seen.sight.way == way && seen.are(kind);
    state.seen.iter().filter(of).map(|seen| seen.sight)
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.shared.change(|state| state.over = true);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_segments_are_remembered() {
        let mut state = State::default();
        for n in 0..REMEMBERED as u32 + 5 {
            let (seq, ack) = (Seq::new(n), Seq::new(1));
            let sight = Sight { way: Way::ToServer, ports: (1, 2), flags: Flags::ACK, seq, ack, len: 1 };
            let kinds = state.rules.kinds(&sight);
            state.note(kinds);
        }
        let last = matching(&state, Way::ToServer, Kind::Data).last().map(|sight| sight.seq.raw());
        assert_eq!((state.seen.len(), last), (REMEMBERED, Some(REMEMBERED as u32 - 1)));
    }
}
