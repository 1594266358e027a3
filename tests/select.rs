//! Choosing conversations, in every format; expectations; the order of the
//! summary.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{fixture, run, stdout};
use serde_json::Value;

/// Two refused and aborted, one graceful, one reset conversation among others.
const SEED: &str = "30b_seed001_server_exits_with_first_client.pcap";

fn with(more: &[&str]) -> Vec<String> {
    let file = fixture(SEED);
    let args = ["-r", &file].into_iter().chain(more.iter().copied());
    args.map(str::to_owned).collect()
}

fn shown(more: &[&str]) -> String {
    stdout(&with(more).iter().map(String::as_str).collect::<Vec<_>>())
}

fn code_and_words(more: &[&str]) -> (Option<i32>, String) {
    let output = run(&with(more).iter().map(String::as_str).collect::<Vec<_>>());
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// The numbers of the conversations in JSON, of segments too.
fn numbers(text: &str, kind: &str) -> Vec<u64> {
    let mut numbers: Vec<u64> =
        common::objects_of(text, kind).iter().map(|line| line["conversation"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

#[test]
fn every_format_shows_the_same_selection() {
    for (only, expected) in
        [("graceful", vec![1]), ("reset,refused", vec![2, 3]), ("failed", vec![3]), ("expired", vec![])]
    {
        let json = shown(&["--json", "--only", only]);
        assert_eq!(numbers(&json, "conversation"), expected, "{only}");
        assert_eq!(numbers(&json, "segment"), expected, "{only}");
        let csv = shown(&["--csv", "--only", only]);
        let first = |line: &str| line.split(',').next().unwrap().parse::<u64>().unwrap();
        assert_eq!(csv.lines().skip(1).map(first).collect::<Vec<_>>(), expected, "{only}");
        let quiet = shown(&["-q", "--only", only]);
        let first = |line: &str| line.split_whitespace().next().unwrap().parse::<u64>().unwrap();
        assert_eq!(quiet.lines().skip(1).map(first).collect::<Vec<_>>(), expected, "{only}\n{quiet}");
        let tables = shown(&["--only", only]);
        let titles =
            tables.lines().filter_map(|line| line.strip_prefix('#')?.split(' ').next()?.parse().ok());
        assert_eq!(titles.collect::<Vec<u64>>(), expected, "{only}\n{tables}");
        let lines = shown(&["--format", "lines", "--only", only]);
        for number in 1..=3 {
            assert_eq!(
                lines.contains(&format!("; #{number} ")),
                expected.contains(&number),
                "{only}\n{lines}"
            );
        }
    }
}

#[test]
fn what_is_shown_of_a_selected_conversation_is_all_of_it() {
    let all = shown(&["--format", "lines", "-t"]);
    let of = |text: &str, number: u64| -> Vec<String> {
        text.lines().filter(|line| line.contains(&format!("; #{number} "))).map(str::to_owned).collect()
    };
    for (only, number) in [("graceful", 1), ("reset", 2), ("refused", 3)] {
        let some = shown(&["--format", "lines", "-t", "--only", only]);
        assert_eq!(some.lines().map(str::to_owned).collect::<Vec<_>>(), of(&all, number));
        let named = shown(&["--format", "lines", "-t", "--conversation", &number.to_string()]);
        assert_eq!(named, some);
    }
}

#[test]
fn conversations_are_named_by_their_numbers() {
    let json = shown(&["--json", "--conversation", "3,1"]);
    assert_eq!(numbers(&json, "conversation"), [1, 3]);
    assert_eq!(numbers(&json, "segment"), [1, 3]);
    assert!(code_and_words(&["-q", "--conversation", "#2"]).1.contains("1 of 3 conversations shown"));
    let (code, words) = code_and_words(&["--conversation", "0"]);
    assert_eq!(code, Some(2));
    assert!(words.contains("numbered from 1"), "{words}");
}

#[test]
fn it_stops_when_so_many_are_over() {
    let quiet = shown(&["-q", "--conversations", "1"]);
    assert_eq!(quiet.lines().count(), 2, "{quiet}");
    let (code, words) = code_and_words(&["-q", "--conversations", "1"]);
    assert_eq!(code, Some(0));
    let read: u64 = words.split_whitespace().next().unwrap().parse().unwrap();
    let all: u64 = code_and_words(&["-q"]).1.split_whitespace().next().unwrap().parse().unwrap();
    assert!(read < all, "{words}");
    let csv = shown(&["--csv", "--conversations", "1", "--only", "refused"]);
    assert!(csv.lines().count() == 2 && csv.contains("refused"), "{csv}");
}

#[test]
fn totals_are_of_what_is_selected() {
    let all: Value = serde_json::from_str(shown(&["--stats", "--json"]).lines().nth(1).unwrap()).unwrap();
    let some = shown(&["--stats", "--json", "--only", "refused"]);
    let some: Value = serde_json::from_str(some.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&all["conversations"], &some["conversations"]), (&3.into(), &1.into()));
}

#[test]
fn an_expectation_that_is_not_met_is_status_1() {
    for (expect, code) in [
        ("complete,graceful", 1),
        ("graceful,reset,refused,complete", 1),
        ("complete,refused", 0),
        ("refused", 1),
    ] {
        let (status, words) = code_and_words(&["-q", "--expect", expect]);
        assert_eq!(status, Some(code), "{expect}: {words}");
        assert_eq!(words.contains("expectation not met"), code == 1, "{words}");
    }
    let (status, words) = code_and_words(&["-q", "--only", "reset", "--expect", "complete,reset"]);
    assert_eq!(status, Some(0), "{words}");
    let (status, words) = code_and_words(&["-q", "--expect", "complete", "--lang", "zh"]);
    assert!(status == Some(1) && words.contains("不符合预期") && words.contains("#3 refused"), "{words}");
    let (status, words) = code_and_words(&["-q", "--expect", "complete", "port", "1"]);
    assert!(status == Some(1) && words.contains("there is nothing"), "{words}");
}

#[test]
fn a_wrong_slug_gets_the_near_one() {
    let (code, words) = code_and_words(&["--only", "gracefull"]);
    assert_eq!(code, Some(2));
    assert!(words.contains("did you mean graceful?"), "{words}");
    let (code, words) = code_and_words(&["--expect", "xyzzyxyzzy"]);
    assert!(code == Some(2) && words.contains("hsanalyze explain"), "{words}");
}

#[test]
fn the_summary_is_sorted_as_asked() {
    let column = |sort: &str| -> Vec<String> {
        let text = shown(&["-q", "--sort", sort]);
        text.lines().skip(1).map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
    };
    assert_eq!(column("start"), ["1", "2", "3"]);
    assert_eq!(column("bytes"), ["1", "2", "3"]);
    assert_eq!(column("duration")[2], "3");
    assert_eq!(column("rtt")[2], "3", "without a SYN-ACK it comes last");
    let (code, words) = code_and_words(&["--json", "--sort", "bytes"]);
    assert!(code == Some(2) && words.contains("--sort is for the summary"), "{words}");
}

/// A capture with 71 conversations at once: nothing that is shown gets lost or mixed.
#[test]
fn many_conversations_at_once_stay_apart() {
    let file = fixture("11c_syncookies_burst60.pcap");
    let json = stdout(&["--json", "--only", "half-open", "-r", &file]);
    let over = numbers(&json, "conversation");
    assert!(over.len() > 50, "{}", over.len());
    assert_eq!(numbers(&json, "segment"), over);
}

/// One exchange that was answered before an ICMP error came, one with the error alone.
#[test]
fn exchanges_are_selected_expected_and_sorted_too() {
    let (udp, tcp) = (fixture("21_udp_echo_and_unreachable.pcap"), fixture(SEED));
    let rows = |more: &[&str]| -> Vec<String> {
        let text = stdout(&[&["-q", "-r", &udp, "-r", &tcp], more].concat());
        text.lines().skip(1).map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
    };
    assert_eq!(rows(&["--only", "unreachable"]), ["U1", "U2"]);
    assert_eq!(rows(&["--udp", "--only", "failed"]), ["3", "U1", "U2"]);
    assert_eq!(rows(&["--udp", "--only", "graceful"]), ["1"]);
    assert_eq!(rows(&["--conversation", "u2,#3"]), ["3", "U2"]);
    assert_eq!(rows(&["--udp", "--sort", "bytes"])[..2], ["U1", "U2"]);
    assert_eq!(rows(&["--udp", "--sort", "start"])[0], "U1", "it came first");
    assert_eq!(rows(&["--udp", "--sort", "duration"])[4], "U2", "one datagram takes no time");
    // In every format.
    let both = ["-r", &udp, "-r", &tcp, "--conversation", "U2"];
    for format in ["table", "ladder", "lines", "json", "csv", "html"] {
        let text = stdout(&[&["--format", format], &both[..]].concat());
        assert!(
            text.contains("35879") && !text.contains("36227") && !text.contains("40001"),
            "{format}\n{text}"
        );
    }
    let json = stdout(&[&["--json", "--only", "unreachable"], &both[..4]].concat());
    let kinds: Vec<String> = json
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "datagram").count(), 4, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| *kind == "segment").count(), 0, "{kinds:?}");
    for (expect, code) in [("unreachable", 0), ("answered", 1), ("graceful", 1), ("failed", 0)] {
        let status = run(&["-q", "--udp", "--expect", expect, "-r", &udp]).status.code();
        assert_eq!(status, Some(code), "{expect}");
    }
    let one = stdout(&["-q", "--udp", "--conversations", "1", "-r", &udp]);
    assert!(one.contains("U1") && !one.contains("U2"), "{one}");
}
