//! The experiments that there are.

use std::time::Duration;

use super::experiments;
use super::stage::Stage;
use crate::lang::LabGroup;
use crate::track::Side;

/// What an experiment needs of the system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// The loopback interface of a network of its own.
    Loopback,
    /// Two hosts with a relay between them, which loses what it is told to; seen
    /// from where this side is.
    TwoHosts(Side),
}

/// A recording of an experiment, for where it cannot be run.
#[derive(Clone, Copy, Debug)]
pub struct Fixture {
    /// The capture file, in the source of the program.
    pub name: &'static str,
    /// Its octets.
    pub octets: &'static [u8],
}

/// One experiment.
#[derive(Clone, Copy, Debug)]
pub struct Experiment {
    /// Its name, also of its script and its lesson.
    pub name: &'static str,
    /// What it is about.
    pub group: LabGroup,
    /// What it needs.
    pub needs: Needs,
    /// The conversation script that its capture satisfies.
    pub script: &'static str,
    /// A recording, if there is one.
    pub fixture: Option<Fixture>,
    /// What its programs do.
    pub run: fn(&Stage) -> anyhow::Result<()>,
    /// How long it may take in all.
    pub limit: Duration,
}

/// The script of an experiment.
macro_rules! script {
    ($name:literal) => {
        include_str!(concat!("../../../lessons/", $name, ".txt"))
    };
}

/// The recording of an experiment: a file in `fixtures` or `lessons`.
macro_rules! fixture {
    ($path:literal) => {
        Some($crate::lab::catalogue::Fixture {
            name: $path,
            octets: include_bytes!(concat!("../../../", $path)),
        })
    };
}

pub(super) use {fixture, script};

/// All of them, in the order in which one learns from them.
pub static EXPERIMENTS: &[Experiment] = experiments::ALL;

/// The experiment of that name.
pub fn find(name: &str) -> Option<&'static Experiment> {
    EXPERIMENTS.iter().find(|experiment| experiment.name == name)
}
