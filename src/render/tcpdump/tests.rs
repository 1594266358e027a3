use std::net::IpAddr;

use super::*;
use crate::model::{Arrival, Direction, Endpoint, Flags, HeaderFault, Segment, Seq, Timestamp};
use crate::render::testing::lines as style;
use crate::track::number::{Numberer, Numbers};

pub(super) fn segment(flags: Flags) -> Segment<'static> {
    let end = |last, port| Endpoint { addr: IpAddr::from([10, 0, 0, last]), port };
    Segment {
        frame: 1,
        at: Timestamp::from_parts(100, 5_000),
        seq: Seq::new(5),
        ack_field: Seq::new(900),
        window: 100,
        urgent: 7,
        ..Segment::bare(end(1, 1000), end(2, 2000), flags)
    }
}

fn absolute(segment: &Segment<'_>) -> Numbers {
    Numberer::absolute().number(segment)
}

/// The line under `-t -S`.
fn line(segment: &Segment<'_>) -> String {
    let mut out = Vec::new();
    LineWriter::new(style(TimeStyle::None)).write(&mut out, segment, &absolute(segment), 1);
    String::from_utf8(out).unwrap()
}

/// What stands before `IP` for frames captured at these seconds and nanoseconds.
fn times(style: LineStyle, at: &[(i64, u32)]) -> Vec<String> {
    let at: Vec<_> = at.iter().map(|&(secs, nanos)| (Timestamp::from_parts(secs, nanos), 0)).collect();
    carried_times(style, &at)
}

/// The same of times of which so many seconds were stored as a sub-second.
fn carried_times(style: LineStyle, at: &[(Timestamp, u16)]) -> Vec<String> {
    let mut writer = LineWriter::new(style);
    at.iter()
        .map(|&at| {
            let mut segment = segment(Flags::SYN);
            (segment.at, segment.carried) = at;
            let mut out = Vec::new();
            writer.write(&mut out, &segment, &absolute(&segment), 1);
            let text = String::from_utf8(out).unwrap();
            text[..text.find("IP").unwrap()].to_owned()
        })
        .collect()
}

#[test]
fn flags_numbers_window_urgent() {
    let syn_ack = Flags::SYN.with(Flags::ACK);
    assert_eq!(
        line(&segment(syn_ack)),
        "IP 10.0.0.1.1000 > 10.0.0.2.2000: Flags [S.], seq 5, ack 900, win 100, length 0"
    );
    assert_eq!(
        line(&segment(Flags::NONE)),
        "IP 10.0.0.1.1000 > 10.0.0.2.2000: Flags [none], win 100, length 0"
    );
    let mut all = segment(Flags::from_header(0x1ff));
    (all.seq, all.len) = (Seq::new(u32::MAX), 3);
    assert_eq!(
        line(&all),
        "IP 10.0.0.1.1000 > 10.0.0.2.2000: Flags [FSRP.UEW], seq 4294967295:2, ack 900, win 100, urg 7, length 3"
    );
}

#[test]
fn an_ipv6_segment() {
    let mut six = segment(Flags::ACK);
    six.src.addr = "fe80::1".parse().unwrap();
    six.dst.addr = "::ffff:10.9.0.1".parse().unwrap();
    assert_eq!(line(&six), "IP6 fe80::1.1000 > ::ffff:10.9.0.1.2000: Flags [.], ack 900, win 100, length 0");
}

#[test]
fn header_faults() {
    let mut short = segment(Flags::SYN);
    (short.header_len, short.len, short.fault) = (16, 44, Some(HeaderFault::TooShort));
    assert_eq!(
        line(&short),
        "IP 10.0.0.1.1000 > 10.0.0.2.2000:  tcp 44 [bad hdr length 16 - too short, < 20]"
    );
    let mut long = segment(Flags::SYN);
    (long.header_len, long.fault) = (44, Some(HeaderFault::TooLong { segment_len: 20 }));
    assert_eq!(
        line(&long),
        "IP 10.0.0.1.1000 > 10.0.0.2.2000: Flags [S] [bad hdr length 44 - too long, > 20]"
    );
}

