//! The only segment is lost, and nothing behind it could tell: only time helps.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};
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
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(stage.server_at(9877))?;
    let served = server.accept()?;
    client.write(b"a\n")?;
    served.read()?;
    served.write(b"a\n")?;
    client.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.until("the last acknowledgment", |wire| wire.shows(1, Seen::is_closed))
}
