//! The client has said all and still listens: data flows the other way after its FIN.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::State;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "half-close",
    group: LabGroup::Closing,
    needs: Needs::Loopback,
    script: script!("half-close"),
    fixture: fixture!("lessons/half-close.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (_server, client, served) = stage.established()?;

    client.write(b"GET /\n")?;
    client.shutdown()?;
    served.read()?;
    served.read()?;
    stage.until("the FIN, acknowledged", |wire| {
        wire.shows(1, |seen| seen.is_in(State::FinWait2, State::CloseWait))
    })?;
    for _ in 0..3 {
        served.write(&[b'x'; 1000])?;
        client.read_exactly(1000)?;
    }
    served.close()?;
    client.read()?;
    client.close()?;
    stage.closed(1)
}
