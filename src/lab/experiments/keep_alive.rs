//! Silence, and probes that ask whether somebody is still there; somebody is.

use std::time::Duration;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "keep-alive",
    group: LabGroup::Data,
    needs: Needs::Loopback,
    script: script!("keep-alive"),
    fixture: fixture!("lessons/keep-alive.pcap"),
    run,
    limit: super::USUAL,
};

/// The shortest silence that the kernel knows.
const SECOND: Duration = Duration::from_secs(1);

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    client.keep_alive(SECOND, SECOND, 3)?;
    client.connect(local(9877))?;
    let served = server.accept()?;
    client.write(b"a\n")?;
    served.read()?;
    stage.until("two answered probes", |wire| {
        wire.shows(1, |seen| seen.count(Side::Server, "keep-alive-ack") >= 2)
    })?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
