//! `hsanalyze explain`.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::cli::{self, Explain, Look};
use crate::lang::topics::{Topic, find};
use crate::render::{Style, print_lesson, print_lessons};

use super::faces;

/// Prints the lessons that are asked for, or their names.
pub fn explain(explain: &Explain) -> ExitCode {
    match lessons(explain).and_then(|text| print(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cli::report(&error),
    }
}

fn lessons(explain: &Explain) -> anyhow::Result<String> {
    let Look { width, color, ascii, .. } = explain.look;
    let style = Style { color, ascii, width };
    let groups = faces::in_language(explain.look.lang).topics();
    // Side by side, each language has its lessons under the same names.
    let languages = match explain.look.lang {
        cli::Lang::Both => vec![cli::Lang::En, cli::Lang::Zh],
        one => vec![one],
    };
    let by_language: Vec<_> = languages.into_iter().map(|lang| faces::in_language(lang).topics()).collect();
    let mut text = String::new();
    if explain.topics.is_empty() {
        print_lessons(&groups, &style, &mut text);
    }
    let mut found: Vec<&Topic> = Vec::new();
    for word in &explain.topics {
        let these: Vec<&Topic> = by_language.iter().flat_map(|groups| find(groups, word)).collect();
        if these.is_empty() {
            let names: Vec<&str> = groups
                .iter()
                .flat_map(|group| &group.topics)
                .flat_map(|topic| &topic.names)
                .copied()
                .collect();
            return Err(cli::no_such_topic(word, &names).into());
        }
        found.extend(these.into_iter().filter(|topic| !found.contains(topic)).collect::<Vec<_>>());
    }
    for (nth, topic) in found.into_iter().enumerate() {
        if nth > 0 {
            text.push('\n');
        }
        print_lesson(topic, &style, &mut text);
    }
    Ok(text)
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("standard output: cannot be written")
}
