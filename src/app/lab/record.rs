//! Plays an experiment and records its capture.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use crate::lab::net::{INTERFACES, TwoHosts};
use crate::lab::{Board, Experiment, Needs, Stage, WireSink};
use crate::model::{CaptureStats, Frame, LinkType, Precision, Timestamp};
use crate::source::{LiveOptions, Pulse, Source, now, open_live};
use crate::track::{Limits, Side};

use super::super::analysis::Analysis;
use super::steps::Steps;

/// After so much silence the capture says that it is quiet.
const BEAT: Duration = Duration::from_millis(25);
/// So many beats after the last action nothing more is expected.
const BEATS: u32 = 4;
/// Octets that are kept of one experiment.
const MOST: usize = 64 << 20;
/// The largest packet of a loopback interface, with its header.
const SNAPLEN: u32 = 65_600;
/// The kernel's buffer: some hundred of the largest packets.
const BUFFER: u32 = 32 << 20;

/// How an experiment ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// All actions were done.
    Done,
    /// They could not be.
    Failed(String),
    /// A signal ended it.
    Interrupted,
    /// It was not run.
    NotRun,
}

/// What came of it.
pub(super) struct Played {
    pub(super) end: End,
    pub(super) recording: Recording,
}

/// Where an experiment is played.
pub(super) struct Place {
    source: Box<dyn Source + Send>,
    hosts: Option<Arc<TwoHosts>>,
}

/// Opens the capture. When this returns every frame will be seen.
pub(super) fn open(experiment: &Experiment) -> anyhow::Result<Place> {
    let hosts = match experiment.needs {
        Needs::Loopback => None,
        Needs::TwoHosts(_) => Some(Arc::new(TwoHosts::new()?)),
    };
    let device = match experiment.needs {
        Needs::Loopback => "lo",
        Needs::TwoHosts(Side::Client) => INTERFACES[0],
        Needs::TwoHosts(Side::Server) => INTERFACES[1],
    };
    let mut how = LiveOptions::new(device);
    how.snaplen = SNAPLEN;
    how.buffer = BUFFER;
    how.immediate = true;
    how.promiscuous = false;
    how.interval = BEAT;
    // Where the server is, if it is to be seen from there.
    let source = match (&hosts, experiment.needs) {
        (Some(hosts), Needs::TwoHosts(Side::Server)) => hosts.server.run(move || open_live(&how))??,
        _ => open_live(&how)?,
    };
    Ok(Place { source, hosts })
}

/// Plays it in threads of its own, and records until all is over.
pub(super) fn play(
    experiment: &Experiment,
    place: &mut Place,
    board: &Arc<Board>,
    mut steps: Option<Steps>,
) -> anyhow::Result<Played> {
    let mut wire = Analysis::new(Box::new(WireSink::new(Arc::clone(board))), Limits::default(), true, true)
        .with_datagrams(true);
    let source = &mut *place.source;
    let mut recording = Recording::of(source);
    let stage = Stage::new(Arc::clone(board)).on(place.hosts.clone());
    let stage = match &steps {
        Some(steps) => stage.watched(steps.ask(), steps.tell()),
        None => stage,
    };
    let (run, over) = (experiment.run, Arc::clone(board));
    let began = now();
    let actions = std::thread::Builder::new()
        .spawn(move || over.finish(run(&stage).map_err(|error| format!("{error:#}"))))
        .context("no thread for the experiment")?;
    let (mut nothing, mut late) = (Vec::new(), false);
    loop {
        let at = match source.next()? {
            Pulse::Frame(frame) => {
                recording.keep(&frame);
                wire.frame(&frame, &mut nothing);
                if let Some(steps) = &mut steps {
                    steps.frame(&frame)?;
                }
                frame.at
            }
            Pulse::Idle(at) => {
                wire.idle(at, &mut nothing);
                let beats = board.is_quiet();
                let over = board.outcome().is_some() || actions.is_finished();
                if over && beats >= BEATS {
                    source.stop();
                }
                at
            }
            Pulse::End(stats) => {
                recording.stats = stats;
                break;
            }
        };
        // A person who reads takes the time that it takes.
        if steps.is_none() && at.since(began) > experiment.limit {
            late = true;
            source.stop();
        }
    }
    let end = match board.outcome() {
        Some(Ok(())) => End::Done,
        Some(Err(why)) => End::Failed(why),
        None if late => End::Failed(format!("not done after {} s", experiment.limit.as_secs())),
        None if actions.is_finished() => End::Failed("its programs ended in disorder".into()),
        None => End::Interrupted,
    };
    Ok(Played { end, recording })
}

