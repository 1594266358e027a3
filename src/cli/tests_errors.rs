//! Command lines that are refused, and the words for it.

use super::*;

/// The complaint about a command line given as words between blanks.
fn complaint(line: &str) -> String {
    let argv = std::iter::once("hsanalyze").chain(line.split_whitespace()).map(OsString::from);
    match parse(argv, &Surroundings::default()) {
        Err(problem) => text(&problem.into()),
        other => panic!("{line}: {other:?}"),
    }
}

/// Each line is refused, and the complaint says all of this.
fn refused(table: &[(&str, &[&str])]) {
    for (line, parts) in table {
        let text = complaint(line);
        assert!(text.starts_with("hsanalyze: "), "{line}: {text}");
        for part in *parts {
            assert!(text.contains(part), "{line}: {part} not in {text}");
        }
    }
}

#[test]
fn without_a_source_two_examples_are_given() {
    assert_eq!(
        complaint(""),
        "hsanalyze: nothing to analyze\n  name a saved capture or an interface\n\n\
         hint: hsanalyze -r saved.pcap\nhint: hsanalyze -i lo port 9877\n\
         usage: hsanalyze [OPTIONS] [EXPRESSION…]\n"
    );
    refused(&[("port 80", &["nothing to analyze"]), ("-q run.pcap", &["hint: hsanalyze -r run.pcap"])]);
}

#[test]
fn a_subcommand_comes_first() {
    refused(&[
        ("--lang zh explain syn", &["explain: a subcommand", "hint: hsanalyze explain syn [OPTIONS]\n"]),
        ("-v lab list", &["lab: a subcommand", "hint: hsanalyze lab list [OPTIONS]\n"]),
    ]);
}

#[test]
fn what_does_not_go_together_is_refused() {
    refused(&[
        ("-r x -i lo", &["-r and -i", "not from both"]),
        ("-i lo -i eth0", &["one interface at a time", "hint: -i any"]),
        ("-L", &["-L needs an interface", "hint: hsanalyze -i lo -L"]),
        ("-r x -L", &["-L needs an interface"]),
        ("-r - -r -", &["standard input", "only once"]),
        ("-r - -F -", &["-F -: standard input"]),
        ("-i lo -w -", &["-w -: standard output", "hint: tcpdump -w - | tee"]),
        ("-i lo -w a -w b", &["-w may be given only once"]),
        ("-r x -F a -F b", &["-F may be given only once"]),
        ("-r x -F a port 80", &["two filters"]),
        ("-r x -Q in", &["-Q is for live captures only"]),
        ("-r x -y RAW", &["-y is for live captures only"]),
        ("-r x -q --json", &["-q cannot be together with --json"]),
        ("-r x --format table -q", &["-q cannot be together with --format"]),
        ("-r x --json --format table", &["--json cannot be together with --format"]),
        ("-r x -S --numbers isn", &["-S cannot be together with --numbers"]),
        ("-r x -tttttt", &["only -t, -tt, -ttt, -tttt and -ttttt"]),
    ]);
}

#[test]
fn values_are_checked() {
    refused(&[
        ("-r", &["-r: needs a value"]),
        ("-c -r x", &["-c: needs a value"]),
        ("-r x -c 0", &["-c cannot be `0`", "1 is the smallest"]),
        ("-r x -c 5x", &["-c cannot be `5x`", "a whole number"]),
        ("-r x -c -5", &["-c cannot be `-5`"]),
        ("-r x -c +5", &["-c cannot be `+5`"]),
        ("-r x -c 18446744073709551616", &["a whole number"]),
        ("-i lo -s 262145", &["-s cannot be `262145`", "from 0 to 262144"]),
        ("-i lo --snapshot-length=262145", &["--snapshot-length cannot be `262145`"]),
        ("-i lo -B 0", &["-B cannot be `0`"]),
        ("-i lo -B 2097152", &["from 1 to 2097151"]),
        ("-i lo -Q up", &["-Q cannot be `up`", "possible: in, out, inout"]),
        ("-r x --width 19", &["from 20 to 10000"]),
        ("-r x --max-flows 0", &["from 1 to 4294967295"]),
        ("-r x --for 10", &["--for cannot be `10`", "500ms, 10s, 2m, 1h"]),
        ("-r x --for 600000d", &["584 years"]),
        ("-r x --for 0s", &["--for cannot be `0s`"]),
        (
            "-r x --format tabel",
            &[
                "possible: table, ladder, lines, summary, json, script, html, svg, csv, worksheet",
                "hint: did you mean table?",
            ],
        ),
        ("-r x --json=1", &["--json: takes no value"]),
    ]);
}

