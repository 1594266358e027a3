//! A machine of the lab: a network namespace with a thread in it.

use std::any::Any;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use nix::sched::{CloneFlags, unshare};

use super::enter::no_namespace;
use super::link;

type Job = Box<dyn FnOnce() + Send>;

/// A machine with a network of its own. What is opened in its thread belongs there
/// and may then be used from any thread; a thread that is started there stays
/// there. The kernel removes the network with the machine's last socket and thread.
#[derive(Debug)]
pub struct Host {
    /// The namespace, so that cables can be laid to it.
    network: File,
    /// Its thread; the process's own network needs none.
    thread: Option<Thread>,
}

#[derive(Debug)]
struct Thread {
    jobs: Sender<Job>,
    handle: JoinHandle<()>,
}

impl Host {
    /// A new machine, with its loopback interface up.
    ///
    /// # Errors
    /// The process is not in a network of its own ([`super::enter()`]), or the system
    /// has no more threads.
    pub fn new(name: &str) -> io::Result<Host> {
        let (jobs, todo) = mpsc::channel::<Job>();
        let handle = thread::Builder::new().name(name.to_owned()).spawn(move || {
            for job in todo {
                job();
            }
        })?;
        let thread = Thread { jobs, handle };
        let network = thread.run(|| {
            unshare(CloneFlags::CLONE_NEWNET).map_err(|errno| io::Error::other(no_namespace(errno)))?;
            link::up("lo")?;
            File::open("/proc/thread-self/ns/net")
        })??;
        Ok(Host { network, thread: Some(thread) })
    }

    /// The process's own network. Its jobs are done by whoever asks, who must be in
    /// that network: any thread that was not started on another machine.
    ///
    /// # Errors
    /// `/proc` cannot be read.
    pub fn here() -> io::Result<Host> {
        Ok(Host { network: File::open("/proc/thread-self/ns/net")?, thread: None })
    }

    /// Does something on the machine and waits for it.
    ///
    /// # Errors
    /// It panicked, or the machine's thread is gone.
    pub fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
        match &self.thread {
            Some(thread) => thread.run(job),
            None => Ok(job()),
        }
    }

    /// Sets a system control of the machine's network, such as
    /// `net.ipv4.tcp_syn_retries`.
    ///
    /// # Errors
    /// This kernel has no such control, or it may not be written.
    pub fn set(&self, control: &str, value: &str) -> io::Result<()> {
        let path = path_of(control);
        let value = value.to_owned();
        self.run(move || fs::write(path, value))?
    }

    /// Sets a system control if this kernel has it, and says whether it did.
    pub fn try_set(&self, control: &str, value: &str) -> bool {
        self.set(control, value).is_ok()
    }

    /// What a system control of the machine's network says.
    ///
    /// # Errors
    /// This kernel has no such control.
    pub fn get(&self, control: &str) -> io::Result<String> {
        let path = path_of(control);
        Ok(self.run(move || fs::read_to_string(path))??.trim().to_owned())
    }

    /// The namespace.
    pub(super) fn network(&self) -> BorrowedFd<'_> {
        self.network.as_fd()
    }
}

fn path_of(control: &str) -> String {
    format!("/proc/sys/{}", control.replace('.', "/"))
}

impl Thread {
    fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
        let gone = |_: &dyn Any| io::Error::other("a machine of the lab is gone");
        let (answer, done) = mpsc::channel();
        let job: Job = Box::new(move || drop(answer.send(job())));
        self.jobs.send(job).map_err(|error| gone(&error))?;
        done.recv().map_err(|error| gone(&error))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Some(Thread { jobs, handle }) = self.thread.take() {
            drop(jobs);
            drop(handle.join());
        }
    }
}
