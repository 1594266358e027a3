//! Both connect before either hears of the other: one connection, and no server.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Kind, Way};
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};
use crate::track::{Side, State};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "simultaneous-open",
    group: LabGroup::Opening,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("simultaneous-open"),
    fixture: fixture!("fixtures/12_simultaneous_open.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    let (one, other) = (stage.tcp(Actor::Client)?, stage.tcp(Actor::Server)?);
    one.bind(stage.client_at(5000))?;
    other.bind(stage.server_at(9877))?;
    stage.hold()?;
    one.begin_to_connect(stage.server_at(9877))?;
    other.begin_to_connect(stage.client_at(5000))?;
    stage.passing(Way::ToServer, Kind::Syn, 1)?;
    stage.passing(Way::ToClient, Kind::Syn, 1)?;
    stage.release()?;
    stage.until("both open", |wire| {
        wire.shows(1, |seen| seen.is_in(State::Established, State::Established))
    })?;
    stage.passing(Way::ToServer, Kind::SynAck, 1)?;
    one.patiently()?;
    other.patiently()?;
    one.write(b"hi\n")?;
    other.read()?;
    one.close()?;
    other.read()?;
    other.close()?;
    stage.closed(1)
}
