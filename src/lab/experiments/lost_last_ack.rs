//! The last acknowledgment is lost: this is what TIME-WAIT is for.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "lost-last-ack",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("lost-last-ack"),
    fixture: fixture!("lessons/lost-last-ack.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.rule(Rule::first(Way::ToServer, Kind::LastAck, Fate::Drop))?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.passing(Way::ToClient, Kind::Fin, 2)?;
    stage.passing(Way::ToServer, Kind::LastAck, 2)?;
    stage.closed(1)
}
