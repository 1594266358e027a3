//! clap's complaints in this program's words and form.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::absent;
use super::report::Hinted;
use super::texts::error;

/// Says what clap found wrong with the command line.
pub(super) fn complaint(found: &clap::Error) -> Hinted {
    let argument = first(found, ContextKind::InvalidArg);
    // "--format <FORMAT>" is "--format" in a sentence.
    let option = argument.split(' ').next().unwrap_or_default();
    let value = first(found, ContextKind::InvalidValue);
    let problem = match found.kind() {
        ErrorKind::UnknownArgument => return unknown(found, &argument),
        ErrorKind::InvalidValue if value.is_empty() => Hinted::new(format!("{option}: {}", error::NO_VALUE)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => bad_value(found, option, &value),
        ErrorKind::TooManyValues => Hinted::new(format!("{option}: {}", error::UNWANTED_VALUE)),
        ErrorKind::InvalidUtf8 => Hinted::new(error::NOT_UTF8),
        ErrorKind::ArgumentConflict => {
            let other = first(found, ContextKind::PriorArg);
            let other = other.split(' ').next().unwrap_or_default();
            Hinted::new(format!("{option} {} {other}", error::CONFLICT))
        }
        // Kinds that this command line cannot cause: in clap's words.
        _ => Hinted::new(found.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ")),
    };
    problem.usage()
}

fn bad_value(found: &clap::Error, option: &str, value: &str) -> Hinted {
    let mut problem = Hinted::new(format!("{option}: `{value}` {} {option}", error::BAD_VALUE));
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
