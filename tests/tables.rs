//! What people see: tables, lines and summaries of bundled captures, as
//! snapshots, at the widths of real terminals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use common::{fixture, stdout};
use unicode_width::UnicodeWidthStr;

/// Captures whose tables are kept as snapshots.
const SHOWN: &[&str] = &[
    "01_normal_4seg.pcap",
    "03_server_closes_first.pcap",
    "03b_server_first_client_writes_again.pcap",
    "05c_wrong_close_small.pcap",
    "07_refused_retry5.pcap",
    "08_syn_drop_linear4.pcap",
    "08c_syn_icmp_admin_prohibited.pcap",
    "09b_synack_lost_client.pcap",
    "12_simultaneous_open.pcap",
    "12b_self_connect.pcap",
    "13_simultaneous_close.pcap",
    "14_tfo.pcap",
    "17_keepalive_alive.pcap",
    "18_reuse_server_timewait.pcap",
    "18e_half_open_stale_server.pcap",
    "19_ipv6_and_v4mapped.pcap",
    "20_vlan.pcap",
    "20_vxlan_any.pcap",
    "20b_ip_fragments.pcap",
    "20c_pmtu_icmp_frag_needed.pcap",
    "20d_pmtu_blackhole.pcap",
    "22h_fin_lost_sender.pcap",
    "23_rfc5961_challenge_acks.pcap",
    "24_midstream_then_close.pcap",
    "25e_both_wrap_with_sack.pcap",
    "28_any_bridge_duplicates.pcap",
    "34b_defer_accept_asks_again.pcap",
    "39_synproxy_server_side.pcap",
];

#[test]
fn tables_of_80_columns() {
    for name in SHOWN {
        let text = stdout(&["-r", &fixture(name)]);
        insta::assert_snapshot!(format!("table_80_{name}"), text);
    }
}

#[test]
fn tables_of_140_columns() {
    for name in SHOWN {
        let text = stdout(&["-r", &fixture(name), "--width", "140"]);
        insta::assert_snapshot!(format!("table_140_{name}"), text);
    }
}

#[test]
fn tables_in_ascii_and_with_isn_numbers() {
    let text = stdout(&["-r", &fixture("25e_both_wrap_with_sack.pcap"), "--ascii", "--numbers", "isn"]);
    assert!(text.is_ascii());
    insta::assert_snapshot!("ascii_isn", text);
    let text = stdout(&["-r", &fixture("03_server_closes_first.pcap"), "--color", "always"]);
    insta::assert_snapshot!("colours", text.replace('\u{1b}', "␛"));
}

/// Captures that are also shown in Chinese and with reasons.
const SPOKEN: &[&str] = &[
    "03_server_closes_first.pcap",
    "12_simultaneous_open.pcap",
    "13_simultaneous_close.pcap",
    "14_tfo.pcap",
    "18e_half_open_stale_server.pcap",
    "20d_pmtu_blackhole.pcap",
    "23_rfc5961_challenge_acks.pcap",
    "34b_defer_accept_asks_again.pcap",
    "39_synproxy_server_side.pcap",
];

#[test]
fn tables_in_chinese_stay_aligned() {
    for name in SPOKEN {
        for width in ["80", "140"] {
            let text = stdout(&["--lang", "zh", "-r", &fixture(name), "--width", width]);
            let framed = |line: &&str| line.starts_with(['│', '╭', '├', '╰']);
            let widths: Vec<_> = text.lines().filter(framed).map(UnicodeWidthStr::width).collect();
            assert!(widths.len() > 5 && widths.iter().all(|w| w.to_string() == width), "{name}\n{text}");
            insta::assert_snapshot!(format!("zh_{width}_{name}"), text);
        }
    }
}

#[test]
fn reasons_in_both_languages() {
    for name in SPOKEN {
        for lang in ["en", "zh"] {
            let text = stdout(&["--explain", "--lang", lang, "-r", &fixture(name)]);
            assert!(text.contains("RFC 9293 §3.5"), "{text}");
            assert!(text.lines().all(|line| line.width() <= 80), "{text}");
            insta::assert_snapshot!(format!("explain_{lang}_{name}"), text);
        }
    }
    let lines = stdout(&["--explain", "-t", "--format", "lines", "-r", &fixture(SPOKEN[0])]);
    insta::assert_snapshot!("explain_lines", lines);
    let all = stdout(&["--explain", "-v", "-r", &fixture("22h_fin_lost_sender.pcap")]);
    insta::assert_snapshot!("explain_verbose", all);
}

