//! `verify`: captures held against scripts, and scripts written from captures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::fs;
use std::time::{Duration, Instant};

use common::{fixture, root, run};

fn lesson(name: &str) -> String {
    // Tests run in the package's folder: what is shown of the name must not depend
    // on where that is.
    format!("lessons/{name}.txt")
}

/// Standard output and exit code; no complaint but counts.
fn verify(args: &[&str]) -> (String, Option<i32>) {
    let output = run(&[&["verify"], args].concat());
    let err = String::from_utf8(output.stderr).unwrap();
    let place = root().display().to_string() + "/";
    let out = String::from_utf8(output.stdout).unwrap().replace(&place, "");
    assert_ne!(output.status.code(), Some(2), "{args:?}: {err}");
    (out, output.status.code())
}

/// Exit code and complaint.
fn complaint(args: &[&str]) -> (Option<i32>, String) {
    let output = run(args);
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// A script in a file of its own.
fn script(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("script.txt");
    fs::write(&file, text).unwrap();
    let name = file.display().to_string();
    (folder, name)
}

const LESSONS: [(&str, &str); 7] = [
    ("echo-server-closes-first", "03_server_closes_first.pcap"),
    ("file-sent-and-closed", "01_normal_4seg.pcap"),
    ("file-sent-and-closed", "22h_fin_lost_receiver.pcap"),
    ("server-exits-with-first-client", "30b_seed001_server_exits_with_first_client.pcap"),
    ("server-speaks-first", "31_server_speaks_first.pcap"),
    ("states", "01_normal_4seg.pcap"),
    ("no-server", "07_refused_retry5.pcap"),
];

#[test]
fn each_lesson_holds_of_its_capture() {
    for (name, capture) in LESSONS {
        let (out, code) = verify(&[&lesson(name), "-r", &fixture(capture)]);
        assert_eq!(code, Some(0), "{name} of {capture}\n{out}");
    }
}

/// Scripts and captures that differ.
const WRONG: [(&str, &str); 6] = [
    ("states", "03_server_closes_first.pcap"),
    ("states", "09d_final_ack_lost_idle_client.pcap"),
    ("file-sent-and-closed", "05c_wrong_close_small.pcap"),
    ("echo-server-closes-first", "31_server_speaks_first.pcap"),
    ("server-exits-with-first-client", "07_refused_retry5.pcap"),
    ("server-speaks-first", "08_syn_drop_linear4.pcap"),
];

#[test]
fn reports_of_80_and_140_columns_in_both_languages() {
    for (name, capture) in LESSONS.iter().take(1).chain(&WRONG) {
        let mut all = String::new();
        for lang in ["en", "zh"] {
            for width in ["80", "140"] {
                let args = [&lesson(name), "-r", &fixture(capture), "--lang", lang, "--width", width];
                let (out, code) = verify(&args);
                assert_eq!(code, Some(i32::from(LESSONS[0] != (*name, *capture))), "{out}");
                for line in out.lines() {
                    let cells = unicode_width::UnicodeWidthStr::width(line);
                    assert!(cells <= width.parse().unwrap(), "{cells} cells: {line}");
                }
                all.push_str(&format!("{lang}, {width} columns\n{out}\n"));
            }
        }
        insta::assert_snapshot!(format!("verify_{name}_{capture}"), all);
    }
}

#[test]
fn ascii_is_ascii() {
    let (out, _) = verify(&[&lesson("states"), "-r", &fixture("03_server_closes_first.pcap"), "--ascii"]);
    assert!(out.is_ascii(), "{out}");
    assert!(out.starts_with("x lessons/states.txt"), "{out}");
}

#[test]
fn json_is_one_object_a_section() {
    let name = lesson("server-exits-with-first-client");
    let (out, code) = verify(&[&name, "--json", "-r", &fixture("07_refused_retry5.pcap")]);
    assert_eq!(code, Some(1));
    let objects: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 4, "{out}");
    let third = &objects[2];
    assert_eq!(
        (&third["passed"], &third["satisfied"], &third["match"]),
        (&false.into(), &5.into(), &"1".into())
    );
    let first = &objects[0];
    assert_eq!(first["difference"]["kind"], "another-segment");
    assert_eq!((&first["difference"]["line"], &first["difference"]["frame"]), (&5.into(), &2.into()));
    assert_eq!(first["lines"][0]["status"], "ok");
    assert_eq!(objects[3]["type"], "verified");
}

