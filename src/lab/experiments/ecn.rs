//! Both sides agree in the handshake to hear of congestion before anything is lost.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "ecn",
    group: LabGroup::Opening,
    needs: Needs::Loopback,
    script: script!("ecn"),
    fixture: fixture!("fixtures/15_ecn.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.set("net.ipv4.tcp_ecn", "1")?;
    let server = stage.tcp(Actor::Server)?;
    server.bind(local(9877))?;
    server.listen(16)?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(local(9877))?;
    let served = server.accept()?;
    client.write(b"a\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.until("the last acknowledgment", |wire| wire.shows(1, Seen::is_closed))
}
