//! The client's machine lost its power; the server still believes in the connection.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "half-open-discovery",
    group: LabGroup::Resets,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("half-open-discovery"),
    fixture: fixture!("fixtures/18e_half_open_stale_server.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    let server = stage.listening()?;
    let old = stage.tcp(Actor::Client)?;
    old.bind(stage.client_at(40_001))?;
    old.connect(stage.server_at(9877))?;
    let stale = server.accept()?;
    old.write(b"old\n")?;
    stale.read()?;
    stage.until("the acknowledgment", |wire| wire.shows(1, |seen| seen.count(Side::Server, "ack") > 0))?;
    old.vanish()?;
    // The machine is up again, and its first connection has the same port.
    let client = stage.tcp(Actor::SecondClient)?;
    client.bind(stage.client_at(40_001))?;
    client.connect(stage.server_at(9877))?;
    let served = server.accept()?;
    // The stale one was reset.
    drop(stale.read());
    stale.close()?;
    client.write(b"new\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(2)
}
