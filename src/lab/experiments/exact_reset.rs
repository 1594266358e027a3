//! A stranger guesses the very number that is expected: the connection is gone.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::model::Flags;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "exact-reset",
    group: LabGroup::Resets,
    needs: Needs::TwoHosts(Side::Server),
    script: script!("exact-reset"),
    fixture: fixture!("lessons/exact-reset.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.no_haste()?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    stage.until("the acknowledgment", |wire| wire.shows(1, |seen| seen.count(Side::Server, "ack") > 0))?;
    stage.forge(Flags::RST, 0)?;
    // ECONNRESET, though the client did nothing.
    drop(served.read());
    // The client learns of it when it writes.
    client.write(b"b\n")?;
    drop(client.read());
    stage.until("the server's reset", |wire| {
        wire.caught.iter().filter(|one| one.what.contains('R')).count() > 1
    })
}
