//! The first SYN is lost: nothing happens for a second, then it is sent again.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "lost-syn",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("lost-syn"),
    fixture: fixture!("fixtures/09_syn_lost_client.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    stage.rule(Rule::first(Way::ToServer, Kind::Syn, Fate::Drop))?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    served.write(b"a\n")?;
    client.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
