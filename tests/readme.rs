//! What the README says is true: its commands run, and print what it shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use common::root;

/// A command of the README, and the output shown under it.
struct Example {
    command: String,
    shown: Option<String>,
}

fn examples() -> Vec<Example> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut found: Vec<Example> = Vec::new();
    let mut rest = readme.as_str();
    while let Some((before, block)) = rest.split_once("```") {
        let (kind, block) = block.split_once('\n').unwrap();
        let (block, after) = block.split_once("```").expect("a block that ends");
        match kind {
            "sh" => found.push(Example { command: block.trim().to_string(), shown: None }),
            "text" if before.trim().is_empty() => {
                found.last_mut().expect("a command above").shown = Some(block.to_string());
            }
            other => panic!("a block that no test runs: {other}"),
        }
        rest = after;
    }
    found
}

/// Runs a command as a newcomer would, in a folder with the fixtures, the
/// program on the path.
fn run(command: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root().join("fixtures"), folder.path().join("fixtures")).unwrap();
    std::os::unix::fs::symlink(root().join("lessons"), folder.path().join("lessons")).unwrap();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_hsanalyze"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", command]).current_dir(folder.path()).env("PATH", path);
    for name in ["COLUMNS", "NO_COLOR", "CLICOLOR_FORCE", "TERM"] {
        shell.env_remove(name);
    }
    shell.stdin(Stdio::null()).output().unwrap()
}

fn is_ours(command: &str) -> bool {
    command.starts_with("hsanalyze ") || command.contains("| hsanalyze ")
}

#[test]
fn its_commands_run_and_print_what_it_shows() {
    let mut ran = 0;
    for Example { command, shown } in examples().iter().filter(|example| is_ours(&example.command)) {
        let output = run(command);
        let err = String::from_utf8_lossy(&output.stderr);
        if err.contains("no permission to capture") {
            eprintln!("skipped: {command}: capturing is not allowed here");
            continue;
        }
        // Two captures that do not tell the same are no failure.
        let differ = command.starts_with("hsanalyze compare ") && output.status.code() == Some(1);
        assert!(output.status.success() || differ, "{command}\n{err}");
        if let Some(shown) = shown {
            assert_eq!(&String::from_utf8_lossy(&output.stdout), shown, "{command}");
        }
        ran += 1;
    }
    assert!(ran >= 8, "only {ran} commands ran");
}

#[test]
fn it_has_its_two_commands_of_one_line() {
    let all = examples();
    let apt: Vec<_> = all.iter().filter(|example| example.command.contains("apt-get")).collect();
    assert_eq!(apt.len(), 2);
    assert!(apt.iter().all(|example| example.command.lines().count() == 1));
    assert!(apt[0].command.ends_with("-r fixtures/03_server_closes_first.pcap"));
    assert!(apt[1].command.ends_with("cargo test --locked --no-fail-fast"));
}

/// A row with a cell more or fewer, and the table is none any more.
#[test]
fn rows_of_a_table_have_as_many_cells_as_its_head() {
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut rows = 0;
    for name in ["README.md", "ARCHITECTURE.md", "fixtures/README.md", "tests/differences.md"] {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        for (line, next) in text.lines().zip(text.lines().skip(1)) {
            if line.starts_with('|') && next.starts_with('|') {
                assert_eq!(bars(line), bars(next), "{name}:\n{line}\n{next}");
                rows += 1;
            }
        }
    }
    assert!(rows > 100, "{rows}");
}
