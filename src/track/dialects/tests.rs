use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::model::{Checksum, Endpoint, Flags, Seq};

const OCTETS: [u8; 2000] = [0; 2000];

/// A segment at 10 ms after the one before, window open, payload captured.
fn seg(from: Side, flags: Flags, seq: u32, ack: u32, len: u32) -> Segment<'static> {
    let ends = [40_000, 9_877]
        .map(|port| Endpoint { addr: IpAddr::V4(Ipv4Addr::new(10, 0, 0, (port % 7) as u8)), port });
    Segment {
        at: Timestamp::from_parts(1_700_000_000, 0),
        seq: Seq::new(seq),
        ack_field: Seq::new(ack),
        window: 1000,
        len,
        payload: &OCTETS[..len as usize],
        checksum: Checksum::Good,
        ..Segment::bare(ends[from as usize], ends[from.other() as usize], flags)
    }
}

/// Plays segments, each 10 ms after the one before unless it is later already.
fn play(segments: &[Segment<'static>]) -> Dialects {
    let mut dialects = Dialects::default();
    let mut last = Timestamp::from_parts(1_700_000_000, 0);
    for (place, seg) in (1..).zip(segments) {
        let mut seg = *seg;
        seg.at = Timestamp::from_nanos(seg.at.as_nanos() + place * 10_000_000);
        dialects.observe(&seg, if seg.src.port == 40_000 { Side::Client } else { Side::Server }, last);
        last = seg.at;
    }
    dialects
}

fn later(seg: Segment<'static>, secs: i64) -> Segment<'static> {
    Segment { at: Timestamp::from_nanos(seg.at.as_nanos() + secs * 1_000_000_000), ..seg }
}

const SYN: Flags = Flags::SYN;
const ACK: Flags = Flags::ACK;
const SYN_ACK: Flags = Flags::SYN.with(Flags::ACK);
const FIN: Flags = Flags::FIN.with(Flags::ACK);
const RST: Flags = Flags::RST.with(Flags::ACK);
use Side::{Client as C, Server as S};

fn opening() -> Vec<Segment<'static>> {
    vec![seg(C, SYN, u32::MAX, 0, 0), seg(S, SYN_ACK, 500, 0, 0), seg(C, ACK, 0, 501, 0)]
}

fn opened_then(more: &[Segment<'static>]) -> Dialects {
    play(&[&opening(), more].concat())
}

fn history(more: &[Segment<'static>]) -> String {
    opened_then(more).zeek.history().to_owned()
}

#[test]
fn zeek_a_whole_connection_across_the_top_of_the_circle() {
    let whole = opened_then(&[
        seg(C, ACK, 0, 501, 100),
        seg(S, ACK, 501, 100, 0),
        seg(S, ACK, 501, 100, 200),
        seg(C, ACK, 100, 701, 0),
        seg(C, FIN, 100, 701, 0),
        seg(S, FIN, 701, 101, 0),
        seg(C, ACK, 101, 702, 0),
    ]);
    assert_eq!(whole.zeek.history(), "ShADadFf");
    assert_eq!(whole.zeek.states(), [EndState::Closed; 2]);
    assert_eq!(whole.zeek.originator(), Some(C));
    assert_eq!(whole.wireshark.completeness(), 31);
    assert_eq!(whole.wireshark.initial_rtt(), Some(20_000_000));
}

#[test]
fn zeek_data_and_acks_are_noted_once_and_flags_again_only_with_another_number() {
    let data = seg(C, ACK, 0, 501, 10);
    assert_eq!(history(&[data, seg(C, ACK, 10, 501, 10), seg(C, ACK, 20, 501, 0)]), "ShAD");
    let fin = seg(C, FIN, 0, 501, 0);
    assert_eq!(history(&[fin, fin]), "ShAF");
    assert_eq!(history(&[fin, seg(C, FIN, 5, 501, 0)]), "ShAFF");
    let reset = seg(S, Flags::RST, 501, 0, 0);
    assert_eq!(history(&[reset, reset, seg(S, Flags::RST, 600, 0, 0)]), "ShArr");
    assert_eq!(play(&[seg(C, SYN, 7, 0, 0), seg(C, SYN, 7, 0, 0)]).zeek.history(), "S");
}

#[test]
fn zeek_retransmissions_come_with_the_1st_10th_and_100th() {
    let data = seg(C, ACK, 0, 501, 10);
    assert_eq!(history(&[data; 2]), "ShADT");
    assert_eq!(history(&[data; 10]), "ShADT");
    assert_eq!(history(&[data; 11]), "ShADTT");
    assert_eq!(history(&[data; 101]), "ShADTTT");
    let overlapping = seg(C, ACK, 5, 501, 10);
    assert_eq!(history(&[data, overlapping]), "ShAD", "it goes on beyond the first");
}

#[test]
fn zeek_data_in_a_syn_counts_as_sent_twice() {
    assert_eq!(play(&[seg(C, SYN, 0, 0, 5)]).zeek.history(), "ST");
}

#[test]
fn zeek_windows_of_zero_but_not_in_a_reset_or_after_the_peers_fin() {
    let shut = |seg| Segment { window: 0, ..seg };
    assert_eq!(history(&[shut(seg(S, ACK, 501, 0, 0))]), "ShAaw");
    assert_eq!(history(&[shut(seg(S, RST, 501, 0, 0))]), "ShAr");
    assert_eq!(history(&[seg(C, FIN, 0, 501, 0), shut(seg(S, ACK, 501, 1, 0))]), "ShAFa");
}

#[test]
fn zeek_a_gap_is_noted_for_its_sender_when_it_is_acknowledged() {
    let beyond = seg(S, ACK, 601, 0, 100);
    assert_eq!(history(&[beyond]), "ShAd");
    assert_eq!(history(&[beyond, seg(C, ACK, 0, 701, 0)]), "ShAdg");
    let filled = [beyond, seg(S, ACK, 501, 0, 100), seg(C, ACK, 0, 701, 0)];
    assert_eq!(history(&filled), "ShAdt", "what fills a hole lies before the highest number");
    // A SYN-ACK that comes again makes Zeek forget how far its sender was.
    let late = seg(S, SYN_ACK, 500, 0, 0);
    assert_eq!(history(&[&[beyond, late][..], &filled[1..]].concat()), "ShAd");
    let cut = Segment { payload: &[], ..seg(S, ACK, 501, 0, 100) };
    assert_eq!(history(&[cut, seg(C, ACK, 0, 601, 0)]), "ShAdg", "cut by the snapshot length");
    assert_eq!(history(&[beyond, seg(C, RST, 0, 701, 0)]), "ShAdR", "not revealed by a reset");
    assert_eq!(history(&[seg(S, FIN, 501, 0, 0), seg(C, ACK, 0, 502, 0)]), "ShAf", "a FIN is no octet");
}

#[test]
fn zeek_odd_flags() {
    let fin_reset = Flags::FIN.with(Flags::RST);
    assert_eq!(history(&[seg(S, fin_reset, 501, 0, 0), seg(S, fin_reset, 501, 0, 0)]), "ShAi");
    assert_eq!(play(&[seg(C, SYN.with(Flags::FIN), 1, 0, 0)]).zeek.history(), "Q");
    assert_eq!(history(&[seg(S, Flags::PSH, 501, 0, 0)]), "ShA", "neither ACK nor octets");
}

#[test]
fn zeek_a_bad_checksum_counts_only_from_a_host_that_can_do_better() {
    let bad = |seg| Segment { checksum: Checksum::Bad, ..seg };
    let damaged = opened_then(&[bad(seg(S, RST, 501, 0, 0))]).zeek;
    assert_eq!((damaged.history(), damaged.states()), ("ShAc", [EndState::Established; 2]));
    let all: Vec<_> = opening().into_iter().map(bad).collect();
    assert_eq!(play(&all).zeek.history(), "ShA");
}

#[test]
fn zeek_flips_a_connection_whose_first_segment_comes_from_a_known_port() {
    let http = |seg: Segment<'static>| {
        let known = |end: Endpoint| if end.port == 9_877 { Endpoint { port: 80, ..end } } else { end };
        Segment { src: known(seg.src), dst: known(seg.dst), ..seg }
    };
    let flipped = play(&[http(seg(S, ACK, 501, 0, 10)), http(seg(C, ACK, 0, 511, 0))]).zeek;
    assert_eq!((flipped.history(), flipped.originator()), ("^dA", Some(C)));
    assert_eq!(flipped.states(), [EndState::Partial; 2]);
    let unknown = play(&[seg(S, ACK, 501, 0, 10), seg(C, ACK, 0, 511, 0)]).zeek;
    assert_eq!((unknown.history(), unknown.originator()), ("Da", Some(S)));
    let reversed = play(&[seg(S, SYN_ACK, 500, 0, 0), seg(C, SYN, u32::MAX, 0, 0), seg(C, ACK, 0, 501, 0)]);
    assert_eq!((reversed.zeek.history(), reversed.zeek.originator()), ("Hs^A", Some(C)));
    assert_eq!(reversed.zeek.states(), [EndState::Established; 2]);
}

#[test]
fn zeek_flips_a_syn_ack_that_an_ack_follows_but_not_a_scan() {
    let (syn_ack, ack) = (seg(S, SYN_ACK, 500, 0, 0), seg(C, ACK, 0, 501, 0));
    for (next, history) in [(ack, "^hA"), (seg(S, ACK, 501, 0, 9), "^hd"), (seg(C, ACK, 0, 501, 9), "^hD")] {
        let answered = play(&[syn_ack, next]).zeek;
        assert_eq!((answered.history(), answered.originator()), (history, Some(C)));
    }
    assert_eq!(play(&[syn_ack, ack]).zeek.states(), [EndState::Established; 2]);
    let scan = play(&[syn_ack, seg(C, Flags::RST, 0, 0, 0)]).zeek;
    assert_eq!((scan.history(), scan.originator()), ("Hr", Some(S)));
}

#[test]
fn zeek_an_attempt_is_given_up_after_5_s_and_a_closed_connection_forgotten() {
    let syn = seg(C, SYN, 0, 0, 0);
    let again = [syn, later(syn, 7), later(seg(S, SYN_ACK, 9, 1, 0), 7)];
    assert_eq!(play(&again).zeek.history(), "Sh", "of the second attempt, not SSh");
    let closed = [seg(C, FIN, 0, 501, 0), seg(S, FIN, 501, 1, 0)];
    let stray = seg(S, Flags::RST, 700, 0, 0);
    assert_eq!(history(&[closed[0], closed[1], later(stray, 4)]), "ShAFfr");
    assert_eq!(history(&[closed[0], closed[1], later(stray, 5), later(stray, 5)]), "ShAFf");
    assert_eq!(history(&[later(stray, 301)]), "ShA", "idle for 5 minutes");
}

#[test]
fn zeek_both_syns_at_once_are_two_connections() {
    let crossed = play(&[
        seg(C, SYN, 1, 0, 0),
        seg(S, SYN, 500, 0, 0),
        seg(C, SYN_ACK, 1, 501, 0),
        seg(S, SYN_ACK, 500, 2, 0),
    ]);
    assert_eq!((crossed.zeek.history(), crossed.zeek.originator()), ("Sh", Some(S)));
}

#[test]
fn wireshark_every_kind_of_segment_has_its_bit() {
    let bits = |more: &[Segment<'static>]| opened_then(more).wireshark.completeness();
    assert_eq!(bits(&[]), 7);
    assert_eq!(bits(&[seg(C, ACK, 0, 501, 5)]), 15);
    assert_eq!(bits(&[seg(C, FIN, 0, 501, 0)]), 23);
    assert_eq!(bits(&[seg(C, Flags::FIN, 0, 0, 0)]), 7, "FIN without ACK is none");
    assert_eq!(bits(&[seg(C, Flags::PSH, 0, 0, 5)]), 7, "nor are octets");
    assert_eq!(bits(&[seg(S, Flags::RST, 501, 0, 5)]), 39);
    assert_eq!(play(&[seg(C, SYN, 1, 0, 0), seg(S, RST, 0, 2, 0)]).wireshark.completeness(), 37);
}

#[test]
fn wireshark_the_first_segment_counts_when_another_follows() {
    let bits = |segments: &[Segment<'static>]| play(segments).wireshark.completeness();
    assert_eq!(bits(&[seg(C, SYN, 1, 0, 0)]), 1);
    assert_eq!(bits(&[seg(C, SYN, 1, 0, 9)]), 9);
    assert_eq!(bits(&[seg(C, FIN, 1, 1, 3)]), 0);
    assert_eq!(bits(&[seg(C, FIN, 1, 1, 3); 2]), 24);
    assert_eq!(bits(&[seg(S, SYN_ACK, 500, 2, 0), seg(C, SYN, 1, 0, 0)]), 2, "the SYN came second");
}

#[test]
fn wireshark_the_trip_is_from_the_last_syn_to_the_first_ack_of_anyone() {
    let trip = |segments: &[Segment<'static>]| play(segments).wireshark.initial_rtt();
    let syn = seg(C, SYN, 1, 0, 0);
    assert_eq!(trip(&[syn, seg(S, SYN_ACK, 500, 2, 0)]), None);
    assert_eq!(trip(&[syn, syn, seg(S, RST, 0, 2, 0)]), Some(10_000_000));
    let at_once =
        Segment { at: Timestamp::from_nanos(syn.at.as_nanos() - 10_000_000), ..seg(C, ACK, 2, 1, 0) };
    assert_eq!(trip(&[syn, at_once, seg(C, ACK, 2, 1, 0)]), Some(20_000_000), "no time is no trip");
    assert_eq!(trip(&[seg(S, SYN_ACK, 500, 2, 0), seg(C, ACK, 2, 501, 0)]), None);
}

/// The short way of most segments must lead where the long one does.
#[test]
fn zeek_the_short_way_changes_nothing() {
    use proptest::prelude::*;
    let flags = prop_oneof![
        8 => Just(ACK), 1 => Just(SYN), 1 => Just(SYN_ACK), 1 => Just(FIN), 1 => Just(RST), 1 => Just(Flags::PSH),
    ];
    let sum = prop_oneof![4 => Just(Checksum::Good), 1 => Just(Checksum::Bad)];
    let one = (any::<bool>(), flags, 0..6_u32, 0..6_u32, 0..3_u32, any::<bool>(), 0..9_u16, sum);
    let some = proptest::collection::vec(one, 1..40);
    let config = ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(some in some, opened in any::<bool>())| {
        let mut segments = if opened { opening() } else { Vec::new() };
        for (client, flags, seq, ack, len, whole, window, checksum) in some {
            let (side, own, other) = if client { (C, u32::MAX, 500_u32) } else { (S, 500, u32::MAX) };
            let at = |base: u32, tens: u32| base.wrapping_add(1 + tens * 10);
            // A SYN may come again, and late.
            let seq = if flags.syn() { own.wrapping_add(seq / 3) } else { at(own, seq) };
            let made = self::seg(side, flags, seq, at(other, ack), len * 10);
            let payload = if whole { made.payload } else { &[] };
            segments.push(Segment { payload, window, checksum, ..made });
        }
        let (mut short, mut long) = (Zeek::default(), Zeek::default());
        let mut last = Timestamp::from_parts(1_700_000_000, 0);
        for seg in &segments {
            let from = if seg.src.port == 40_000 { C } else { S };
            short.observe(seg, from, last);
            long.weigh(seg, from, last);
            last = seg.at;
            prop_assert_eq!(format!("{short:?}"), format!("{long:?}"));
        }
    });
}
