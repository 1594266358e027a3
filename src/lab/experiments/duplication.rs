//! A segment arrives twice; the program reads it once.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "duplication",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Server),
    script: script!("duplication"),
    fixture: fixture!("lessons/duplication.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    stage.rule(Rule::first(Way::ToServer, Kind::Data, Fate::Twice))?;
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(stage.server_at(9877))?;
    let served = server.accept()?;
    client.write(b"once\n")?;
    served.read_exactly(5)?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.until("the last acknowledgment", |wire| wire.shows(1, Seen::is_closed))
}
