//! Two segments arrive in the wrong order; the program reads them in the right one.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "reordering",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Server),
    script: script!("reordering"),
    fixture: fixture!("lessons/reordering.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    stage.rule(Rule::nth(Way::ToServer, Kind::Data, 2, Fate::AfterNext))?;
    let (_server, client, served) = stage.established()?;
    client.write(&[b'x'; 5000])?;
    served.read_exactly(5000)?;
    served.write(b"all\n")?;
    client.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
