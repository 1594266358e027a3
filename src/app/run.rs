//! From options to an exit code.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::cli::{self, Options, Task};
use crate::model::Timestamp;
use crate::render::{Begin, Totals};
use crate::source::{FileOptions, Pulse, Source, link_name, open_files};
use crate::track::Limits;

use super::analysis::Analysis;
use super::faces;
use super::output::Output;

/// Exit code of an error.
const ERROR: u8 = 2;

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
            let source = open(paths, options)?;
            analyse(source, options, false)
        }
        #[cfg(feature = "live")]
        Task::Live(live) => {
            let source = super::lists::open_interface(live, options)?;
            status(&super::lists::listening(&*source, live));
            analyse(source, options, true)
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

fn open(paths: &[PathBuf], options: &Options) -> anyhow::Result<Box<dyn Source + Send>> {
    let signals = None;
    let filter = options.filter.clone();
    Ok(open_files(paths, &FileOptions { filter, signals })?)
}

/// One line to standard error. With that gone, there is nobody to tell.
pub(super) fn status(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

fn analyse(mut source: Box<dyn Source + Send>, options: &Options, live: bool) -> anyhow::Result<ExitCode> {
    let limits = Limits { max_flows: options.limits.max_flows, ..Limits::default() };
    let absolute = options.style.numbers == cli::Numbers::Absolute;
    let mut analysis = Analysis::new(faces::sink(options, live), limits, absolute, live);
    let mut output = Output::stdout(live || options.style.line_buffered);
    analysis.begin(&begin(&*source, options, live), output.buffer());
    let mut failed = false;
    let mut left = options.limits.packets;
    let dropped = loop {
        let pulse = match source.next() {
            Ok(pulse) => pulse,
            Err(error) => {
                // Everything before the damage is shown first.
                output.flush()?;
                cli::report(&error);
                failed = true;
                continue;
            }
        };
        match pulse {
            Pulse::Frame(frame) => {
                analysis.frame(&frame, output.buffer());
                left = left.map(|left| left - 1);
            }
            Pulse::Idle(now) => idle(&mut analysis, now, &mut output),
            Pulse::End(stats) => break stats.dropped_by_kernel,
        }
        output.settle()?;
        if left == Some(0) {
            left = None;
            source.stop();
        }
        if source.take_usr1() {
            status(&faces::tally(analysis.totals()));
        }
    };
    let totals = analysis.finish(dropped, output.buffer());
    output.flush()?;
    say_counts(&totals, options);
    Ok(if failed { ExitCode::from(ERROR) } else { ExitCode::SUCCESS })
}

fn idle(analysis: &mut Analysis, now: Timestamp, output: &mut Output) {
    analysis.idle(now, output.buffer());
}

fn say_counts(totals: &Totals, options: &Options) {
    // JSON says them itself.
    if options.format != cli::Format::Json {
        status(&faces::tally(totals));
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
