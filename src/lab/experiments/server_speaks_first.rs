//! The server says hello before the client has said a word.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "server-speaks-first",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("server-speaks-first"),
    fixture: fixture!("fixtures/31_server_speaks_first.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.tcp(Actor::Server)?;
    server.bind(local(30_001))?;
    server.listen(16)?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(local(30_001))?;
    let served = server.accept()?;
    // "hello" and its end, in two octets a letter.
    served.write(b"h\0e\0l\0l\0o\0\0\0")?;
    client.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
