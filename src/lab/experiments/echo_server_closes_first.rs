//! An echo server that answers one line and closes, while the client waits.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::State;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "echo-server-closes-first",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("echo-server-closes-first"),
    fixture: fixture!("fixtures/03_server_closes_first.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    served.write(b"a\n")?;
    served.close()?;
    client.read()?;
    stage.until("the server's FIN, acknowledged", |wire| {
        wire.shows(1, |seen| seen.is_in(State::CloseWait, State::FinWait2))
    })
}
