//! A file is sent the wrong way: closed with something unread. What had not arrived is lost.

use anyhow::ensure;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "file-lost",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("file-lost"),
    fixture: fixture!("fixtures/05c_wrong_close_small.pcap"),
    run,
    limit: super::USUAL,
};

/// Octets of the file: more than a receiver that does not read has room for.
const FILE: usize = 200_000;

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.listening()?;
    let client = stage.tcp(Actor::Client)?;
    // Room for all of it: the write is over long before the octets have arrived.
    client.send_buffer(2 * FILE)?;
    client.connect(local(9877))?;
    let receiver = server.accept()?;
    let sent = client.write_what_goes(&vec![b'x'; FILE])?;
    receiver.write(b"it arrives\n")?;
    stage.until("the receiver's word, acknowledged", |wire| {
        wire.shows(1, |seen| seen.count(Side::Server, "data") > 0 && seen.count(Side::Client, "ack") > 0)
    })?;
    // It was never read.
    client.close()?;
    stage.until("the reset", |wire| wire.shows(1, |seen| seen.count(Side::Client, "reset") > 0))?;
    let (arrived, _) = receiver.read_to_end();
    receiver.close()?;
    stage.count(sent, arrived);
    ensure!(arrived < sent, "all arrived");
    Ok(())
}
