use std::net::IpAddr;

use super::*;
use crate::model::{Endpoint, Flags, Seq};

const ACK: Flags = Flags::ACK;
const SYN_ACK: Flags = Flags::SYN.with(Flags::ACK);

fn segment(
    src: (&str, u16),
    dst: (&str, u16),
    flags: Flags,
    seq: u32,
    ack: u32,
    len: u32,
) -> Segment<'static> {
    let end = |(addr, port): (&str, u16)| Endpoint { addr: addr.parse::<IpAddr>().unwrap(), port };
    Segment {
        frame: 1,
        seq: Seq::new(seq),
        ack_field: Seq::new(ack),
        len,
        ..Segment::bare(end(src), end(dst), flags)
    }
}

const A: (&str, u16) = ("10.0.0.1", 50000);
const B: (&str, u16) = ("10.0.0.2", 80);

#[test]
fn relative_from_the_syn_ack_on_in_both_directions() {
    let mut numberer = Numberer::new();
    let syn = numberer.number(&segment(A, B, Flags::SYN, 100, 0, 0));
    assert_eq!((syn.seq, syn.relative, syn.sack_base), (100, false, 0));
    let syn_ack = numberer.number(&segment(B, A, SYN_ACK, 900, 101, 0));
    assert_eq!((syn_ack.seq, syn_ack.ack, syn_ack.relative), (900, 101, false));
    let data = numberer.number(&segment(A, B, ACK, 101, 901, 5));
    assert_eq!(data, Numbers { seq: 1, end: 6, ack: 1, sack_base: 900, relative: true });
    let reply = numberer.number(&segment(B, A, ACK, 901, 106, 0));
    assert_eq!((reply.seq, reply.ack, reply.sack_base), (1, 6, 100));
}

#[test]
fn without_ack_nothing_is_remembered_and_nothing_is_relative() {
    let mut numberer = Numberer::new();
    numberer.number(&segment(A, B, Flags::RST, 5, 7, 0));
    assert_eq!(numberer.v4.len(), 0);
    numberer.number(&segment(A, B, ACK, 100, 900, 0));
    let reset = numberer.number(&segment(A, B, Flags::RST, 101, 0, 0));
    assert_eq!((reset.seq, reset.relative), (101, false));
}

#[test]
fn a_capture_that_starts_late_has_its_first_ack_as_base() {
    let mut numberer = Numberer::new();
    let first = numberer.number(&segment(A, B, ACK, 100, 900, 10));
    assert_eq!((first.seq, first.end, first.ack, first.sack_base), (100, 110, 900, 899));
    let second = numberer.number(&segment(A, B, ACK, 110, 900, 10));
    assert_eq!((second.seq, second.end, second.ack), (10, 20, 1));
    // Before the base: wraps.
    assert_eq!(numberer.number(&segment(A, B, ACK, 99, 898, 0)).seq, u32::MAX);
}

#[test]
fn equal_ports_are_ordered_by_address() {
    let (a, b) = (("10.0.0.2", 80), ("10.0.0.1", 80));
    let mut numberer = Numberer::new();
    numberer.number(&segment(a, b, ACK, 100, 900, 0));
    let back = numberer.number(&segment(b, a, ACK, 900, 101, 0));
    assert_eq!((back.seq, back.ack), (1, 1));
}

#[test]
fn a_connection_to_itself_has_one_direction() {
    let mut numberer = Numberer::new();
    numberer.number(&segment(A, A, SYN_ACK, 100, 101, 0));
    let next = numberer.number(&segment(A, A, ACK, 101, 101, 0));
    assert_eq!((next.seq, next.ack), (1, 1));
}

#[test]
fn a_syn_ack_replaces_the_base_and_leaves_other_flows_alone() {
    // 80 + 919 * 3 shares tcpdump's hash chain with 80.
    let (c, d) = (("10.0.0.3", 80 + 919 * 3), ("10.0.0.4", 60000));
    let mut numberer = Numberer::new();
    numberer.number(&segment(B, A, SYN_ACK, 900, 101, 0));
    numberer.number(&segment(c, d, SYN_ACK, 500, 601, 0));
    let again = numberer.number(&segment(B, A, SYN_ACK, 7000, 8001, 0));
    assert_eq!((again.seq, again.relative), (7000, false));
    assert_eq!(numberer.number(&segment(A, B, ACK, 8001, 7001, 0)).seq, 1);
    assert!(numberer.number(&segment(d, c, ACK, 601, 501, 0)).relative);
}

#[test]
fn the_header_fault_decides_whether_it_counts() {
    let mut numberer = Numberer::new();
    let mut short = segment(A, B, ACK, 100, 900, 0);
    short.fault = Some(HeaderFault::TooShort);
    numberer.number(&short);
    assert_eq!(numberer.v4.len(), 0);
    let mut long = segment(A, B, ACK, 100, 900, 0);
    long.fault = Some(HeaderFault::TooLong { segment_len: 20 });
    numberer.number(&long);
    assert_eq!(numberer.v4.len(), 1);
}

#[test]
fn what_tcpdump_does_not_see_leaves_no_base_and_is_relative_to_a_known_one() {
    let mut numberer = Numberer::new();
    let hidden = |mut of: Segment<'static>| {
        of.ip.hidden = true;
        of
    };
    let lost = numberer.number(&hidden(segment(B, A, SYN_ACK, 900, 101, 0)));
    assert_eq!((lost.seq, lost.ack, lost.relative), (900, 101, false));
    let early = numberer.number(&hidden(segment(A, B, ACK, 101, 901, 9)));
    assert_eq!((early.seq, early.sack_base, early.relative), (101, 0, false));
    assert_eq!(numberer.v4.len(), 0);
    numberer.number(&segment(A, B, ACK, 110, 901, 0));
    let known = numberer.number(&hidden(segment(A, B, ACK, 110, 901, 9)));
    assert_eq!(known, Numbers { seq: 0, end: 9, ack: 1, sack_base: 900, relative: true });
    let again = numberer.number(&hidden(segment(B, A, SYN_ACK, 7000, 8001, 0)));
    assert!(!again.relative);
    assert_eq!(numberer.number(&segment(A, B, ACK, 119, 901, 0)).seq, 9);
}

#[test]
fn absolute_numbers_touch_nothing() {
    let mut numberer = Numberer::absolute();
    numberer.number(&segment(A, B, ACK, 100, 900, 0));
    let second = numberer.number(&segment(A, B, ACK, 110, 900, 10));
    assert_eq!(second, Numbers { seq: 110, end: 120, ack: 900, sack_base: 0, relative: false });
    assert_eq!(numberer.v4.len(), 0);
}

#[test]
fn beyond_the_limit_the_silent_are_forgotten_and_the_active_kept() {
    let mut numberer = Numberer::with_limit(8);
    let (six, other) = (("2001:db8::1", 50000), ("2001:db8::2", 80));
    numberer.number(&segment(A, B, ACK, 100, 900, 0));
    numberer.number(&segment(("10.0.0.9", 1), B, ACK, 100, 900, 0));
    numberer.number(&segment(six, other, ACK, 100, 900, 0));
    for port in 1000..2000 {
        assert!(numberer.number(&segment(A, B, ACK, 101, 900, 0)).relative);
        numberer.number(&segment(("10.0.0.3", port), B, ACK, 1, 1, 0));
    }
    assert_eq!(numberer.v4.len(), 8);
    assert!(!numberer.number(&segment(("10.0.0.9", 1), B, ACK, 101, 900, 0)).relative);
    assert!(numberer.number(&segment(six, other, ACK, 101, 900, 0)).relative);
}
