//! Both close before either hears of the other's close: CLOSING, and TIME-WAIT twice.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Kind, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::{Side, State};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "simultaneous-close",
    group: LabGroup::Closing,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("simultaneous-close"),
    fixture: fixture!("fixtures/13_simultaneous_close.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    stage.until("the acknowledgment", |wire| wire.shows(1, |seen| seen.count(Side::Server, "ack") > 0))?;
    stage.hold()?;
    client.close()?;
    served.close()?;
    stage.passing(Way::ToServer, Kind::Fin, 1)?;
    stage.passing(Way::ToClient, Kind::Fin, 1)?;
    stage.release()?;
    stage.until("both acknowledgments", |wire| {
        wire.shows(1, |seen| seen.is_in(State::TimeWait, State::TimeWait))
    })
}
