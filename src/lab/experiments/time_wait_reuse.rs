//! The same two ports once more while the server still waits in TIME-WAIT.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "time-wait-reuse",
    group: LabGroup::Closing,
    needs: Needs::Loopback,
    script: script!("time-wait-reuse"),
    fixture: fixture!("fixtures/18_reuse_server_timewait.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.listening()?;
    for nth in 1..=2 {
        let client = stage.tcp(Actor::Client)?;
        client.reuse_address()?;
        client.bind(local(40_001))?;
        client.connect(local(9877))?;
        let served = server.accept()?;
        client.write(b"a\n")?;
        served.read()?;
        // Who closes first waits: here the server, so that the client's port is free.
        served.close()?;
        client.read()?;
        client.close()?;
        stage.closed(nth)?;
    }
    Ok(())
}
