//! The subcommand `compare`: its own command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser};

use super::args::width;
use super::options::{ColorWhen, Data, Lang, LangChoice};
use super::report::Hinted;
use super::texts::{self, compare as words, error, heading, help};
use super::{Request, Surroundings, usage};

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
    /// The language.
    pub lang: Lang,
    /// Columns.
    pub width: u16,
    /// Use colors.
    pub color: bool,
    /// ASCII only.
    pub ascii: bool,
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
    #[arg(long, value_name = "LANGUAGE", help = help::LANG, help_heading = heading::PRINT, default_value = "auto")]
    lang: LangChoice,
    #[arg(long, value_name = "WHEN", help = help::COLOR, help_heading = heading::PRINT, default_value = "auto")]
    color: ColorWhen,
    #[arg(long, help = help::ASCII, help_heading = heading::PRINT)]
    ascii: bool,
    #[arg(long, value_name = "COLUMNS", help = help::WIDTH, help_heading = heading::PRINT, value_parser = width, allow_negative_numbers = true)]
    width: Option<u16>,
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
    let command = Args::command();
    let complain = |found: &clap::Error| usage::complaint_of(found, argv, &command, words::USAGE);
    let mut matches = match Args::command().try_get_matches_from(argv) {
        Ok(matches) => matches,
        Err(found) if found.kind() == ErrorKind::DisplayHelp => return Ok(Request::Print(found.to_string())),
        Err(found) => return Err(complain(&found)),
    };
    let args = Args::from_arg_matches_mut(&mut matches).map_err(|found| complain(&found))?;
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
        lang: around.lang(args.lang),
        width: args.width.unwrap_or_else(|| around.width()),
        color: around.color(args.color),
        ascii: args.ascii,
        progress: around.progress(true),
    })))
}
