//! Every format in every language at the widths of real terminals, of a handful
//! of captures: snapshots, and what holds for all of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use common::{fixture, program, root};
use unicode_width::UnicodeWidthStr;

/// The captures: what is in them, and the file; of those with many conversations
/// alike, two.
const CAPTURES: &[(&str, &str)] = &[
    ("normal", "01_normal_4seg.pcap"),
    ("refused", "07_refused_retry5.pcap"),
    ("server-closes", "03_server_closes_first.pcap"),
    ("simultaneous", "12_simultaneous_open.pcap"),
    ("lost-syn-ack", "09b_synack_lost_client.pcap"),
    ("udp", "21_udp_echo_and_unreachable.pcap"),
    ("icmp", "08c_syn_icmp_admin_prohibited.pcap"),
    ("ipv6", "19_ipv6_and_v4mapped.pcap"),
    ("midstream", "24_midstream_then_close.pcap"),
    ("damaged", "27i_truncated_last_packet.pcap"),
];

/// Those with many conversations.
const MANY: [&str; 2] = ["07_refused", "19_ipv6"];

const LANGUAGES: [&str; 3] = ["en", "zh", "en+zh"];

/// Formats that speak a language, and look different where there is more room.
const WIDE: &[&[&str]] = &[&["table"], &["ladder"], &["summary"], &["stats"]];
/// Formats that speak a language; lines are never broken.
const SPOKEN: &[&[&str]] = &[&["lines", "-t"], &["worksheet"], &["worksheet", "--answers"]];
/// Formats that are the same in every language.
const PLAIN: &[&[&str]] = &[&["json"], &["csv"], &["script"]];

/// Everything that is printed, standard error behind it.
fn printed(file: &str, how: &[&str], more: &[&str]) -> String {
    let (format, options) = how.split_first().unwrap();
    let format: &[&str] = if *format == "stats" { &["--stats"] } else { &["--format", format] };
    let some: &[&str] =
        if MANY.iter().any(|many| file.contains(many)) { &["--conversation", "1,2"] } else { &[] };
    let args = [format, options, more, some, &["--udp", "-r", file]].concat();
    let output = program().args(&args).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let code = output.status.code().unwrap();
    let code = if code == 0 { String::new() } else { format!("exit status {code}\n") };
    format!("{out}--\n{err}{code}")
}

/// All faces of one capture in one file, so that they can be read one after the
/// other.
fn faces(file: &str, formats: &[&[&str]], widths: &[&str], languages: &[&str]) -> String {
    let mut all = String::new();
    for how in formats {
        for width in widths {
            for lang in languages {
                let text = printed(file, how, &["--lang", lang, "--width", width]);
                all += &format!("===== {} · {lang} · {width}\n{text}", how.join(" "));
            }
        }
    }
    all
}

#[test]
fn every_format_in_every_language_at_every_width() {
    for (name, file) in CAPTURES {
        let file = fixture(file);
        let wide = faces(&file, WIDE, &["80"], &LANGUAGES) + &faces(&file, WIDE, &["140"], &LANGUAGES[..2]);
        insta::assert_snapshot!(format!("wide_{name}"), wide);
        let languages = if *name == "lost-syn-ack" { &LANGUAGES[..] } else { &LANGUAGES[..2] };
        insta::assert_snapshot!(format!("spoken_{name}"), faces(&file, SPOKEN, &["80"], languages));
        insta::assert_snapshot!(format!("plain_{name}"), faces(&file, PLAIN, &["80"], &["en"]));
    }
}

#[test]
fn formats_for_programs_are_the_same_in_every_language() {
    for (_, file) in CAPTURES {
        for how in PLAIN {
            let results = |lang| printed(&fixture(file), how, &["--lang", lang, "--color", "always"]);
            let [en, zh, both] = LANGUAGES.map(|lang| {
                let text = results(lang);
                text.split("--\n").next().unwrap().to_owned()
            });
            assert!(en == zh && en == both, "{file} {how:?}");
            assert!(!en.contains('\u{1b}'), "{file} {how:?}: colour for a program");
        }
    }
}

/// Words without tags, a line each; what is drawn is left out.
fn words(page: &str) -> String {
    let (_, body) = page.split_once("<body>").unwrap_or(("", page));
    let body = body.split("<script>").next().unwrap();
    let mut out = String::new();
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        let title = tag.split_once("title=\"").map(|(_, rest)| rest.split('"').next().unwrap());
        for text in title.into_iter().chain([text]).map(str::trim).filter(|text| !text.is_empty()) {
            out += text;
            out.push('\n');
        }
    }
    out
}

