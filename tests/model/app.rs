//! What an application does with its socket.

use super::rng::Rng;
use super::tcb::{Context, MS, SECOND, State, Tcb};

/// One call, or a wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    Wait(u64),
    /// Until something was received.
    WaitData,
    /// Until the peer has closed.
    WaitEof,
    Send(u32),
    /// From now on it does not read (false), or does (true).
    Read(bool),
    Shutdown,
    Close,
    Abort,
    /// The host loses everything it knew, without a word.
    Crash,
}

/// An application: its calls in order.
#[derive(Clone, Debug, Default)]
pub struct App {
    acts: Vec<Act>,
    next: usize,
    pub wakes_at: Option<u64>,
    waits: Option<Act>,
    pub reads: bool,
    pub heard: bool,
}

impl App {
    pub fn new(acts: Vec<Act>) -> Self {
        App { acts, reads: true, ..App::default() }
    }

    /// A random application; `eager` ones speak at once.
    pub fn random(rng: &mut Rng) -> Self {
        let mut acts = Vec::new();
        if rng.chance(15) {
            acts.push(Act::Read(false));
        }
        for _ in 0..rng.within(0, 5) {
            acts.push(match rng.within(0, 9) {
                0..=1 => Act::Wait(rng.within(0, 200) * MS),
                2 => Act::Wait(rng.within(0, 12) * SECOND),
                3..=4 => Act::WaitData,
                5..=8 => Act::Send(rng.pick(&[1, 5, 100, 1_000, 3_000, 12_000])),
                _ => Act::Read(rng.chance(70)),
            });
        }
        match rng.within(0, 19) {
            0..=4 => acts.push(Act::Close),
            5..=9 => acts.extend([Act::WaitEof, Act::Close]),
            10 => acts.extend([Act::WaitEof, Act::Send(700), Act::Wait(300 * MS), Act::Close]),
            11..=12 => acts.extend([Act::Shutdown, Act::WaitEof, Act::Close]),
            13 => acts.push(Act::Shutdown),
            14 => acts.extend([Act::Shutdown, Act::Wait(rng.within(0, 3000) * MS), Act::Abort]),
            15..=16 => acts.push(Act::Abort),
            17 => acts.push(Act::Crash),
            18 => acts.extend([Act::Read(false), Act::Wait(rng.within(0, 900) * MS), Act::Close]),
            _ => {}
        }
        App::new(acts)
    }
}

impl Tcb {
    /// The connection is open: the application may begin.
    pub fn start_app(&mut self, cx: &Context) {
        self.app.wakes_at = Some(cx.now + 50);
    }

    /// Something happened that the application may have waited for.
    pub fn wake_app(&mut self, cx: &Context) {
        let happened = match self.app.waits {
            Some(Act::WaitData) => self.app.heard || self.peer_closed,
            Some(Act::WaitEof) => self.peer_closed,
            _ => false,
        };
        if happened {
            self.app.waits = None;
            self.app.wakes_at = Some(cx.now + 80);
        }
    }

    pub fn run_app(&mut self, cx: &mut Context) {
        while self.state != State::Closed {
            let Some(&act) = self.app.acts.get(self.app.next) else { return };
            self.app.next += 1;
            match act {
                Act::Wait(time) => {
                    self.app.wakes_at = Some(cx.now + time.max(1));
                    return;
                }
                Act::WaitData | Act::WaitEof => {
                    self.app.waits = Some(act);
                    self.wake_app(cx);
                    if self.app.waits.is_some() || self.app.wakes_at.is_some() {
                        return;
                    }
                }
                Act::Send(octets) => {
                    if !self.fin_wanted {
                        self.written += i64::from(octets);
                        self.output(cx);
                    }
                }
                Act::Read(reads) => {
                    self.app.reads = reads;
                    if reads && self.unread > 0 {
                        self.unread = 0;
                        self.send_ack(cx);
                    }
                }
                Act::Shutdown => self.shutdown(cx),
                Act::Close => self.close(cx),
                Act::Abort => self.abort(cx),
                Act::Crash => self.state = State::Closed,
            }
        }
    }
}
