//! Completions as the real shells take them, and the man page as the real
//! formatters read it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::process::{Command, Stdio};

use common::{have, stdout};

/// What is generated, in a file.
fn generated(what: &str) -> (tempfile::NamedTempFile, String) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = stdout(&["--generate", what]);
    std::fs::write(file.path(), text).unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    (file, path)
}

/// What a program says; it must not complain.
fn said(program: &str, args: &[&str]) -> String {
    let output =
        Command::new(program).args(args).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8").output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && err.is_empty(), "{program} {args:?}: {}\n{err}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn bash_completes() {
    if !have("bash") {
        return;
    }
    let (_file, path) = generated("bash");
    said("bash", &["-n", &path]);
    let complete = |words: &str, word: &str, before: &str| {
        let count = words.split_whitespace().count() - usize::from(!word.is_empty());
        let line = format!(
            "source {path}; COMP_WORDS=({words} \"\"); COMP_CWORD={count}; \
             _hsanalyze hsanalyze '{word}' '{before}'; echo \"${{COMPREPLY[@]}}\""
        );
        said("bash", &["--norc", "-c", &line])
    };
    assert_eq!(complete("hsanalyze --lang", "", "--lang").trim(), "auto en zh en+zh");
    assert_eq!(complete("hsanalyze --max-f", "--max-f", "hsanalyze").trim(), "--max-flows");
}

#[test]
fn zsh_takes_them() {
    if !have("zsh") {
        return;
    }
    let (_file, path) = generated("zsh");
    said("zsh", &["-n", &path]);
    let line = format!("autoload -U compinit; compinit -u -D; source {path}; print ${{_comps[hsanalyze]}}");
    assert_eq!(said("zsh", &["-f", "-c", &line]).trim(), "_hsanalyze");
}

#[test]
fn fish_completes() {
    if !have("fish") {
        return;
    }
    let (_file, path) = generated("fish");
    let complete = |line: &str| said("fish", &["-N", "-c", &format!("source {path}; complete -C '{line}'")]);
    let langs = complete("hsanalyze --lang ");
    let names: Vec<&str> = langs.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(names, ["auto", "en", "en+zh", "zh"], "{langs}");
    assert!(complete("hsanalyze --max-f").starts_with("--max-flows\t"));
    assert!(complete("hsanalyze -r x.pcap --format lad").starts_with("ladder\t"));
    assert!(complete("hsanalyze exp").starts_with("explain\t"));
    assert!(complete("hsanalyze explain --la").starts_with("--lang\t"));
}

#[test]
fn the_man_page_is_read_without_a_warning() {
    let (_file, path) = generated("man");
    if have("groff") {
        let page = said("groff", &["-ww", "-man", "-Tutf8", &path]);
        assert!(page.contains("General Commands Manual"), "{page}");
    }
    if have("man") {
        let page = said("man", &["--warnings=w", "-l", &path]);
        assert!(page.contains("General Commands Manual"), "{page}");
    }
    // mandoc has no --version.
    if Command::new("mandoc").arg("-h").output().is_err() {
        eprintln!("skipped: mandoc is not installed");
        return;
    }
    // Beneath an error it is about the date that the generator leaves out, and about
    // blank lines and long lines of the source.
    assert_eq!(said("mandoc", &["-Tlint", "-Werror", &path]), "");
}