#[test]
fn junit_says_the_same_and_is_escaped() {
    let (folder, name) = script("C > S  [S]  seq 0, options <mss 1, ...>  # \u{7} <&>\n=> complete\n");
    let file = folder.path().join("report.xml");
    let file = file.to_str().unwrap();
    let args = [&name, &lesson("states"), "-r", &fixture("01_normal_4seg.pcap"), "--junit", file];
    let (_, code) = verify(&args);
    assert_eq!(code, Some(1));
    let text = fs::read_to_string(file).unwrap();
    assert!(
        text.contains("<testsuites name=\"hsanalyze verify\" tests=\"2\" failures=\"1\" errors=\"0\" time="),
        "{text}"
    );
    assert_eq!(text.matches("<testcase ").count(), 2);
    assert!(text.contains("options &lt;mss 1, ...&gt;"), "{text}");
    // No markup but the document's own.
    let tags =
        ["<?xml", "<testsuites", "</testsuites", "<testsuite ", "</testsuite>", "<testcase", "</testcase"];
    let own: usize = tags.iter().chain(&["<failure", "</failure"]).map(|tag| text.matches(tag).count()).sum();
    assert_eq!(text.matches('<').count(), own, "{text}");
}

#[test]
fn a_script_from_a_capture_holds_of_that_capture() {
    let mut written = 0;
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(root().join("fixtures")).unwrap() {
        names.push(entry.unwrap().file_name().into_string().unwrap());
    }
    names.sort();
    for name in names.iter().filter(|name| name.contains(".pcap")) {
        let capture = fixture(name);
        let text = run(&["--format", "script", "--udp", "-r", &capture]).stdout;
        let text = String::from_utf8(text).unwrap();
        assert_eq!(hsanalyze::script::parse(&text).unwrap().to_string(), text, "{name}: form");
        if text.is_empty() {
            continue;
        }
        let (_folder, file) = script(&text);
        let output = run(&["verify", &file, "-r", &capture]);
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(!out.is_empty() && !out.lines().any(|line| line.starts_with('✘')), "{name}\n{out}");
        // Nothing that another run would change.
        let code: String = text.lines().map(|line| line.split('#').next().unwrap()).collect();
        for word in ["within ", "after ", "isn ", "ports ", "TS val"] {
            assert!(!code.contains(word), "{name}: {word}\n{text}");
        }
        written += 1;
    }
    assert!(written > 60, "only {written}");
}

#[test]
fn a_script_of_one_run_holds_of_another() {
    let text = run(&["--format", "script", "-r", &fixture("36_no_options.pcap")]).stdout;
    let (_folder, file) = script(&String::from_utf8(text).unwrap());
    let (out, code) = verify(&[&file, "-r", &fixture("20_gre.pcap")]);
    let (other, wrong) = verify(&[&file, "-r", &fixture("05c_wrong_close_small.pcap")]);
    assert_eq!((code, wrong), (Some(0), Some(1)), "{out}{other}");
}

#[test]
fn how_many_conversations_must_be_so() {
    let (_folder, file) = script("C > S [S] seq 0\nS > C [S.]\n*\n=> complete, graceful\n");
    let capture = fixture("30b_seed001_server_exits_with_first_client.pcap");
    for (how, code) in [("all", 1), ("any", 0), ("first", 0), ("1", 0), ("2", 1), ("0", 1)] {
        let (out, got) = verify(&[&file, "-r", &capture, "--match", how]);
        assert_eq!(got, Some(code), "{how}\n{out}");
    }
    // The filter chooses the conversations.
    assert_eq!(verify(&[&file, "-r", &capture, "port", "40001"]).1, Some(0));
    assert_eq!(verify(&[&file, "-r", &capture, "port", "1"]).1, Some(1), "nothing is not enough");
    assert_eq!(complaint(&["verify", &file, "-r", &capture, "--match", "some"]).0, Some(2));
}

/// Lines that can go wrong in one place each, and what is said of it.
#[test]
fn the_first_difference_is_explained() {
    let capture = fixture("01_normal_4seg.pcap");
    for (line, said) in [
        ("C > S [S] seq 5", "frame 1 is the client's SYN, but its sequence number is 0, not 5"),
        ("C > S [S] win 1", "but its window is "),
        ("C > S [S] len 1..", "but its payload in octets is 0, not 1.."),
        ("C > S [S] options <mss 1>", "but its options are <"),
        ("C > S [S] ; syn-ack", "but its step is syn 1, not syn-ack"),
        ("C > S [S] ; server CLOSED", "after it the server is in LISTEN, not CLOSED"),
        ("C > S [S] ; +gap", "but it is marked checksum-offload, not gap"),
        ("C > S [S]\nS > C [S.] after 1s", "not earlier than 1.000 s"),
        ("C > S [S]\nS > C [S.] within 1ns", "not within 1 ns"),
        (
            "C > S [S]\nS > C [S.] ack $x\nC > S [.] ack $x+1",
            "but its acknowledgment number is 1, not 2 ($x+1)",
        ),
        ("S > C [S]", "expected the server's SYN; frame 1 is the client's SYN"),
        ("C > S [SE]", "but its flags are [S], not [SE]"),
        ("C > S [S]", "expected nothing more; frame 2 is the server's SYN-ACK"),
        (
            "*\nicmp R > C unreachable port",
            "expected an ICMP error; the capture ends with TIME-WAIT at the client",
        ),
        ("*\nS > C [R]", "expected the server's reset; the capture ends"),
        ("*\n=> complete, reset", "the verdict differs: it ended graceful, not reset"),
        ("=> complete, graceful, first server", "the first FIN came from client, not server"),
    ] {
        let (_folder, file) = script(line);
        let (out, code) = verify(&[&file, "-r", &capture, "--width", "160"]);
        assert_eq!(code, Some(1), "{line}\n{out}");
        assert!(out.contains(said), "{line}\n{said}\n{out}");
    }
}

