//! What the program calls by its name: which frame a retransmission repeats, who
//! held a connection back, what was agreed on, and who was seen listening.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use common::{fixture, stdout};
use hsanalyze::script::{Captured, Isns, frames, parse};
use hsanalyze::track::{Conversation, Limits, Side, Tracker};
use serde_json::Value;

fn of_type<'a>(objects: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.iter().filter(move |object| object["type"] == kind)
}

/// Every retransmission of the bundled captures names an earlier frame of the
/// same sender that carried its first octet.
#[test]
fn a_retransmission_names_the_frame_that_it_repeats() {
    let (mut named, mut unnamed) = (0, 0);
    for path in common::captures() {
        // One of them is damaged at its end.
        let output = common::run(&["--json", "-r", &path.display().to_string()]);
        let text = String::from_utf8(output.stdout).unwrap();
        let objects = common::objects(&text);
        for again in of_type(&objects, "segment").filter(|segment| !segment["resend"].is_null()) {
            let proofs = again["proofs"].as_array().unwrap();
            let Some(proof) = proofs.iter().find(|proof| proof["step"] == "retransmission") else {
                unnamed += 1;
                continue;
            };
            let same = |o: &&Value| o["frame"] == proof["of"] && o["conversation"] == again["conversation"];
            let first = of_type(&objects, "segment").find(same).unwrap();
            let number = |o: &Value, key: &str| o[key].as_u64().unwrap() as u32;
            let (start, len) = (number(first, "seq"), number(first, "len"));
            assert_eq!(first["from"], again["from"]);
            assert!(number(again, "seq").wrapping_sub(start) < len, "{}: {again}", path.display());
            assert!(number(first, "frame") < number(again, "frame"));
            named += 1;
        }
    }
    assert!(named > 20 && unnamed * 10 < named, "{named} named, {unnamed} not");
}

#[test]
fn a_row_says_which_frame_is_repeated_and_the_reason_names_it_too() {
    let capture = fixture("22h_fin_lost_sender.pcap");
    assert!(stdout(&["-r", &capture]).contains("FIN again  repeats #5"));
    assert!(stdout(&["--lang", "zh", "-r", &capture]).contains("重复 #5"));
    let why = stdout(&["--explain", "--width", "140", "-r", &capture]);
    assert!(why.contains("no ACK of it came in time after #5"), "{why}");
    let capture = fixture("20d_pmtu_blackhole.pcap");
    let why = stdout(&["--explain", "-v", "--width", "140", "-r", &capture]);
    assert!(why.contains("1\u{2009}448 B that were sent before in #4"), "{why}");
}

