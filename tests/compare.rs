//! `compare`: what happened to a connection between two points, where it is known what
//! did (the relay between them lost, held back or doubled one segment), and where a
//! capture is rewritten as a middlebox would.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod rewrite;

use common::{fixture, run};
use rewrite::{Packet, rewritten};
use serde_json::Value;

/// The objects, and the exit code.
fn compare(args: &[&str]) -> (Vec<Value>, Option<i32>) {
    let output = run(&[&["compare", "--json"], args].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.status.code())
}

fn pair(name: &str) -> [String; 2] {
    ["sender", "receiver"].map(|point| fixture(&format!("{name}_{point}.pcap")))
}

/// Kind, side, and frames of each finding that makes a difference.
fn differences(compared: &Value) -> Vec<String> {
    let all = compared["findings"].as_array().unwrap().iter();
    let frames = |finding: &Value| {
        let all = finding["frames"].as_array().unwrap().iter();
        all.map(|at| format!("{}/{}", at["a"], at["b"])).collect::<Vec<_>>().join(" ")
    };
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    all.filter(|finding| finding["differs"] == true)
        .map(|one| {
            format!("{} {} {}", text(one, "kind"), text(one, "from"), frames(one)).trim_end().to_owned()
        })
        .collect()
}

const PAIRS: [(&str, &str); 4] = [
    ("22_loss_one_segment", "lost client 8/null"),
    ("22c_reorder", "reordered client 8/22"),
    ("22d_duplicate", "duplicated client null/24"),
    ("22h_fin_lost", "lost client 5/null"),
];

#[test]
fn what_the_relay_did_is_found() {
    for (name, wanted) in PAIRS {
        let [a, b] = pair(name);
        let (objects, code) = compare(&[&a, &b]);
        assert_eq!((objects.len(), code), (2, Some(1)), "{name}");
        assert_eq!(differences(&objects[0]), [wanted], "{name}");
        assert_eq!(objects[0]["nearer_client"], "a", "{name}");
        // Both captures were made on one machine: one clock.
        let offset = objects[0]["clock_offset_ns"].as_i64().unwrap();
        assert!(offset.abs() < 1_000_000, "{name}: {offset}");
        let held = if name == "22c_reorder" { 20_000_000 } else { 10_000_000 };
        for side in ["client", "server"] {
            let fastest = objects[0]["delay"][side]["fastest_ns"].as_i64().unwrap();
            assert!((held..held + 2_000_000).contains(&fastest), "{name}: {fastest}");
            assert_eq!(objects[0]["hops"][side], 0, "{name}");
        }
    }
}

#[test]
fn what_was_lost_names_what_was_sent_again_and_what_was_held_back_is_late() {
    let [a, b] = pair("22_loss_one_segment");
    let (objects, _) = compare(&[&a, &b]);
    let lost = &objects[0]["findings"][0];
    assert_eq!(
        (&lost["proof"], &lost["proof_in"], &lost["certain"]),
        (&31.into(), &"a".into(), &true.into())
    );
    let [a, b] = pair("22c_reorder");
    let (objects, _) = compare(&[&a, &b]);
    let late =
        objects[0]["findings"].as_array().unwrap().iter().find(|one| one["kind"] == "delayed").unwrap();
    assert_eq!((&late["frames"][0]["a"], &late["frames"][0]["b"]), (&8.into(), &22.into()));
}

#[test]
fn the_other_way_round_is_the_mirrored_story() {
    let turned = |frames: &str| frames.split('/').rev().collect::<Vec<_>>().join("/");
    for (name, wanted) in PAIRS {
        let [a, b] = pair(name);
        let (objects, code) = compare(&[&b, &a]);
        let (words, frames) = wanted.rsplit_once(' ').unwrap();
        assert_eq!(differences(&objects[0]), [format!("{words} {}", turned(frames))], "{name}");
        assert_eq!((&objects[0]["nearer_client"], code), (&"b".into(), Some(1)), "{name}");
        let (straight, _) = compare(&[&a, &b]);
        assert_eq!(objects[0]["delay"], straight[0]["delay"], "{name}");
        assert_eq!(objects[0]["segments_in_both"], straight[0]["segments_in_both"], "{name}");
    }
}

