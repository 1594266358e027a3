//! Nobody listens: five attempts, five refusals.

use anyhow::ensure;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "no-server",
    group: LabGroup::Opening,
    needs: Needs::Loopback,
    script: script!("no-server"),
    fixture: fixture!("fixtures/07_refused_retry5.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    for nth in 1..=5 {
        let client = stage.tcp(Actor::Client)?;
        ensure!(client.connect(local(9877)).is_err(), "somebody listens");
        client.close()?;
        stage.until("the refusal", |wire| wire.shows(nth, |seen| seen.count(Side::Server, "refused") > 0))?;
    }
    Ok(())
}
