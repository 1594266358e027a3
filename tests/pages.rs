//! Pages and drawings: snapshots, what must never be in them, and, where
//! Chromium is installed, what a browser makes of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{fixture, have, program, run, stdout};
use sha2::{Digest, Sha256};

fn page(args: &[&str]) -> String {
    stdout(&[&["--format", "html"], args].concat())
}

/// What stands between two texts.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    rest.split_once(to).unwrap_or_else(|| panic!("no {to}")).0
}

#[test]
fn pages_and_drawings_in_both_languages() {
    for name in ["03_server_closes_first.pcap", "09b_synack_lost_client.pcap"] {
        for lang in ["en", "zh"] {
            let page = page(&["--lang", lang, "-r", &fixture(name)]);
            let body = format!("<body>{}<script>", between(&page, "<body>", "<script>"));
            insta::assert_snapshot!(format!("html_{lang}_{name}"), body);
            let drawing = stdout(&["--format", "svg", "--lang", lang, "-r", &fixture(name)]);
            insta::assert_snapshot!(format!("svg_{lang}_{name}"), drawing);
        }
    }
    let udp = page(&["--udp", "--explain", "-r", &fixture("21_udp_echo_and_unreachable.pcap")]);
    insta::assert_snapshot!("html_udp", between(&udp, "<main>", "<script>"));
}

/// Base64 of 32 octets.
fn base64(octets: &[u8]) -> String {
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut text = String::new();
    for chunk in octets.chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |bits, &octet| bits << 8 | u32::from(octet)) << (8 * (3 - chunk.len()));
        for nth in 0..4 {
            let letter = letters[(bits >> (18 - 6 * nth)) as usize & 63];
            text.push(if nth > chunk.len() { '=' } else { letter });
        }
    }
    text
}

#[test]
fn the_page_needs_no_network_and_runs_no_script_but_its_own() {
    let page = page(&["-r", &fixture("03_server_closes_first.pcap")]);
    for fetches in ["src=", "http:", "https:", "url(", "@import", "<link", "<iframe", "<object", "<img"] {
        assert!(!page.contains(fetches), "{fetches}");
    }
    for link in page.split("href=\"").skip(1) {
        assert!(link.starts_with('#'), "{}", &link[..20]);
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains(" on") || !page.contains("onclick="));
    let script = between(&page, "<script>", "</script>");
    let hash = base64(&Sha256::digest(script.as_bytes()));
    assert!(page.contains(&format!("script-src 'sha256-{hash}';")), "the hash of the script is now {hash}");
    assert!(page.contains("default-src 'none'"));
    // All that the script adds is for convenience: rows and drawings are there.
    assert!(page.contains("<td>127.0.0.1:45582</td>") && page.contains("half-closed"));
    assert!(page.contains("</svg>") && page.contains("ack = ISN of #1 + 1"));
}

/// A file whose name is markup, with one conversation in it.
const HOSTILE: &str =
    "<script>document.title='owned'<\u{8}script><img src=x onerror=alert(1)>\"'&\u{202e}.pcap";

fn hostile_page(folder: &Path) -> String {
    let file = folder.join(HOSTILE);
    std::fs::copy(common::root().join(fixture("03_server_closes_first.pcap")), &file).unwrap();
    let filter = "tcp and (port 9877 or port 0x3c) and not host 1.2.3.4";
    let args = ["--format", "html", "--explain", "-r", file.to_str().unwrap(), filter];
    String::from_utf8(run(&args).stdout).unwrap()
}

