//! `--step`: one call at a time, and what it causes as it comes.

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;

use crate::lab::{Ask, Entry, Tell};
use crate::lang::{Actor, LabWord, Language};
use crate::model::Frame;
use crate::render::lines::LinesSink;
use crate::render::tcpdump::{LineStyle, TimeStyle, Zone};
use crate::render::{Explain, Role, Style, pad, width};
use crate::track::Limits;

use super::super::analysis::Analysis;
use super::page::Page;

/// Shows the frames as they come.
pub(super) struct Steps {
    lines: Analysis,
    text: Vec<u8>,
    lang: &'static dyn Language,
    style: Style,
}

impl Steps {
    pub(super) fn new(page: &Page) -> Self {
        let how = LineStyle {
            time: TimeStyle::SinceFirst,
            nanos: false,
            zone: Zone::local(),
            packet_numbers: true,
            interface_name: None,
        };
        let sink = LinesSink::new(how, page.lang, false).explaining(Explain::Turns, page.style.width);
        let lines = Analysis::new(Box::new(sink), Limits::default(), false, true).with_datagrams(true);
        Steps { lines, text: Vec::new(), lang: page.lang, style: page.style }
    }

    /// What is asked before each call.
    pub(super) fn ask(&self) -> Ask {
        let (lang, style) = (self.lang, self.style);
        Arc::new(move |who: Actor, call: &str| {
            let mut text = String::from("\n");
            let name = style.tidy(lang.actor(who).into());
            style.paint(Role::Title, &name, &mut text);
            pad(9usize.saturating_sub(width(&name)) + 1, &mut text);
            text.push_str(&style.tidy(call.into()));
            text.push_str("  ");
            style.paint(Role::Dim, &style.tidy(lang.lab_word(LabWord::GoOn).into()), &mut text);
            text.push(' ');
            let mut out = std::io::stdout().lock();
            // With standard output gone there is nobody to ask.
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            drop(out);
            let mut line = String::new();
            let answered = std::io::stdin().lock().read_line(&mut line).unwrap_or(0);
            if answered == 0 || !std::io::IsTerminal::is_terminal(&std::io::stdin()) {
                let _ = writeln!(std::io::stdout().lock());
            }
        })
    }

    /// What is told after each call: what it gave.
    pub(super) fn tell(&self) -> Tell {
        let style = self.style;
        Arc::new(move |entry: &Entry| {
            let Some(result) = &entry.result else { return };
            let mut text = String::new();
            pad(10, &mut text);
            let role = if entry.failed { Role::Trouble } else { Role::Plain };
            style.paint(role, &style.tidy(format!("= {result}")), &mut text);
            let _ = writeln!(std::io::stdout().lock(), "{text}");
        })
    }

    /// Shows one frame.
    pub(super) fn frame(&mut self, frame: &Frame<'_>) -> anyhow::Result<()> {
        self.lines.frame(frame, &mut self.text);
        let mut out = std::io::stdout().lock();
        out.write_all(&self.text)?;
        out.flush()?;
        self.text.clear();
        Ok(())
    }
}
