use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::model::{Checksum, Flags, IpMeta, Segment};
use crate::track::{Limits, Tracker};

/// A step of a dialogue: flow, who sends, flags, numbers near those that are right, data,
/// options, milliseconds since the one before.
type Step = (u8, bool, u8, [i8; 2], u8, u8, u16);

const OPTIONS: [&[u8]; 5] = [
    &[],
    &[1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 4],
    &[2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7],
    &[1, 1, 5, 10, 0, 0, 0, 9, 0, 0, 0, 40],
    &[34, 2, 1, 1],
];

/// What each side of each flow would send next, if nothing were lost.
type Next = [[u32; 2]; 8];

fn segment(frame: u64, at: i64, next: &mut Next, step: Step) -> Segment<'static> {
    let (flow, up, what, [off, ack_off], len, options, _) = step;
    let (own, other) = if up { (0, 1) } else { (1, 0) };
    let flags = match what {
        0..=1 if up => Flags::SYN,
        0..=1 => Flags::SYN.with(Flags::ACK),
        2..=7 => Flags::ACK,
        8 => Flags::FIN.with(Flags::ACK),
        9 => Flags::RST,
        10 => Flags::RST.with(Flags::ACK),
        _ => Flags::ACK.with(Flags::ECE),
    };
    let len = if what < 5 || flags.rst() { 0 } else { len.into() };
    // Most numbers are right, some are not.
    let near = |n: u32, off: i8| if off.unsigned_abs() > 100 { n.wrapping_add_signed(off.into()) } else { n };
    let seq = near(next[usize::from(flow)][own], off);
    let ack = near(next[usize::from(flow)][other], ack_off);
    let span = len + u32::from(flags.syn()) + u32::from(flags.fin());
    next[usize::from(flow)][own] = seq.wrapping_add(span);
    let host = |n: u8| match flow % 3 {
        0 => IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, flow.into(), n.into())),
        _ => IpAddr::V4(Ipv4Addr::new(10, 0, flow, n)),
    };
    let ends = [(1, 40_000), (2, 80)].map(|(n, port)| Endpoint { addr: host(n), port });
    let options = OPTIONS[usize::from(options) % OPTIONS.len()];
    Segment {
        frame,
        at: Timestamp::from_nanos(at),
        ip: IpMeta { ttl: 64, id: Some(frame as u16), ..IpMeta::default() },
        seq: Seq::new(seq),
        ack_field: Seq::new(ack),
        window: 500,
        len,
        options,
        header_len: 20 + options.len() as u8,
        checksum: Checksum::Good,
        ..Segment::bare(ends[own], ends[other], flags)
    }
}

#[test]
fn who_rests_is_taken_up_as_it_was() {
    let steps = (0..8_u8, any::<bool>(), 0..12_u8, any::<[i8; 2]>(), 0..90_u8, any::<u8>(), 0..2_000_u16);
    let rested = std::cell::Cell::new(0);
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    let limits = Limits { linger: Duration::from_secs(5), ..Limits::default() };
    proptest!(config, |(steps in proptest::collection::vec(steps, 1..120), isns: Next, start: i64)| {
        let [mut whole, mut small] = [Tracker::new(limits), Tracker::new(limits)];
        let (mut next, mut now) = (isns, start / 2);
        for (frame, step) in (1..).zip(steps) {
            now += i64::from(step.6) * 1_000_003;
            let seg = segment(frame, now, &mut next, step);
            let events = [&mut whole, &mut small].map(|tracker| format!("{:?}", tracker.push(&seg)));
            prop_assert_eq!(&events[0], &events[1]);
            let current = [&whole, &small].map(|tracker| format!("{:?}", tracker.current()));
            prop_assert_eq!(&current[0], &current[1]);
            let ended = [&mut whole, &mut small].map(|tracker| format!("{:?}", tracker.take_ended()));
            prop_assert_eq!(&ended[0], &ended[1]);
            small.rest();
            rested.set(rested.get() + small.resting());
        }
        let ended = [&mut whole, &mut small].map(|tracker| {
            tracker.finish();
            format!("{:?}", tracker.take_ended())
        });
        prop_assert_eq!(&ended[0], &ended[1]);
    });
    assert!(rested.get() > 10_000, "{}", rested.get());
}

#[test]
fn a_glimpse_is_of_the_conversation() {
    let mut tracker = Tracker::new(Limits::default());
    let mut next = Next::default();
    for (frame, (up, what)) in (1..).zip([(true, 0), (false, 0), (true, 2), (true, 6)]) {
        tracker.push(&segment(frame, 1_700_000_000_000_000_000, &mut next, (1, up, what, [0; 2], 9, 1, 0)));
    }
    let conv = tracker.current().unwrap();
    let mut writer = Writer::default();
    put_down(conv, &mut writer).unwrap();
    let glimpse = Glimpse::of(writer.octets());
    assert_eq!((glimpse.number, glimpse.key, glimpse.last), (1, conv.key, conv.last));
    assert_eq!(format!("{:?}", take_up(writer.octets())), format!("{conv:?}"));
    assert!(writer.octets().len() < 200, "{}", writer.octets().len());
}
