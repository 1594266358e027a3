//! The client has said all and still listens: data flows the other way after its FIN.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};
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
    let server = stage.tcp(Actor::Server)?;
    server.bind(local(9877))?;
    server.listen(16)?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(local(9877))?;
    let served = server.accept()?;

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
    stage.until("the last acknowledgment", |wire| wire.shows(1, Seen::is_closed))
}
