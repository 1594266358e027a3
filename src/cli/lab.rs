//! The subcommand `lab`: its own command line.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, CommandFactory, Parser, ValueEnum};

use super::args::{duration_or_none, port};
use super::look::{Look, LookArgs, Words, read};
use super::report::Hinted;
use super::texts::{self, heading, help, lab};
use super::{Request, Surroundings, near};

/// What `hsanalyze lab` is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lab {
    /// What is to be done.
    pub task: LabTask,
    /// How it looks.
    pub look: Look,
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LabTask {
    /// List the experiments.
    List,
    /// Only their names, one a line.
    Names,
    /// Run one.
    Run(LabRun),
    /// Be one of the programs, on this machine.
    Program(LabProgram),
}

/// How an experiment is to be run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LabRun {
    /// Its name.
    pub name: String,
    /// Save the capture in this file; never `-`.
    pub save: Option<PathBuf>,
    /// Wait for a key before each call.
    pub step: bool,
    /// Not a recording, if it cannot be run.
    pub live: bool,
    /// Ladders instead of tables.
    pub ladder: bool,
    /// Rows and verdicts say why.
    pub explain: bool,
}

/// One of the programs that experiments are made of, alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LabProgram {
    /// Which.
    pub kind: ProgramKind,
    /// Its server's side, or its client's.
    pub serves: bool,
    /// Where the server listens.
    pub address: IpAddr,
    /// On which port.
    pub port: u16,
    /// How long the server thinks before it answers.
    pub delay: Duration,
    /// The connection is standard input: a process of its own for one client.
    pub inherits: bool,
}

/// A program of the textbook.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ProgramKind {
    /// Sends back each line.
    #[value(help = lab::ECHO)]
    Echo,
    /// Takes or sends a file, and closes correctly.
    #[value(help = lab::FILE)]
    File,
    /// Sends back each datagram.
    #[value(help = lab::UDP)]
    Udp,
    /// The server speaks first, then both as they like.
    #[value(help = lab::CHAT)]
    Chat,
}

#[derive(Parser, Debug)]
#[command(
    name = "hsanalyze lab", about = lab::ABOUT, override_usage = lab::USAGE,
    after_help = lab::AFTER, help_template = texts::TEMPLATE,
    args_override_self = true, disable_help_flag = true
)]
struct Args {
    #[arg(value_name = "NAME", help = lab::NAME, help_heading = heading::SHOW)]
    name: Option<String>,
    #[arg(long, help = lab::NAMES, help_heading = heading::SHOW)]
    names: bool,
    #[arg(short = 'w', value_name = "FILE", help = lab::WRITE, help_heading = heading::SHOW)]
    write: Option<PathBuf>,
    #[arg(long, help = lab::STEP, help_heading = heading::SHOW)]
    step: bool,
    #[arg(long, help = lab::LIVE, help_heading = heading::SHOW)]
    live: bool,
    #[arg(long, help = help::LADDER, help_heading = heading::SHOW)]
    ladder: bool,
    #[arg(long, help = help::EXPLAIN, help_heading = heading::SHOW)]
    explain: bool,

    #[arg(long, value_name = "PROGRAM", help = lab::SERVE, help_heading = lab::ALONE,
          conflicts_with_all = ["name", "connect"])]
    serve: Option<ProgramKind>,
    #[arg(long, value_name = "PROGRAM", help = lab::CONNECT, help_heading = lab::ALONE, conflicts_with = "name")]
    connect: Option<ProgramKind>,
    #[arg(long, value_name = "ADDRESS", help = lab::ADDRESS, help_heading = lab::ALONE)]
    address: Option<IpAddr>,
    #[arg(long, value_name = "PORT", help = lab::PORT, help_heading = lab::ALONE, value_parser = port,
          allow_negative_numbers = true)]
    port: Option<u16>,
    #[arg(long, value_name = "DURATION", help = lab::DELAY, help_heading = lab::ALONE,
          value_parser = duration_or_none)]
    delay: Option<Duration>,
    #[arg(long, hide = true)]
    inherit: bool,

    #[command(flatten)]
    look: LookArgs,
    #[arg(short = 'h', long, action = ArgAction::Help, help = help::HELP, help_heading = heading::OTHER)]
    help: Option<bool>,
}

/// Its definition.
pub(super) fn command() -> clap::Command {
    Args::command().name("lab")
}

/// Reads the words behind `lab`; the first of `argv` is that word.
pub(super) fn parse(argv: &[OsString], around: &Surroundings) -> Result<Request, Hinted> {
    let args: Args = match read(argv, lab::USAGE)? {
        Words::Args(args) => args,
        Words::Help(text) => return Ok(Request::Print(text)),
    };
    let look = args.look.look(around);
    let task = args.task()?;
    Ok(Request::Lab(Box::new(Lab { task, look })))
}

impl Args {
    fn task(self) -> Result<LabTask, Hinted> {
        let wrong = |what: &str| Err(Hinted::new(format!("lab: {what}")).usage_of(lab::USAGE));
        let alone = self.address.is_some() || self.port.is_some() || self.delay.is_some() || self.inherit;
        let runs = self.write.is_some() || self.step || self.live || self.ladder || self.explain;
        let kind = self.serve.or(self.connect);
        match (kind, self.name) {
            (Some(_), _) if runs || self.names => wrong(lab::NOT_ALONE),
            (Some(kind), _) => {
                let usual = if kind == ProgramKind::Chat { 30_001 } else { 9877 };
                Ok(LabTask::Program(LabProgram {
                    kind,
                    serves: self.serve.is_some(),
                    address: self.address.unwrap_or(IpAddr::from([127, 0, 0, 1])),
                    port: self.port.unwrap_or(usual),
                    delay: self.delay.unwrap_or_default(),
                    inherits: self.inherit,
                }))
            }
            (None, _) if alone => wrong(lab::ONLY_ALONE),
            (None, Some(_)) if self.names => wrong(lab::NAMES_ALONE),
            (None, Some(name)) => {
                if self.write.as_deref().is_some_and(|path| path.as_os_str() == "-") {
                    return wrong(lab::NO_STDOUT);
                }
                let Args { write: save, step, live, ladder, explain, .. } = self;
                Ok(LabTask::Run(LabRun { name, save, step, live, ladder, explain }))
            }
            (None, None) if runs => wrong(lab::NAME_NEEDED),
            (None, None) if self.names => Ok(LabTask::Names),
            (None, None) => Ok(LabTask::List),
        }
    }
}

/// The complaint about an experiment that is not one of `names`.
pub fn no_such_experiment(word: &str, names: &[&str]) -> Hinted {
    let part = word.to_lowercase();
    let with_it = names.iter().copied().filter(|name| word.len() > 2 && name.contains(&part));
    let mut close: Vec<&str> = with_it.take(4).collect();
    if close.is_empty() {
        close.extend(near::nearest(word, names));
    }
    let problem = Hinted::new(format!("lab: {word}: {}", lab::NO_EXPERIMENT));
    let problem = match close.as_slice() {
        [] => problem,
        close => problem.hint(format!("{} {}?", texts::error::DID_YOU_MEAN, close.join(", "))),
    };
    problem.hint(lab::LIST_HINT)
}

/// The complaint about an experiment that cannot be run here, when no recording is wanted.
pub fn not_here(name: &str, why: &str) -> Hinted {
    Hinted::new(format!("lab {name}: {}", lab::NOT_HERE)).why(why).hint(lab::RECORDING_HINT)
}