/// A capture in memory.
pub(super) struct Recording {
    names: Vec<String>,
    links: Vec<LinkType>,
    precision: Precision,
    octets: Vec<u8>,
    frames: Vec<Kept>,
    next: usize,
    stats: CaptureStats,
}

#[derive(Clone, Copy)]
struct Kept {
    number: u64,
    at: Timestamp,
    wire_len: u32,
    start: usize,
    len: usize,
}

impl Recording {
    fn of(source: &dyn Source) -> Self {
        Recording {
            names: source.names().to_vec(),
            links: source.link_types().to_vec(),
            precision: source.precision(),
            octets: Vec::new(),
            frames: Vec::new(),
            next: 0,
            stats: CaptureStats { frames: 0, dropped_by_kernel: None },
        }
    }

    fn keep(&mut self, frame: &Frame<'_>) {
        let (start, len) = (self.octets.len(), frame.data.len());
        if start + len <= MOST {
            self.octets.extend_from_slice(frame.data);
            let Frame { number, at, wire_len, .. } = *frame;
            self.frames.push(Kept { number, at, wire_len, start, len });
        }
    }
}

impl Source for Recording {
    fn next(&mut self) -> anyhow::Result<Pulse<'_>> {
        let Some(kept) = self.frames.get(self.next).copied() else { return Ok(Pulse::End(self.stats)) };
        self.next += 1;
        Ok(Pulse::Frame(Frame {
            number: kept.number,
            at: kept.at,
            carried: 0,
            precision: self.precision,
            link: self.links.first().copied().unwrap_or(crate::source::ETHERNET),
            interface: 0,
            wire_len: kept.wire_len,
            data: self.octets.get(kept.start..kept.start + kept.len).unwrap_or_default(),
        }))
    }

    fn names(&self) -> &[String] {
        &self.names
    }

    fn link_types(&self) -> &[LinkType] {
        &self.links
    }

    fn snaplen(&self) -> u32 {
        SNAPLEN
    }

    fn precision(&self) -> Precision {
        self.precision
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::LabGroup;

    /// A wire on which nothing happens, while time flies.
    struct Silence {
        at: Timestamp,
        stopped: bool,
    }

    impl Source for Silence {
        fn next(&mut self) -> anyhow::Result<Pulse<'_>> {
            self.at = self.at.plus(Duration::from_secs(1));
            let stats = CaptureStats { frames: 0, dropped_by_kernel: None };
            Ok(if self.stopped { Pulse::End(stats) } else { Pulse::Idle(self.at) })
        }

        fn names(&self) -> &[String] {
            &[]
        }

        fn link_types(&self) -> &[LinkType] {
            &[]
        }

        fn stop(&mut self) {
            self.stopped = true;
        }
    }

    fn played(run: fn(&Stage) -> anyhow::Result<()>) -> End {
        let experiment = Experiment {
            name: "test",
            group: LabGroup::Data,
            needs: Needs::Loopback,
            script: "",
            fixture: None,
            run,
            limit: Duration::from_secs(30),
        };
        let mut place = Place { source: Box::new(Silence { at: now(), stopped: false }), hosts: None };
        play(&experiment, &mut place, &Arc::default(), None).unwrap().end
    }

    #[test]
    fn so_many_octets_of_an_experiment_are_kept() {
        let mut recording = Recording::of(&Silence { at: now(), stopped: false });
        let data = vec![7; SNAPLEN as usize];
        let frame = |number| Frame {
            number,
            at: Timestamp::default(),
            carried: 0,
            precision: Precision::Micros,
            link: LinkType(1),
            interface: 0,
            wire_len: SNAPLEN,
            data: &data,
        };
        let most = (MOST / data.len()) as u64;
        (1..=most + 10).for_each(|number| recording.keep(&frame(number)));
        assert_eq!(recording.frames.len() as u64, most);
        assert!(recording.octets.len() <= MOST && recording.octets.len() > MOST - data.len());
    }

    #[test]
    fn an_experiment_that_does_not_end_is_ended() {
        let end = played(|stage| stage.until("anything", |_| false));
        assert_eq!(end, End::Failed("not done after 30 s".into()));
    }
}
