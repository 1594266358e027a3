//! `--serve`, `--connect`: one program on this machine, its calls printed.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use crate::cli::{Lab, LabProgram, ProgramKind};
use crate::lab::program::{self, Place};
use crate::lab::{Entry, Stage, Tell, work, worker_line};
use crate::render::{Role, pad, width};

/// Is that program until it ends.
pub(super) fn run(lab: &Lab, wanted: &LabProgram) -> anyhow::Result<ExitCode> {
    if wanted.inherits {
        work(&Stage::alone(Arc::new(|entry: &Entry| tell(&worker_line(entry)))))?;
        return Ok(ExitCode::SUCCESS);
    }
    let (lang, style) = (super::language(lab), super::style(lab));
    let say: Tell = Arc::new(move |entry: &Entry| {
        let mut text = String::new();
        let name = style.tidy(lang.actor(entry.who).into());
        style.paint(Role::Dim, &name, &mut text);
        pad(8usize.saturating_sub(width(&name)) + 2, &mut text);
        let result = entry.result.as_ref().map_or(String::new(), |result| format!(" = {result}"));
        let role = if entry.failed { Role::Trouble } else { Role::Plain };
        style.paint(role, &style.tidy(format!("{}{result}", entry.call)), &mut text);
        text.push('\n');
        tell(&text);
    });
    let stage = Stage::alone(say);
    let place = Place { at: SocketAddr::new(wanted.address, wanted.port), delay: wanted.delay };
    let play = match (wanted.kind, wanted.serves) {
        (ProgramKind::Echo, true) => program::serve_echo,
        (ProgramKind::Echo, false) => program::connect_echo,
        (ProgramKind::File, true) => program::serve_file,
        (ProgramKind::File, false) => program::connect_file,
        (ProgramKind::Udp, true) => program::serve_udp,
        (ProgramKind::Udp, false) => program::connect_udp,
        (ProgramKind::Chat, true) => program::serve_chat,
        (ProgramKind::Chat, false) => program::connect_chat,
    };
    play(&stage, &place)?;
    Ok(ExitCode::SUCCESS)
}

/// One line to standard output. A program goes on when nobody reads it.
fn tell(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