#[test]
fn a_capture_is_the_same_as_itself() {
    for path in common::captures() {
        let name = path.display().to_string();
        let output = run(&["compare", "--json", &name, &name]);
        let text = String::from_utf8(output.stdout).unwrap();
        let end: Value = serde_json::from_str(text.lines().last().unwrap_or("{}")).unwrap_or_default();
        let segments = end["in_both"].as_u64().unwrap_or(0);
        if segments > 0 && output.status.code() != Some(2) {
            assert_eq!(output.status.code(), Some(0), "{name}\n{text}");
        }
        assert_eq!((&end["differing"], &end["only_a"]), (&0.into(), &0.into()), "{name}\n{text}");
    }
}

#[test]
fn unrelated_captures_say_so() {
    let [a, b] = [fixture("01_normal_4seg.pcap"), fixture("14_tfo.pcap")];
    let (objects, code) = compare(&[&a, &b]);
    let end = objects.last().unwrap();
    assert_eq!((&end["in_both"], &end["only_a"], &end["only_b"]), (&0.into(), &1.into(), &5.into()));
    assert_eq!(code, Some(1));
    let output = run(&["compare", &a, &b]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("no connection is in both"), "{text}");
    let output = run(&["compare", &a, &fixture("08f_no_host_arp_fail.pcap")]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("no TCP connection in B"), "{text}");
}

/// The sender's capture beside itself as a middlebox would have changed it.
fn changed(change: impl FnMut(usize, &mut Packet) -> bool) -> (Vec<Value>, Option<i32>) {
    let [a, _] = pair("22h_fin_lost");
    let folder = tempfile::tempdir().unwrap();
    let b = folder.path().join("b.pcap").display().to_string();
    std::fs::write(&b, rewritten(&std::fs::read(&a).unwrap(), change)).unwrap();
    compare(&[&a, &b])
}

/// Behind a point 5 ms further on, one router later.
fn further(packet: &mut Packet) {
    packet.delay(if packet.is_of_client() { 5_000 } else { -5_000 });
    if packet.is_of_client() { packet.ttl(-1) } else { packet.ttl(1) }
}

#[test]
fn a_nat_is_seen_through() {
    let (objects, code) = changed(|_, packet| {
        further(packet);
        packet.client_is([203, 0, 113, 7], 61_000);
        true
    });
    assert_eq!((differences(&objects[0]), code), (vec!["address-changed client".to_owned()], Some(1)));
    let finding = &objects[0]["findings"][0];
    assert_eq!(
        (&finding["value_a"], &finding["value_b"]),
        (&"10.9.0.1:46570".into(), &"203.0.113.7:61000".into())
    );
    assert_eq!(objects[0]["hops"], serde_json::json!({"client": 1, "server": 1}));
    assert_eq!(objects[0]["delay"]["client"]["fastest_ns"], 5_000_000);
    assert_eq!(
        (&objects[0]["clock_offset_ns"], &objects[0]["clock_error_ns"]),
        (&0.into(), &5_000_000.into())
    );
}

#[test]
fn rewritten_numbers_are_seen_through_and_another_clock_is_found() {
    // Across 2^32, with another address, and with a clock an hour ahead.
    for add in [1, 0x8000_0000, 0xffff_f000] {
        let (objects, code) = changed(|_, packet| {
            further(packet);
            packet.delay(3_600_000_000);
            packet.client_is([203, 0, 113, 7], 61_000);
            packet.add_to_client(add);
            true
        });
        let wanted = ["address-changed client", "isn-changed client"];
        assert_eq!((differences(&objects[0]), code), (wanted.map(str::to_owned).into(), Some(1)), "{add}");
        assert_eq!(objects[0]["clock_offset_ns"], 3_600_000_000_000_u64);
        assert_eq!(objects[0]["nearer_client"], "a");
    }
}

#[test]
fn clamped_stripped_and_marked_is_told() {
    let (objects, _) = changed(|_, packet| {
        further(packet);
        packet.mss(1380);
        packet.without_sack_permitted();
        packet.congestion();
        true
    });
    let told = differences(&objects[0]);
    for wanted in ["mss-changed client 1/1", "mss-changed server 2/2", "option-changed client 1/1"] {
        assert!(told.contains(&wanted.to_owned()), "{wanted} in {told:?}");
    }
    let mss =
        objects[0]["findings"].as_array().unwrap().iter().find(|one| one["kind"] == "mss-changed").unwrap();
    assert_eq!((&mss["value_a"], &mss["value_b"]), (&"1460".into(), &"1380".into()));
    let marked =
        objects[0]["findings"].as_array().unwrap().iter().find(|one| one["kind"] == "ecn-bits-changed");
    assert_eq!(marked.unwrap()["value_b"], "3");
}

