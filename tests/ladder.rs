//! Ladders in text: snapshots at the widths of real terminals, in both languages,
//! and laws that hold for all bundled captures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use common::{fixture, stdout};
use unicode_width::UnicodeWidthStr;

/// Captures whose ladders are kept as snapshots.
const SHOWN: &[&str] = &[
    "01_normal_4seg.pcap",
    "03_server_closes_first.pcap",
    "08_syn_drop_linear4.pcap",
    "08c_syn_icmp_admin_prohibited.pcap",
    "09b_synack_lost_client.pcap",
    "12_simultaneous_open.pcap",
    "20d_pmtu_blackhole.pcap",
    "22h_fin_lost_sender.pcap",
    "25e_both_wrap_with_sack.pcap",
];

#[test]
fn ladders_in_two_widths_and_two_languages() {
    for name in SHOWN {
        for (lang, width) in [("en", "80"), ("en", "140"), ("zh", "80"), ("zh", "140")] {
            let text = stdout(&["--ladder", "--lang", lang, "--width", width, "-r", &fixture(name)]);
            insta::assert_snapshot!(format!("{lang}_{width}_{name}"), text);
        }
    }
}

#[test]
fn ladders_in_ascii_in_colour_and_with_reasons() {
    let file = fixture("09b_synack_lost_client.pcap");
    let text = stdout(&["--ladder", "--ascii", "-r", &file]);
    assert!(text.is_ascii());
    insta::assert_snapshot!("ascii", text);
    let text = stdout(&["--ladder", "--color", "always", "-r", &file]);
    insta::assert_snapshot!("colours", text.replace('\u{1b}', "␛"));
    let text = stdout(&["--ladder", "--explain", "-r", &fixture("22h_fin_lost_sender.pcap")]);
    insta::assert_snapshot!("reasons", text);
    assert_eq!(
        text,
        stdout(&["--format", "ladder", "--explain", "-r", &fixture("22h_fin_lost_sender.pcap")])
    );
}

/// The places of both lanes in a line, in cells; `None` if there are not two.
fn lanes(line: &str, at: [usize; 2]) -> [Option<char>; 2] {
    let mut cells = 0;
    let mut found = [None; 2];
    for c in line.chars() {
        for (slot, at) in found.iter_mut().zip(at) {
            if cells == at {
                *slot = Some(c);
            }
        }
        cells += c.to_string().width();
    }
    found
}

#[test]
fn lanes_are_straight_and_no_line_is_too_wide() {
    let mut drawn = 0;
    for path in common::captures().iter().filter(|path| path.starts_with(common::root())) {
        let path = path.to_str().unwrap();
        for (width, lang) in [(60, "en"), (80, "zh"), (100, "en"), (140, "zh")] {
            let columns = width.to_string();
            let args = ["--ladder", "--lang", lang, "--width", &columns, "-r", path];
            let text = String::from_utf8(common::run(&args).stdout).unwrap();
            let wide = text.lines().find(|line| line.width() > width);
            assert_eq!(wide, None, "{args:?}");
            let mut at = None;
            // Exchanges of datagrams are tables, which begin at the left.
            for line in text.lines().filter(|line| !line.starts_with('│')) {
                // The first line with lanes only says where they are.
                let bare = line.trim();
                if bare.starts_with('│') || bare.starts_with("# ") && line.contains('│') {
                    at = at.or_else(|| {
                        let place = |byte: usize| line[..byte].width();
                        Some([place(line.find('│')?), place(line.rfind('│')?)])
                    });
                }
                if line.contains(['▶', '◀', '▷', '◁', '╳']) && !line.starts_with("  ╳") {
                    let at = at.unwrap_or_else(|| panic!("{args:?}\n{line}"));
                    let [left, right] = lanes(line, at);
                    assert!(left.is_some_and(|c| "│├◀◁".contains(c)), "{args:?}\n{line}");
                    assert!(right.is_some_and(|c| "│┤▶▷".contains(c)), "{args:?}\n{line}");
                    drawn += 1;
                }
                if bare.starts_with('╵') {
                    at = None;
                }
            }
        }
    }
    assert!(drawn > 1000, "only {drawn} arrows");
}

/// The line of a frame.
fn row<'a>(text: &'a str, frame: &str) -> &'a str {
    let is = |line: &&str| line.split_whitespace().next() == Some(frame) && line.contains('[');
    text.lines().find(is).unwrap_or_else(|| panic!("no frame {frame} in\n{text}"))
}

#[test]
fn what_was_lost_stops_and_what_is_sent_again_is_dashed() {
    let text = stdout(&["--ladder", "-r", &fixture("22h_fin_lost_sender.pcap")]);
    assert!(row(&text, "5").contains('╳') && row(&text, "7").contains('╌'), "{text}");
    assert_eq!(text.matches('╳').count(), 2, "once in the ladder, once in its legend\n{text}");
    // The server is not in CLOSE-WAIT before a FIN has reached it.
    let again = text.find("FIN again").unwrap();
    assert!(text.find("CLOSE-WAIT").unwrap() > again, "{text}");
    // The SYN-ACK came twice, but the client had the first and answered it.
    let text = stdout(&["--ladder", "-r", &fixture("09b_synack_lost_client.pcap")]);
    assert!(row(&text, "1").contains('╳') && !row(&text, "3").contains('╳'), "{text}");
    // Nothing is lost where each SYN has its answer, and where SYNs cross.
    for name in ["07_refused_retry5.pcap", "12_simultaneous_open.pcap", "13_simultaneous_close.pcap"] {
        let text = stdout(&["--ladder", "-r", &fixture(name)]);
        assert!(!text.contains(['╳', '╌']), "{text}");
    }
}

#[test]
fn long_runs_are_folded_and_can_be_unfolded() {
    let file = fixture("26c_bigtcp_ipv6.pcap");
    let folded = stdout(&["--ladder", "-r", &file]);
    let all = stdout(&["--ladder", "--data", "all", "-r", &file]);
    assert!(folded.contains('⋮') && !all.contains('⋮'));
    assert!(all.lines().count() > folded.lines().count());
}
