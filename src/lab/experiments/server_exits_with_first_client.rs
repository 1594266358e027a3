//! A server that exits with its first client: the second, queued, is reset, the third refused.

use anyhow::ensure;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "server-exits-with-first-client",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("server-exits-with-first-client"),
    fixture: fixture!("fixtures/30b_seed001_server_exits_with_first_client.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (server, first, served) = stage.established()?;
    first.write(b"first\n")?;
    served.read()?;
    served.write(b"first\n")?;
    first.read()?;
    let second = stage.tcp(Actor::SecondClient)?;
    second.connect(local(9877))?;
    second.write(b"second\n")?;
    first.close()?;
    served.read()?;
    served.close()?;
    stage.until("the first client's close", |wire| wire.shows(1, Seen::is_closed))?;
    // exit() closes what is open: the socket that listened, too.
    server.close()?;
    stage.until("the reset of who was queued", |wire| {
        wire.shows(2, |seen| seen.count(Side::Server, "reset") > 0)
    })?;
    ensure!(second.read().is_err(), "the second client was served");
    let third = stage.tcp(Actor::ThirdClient)?;
    ensure!(third.connect(local(9877)).is_err(), "the third client was not refused");
    stage.until("the refusal", |wire| wire.shows(3, |seen| seen.count(Side::Server, "refused") > 0))
}
