//! Silence, and probes that nobody answers: the peer is gone.

use std::time::Duration;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "keep-alive-dead-peer",
    group: LabGroup::Data,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("keep-alive-dead-peer"),
    fixture: fixture!("lessons/keep-alive-dead-peer.pcap"),
    run,
    limit: super::USUAL,
};

/// The shortest silence that the kernel knows.
const SECOND: Duration = Duration::from_secs(1);

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    stage.until("the acknowledgment", |wire| wire.shows(1, |seen| seen.count(Side::Server, "ack") > 0))?;
    stage.cut()?;
    client.keep_alive(SECOND, SECOND, 2)?;
    // ETIMEDOUT, after a second of silence and two probes.
    drop(client.read());
    client.close()?;
    Ok(())
}
