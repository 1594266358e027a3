//! A FIN is lost, and sent again as an octet would be.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};
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
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(stage.server_at(9877))?;
    let served = server.accept()?;
    client.write(b"a\n")?;
    served.read()?;
    stage.passing(Way::ToClient, Kind::Ack, 1)?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.until("the last acknowledgment", |wire| wire.shows(1, Seen::is_closed))
}
