//! A path that swallows long segments and says nothing: short ones get through.

use crate::lab::catalogue::{Experiment, Needs, fixture, script};
use crate::lab::net::{Fate, Kind, Rule, Way};
use crate::lab::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

pub(super) const EXPERIMENT: Experiment = Experiment {
    name: "path-mtu-black-hole",
    group: LabGroup::Losses,
    needs: Needs::TwoHosts(Side::Client),
    script: script!("path-mtu-black-hole"),
    fixture: fixture!("lessons/path-mtu-black-hole.pcap"),
    run,
    limit: super::USUAL,
};

/// Longer ones do not get through.
const LONGEST: u32 = 1000;
const OCTETS: usize = 3000;

fn run(stage: &Stage) -> anyhow::Result<()> {
    // To suspect the length after two time-outs, and to try this much then.
    stage.set("net.ipv4.tcp_mtu_probing", "1")?;
    stage.set("net.ipv4.tcp_base_mss", "536")?;
    stage.set("net.ipv4.tcp_retries1", "1").ok();
    stage.rule(Rule::each(Way::ToServer, Kind::Longer(LONGEST), Fate::Drop))?;
    let (_server, client, served) = stage.established()?;
    // A short question gets through.
    client.write(b"a\n")?;
    served.read()?;
    served.write(b"a\n")?;
    client.read()?;
    // A long one does not.
    client.write(&[b'x'; OCTETS])?;
    served.read_exactly(OCTETS)?;
    served.write(b"all\n")?;
    client.read()?;
    client.close()?;
    served.read()?;
    served.close()?;
    stage.closed(1)
}
