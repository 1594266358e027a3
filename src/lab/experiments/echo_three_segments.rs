//! An echo, and a close in three segments: the server is quick.

use std::time::Duration;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lab::wire::Seen;
use crate::lang::{Actor, LabGroup};
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "echo-three-segments",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("echo-three-segments"),
    fixture: fixture!("fixtures/27k_gzip.pcap.gz"),
    run,
    limit: super::USUAL,
};

/// So often it is tried.
const TRIES: usize = 6;

/// Whether the server's FIN acknowledged the client's.
fn in_three(seen: &Seen) -> bool {
    seen.count(Side::Server, "fin") == 1 && seen.count(Side::Server, "fin-ack") == 1 && {
        let mut from_server = seen.steps.iter().filter(|(side, _)| *side == Side::Server);
        let fin = from_server.clone().position(|(_, step)| *step == "fin");
        let ack = from_server.position(|(_, step)| *step == "fin-ack");
        fin.zip(ack).is_some_and(|(fin, ack)| fin.abs_diff(ack) <= 1 && fin <= ack + 1)
    }
}

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.listening()?;
    for nth in 1..=TRIES {
        let client = stage.tcp(Actor::Client)?;
        client.connect(local(9877))?;
        let served = server.accept()?;
        client.write(b"a\n")?;
        served.read()?;
        served.write(b"a\n")?;
        client.read()?;
        client.close()?;
        served.read()?;
        served.close()?;
        stage.closed(nth)?;
        // A server that is kept waiting by a busy machine for longer than an
        // acknowledgment is held back makes four segments; then once more.
        if stage.shows_within(Duration::ZERO, |wire| wire.shows(nth, in_three)) {
            return Ok(());
        }
    }
    Ok(())
}
