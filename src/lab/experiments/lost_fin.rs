//! A FIN is lost, and sent again as an octet would be.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "lost-fin",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("lost-fin"),
    fixture: fixture!("fixtures/22h_fin_lost_sender.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.rule(Rule::first(Way::ToServer, Kind::Fin, Fate::Drop))?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    stage.passing(Way::ToClient, Kind::Ack, 1)?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
