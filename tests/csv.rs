//! The contract of `--format csv`: its columns, its quoting, and that it says
//! what the JSON says.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{captures, fixture, stdout};
use serde_json::Value;

/// The columns that were promised. A new one is added at the end; none goes, none
/// is renamed, none moves.
const PROMISED: &str = include_str!("contract/csv-columns.txt");

/// The rows of a CSV text (RFC 4180).
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut rest) = (false, text.chars().peekable());
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(rest.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\n' if !quoted => panic!("a line that ends without CR"),
            c => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "it does not end with a line");
    rows
}

#[test]
fn no_column_goes_or_moves() {
    let csv = stdout(&["--format", "csv", "-r", &fixture("01_normal_4seg.pcap")]);
    let columns = rows(&csv).remove(0);
    let promised: Vec<&str> = PROMISED.lines().collect();
    assert!(promised.len() > 40);
    assert_eq!(columns.get(..promised.len()).unwrap_or(&columns), promised, "a column went or moved");
    assert_eq!(columns.len(), promised.len(), "a new column: add it to tests/contract/csv-columns.txt");
}

#[test]
fn the_shorthand_is_the_format() {
    let file = fixture("30b_seed001_server_exits_with_first_client.pcap");
    assert_eq!(stdout(&["--csv", "-r", &file]), stdout(&["--format", "csv", "-r", &file]));
}

/// What JSON says where a column stands.
fn said<'a>(json: &'a Value, column: &str) -> Option<&'a Value> {
    let in_handshake =
        ["synack_rtt_ns", "ack_rtt_ns", "connect_ns", "reject_ns", "syns", "synacks", "ambiguous"];
    if in_handshake.contains(&column) {
        return Some(&json["handshake"][column]);
    }
    if let Some((side @ ("client" | "server"), key)) = column.split_once('_') {
        return match key {
            "state" => Some(&json["states"][side]),
            "address" | "port" => None,
            key => Some(&json[key][side]),
        };
    }
    (column != "lasted_ns").then(|| &json[column])
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(words) => words.iter().map(text).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

#[test]
fn it_says_what_the_json_says() {
    let mut compared = 0;
    for path in captures() {
        let path = path.to_str().unwrap();
        let csv = common::run(&["--csv", "-r", path]);
        let csv = rows(&String::from_utf8(csv.stdout).unwrap());
        let json = String::from_utf8(common::run(&["--json", "-r", path]).stdout).unwrap();
        let mut json = common::objects_of(&json, "conversation");
        json.sort_by_key(|line| line["conversation"].as_u64());
        assert_eq!(csv.len(), json.len() + 1, "{path}");
        for (row, json) in csv[1..].iter().zip(&json) {
            assert_eq!(row.len(), csv[0].len(), "{path}: {row:?}");
            for (column, cell) in csv[0].iter().zip(row) {
                if let Some(value) = said(json, column) {
                    assert_eq!(cell, &text(value), "{path}: {column} of {}", json["conversation"]);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 5000, "only {compared} cells");
}
