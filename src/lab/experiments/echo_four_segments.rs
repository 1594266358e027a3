//! An echo, and a close in four steps: the server takes its time.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::State;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "echo-four-segments",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("echo-four-segments"),
    fixture: fixture!("fixtures/01_normal_4seg.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    served.write(b"a\n")?;
    client.read()?;

    client.close()?;
    served.read()?;
    // The server says nothing until its kernel has acknowledged the FIN.
    stage.until("the client's FIN, acknowledged", |wire| {
        wire.shows(1, |seen| seen.is_in(State::FinWait2, State::CloseWait))
    })?;
    served.close()?;
    stage.closed(1)
}
