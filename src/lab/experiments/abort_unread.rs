//! A server that closes without having read everything: a reset instead of a FIN.

use anyhow::ensure;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "abort-unread",
    group: LabGroup::Resets,
    needs: Needs::Loopback,
    script: script!("abort-unread"),
    fixture: fixture!("lessons/abort-unread.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (_server, client, served) = stage.established()?;

    client.write(b"please\n")?;
    stage
        .until("the line, acknowledged", |wire| wire.shows(1, |seen| seen.count(Side::Server, "ack") > 0))?;
    served.close()?;
    stage.until("the reset", |wire| wire.shows(1, |seen| seen.count(Side::Server, "reset") > 0))?;
    ensure!(client.read().is_err(), "no reset");
    Ok(())
}
