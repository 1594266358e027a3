//! Sequence numbers go on from 0 after 4294967295, in the middle of the data.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "numbers-wrap",
    group: LabGroup::Data,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("numbers-wrap"),
    fixture: fixture!("lessons/numbers-wrap.pcap"),
    run,
    limit: super::USUAL,
};

/// The SYN has this number; six octets later they begin again from 0.
const ISN: u32 = u32::MAX - 5;

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    client.choose_isn(ISN)?;
    client.connect(stage.server_at(9877))?;
    let served = server.accept()?;
    client.write(b"hello, world\n")?;
    served.read()?;
    served.write(b"hello\n")?;
    client.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
