//! The only segment is lost, and nothing behind it could tell: only time helps.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "lost-question",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("lost-question"),
    fixture: fixture!("lessons/lost-question.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.rule(Rule::first(Way::ToServer, Kind::Data, Fate::Drop))?;
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
