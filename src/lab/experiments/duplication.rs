//! A segment arrives twice; the program reads it once.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "duplication",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Server),
    script: script!("duplication"),
    fixture: fixture!("lessons/duplication.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    stage.rule(Rule::first(Way::ToServer, Kind::Data, Fate::Twice))?;
    let (_server, client, served) = stage.established()?;
    client.write(b"once\n")?;
    served.read_exactly(5)?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