#[test]
fn nothing_that_is_captured_or_named_becomes_markup() {
    let folder = tempfile::tempdir().unwrap();
    let page = hostile_page(folder.path());
    assert!(page.contains("&lt;script&gt;document.title=&#39;owned&#39;"));
    assert!(!page.contains("<img") && !page.contains(['\u{8}', '\u{202e}']));
    assert_eq!(page.matches("<script").count(), 1);
    // The filter, with the signs that a filter may have.
    let filtered =
        stdout(&["--format", "html", "-r", &fixture("14_tfo.pcap"), "tcp[13] & 2 != 0 and len < 2000"]);
    assert!(filtered.contains("<dd>tcp[13] &amp; 2 != 0 and len &lt; 2000</dd>"));
    // The tags of a drawing are those of drawings.
    let known = ["?xml", "svg", "style", "path", "g", "title", "rect", "text"];
    let drawing = stdout(&["--format", "svg", "-r", &fixture("09b_synack_lost_client.pcap")]);
    let mut open: Vec<String> = Vec::new();
    for tag in drawing.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>', '/']).next().unwrap();
        assert!(known.contains(&name), "{tag}");
        match (tag.starts_with('/'), tag.split('>').next().unwrap().ends_with(['/', '?'])) {
            (true, _) => assert_eq!(open.pop().as_deref(), Some(name)),
            (false, false) => open.push(name.to_owned()),
            (false, true) => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn files_beside_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let file = fixture("03_server_closes_first.pcap");
    let (html, svg) = (path("a.html"), path("a.svg"));
    for main in [&["-q"][..], &["--json"], &["--stats"], &[]] {
        let plain = stdout(&[main, &["-r", &file]].concat());
        let args = [main, &["-r", &file, "--html", &html, "--svg", &svg]].concat();
        assert_eq!(stdout(&args), plain, "{main:?}");
        assert_eq!(std::fs::read_to_string(&html).unwrap(), page(&["-r", &file]), "{main:?}");
        let drawing = stdout(&["--format", "svg", "-r", &file]);
        assert_eq!(std::fs::read_to_string(&svg).unwrap(), drawing, "{main:?}");
    }
    // What is read is not overwritten.
    let copy = path("copy.pcap");
    std::fs::copy(common::root().join(&file), &copy).unwrap();
    let refused = run(&["-r", &copy, "--html", &copy]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(std::fs::metadata(&copy).unwrap().len() > 500);
    // One conversation is drawn, or it is said why not.
    let many = run(&["--format", "svg", "-r", &fixture("07_refused_retry5.pcap")]);
    let err = String::from_utf8_lossy(&many.stderr).into_owned();
    assert!(many.status.code() == Some(2) && err.contains("there are 5"), "{err}");
    let none = run(&["--format", "svg", "-r", &file, "port", "1"]);
    assert!(none.status.code() == Some(2), "{none:?}");
    for wrong in [["--html", "-"], ["--ladder", "--json"], ["--ladder", "-q"], ["--format", "html"]] {
        let args: Vec<&str> = ["-r", &file, "--stats"].into_iter().chain(wrong).collect();
        assert_eq!(run(&args).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn many_conversations_stay_within_bounds() {
    let generated = fixture("11c_syncookies_burst60.pcap");
    let page = page(&["-r", &generated]);
    let rows = page.matches("<tr data-n=").count();
    assert!(rows > 60 && page.matches("<details").count() == rows);
    assert_eq!(page.matches("\" open><summary>").count(), 3);
    assert!(page.len() < rows * 6_000 + 40_000, "{} octets for {rows} conversations", page.len());
}

/// The document of a page as Chromium has it when its script has run.
fn dom(file: &Path, fragment: &str) -> String {
    let profile = tempfile::tempdir().unwrap();
    let mut chromium = Command::new("chromium");
    chromium.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]);
    chromium.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    chromium.arg(format!("--user-data-dir={}", profile.path().display()));
    chromium.args(["--dump-dom", &format!("file://{}{fragment}", file.display())]);
    let output = chromium.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The numbers of the rows that are shown, in their order.
fn shown(dom: &str) -> Vec<String> {
    let rows = dom.split("<tr ").skip(1).map(|row| row.split('>').next().unwrap());
    let rows = rows.filter(|row| row.contains("data-n=") && !row.contains("hidden"));
    rows.map(|row| between(row, "data-n=\"", "\"").to_owned()).collect()
}

#[test]
fn a_browser_finds_sorts_and_opens() {
    if !have("chromium") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    let name = file.to_str().unwrap();
    let capture = fixture("30b_seed001_server_exits_with_first_client.pcap");
    assert!(program().args(["-q", "-r", &capture, "--html", name]).status().unwrap().success());
    assert_eq!(shown(&dom(&file, "")), ["1", "2", "3"]);
    let found = dom(&file, "#q=40002");
    assert_eq!(shown(&found), ["2"]);
    assert!(found.contains("1 / 3"));
    assert_eq!(shown(&dom(&file, "#o=refused")), ["3"]);
    assert_eq!(shown(&dom(&file, "#q=127.0.0.1&sort=-0")), ["3", "2", "1"]);
    assert_eq!(shown(&dom(&file, "#sort=6"))[0], "3", "the shortest first");
    // Markup in names stays text, and the script runs all the same.
    let hostile = folder.path().join("hostile.html");
    std::fs::write(&hostile, hostile_page(folder.path())).unwrap();
    let text = dom(&hostile, "#q=nothing");
    assert!(!text.contains("<title>owned") && !text.contains("<img"));
    assert!(shown(&text).is_empty() && text.contains("0 / 1"));
}
