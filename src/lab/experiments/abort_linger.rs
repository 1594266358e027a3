//! A close that resets: SO_LINGER with no time.

use anyhow::ensure;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "abort-linger",
    group: LabGroup::Resets,
    needs: Needs::Loopback,
    script: script!("abort-linger"),
    fixture: fixture!("fixtures/06_linger0_abort.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (_server, client, served) = stage.established()?;

    client.write(b"a\n")?;
    served.read()?;
    client.reset_on_close()?;
    client.close()?;
    stage.until("the reset", |wire| wire.shows(1, |seen| seen.count(Side::Client, "reset") > 0))?;
    ensure!(served.read().is_err(), "no reset");
    Ok(())
}
