//! What the integration tests share: running the program, and finding
//! captures.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

pub mod capture;
pub mod random;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program under test, away from the user's settings.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hsanalyze"));
    for name in [
        "COLUMNS",
        "NO_COLOR",
        "CLICOLOR_FORCE",
        "TERM",
        "LANG",
        "LC_ALL",
        "LC_MESSAGES",
        "SUDO_UID",
        "SUDO_GID",
    ] {
        command.env_remove(name);
    }
    command.env("TZ", "UTC").stdin(Stdio::null()).current_dir(root());
    command
}

/// Runs the program to its end.
pub fn run(args: &[&str]) -> Output {
    program().args(args).output().unwrap()
}

/// What it prints to standard output; it must succeed.
pub fn stdout(args: &[&str]) -> String {
    let output = run(args);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {:?}\n{err}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// The objects of JSON, one a line.
pub fn objects(json: &str) -> Vec<Value> {
    json.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Those of one type.
pub fn objects_of(json: &str, kind: &str) -> Vec<Value> {
    objects(json).into_iter().filter(|object| object["type"] == kind).collect()
}

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A bundled capture.
pub fn fixture(name: &str) -> String {
    format!("fixtures/{name}")
}

/// All bundled captures, and those of the folders in `HSANALYZE_CAPTURES`
/// (separated by colons).
pub fn captures() -> Vec<PathBuf> {
    let more = std::env::var("HSANALYZE_CAPTURES").unwrap_or_default();
    let folders = std::iter::once(root().join("fixtures"))
        .chain(more.split(':').filter(|folder| !folder.is_empty()).map(PathBuf::from));
    let mut found = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        found.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| is_capture(path)));
    }
    found.sort();
    found
}

fn is_capture(path: &Path) -> bool {
    let name = path.to_string_lossy();
    !name.ends_with(".md") && !name.ends_with(".tsv") && !name.ends_with(".snap")
}

/// Whether a program can be run. If not, says that the test does nothing.
pub fn have(name: &str) -> bool {
    let found = Command::new(name).arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: {name} is not installed");
    }
    found
}

/// Whether this is root. If not, says that the test does nothing.
pub fn root_user() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    let root = id.stdout == b"0\n";
    if !root {
        eprintln!("skipped: only root can give privileges up");
    }
    root
}

/// The signals that end a capture, but for those that whoever runs the tests ignores
/// (`nohup` does): what it starts ignores them too.
pub fn signals() -> Vec<&'static str> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    let heard = |&(_, number): &(&str, u32)| ignored & 1 << (number - 1) == 0;
    [("INT", 2), ("TERM", 15), ("HUP", 1)].into_iter().filter(heard).map(|(name, _)| name).collect()
}
