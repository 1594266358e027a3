//! A socket that connects to itself: one socket, both ends.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "self-connect",
    group: LabGroup::Opening,
    needs: Needs::Loopback,
    script: script!("self-connect"),
    fixture: fixture!("fixtures/12b_self_connect.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let socket = stage.tcp(Actor::Client)?;
    socket.bind(local(9877))?;
    socket.connect(local(9877))?;
    socket.write(b"echo?")?;
    socket.read()?;
    socket.close()?;
    stage.until("its close", |wire| wire.shows(1, Seen::is_closed))
}
