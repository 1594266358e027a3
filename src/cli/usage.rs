//! clap's complaints in this program's words and form.

use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::absent;
use super::args::Args;
use super::report::Hinted;
use super::texts::error;

/// Says what clap found wrong with the command line `argv`.
pub(super) fn complaint(found: &clap::Error, argv: &[OsString]) -> Hinted {
    let argument = first(found, ContextKind::InvalidArg);
    let option = as_typed(&argument, argv);
    let value = first(found, ContextKind::InvalidValue);
    let problem = match found.kind() {
        ErrorKind::UnknownArgument => return unknown(found, &argument),
        ErrorKind::InvalidValue if value.is_empty() => Hinted::new(format!("{option}: {}", error::NO_VALUE)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => bad_value(found, &option, &value),
        ErrorKind::TooManyValues => Hinted::new(format!("{option}: {}", error::UNWANTED_VALUE)),
        ErrorKind::InvalidUtf8 => Hinted::new(error::NOT_UTF8),
        ErrorKind::ArgumentConflict => {
            let other = first(found, ContextKind::PriorArg);
            Hinted::new(format!("{option} {} {}", error::CONFLICT, as_typed(&other, argv)))
        }
        // Kinds that this command line cannot cause: in clap's words.
        _ => Hinted::new(found.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ")),
    };
    problem.usage()
}

/// An option by the name that the user gave it: clap calls it
/// `--snapshot-length <OCTETS>` even where `-s` was typed.
fn as_typed(argument: &str, argv: &[OsString]) -> String {
    let name = argument.split(' ').next().unwrap_or_default();
    let typed = |word: &OsString| word.to_string_lossy().starts_with(name);
    let command = Args::command();
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

fn unknown(found: &clap::Error, argument: &str) -> Hinted {
    if let Some(problem) = absent::complaint(argument) {
        return problem;
    }
    let problem = Hinted::new(format!("{argument}: {}", error::UNKNOWN));
    let suggested = !all(found, ContextKind::SuggestedArg).is_empty();
    let problem = suggestions(found, ContextKind::SuggestedArg, problem);
    if suggested { problem.usage() } else { problem.hint(error::HELP_HINT).usage() }
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
