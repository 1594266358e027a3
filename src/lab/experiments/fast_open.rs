//! Fast Open: the first connection fetches a cookie, the second sends data with its SYN.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "fast-open",
    group: LabGroup::Opening,
    needs: Needs::Loopback,
    script: script!("fast-open"),
    fixture: fixture!("lessons/fast-open.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    // 1: clients may; 2: servers may; 0x400: every socket that listens does.
    stage.set("net.ipv4.tcp_fastopen", "1027")?;
    let server = stage.listening()?;
    for nth in 1..=2 {
        let client = stage.tcp(Actor::Client)?;
        client.send_with_syn(b"GET /\n", local(9877))?;
        let served = server.accept()?;
        served.read()?;
        served.write(b"200\n")?;
        client.read()?;
        client.close()?;
        served.read()?;
        served.close()?;
        stage.closed(nth)?;
    }
    Ok(())
}