/// The marks of the only conversation of a bundled capture.
fn marks(name: &str) -> Vec<String> {
    let text = stdout(&["--json", "-r", &fixture(name)]);
    let objects = common::objects(&text);
    let marks = of_type(&objects, "conversation").next().unwrap()["marks"].clone();
    marks.as_array().unwrap().iter().map(|mark| mark.as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_holds_a_connection_back_has_a_name() {
    for (name, mark) in [
        ("34b_defer_accept_asks_again.pcap", "deferred-accept"),
        ("39_synproxy_server_side.pcap", "syn-proxy"),
        ("20d_pmtu_blackhole.pcap", "pmtu-black-hole"),
        // The third segment was lost behind the capture point.
        ("09d_final_ack_lost_idle_client.pcap", "not-accepted"),
    ] {
        let names = ["deferred-accept", "syn-proxy", "pmtu-black-hole", "not-accepted"];
        let found: Vec<String> = marks(name).into_iter().filter(|m| names.contains(&m.as_str())).collect();
        assert_eq!(found, [mark], "{name}");
    }
}

#[test]
fn an_icmp_error_about_the_mtu_is_tied_to_its_conversation() {
    let capture = fixture("20c_pmtu_icmp_frag_needed.pcap");
    let said = stdout(&["-r", &capture]);
    assert!(
        said.contains("! path MTU  10.1.0.254: needs fragmentation, at most 576 B a packet (#7)"),
        "{said}"
    );
    assert!(stdout(&["--lang", "zh", "-r", &capture]).contains("! 路径 MTU"));
}

/// The verdict lines of a bundled capture.
fn remarks(name: &str, more: &[&str]) -> String {
    let capture = fixture(name);
    let text = stdout(&[&["-r", &capture], more].concat());
    text.lines()
        .filter(|line| line.starts_with("  "))
        .fold(String::new(), |all, line| all + line.trim() + "\n")
}

#[test]
fn what_was_agreed_on_is_one_line() {
    for (name, en, zh) in [
        ("15_ecn.pcap", "SACK, timestamps, ECN\n", "SACK，时间戳，ECN\n"),
        ("38_md5sig_ok.pcap", "window scale 10, SACK, MD5\n", "窗口扩大因子 10，SACK，MD5\n"),
        ("16_mptcp_join.pcap", "timestamps, MPTCP\n", "时间戳，MPTCP\n"),
        ("36_no_options.pcap", "· agreed   MSS 65495\n", "· 协商     MSS 65495\n"),
    ] {
        assert!(remarks(name, &[]).contains(en), "{name}");
        assert!(remarks(name, &["--lang", "zh"]).contains(zh), "{name}");
    }
    // Cut options say nothing of what was agreed on; without a SYN nothing is known.
    for name in ["27_snaplen64.pcap", "24_midstream_then_close.pcap"] {
        assert!(!remarks(name, &[]).contains("agreed"), "{name}");
    }
    let why = remarks("15d_accecn_syn_to_rfc3168_server.pcap", &["--explain"]).replace('\n', " ");
    assert!(why.contains("an option holds only if both SYNs carry it"), "{why}");
}

/// An echo of the last SYN-ACK's time stamp answers that one; an echo of an earlier one
/// may come with an ACK that answers the last.
#[test]
fn the_time_stamp_tells_which_syn_ack_was_answered() {
    let said = remarks("09e_two_synacks_lost_server.pcap", &[]);
    assert!(said.contains("ACK 20.457 ms, 2 SYNs, 3 SYN-ACKs)"), "{said}");
    let said = remarks("09d_final_ack_lost_idle_server.pcap", &[]);
    assert!(said.contains("2 SYN-ACKs, which one\nwas answered is not known)"), "{said}");
}

#[test]
fn what_only_the_client_asked_for_does_not_begin() {
    let said = remarks("16b_mptcp_fallback.pcap", &[]);
    assert!(said.contains("! mptcp    the server declined it: an ordinary connection\n"), "{said}");
    let said = remarks("16_mptcp_join.pcap", &[]);
    assert!(said.contains("! mptcp    begins an MPTCP connection\n") && !said.contains("declined"), "{said}");
    let subflows = said.matches("a subflow of the MPTCP connection of #1").count();
    assert_eq!(subflows, 2, "{said}");
    // A SYN alone asks, and begins nothing.
    let said = remarks("16_mptcp_join.pcap", &["tcp[tcpflags] = tcp-syn"]);
    assert!(!said.contains("begins") && !said.contains("declined"), "{said}");
}

#[test]
fn an_opening_that_was_not_timed_is_named() {
    let no_syn = "not (tcp[tcpflags] & tcp-syn != 0 and tcp[tcpflags] & tcp-ack = 0)";
    let said = remarks("01_normal_4seg.pcap", &[no_syn]);
    assert!(said.contains("✔ opened   by a three-way handshake  (ACK "), "{said}");
    let said = remarks("01_normal_4seg.pcap", &["src port 9877"]);
    assert!(said.contains("opened       by a three-way handshake\n"), "{said}");
}

#[test]
fn a_close_says_who_waits_how_long_and_json_until_when() {
    let said = remarks("01_normal_4seg.pcap", &[]);
    assert!(said.contains("· then     client in TIME-WAIT for 2 MSL, 60 s on Linux\n"), "{said}");
    let said = remarks("13_simultaneous_close.pcap", &["--lang", "zh"]);
    assert!(said.contains("· 此后     双方都处于 TIME-WAIT，持续 2 MSL，Linux 上为 60 s\n"), "{said}");
    let text = stdout(&["--json", "-r", &fixture("01_normal_4seg.pcap")]);
    let objects = common::objects(&text);
    let conversation = of_type(&objects, "conversation").next().unwrap();
    let last = conversation["last"].as_str().unwrap().split_once('.').unwrap();
    let until = format!("{}.{}", last.0.parse::<u64>().unwrap() + 60, last.1);
    assert_eq!(conversation["time_wait_until"], until);
    assert!(!remarks("03_server_closes_first.pcap", &[]).contains("then"), "half-closed: nobody waits");
}

#[test]
fn where_it_was_captured_and_how_the_syn_was_repeated_is_said() {
    assert!(remarks("09_syn_lost_client.pcap", &[]).contains("seen near the client\n"));
    assert!(remarks("09_syn_lost_client.pcap", &["--lang", "zh"]).contains("在客户端附近捕获"));
    assert!(!remarks("01_normal_4seg.pcap", &[]).contains("seen near"), "one machine");
    let why = remarks("01_normal_4seg.pcap", &["--explain"]).replace('\n', " ");
    assert!(why.contains("captured on the machine or the link that both share"), "{why}");
    let said = remarks("08_syn_drop_linear4.pcap", &[]).replace('\n', " ");
    assert!(said.contains("every second, then doubling: Linux since 6.5, macOS"), "{said}");
    assert!(remarks("08_syn_drop_linear4.pcap", &["--lang", "zh"]).contains("Linux 6.5 起"));
}

/// A conversation in the middle, whose client has the lower port, and a handshake of
/// another one with the same server.
const MIDDLE: &str = "ports 2000 9877\nC > S  [.]   seq 1:6, ack 1\nS > C  [.]   ack 6\n";
const HANDSHAKE: &str =
    "ports 40000 9877\nC > S  [S]   seq 0\nS > C  [S.]  seq 0, ack 1\nC > S  [.]   ack 1\n";

/// What is known of the first conversation's listener, by its port.
fn listener(text: &str, middle: u16) -> Option<u16> {
    let script = parse(text).unwrap();
    let mut tracker = Tracker::new(Limits::default());
    for frame in frames(&script, Isns::new(100, 200)).unwrap() {
        if let Captured::Segment(segment) = frame.what {
            tracker.push(&segment.get());
        }
    }
    tracker.finish();
    let ended = tracker.take_ended();
    let of = |conv: &Conversation, side: Side| conv.endpoint(side).port;
    let conv = &ended.iter().find(|(conv, _)| Side::BOTH.iter().any(|&s| of(conv, s) == middle)).unwrap().0;
    conv.listener.map(|side| of(conv, side))
}

#[test]
fn who_was_seen_listening_elsewhere_is_the_server() {
    assert_eq!(listener(MIDDLE, 2000), None, "nothing tells");
    assert_eq!(
        listener(&(MIDDLE.to_owned() + HANDSHAKE), 2000),
        Some(9877),
        "though its port is the higher one"
    );
    assert_eq!(listener(&(HANDSHAKE.to_owned() + MIDDLE), 2000), Some(9877));
    assert_eq!(listener(HANDSHAKE, 40000), None, "its own handshake tells more");
    let unanswered = HANDSHAKE.lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
    assert_eq!(listener(&(unanswered + MIDDLE), 2000), None, "a SYN alone proves nothing");
}

#[test]
fn the_note_on_guessed_roles_says_who_was_seen_listening() {
    // Without the first one's opening.
    let filter = ["not (tcp port 40001 and tcp[13] & 2 != 0)"];
    let said = remarks("10b_second_client_unserved.pcap", &filter).replace('\n', " ");
    let wanted = "127.0.0.1:9877 is the server (≈), for it was seen listening elsewhere";
    assert!(said.contains(wanted), "{said}");
    let said = remarks("10b_second_client_unserved.pcap", &["--lang", "zh", filter[0]]).replace('\n', "");
    assert!(said.contains("在别的会话里见过 127.0.0.1:9877 监听"), "{said}");
    let args = ["--json", "-r", "fixtures/10b_second_client_unserved.pcap", filter[0]];
    assert!(stdout(&args).contains("\"roles\":\"guessed\",\"listener\":\"server\""));
}

#[test]
fn a_filter_that_hides_icmp_errors_is_named_when_a_syn_goes_unanswered() {
    let hints = |args: &[&str]| {
        let capture = fixture("08c_syn_icmp_admin_prohibited.pcap");
        let output = common::run(&[&["-r", &capture], args].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        said.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let hint = "hint: an ICMP error would not pass this filter; try: port 9877 or icmp or icmp6";
    assert_eq!(hints(&["port", "9877"]), [hint]);
    assert_eq!(
        hints(&["--lang", "zh", "tcp"]),
        ["提示：ICMP 差错通不过这个过滤器；试试：tcp or icmp or icmp6"]
    );
    // They pass; or nobody asked for anything.
    for filter in [&["port", "9877", "or", "icmp"][..], &["host", "127.0.0.1"], &[], &["--json", "tcp"]] {
        assert_eq!(hints(filter), [""; 0], "{filter:?}");
    }
}

#[test]
fn a_rejected_attempt_lasts_until_the_icmp_error() {
    let title = stdout(&["-r", &fixture("08c_syn_icmp_admin_prohibited.pcap")]);
    assert!(title.lines().next().unwrap().contains("   233 µs   "), "{title}");
}

#[test]
fn the_close_is_said_once() {
    let said = stdout(&["-r", &fixture("22h_fin_lost_receiver.pcap"), "--data", "all"]);
    assert!(said.matches("last ACK, closed").count() <= 1, "{said}");
    for path in common::captures() {
        let output = common::run(&["-r", &path.display().to_string(), "--data", "all"]);
        let text = String::from_utf8(output.stdout).unwrap();
        let per_table = text.split("\n\n").map(|table| table.matches("last ACK, closed").count());
        assert!(per_table.max().unwrap_or(0) <= 1, "{}", path.display());
    }
}

/// Rows of a frame that was captured twice fold, and its octets count once.
#[test]
fn folded_copies_do_not_count_twice() {
    let capture = fixture("28c_lo_af_packet_no_dedupe.pcap");
    let text = stdout(&["-r", &capture, "--data", "none"]);
    let sent = text.lines().next().unwrap().split("↑ ").nth(1).unwrap().split("  ↓ ").collect::<Vec<_>>();
    let folded = text.lines().filter(|line| line.contains('⋮')).find(|line| line.contains('↑')).unwrap();
    assert!(folded.contains(&format!("{} ↑", sent[0])), "{text}");
    assert!(folded.contains(&format!("{} ↓", sent[1].trim())), "{text}");
}

/// One direction of port scans: the resets of the scanned host.
#[test]
fn a_reset_without_what_it_answers_ends_nothing_that_is_known_to_have_been_open() {
    let arguments =
        ["-r", &fixture("33_raw_scans.pcap"), "src host 10.9.0.2 and tcp[tcpflags] & tcp-rst != 0"];
    let text = stdout(&[&["--json"], &arguments[..]].concat());
    let objects = common::objects(&text);
    let reasons: Vec<_> = of_type(&objects, "conversation").map(|conv| &conv["reset_reason"]).collect();
    assert_eq!(reasons, ["half-open-discovery"; 7]);
    let table = stdout(&arguments);
    assert_eq!(table.matches("unknown  whether it ever opened").count(), 7, "{table}");
    assert!(!table.contains("after 0"), "{table}");
    let chinese = stdout(&[&["--lang", "zh"], &arguments[..]].concat());
    assert_eq!(chinese.matches("连接是否建立过无从得知").count(), 7, "{chinese}");
}
