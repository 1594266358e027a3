//! A file is sent, but its receiver never closes: the sender waits, and gives up.

use std::time::Duration;

use anyhow::ensure;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::State;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "file-receiver-silent",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("file-receiver-silent"),
    fixture: fixture!("lessons/file-receiver-silent.pcap"),
    run,
    limit: super::USUAL,
};

/// How long the sender waits for the receiver.
const PATIENCE: Duration = Duration::from_millis(300);

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (_server, client, served) = stage.established()?;

    client.wait_at_most(PATIENCE)?;
    client.write(&[b'x'; 2000])?;
    client.shutdown()?;
    served.read_exactly(2000)?;
    // Nobody closes on the other side; the time-out ends the wait.
    ensure!(client.read().is_err(), "the receiver closed");
    client.close()?;
    stage.until("the FIN, acknowledged", |wire| {
        wire.shows(1, |seen| seen.is_in(State::FinWait2, State::CloseWait))
    })
}
