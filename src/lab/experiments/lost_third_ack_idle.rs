//! The third step is lost, and the client waits: the server does not know of it.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "lost-third-ack-idle",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("lost-third-ack-idle"),
    fixture: fixture!("lessons/lost-third-ack-idle.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    stage.rule(Rule::first(Way::ToServer, Kind::Ack, Fate::Drop))?;
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(stage.server_at(9877))?;
    // Only after the second SYN-ACK has been answered.
    let served = server.accept()?;
    served.write(b"hello\n")?;
    client.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
