//! The subcommand `verify`: its scripts, and the options of every capture.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};

use super::args::Args;
use super::look::{self, Words};
use super::options::Format;
use super::report::Hinted;
use super::texts::{heading, verify as words};
use super::{Request, Surroundings, files, meaning, placed, usage};
use crate::script::Quantity;

/// What is to be verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verify {
    /// Files of scripts, `-` for standard input; never empty.
    pub scripts: Vec<PathBuf>,
    /// How many conversations must be so, instead of what the scripts say.
    pub quantity: Option<Quantity>,
    /// Where to write JUnit's XML.
    pub junit: Option<PathBuf>,
}

/// What it takes, for the man page and completions too.
pub(super) fn command() -> Command {
    let quantity = |text: &str| Quantity::of(text).ok_or_else(|| words::MATCH_FORM.to_owned());
    Args::command()
        .name("hsanalyze verify")
        .about(words::ABOUT)
        .override_usage(words::USAGE)
        .after_help(words::AFTER)
        .arg(
            Arg::new("match")
                .long("match")
                .value_name("HOW")
                .value_parser(quantity)
                .help(words::MATCH)
                .help_heading(heading::SHOW),
        )
        .arg(
            Arg::new("junit")
                .long("junit")
                .value_name("FILE")
                .value_parser(clap::value_parser!(PathBuf))
                .action(ArgAction::Set)
                .help(words::JUNIT)
                .help_heading(heading::FROM),
        )
}

/// Reads the words behind `verify`; the first of `argv` is that word. Scripts
/// are the words up to the first option, and wherever they stand those that end
/// in `.txt`: no filter has such a word.
pub(super) fn parse(argv: &[OsString], around: &Surroundings) -> Result<Request, Hinted> {
    // `-` alone is a script on standard input.
    let is_option = |word: &OsString| word != OsStr::new("-") && word.to_string_lossy().starts_with('-');
    let end = argv.iter().skip(1).position(is_option).map_or(argv.len(), |place| place + 1);
    let mut scripts: Vec<PathBuf> = argv.get(1..end).unwrap_or_default().iter().map(PathBuf::from).collect();
    let rest = argv.get(end..).unwrap_or_default();
    let rest: Vec<OsString> = [OsString::from("verify")].into_iter().chain(rest.iter().cloned()).collect();
    let command = command();
    let mut matches = match look::matches(&command, &rest, words::USAGE)? {
        Words::Args(matches) => matches,
        Words::Help(text) => return Ok(Request::Print(text)),
    };
    let quantity = matches.remove_one::<Quantity>("match");
    let junit = matches.remove_one::<PathBuf>("junit");
    let read = placed(&matches, "read");
    let after = rest.iter().position(|word| word == OsStr::new("--")).map_or(0, |at| rest.len() - at - 1);
    let expression = placed(&matches, "expression");
    let before = expression.len().saturating_sub(after);
    let (read, expression) = files::split(read, expression, before);
    let (more, expression): (Vec<_>, Vec<_>) =
        expression.into_iter().partition(|word: &OsString| word.to_string_lossy().ends_with(".txt"));
    scripts.extend(more.into_iter().map(PathBuf::from));
    let args = Args::from_arg_matches_mut(&mut matches)
        .map_err(|found| usage::complaint_of(&found, &rest, &command, words::USAGE))?;
    if scripts.is_empty() {
        return Err(Hinted::new(words::NO_SCRIPT).hint(words::EXAMPLE).usage_of(words::USAGE));
    }
    let chosen = args.format.filter(|format| *format != Format::Json);
    if chosen.is_some() || args.quiet || args.stats {
        return Err(Hinted::new(words::NO_FORMAT).usage_of(words::USAGE));
    }
    let standard = |path: &PathBuf| path == OsStr::new("-");
    let inputs = scripts.iter().chain(&read).filter(|path| standard(path)).count();
    if inputs > 1 {
        let both = if read.iter().any(standard) { words::BOTH_STANDARD } else { words::TWICE_STANDARD };
        return Err(Hinted::new(both).hint(words::STANDARD_HINT).usage_of(words::USAGE));
    }
    let mut options = meaning::meaning(args, read, &expression, around)?;
    options.verify = Some(Verify { scripts, quantity, junit });
    Ok(Request::Run(Box::new(options)))
}

/// The complaint about a script that does not read as one.
pub fn bad_script(file: &str, problem: &crate::script::ScriptError) -> Hinted {
    let crate::script::ScriptError { line, column, expected, found } = problem;
    let found = match found.as_str() {
        "" => words::LINE_ENDS.to_owned(),
        found => format!("`{found}`"),
    };
    Hinted::new(format!("{file}:{line}:{column}: {} {expected}", words::EXPECTED))
        .why(format!("{} {found}", words::FOUND))
}

/// The complaint about a script that cannot be read.
pub fn no_script(file: &str, why: &(dyn std::error::Error + 'static)) -> Hinted {
    Hinted::new(format!("{file}: {}", words::NOT_READ)).why(super::report::reason(why))
}
