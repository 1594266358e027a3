//! The server's answer is lost: it is sent again.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "lost-syn-ack",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Server),
    script: script!("lost-syn-ack"),
    fixture: fixture!("lessons/lost-syn-ack.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    stage.rule(Rule::first(Way::ToClient, Kind::SynAck, Fate::Drop))?;
    // Both sides have a timer of a second; the server's is to be seen.
    stage.rule(Rule::nth(Way::ToServer, Kind::Syn, 2, Fate::Drop))?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
