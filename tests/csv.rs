//! The contract of `--format csv`: its columns, its quoting, and that it says
//! what the JSON says.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;

use common::{captures, fixture, root, stdout};
use hsanalyze::lang::{Language, en::English, topics::Topic, topics::find, zh::Chinese};
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
    let in_exchange = json["type"] == "exchange";
    match column {
        "protocol" => return None,
        "unreachable" if in_exchange => return Some(json["unreachable"].get("name").unwrap_or(&Value::Null)),
        "conversation" | "exchange" | "scope" | "client" | "server" | "bytes" => {}
        _ if in_exchange && json.get(column).is_none() && !column.contains("_datagrams") => return None,
        _ => {}
    }
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
        let csv = common::run(&["--csv", "--udp", "-r", path]);
        let mut csv = rows(&String::from_utf8(csv.stdout).unwrap());
        // Connections come in their order and exchanges in theirs, as each ends.
        let protocol = csv[0].iter().position(|column| column == "protocol").unwrap();
        csv[1..].sort_by_key(|row| row[protocol] == "udp");
        let json = String::from_utf8(common::run(&["--json", "--udp", "-r", path]).stdout).unwrap();
        let mut json: Vec<Value> =
            ["conversation", "exchange"].iter().flat_map(|kind| common::objects_of(&json, kind)).collect();
        json.sort_by_key(|line| (line["type"] == "exchange", line[line["type"].as_str().unwrap()].as_u64()));
        assert_eq!(csv.len(), json.len() + 1, "{path}");
        for (row, json) in csv[1..].iter().zip(&json) {
            assert_eq!(row.len(), csv[0].len(), "{path}: {row:?}");
            assert_eq!(row[protocol], if json["type"] == "exchange" { "udp" } else { "tcp" });
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

/// The columns that a lesson names: what stands before the colon of its paragraphs.
fn named(topic: &Topic) -> Vec<&'static str> {
    let is_name = |word: &&str| word.bytes().all(|octet| octet.is_ascii_lowercase() || octet == b'_');
    let lists = topic.paragraphs.iter().filter_map(|it| it.text.split_once(": "));
    let lists = lists.map(|(names, _)| names.split(", ").collect::<Vec<_>>());
    lists.filter(|names| names.iter().all(is_name)).flatten().collect()
}

#[test]
fn what_is_said_of_the_columns_names_all_of_them_and_no_others() {
    let columns: BTreeSet<&str> = PROMISED.lines().collect();
    let languages: [&dyn Language; 2] = [&English, &Chinese];
    for lang in languages {
        let groups = lang.topics();
        let names = named(find(&groups, "csv")[0]);
        assert_eq!(names.len(), columns.len(), "a column twice");
        assert_eq!(names.into_iter().collect::<BTreeSet<_>>(), columns, "{}", lang.tag());
    }
    // The document lists them in their order.
    let document = std::fs::read_to_string(root().join("docs/csv.md")).unwrap();
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    assert_eq!(rows.map(|(name, _)| name).collect::<Vec<_>>(), PROMISED.lines().collect::<Vec<_>>());
}

#[test]
fn exchanges_have_rows_where_udp_is_shown() {
    let file = fixture("21_udp_echo_and_unreachable.pcap");
    assert_eq!(rows(&stdout(&["--csv", "-r", &file])).len(), 1, "no UDP unless it is asked for");
    let csv = rows(&stdout(&["--csv", "--udp", "-r", &file]));
    let cell =
        |row: usize, column: &str| csv[row][csv[0].iter().position(|name| name == column).unwrap()].as_str();
    for (row, number, client, datagrams, answer) in
        [(1, "1", "127.0.0.1:36227", "2", "35000"), (2, "2", "127.0.0.1:35879", "1", "")]
    {
        assert_eq!((cell(row, "protocol"), cell(row, "exchange")), ("udp", number));
        assert_eq!((cell(row, "client"), cell(row, "client_datagrams")), (client, datagrams));
        assert_eq!((cell(row, "outcome"), cell(row, "unreachable")), ("unreachable", "port-unreachable"));
        assert_eq!((cell(row, "answer_ns"), cell(row, "conversation")), (answer, ""));
    }
    assert_eq!(csv.len(), 3);
    let some = rows(&stdout(&["--csv", "--conversation", "U2", "-r", &file]));
    assert_eq!(some[1..], csv[2..], "a number of an exchange asks for UDP");
}
