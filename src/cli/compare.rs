//! The subcommand `compare`: its own command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{ArgAction, CommandFactory, Parser};

use super::look::{Look, LookArgs, Words, read};
use super::options::Data;
use super::report::Hinted;
use super::texts::{self, compare as words, error, heading, help};
use super::{Request, Surroundings};

/// What `hsanalyze compare` is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compare {
    /// The two captures; at most one is `-`.
    pub captures: [PathBuf; 2],
    /// The filter expression, for both.
    pub filter: Option<String>,
    /// Which segments are shown.
    pub data: Data,
    /// Objects instead of texts.
    pub json: bool,
    /// How it looks.
    pub look: Look,
    /// A progress bar may be shown.
    pub progress: bool,
}

#[derive(Parser, Debug)]
#[command(
    name = "hsanalyze compare", about = words::ABOUT, override_usage = words::USAGE,
    after_help = words::AFTER, help_template = texts::TEMPLATE,
    args_override_self = true, disable_help_flag = true
)]
struct Args {
    #[arg(value_name = "A", help = words::CAPTURE_A, help_heading = heading::FROM)]
    a: Option<PathBuf>,
    #[arg(value_name = "B", help = words::CAPTURE_B, help_heading = heading::FROM)]
    b: Option<PathBuf>,
    #[arg(value_name = "EXPRESSION", help = words::EXPRESSION, help_heading = heading::SHOW)]
    expression: Vec<String>,
    #[arg(long, value_name = "WHICH", help = words::DATA, help_heading = heading::SHOW, default_value = "fold")]
    data: Data,
    #[arg(short = 'q', help = words::QUIET, help_heading = heading::SHOW)]
    quiet: bool,
    #[arg(long, help = words::JSON, help_heading = heading::SHOW)]
    json: bool,
    #[command(flatten)]
    look: LookArgs,
    #[arg(short = 'n', action = ArgAction::Count, help = help::NO_NAMES, help_heading = heading::PRINT)]
    no_names: u8,
    #[arg(short = 'h', long, action = ArgAction::Help, help = help::HELP, help_heading = heading::OTHER)]
    help: Option<bool>,
}

/// Its definition.
pub(super) fn command() -> clap::Command {
    Args::command().name("compare")
}

/// Reads the words behind `compare`; the first of `argv` is that word.
pub(super) fn parse(argv: &[OsString], around: &Surroundings) -> Result<Request, Hinted> {
    let args: Args = match read(argv, words::USAGE)? {
        Words::Args(args) => args,
        Words::Help(text) => return Ok(Request::Print(text)),
    };
    let (Some(a), Some(b)) = (args.a, args.b) else {
        return Err(Hinted::new(words::TWO).hint(words::EXAMPLE).usage_of(words::USAGE));
    };
    if a == Path::new("-") && b == Path::new("-") {
        return Err(Hinted::new(format!("-: {}", error::STDIN_TWICE)));
    }
    let expression = args.expression.join(" ");
    Ok(Request::Compare(Box::new(Compare {
        captures: [a, b],
        filter: Some(expression).filter(|filter| !filter.trim().is_empty()),
        data: if args.quiet { Data::None } else { args.data },
        json: args.json,
        look: args.look.look(around),
        progress: around.progress(true),
    })))
}
