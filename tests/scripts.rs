//! Scripts of every form: they verify what they play, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use common::{fixture, program, root, run};
use hsanalyze::app::misleads;
use hsanalyze::lang::en::English;
use hsanalyze::model::Scope;
use hsanalyze::render::{About, IcmpRow, Judged, Row, Sink, Style};
use hsanalyze::script::{Captured, Isns, PlayedFrame, Quantity, Script, frames, parse};
use hsanalyze::track::{Conversation, Ended, Limits, Mark, Numberer, Tracker};
use hsanalyze::verdict::{Times, judge};
use hsanalyze::verify::{VerifyOptions, sections, verifier};

const UDP: &str = "21_udp_echo_and_unreachable.pcap";

fn script(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("script.txt");
    fs::write(&file, text).unwrap();
    let name = file.display().to_string();
    (folder, name)
}

/// Exit code, standard output and complaint.
fn verify(text: &str, args: &[&str]) -> (Option<i32>, String, String) {
    let (_folder, file) = script(text);
    let output = run(&[&["verify", &file], args].concat());
    let text = |octets| String::from_utf8(octets).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn exchanges_of_datagrams_are_verified() {
    let capture = fixture(UDP);
    for (text, code, said) in [
        ("match any\nC > S udp 1..\nS > C udp\n*\n=> udp-unreachable\n", 0, "S > C udp 5"),
        ("match any\nC > S udp 5\nicmp S > C unreachable port\n=> udp-unreachable\n", 0, "udp-unreachable"),
        ("match 1\nC > S udp\n...\nS > C udp 5\n*\n", 0, ""),
        ("match 0\nC > S udp\n=> udp-unanswered\n", 0, ""),
        ("match any\nC > S udp 1\nS > C udp\n", 1, "but its payload in octets is "),
        ("match all\nC > S udp\nS > C udp\n*\n", 1, "expected the server's datagram; frame "),
        ("match first\n*\n=> udp-unanswered\n", 1, "the verdict differs: the exchange is udp-"),
        ("match first\n*\nC > S udp 77\n", 1, "expected the client's datagram; the capture ends"),
    ] {
        let (got, out, err) = verify(text, &["-r", &capture, "--width", "160"]);
        assert_eq!(got, Some(code), "{text}{out}{err}");
        assert!(out.contains(said), "{text}{said}\n{out}");
    }
    // The filter hides the ICMP errors.
    for (outcome, code) in [("udp-answered", 0), ("udp-unanswered", 0), ("udp-unreachable", 1)] {
        let text = format!("match any\n=> {outcome}\n");
        assert_eq!(verify(&text, &["-r", &capture, "udp"]).0, Some(code), "{outcome}");
    }
    let (_, out, _) = verify("=> udp-answered\n", &["-r", &fixture("01_normal_4seg.pcap")]);
    assert!(out.contains("no UDP exchange to verify"), "{out}");
    let (_, out, _) = verify("C > S udp\n", &["-r", &capture, "--lang", "zh"]);
    assert!(out.contains("UDP 交互"), "{out}");
}

#[test]
fn a_script_of_datagrams_is_written_and_holds() {
    let text = run(&["--format", "script", "--udp", "-r", &fixture(UDP)]).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("C > S  udp 7\n") && text.contains("=> udp-unreachable"), "{text}");
    assert!(text.contains("icmp S > C  unreachable port"), "{text}");
    assert_eq!(parse(&text).unwrap().to_string(), text);
    let (code, out, err) = verify(&text, &["-r", &fixture(UDP)]);
    assert_eq!(code, Some(0), "{text}{out}{err}");
    let octets = text.find("udp ").unwrap() + 4;
    let wrong = format!("{}9{}", &text[..octets], &text[octets..]);
    assert_eq!(verify(&wrong, &["-r", &fixture(UDP)]).0, Some(1), "{wrong}");
}

