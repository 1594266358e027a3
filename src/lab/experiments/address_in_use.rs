//! A server that is started again: EADDRINUSE, and how SO_REUSEADDR helps.

use anyhow::ensure;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "address-in-use",
    group: LabGroup::Closing,
    needs: Needs::Loopback,
    script: script!("address-in-use"),
    fixture: fixture!("lessons/address-in-use.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.tcp(Actor::Server)?;
    // Linux wants it of both: of the old server's sockets, and of the new one.
    server.reuse_address()?;
    server.bind(local(9877))?;
    server.listen(16)?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(local(9877))?;
    let served = server.accept()?;

    served.close()?;
    client.read()?;
    client.close()?;
    server.close()?;
    stage.closed(1)?;
    // The server's connection is in TIME-WAIT, and holds the port.
    let again = stage.tcp(Actor::Server)?;
    ensure!(again.bind(local(9877)).is_err(), "the address is not in use");
    again.reuse_address()?;
    again.bind(local(9877))?;
    again.listen(16)?;
    let client = stage.tcp(Actor::SecondClient)?;
    client.connect(local(9877))?;
    let served = again.accept()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(2)
}
