//! A process for each client, and a parent that forgets to close its copy.

use std::time::Duration;

use anyhow::ensure;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "process-per-client-forgotten",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("process-per-client-forgotten"),
    fixture: fixture!("lessons/process-per-client-forgotten.pcap"),
    run,
    limit: super::USUAL,
};

/// How long the client waits for the end.
const PATIENCE: Duration = Duration::from_millis(300);

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (_server, client, served) = stage.established()?;
    let worker = served.fork(Actor::Worker)?;
    client.write(b"a\n")?;
    client.read()?;
    worker.wait()?;
    // The parent still holds the socket: no FIN, though the child is gone.
    client.wait_at_most(PATIENCE)?;
    ensure!(client.read().is_err(), "the connection was closed");
    Ok(())
}
