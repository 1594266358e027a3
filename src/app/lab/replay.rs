//! From a capture to the tables, and to the verdict of the script.

use crate::cli::LabRun;
use crate::render::{Begin, DataRows, Explain, Face, NumberStyle, TableOptions, TableSink};
use crate::script::parse;
use crate::source::{Pulse, Saver, Source};
use crate::track::Limits;
use crate::verify::{VerifyOptions, sections, verifier};

use super::super::analysis::Analysis;
use super::page::Page;

/// What is shown of a capture.
pub(super) struct Shown {
    /// Tables, or ladders.
    pub(super) tables: String,
    /// The script beside what was seen.
    pub(super) report: String,
    /// It was as the script says.
    pub(super) passed: bool,
}

/// Runs a capture through the stages.
pub(super) fn replay(
    mut source: Box<dyn Source>,
    page: &Page,
    run: &LabRun,
    mut saver: Option<Saver>,
) -> anyhow::Result<Shown> {
    let tables = TableSink::new(TableOptions {
        lang: page.lang,
        style: page.style,
        numbers: NumberStyle::Tcpdump,
        data: DataRows::Fold,
        explain: if run.explain { Explain::Turns } else { Explain::No },
        face: if run.ladder { Face::Ladder } else { Face::Table },
        live: false,
    });
    let experiment = page.experiment;
    let file = format!("{}.txt", experiment.name);
    let script = parse(experiment.script).map_err(|error| crate::cli::bad_script(&file, &error))?;
    let all =
        sections(&script, &file, experiment.script).map_err(|error| crate::cli::bad_script(&file, &error))?;
    let how = VerifyOptions { lang: page.lang, style: page.style, json: false, live: false };
    let (judge, standing) = verifier(all, None, how);
    let analysis = |sink| Analysis::new(sink, Limits::default(), false, false).with_datagrams(true);
    let (mut tables, mut judge) = (analysis(Box::new(tables)), analysis(Box::new(judge)));
    let (mut shown, mut report) = (Vec::new(), Vec::new());
    tables.begin(&Begin::default(), &mut shown);
    judge.begin(&Begin::default(), &mut report);
    let dropped = loop {
        match source.next()? {
            Pulse::Frame(frame) => {
                tables.frame(&frame, &mut shown);
                judge.frame(&frame, &mut report);
                if let Some(saver) = &mut saver {
                    saver.save(&frame)?;
                }
            }
            Pulse::Idle(_) => {}
            Pulse::End(stats) => break stats.dropped_by_kernel,
        }
    };
    tables.finish(dropped, &mut shown, &mut |_| Ok(()))?;
    judge.finish(dropped, &mut report, &mut |_| Ok(()))?;
    if let Some(saver) = saver {
        saver.finish()?;
    }
    let text = |octets: Vec<u8>| String::from_utf8_lossy(&octets).into_owned();
    Ok(Shown { tables: text(shown), report: text(report), passed: standing.has_passed() })
}
