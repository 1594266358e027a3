//! A full queue: a SYN is ignored until the server accepts somebody.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};
use crate::track::State;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "full-backlog",
    group: LabGroup::Opening,
    needs: Needs::Loopback,
    script: script!("full-backlog"),
    fixture: fixture!("lessons/full-backlog.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.tcp(Actor::Server)?;
    server.bind(local(9877))?;
    server.listen(0)?;
    let first = stage.tcp(Actor::Client)?;
    first.connect(local(9877))?;
    let second = stage.tcp(Actor::SecondClient)?;
    second.begin_to_connect(local(9877))?;
    stage.until("the second client's SYN", |wire| wire.shows(2, |seen| seen.syns >= 1))?;
    // Now there is room: the next SYN is answered.
    let served = server.accept()?;
    stage.until("the second client's handshake", |wire| {
        wire.shows(2, |seen| seen.is_in(State::Established, State::Established))
    })?;
    first.close()?;
    served.read()?;
    served.close()?;
    let served = server.accept()?;
    second.close()?;
    served.read()?;
    served.close()?;
    stage.until("both closed", |wire| wire.shows(1, Seen::is_closed) && wire.shows(2, Seen::is_closed))
}
