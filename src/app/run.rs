//! From options to an exit code.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;

use crate::cli::{self, Hinted, Options, Task};
use crate::decode;
use crate::model::{Frame, LinkType, Timestamp};
use crate::render::{Begin, Found, Totals};
#[cfg(unix)]
use crate::source::Signals;
use crate::source::{
    BATCH, FileOptions, Pulse, SaveError, SaveOptions, Saver, Source, link_name, open_files,
};
use crate::track::Limits;

use super::analysis::Analysis;
use super::beside::{self, Files};
use super::faces;
use super::output::Output;
use super::privileges::{self, User};
use super::progress::Progress;
use super::verify::Verification;

/// Exit code of an error.
const ERROR: u8 = 2;
/// Exit code of a capture that is not what a script says, or was expected.
const NOT_SO: u8 = 1;

/// Does what the options say. All complaints have been made when it returns.
pub fn run(options: Options) -> ExitCode {
    match task(&options) {
        Ok(code) => code,
        Err(error) => cli::report(&error),
    }
}

fn task(options: &Options) -> anyhow::Result<ExitCode> {
    match &options.task {
        Task::Files(paths) => {
            let user = privileges::destination(options.user.as_deref())?;
            // Another user may not be allowed to open them again.
            let progress = Progress::of_files(paths, options.progress);
            let source = open(paths, options, user.is_some() && paths.len() <= KEPT_OPEN, &progress)?;
            let user = become_user(user)?;
            // One file stays open; several may be opened again.
            let again = if paths.len() > 1 { paths } else { &[][..] };
            analyse(Opened { source, user, again, listening: None, progress }, options)
        }
        #[cfg(feature = "live")]
        Task::Live(live) => {
            let user = privileges::destination(options.user.as_deref())?;
            let source = super::lists::open_interface(live, options)?;
            let user = become_user(user)?;
            let listening = Some(super::lists::listening(&*source, live, user.as_deref()));
            let progress = Progress::of_live(options.progress);
            analyse(Opened { source, user, again: &[], listening, progress }, options)
        }
        #[cfg(feature = "live")]
        Task::ListInterfaces => super::lists::interfaces(),
        #[cfg(feature = "live")]
        Task::ListLinkTypes(interface) => super::lists::link_types(interface),
        #[cfg(not(feature = "live"))]
        Task::Live(_) | Task::ListInterfaces | Task::ListLinkTypes(_) => {
            anyhow::bail!("built without live capture")
        }
    }
}

/// So many files stay open at once where they cannot be opened again.
const KEPT_OPEN: usize = 256;

fn open(
    paths: &[PathBuf],
    options: &Options,
    keep_open: bool,
    progress: &Progress,
) -> anyhow::Result<Box<dyn Source + Send>> {
    let signals = take_signals();
    let filter = options.filter.clone();
    Ok(open_files(paths, &FileOptions { filter, signals, keep_open, heard: progress.heard() })?)
}

/// Signals end the reading, and what was read is told; where the system has none
/// of that, they end the program.
#[cfg(unix)]
fn take_signals() -> Option<std::sync::Arc<Signals>> {
    Signals::install().ok()
}

/// Becomes the user that is wanted. Gives the name, if the user changed.
pub(super) fn become_user(user: Option<User>) -> anyhow::Result<Option<String>> {
    let Some(user) = user else { return Ok(None) };
    Ok(user.become_it()?.then(|| user.name().to_owned()))
}

/// One line to standard error. With that gone, there is nobody to tell.
pub(super) fn status(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A capture that is open, and what goes with it.
struct Opened<'a> {
    source: Box<dyn Source + Send>,
    /// Whom the program became.
    user: Option<String>,
    /// Files that may be opened again.
    again: &'a [PathBuf],
    /// What is said of an interface.
    listening: Option<String>,
    progress: Progress,
}

/// Makes the file of `-w`, as the user that the program is now.
fn create(save: &cli::Save, source: &dyn Source, user: Option<&str>) -> anyhow::Result<Saver> {
    let how = SaveOptions { per_packet: save.packet_buffered };
    Saver::create(&save.path, source, &how).map_err(|error| {
        let denied =
            matches!(&error, SaveError::Create { error, .. } if error.kind() == ErrorKind::PermissionDenied);
        match user.filter(|_| denied) {
            Some(user) => Hinted::new(error.to_string())
                .hint(format!("files are made as user {user}; -Z root makes them as root"))
                .into(),
            None => error.into(),
        }
    })
}

/// A run: everything that lasts from the first frame to the last.
struct Run<'a> {
    source: Box<dyn Source + Send>,
    intake: Intake<'a>,
}

