//! The subcommand `explain`: its own command line.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser};

use super::args::width;
use super::options::{ColorWhen, Lang, LangChoice};
use super::report::Hinted;
use super::texts::{self, explain, heading, help};
use super::{Request, Surroundings, near, usage};

/// What `hsanalyze explain` is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explain {
    /// Names of lessons; none: list them.
    pub topics: Vec<String>,
    /// The language.
    pub lang: Lang,
    /// Columns.
    pub width: u16,
    /// Use colors.
    pub color: bool,
    /// ASCII only.
    pub ascii: bool,
}

#[derive(Parser, Debug)]
#[command(
    name = "hsanalyze explain", about = explain::ABOUT, override_usage = explain::USAGE,
    after_help = explain::AFTER, help_template = texts::TEMPLATE,
    args_override_self = true, disable_help_flag = true
)]
struct Args {
    #[arg(value_name = "TOPIC", help = explain::TOPIC, help_heading = heading::SHOW)]
    topics: Vec<String>,
    #[arg(long, value_name = "LANGUAGE", help = help::LANG, help_heading = heading::PRINT, default_value = "auto")]
    lang: LangChoice,
    #[arg(long, value_name = "WHEN", help = help::COLOR, help_heading = heading::PRINT, default_value = "auto")]
    color: ColorWhen,
    #[arg(long, help = help::ASCII, help_heading = heading::PRINT)]
    ascii: bool,
    #[arg(long, value_name = "COLUMNS", help = help::WIDTH, help_heading = heading::PRINT, value_parser = width, allow_negative_numbers = true)]
    width: Option<u16>,
    #[arg(short = 'h', long, action = ArgAction::Help, help = help::HELP, help_heading = heading::OTHER)]
    help: Option<bool>,
}

/// Its definition.
pub(super) fn command() -> clap::Command {
    Args::command().name("explain")
}

/// Reads the words behind `explain`; the first of `argv` is that word.
pub(super) fn parse(argv: &[OsString], around: &Surroundings) -> Result<Request, Hinted> {
    let command = Args::command();
    let complain = |found: &clap::Error| usage::complaint_of(found, argv, &command, explain::USAGE);
    let mut matches = match Args::command().try_get_matches_from(argv) {
        Ok(matches) => matches,
        Err(found) if found.kind() == ErrorKind::DisplayHelp => return Ok(Request::Print(found.to_string())),
        Err(found) => return Err(complain(&found)),
    };
    let args = Args::from_arg_matches_mut(&mut matches).map_err(|found| complain(&found))?;
    Ok(Request::Explain(Box::new(Explain {
        topics: args.topics,
        lang: around.lang(args.lang),
        width: args.width.unwrap_or_else(|| around.width()),
        color: around.color(args.color),
        ascii: args.ascii,
    })))
}

/// The complaint about a topic that is not one of `names`.
pub fn no_such_topic(word: &str, names: &[&str]) -> Hinted {
    let mut close: Vec<&str> = near::nearest(word, names).into_iter().collect();
    let word_is_part = |name: &&&str| word.len() > 2 && name.contains(&word.to_lowercase());
    for name in names.iter().filter(word_is_part).take(4) {
        if !close.contains(name) {
            close.push(name);
        }
    }
    let problem = Hinted::new(format!("explain: {word}: {}", explain::NO_TOPIC));
    let problem = match close.as_slice() {
        [] => problem,
        close => problem.hint(format!("{} {}?", texts::error::DID_YOU_MEAN, close.join(", "))),
    };
    problem.hint(explain::LIST_HINT)
}
