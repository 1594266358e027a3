//! A process for each client; the parent closes its copy of the socket.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "process-per-client",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("process-per-client"),
    fixture: fixture!("lessons/process-per-client.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (_server, client, served) = stage.established()?;
    let worker = served.fork(Actor::Worker)?;
    // The child has its own.
    served.close()?;
    client.write(b"a\n")?;
    client.read()?;
    worker.wait()?;
    // The child exits, and with it the last descriptor: the FIN.
    client.read()?;
    client.close()?;
    stage.closed(1)
}
