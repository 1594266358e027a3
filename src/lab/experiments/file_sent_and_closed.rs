//! A file is sent, and the connection closed so that nothing is lost.

use std::time::Duration;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "file-sent-and-closed",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("file-sent-and-closed"),
    fixture: fixture!("lessons/file-sent-and-closed.pcap.gz"),
    run,
    limit: super::USUAL,
};

/// Octets of the file.
const FILE: usize = 200_000;

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(local(9877))?;
    let receiver = server.accept()?.behind(Actor::Server);
    // A receiver that dies must not keep the sender for ever.
    client.wait_at_most(Duration::from_secs(10))?;
    let receiving = std::thread::spawn(move || {
        let (arrived, _) = receiver.read_to_end();
        receiver.close().map(|()| arrived)
    });
    client.write(&vec![b'x'; FILE])?;
    client.shutdown()?;
    client.read()?;
    client.close()?;
    let arrived = receiving.join().map_err(|_| anyhow::anyhow!("no receiver"))??;
    stage.count(FILE, arrived);
    stage.closed(1)
}
