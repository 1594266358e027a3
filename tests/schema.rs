//! The contract of `--json`: every line is what `docs/hsanalyze.schema.json`
//! says, and no key that was promised goes.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;

use common::{captures, root, run};
use hsanalyze::track::{Mark, Reply, Step};
use hsanalyze::verdict::{Confidence, End, ResetReason, Verdict};
use serde_json::Value;

/// The keys that were promised, `conversation.handshake.syns` as one line. Only to be
/// added to.
const PROMISED: &str = include_str!("contract/json-keys.txt");

fn schema() -> Value {
    let text = std::fs::read_to_string(root().join("docs/hsanalyze.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The lines that the program prints of every bundled capture, three ways.
fn lines() -> Vec<Value> {
    let mut lines = Vec::new();
    for path in captures() {
        let path = path.to_str().unwrap().to_owned();
        for more in [
            &["--udp"][..],
            &["--stats"],
            &["--stats", "--udp"],
            &["--stats", "udp"],
            &["tcp or udp or icmp"],
        ] {
            let mut args = vec!["--json", "-r", &path];
            args.extend_from_slice(more);
            let text = String::from_utf8(run(&args).stdout).unwrap();
            lines.extend(common::objects(&text));
        }
    }
    for (script, capture) in [
        ("states", "01_normal_4seg.pcap"),
        ("states", "03_server_closes_first.pcap"),
        ("no-server", "07_refused_retry5.pcap"),
        ("server-exits-with-first-client", "07_refused_retry5.pcap"),
    ] {
        let script = format!("lessons/{script}.txt");
        let text = run(&["verify", &script, "--json", "-r", &common::fixture(capture)]).stdout;
        let text = String::from_utf8(text).unwrap();
        lines.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
    }
    lines
}

/// All keys of a value, with those above them.
fn keys(of: &Value, above: &str, found: &mut BTreeSet<String>) {
    match of {
        Value::Object(members) => {
            for (key, value) in members {
                let path = format!("{above}.{key}");
                keys(value, &path, found);
                found.insert(path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, &format!("{above}[]"), found)),
        _ => {}
    }
}

#[test]
fn every_line_is_as_the_schema_says_and_no_key_is_missing_in_it() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let promised: BTreeSet<String> = PROMISED.lines().map(str::to_owned).collect();
    let (mut kinds, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let lines = lines();
    assert!(lines.len() > 3000, "only {} lines", lines.len());
    for line in &lines {
        if let Some(problem) = validator.iter_errors(line).next() {
            panic!("{problem} at {}\n{line}", problem.instance_path());
        }
        let kind = line["type"].as_str().unwrap();
        kinds.insert(kind.to_owned());
        keys(line, kind, &mut seen);
    }
    assert_eq!(kinds.len(), 12, "{kinds:?}");
    let new: Vec<_> = seen.difference(&promised).collect();
    assert!(new.is_empty(), "new keys: add them to the schema and to tests/contract/json-keys.txt: {new:?}");
    // Which options and ICMP errors the captures hold is not for the schema to say.
    let optional =
        |key: &&String| key.starts_with("segment.options[].") || key.starts_with("exchange.unreachable.");
    let gone: Vec<_> = promised.difference(&seen).filter(|key| !optional(key)).collect();
    assert!(gone.is_empty(), "keys that went: {gone:?}");
}

/// The schema's own keys are the promised ones, so that a key can leave neither.
#[test]
fn the_schema_has_every_promised_key() {
    let schema = schema();
    let mut found = BTreeSet::new();
    for kind in schema["properties"]["type"]["enum"].as_array().unwrap() {
        let kind = kind.as_str().unwrap();
        declared(&schema, &schema["$defs"][format!("line_{kind}")], kind, &mut found);
    }
    assert_eq!(found, PROMISED.lines().map(str::to_owned).collect());
}

fn declared(schema: &Value, part: &Value, above: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = part["$ref"].as_str() {
        return declared(schema, &schema["$defs"][name.rsplit('/').next().unwrap()], above, found);
    }
    if let Some(first) = part["anyOf"].get(0) {
        return declared(schema, first, above, found);
    }
    if part["type"] == "array" {
        return declared(schema, &part["items"], &format!("{above}[]"), found);
    }
    for (key, value) in part["properties"].as_object().into_iter().flatten() {
        let path = format!("{above}.{key}");
        declared(schema, value, &path, found);
        found.insert(path);
    }
}

#[test]
fn the_words_of_the_schema_are_those_of_the_program() {
    let schema = schema();
    for (name, words) in [
        ("opening", Verdict::OPENINGS),
        ("ending", End::SLUGS),
        ("reset_reason", ResetReason::SLUGS),
        ("mark", Mark::SLUGS),
        ("step", Step::SLUGS),
        ("confidence", Confidence::SLUGS),
        ("outcome", Reply::SLUGS),
    ] {
        let listed = schema["$defs"][name]["enum"].as_array().unwrap();
        let listed: BTreeSet<&str> = listed.iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(listed, words.iter().copied().collect(), "{name}");
    }
}

/// The validator refuses what is wrong: a test that could not fail proves nothing.
#[test]
fn a_missing_key_and_a_wrong_word_are_refused() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let text = common::stdout(&["--json", "-r", &common::fixture("01_normal_4seg.pcap")]);
    for line in common::objects(&text) {
        assert!(validator.is_valid(&line));
        for key in line.as_object().unwrap().keys().filter(|key| *key != "type") {
            let mut without = line.clone();
            without.as_object_mut().unwrap().remove(key);
            assert!(!validator.is_valid(&without), "{key} may go: {without}");
        }
        let mut wrong = line.clone();
        wrong["type"] = "nonsense".into();
        assert!(!validator.is_valid(&wrong));
        if line["type"] == "conversation" {
            let mut wrong = line.clone();
            wrong["opening"] = "perhaps".into();
            assert!(!validator.is_valid(&wrong));
        }
    }
}
