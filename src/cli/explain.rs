//! The subcommand `explain`: its own command line.

use std::ffi::OsString;

use clap::{ArgAction, CommandFactory, Parser};

use super::look::{Look, LookArgs, Words, read};
use super::report::Hinted;
use super::texts::{self, explain, heading, help};
use super::{Request, Surroundings, near};

/// What `hsanalyze explain` is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explain {
    /// Names of lessons; none: list them.
    pub topics: Vec<String>,
    /// How it looks.
    pub look: Look,
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
    #[command(flatten)]
    look: LookArgs,
    #[arg(short = 'h', long, action = ArgAction::Help, help = help::HELP, help_heading = heading::OTHER)]
    help: Option<bool>,
}

/// Its definition.
pub(super) fn command() -> clap::Command {
    Args::command().name("explain")
}

/// Reads the words behind `explain`; the first of `argv` is that word.
pub(super) fn parse(argv: &[OsString], around: &Surroundings) -> Result<Request, Hinted> {
    let args: Args = match read(argv, explain::USAGE)? {
        Words::Args(args) => args,
        Words::Help(text) => return Ok(Request::Print(text)),
    };
    Ok(Request::Explain(Box::new(Explain { topics: args.topics, look: args.look.look(around) })))
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