/// Complaints about link types whose frames are all skipped.
pub(super) fn unknown_links(source: &dyn Source) -> Vec<anyhow::Error> {
    let unknown = source.link_types().iter().filter(|&&link| !decode::knows(link));
    let complaint = |link: &LinkType| {
        let name = link_name(*link);
        let what = format!("link type {} ({name}) is not decoded: its frames were skipped", link.0);
        Hinted::new(what).hint("tcpdump -r may know it; capture on an Ethernet or loopback interface").into()
    };
    unknown.map(complaint).collect()
}

/// What frames go into.
struct Intake<'a> {
    analysis: Analysis,
    output: Output,
    saver: Option<Saver>,
    /// Scripts that the capture is held against.
    verification: Option<Verification>,
    /// Pages and drawings beside the output.
    files: Files,
    options: &'a Options,
    /// Frames that are still wanted, if not all.
    left: Option<u64>,
    /// What becomes of a selection.
    found: Option<Rc<Found>>,
    progress: Progress,
    failed: bool,
}

fn analyse(opened: Opened<'_>, options: &Options) -> anyhow::Result<ExitCode> {
    let Opened { source, user, again, listening, progress } = opened;
    let live = listening.is_some();
    let cli::Limits { max_flows, syn_timeout, idle_timeout, .. } = options.limits;
    let limits = Limits { max_flows, syn_timeout, idle_timeout, ..Limits::default() };
    let absolute = options.style.numbers == cli::Numbers::Absolute;
    let saver = options.save.as_ref().map(|save| create(save, &*source, user.as_deref())).transpose()?;
    let (sink, files, verification) = match &options.verify {
        Some(verify) => {
            let (sink, verification) = super::verify::sink(verify, options, live)?;
            (sink, Files::default(), verification)
        }
        None => {
            let (sink, files) = beside::sink(options, live, &*source)?;
            (sink, files, None)
        }
    };
    let udp = options.udp || verification.as_ref().is_some_and(Verification::wants_datagrams);
    let (sink, found) = faces::selected(sink, options);
    let intake = Intake {
        found,
        progress,
        analysis: Analysis::new(sink, limits, absolute, live).with_datagrams(udp),
        output: Output::stdout(options.style.line_buffered),
        saver,
        verification,
        files,
        options,
        left: options.limits.packets,
        failed: false,
    };
    let mut run = Run { source, intake };
    // Everything is open, the time zone too.
    privileges::confine(again);
    if let Some(line) = listening {
        status(&line);
    }
    let begin = begin(&*run.source, options, live);
    run.intake.analysis.begin(&begin, run.intake.output.buffer());
    let dropped = run.all_frames(live)?;
    run.finish(dropped)
}

/// A live capture that never falls quiet is counted after so many frames.
const MANY: u64 = 1024;

impl Run<'_> {
    /// Until the source ends. Gives the frames that the kernel dropped.
    fn all_frames(&mut self, live: bool) -> anyhow::Result<Option<u64>> {
        let Run { source, intake } = self;
        loop {
            let mut more = match source.next() {
                Ok(Pulse::Frame(frame)) => intake.frame(&frame),
                Ok(Pulse::Idle(now)) => intake.idle(now),
                Ok(Pulse::End(stats)) => return Ok(stats.dropped_by_kernel),
                Err(error) => intake.complain(&error).map(|()| true),
            };
            if !live && matches!(more, Ok(true)) {
                source.at_hand(&mut |frames| {
                    let taken;
                    (taken, more) = match &more {
                        Ok(true) => intake.frames(frames),
                        _ => return 0,
                    };
                    taken
                });
            }
            // Live, a line is shown as soon as the next one is not yet there.
            let quiet = live && !source.pending();
            if quiet {
                intake.output.flush()?;
            }
            if quiet || live && intake.analysis.totals().frames.is_multiple_of(MANY) {
                intake.analysis.lost(source.lost());
                let Intake { analysis, options, progress, .. } = intake;
                progress.counts(analysis.now(), || faces::tally(analysis.totals(), options));
            }
            if live && intake.verification.as_mut().is_some_and(Verification::is_newly_certain) {
                source.stop();
            }
            if !more? {
                source.stop();
            }
            if source.take_usr1() {
                let Intake { analysis, options, progress, .. } = intake;
                progress.aside(|| status(&faces::tally(analysis.totals(), options)));
            }
        }
    }

    /// Complains about link types whose frames are all skipped.
    fn unknown_links(&mut self) -> anyhow::Result<()> {
        unknown_links(&*self.source).iter().try_for_each(|problem| self.intake.complain(problem))
    }

    fn finish(mut self, dropped: Option<u64>) -> anyhow::Result<ExitCode> {
        let totals = self.intake.finish(dropped)?;
        self.unknown_links()?;
        if self.source.interrupted() {
            status("interrupted: the rest was not read");
        }
        say_counts(&totals, self.intake.options);
        let passed = self.intake.verify()? && self.intake.is_met(&totals);
        Ok(match (self.intake.failed, passed) {
            (true, _) => ExitCode::from(ERROR),
            (false, true) => ExitCode::SUCCESS,
            (false, false) => ExitCode::from(NOT_SO),
        })
    }
}

