//! Every state of a connection that is opened and closed in order.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::State;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "states",
    group: LabGroup::Closing,
    needs: Needs::Loopback,
    script: script!("states"),
    fixture: fixture!("fixtures/01_normal_4seg.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let (_server, client, served) = stage.established()?;

    client.write(b"hello\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    stage.until("FIN-WAIT-2 and CLOSE-WAIT", |wire| {
        wire.shows(1, |seen| seen.is_in(State::FinWait2, State::CloseWait))
    })?;
    served.close()?;
    stage.closed(1)
}
