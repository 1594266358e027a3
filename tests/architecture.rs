//! The house stays as ARCHITECTURE.md draws it: nothing imports upwards, no
//! file outgrows what one can read at a sitting, and only the live source
//! reads a clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms that it may use. `std` and the crates named go
/// without saying; see `CRATES` for those that belong to one room.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("source", &["model"]),
    ("decode", &["model"]),
    ("track", &["model"]),
    ("verdict", &["model", "track"]),
    ("lang", &["model", "track", "verdict"]),
    ("render", &["model", "track", "verdict", "lang"]),
    ("script", &["model", "track", "verdict"]),
    ("verify", &["model", "track", "verdict", "lang", "render", "script"]),
    ("lab", &["model", "source", "track", "lang", "render"]),
    ("compare", &["model", "track", "verdict", "lang", "render"]),
    ("cli", &["model", "track", "render", "source", "script"]),
    (
        "app",
        &[
            "model", "source", "decode", "track", "verdict", "lang", "render", "script", "verify", "lab",
            "compare", "cli",
        ],
    ),
];

/// Crates that only some rooms may name.
const CRATES: &[(&str, &[&str])] = &[
    ("pcap", &["source", "lab", "cli"]),
    ("etherparse", &["decode", "lab"]),
    ("flate2", &["source"]),
    ("zstd", &["source"]),
    ("signal_hook", &["source"]),
    ("nix", &["source", "lab", "app"]),
    ("landlock", &["app"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("comfy_table", &["render"]),
    ("indicatif", &["app"]),
    ("jiff", &["render"]),
    ("sha2", &["track"]),
];

/// Longest file, in lines.
const LONGEST: usize = 400;

fn rust_files(dir: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let relative = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_path_buf();
    files.iter().map(|path| (relative(path), fs::read_to_string(path).unwrap())).collect()
}

/// The room of a file: its first folder, or the file's own name.
fn room(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_string()
}

/// Code without comments, doc comments included.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(i, line)| (i + 1, line.split("//").next().unwrap_or("")))
}

/// The words that follow `prefix` as a path (`crate::x`), once each.
fn words_after<'a>(line: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    line.match_indices(prefix).map(move |(at, _)| {
        let rest = &line[at + prefix.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn nothing_imports_upwards() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = room(&path);
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == own) else {
            assert!(own == "lib" || own == "main", "{}: a room that the table does not name", path.display());
            continue;
        };
        for (number, line) in code(&text) {
            for used in words_after(line, "crate::") {
                let is_room = MAY_USE.iter().any(|(name, _)| *name == used);
                if is_room && used != own && !allowed.contains(&used) {
                    wrong.push(format!("{}:{number}: {own} may not use {used}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_crate_stays_in_its_rooms() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = room(&path);
        for (number, line) in code(&text) {
            for (name, rooms) in CRATES {
                let named = line.contains(&format!("use {name}::"))
                    || line.match_indices(&format!("{name}::")).any(|(at, _)| {
                        !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                    });
                if named && !rooms.contains(&own.as_str()) {
                    wrong.push(format!("{}:{number}: {name} does not belong here", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_longer_than_one_can_read() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines: {long:?}");
}

/// Longest function, in lines.
const LONGEST_FUNCTION: usize = 60;

/// The functions of a file: name, first line, number of lines. The formatter puts
/// the closing brace under the `fn`, or ends a declaration with a semicolon.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let mut words = line.split_whitespace().skip_while(|word| {
            word.starts_with("pub") || ["const", "unsafe", "extern", "\"C\""].contains(word)
        });
        let (Some("fn"), Some(name)) = (words.next(), words.next()) else { continue };
        let ends = |line: &&str| {
            let same = line.len() - line.trim_start().len() == indent;
            same && (line.trim_end().ends_with('}') || line.trim_end().ends_with(';'))
        };
        let count = lines[at..].iter().position(ends).map_or(lines.len() - at, |n| n + 1);
        let name = name.split(['(', '<']).next().unwrap_or(name);
        found.push((name.to_string(), at + 1, count));
    }
    found
}

#[test]
fn no_function_is_longer_than_one_can_hold_in_mind() {
    let mut long = Vec::new();
    let mut seen = 0;
    for (path, text) in sources() {
        for (name, line, count) in functions(&text) {
            seen += 1;
            if count > LONGEST_FUNCTION {
                long.push(format!("{}:{line}: {name} has {count} lines", path.display()));
            }
        }
    }
    assert!(seen > 1000, "only {seen} functions found");
    assert!(long.is_empty(), "longer than {LONGEST_FUNCTION} lines:\n{}", long.join("\n"));
}

#[test]
fn the_length_of_a_function_is_told() {
    let text = "impl X {\n    pub(super) const fn one(\n        a: u8,\n    ) -> u8 {\n        a\n    }\n\n    fn two() {}\n}\n";
    let found = functions(text);
    assert_eq!(found, [("one".to_string(), 2, 5), ("two".to_string(), 8, 1)]);
}

#[test]
fn only_the_live_source_reads_a_clock() {
    for (path, text) in sources() {
        let live = path.starts_with("source") && path.to_string_lossy().contains("live");
        let reads =
            code(&text).any(|(_, line)| line.contains("SystemTime::now") || line.contains("Instant::now"));
        assert!(live || !reads, "{} reads a clock", path.display());
    }
}