#[test]
fn first_fragments() {
    let mut writer = LineWriter::new(style(TimeStyle::None));
    let mut segment = segment(Flags::PSH.with(Flags::ACK));
    segment.len = 44;
    let mut out = Vec::new();
    writer.write_first_fragment(&mut out, &segment, &absolute(&segment), 1);
    out.push(b'\n');
    segment.src.addr = "fe80::1".parse().unwrap();
    segment.dst.addr = "fe80::2".parse().unwrap();
    writer.write_first_fragment(&mut out, &segment, &absolute(&segment), 1);
    assert_eq!(
        str::from_utf8(&out).unwrap(),
        "IP 10.0.0.1.1000 > 10.0.0.2.2000: Flags [P.], seq 5:49, ack 900, win 100, length 44\n\
         IP6 fe80::1 > fe80::2: frag (0|64) 1000 > 2000: Flags [P.], seq 5:49, ack 900, win 100, length 44"
    );
}

#[test]
fn later_fragments() {
    let mut writer = LineWriter::new(style(TimeStyle::None));
    let mut segment = segment(Flags::ACK);
    let mut out = Vec::new();
    writer.write_fragment(&mut out, &segment, None, 1);
    out.push(b'\n');
    segment.src.addr = "fe80::1".parse().unwrap();
    segment.dst.addr = "fe80::2".parse().unwrap();
    writer.write_fragment(&mut out, &segment, Some((1448, 560)), 1);
    assert_eq!(
        str::from_utf8(&out).unwrap(),
        "IP 10.0.0.1 > 10.0.0.2: ip-proto-6\nIP6 fe80::1 > fe80::2: frag (1448|560)"
    );
}

#[test]
fn packet_number_and_capture_interface() {
    let names: InterfaceName = |index| (index == 1).then(|| "lo".to_owned());
    let mut writer = LineWriter::new(LineStyle {
        packet_numbers: true,
        interface_name: Some(names),
        ..style(TimeStyle::Unix)
    });
    let mut out = Vec::new();
    let arrivals = [
        (42, Some(1), Direction::In),
        (100_000, Some(9), Direction::Out),
        (1, Some(1), Direction::Other),
        (1, Some(1), Direction::Broadcast),
        (1, Some(1), Direction::Multicast),
        (1, Some(1), Direction::Unknown),
        (1, None, Direction::Out),
    ];
    for (ordinal, ifindex, direction) in arrivals {
        let mut segment = segment(Flags::SYN);
        segment.arrival = Some(Arrival { ifindex, direction });
        writer.write(&mut out, &segment, &absolute(&segment), ordinal);
        out.push(b'\n');
    }
    let begins: Vec<_> = str::from_utf8(&out).unwrap().lines().map(|l| &l[..l.find("IP").unwrap()]).collect();
    let expected = [
        "   42  100.000005 lo    In  ",
        "100000  100.000005 ?     Out ",
        "    1  100.000005 lo    P   ",
        "    1  100.000005 lo    B   ",
        "    1  100.000005 lo    M   ",
        "    1  100.000005 lo    ?   ",
        "    1  100.000005 ",
    ];
    assert_eq!(begins, expected);
}

#[test]
fn times_in_every_style() {
    let at = [(100, 5_000), (100, 999_999_999), (99, 7_000), (172_900, 5_000), (4_000_000_000, 5_000)];
    assert_eq!(times(style(TimeStyle::None), &at), [""; 5]);
    assert_eq!(
        times(style(TimeStyle::Unix), &at),
        ["100.000005 ", "100.999999 ", "99.000007 ", "172900.000005 ", "[Error converting time] "]
    );
    assert_eq!(
        times(LineStyle { nanos: true, ..style(TimeStyle::Unix) }, &at[..2]),
        ["100.000005000 ", "100.999999999 "]
    );
    assert_eq!(
        times(style(TimeStyle::SinceLast), &at[..4]),
        [" 00:00:00.000000 ", " 00:00:00.999994 ", "-00:00:01.999992 ", " 00:00:00.999998 "]
    );
    assert_eq!(
        times(LineStyle { nanos: true, ..style(TimeStyle::SinceLast) }, &at[..3]),
        [" 00:00:00.000000000 ", " 00:00:00.999994999 ", "-00:00:01.999992999 "]
    );
    assert_eq!(
        times(style(TimeStyle::SinceFirst), &at[..4]),
        [" 00:00:00.000000 ", " 00:00:00.999994 ", "-00:00:00.999998 ", " 00:00:00.000000 "]
    );
}

