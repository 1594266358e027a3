//! One segment of many is lost: the others behind it tell, and it is sent again at once.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "lost-data",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("lost-data"),
    fixture: fixture!("lessons/lost-data.pcap"),
    run,
    limit: super::USUAL,
};

/// Ten segments, as many as may be sent at the beginning.
const OCTETS: usize = 10_000;

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    stage.rule(Rule::nth(Way::ToServer, Kind::Data, 2, Fate::Drop))?;
    let (_server, client, served) = stage.established()?;
    client.write(&[b'x'; OCTETS])?;
    served.read_exactly(OCTETS)?;
    served.write(b"all\n")?;
    client.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
