//! The third step is lost, and data follow: they carry what it would have said.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "lost-third-ack",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Server),
    script: script!("lost-third-ack"),
    fixture: fixture!("lessons/lost-third-ack.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    stage.rule(Rule::first(Way::ToServer, Kind::Ack, Fate::Drop))?;
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(stage.server_at(9877))?;
    client.write(b"a\n")?;
    let served = server.accept()?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