#[test]
fn lessons() {
    for (lang, word) in [("en", "half-closed"), ("zh", "三次握手"), ("en", "[S.]"), ("zh", "TIME_WAIT")] {
        let text = stdout(&["explain", "--lang", lang, word]);
        insta::assert_snapshot!(format!("lesson_{lang}_{}", word.trim_matches(['[', ']', '.'])), text);
    }
    for lang in ["en", "zh"] {
        let list = stdout(&["explain", "--lang", lang]);
        insta::assert_snapshot!(format!("lessons_{lang}"), list);
        let names = list.lines().filter(|line| line.starts_with("  ")).flat_map(|line| line.split(", "));
        let names: Vec<&str> = names.map(|name| name.trim().trim_end_matches(',')).collect();
        for width in ["40", "80", "200"] {
            let all = stdout(&[&["explain", "--lang", lang, "--width", width], &names[..]].concat());
            let widest = all.lines().map(UnicodeWidthStr::width).max().unwrap();
            assert!(widest <= width.parse().unwrap() && widest <= 84, "{lang} {width}");
        }
    }
    assert!(stdout(&["explain", "syn", "--color", "always"]).contains("\u{1b}[1mSeen:\u{1b}[0m"));
}

#[test]
fn the_language_is_that_of_the_locale() {
    let file = fixture(SPOKEN[0]);
    let say = |variables: &[(&str, &str)], args: &[&str]| {
        let output =
            common::program().args(["-q", "-r", &file]).args(args).envs(variables.to_vec()).output().unwrap();
        let text = |octets| String::from_utf8(octets).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    let (table, counts) = say(&[("LANG", "zh_CN.UTF-8")], &[]);
    assert!(table.contains("半关闭") && counts == "9 帧，9 个报文段，1 个会话\n", "{table}{counts}");
    assert!(say(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")], &[]).0.contains("half-closed"));
    assert!(say(&[("LANG", "zh_CN.UTF-8")], &["--lang", "en"]).1.starts_with("9 frames"));
    assert!(say(&[], &[]).0.contains("half-closed"));
}

#[test]
fn lines_and_summaries() {
    for name in
        ["03_server_closes_first.pcap", "18e_half_open_stale_server.pcap", "23_rfc5961_challenge_acks.pcap"]
    {
        let lines = stdout(&["-nn", "-t", "-v", "--format", "lines", "-r", &fixture(name)]);
        insta::assert_snapshot!(format!("lines_{name}"), lines);
    }
    for name in ["07_refused_retry5.pcap", "14_tfo.pcap", "19_ipv6_and_v4mapped.pcap"] {
        insta::assert_snapshot!(format!("summary_{name}"), stdout(&["-q", "-r", &fixture(name)]));
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for path in common::captures().iter().filter(|path| path.starts_with(common::root())) {
        let path = path.to_str().unwrap();
        for width in [60, 72, 80, 100, 120, 140] {
            // Two endpoints and an outcome take 67 columns at least.
            let formats: &[&str] = if width < 72 { &["table"] } else { &["table", "summary"] };
            for format in formats {
                for more in [&["--lang", "en"][..], &["--lang", "zh", "--explain", "-v"]] {
                    let columns = width.to_string();
                    let output =
                        common::run(&[&["-r", path, "--format", format, "--width", &columns], more].concat());
                    let text = String::from_utf8(output.stdout).unwrap();
                    let wide = text.lines().find(|line| line.width() > width);
                    assert_eq!(wide, None, "{path} --format {format} --width {width} {more:?}");
                }
            }
        }
    }
}

#[test]
fn long_transfers_are_folded_and_can_be_unfolded() {
    let file = fixture("05c_wrong_close_small.pcap");
    let folded = stdout(&["-r", &fixture("26c_bigtcp_ipv6.pcap")]);
    assert!(folded.contains('⋮'), "{folded}");
    let all = stdout(&["--data", "all", "-r", &fixture("26c_bigtcp_ipv6.pcap")]);
    assert!(!all.contains('⋮') && all.lines().count() > folded.lines().count());
    let none = stdout(&["--data", "none", "-r", &file]);
    assert!(none.lines().count() <= stdout(&["-r", &file]).lines().count());
}
