//! A server that serves one client at a time, and a second client that waits.

use std::time::Duration;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "one-client-at-a-time",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("one-client-at-a-time"),
    fixture: fixture!("fixtures/10b_second_client_unserved.pcap"),
    run,
    limit: super::USUAL,
};

/// How long the first client thinks before it leaves.
const THINKS: Duration = Duration::from_millis(400);

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (server, first, served) = stage.established()?;
    first.write(b"first\n")?;
    served.read()?;
    served.write(b"first\n")?;
    first.read()?;
    // The server waits for the first client's next line; the second comes.
    let second = stage.tcp(Actor::SecondClient)?;
    second.connect(local(9877))?;
    second.write(b"second\n")?;
    stage.until("the second client's line, acknowledged", |wire| {
        wire.shows(2, |seen| seen.count(Side::Server, "ack") > 0)
    })?;
    stage.pause(Actor::Client, THINKS);
    first.close()?;
    served.read()?;
    served.close()?;
    let served = server.accept()?;
    served.read()?;
    served.write(b"second\n")?;
    second.read()?;
    second.close()?;
    served.read()?;
    served.close()?;
    stage.until("both closed", |wire| wire.shows(1, Seen::is_closed) && wire.shows(2, Seen::is_closed))
}
