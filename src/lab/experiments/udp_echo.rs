//! Datagrams have no handshake: an echo, then a port where nobody listens; TCP for contrast.

use anyhow::{Context as _, ensure};

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::socket::local;
use crate::lab::stage::Stage;
use crate::lang::{Actor, LabGroup};

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "udp-echo",
    group: LabGroup::Programs,
    needs: Needs::Loopback,
    script: script!("udp-echo"),
    fixture: fixture!("lessons/udp-echo.pcap"),
    run,
    limit: super::USUAL,
};

fn run(stage: &Stage) -> anyhow::Result<()> {
    let server = stage.udp(Actor::Server)?;
    server.bind(local(9877))?;
    let client = stage.udp(Actor::Client)?;
    client.send_to(b"a\n", local(9877))?;
    let (_, from) = server.receive_from()?;
    server.send_to(b"a\n", from.context("a datagram from nowhere")?)?;
    client.receive_from()?;
    // Nobody listens there. Only a connected socket is told.
    client.connect(local(9878))?;
    client.write(b"b\n")?;
    stage.until("the ICMP error", |wire| wire.icmp_errors > 0)?;
    ensure!(client.read().is_err(), "somebody answered");
    // The same with TCP: a reset, no ICMP.
    let other = stage.tcp(Actor::SecondClient)?;
    ensure!(other.connect(local(9878)).is_err(), "somebody listens");
    other.close()?;
    Ok(())
}
