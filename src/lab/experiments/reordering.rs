//! Two segments arrive in the wrong order; the program reads them in the right one.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "reordering",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Server),
    script: script!("reordering"),
    fixture: fixture!("lessons/reordering.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    stage.rule(Rule::nth(Way::ToServer, Kind::Data, 2, Fate::AfterNext))?;
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(stage.server_at(9877))?;
    let served = server.accept()?;
    client.write(&[b'x'; 5000])?;
    served.read_exactly(5000)?;
    served.write(b"all\n")?;
    client.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.until("the last acknowledgment", |wire| wire.shows(1, Seen::is_closed))
}
