//! The habits of a good command: progress only for terminals, a man page and
//! completions, two languages at once, nothing raw on the terminal.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::{fixture, have, root, run, stdout};

/// Runs a shell line with standard error on a terminal.
fn on_a_terminal(line: &str, term: &str) -> Output {
    Command::new("script")
        .args(["-qec", line, "/dev/null"])
        .env("PATH", path())
        .env("TERM", term)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .current_dir(root())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn path() -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_hsanalyze")).parent().unwrap().display().to_string();
    format!("{program}:{}", std::env::var("PATH").unwrap())
}

/// A capture of more than 64 MiB: frames of 64 KiB that hold no TCP.
fn long_capture(path: &Path) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    file.write_all(&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]).unwrap();
    file.write_all(&[0; 8]).unwrap();
    file.write_all(&262_144_u32.to_le_bytes()).unwrap();
    file.write_all(&1_u32.to_le_bytes()).unwrap();
    let frame = vec![0_u8; 65_536];
    for second in 0..1_100_u32 {
        for word in [second, 0, 65_536, 65_536] {
            file.write_all(&word.to_le_bytes()).unwrap();
        }
        file.write_all(&frame).unwrap();
    }
}

#[test]
fn a_long_file_has_a_bar_on_a_terminal_and_nowhere_else() {
    if !have("script") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let big = folder.path().join("big.pcap");
    long_capture(&big);
    let big = big.display();
    let text =
        |line: &str, term: &str| String::from_utf8_lossy(&on_a_terminal(line, term).stdout).into_owned();
    let bar = text(&format!("hsanalyze -q -r {big} > /dev/null"), "xterm");
    assert!(bar.contains(" %") && bar.contains("1\u{2009}100 frames"), "{bar:?}");
    assert!(!text(&format!("hsanalyze -q -r {big} > /dev/null"), "dumb").contains(" %"));
    assert!(!text(&format!("hsanalyze -q -r {big}"), "xterm").contains(" %"), "among the results");
    let short = fixture("01_normal_4seg.pcap");
    assert!(!text(&format!("hsanalyze -q -r {short} > /dev/null"), "xterm").contains(" %"));
    let piped = run(&["-q", "-r", &big.to_string()]);
    assert!(!String::from_utf8_lossy(&piped.stderr).contains(" %"));
}

#[test]
fn a_dumb_terminal_gets_no_colour() {
    if !have("script") {
        return;
    }
    let line = format!("hsanalyze -q -r {}", fixture("01_normal_4seg.pcap"));
    assert!(!on_a_terminal(&line, "dumb").stdout.contains(&0x1b));
    assert!(on_a_terminal(&line, "xterm").stdout.contains(&0x1b));
}

#[test]
fn completions_are_taken_by_their_shells() {
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "-n")] {
        let text = stdout(&["--generate", shell]);
        assert!(text.contains("max-flows"), "{shell}");
        if !have(shell) {
            continue;
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let output = Command::new(shell).arg(check).arg(file.path()).output().unwrap();
        assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_man_page_has_every_group_of_options() {
    let page = stdout(&["--generate", "man"]);
    for group in ["WHERE FROM", "WHAT TO SHOW", "HOW TO PRINT", "LIVE CAPTURE", "LIMITS"] {
        assert!(page.to_uppercase().contains(group), "{group}");
    }
    assert!(page.starts_with(".ie") && page.contains(".TH hsanalyze 1"));
}

#[test]
fn the_short_help_is_shorter_than_the_full_one() {
    let (short, full) = (stdout(&["-h"]), stdout(&["--help"]));
    assert!(short.len() < full.len());
    for heading in ["Where from:", "What to show:", "How to print:", "Limits:"] {
        assert!(short.contains(heading) && full.contains(heading), "{heading}");
    }
}

#[test]
fn two_languages_stand_side_by_side() {
    let file = fixture("30b_seed001_server_exits_with_first_client.pcap");
    let table = stdout(&["--lang", "en+zh", "--width", "140", "-r", &file]);
    for words in ["SYN", "closed 已关闭", "refused 拒绝连接", " · "] {
        assert!(table.contains(words), "{words}\n{table}");
    }
    let quiet = stdout(&["--lang", "en+zh", "-q", "-r", &file]);
    assert!(quiet.contains("graceful 正常关闭") && quiet.contains("refused 拒绝连接"), "{quiet}");
    for line in quiet.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
    }
    let lesson = stdout(&["explain", "--lang", "en+zh", "half-closed"]);
    assert!(lesson.contains("One side sent its FIN") && lesson.contains("半关闭"), "{lesson}");
    let english = stdout(&["--json", "-r", &file]);
    assert_eq!(stdout(&["--lang", "en+zh", "--json", "-r", &file]), english);
}

#[test]
fn no_table_in_two_languages_is_wider_than_it_may_be() {
    for path in common::captures() {
        let path = path.to_str().unwrap();
        for width in ["80", "140"] {
            let text =
                String::from_utf8(run(&["--lang", "en+zh", "--width", width, "-r", path]).stdout).unwrap();
            for line in text.lines() {
                let cells = unicode_width::UnicodeWidthStr::width(line);
                assert!(cells <= width.parse().unwrap(), "{path}: {cells} cells\n{line}");
            }
        }
    }
}

/// Names of files are strangers' words.
#[test]
fn nothing_raw_reaches_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let evil = folder.path().join("a\u{1b}]0;x\u{7}\u{9b}2J.pcap");
    std::fs::copy(root().join(fixture("01_normal_4seg.pcap")), &evil).unwrap();
    let evil = evil.to_str().unwrap();
    for args in [&["-r", evil][..], &["-q", "-r", evil], &["--json", "-r", evil], &["--csv", "-r", evil]] {
        let output = run(args);
        assert!(output.status.success());
        for text in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(text);
            assert!(!text.chars().any(|c| c.is_control() && !"\r\n".contains(c)), "{args:?}: {text:?}");
        }
    }
    for args in
        [&["-r", "\u{1b}[31mno"][..], &["--only", "\u{1b}[31mno", "-r", "x"], &["-r", "x", "--sort", "\u{7}"]]
    {
        let err = String::from_utf8(run(args).stderr).unwrap();
        assert!(!err.chars().any(|c| c.is_control() && c != '\n'), "{err:?}");
    }
}
