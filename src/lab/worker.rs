//! A process of its own for one client, as `fork` makes one: this program again,
//! with the connection as its standard input. What it does it tells in lines.

use std::io::{self, BufRead as _, BufReader};
use std::os::fd::AsFd as _;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use super::call::Entry;
use super::socket::Socket;
use super::stage::Stage;
use crate::lang::Actor;
use crate::model::Timestamp;

/// A process for one client.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    listening: JoinHandle<()>,
    stage: Stage,
    parent: Actor,
}

/// Starts a process for the client at the other end of `client`.
///
/// # Errors
/// The system has no more processes.
pub(super) fn fork(stage: &Stage, client: &Socket, parent: Actor, own: Actor) -> io::Result<Worker> {
    let start = || {
        let connection = client.duplicate()?;
        let mut command = Command::new("/proc/self/exe");
        command.args(["lab", "--serve", "echo", "--inherit"]).env_clear();
        command.stdin(connection).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
    };
    let say = |child: &Child| Some(child.id().to_string());
    let mut child = stage.call(parent, "fork()".into(), start, say)?;
    let lines = child.stdout.take();
    let board = stage.behind();
    let listening = std::thread::spawn(move || {
        let lines = lines.into_iter().flat_map(|pipe| BufReader::new(pipe).lines());
        for entry in lines.map_while(Result::ok).filter_map(|line| read(&line, own)) {
            board.board().write(entry);
        }
    });
    Ok(Worker { child, listening, stage: stage.clone(), parent })
}

impl Worker {
    /// Waits until the process is gone.
    ///
    /// # Errors
    /// There is none.
    pub fn wait(mut self) -> io::Result<()> {
        let (child, parent) = (&mut self.child, self.parent);
        self.stage.call(parent, "waitpid()".into(), || child.wait(), |_| None)?;
        // It has said all; what is still in the pipe is read.
        let _ = self.listening.join();
        Ok(())
    }
}

/// A line of a worker: time, call, result, separated by tabs.
fn read(line: &str, who: Actor) -> Option<Entry> {
    let mut parts = line.split('\t');
    let at = Timestamp::from_nanos(parts.next()?.parse().ok()?);
    let call = parts.next()?.to_owned();
    let result = parts.next().filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Entry { at, who, call, result, failed: false })
}

/// The line that says it.
pub fn line(entry: &Entry) -> String {
    format!("{}\t{}\t{}\n", entry.at.as_nanos(), entry.call, entry.result.as_deref().unwrap_or_default())
}

/// What the process does: answers one line, and exits.
///
/// # Errors
/// Standard input is no connection, or it broke.
pub fn work(stage: &Stage) -> anyhow::Result<()> {
    // Without its parent it has nothing to do.
    let kill = Some(rustix::process::Signal::KILL);
    rustix::process::set_parent_process_death_signal(kill)?;
    let connection = Socket::adopt(stage, Actor::Worker, io::stdin().as_fd().try_clone_to_owned()?);
    if connection.read()? > 0 {
        connection.write(b"a\n")?;
    }
    Ok(stage.call(Actor::Worker, "exit()".into(), || Ok(()), |()| None)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_understood() {
        let at = Timestamp::from_nanos(1_795_250_842_068_359_000);
        for result in [None, Some("2".to_owned())] {
            let entry = Entry { at, who: Actor::Worker, call: "read()".into(), result, failed: false };
            assert_eq!(read(line(&entry).trim_end(), Actor::Worker), Some(entry));
        }
        assert_eq!(read("nonsense", Actor::Worker), None);
    }
}
