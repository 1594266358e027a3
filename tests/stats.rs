//! `--stats`: what is counted is what the conversations say, and it looks as it
//! should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::collections::BTreeMap;

use common::{captures, fixture, objects_of, run, stdout};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// Captures with something of everything.
const SOME: &[&str] = &[
    "05c_wrong_close_small.pcap",
    "07_refused_retry5.pcap",
    "08_syn_drop_linear4.pcap",
    "11c_syncookies_burst60.pcap",
    "13_simultaneous_close.pcap",
    "14_tfo.pcap",
    "19_ipv6_and_v4mapped.pcap",
    "30b_seed001_server_exits_with_first_client.pcap",
];

fn stats(more: &[&str]) -> String {
    let mut args = vec!["--stats".to_string()];
    for name in SOME {
        args.extend(["-r".to_string(), fixture(name)]);
    }
    args.extend(more.iter().map(ToString::to_string));
    stdout(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn it_looks_as_it_should() {
    for width in ["80", "140"] {
        for lang in ["en", "zh"] {
            let text = stats(&["--width", width, "--lang", lang]);
            insta::assert_snapshot!(format!("stats_{lang}_{width}"), text);
        }
    }
    let text = stats(&["--ascii"]);
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!("stats_ascii", text);
    insta::assert_snapshot!("stats_json", stats(&["--json"]));
}

#[test]
fn no_line_is_wider_than_asked() {
    for width in 60..=150 {
        for lang in ["en", "zh"] {
            let text = stats(&["--width", &width.to_string(), "--lang", lang, "--color", "never"]);
            let widest = text.lines().max_by_key(|line| line.width()).unwrap();
            assert!(widest.width() <= width, "{width} {lang}\n{widest}");
        }
    }
}

/// What the conversations of one server port add up to, by slug.
type Sums = BTreeMap<String, u64>;

fn sum_of(conversations: &[Value]) -> BTreeMap<String, Sums> {
    let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
    for conv in conversations {
        let port = conv["server"].as_str().unwrap().rsplit(':').next().unwrap().to_string();
        for port in [port, "null".to_string()] {
            let sums = sums.entry(port).or_default();
            let mut add = |key: String, n: u64| *sums.entry(key).or_default() += n;
            add("conversations".into(), 1);
            for (list, key) in
                [("openings", "opening"), ("endings", "ending"), ("reset_reasons", "reset_reason")]
            {
                if let Some(slug) = conv[key].as_str() {
                    add(format!("{list} {slug}"), 1);
                }
            }
            if let Some(closer) = conv["first_closer"].as_str() {
                let both = conv["simultaneous_close"] == true;
                add(format!("first_closer {}", if both { "both" } else { closer }), 1);
            }
            add("syns sent".into(), conv["handshake"]["syns"].as_u64().unwrap());
            for key in ["segments", "bytes"] {
                for side in ["client", "server"] {
                    add(format!("{key} {side}"), conv[key][side].as_u64().unwrap());
                }
            }
            let trip = &conv["handshake"];
            if !trip["synack_rtt_ns"].is_null() && !trip["ack_rtt_ns"].is_null() && trip["ambiguous"] == false
            {
                add("round_trip_ns count".into(), 1);
            }
        }
    }
    sums.values_mut().for_each(|sums| sums.retain(|_, n| *n > 0));
    sums
}

fn counted(services: &[Value]) -> BTreeMap<String, Sums> {
    let mut counted = BTreeMap::new();
    for service in services {
        let mut sums = Sums::from([("conversations".into(), service["conversations"].as_u64().unwrap())]);
        for list in ["openings", "endings", "reset_reasons", "first_closer", "segments", "bytes"] {
            for (slug, n) in service[list].as_object().unwrap() {
                sums.insert(format!("{list} {slug}"), n.as_u64().unwrap());
            }
        }
        sums.insert("syns sent".into(), service["syns"]["sent"].as_u64().unwrap());
        let trips = &service["round_trip_ns"];
        sums.insert("round_trip_ns count".into(), trips["count"].as_u64().unwrap());
        let buckets = trips["buckets"].as_array().unwrap().iter();
        assert_eq!(buckets.map(|bucket| bucket["count"].as_u64().unwrap()).sum::<u64>(), trips["count"]);
        sums.retain(|_, n| *n > 0);
        counted.insert(service["port"].to_string(), sums);
    }
    counted
}

#[test]
fn totals_are_the_sums_of_the_conversations() {
    for path in captures() {
        let path = path.to_str().unwrap();
        // Few enough conversations at once that some are evicted.
        for most in ["1000000", "2"] {
            let both = ["--json", "-r", path, "--max-flows", most];
            let each = String::from_utf8(run(&both).stdout).unwrap();
            let all = String::from_utf8(run(&[&both[..], &["--stats"]].concat()).stdout).unwrap();
            let conversations = objects_of(&each, "conversation");
            let mut expected = sum_of(&conversations);
            expected.entry("null".into()).or_default();
            let mut found = counted(&objects_of(&all, "service"));
            found.values_mut().for_each(|sums| sums.retain(|_, n| *n > 0));
            assert_eq!(found, expected, "{path}");
            assert_eq!(objects_of(&all, "end"), objects_of(&each, "end"), "{path}");
            let failed = ["refused", "rejected", "unanswered", "half-open"];
            let failed =
                conversations.iter().filter(|conv| failed.iter().any(|slug| conv["opening"] == *slug));
            let failing = objects_of(&all, "failing");
            let named = |side: &str| {
                let of = failing.iter().filter(|peer| peer["side"] == side);
                of.map(|peer| peer["at_least"].as_u64().unwrap()).sum::<u64>()
            };
            let failed = failed.count() as u64;
            if conversations.len() <= 128 {
                assert_eq!((named("server"), named("client")), (failed, failed), "{path}");
            }
        }
    }
}

#[test]
fn a_percentile_of_few_is_one_of_them() {
    let all = stdout(&["--stats", "--json", "-r", &fixture("03_server_closes_first.pcap")]);
    let trips = &objects_of(&all, "service")[0]["round_trip_ns"];
    for key in ["p50", "p90", "p99", "longest"] {
        assert_eq!(trips[key], 26_000, "{key}");
    }
}

#[test]
fn it_is_not_for_other_formats() {
    for more in [&["-q"][..], &["--format", "lines"], &["--format", "table"]] {
        let output = run(&[&["--stats", "-r", &fixture("14_tfo.pcap")], more].concat());
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(err.contains("--stats") && err.contains("cannot be together with"), "{err}");
    }
    let same = stdout(&["--stats", "--format", "json", "-r", &fixture("14_tfo.pcap")]);
    assert_eq!(same, stdout(&["--stats", "--json", "-r", &fixture("14_tfo.pcap")]));
}

#[test]
fn udp_services_are_the_sums_of_their_exchanges() {
    let (mut compared, mut seen) = (0, std::collections::BTreeSet::new());
    for path in captures() {
        let path = path.to_str().unwrap();
        let each = String::from_utf8(run(&["--json", "--udp", "-r", path]).stdout).unwrap();
        let all = String::from_utf8(run(&["--json", "--udp", "--stats", "-r", path]).stdout).unwrap();
        let mut expected: BTreeMap<String, Sums> = BTreeMap::new();
        for exchange in objects_of(&each, "exchange") {
            let port = exchange["server"].as_str().unwrap().rsplit(':').next().unwrap().to_string();
            let outcome = exchange["outcome"].as_str().unwrap();
            seen.insert(outcome.to_owned());
            for port in [port, "null".to_string()] {
                let sums = expected.entry(port).or_default();
                let mut add = |key: &str, n: u64| *sums.entry(key.to_owned()).or_default() += n;
                add("exchanges", 1);
                add(outcome, 1);
                add("icmp_errors", exchange["icmp_errors"].as_u64().unwrap());
                add("times", u64::from(outcome == "answered"));
                for key in ["datagrams", "bytes"] {
                    for side in ["client", "server"] {
                        add(&format!("{key} {side}"), exchange[key][side].as_u64().unwrap());
                    }
                }
            }
        }
        let services = objects_of(&all, "udp-service");
        assert_eq!(services.len(), expected.len(), "{path}");
        for service in services {
            let sums = &expected[&service["port"].to_string()];
            let sum = |key: &str| Value::from(sums.get(key).copied().unwrap_or_default());
            for key in ["exchanges", "answered", "unanswered", "unreachable", "icmp_errors"] {
                assert_eq!(service[key], sum(key), "{path}: {key}");
            }
            for (key, side) in [("datagrams", "client"), ("datagrams", "server"), ("bytes", "client")] {
                assert_eq!(service[key][side], sum(&format!("{key} {side}")), "{path}: {key}");
            }
            assert_eq!(service["answer_ns"]["count"], sum("times"), "{path}");
            compared += 1;
        }
    }
    assert!(compared >= 2 && seen.contains("unreachable"), "{compared} services, {seen:?}");
}
