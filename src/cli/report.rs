//! Complaints: what, why, and what to do about it.
//!
//! ```text
//! hsanalyze: lo: no permission to capture on this interface
//!   socket: Operation not permitted
//!
//! hint: sudo hsanalyze -i lo port 9877
//! ```

use std::error::Error;
use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use super::bad_filter::bad_filter;
use super::printable::printable;
use super::texts::{self, error as words};
use crate::source::{FilterError, SourceError};

/// Exit code of an error.
const ERROR: u8 = 2;

/// An error that knows why and what to do. `Display` says what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hinted {
    what: String,
    why: Vec<String>,
    hints: Vec<String>,
    usage: Option<&'static str>,
}

impl Hinted {
    /// Says what went wrong; begins with the name of the thing at fault.
    pub fn new(what: impl Into<String>) -> Self {
        Hinted { what: what.into(), why: Vec::new(), hints: Vec::new(), usage: None }
    }

    /// Adds a line that says why.
    #[must_use]
    pub fn why(mut self, line: impl Into<String>) -> Self {
        self.why.push(line.into());
        self
    }

    /// Adds a line that says what to do.
    #[must_use]
    pub fn hint(mut self, line: impl Into<String>) -> Self {
        self.hints.push(line.into());
        self
    }

    /// Shows how the program is called, too.
    #[must_use]
    pub fn usage(self) -> Self {
        self.usage_of(texts::USAGE)
    }

    /// Shows how a command is called, too.
    #[must_use]
    pub(super) fn usage_of(mut self, usage: &'static str) -> Self {
        self.usage = Some(usage);
        self
    }
}

impl fmt::Display for Hinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Hinted {}

/// What is known about an error beyond its `Display`: errors of other parts of
/// the program that carry hints are translated here.
fn known(cause: &(dyn Error + 'static)) -> Option<Hinted> {
    match cause.downcast_ref::<SourceError>() {
        Some(SourceError::Filter(error)) => Some(filter_problem(error)),
        Some(error) => {
            let problem = Hinted::new(error.to_string());
            let Some(hint) = error.hint() else { return Some(problem) };
            // Two ways out; elsewhere a name in a hint could forge a second one.
            let ways = if matches!(error, SourceError::Permission { .. }) { 2 } else { 1 };
            Some(hint.splitn(ways, '\n').fold(problem, |problem, way| problem.hint(way)))
        }
        None => cause.downcast_ref::<Hinted>().cloned(),
    }
}

fn filter_problem(error: &FilterError) -> Hinted {
    bad_filter(&error.expression, &error.message, error.at.clone())
}

/// The complaint about an error, with all its causes, as it goes to standard
/// error. Nothing in it acts on a terminal.
pub fn text(error: &anyhow::Error) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut hints = Vec::new();
    let mut usage = None;
    for cause in error.chain() {
        let Some(shown) = known(cause) else {
            let line = reason(cause);
            // An error that spells out its cause would else say it twice.
            if !lines.iter().any(|before| before.to_lowercase().contains(&line.to_lowercase())) {
                lines.push(line);
            }
            continue;
        };
        lines.push(shown.what);
        lines.extend(shown.why);
        hints.extend(shown.hints);
        usage = usage.or(shown.usage);
    }
    let mut text = String::from("hsanalyze: ");
    for (index, line) in lines.iter().enumerate() {
        text.push_str(if index == 0 { "" } else { "  " });
        text.push_str(&printable(line));
        text.push('\n');
    }
    if !hints.is_empty() || usage.is_some() {
        text.push('\n');
    }
    for hint in hints {
        text.push_str(&format!("{} {}\n", words::HINT_LABEL, printable(&hint)));
    }
    if let Some(usage) = usage {
        text.push_str(&format!("{} {usage}\n", words::USAGE_LABEL));
    }
    text
}

/// An error's words, without the system's number.
pub(super) fn reason(cause: &(dyn Error + 'static)) -> String {
    let mut text = cause.to_string();
    if let Some(end) = text.rfind(" (os error ").filter(|_| text.ends_with(')')) {
        text.truncate(end);
    }
    text
}

/// Writes the complaint to standard error and gives the exit code: 2; or, if
/// nobody reads the results any more, says nothing and gives 0.
pub fn report(error: &anyhow::Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::SUCCESS;
    }
    // With standard error gone, there is nobody to tell.
    let _ = io::stderr().lock().write_all(text(error).as_bytes());
    ExitCode::from(ERROR)
}

/// Whether the reason is that a reader has gone away (`hsanalyze … | head`).
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io_errors = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    io_errors.into_iter().any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn causes_are_indented_and_hints_come_last() {
        let error = Hinted::new("lo: no permission to capture on this interface")
            .why("socket: Operation not permitted")
            .hint("sudo hsanalyze -i lo port 9877");
        assert_eq!(
            text(&error.into()),
            "hsanalyze: lo: no permission to capture on this interface\n  socket: Operation not permitted\n\n\
             hint: sudo hsanalyze -i lo port 9877\n"
        );
    }

    #[test]
    fn a_chain_is_shown_from_the_outside_in() {
        let inner = io::Error::from_raw_os_error(28);
        let error = Err::<(), _>(inner).context("out.pcap: cannot be written").unwrap_err();
        assert_eq!(text(&error), "hsanalyze: out.pcap: cannot be written\n  No space left on device\n");
        let hinted = anyhow::Error::new(Hinted::new("inner").hint("do it")).context("outer");
        assert_eq!(text(&hinted), "hsanalyze: outer\n  inner\n\nhint: do it\n");
    }

    #[test]
    fn a_cause_that_was_said_already_is_not_repeated() {
        let inner = io::Error::from_raw_os_error(13);
        let error = Err::<(), _>(inner).context("a: cannot be opened: permission denied").unwrap_err();
        assert_eq!(text(&error), "hsanalyze: a: cannot be opened: permission denied\n");
    }

    #[test]
    fn nothing_of_a_stranger_reaches_the_terminal_raw() {
        let error = Hinted::new("a\x1b]0;x\x07: no").why("b\nhint: evil").hint("c\u{9b}d").usage();
        let text = text(&error.into());
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert_eq!(text.lines().filter(|line| line.starts_with("hint:")).count(), 1, "{text}");
    }

    #[test]
    fn a_broken_pipe_is_found_anywhere_in_the_chain() {
        let broken = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&broken().into()));
        assert!(is_broken_pipe(&anyhow::Error::new(broken()).context("a").context("b")));
        assert!(!is_broken_pipe(&io::Error::from(io::ErrorKind::NotFound).into()));
        assert!(!is_broken_pipe(&anyhow::anyhow!("broken pipe")));
    }
}
