//! `hsanalyze verify`: from files of scripts to a sink, and to an exit code.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::Context as _;

use crate::cli::{self, Format, Options, Verify};
use crate::render::Sink;
use crate::script::parse;
use crate::verify::{Section, Standing, VerifyOptions, sections, verifier};

use super::faces;

/// A script that is longer than this is a mistake.
const LONGEST: u64 = 1 << 20;

/// What is going on beside an analysis that verifies.
pub struct Verification {
    standing: Standing,
    /// The file for JUnit's XML; open since before rights were given up.
    junit: Option<(File, String)>,
    certain: bool,
    udp: bool,
}

/// The sink that verifies, and what goes with it.
pub fn sink(
    verify: &Verify,
    options: &Options,
    live: bool,
) -> anyhow::Result<(Box<dyn Sink>, Option<Verification>)> {
    let mut all = Vec::new();
    for path in &verify.scripts {
        all.extend(read(path)?);
    }
    let junit = verify.junit.as_deref().map(|path| {
        let name = path.display().to_string();
        File::create(path).with_context(|| format!("{name}: cannot be written")).map(|file| (file, name))
    });
    let junit = junit.transpose()?;
    let how = VerifyOptions {
        lang: faces::language(options),
        style: faces::style(options),
        json: options.format == Format::Json,
        live,
    };
    let udp = all.iter().any(Section::is_udp);
    let (sink, standing) = verifier(all, verify.quantity, how);
    Ok((Box::new(sink), Some(Verification { standing, junit, certain: false, udp })))
}

fn read(path: &Path) -> anyhow::Result<Vec<Section>> {
    let name = path.display().to_string();
    let mut octets = Vec::new();
    let standard = path == Path::new("-");
    let all = if standard {
        std::io::stdin().lock().take(LONGEST + 1).read_to_end(&mut octets)
    } else {
        File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut octets))
    };
    all.map_err(|error| cli::no_script(&name, &error))?;
    anyhow::ensure!(octets.len() as u64 <= LONGEST, "{name}: longer than 1 MiB: no script");
    let text = String::from_utf8(octets).ok().with_context(|| format!("{name}: not UTF-8 text"))?;
    let script = parse(&text).map_err(|error| cli::bad_script(&name, &error))?;
    Ok(sections(&script, &name, &text).map_err(|error| cli::bad_script(&name, &error))?)
}

impl Verification {
    /// Whether the outcome has just become certain.
    pub fn is_newly_certain(&mut self) -> bool {
        let before = self.certain;
        self.certain = before || self.standing.is_certain();
        self.certain && !before
    }

    /// Whether a script is about datagrams.
    pub fn wants_datagrams(&self) -> bool {
        self.udp
    }

    /// Writes JUnit's file. Gives whether all is as the scripts say.
    pub fn finish(self) -> anyhow::Result<bool> {
        if let Some((mut file, name)) = self.junit {
            let text = self.standing.junit();
            file.write_all(text.as_bytes())
                .and_then(|()| file.flush())
                .with_context(|| format!("{name}: cannot be written"))?;
        }
        Ok(self.standing.has_passed())
    }
}