#[test]
fn local_time_follows_the_clock_changes_in_any_order() {
    let zone = Zone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    let at = [
        (1_774_745_999, 0),
        (1_774_746_000, 0),
        (1_792_889_999, 1_000_000),
        (1_792_890_000, 0),
        (1_774_745_999, 0),
        (0, 0),
        (951_782_400, 0),
        (68_169_599, 0),
        (4_107_542_399, 0),
    ];
    let expected = [
        "2026-03-29 01:59:59.000000 ",
        "2026-03-29 03:00:00.000000 ",
        "2026-10-25 02:59:59.001000 ",
        "2026-10-25 02:00:00.000000 ",
        "2026-03-29 01:59:59.000000 ",
        "1970-01-01 01:00:00.000000 ",
        "2000-02-29 01:00:00.000000 ",
        "1972-02-29 00:59:59.000000 ",
        "[Error converting time] ",
    ];
    assert_eq!(times(LineStyle { zone: zone.clone(), ..style(TimeStyle::Date) }, &at), expected);
    let clock = times(LineStyle { zone, ..style(TimeStyle::Clock) }, &at);
    assert_eq!(clock[..8], expected.map(|text| text.get(11..).unwrap_or_default())[..8]);
}

/// As tcpdump 4.99.3 prints a sub-second of 1 500 000 and of 4 294 967 295 us, and the
/// frame that was captured in the second between.
#[test]
fn a_sub_second_of_a_second_or_more_stands_as_it_was_stored() {
    let at = [
        (Timestamp::from_parts(101, 500_000_000), 1),
        (Timestamp::from_parts(100 + 4294, 967_295_000), 4294),
        (Timestamp::from_parts(101, 5_000), 0),
    ];
    for (time, expected) in [
        (TimeStyle::Unix, ["100.1500000 ", "100.4294967295 ", "101.000005 "]),
        (TimeStyle::Clock, ["00:01:40.1500000 ", "00:01:40.4294967295 ", "00:01:41.000005 "]),
        (TimeStyle::SinceFirst, [" 00:00:00.000000 ", " 01:11:33.467295 ", "-00:00:00.499995 "]),
    ] {
        assert_eq!(carried_times(style(time), &at), expected);
    }
    let nanos = LineStyle { nanos: true, ..style(TimeStyle::Unix) };
    assert_eq!(carried_times(nanos, &at), ["100.1500000000 ", "100.4294966296 ", "101.000005000 "]);
}

#[test]
fn a_frame_without_a_line_counts_for_the_difference() {
    let mut writer = LineWriter::new(style(TimeStyle::SinceLast));
    writer.pass(Timestamp::from_parts(98, 0));
    let (mut out, segment) = (Vec::new(), segment(Flags::SYN));
    writer.write(&mut out, &segment, &absolute(&segment), 1);
    assert!(out.starts_with(b" 00:00:02.000005 IP"));
}

#[test]
fn the_ends_of_time_do_no_harm() {
    for time in [TimeStyle::Date, TimeStyle::Unix, TimeStyle::SinceLast, TimeStyle::SinceFirst] {
        let at = [(i64::MIN, 0), (i64::MAX, 0), (0, 0), (i64::MIN, 999), (-3_000_000_000, 0)];
        assert_eq!(times(style(time), &at).len(), 5);
    }
}