#[test]
fn what_is_left_open_may_be_anything_else() {
    let capture = fixture("01_normal_4seg.pcap");
    let start = "C > S [S]\nS > C [S.]\nC > S [.] ack 1\n";
    for rest in [
        "*",
        "...\n+ C > S [F*]\n*",
        "...\n? S > C [R*]\n* S > C [S*]\nC > S [F.]\n*",
        "either\n  S > C [R]\nor\n  ...\n  either\n  S > C [F.]\n  or\n  C > S [FP?.]\n  end\nend\n*",
        "repeat\n  optional\n    C > S [*] len 0..\n  end\n  ? S > C [*]\nend",
        "C > S [P.] seq 1:$a, ack $b\n...\nS > C [P.] seq $b:$c, ack $a\n...\nC > S [F.] seq $a, ack $c\n*",
        "...\n...\n...\nC > S [F.]\n...\nS > C [F.]\n...\n=> complete",
    ] {
        let (_folder, file) = script(&format!("{start}{rest}\n"));
        let (out, code) = verify(&[&file, "-r", &capture]);
        assert_eq!(code, Some(0), "{rest}\n{out}");
    }
}

#[test]
#[allow(clippy::disallowed_methods)]
fn no_script_makes_it_slow() {
    // A run of data, so that each frame could be taken by each of the lines.
    let capture = fixture("25e_both_wrap_with_sack.pcap");
    let many = |line: &str, count: usize| line.repeat(count) + "S > C [R] seq 77\n";
    let nested =
        "repeat\n".repeat(40) + "? C > S [*]\n? S > C [*]\n" + &"end\n".repeat(40) + "S > C [R] seq 77\n";
    let either = "either\n* C > S [*]\nor\n* S > C [*]\nend\n";
    let named = "* C > S [*] seq $a\n* S > C [*] seq $b, ack $c\n* C > S [*] seq $d, ack $e\n";
    let scripts = [
        many("...\n", 500),
        many("*\n", 500),
        many("? C > S [*]\n* S > C [*]\n", 300),
        nested,
        many(either, 200),
        many(named, 50),
    ];
    for text in scripts {
        let (_folder, file) = script(&text);
        let begun = Instant::now();
        let (out, code) = verify(&[&file, "-r", &capture]);
        assert_eq!(code, Some(1), "{out}");
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}\n{text}", begun.elapsed());
    }
}

#[test]
fn a_mistake_is_reported_with_its_place() {
    let capture = fixture("01_normal_4seg.pcap");
    for (text, said) in [
        ("C > S [S]\nC > S [X]\n", ":2:8: expected flags"),
        ("C > S [S] ack $\n", ":1:16: expected the name of a number"),
        ("either\nC > S [S]\nend\n", ":1:1: expected `or` before its `end`"),
        ("C > S [S]\nor\n", ":2:1: expected `either` before it"),
        ("repeat\nC > S [S]\n=> complete\n", ":1:1: expected `end` for it before the verdict"),
        ("# nothing\n", ":1:1: expected a segment, or `=>` and a verdict"),
        ("? wait 1s\n", ":1:3: expected a segment or `icmp`"),
        ("=> complete, gracefull\n", ":1:14: expected an ending"),
        ("again\n", ":1:1: expected `=>` first"),
    ] {
        let (_folder, file) = script(text);
        let (code, err) = complaint(&["verify", &file, "-r", &capture]);
        assert_eq!(code, Some(2), "{text}{err}");
        assert!(err.contains(&format!("{file}{said}")), "{text}{err}");
    }
    assert_eq!(complaint(&["verify", "-r", &capture]).0, Some(2));
    assert_eq!(complaint(&["verify", "no-such-script", "-r", &capture]).0, Some(2));
    assert_eq!(complaint(&["verify", &lesson("states"), "-q", "-r", &capture]).0, Some(2));
}

#[cfg(all(unix, feature = "live"))]
#[test]
fn live_it_ends_as_soon_as_the_outcome_is_certain() {
    use common::capture::{Capture, echo, listener};
    for (lesson_name, code) in [("file-sent-and-closed", 0), ("echo-server-closes-first", 1)] {
        let (server, filter) = listener();
        let Some(capture) = Capture::start(&["verify", &lesson(lesson_name), "-i", "lo", &filter]) else {
            return;
        };
        echo(&server);
        // No signal, no time limit: it must end by itself.
        drop(server);
        let (out, err, got) = capture.end();
        assert_eq!(got, Some(code), "{lesson_name}\n{out}{err}");
    }
}
