//! What the subcommands have in common: how they are read, and how their texts look.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};

use super::args::width;
use super::options::{ColorWhen, Lang, LangChoice};
use super::report::Hinted;
use super::texts::{heading, help};
use super::{Surroundings, usage};

/// Language, colours, characters, width.
#[derive(clap::Args, Debug)]
pub(super) struct LookArgs {
    #[arg(long, value_name = "LANGUAGE", help = help::LANG, help_heading = heading::PRINT, default_value = "auto")]
    lang: LangChoice,
    #[arg(long, value_name = "WHEN", help = help::COLOR, help_heading = heading::PRINT, default_value = "auto")]
    color: ColorWhen,
    #[arg(long, help = help::ASCII, help_heading = heading::PRINT)]
    ascii: bool,
    #[arg(long, value_name = "COLUMNS", help = help::WIDTH, help_heading = heading::PRINT, value_parser = width, allow_negative_numbers = true)]
    width: Option<u16>,
}

/// How texts look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// The language.
    pub lang: Lang,
    /// Columns.
    pub width: u16,
    /// Use colors.
    pub color: bool,
    /// ASCII only.
    pub ascii: bool,
}

impl LookArgs {
    /// With what the surroundings say where nothing was asked.
    pub(super) fn look(&self, around: &Surroundings) -> Look {
        Look {
            lang: around.lang(self.lang),
            width: self.width.unwrap_or_else(|| around.width()),
            color: around.color(self.color),
            ascii: self.ascii,
        }
    }
}

/// A subcommand's words, read.
pub(super) enum Words<A> {
    /// What was asked for.
    Args(A),
    /// The help was.
    Help(String),
}

/// Reads the words of a subcommand; the first of `argv` is its name.
pub(super) fn read<A: CommandFactory + FromArgMatches>(
    argv: &[OsString],
    usage: &'static str,
) -> Result<Words<A>, Hinted> {
    match matches(&A::command(), argv, usage)? {
        Words::Args(mut matches) => A::from_arg_matches_mut(&mut matches)
            .map(Words::Args)
            .map_err(|found| usage::complaint_of(&found, argv, &A::command(), usage)),
        Words::Help(text) => Ok(Words::Help(text)),
    }
}

/// Reads the words of a subcommand as far as clap tells them apart.
pub(super) fn matches(
    command: &Command,
    argv: &[OsString],
    usage: &'static str,
) -> Result<Words<ArgMatches>, Hinted> {
    match command.clone().try_get_matches_from(argv) {
        Ok(matches) => Ok(Words::Args(matches)),
        Err(found) if found.kind() == ErrorKind::DisplayHelp => Ok(Words::Help(found.to_string())),
        Err(found) => Err(usage::complaint_of(&found, argv, command, usage)),
    }
}
