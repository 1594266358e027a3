//! `hsanalyze compare`: two captures, one after the other, and what they have in common.

use std::process::ExitCode;

use anyhow::Context as _;

use crate::cli::{self, Compare, Data, Look};
use crate::compare::{Capture, CaptureSink, CompareOptions, Shown, compare as tell};
use crate::render::Style;
use crate::source::{BATCH, FileOptions, Pulse, Source, open_files};
use crate::track::Limits;

use super::analysis::Analysis;
use super::faces;
use super::output::Output;
use super::privileges;
use super::progress::Progress;
use super::run::{become_user, unknown_links};

/// Exit code of captures that do not tell the same.
const DIFFERENT: u8 = 1;
/// Exit code of an error.
const ERROR: u8 = 2;

/// Compares, and complains.
pub fn compare(what: &Compare) -> ExitCode {
    match compared(what) {
        Ok(code) => code,
        Err(error) => cli::report(&error),
    }
}

fn compared(what: &Compare) -> anyhow::Result<ExitCode> {
    let user = privileges::destination(None)?;
    let progress = Progress::of_files(&what.captures, what.progress);
    // Half a comparison helps nobody: signals end the program.
    let open = |nth: usize| {
        let paths = std::slice::from_ref(&what.captures[nth]);
        let how = FileOptions {
            filter: what.filter.clone(),
            keep_open: true,
            heard: progress.heard(),
            ..FileOptions::default()
        };
        open_files(paths, &how)
    };
    let mut sources = [open(0)?, open(1)?];
    become_user(user)?;
    let mut output = Output::stdout(false);
    privileges::confine(&[]);
    let mut failed = false;
    let captures = {
        let [a, b] = &mut sources;
        [read(&mut **a, &progress, &mut failed)?, read(&mut **b, &progress, &mut failed)?]
    };
    progress.finish();
    let names = [0, 1].map(|nth: usize| sources[nth].names().first().cloned().unwrap_or_default());
    let mut text = output.take();
    let [a, b] = &captures;
    let outcome = tell([a, b], &options(what, names), &mut text, &mut |text| output.spill(text))?;
    output.put_back(text);
    output.flush().context("standard output")?;
    Ok(match (failed, outcome.is_same()) {
        (true, _) => ExitCode::from(ERROR),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::from(DIFFERENT),
    })
}

fn options(what: &Compare, names: [String; 2]) -> CompareOptions {
    let Look { width, color, ascii, .. } = what.look;
    CompareOptions {
        lang: faces::in_language(what.look.lang),
        style: Style { color, ascii, width },
        shown: match what.data {
            Data::Fold => Shown::Fold,
            Data::All => Shown::All,
            Data::None => Shown::None,
        },
        json: what.json,
        names,
    }
}

/// Reads a capture to its end; damage is complained about, and what was read before it
/// stays.
fn read(source: &mut (dyn Source + Send), progress: &Progress, failed: &mut bool) -> anyhow::Result<Capture> {
    let sink = CaptureSink::default();
    let mut analysis = Analysis::new(Box::new(sink.clone()), Limits::default(), true, false);
    let mut nothing = Vec::new();
    loop {
        match source.next() {
            Ok(Pulse::Frame(frame)) => analysis.frame(&frame, &mut nothing),
            Ok(Pulse::Idle(_)) => {}
            Ok(Pulse::End(_)) => break,
            Err(error) => {
                progress.aside(|| cli::report(&error));
                *failed = true;
            }
        }
        source.at_hand(&mut |frames| {
            let mut ready = [const { None }; BATCH];
            analysis.prepare(frames, &mut ready);
            for (frame, ready) in frames.iter().zip(&ready) {
                analysis.take_in(frame, ready.as_ref(), &mut nothing);
            }
            frames.len()
        });
    }
    analysis.finish(None, &mut nothing, &mut |_| Ok(()))?;
    for problem in unknown_links(source) {
        progress.aside(|| cli::report(&problem));
        *failed = true;
    }
    Ok(sink.capture())
}
