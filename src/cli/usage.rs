//! clap's complaints in this program's words and form.

use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::absent;
use super::args::Args;
use super::report::Hinted;
use super::texts::{self, error};

/// Says what clap found wrong with the command line `argv`.
pub(super) fn complaint(found: &clap::Error, argv: &[OsString]) -> Hinted {
    complaint_of(found, argv, &Args::command(), texts::USAGE)
}

/// Says what clap found wrong with the words of a command that is called as
/// `usage` says.
pub(super) fn complaint_of(
    found: &clap::Error,
    argv: &[OsString],
    command: &clap::Command,
    usage: &'static str,
) -> Hinted {
    let argument = first(found, ContextKind::InvalidArg);
    let option = as_typed(&argument, argv, command);
    let value = first(found, ContextKind::InvalidValue);
    let problem = match found.kind() {
        ErrorKind::UnknownArgument => return unknown(found, &argument, usage),
        ErrorKind::InvalidValue if value.is_empty() => Hinted::new(format!("{option}: {}", error::NO_VALUE)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => bad_value(found, &option, &value),
        ErrorKind::TooManyValues => Hinted::new(format!("{option}: {}", error::UNWANTED_VALUE)),
        ErrorKind::InvalidUtf8 => Hinted::new(error::NOT_UTF8),
        ErrorKind::ArgumentConflict => {
            let other = first(found, ContextKind::PriorArg);
            Hinted::new(format!("{option} {} {}", error::CONFLICT, as_typed(&other, argv, command)))
        }
        // Kinds that this command line cannot cause: in clap's words.
        _ => Hinted::new(found.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ")),
    };
    problem.usage_of(usage)
}

/// An option by the name that the user gave it: clap calls it
/// `--snapshot-length <OCTETS>` even where `-s` was typed.
fn as_typed(argument: &str, argv: &[OsString], command: &clap::Command) -> String {
    let name = argument.split(' ').next().unwrap_or_default();
    let typed = |word: &OsString| word.to_string_lossy().starts_with(name);
    let known = command.get_arguments().find(|known| known.get_long() == name.strip_prefix("--"));
    match known.and_then(clap::Arg::get_short) {
        Some(short) if name.starts_with("--") && !argv.iter().any(typed) => format!("-{short}"),
        _ => name.to_owned(),
    }
}

fn bad_value(found: &clap::Error, option: &str, value: &str) -> Hinted {
    let mut problem = Hinted::new(format!("{option} {} `{value}`", error::BAD_VALUE));
    if let Some(cause) = std::error::Error::source(found) {
        problem = problem.why(cause.to_string());
    }
    let possible = all(found, ContextKind::ValidValue);
    if !possible.is_empty() {
        problem = problem.why(format!("{} {}", error::POSSIBLE, possible.join(", ")));
    }
    suggestions(found, ContextKind::SuggestedValue, problem)
}

fn unknown(found: &clap::Error, argument: &str, usage: &'static str) -> Hinted {
    if let Some(problem) = absent::complaint(argument) {
        return problem;
    }
    let problem = Hinted::new(format!("{argument}: {}", error::UNKNOWN));
    let suggested = !all(found, ContextKind::SuggestedArg).is_empty();
    let problem = suggestions(found, ContextKind::SuggestedArg, problem);
    if suggested { problem.usage_of(usage) } else { problem.hint(error::HELP_HINT).usage_of(usage) }
}

fn suggestions(found: &clap::Error, kind: ContextKind, problem: Hinted) -> Hinted {
    let near = all(found, kind);
    match near.as_slice() {
        [] => problem,
        near => problem.hint(format!("{} {}?", error::DID_YOU_MEAN, near.join(", "))),
    }
}

fn first(found: &clap::Error, kind: ContextKind) -> String {
    all(found, kind).into_iter().next().unwrap_or_default()
}

fn all(found: &clap::Error, kind: ContextKind) -> Vec<String> {
    match found.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(many)) => many.clone(),
        _ => Vec::new(),
    }
}
