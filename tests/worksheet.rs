//! Worksheets: with blanks, solved, and in both languages.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{captures, fixture, run, stdout};

fn sheet(file: &str, more: &[&str]) -> String {
    let file = fixture(file);
    let args: Vec<&str> =
        ["--format", "worksheet", "-r", &file].into_iter().chain(more.iter().copied()).collect();
    stdout(&args)
}

#[test]
fn as_the_student_gets_it() {
    insta::assert_snapshot!("blank", sheet("01_normal_4seg.pcap", &[]));
}

#[test]
fn as_the_teacher_gets_it() {
    insta::assert_snapshot!("answers", sheet("01_normal_4seg.pcap", &["--answers"]));
    insta::assert_snapshot!("answers_zh", sheet("01_normal_4seg.pcap", &["--answers", "--lang", "zh"]));
    insta::assert_snapshot!("answers_simultaneous", sheet("12_simultaneous_open.pcap", &["--answers"]));
    insta::assert_snapshot!(
        "answers_refused",
        sheet("07_refused_retry5.pcap", &["--answers", "--conversation", "1"])
    );
}

/// Where both sent a SYN, each is acknowledged by the other side.
#[test]
fn crossing_syns_are_acknowledged_crosswise() {
    let solved = sheet("12_simultaneous_open.pcap", &["--answers"]);
    let answers: Vec<&str> = solved.lines().filter(|line| line.contains("Answer:")).map(str::trim).collect();
    assert_eq!(answers[2], "- Answer: frame #4, ack 1820281575");
    assert_eq!(answers[3], "- Answer: frame #3, ack 1102555909");
    let refused = sheet("07_refused_retry5.pcap", &["--answers", "--conversation", "1"]);
    assert!(refused.contains("- Answer: frame #2, ack 385802923"), "{refused}");
}

/// The blanks give nothing away.
#[test]
fn a_sheet_with_blanks_holds_no_answer() {
    let (blank, solved) = (sheet("01_normal_4seg.pcap", &[]), sheet("01_normal_4seg.pcap", &["--answers"]));
    let answers: Vec<&str> = solved.lines().filter(|line| line.trim_start().starts_with("- ")).collect();
    assert!(answers.len() > 12);
    assert!(answers.iter().all(|answer| !blank.contains(*answer)));
    // Two for each question, and one for each segment.
    assert_eq!(blank.lines().filter(|line| line.contains("____")).count(), 22 + 7);
}

#[test]
fn every_row_of_every_table_has_every_cell() {
    let mut rows = 0;
    for path in captures() {
        let path = path.to_str().unwrap();
        for more in ["--answers", "--ascii"] {
            let text = String::from_utf8(run(&["--format", "worksheet", more, "-r", path]).stdout).unwrap();
            for line in text.lines().filter(|line| line.starts_with('|')) {
                let bars = line.replace("\\|", "").matches('|').count();
                assert_eq!(bars, 14, "{path}: {line}");
                rows += 1;
            }
        }
    }
    assert!(rows > 500, "{rows}");
}

#[test]
fn answers_are_for_worksheets() {
    let output = run(&["-q", "--answers", "-r", &fixture("01_normal_4seg.pcap")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--answers is for --format worksheet"));
}