#[test]
fn a_forged_reset_is_told_from_one_that_was_sent() {
    // Delays and hops alone are no difference.
    let (objects, code) = changed(|_, packet| {
        further(packet);
        true
    });
    assert_eq!(code, Some(0), "{objects:?}");
    let [a, _] = pair("22h_fin_lost");
    let folder = tempfile::tempdir().unwrap();
    let near = folder.path().join("near.pcap").display().to_string();
    let far = folder.path().join("far.pcap").display().to_string();
    let octets = std::fs::read(&a).unwrap();
    let forged = rewrite::with_reset(&octets, 5);
    std::fs::write(&near, forged).unwrap();
    std::fs::write(
        &far,
        rewritten(&octets, |_, packet| {
            further(packet);
            true
        }),
    )
    .unwrap();
    let (objects, code) = compare(&[&near, &far]);
    assert_eq!((differences(&objects[0]), code), (vec!["injected server 6/null".to_owned()], Some(1)));
    assert_eq!(objects[0]["findings"][0]["certain"], true);
}

#[test]
fn what_a_capture_missed_is_not_called_lost() {
    // The third data-bearing frame is gone from B; its ACK came at once, and is there.
    let (objects, code) = changed(|nth, packet| {
        further(packet);
        nth != 3
    });
    let finding = &objects[0]["findings"][0];
    assert_eq!((&finding["kind"], &finding["frames"][0]["a"]), (&"missed".into(), &4.into()), "{objects:?}");
    assert_eq!((&finding["only"], code), (&"a".into(), Some(0)));
    // And a capture that began later says nothing of what was before.
    let (objects, code) = changed(|nth, packet| {
        further(packet);
        nth > 3
    });
    let kinds: Vec<_> =
        objects[0]["findings"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    assert!(kinds.iter().all(|kind| kind == "before"), "{kinds:?}");
    assert_eq!(code, Some(0));
}

#[test]
fn damage_is_an_error_and_what_was_before_it_is_compared() {
    let [a, b] = pair("22h_fin_lost");
    let folder = tempfile::tempdir().unwrap();
    let cut = folder.path().join("cut.pcap").display().to_string();
    let octets = std::fs::read(&b).unwrap();
    for len in (24..octets.len()).step_by(37) {
        std::fs::write(&cut, &octets[..len]).unwrap();
        let output = run(&["compare", &a, &cut]);
        assert!(output.status.code().is_some_and(|code| code <= 2), "{len}: {:?}", output.status);
        let mut spoilt = octets.clone();
        spoilt[len] ^= 0xff;
        spoilt[len / 2 + 24] ^= 0x55;
        std::fs::write(&cut, &spoilt).unwrap();
        let output = run(&["compare", "--json", &cut, &a]);
        assert!(output.status.code().is_some_and(|code| code <= 2), "{len}: {:?}", output.status);
    }
    let output = run(&["compare", &a, &cut.replace("cut", "none")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(run(&["compare", &a]).status.code(), Some(2));
}

#[test]
fn tables_of_80_and_140_columns_in_both_languages() {
    for (name, _) in PAIRS {
        let [a, b] = pair(name);
        let mut all = String::new();
        for lang in ["en", "zh"] {
            for width in ["80", "140"] {
                let output = run(&["compare", &a, &b, "--lang", lang, "--width", width]);
                let out = String::from_utf8(output.stdout).unwrap();
                for line in out.lines() {
                    let cells = unicode_width::UnicodeWidthStr::width(line);
                    assert!(cells <= width.parse().unwrap(), "{cells} cells: {line}");
                }
                all.push_str(&format!("{lang}, {width} columns\n{out}\n"));
            }
        }
        insta::assert_snapshot!(format!("compare_{name}"), all);
    }
}

#[test]
fn ascii_is_ascii_and_all_is_all() {
    let [a, b] = pair("22d_duplicate");
    let out = String::from_utf8(run(&["compare", &a, &b, "--ascii", "--data", "all"]).stdout).unwrap();
    assert!(out.is_ascii(), "{out}");
    let rows = out.lines().filter(|line| line.starts_with("| ")).count();
    let (objects, _) = compare(&[&a, &b]);
    let common = objects[0]["segments_in_both"].as_u64().unwrap();
    assert_eq!(rows as u64, common + 1 + 1, "the copy, and the heads");
    let quiet = String::from_utf8(run(&["compare", &a, &b, "-q"]).stdout).unwrap();
    assert!(!quiet.contains('│') && quiet.contains("duplicated"), "{quiet}");
}