#[test]
fn what_comes_back_of_datagrams_can_be_expected() {
    let capture = fixture(UDP);
    for (args, code) in [
        (vec!["--expect", "unreachable"], 0),
        (vec!["--expect", "answered"], 1),
        (vec!["--expect", "answered,unanswered", "udp"], 0),
        (vec!["--expect", "answered", "udp"], 1),
        (vec!["--expect", "complete"], 1),
        (vec!["--only", "answered"], 0),
    ] {
        let output = run(&[&["-q", "-r", capture.as_str()], &args[..]].concat());
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}\n{err}");
    }
    // Of datagrams nothing is said by what is expected of conversations, nor the
    // other way round.
    let tcp = fixture("01_normal_4seg.pcap");
    assert_eq!(run(&["-q", "--expect", "graceful", "-r", &tcp]).status.code(), Some(0));
    assert_eq!(run(&["-q", "--expect", "answered", "-r", &tcp]).status.code(), Some(1));
}

#[test]
fn a_mistake_in_a_line_of_udp_has_its_place() {
    for (text, said) in [
        ("C > S udp x\n", ":1:11: expected octets of payload, `after` or `within`"),
        ("C > S udp 5 ; data\n", ":1:13: expected octets of payload"),
        ("C > S icmp port\n", ":1:7: expected `[` and flags, or `udp` and its octets (an ICMP error is"),
        ("C > S udp\nC > S [S]\n", ":2:1: expected a datagram, as in the lines before"),
        ("C > S [S]\nC > S udp\n", ":2:1: expected a segment, as in the lines before"),
        ("C > S udp\n=> complete\n", ":2:1: expected `udp-answered`, `udp-unanswered` or"),
        ("C > S [S]\n=> udp-answered\n", ":2:1: expected the verdict on a conversation"),
        ("=> udp-answered, graceful\n", ":1:16: expected the end of the line"),
        ("=> udp-answer\n", ":1:4: expected an opening, such as `complete`, or of UDP `udp-answered`"),
    ] {
        let (code, _, err) = verify(text, &["-r", &fixture(UDP)]);
        assert_eq!(code, Some(2), "{text}{err}");
        assert!(err.contains(said), "{text}{err}");
    }
    assert_eq!(frames(&parse("C > S udp 5\n").unwrap(), Isns::new(0, 0)).unwrap_err().line, 1);
}

/// Standard input, exit code, complaint.
fn with_input(args: &[&str], input: &Path) -> (Option<i32>, String) {
    let file = fs::File::open(input).unwrap();
    let child = program().args(args).stdin(file).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let output = child.unwrap().wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn one_of_script_and_capture_is_standard_input() {
    let (_folder, states) = script(&fs::read_to_string(root().join("lessons/states.txt")).unwrap());
    let good = fixture("01_normal_4seg.pcap");
    let bad = fixture("03_server_closes_first.pcap");
    let capture = root().join(&good);
    assert_eq!(with_input(&["verify", "-", "-r", &good], Path::new(&states)).0, Some(0));
    assert_eq!(with_input(&["verify", "-", "-r", &bad], Path::new(&states)).0, Some(1));
    assert_eq!(with_input(&["verify", &states, "-r", "-"], &capture).0, Some(0));
    let (code, err) = with_input(&["verify", "-", "-r", "-"], &capture);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("script and capture cannot both be standard input"), "{err}");
    let (code, err) = with_input(&["verify", "-", "-", "-r", &good], Path::new(&states));
    assert_eq!((code, err.contains("standard input holds one script")), (Some(2), true), "{err}");
    let (code, err) = with_input(&["verify", "-", "-r", &good], &capture);
    assert_eq!((code, err.contains("-: not UTF-8 text")), (Some(2), true), "{err}");
}

/// What reads JUnit's XML is not of our making.
const READER: &str = r#"
import sys, xml.etree.ElementTree as tree
from decimal import Decimal
root = tree.parse(sys.argv[1]).getroot()
known = {'testsuites': ({'name', 'time', 'tests', 'failures', 'errors'}, {'testsuite'}),
         'testsuite': ({'name', 'time', 'tests', 'failures', 'errors', 'skipped'}, {'testcase'}),
         'testcase': ({'name', 'classname', 'time'}, {'failure', 'skipped'}),
         'failure': ({'message', 'type'}, set()), 'skipped': ({'message'}, set())}
assert root.tag == 'testsuites'
for element in root.iter():
    attributes, children = known[element.tag]
    assert set(element.attrib) == attributes, (element.tag, element.attrib)
    assert {child.tag for child in element} <= children, element.tag
