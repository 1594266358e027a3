//! The course notes in `docs/lab`: a page an experiment and a language, made from the
//! lessons, the scripts and the recordings. `UPDATE_NOTES=1` writes them anew.
#![cfg(all(target_os = "linux", feature = "live"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use hsanalyze::lab::{EXPERIMENTS, Experiment};
use hsanalyze::lang::{LabGroup, LabWord, Language, en::English, zh::Chinese};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The tables of a recording.
fn tables(experiment: &Experiment, lang: &dyn Language) -> String {
    let recording = experiment.fixture.unwrap().name;
    let output = Command::new(env!("CARGO_BIN_EXE_hsanalyze"))
        .args(["-r", recording, "--udp", "--width", "100", "--color", "never", "--lang", lang.tag()])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{recording}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// A call, or what else causes something, as code.
fn call(name: &str) -> String {
    format!("`{name}`")
}

/// A command at the beginning of a line, as code.
fn command(line: &str) -> String {
    let end = line.find([':', '：', ',', '，', '。']).filter(|_| line.starts_with("hsanalyze "));
    match (line.starts_with("hsanalyze "), end) {
        (true, Some(end)) => format!("`{}`{}", &line[..end], &line[end..]),
        (true, None) => format!("`{line}`"),
        (false, _) => line.to_owned(),
    }
}

fn page(experiment: &Experiment, lang: &dyn Language, other: (&str, &str)) -> String {
    let lesson = lang.lesson(experiment.name).unwrap();
    let name = experiment.name;
    let word = |word| lang.lab_word(word);
    let mut text = format!("# {}\n\n", lesson.title);
    let (tag, language) = other;
    let _ = write!(text, "[{}](README.md) · [{language}](../{tag}/{name}.md)\n\n", word(LabWord::Notes));
    let _ = write!(text, "{}\n\n```sh\nhsanalyze lab {name}\n```\n\n", lesson.shows.join("\n\n"));
    let _ = write!(text, "## {}\n\n```text\n{}\n```\n\n", word(LabWord::Wire), tables(experiment, lang));
    let _ = write!(text, "## {}\n\n", word(LabWord::Causes));
    for (name, what) in &lesson.calls {
        let _ = writeln!(text, "- {} — {what}", call(name));
    }
    let _ = write!(text, "\n## {}\n\n", word(LabWord::Look));
    for what in &lesson.look {
        let _ = writeln!(text, "- {what}");
    }
    let script = experiment.script.trim_end();
    let _ = write!(text, "\n## {}\n\n```text\n{script}\n```\n\n", word(LabWord::Script));
    let _ = write!(text, "## {}\n\n", word(LabWord::Next));
    for what in &lesson.next {
        let _ = writeln!(text, "- {}", command(what));
    }
    text
}

fn index(lang: &dyn Language, other: (&str, &str)) -> String {
    let (tag, language) = other;
    let mut text = format!("# {}\n\n[{language}](../{tag}/README.md)\n\n", lang.lab_word(LabWord::Notes));
    let _ = writeln!(text, "{}", lang.lab_word(LabWord::HowTo));
    for group in LabGroup::ALL {
        let _ = write!(text, "\n## {}\n\n", lang.lab_group(group));
        for experiment in EXPERIMENTS.iter().filter(|experiment| experiment.group == group) {
            let (name, title) = (experiment.name, lang.lesson(experiment.name).unwrap().title);
            let _ = writeln!(text, "- [`{name}`]({name}.md) — {title}");
        }
    }
    text
}

/// All pages, by their files.
fn pages() -> BTreeMap<PathBuf, String> {
    let mut pages = BTreeMap::new();
    let languages: [(&dyn Language, (&str, &str)); 2] =
        [(&English, ("zh", "中文")), (&Chinese, ("en", "English"))];
    for (lang, other) in languages {
        let folder = root().join("docs/lab").join(lang.tag());
        pages.insert(folder.join("README.md"), index(lang, other));
        for experiment in EXPERIMENTS {
            let file = folder.join(format!("{}.md", experiment.name));
            pages.insert(file, page(experiment, lang, other));
        }
    }
    pages
}

#[test]
fn the_course_notes_say_what_the_lessons_say() {
    let (pages, update) = (pages(), std::env::var_os("UPDATE_NOTES").is_some());
    assert!(pages.len() > 2 * 40, "{} pages", pages.len());
    for (file, text) in &pages {
        if update {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let there = std::fs::read_to_string(file).unwrap_or_default();
        assert!(&there == text, "{} is not of today: UPDATE_NOTES=1 cargo test --test notes", file.display());
    }
    // And there are no others.
    for lang in ["en", "zh"] {
        for entry in std::fs::read_dir(root().join("docs/lab").join(lang)).unwrap() {
            let file = entry.unwrap().path();
            assert!(pages.contains_key(&file), "{}: of no experiment", file.display());
        }
    }
}