#[test]
fn unknown_options_get_a_hint() {
    refused(&[
        ("--fromat table", &["--fromat: no such option", "hint: did you mean --format?", "usage: hsanalyze"]),
        ("-k", &["-k: no such option", "hint: hsanalyze --help", "usage: hsanalyze"]),
        ("-nnk -r x", &["-k: no such option"]),
    ]);
}

#[test]
fn tcpdumps_other_options_are_explained() {
    refused(&[
        (
            "-X -r f",
            &["-X: hsanalyze does not have", "(print payload in hex and text)", "hint: tcpdump -X -r FILE"],
        ),
        ("-nnXr f", &["-X: hsanalyze does not have"]),
        ("-e -r f", &["link-level header"]),
        ("-E x -r f", &["-E: hsanalyze does not have"]),
        ("-V files", &["the version is --version"]),
        ("--count -r f", &["hint: tcpdump --count -r FILE"]),
        ("--time-stamp-type=host -i lo", &["--time-stamp-type: hsanalyze does not have"]),
    ]);
}

#[test]
fn a_first_word_that_looks_like_a_subcommand_is_no_filter() {
    for line in ["explan syn", "explian", "verfy s -r x"] {
        let text = complaint(line);
        assert!(text.contains("no filter begins so"), "{line}: {text}");
    }
    assert!(complaint("explan syn").contains("did you mean the subcommand explain?"));
    for line in ["--explain", "lat", "explicit", "tcp", "host", "vlan", "link", "wlan"] {
        let text = complaint(line);
        assert!(text.contains("nothing to analyze"), "{line}: {text}");
    }
}

#[test]
fn filters_that_cannot_be_read_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("filter");
    let line = format!("-r x -F {}", file.display());
    assert!(complaint(&line).contains("filter: the filter cannot be read\n  No such file or directory\n"));
    std::fs::write(&file, b"port \xff").unwrap();
    assert!(complaint(&line).contains("not UTF-8"));
    std::fs::write(&file, vec![b' '; (1 << 20) + 1]).unwrap();
    assert!(complaint(&line).contains("longer than 1 MiB"));
}

#[cfg(unix)]
#[test]
fn words_that_are_not_utf8_are_files_but_no_filter() {
    use std::os::unix::ffi::OsStringExt as _;
    let run = |last: &[u8]| {
        let words = ["hsanalyze", "-r", "a.pcap"].map(OsString::from);
        let argv = words.into_iter().chain([OsString::from_vec(last.to_vec())]);
        parse(argv, &Surroundings::default())
    };
    assert!(matches!(run(b"b\xff.pcap"), Ok(Request::Run(options))
        if matches!(&options.task, Task::Files(files) if files.len() == 2)));
    assert!(run(b"\xff").is_err_and(|problem| problem.to_string().contains("not UTF-8")));
}

#[test]
fn what_was_typed_is_shown_without_effect_on_the_terminal() {
    for word in ["--\x1b[31mfoo", "--format=\x1b]0;x\x07", "-\u{9b}", "-c\nhint:"] {
        let argv = ["hsanalyze", "-r", "x", word].map(OsString::from);
        let text = text(&parse(argv, &Surroundings::default()).unwrap_err().into());
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert!(!text.contains("\nhint:\n"), "{text:?}");
    }
}
