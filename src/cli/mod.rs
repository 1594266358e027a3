//! The command line: from words to [`Options`], and complaints to standard
//! error.
//!
//! What was typed (`args`) is kept apart from what it means ([`Options`]); what
//! is said to the user stands in one file (`texts`).

mod absent;
mod args;
mod bad_filter;
mod compare;
mod explain;
mod files;
mod generate;
mod lab;
mod look;
mod meaning;
mod near;
mod options;
mod printable;
mod report;
mod select;
mod surroundings;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_errors;
mod texts;
mod usage;
mod verify;

use std::ffi::{OsStr, OsString};

use clap::{ArgMatches, CommandFactory, FromArgMatches};

pub use bad_filter::bad_filter;
pub use compare::Compare;
pub use explain::{Explain, no_such_topic};
pub use lab::{Lab, LabProgram, LabRun, LabTask, ProgramKind, no_such_experiment, not_here};
pub use look::Look;
pub use options::{
    ColorWhen, Data, Direction, Format, Lang, LangChoice, Limits, Live, Numbers, Options, Resolution, Save,
    Sort, Style, Task, TimeStyle,
};
pub use printable::printable;
pub use report::{Hinted, is_broken_pipe, report, text};
pub use surroundings::Surroundings;
pub use verify::{Verify, bad_script, no_script};

use args::Args;
use clap::error::ErrorKind;
use texts::error;

/// What the command line asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request {
    /// Do this.
    Run(Box<Options>),
    /// Hold two captures side by side.
    Compare(Box<Compare>),
    /// Print lessons.
    Explain(Box<Explain>),
    /// Run experiments.
    Lab(Box<Lab>),
    /// Print this text (help, version) to standard output and stop.
    Print(String),
    /// Print the version, and what guards the system (`--version -v`).
    Guards(String),
}

/// Words that are subcommands. No filter begins with one of them, so
/// they are not given to the filter compiler, whose "syntax error" helps nobody.
const SUBCOMMANDS: [&str; 4] = ["compare", "verify", "lab", "explain"];

/// Reads a command line; the first of `argv` is the program's name.
///
/// # Errors
/// What is wrong with it.
pub fn parse<I>(argv: I, around: &Surroundings) -> Result<Request, Hinted>
where
    I: IntoIterator<Item = OsString>,
{
    let argv: Vec<OsString> = argv.into_iter().collect();
    let words = argv.get(1..).unwrap_or_default();
    match words.first().and_then(|word| word.to_str()) {
        Some("explain") => return explain::parse(words, around),
        Some("verify") => return verify::parse(words, around),
        Some("lab") => return lab::parse(words, around),
        Some("compare") => return compare::parse(words, around),
        _ => {}
    }
    if let Some(word) = argv.get(1).and_then(|word| word.to_str()).filter(|word| no_filter(word)) {
        let problem = Hinted::new(format!("{word}: {}", error::NO_FILTER)).why(error::NO_FILTER_WHY);
        let problem = match near::nearest(word, &SUBCOMMANDS) {
            Some(near) => problem.hint(format!("{} {} {near}?", error::DID_YOU_MEAN, error::SUBCOMMAND)),
            None => problem.hint(error::HELP_HINT),
        };
        return Err(problem.usage());
    }
    let mut matches = match Args::command().try_get_matches_from(&argv) {
        Ok(matches) => matches,
        Err(found) if found.kind() == ErrorKind::DisplayVersion && argv.iter().any(is_verbose) => {
            return Ok(Request::Guards(found.to_string()));
        }
        Err(found) if matches!(found.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return Ok(Request::Print(found.to_string()));
        }
        Err(found) => return Err(usage::complaint(&found, &argv)),
    };
    let read = placed(&matches, "read");
    let words = placed(&matches, "expression");
    // clap takes the first `--` for the end of options, even after an option
    // that wants a value.
    let after = argv.iter().position(|word| word == OsStr::new("--")).map_or(0, |at| argv.len() - at - 1);
    let before = words.len().saturating_sub(after);
    let (read, words) = files::split(read, words, before);
    let args = Args::from_arg_matches_mut(&mut matches).map_err(|found| usage::complaint(&found, &argv))?;
    if let Some(what) = args.generate {
        return Ok(Request::Print(generate::text(what)));
    }
    meaning::meaning(args, read, &words, around).map(|options| Request::Run(Box::new(options)))
}

/// `-v`, or several; clap stops at `--version`.
fn is_verbose(word: &OsString) -> bool {
    let letters = word.to_str().and_then(|word| word.strip_prefix('-')).unwrap_or_default();
    !letters.is_empty() && letters.chars().all(|letter| letter == 'v')
}

/// The values of an argument and their places.
fn placed<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Vec<files::Placed<T>> {
    let values = matches.get_many::<T>(id).into_iter().flatten().cloned();
    matches.indices_of(id).into_iter().flatten().zip(values).collect()
}

/// Whether a word is a subcommand where it comes first.
fn is_subcommand(word: &str) -> bool {
    SUBCOMMANDS.contains(&word)
}

/// Whether a first word is, or is nearly, a subcommand. Short words are
/// not compared: libpcap has short keywords (`lat`).
fn no_filter(word: &str) -> bool {
    let long: Vec<&str> = SUBCOMMANDS.into_iter().filter(|name| name.len() > 4).collect();
    is_subcommand(word) || (word.len() > 4 && !word.starts_with('-') && near::nearest(word, &long).is_some())
}