for element in [root, *root]:
    cases = list(element.iter('testcase'))
    count = lambda tag: sum(case.find(tag) is not None for case in cases)
    assert int(element.get('tests')) == len(cases)
    assert int(element.get('failures')) == count('failure') and element.get('errors') == '0'
    assert element.tag == 'testsuites' or int(element.get('skipped')) == count('skipped')
    assert Decimal(element.get('time')) == sum(Decimal(case.get('time')) for case in cases)
names = [case.get('name') for case in root.iter('testcase')]
assert len(set(names)) == len(names)
print(len(names), root.get('failures'), sum(int(suite.get('skipped')) for suite in root))
"#;

#[test]
fn junit_has_a_case_for_each_conversation() {
    let capture = fixture("30b_seed001_server_exits_with_first_client.pcap");
    let text = "# <&>\nC > S [S] seq 0\nS > C [S.]\n*\n=> complete, graceful\n";
    let (folder, file) = script(text);
    let report = folder.path().join("report.xml");
    let report = report.to_str().unwrap();
    // Cases: the script, and each of the conversations.
    let mut read = Vec::new();
    for how in ["all", "any", "first", "1", "2"] {
        run(&["verify", &file, "-r", &capture, "--match", how, "--junit", report]);
        let done = std::process::Command::new("python3").args(["-c", READER, report]).output();
        let Ok(done) = done else {
            eprintln!("skipped: no python3 to read XML with");
            return;
        };
        assert!(done.status.success(), "{how}: {}", String::from_utf8_lossy(&done.stderr));
        read.push(String::from_utf8(done.stdout).unwrap().trim().to_owned());
    }
    assert_eq!(read[1].rsplit(' ').nth(1), Some("0"), "any: none failed");
    let numbers = |text: &str| text.split(' ').map(|n| n.parse().unwrap()).collect::<Vec<u64>>();
    let [all, any, first, one, two] = [0, 1, 2, 3, 4].map(|nth: usize| numbers(&read[nth]));
    let cases = all[0];
    assert!(cases >= 3, "{read:?}");
    assert_eq!(all, [cases, cases - 1, 0], "{read:?}");
    assert_eq!(any, [cases, 0, cases - 2], "{read:?}");
    assert_eq!((first, one), (any.clone(), any), "{read:?}");
    assert_eq!(two, [cases, 1, cases - 2], "{read:?}");
}

/// All conversation texts.
fn texts() -> Vec<PathBuf> {
    let mut folders = vec![root().join("tests/conversations")];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { texts.push(path) }
        }
    }
    texts.sort();
    texts
}

fn judged<'a>(conversation: &'a Conversation, ended: Ended, scope: &'a Scope) -> Judged<'a> {
    let (verdict, times) = (judge(conversation, ended), Times::of(conversation));
    Judged { conversation, ended, verdict, times, confidence: &[], scope }
}

/// The report, and whether a text holds of frames.
fn holds(text: &str, played: &[PlayedFrame], room: Option<u32>) -> (bool, String) {
    let script = parse(text).unwrap();
    let sections = sections(&script, "text", text).unwrap();
    let usual = if sections.len() > 1 { Quantity::Any } else { Quantity::All };
    let style = Style { width: 120, ..Style::default() };
    let options = VerifyOptions { lang: &English, style, json: false, live: false };
    let (mut sink, standing) = verifier(sections, Some(usual), options);
    let max_flows = room.map_or(Limits::default().max_flows, |room| room as usize);
    let mut tracker = Tracker::new(Limits { max_flows, ..Limits::default() });
    let (mut numberer, scope, mut out) = (Numberer::default(), Scope(Vec::new()), Vec::new());
    for (PlayedFrame { what, .. }, ordinal) in played.iter().zip(1..) {
        match what {
            Captured::Segment(segment) => {
                let segment = &segment.get();
                let numbers = &numberer.number(segment);
                let mut event = tracker.push(segment);
                let conversation = tracker.current().unwrap();
                if misleads(segment, numbers, &event, conversation) {
                    event.marks.set(Mark::TcpdumpMisleads);
                }
                let event = &event;
                let row = Row { segment, numbers, event, conversation, ordinal, closes: false };
                sink.segment(&row, &mut out);
            }
            Captured::Icmp(error) => {
                let about = tracker.push_icmp(error).map_or(About::Unknown, About::Conversation);
                sink.icmp(&IcmpRow { error, about, ordinal, closes: false }, &mut out);
            }
        }
        for (conversation, ended) in tracker.take_ended() {
            sink.conversation(&judged(&conversation, ended, &scope), &mut out);
        }
    }
    tracker.finish();
    for (conversation, ended) in tracker.take_ended() {
        sink.conversation(&judged(&conversation, ended, &scope), &mut out);
    }
    sink.end(&hsanalyze::render::Totals::default(), &mut out);
    (standing.has_passed(), String::from_utf8(out).unwrap())
}

