//! Where an experiment plays: its programs write down what they do on a board,
//! the capture what the wire shows, and each may wait for the other. Nobody
//! sleeps where there is something to wait for.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use rustix::net::SocketType;

use super::call::{Entry, name_of};
use super::net::{self, TwoHosts};
use super::socket::{self, Socket, local};
use super::wire::Wire;
use crate::lang::Actor;
use crate::source::now;

/// How long something that must come may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is known so far.
#[derive(Debug, Default)]
struct State {
    log: Vec<Entry>,
    wire: Wire,
    /// How often the capture found nothing new, since the last frame.
    quiet: u32,
    /// The actions are over, well or not.
    outcome: Option<Result<(), String>>,
    /// Octets sent and octets that arrived, where that is the point.
    counted: Option<(usize, usize)>,
    /// Sockets that nobody closed: they stay open until the end, as those of a
    /// program that waits do.
    kept: Vec<OwnedFd>,
}

/// What the capture and the programs tell each other.
#[derive(Debug, Default)]
pub struct Board {
    state: Mutex<State>,
    changed: Condvar,
}

impl Board {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, how: impl FnOnce(&mut State) -> T) -> T {
        let given = how(&mut self.state());
        self.changed.notify_all();
        given
    }

    /// Waits until `is` holds; `false`: it took too long.
    fn wait(&self, at_most: Duration, is: impl Fn(&State) -> bool) -> bool {
        let waited = self.changed.wait_timeout_while(self.state(), at_most, |state| !is(state));
        let (_state, result) = waited.unwrap_or_else(PoisonError::into_inner);
        !result.timed_out()
    }

    /// The capture has seen something.
    pub fn show(&self, how: impl FnOnce(&mut Wire)) {
        self.change(|state| {
            state.quiet = 0;
            how(&mut state.wire);
        });
    }

    /// The capture has found nothing new. Gives how often in a row.
    pub fn is_quiet(&self) -> u32 {
        self.change(|state| {
            state.quiet += 1;
            state.quiet
        })
    }

    /// The actions are over.
    pub fn finish(&self, outcome: Result<(), String>) {
        self.change(|state| {
            // Once over, the silence counts anew.
            state.quiet = 0;
            state.outcome = Some(outcome);
        });
    }

    /// How the actions went; `None`: they are not over.
    pub fn outcome(&self) -> Option<Result<(), String>> {
        self.state().outcome.clone()
    }

    /// What the programs did.
    pub fn log(&self) -> Vec<Entry> {
        self.state().log.clone()
    }

    /// What the wire showed.
    pub fn wire(&self) -> Wire {
        self.state().wire.clone()
    }

    /// Octets sent and octets that arrived, if that was counted.
    pub fn counted(&self) -> Option<(usize, usize)> {
        self.state().counted
    }

    fn begin(&self, entry: Entry) -> usize {
        self.change(|state| {
            state.log.push(entry);
            state.quiet = 0;
            state.log.len() - 1
        })
    }

    fn end(&self, nth: usize, entry: Entry) {
        self.change(|state| {
            if let Some(begun) = state.log.get_mut(nth) {
                *begun = entry;
            }
        });
    }

    pub(super) fn write(&self, entry: Entry) {
        self.change(|state| state.log.push(entry));
    }

    pub(super) fn keep(&self, socket: OwnedFd) {
        self.change(|state| state.kept.push(socket));
    }
}

/// Asks whoever watches to go on, before each call (`--step`).
pub type Ask = Arc<dyn Fn(Actor, &str) + Send + Sync>;

/// Is told of each call once it is done, and what it gave.
pub type Tell = Arc<dyn Fn(&Entry) + Send + Sync>;

/// What an experiment has at hand. Clones are the same stage.
#[derive(Clone)]
pub struct Stage {
    board: Arc<Board>,
    ask: Option<Ask>,
    tell: Option<Tell>,
    hosts: Option<Arc<TwoHosts>>,
    /// What was done is forgotten.
    endless: bool,
    /// Nobody bounds its waits: somebody watches, or it runs for ever.
    unhurried: bool,
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage").field("board", &self.board).finish_non_exhaustive()
    }
}

