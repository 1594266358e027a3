//! A server with a thread for each client: nobody waits for anybody.

use std::io;
use std::thread::{self, JoinHandle};

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::{Socket, local};
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "thread-per-client",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("thread-per-client"),
    fixture: fixture!("lessons/thread-per-client.pcap"),
    run,
    limit: super::USUAL,
};

/// A thread of its own for one client.
fn serve(client: Socket) -> JoinHandle<io::Result<()>> {
    thread::spawn(move || {
        loop {
            match client.read()? {
                0 => return client.close(),
                _ => client.write(b"echo\n")?,
            };
        }
    })
}

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.listening()?;
    let first = stage.tcp(Actor::Client)?;
    first.connect(local(9877))?;
    let mut threads = vec![serve(server.accept()?.behind(Actor::Worker))];
    let second = stage.tcp(Actor::SecondClient)?;
    second.connect(local(9877))?;
    threads.push(serve(server.accept()?.behind(Actor::SecondWorker)));
    // The first is silent; the second is served all the same.
    second.write(b"second\n")?;
    second.read()?;
    first.write(b"first\n")?;
    first.read()?;
    first.close()?;
    second.close()?;
    for thread in threads {
        thread.join().map_err(|_| anyhow::anyhow!("a thread broke off"))??;
    }
    stage.until("both closed", |wire| wire.shows(1, Seen::is_closed) && wire.shows(2, Seen::is_closed))
}