#[test]
fn pages_and_drawings_say_their_words_in_every_language() {
    for (name, file) in CAPTURES {
        let file = fixture(file);
        let mut all = String::new();
        for lang in LANGUAGES {
            let page = printed(&file, &["html"], &["--lang", lang]);
            all += &format!("===== html · {lang}\n{}", words(page.split("--\n").next().unwrap()));
        }
        insta::assert_snapshot!(format!("html_{name}"), all);
    }
    for lang in LANGUAGES {
        let drawing = printed(&fixture(CAPTURES[2].1), &["svg"], &["--lang", lang]);
        insta::assert_snapshot!(format!("svg_{lang}"), words(&format!("<body>{drawing}")));
    }
}

#[test]
fn ascii_and_colour() {
    for how in WIDE.iter().chain(SPOKEN) {
        let name = how.join("_");
        let file = fixture("09b_synack_lost_client.pcap");
        let text = printed(&file, how, &["--ascii"]);
        // Standard error names files and counts; its thin spaces are for people.
        let text = text.split("--\n").next().unwrap();
        assert!(text.is_ascii(), "{name}\n{text}");
        insta::assert_snapshot!(format!("ascii_{name}"), text);
        let coloured = printed(&file, how, &["--color", "always"]).replace('\u{1b}', "␛");
        if how[0] != "worksheet" {
            assert!(how[0] == "lines" || coloured.contains("␛["), "{name}");
        }
        insta::assert_snapshot!(format!("colour_{name}"), coloured);
        let plain = printed(&file, how, &["--color", "never"]);
        assert_eq!(without_colours(&coloured), plain, "{name}: colour says what words do not");
    }
}

fn without_colours(text: &str) -> String {
    let mut parts = text.split("␛[");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |all, part| all + part.split_once('m').unwrap().1)
}

/// Chinese outside of what is never translated has no English sentence in it, and
/// English no Chinese at all.
#[test]
fn no_language_speaks_the_other() {
    let is_chinese =
        |c: char| ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c);
    for (_, file) in CAPTURES {
        for how in WIDE.iter().chain(SPOKEN) {
            let results = |lang| {
                let text = printed(&fixture(file), how, &["--lang", lang, "--width", "140"]);
                text.split("--\n").next().unwrap().to_owned()
            };
            let english = results("en");
            assert!(!english.contains(is_chinese), "{file} {how:?}\n{english}");
            let chinese = results("zh");
            for word in [" the ", " of ", " is ", " by ", " was ", " and ", " no ", "client", "server"] {
                let found = chinese.lines().find(|line| line.contains(word));
                assert_eq!(found, None, "{file} {how:?}: {word}");
            }
        }
    }
}

#[test]
fn no_line_of_results_is_wider_than_asked() {
    for (_, file) in CAPTURES {
        for how in WIDE {
            for width in ["80", "100", "120", "140"] {
                for lang in LANGUAGES {
                    let text = printed(&fixture(file), how, &["--lang", lang, "--width", width]);
                    let results = text.split("--\n").next().unwrap();
                    let wide = results.lines().find(|line| line.width() > width.parse().unwrap());
                    assert_eq!(wide, None, "{file} {how:?} {lang} {width}");
                }
            }
        }
    }
}

#[test]
fn a_capture_that_breaks_off_is_shown_as_far_as_it_goes() {
    let whole = std::fs::read(root().join(fixture("03_server_closes_first.pcap"))).unwrap();
    let file = tempfile::Builder::new().prefix("cut").suffix(".pcap").tempfile().unwrap();
    std::fs::write(file.path(), &whole[..whole.len() - 70]).unwrap();
    let path = file.path().to_str().unwrap();
    for how in WIDE.iter().chain(SPOKEN).chain(PLAIN) {
        for lang in LANGUAGES {
            let text = printed(path, how, &["--lang", lang]);
            let (results, said) = text.split_once("--\n").unwrap();
            assert!(results.lines().count() > 1, "{how:?} {lang}\n{text}");
            assert!(
                said.contains("ends too early") && said.ends_with("exit status 2\n"),
                "{how:?} {lang}\n{text}"
            );
        }
    }
}