impl Stage {
    /// A stage with this board.
    pub fn new(board: Arc<Board>) -> Self {
        Stage { board, ask: None, tell: None, hosts: None, endless: false, unhurried: false }
    }

    /// Somebody watches step by step: is asked before each call, and told after it.
    #[must_use]
    pub fn watched(self, ask: Ask, tell: Tell) -> Self {
        Stage { ask: Some(ask), tell: Some(tell), unhurried: true, ..self }
    }

    /// A stage for a program alone: each call is told and then forgotten, and it may
    /// wait for ever.
    pub fn alone(tell: Tell) -> Self {
        Stage {
            board: Arc::default(),
            ask: None,
            tell: Some(tell),
            hosts: None,
            endless: true,
            unhurried: true,
        }
    }

    /// A stage on two hosts, with a relay between them: programs of the server's
    /// side run on the second.
    #[must_use]
    pub fn on(self, hosts: Option<Arc<TwoHosts>>) -> Self {
        Stage { hosts, ..self }
    }

    /// The two hosts and their relay.
    ///
    /// # Errors
    /// The experiment did not say that it needs them.
    pub fn hosts(&self) -> anyhow::Result<&TwoHosts> {
        self.hosts.as_deref().context("no second host")
    }

    /// Where the server is: this port of the other host, or of the loopback interface.
    pub fn server_at(&self, port: u16) -> SocketAddr {
        if self.hosts.is_some() { SocketAddr::from((net::SERVER, port)) } else { local(port) }
    }

    /// Where the client is.
    pub fn client_at(&self, port: u16) -> SocketAddr {
        if self.hosts.is_some() { SocketAddr::from((net::CLIENT, port)) } else { local(port) }
    }

    /// Makes a socket on the host of whose it is.
    fn socket(&self, who: Actor, kind: SocketType, like: SocketAddr) -> io::Result<Socket> {
        let of_server = matches!(who, Actor::Server | Actor::Worker | Actor::SecondWorker);
        let fd = match self.hosts.as_deref().filter(|_| of_server) {
            Some(hosts) => hosts.server.run(move || socket::open(kind, like))??,
            None => socket::open(kind, like)?,
        };
        Socket::adopt(self, who, fd).patient()
    }

    pub(super) fn is_unhurried(&self) -> bool {
        self.unhurried
    }

    pub(super) fn board(&self) -> &Board {
        &self.board
    }

    /// The same stage for a thread of a server: nobody is asked before its calls.
    pub fn behind(&self) -> Stage {
        Stage { ask: None, tell: None, ..self.clone() }
    }

    /// Makes a system call, and writes it down with what `say` makes of its result.
    ///
    /// # Errors
    /// The call's own, which is written down too.
    pub fn call<T>(
        &self,
        who: Actor,
        call: String,
        act: impl FnOnce() -> io::Result<T>,
        say: impl FnOnce(&T) -> Option<String>,
    ) -> io::Result<T> {
        if let Some(ask) = &self.ask {
            // What the call before caused is shown first.
            self.board.wait(Duration::from_secs(1), |state| state.quiet >= 2);
            ask(who, &call);
        }
        let entry = Entry { at: now(), who, call, result: None, failed: false };
        let nth = (!self.endless).then(|| self.board.begin(entry.clone()));
        let given = act();
        let (result, failed) = match &given {
            Ok(value) => (say(value), false),
            Err(error) => (Some(name_of(error)), true),
        };
        let entry = Entry { result, failed, ..entry };
        if let Some(tell) = &self.tell {
            tell(&entry);
        }
        if let Some(nth) = nth {
            self.board.end(nth, entry);
        }
        given
    }

    /// A TCP socket of this program.
    ///
    /// # Errors
    /// The system has none.
    pub fn tcp(&self, who: Actor) -> io::Result<Socket> {
        self.tcp_for(who, local(0))
    }

    /// A TCP socket for addresses like this one.
    ///
    /// # Errors
    /// The system has none.
    pub fn tcp_for(&self, who: Actor, like: SocketAddr) -> io::Result<Socket> {
        self.socket(who, SocketType::STREAM, like)
    }

    /// A UDP socket of this program.
    ///
    /// # Errors
    /// The system has none.
    pub fn udp(&self, who: Actor) -> io::Result<Socket> {
        self.udp_for(who, local(0))
    }