/// What `verify` cannot compare: options behind a cut, octets that are no option, and
/// the distance of one ISN of a server to another (it counts from the one in force).
const NOT_COMPARED: [&str; 7] = [
    "options-cut-by-the-snapshot.txt",
    "option-with-impossible-length.txt",
    "an-isn-comes-again.txt",
    "goes-on-behind-the-first-isn.txt",
    "takes-the-first-isn.txt",
    "takes-the-second-isn.txt",
    "more-isns-than-are-remembered.txt",
];

/// Texts whose conversations are woven into each other: a script to verify has one
/// after the other.
fn is_woven(script: &Script, text: &str) -> bool {
    sections(script, "text", text).is_err() || script.outcomes().count() > 1
}

#[test]
fn each_conversation_text_verifies_what_it_plays() {
    let (mut single, mut woven, mut wrong) = (0, 0, Vec::new());
    for path in texts() {
        let text = fs::read_to_string(&path).unwrap();
        let script = parse(&text).unwrap();
        if is_woven(&script, &text) {
            woven += 1;
            continue;
        }
        single += 1;
        let played = frames(&script, Isns::new(u32::MAX, 7)).unwrap();
        let (passed, report) = holds(&text, &played, script.room());
        let excused = NOT_COMPARED.iter().any(|name| path.ends_with(name));
        assert!(!(passed && excused), "{}: compared after all", path.display());
        if !passed && !excused {
            wrong.push(format!("{}\n{report}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(single > 110 && woven <= 10, "{single} and {woven}");
}

/// One sign changed: a flag, then each number of the text.
fn mutants(text: &str) -> Vec<String> {
    let mut mutants = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.split(['#', ';']).next().unwrap();
        if let Some(at) = body.find("[S]") {
            mutants.push(format!("{}[SE]{}", &text[..start + at], &text[start + at + 3..]));
        } else if let Some(at) = body.find("[.]") {
            mutants.push(format!("{}[U.]{}", &text[..start + at], &text[start + at + 3..]));
        }
        for field in ["seq ", "ack "] {
            let known = body.starts_with(['C', 'S']) && !body.contains("old");
            if let Some(at) = body.find(field).filter(|_| known) {
                let place = start + at + 4;
                let digits = text[place..].bytes().take_while(u8::is_ascii_digit).count();
                let range = text[place + digits..].starts_with(':');
                if let (Ok(number), false) = (text[place..place + digits].parse::<u64>(), range) {
                    mutants.push(format!("{}{}{}", &text[..place], number + 3, &text[place + digits..]));
                }
            }
        }
        start += line.len();
    }
    mutants
}

#[test]
fn a_text_with_one_sign_changed_verifies_it_no_more() {
    let (mut tried, mut believed) = (0, Vec::new());
    for path in texts() {
        let text = fs::read_to_string(&path).unwrap();
        let script = parse(&text).unwrap();
        // Nothing is known of the numbers of a side that was never seen sending.
        let one_way = text.contains("one-direction") || text.contains("roles guessed");
        if is_woven(&script, &text) || one_way {
            continue;
        }
        let played = frames(&script, Isns::new(u32::MAX, 7)).unwrap();
        for mutant in mutants(&text) {
            tried += 1;
            if holds(&mutant, &played, script.room()).0 {
                believed.push(format!("{}\n{mutant}", path.display()));
            }
        }
    }
    assert!(tried > 500, "only {tried}");
    assert!(believed.len() * 50 < tried, "{} of {tried}\n{}", believed.len(), believed.join("\n"));
}

#[test]
fn a_script_is_read_from_a_pipe() {
    let mut child = program()
        .args(["verify", "-", "-r", &fixture("01_normal_4seg.pcap")])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"=> complete, graceful\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
