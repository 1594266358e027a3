//! Interfaces: opening one, and the lists of `-D` and `-L`.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::cli::{self, Live, Options, Resolution};
use crate::source::{CaptureDirection, LiveOptions, Source, devices, link_description, link_name, open_live};

/// Opens an interface for a live capture.
pub fn open_interface(live: &Live, options: &Options) -> anyhow::Result<Box<dyn Source + Send>> {
    let mut how = LiveOptions::new(&live.interface);
    how.snaplen = live.snaplen;
    // A slot of the kernel's ring holds a whole snapshot then: with long ones
    // there would be few.
    how.immediate = live.snaplen <= 4096;
    how.promiscuous = live.promiscuous;
    if let Some(kib) = live.buffer_kib {
        how.buffer = kib.saturating_mul(1024);
    }
    how.direction = match live.direction {
        cli::Direction::In => CaptureDirection::In,
        cli::Direction::Out => CaptureDirection::Out,
        cli::Direction::Inout => CaptureDirection::InOut,
    };
    how.nano = options.style.resolution == Resolution::Nano;
    how.link.clone_from(&live.link_type);
    how.filter.clone_from(&options.filter);
    how.duration = options.limits.duration;
    Ok(open_live(&how)?)
}

/// What is said once every packet will be seen; `user`: whom the program became.
pub fn listening(source: &dyn Source, live: &Live, user: Option<&str>) -> String {
    let name = source.names().first().map_or(live.interface.as_str(), String::as_str);
    let mut text = format!("listening on {}", cli::printable(name));
    if let Some(&link) = source.link_types().first() {
        text.push_str(&format!(", link type {}", link_name(link)));
        if let Some(description) = link_description(link) {
            text.push_str(&format!(" ({description})"));
        }
    }
    text.push_str(&format!(", snapshot length {} octets", live.snaplen));
    if let Some(user) = user {
        text.push_str(&format!(", as user {}", cli::printable(user)));
    }
    text
}

/// `-D`.
pub fn interfaces() -> anyhow::Result<ExitCode> {
    print(devices::list()?.iter().map(ToString::to_string))
}

/// `-L`.
pub fn link_types(interface: &str) -> anyhow::Result<ExitCode> {
    let links = devices::link_types(interface)?;
    print(links.iter().map(|&link| match link_description(link) {
        Some(description) => format!("{} ({description})", link_name(link)),
        None => link_name(link),
    }))
}

fn print(lines: impl Iterator<Item = String>) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    for line in lines {
        writeln!(out, "{}", cli::printable(&line)).context("standard output: cannot be written")?;
    }
    out.flush().context("standard output: cannot be written")?;
    Ok(ExitCode::SUCCESS)
}
