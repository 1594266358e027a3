//! A reader that does not read: the window closes, is probed, and opens again.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "zero-window",
    group: LabGroup::Data,
    needs: Needs::Loopback,
    script: script!("zero-window"),
    fixture: fixture!("lessons/zero-window.pcap.gz"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.tcp(Actor::Server)?;
    server.receive_buffer(4096)?;
    server.bind(local(9877))?;
    server.listen(16)?;
    let client = stage.tcp(Actor::Client)?;
    client.connect(local(9877))?;
    let served = server.accept()?;
    let sent = client.write_what_goes(&[b'x'; 40_000])?;
    stage.until("a closed window, and a probe", |wire| {
        wire.shows(1, |seen| {
            seen.count(Side::Client, "window-probe") > 0 && seen.count(Side::Server, "zero-window") > 0
        })
    })?;
    // Now it reads.
    served.read_exactly(sent)?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