    /// A UDP socket for addresses like this one.
    ///
    /// # Errors
    /// The system has none.
    pub fn udp_for(&self, who: Actor, like: SocketAddr) -> io::Result<Socket> {
        self.socket(who, SocketType::DGRAM, like)
    }

    /// Waits until the wire shows something; nothing of that is written down.
    ///
    /// # Errors
    /// It did not, in all the time that a busy machine may need.
    pub fn until(&self, what: &str, is: impl Fn(&Wire) -> bool) -> anyhow::Result<()> {
        let seen = self.board.wait(PATIENCE, |state| is(&state.wire));
        ensure!(seen, "the wire did not show {what}");
        Ok(())
    }

    /// Whether the wire shows it within this time.
    pub fn shows_within(&self, time: Duration, is: impl Fn(&Wire) -> bool) -> bool {
        self.board.wait(time, |state| is(&state.wire))
    }

    /// A program does nothing for a while, because that is the point.
    pub fn pause(&self, who: Actor, time: Duration) {
        let call = format!("sleep({} ms)", time.as_millis());
        let idle = || {
            std::thread::sleep(time);
            Ok(())
        };
        // Sleeping does not fail.
        let _ = self.call(who, call, idle, |()| None);
    }

    /// Writes a setting of this network: `net.ipv4.tcp_ecn`.
    ///
    /// # Errors
    /// The kernel does not have it, or not this value.
    pub fn set(&self, name: &str, value: &str) -> anyhow::Result<()> {
        let path = format!("/proc/sys/{}", name.replace('.', "/"));
        let write = || std::fs::write(&path, value);
        self.call(Actor::Kernel, format!("{name} = {value}"), write, |()| None)
            .map_err(|error| anyhow::anyhow!("{name} = {value}: {error}"))
    }

    /// Says how many octets were sent, and how many of them arrived.
    pub fn count(&self, sent: usize, arrived: usize) {
        self.board.change(|state| state.counted = Some((sent, arrived)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage() -> (Arc<Board>, Stage) {
        let board = Arc::<Board>::default();
        (Arc::clone(&board), Stage::new(board))
    }

    #[test]
    fn what_is_done_is_written_down_with_what_it_gave() {
        let (board, stage) = stage();
        stage.call(Actor::Client, "write(2)".into(), || Ok(2), |n| Some(n.to_string())).unwrap();
        let refused = || Err::<(), _>(io::Error::from_raw_os_error(111));
        stage.call(Actor::Server, "connect()".into(), refused, |()| None).unwrap_err();
        let log = board.log();
        let said: Vec<_> = log.iter().map(|e| (e.call.as_str(), e.result.as_deref(), e.failed)).collect();
        assert_eq!(said, [("write(2)", Some("2"), false), ("connect()", Some("ECONNREFUSED"), true)]);
        assert!(log[0].at <= log[1].at);
    }

    #[test]
    fn who_waits_is_woken_by_what_the_wire_shows() {
        let (board, stage) = stage();
        let waiting = std::thread::spawn(move || stage.until("a datagram", |wire| wire.datagrams == 1));
        board.show(|wire| wire.datagrams = 1);
        waiting.join().unwrap().unwrap();
        assert_eq!((board.is_quiet(), board.is_quiet()), (1, 2));
        board.show(|_| {});
        assert_eq!(board.is_quiet(), 1);
    }

    #[test]
    fn the_watcher_is_asked_before_each_call_but_those_behind() {
        let (board, _) = stage();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        let ask: Ask = Arc::new(move |who, call: &str| heard.lock().unwrap().push((who, call.to_owned())));
        board.is_quiet();
        board.is_quiet();
        let told = Arc::new(Mutex::new(0));
        let count = Arc::clone(&told);
        let stage = Stage::new(board).watched(ask, Arc::new(move |_| *count.lock().unwrap() += 1));
        stage.call(Actor::Client, "close()".into(), || Ok(()), |()| None).unwrap();
        stage.behind().call(Actor::Server, "close()".into(), || Ok(()), |()| None).unwrap();
        assert_eq!(*asked.lock().unwrap(), [(Actor::Client, "close()".to_owned())]);
        assert_eq!(*told.lock().unwrap(), 1);
    }
}
