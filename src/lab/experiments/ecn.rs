//! Both sides agree in the handshake to hear of congestion before anything is lost.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "ecn",
    group: LabGroup::Opening,
    needs: Needs::Loopback,
    script: script!("ecn"),
    fixture: fixture!("fixtures/15_ecn.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.set("net.ipv4.tcp_ecn", "1")?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
