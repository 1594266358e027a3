//! `hsanalyze`: from the command line to the program.

use std::io::{self, Write as _};
use std::process::ExitCode;

use hsanalyze::app;
use hsanalyze::cli::{self, Request, Surroundings};

fn main() -> ExitCode {
    match cli::parse(std::env::args_os(), &Surroundings::of_process()) {
        Ok(Request::Run(options)) => app::run(*options),
        Ok(Request::Explain(what)) => app::explain(&what),
        Ok(Request::Lab(lab)) => app::lab(&lab),
        Ok(Request::Compare(what)) => app::compare(&what),
        Ok(Request::Print(text)) => print(&text),
        Ok(Request::Guards(version)) => print(&format!("{version}{}", app::guards())),
        Err(problem) => cli::report(&problem.into()),
    }
}

fn print(text: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cli::report(&anyhow::Error::new(error).context("standard output: cannot be written")),
    }
}
