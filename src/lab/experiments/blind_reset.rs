//! A stranger who knows addresses and ports guesses a number: not well enough.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::model::Flags;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "blind-reset",
    group: LabGroup::Resets,
    needs: Needs::TwoHosts(Side::Server),
    script: script!("blind-reset"),
    fixture: fixture!("lessons/blind-reset.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    stage.until("the acknowledgment", |wire| wire.shows(1, |seen| seen.count(Side::Server, "ack") > 0))?;
    stage.forge(Flags::RST, -100_000)?;
    stage.until("a reset", |wire| wire.shows(1, |seen| seen.count(Side::Client, "reset-ignored") > 0))?;
    stage.forge(Flags::RST, 1000)?;
    stage
        .until("the challenge", |wire| wire.shows(1, |seen| seen.count(Side::Server, "challenge-ack") > 0))?;
    // It lives.
    client.write(b"b\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
