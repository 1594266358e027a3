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

#[cfg(feature = "live")]
/// The greatest count of frames in a text.
fn frames(text: &str) -> u64 {
    let counts = text.split(" frames, ").filter_map(|before| {
        let digits = before.chars().rev().take_while(|c| c.is_ascii_digit() || *c == '\u{2009}');
        let digits: Vec<char> = digits.filter(char::is_ascii_digit).collect();
        digits.iter().rev().collect::<String>().parse().ok()
    });
    counts.max().unwrap_or(0)
}

#[cfg(feature = "live")]
#[test]
fn a_live_capture_counts_on_a_terminal_while_results_go_elsewhere() {
    use std::io::Read as _;
    if !have("script") || !common::root_user() {
        return;
    }
    let (server, filter) = common::capture::listener();
    // No shell stays between: one that Ctrl-C ends too would give its own status (dash does).
    let line = format!("exec hsanalyze -i lo {filter} > /dev/null");
    let mut child = Command::new("script")
        .args(["-qefc", &line, "/dev/null"])
        .env("PATH", path())
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut out, mut seen, mut chunk) = (child.stdout.take().unwrap(), String::new(), [0; 4096]);
    let stop = std::sync::atomic::AtomicBool::new(false);
    let order = std::sync::atomic::Ordering::Relaxed;
    std::thread::scope(|scope| {
        let mut talking = false;
        while frames(&seen) == 0 {
            let octets = out.read(&mut chunk).unwrap();
            assert!(octets > 0, "it ended without a count: {seen:?}");
            seen.push_str(&String::from_utf8_lossy(&chunk[..octets]));
            // From now on there is something to count until it was.
            if seen.contains("listening on") && !std::mem::replace(&mut talking, true) {
                scope.spawn(|| {
                    while !stop.load(order) {
                        common::capture::echo(&server);
                    }
                });
            }
        }
        stop.store(true, order);
    });
    let (_, counts) = seen.split_once("listening on").unwrap();
    assert_eq!(counts.matches('\n').count(), 1, "the counts stay on one line: {seen:?}");
    // Ctrl-C on that terminal.
    child.stdin.take().unwrap().write_all(&[3]).unwrap();
    let mut rest = String::new();
    let _ = out.read_to_string(&mut rest);
    assert_eq!(child.wait().unwrap().code(), Some(0), "{rest:?}");
    assert!(frames(&rest) > 0, "the counts are said at the end: {rest:?}");
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
