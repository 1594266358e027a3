//! The last acknowledgment is lost: this is what TIME-WAIT is for.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};
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
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(stage.server_at(9877))?;
    let served = server.accept()?;
    client.write(b"a\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.passing(Way::ToClient, Kind::Fin, 2)?;
    stage.passing(Way::ToServer, Kind::LastAck, 2)?;
    stage.until("the last acknowledgment", |wire| wire.shows(1, Seen::is_closed))
}
