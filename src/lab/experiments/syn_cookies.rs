//! A server that remembers nothing of a SYN: all of it is in its sequence number.

use anyhow::ensure;

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "syn-cookies",
    group: LabGroup::Opening,
    needs: Needs::Loopback,
    script: script!("syn-cookies"),
    fixture: fixture!("lessons/syn-cookies.pcap"),
    run,
    limit: super::USUAL,
};

/// A counter of this network.
fn counter(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/net/netstat").ok()?;
    let mut lines = text.lines().filter(|line| line.starts_with("TcpExt:"));
    let (names, values) = (lines.next()?, lines.next()?);
    let place = names.split_whitespace().position(|word| word == name)?;
    values.split_whitespace().nth(place)?.parse().ok()
}

fn run(stage: &Stage) -> anyhow::Result<()> {
    stage.set("net.ipv4.tcp_syncookies", "2")?;
    let (_server, client, served) = stage.established()?;
    client.write(b"a\n")?;
    served.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)?;
    ensure!(counter("SyncookiesRecv").is_none_or(|count| count > 0), "no cookie was used");
    Ok(())
}
