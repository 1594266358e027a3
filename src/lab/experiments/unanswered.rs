//! SYNs that nobody answers: sent again and again, with longer and longer pauses.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "unanswered",
    group: LabGroup::Opening,
    needs: Needs::Loopback,
    script: script!("unanswered"),
    fixture: fixture!("lessons/unanswered.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    // Doubling from the first second on, as RFC 6298 has it.
    stage.set("net.ipv4.tcp_syn_linear_timeouts", "0").ok();
    let server = stage.tcp(Actor::Server)?;
    server.bind(local(9877))?;
    // One may wait to be accepted; nobody is.
    server.listen(0)?;
    let first = stage.tcp(Actor::Client)?;
    first.connect(local(9877))?;
    let second = stage.tcp(Actor::SecondClient)?;
    second.begin_to_connect(local(9877))?;
    stage.until("three SYNs", |wire| wire.shows(2, |seen| seen.syns >= 3))?;
    second.close()?;
    Ok(())
}
