//! A client that tries until there is a server.

use std::time::Duration;

use anyhow::ensure;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "reconnect-loop",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("reconnect-loop"),
    fixture: fixture!("lessons/reconnect-loop.pcap"),
    run,
    limit: super::USUAL,
};

/// How long the client waits before it tries again; the texts say a second.
const BETWEEN: Duration = Duration::from_millis(200);

fn run(stage: &Stage) -> anyhow::Result<()> {
    for _ in 0..3 {
        let client = stage.tcp(Actor::Client)?;
        ensure!(client.connect(local(9877)).is_err(), "somebody listens");
        client.close()?;
        stage.pause(Actor::Client, BETWEEN);
    }
    let (_server, client, served) = stage.established()?;
    client.write(b"at last\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(4)
}
