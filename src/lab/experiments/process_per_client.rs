//! A process for each client; the parent closes its copy of the socket.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
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
    let server = stage.tcp(Actor::Server)?;
    server.bind(local(9877))?;
    server.listen(16)?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(local(9877))?;
    let served = server.accept()?;
    let worker = served.fork(Actor::Worker)?;
    // The child has its own.
    served.close()?;
    client.write(b"a\n")?;
    client.read()?;
    worker.wait()?;
    // The child exits, and with it the last descriptor: the FIN.
    client.read()?;
    client.close()?;
    stage.until("the last acknowledgment", |wire| wire.shows(1, Seen::is_closed))
}