impl Intake<'_> {
    /// Takes in several frames: how many, and whether more are wanted.
    fn frames(&mut self, frames: &[Frame<'_>]) -> (usize, anyhow::Result<bool>) {
        let mut ready = [const { None }; BATCH];
        self.analysis.prepare(frames, &mut ready);
        // As nearly always: all are wanted, and shown is all that becomes of them.
        let plain = self.left.is_none() && self.saver.is_none() && self.found.is_none();
        for (nth, (frame, ready)) in frames.iter().zip(&ready).enumerate() {
            self.analysis.take_in(frame, ready.as_ref(), self.output.buffer());
            let more = if plain { self.output.settle().map(|()| true) } else { self.taken(frame) };
            if !matches!(more, Ok(true)) {
                return (nth + 1, more);
            }
        }
        (frames.len(), Ok(true))
    }

    /// Takes in one frame. `false`: no more are wanted.
    #[inline]
    fn frame(&mut self, frame: &Frame<'_>) -> anyhow::Result<bool> {
        self.analysis.frame(frame, self.output.buffer());
        self.taken(frame)
    }

    /// What else becomes of a frame that was taken in. `false`: no more are wanted.
    #[inline]
    fn taken(&mut self, frame: &Frame<'_>) -> anyhow::Result<bool> {
        let mut more = true;
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
            more = *left > 0;
        }
        if self.saver.is_some() {
            more &= self.save(frame)?;
        }
        self.output.settle()?;
        more &= self.found.as_ref().is_none_or(|found| !found.full.get());
        Ok(more)
    }

    /// `false`: it cannot be saved. What was analysed is still shown.
    fn save(&mut self, frame: &Frame<'_>) -> anyhow::Result<bool> {
        let Some(Err(error)) = self.saver.as_mut().map(|saver| saver.save(frame)) else { return Ok(true) };
        self.saver = None;
        self.complain(&error.into())?;
        Ok(false)
    }

    fn idle(&mut self, now: Timestamp) -> anyhow::Result<bool> {
        self.analysis.idle(now, self.output.buffer());
        self.output.settle()?;
        Ok(true)
    }

    /// Reports an error after everything that came before it.
    fn complain(&mut self, error: &anyhow::Error) -> anyhow::Result<()> {
        self.output.flush()?;
        self.progress.aside(|| cli::report(error));
        self.failed = true;
        Ok(())
    }

    /// Whether the capture is what its scripts say, if there are any.
    fn verify(&mut self) -> anyhow::Result<bool> {
        match self.verification.take().map(Verification::finish) {
            Some(Err(error)) => {
                self.complain(&error)?;
                Ok(false)
            }
            Some(Ok(passed)) => Ok(passed),
            None => Ok(true),
        }
    }

    /// Whether the selection is as expected; says what became of it.
    fn is_met(&self, totals: &Totals) -> bool {
        let Some(found) = &self.found else { return true };
        let (notes, as_expected) = faces::selection(found, totals, self.options);
        notes.iter().for_each(|note| status(note));
        as_expected
    }

    /// No more frames come.
    fn finish(&mut self, dropped: Option<u64>) -> anyhow::Result<Totals> {
        self.progress.finish();
        let mut text = self.output.take();
        let totals = self.analysis.finish(dropped, &mut text, &mut |text| self.output.spill(text))?;
        self.output.put_back(text);
        self.output.flush()?;
        if let Some(Err(error)) = self.saver.take().map(Saver::finish) {
            self.complain(&error.into())?;
        }
        for error in std::mem::take(&mut self.files).finish() {
            self.complain(&error)?;
        }
        Ok(totals)
    }
}

fn say_counts(totals: &Totals, options: &Options) {
    // JSON says them itself.
    if options.format != cli::Format::Json {
        status(&faces::tally(totals, options));
        if let Some(hint) = faces::hidden_icmp(totals, options) {
            status(&hint);
        }
    }
}

fn begin(source: &dyn Source, options: &Options, live: bool) -> Begin {
    Begin {
        sources: source.names().to_vec(),
        link_types: source.link_types().iter().map(|&link| link_name(link)).collect(),
        filter: options.filter.clone(),
        live,
    }
}
