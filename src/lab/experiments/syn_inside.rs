//! A SYN inside a connection: an old one, a stranger's, or a peer that started anew.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Kind, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::model::Flags;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "syn-inside",
    group: LabGroup::Resets,
    needs: Needs::TwoHosts(Side::Server),
    script: script!("syn-inside"),
    fixture: fixture!("lessons/syn-inside.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    stage.passing(Way::ToClient, Kind::Ack, 1)?;
    stage.forge(Flags::SYN, 50_000)?;
    stage.passing(Way::ToClient, Kind::Ack, 2)?;
    // It lives.
    client.write(b"b\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
