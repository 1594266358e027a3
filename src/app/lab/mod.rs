//! `hsanalyze lab`: plays an experiment, records what the wire shows, and shows
//! it with its lesson and its verdict.

mod alone;
mod calls;
mod page;
mod record;
mod replay;
mod steps;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use crate::cli::{self, Lab, LabRun, LabTask};
use crate::lab::net;
use crate::lab::{Board, EXPERIMENTS, Experiment, find};
use crate::lang::{LabGroup, LabNote, LabWord, Language};
use crate::render::{Role, Style, pad, width, wrap_prose};
use crate::source::{FileOptions, SaveOptions, Saver, Source, open_stream};

use super::run::status;
use super::{faces, privileges};
use page::Page;
use record::{End, Played};
use replay::{Shown, replay};

/// Exit code of a capture that is not what the script says.
const NOT_SO: u8 = 1;

/// Does what is asked. All complaints have been made when it returns.
pub fn lab(lab: &Lab) -> ExitCode {
    let done = match &lab.task {
        LabTask::List => print(&list(lab)).map(|()| ExitCode::SUCCESS),
        LabTask::Names => print(&names()).map(|()| ExitCode::SUCCESS),
        LabTask::Run(run) => experiment(lab, run),
        LabTask::Program(program) => alone::run(lab, program),
    };
    done.unwrap_or_else(|error| cli::report(&error))
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("standard output: cannot be written")
}

fn names() -> String {
    EXPERIMENTS.iter().map(|experiment| format!("{}\n", experiment.name)).collect()
}

fn language(lab: &Lab) -> &'static dyn Language {
    faces::in_language(lab.look.lang)
}

fn style(lab: &Lab) -> Style {
    Style { color: lab.look.color, ascii: lab.look.ascii, width: lab.look.width }
}

/// All experiments, by group, with their titles.
fn list(lab: &Lab) -> String {
    let (lang, style) = (language(lab), style(lab));
    let longest = EXPERIMENTS.iter().map(|experiment| width(experiment.name)).max().unwrap_or(0);
    let mut text = String::new();
    for group in LabGroup::ALL {
        let mut these = EXPERIMENTS.iter().filter(|experiment| experiment.group == group).peekable();
        if these.peek().is_none() {
            continue;
        }
        style.paint(Role::Title, &style.tidy(lang.lab_group(group).into()), &mut text);
        text.push('\n');
        for experiment in these {
            let title = lang.lesson(experiment.name).map_or("", |lesson| lesson.title);
            pad(2, &mut text);
            text.push_str(experiment.name);
            let title = style.tidy(title.into());
            let room = usize::from(lab.look.width).saturating_sub(longest + 4).max(20);
            for (nth, line) in wrap_prose(&title, room).into_iter().enumerate() {
                pad(if nth == 0 { longest - width(experiment.name) + 2 } else { longest + 4 }, &mut text);
                text.push_str(line);
                text.push('\n');
            }
        }
        text.push('\n');
    }
    text.push_str(&style.tidy(lang.lab_word(LabWord::HowTo).into()));
    text.push('\n');
    text
}

/// Runs an experiment, or shows its recording.
fn experiment(lab: &Lab, run: &LabRun) -> anyhow::Result<ExitCode> {
    let names: Vec<&str> = EXPERIMENTS.iter().map(|experiment| experiment.name).collect();
    let experiment = find(&run.name).ok_or_else(|| cli::no_such_experiment(&run.name, &names))?;
    let user = privileges::destination(None)?;
    let page = Page { lang: language(lab), style: style(lab), experiment, choice: lab.look.lang };
    // Before there is any thread.
    let mut opened = net::enter().map_err(anyhow::Error::new).and_then(|()| record::open(experiment));
    if let (Err(why), true) = (&opened, run.live || experiment.fixture.is_none()) {
        return Err(cli::not_here(experiment.name, &format!("{why:#}")).into());
    }
    print(&page.head())?;
    let board = Arc::<Board>::default();
    let (end, source) = match &mut opened {
        Ok(place) => {
            let steps = run.step.then(|| steps::Steps::new(&page));
            let Played { end, recording } = record::play(experiment, place, &board, steps)?;
            (end, Box::new(recording) as Box<dyn Source>)
        }
        Err(why) => {
            status(&format!("hsanalyze: lab {}: {why:#}", experiment.name));
            (End::NotRun, recorded(experiment)?)
        }
    };
    drop(opened);
    if let Some(user) = user {
        user.become_it()?;
    }
    let saver = run.save.as_deref().map(|path| Saver::create(path, &*source, &SaveOptions::default()));
    let saver = saver.transpose()?;
    privileges::confine(&[]);
    let shown = replay(source, &page, run, saver)?;
    finish(&page, run, &board, &end, shown)
}

/// The recording of an experiment.
fn recorded(experiment: &Experiment) -> anyhow::Result<Box<dyn Source>> {
    let fixture = experiment.fixture.context("no recording")?;
    let octets = Box::new(std::io::Cursor::new(fixture.octets));
    Ok(open_stream(fixture.name, octets, &FileOptions::default())?)
}

/// Prints all that is to be said, and gives the exit code.
fn finish(page: &Page, run: &LabRun, board: &Board, end: &End, shown: Shown) -> anyhow::Result<ExitCode> {
    let mut text = String::from(if run.step { "\n" } else { "" });
    page.origin(end, &mut text);
    if *end != End::NotRun {
        page.calls(board.log(), &board.wire().caught, &mut text);
    }
    if let Some((sent, arrived)) = board.counted() {
        let role = if arrived < sent { Role::Trouble } else { Role::Good };
        text.push('\n');
        page.note(&LabNote::Counted(sent, arrived), role, &mut text);
    }
    text.push('\n');
    text.push_str(&shown.tables);
    page.lesson(&mut text);
    page.verdict(&shown.report, shown.passed, &mut text);
    let passed = shown.passed && matches!(end, End::Done | End::NotRun);
    match end {
        End::Failed(why) => page.note(&LabNote::Failed(why), Role::Trouble, &mut text),
        End::Interrupted => page.note(&LabNote::Interrupted, Role::Trouble, &mut text),
        End::Done | End::NotRun => {}
    }
    page.next(&mut text);
    print(&text)?;
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::from(NOT_SO) })
}
