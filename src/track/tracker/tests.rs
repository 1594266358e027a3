use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::model::{Checksum, Endpoint, Flags, IpMeta, Seq};

const SYN_ACK: Flags = Flags::SYN.with(Flags::ACK);

/// A segment of the flow of client `n`, at so many milliseconds.
fn segment(n: u32, client: bool, flags: Flags, seq: u32, ack: u32, millis: i64) -> Segment<'static> {
    let [_, a, b, c] = n.to_be_bytes();
    let ends = [
        Endpoint { addr: IpAddr::V4(Ipv4Addr::new(10, a, b, c)), port: 40_000 },
        Endpoint { addr: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), port: 80 },
    ];
    let (src, dst) = if client { (ends[0], ends[1]) } else { (ends[1], ends[0]) };
    Segment {
        frame: 1,
        at: Timestamp::from_nanos(millis * 1_000_000),
        ip: IpMeta { ttl: 64, ..IpMeta::default() },
        seq: Seq::new(seq),
        ack_field: Seq::new(ack),
        window: 1000,
        checksum: Checksum::Good,
        ..Segment::bare(src, dst, flags)
    }
}

fn open(tracker: &mut Tracker, n: u32, millis: i64) {
    tracker.push(&segment(n, true, Flags::SYN, 0, 0, millis));
    tracker.push(&segment(n, false, SYN_ACK, 0, 1, millis));
    tracker.push(&segment(n, true, Flags::ACK, 1, 1, millis));
}

fn reset(tracker: &mut Tracker, n: u32, millis: i64) {
    open(tracker, n, millis);
    tracker.push(&segment(n, false, Flags::RST.with(Flags::ACK), 1, 1, millis));
}

fn ended(tracker: &mut Tracker) -> Vec<(u64, Ended)> {
    tracker.take_ended().into_iter().map(|(conv, why)| (conv.number, why)).collect()
}

#[test]
fn silence_ends_an_attempt_sooner_than_an_open_conversation() {
    let limits = Limits {
        syn_timeout: Duration::from_secs(10),
        idle_timeout: Duration::from_secs(100),
        ..Limits::default()
    };
    let mut tracker = Tracker::new(limits);
    tracker.push(&segment(1, true, Flags::SYN, 0, 0, 0));
    open(&mut tracker, 2, 0);
    tracker.push(&segment(3, true, Flags::SYN, 0, 0, 0));
    tracker.push(&segment(3, false, SYN_ACK, 0, 1, 0));
    tracker.push(&segment(4, true, Flags::SYN, 0, 0, 10_000));
    assert_eq!(ended(&mut tracker), [], "ten seconds are not more than ten");
    tracker.push(&segment(4, true, Flags::SYN, 0, 0, 11_001));
    assert_eq!(ended(&mut tracker), [(3, Ended::Idle), (1, Ended::Idle)]);
    tracker.expire(Timestamp::from_nanos(100_000_000_000));
    assert_eq!(ended(&mut tracker), [(4, Ended::Idle)]);
    tracker.expire(Timestamp::from_nanos(101_100_000_000));
    assert_eq!(ended(&mut tracker), [(2, Ended::Idle)]);
    assert_eq!(tracker.live(), 0);
}

#[test]
fn a_flow_is_judged_by_its_own_silence_whoever_else_speaks() {
    let limits = Limits { idle_timeout: Duration::from_millis(300), ..Limits::default() };
    let mut tracker = Tracker::new(limits);
    open(&mut tracker, 1, 0);
    // Nobody has looked for silent ones since: less than a second has passed.
    let event = tracker.push(&segment(1, true, Flags::ACK, 1, 1, 301));
    assert_eq!((event.conversation, event.first), (2, true));
    assert_eq!(ended(&mut tracker), [(1, Ended::Idle)]);
}

#[test]
fn a_flow_has_so_many_conversations_at_a_time() {
    let mut tracker = Tracker::new(Limits::default());
    for n in 0..10 {
        let (isn, at) = (n * 1_000_000, i64::from(n) * 1_000);
        tracker.push(&segment(1, true, Flags::SYN, isn, 0, at));
        tracker.push(&segment(1, false, SYN_ACK, isn, isn + 1, at));
        tracker.push(&segment(1, true, Flags::ACK, isn + 1, isn + 1, at));
        tracker.push(&segment(1, false, Flags::RST.with(Flags::ACK), isn + 1, isn + 1, at));
        assert_eq!(tracker.live(), 4.min(n as usize + 1));
    }
    let all: Vec<_> = (1..=6).map(|number| (number, Ended::Reused)).collect();
    assert_eq!(ended(&mut tracker), all);
}

#[test]
fn only_so_many_wait_for_stragglers() {
    let mut tracker = Tracker::new(Limits { max_lingering: 100, ..Limits::default() });
    for n in 0..1_000 {
        reset(&mut tracker, n, 0);
        assert!(tracker.live() <= 101);
    }
    let ended = ended(&mut tracker);
    assert_eq!(ended.len(), 900);
    assert!(ended.iter().all(|&(_, why)| why == Ended::Over) && ended.is_sorted_by_key(|&(n, _)| n));
}

#[test]
fn fewer_wait_where_none_would_wait_for_a_segment_sent_again() {
    let mut tracker = Tracker::new(Limits::default());
    let (mut n, mut millis) = (0, 0);
    // The fewest and the most that waited while the last hundred ended.
    let mut all = |count: u32, each_millisecond: u32| {
        let (mut fewest, mut most) = (usize::MAX, 0);
        for left in (0..count).rev() {
            millis += i64::from(n % each_millisecond == 0);
            reset(&mut tracker, n, millis);
            n += 1;
            if left < 100 {
                fewest = fewest.min(tracker.live());
                most = most.max(tracker.live());
            }
        }
        (fewest, most)
    };
    assert_eq!(all(4_000, 10), (3_901, 4_000));
    assert_eq!(all(8_000, 100), (2_048 - 32, 2_048), "a part is given out at once");
    assert_eq!(all(20_000, 20), (4_096 - 64, 4_096), "that is slow enough");
}

#[test]
fn attempts_are_evicted_first_then_what_is_over_then_the_longest_idle() {
    let mut tracker = Tracker::new(Limits { max_flows: 5, ..Limits::default() });
    open(&mut tracker, 1, 0);
    open(&mut tracker, 2, 1);
    reset(&mut tracker, 3, 2);
    tracker.push(&segment(4, true, Flags::SYN, 0, 0, 3));
    tracker.push(&segment(5, true, Flags::SYN, 0, 0, 3));
    tracker.push(&segment(5, false, SYN_ACK, 0, 1, 3));
    tracker.push(&segment(1, true, Flags::ACK, 1, 1, 4));
    for n in 6..11 {
        open(&mut tracker, n, 5);
    }
    let all = [
        (4, Ended::Evicted),
        (5, Ended::Evicted),
        (3, Ended::Evicted),
        (2, Ended::Evicted),
        (1, Ended::Evicted),
    ];
    assert_eq!(ended(&mut tracker), all);
}

#[test]
fn attempts_are_all_given_out_in_order() {
    let mut tracker = Tracker::new(Limits::default());
    for n in 0..100_000 {
        tracker.push(&segment(n, true, Flags::SYN, n, 0, 0));
    }
    assert_eq!(tracker.live(), 100_000);
    tracker.finish();
    let mut number = 0;
    while let Some((conv, why)) = tracker.next_ended() {
        number += 1;
        assert_eq!((conv.number, why), (number, Ended::CaptureEnd));
        assert_eq!(conv.side(Side::Client).isn, Some(Seq::new(number as u32 - 1)));
        tracker.recycle(conv);
    }
    assert_eq!((number, tracker.live()), (100_000, 0));
}

/// A segment of many attempts, of which few are answered.
fn of_flood<'a>((n, what, seq): (u32, u8, u32), frame: u64, now: i64, options: &'a [u8; 20]) -> Segment<'a> {
    // One attempt a flow, perhaps repeated; two flows may have one ISN.
    let seq = if what < 5 { n | 1 } else { seq };
    let (client, flags, ack) = match what {
        0..=4 => (true, Flags::SYN, 0),
        5 => (false, SYN_ACK, seq + 1),
        6 => (false, Flags::RST.with(Flags::ACK), seq + 1),
        _ => (true, Flags::ACK, 1),
    };
    let bare = segment(n, client, flags, seq, ack, now);
    let dressed = what < 5 && n % 2 == 0;
    Segment {
        frame,
        options: if dressed { options } else { &[] },
        header_len: if dressed { 40 } else { 20 },
        len: if what < 5 && n % 10 < 2 { n } else { 0 },
        ip: IpMeta { id: Some((n / 4) as u16), ..bare.ip },
        window: if n % 4 < 2 { 500 } else { 64_000 },
        checksum: if n % 7 == 0 { Checksum::Bad } else { Checksum::Good },
        ..bare
    }
}

#[test]
fn what_is_put_down_at_once_is_what_is_kept_whole() {
    let planted = std::cell::Cell::new([0; 2]);
    let config = ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() };
    let steps = proptest::collection::vec((0..3_000_u32, 0..8_u8, 0..3_u32, 0..20_i64), 1..3_000);
    let max_flows = proptest::sample::select(vec![250, 1_000_000]);
    proptest!(config, |(steps in steps, max_flows in max_flows, dialects: bool)| {
        let limits = Limits { max_flows, syn_timeout: Duration::from_secs(5), ..Limits::default() };
        let mut trackers = [(); 3].map(|()| Tracker::new(limits).with_dialects(dialects));
        let mut given = [(); 3].map(|()| Vec::new());
        let [whole, told, untold] = &mut trackers;
        // Where there are other scopes, nothing is put down at once.
        whole.scopes.push(ScopeId(99));
        let (mut now, mut event) = (0, Event::blank());
        for (frame, (n, what, seq, gap)) in (1..).zip(steps) {
            now += gap;
            // Options of Linux, perhaps from a SYN proxy, or with a scale that is too large.
            let (proxy, scale) = (u8::from(n % 6 == 0), if n % 8 == 0 { 15 } else { 7 });
            let options = [2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, proxy, 1, 3, 3, scale];
            let seg = of_flood((n, what, seq), frame, now, &options);
            let events = [whole.push(&seg), told.push(&seg)].map(|event| format!("{event:?}"));
            prop_assert_eq!(&events[0], &events[1]);
            let current = [&*whole, &*told].map(|tracker| format!("{:?}", tracker.current()));
            prop_assert_eq!(&current[0], &current[1]);
            untold.push_untold(&seg, &untold.flow_of(&seg), &mut event);
            let [some, others] = planted.get();
            let both = [told.touched.is_none(), untold.current().is_none()].map(u32::from);
            planted.set([some + both[0], others + both[1]]);
            for (tracker, given) in [&mut *whole, told, untold].into_iter().zip(&mut given) {
                while let Some((conv, why)) = tracker.next_ended() {
                    given.push((conv.number, format!("{why:?} {conv:?}")));
                    tracker.recycle(conv);
                }
            }
        }
        for (tracker, given) in trackers.iter_mut().zip(&mut given) {
            tracker.finish();
            let rest = tracker.take_ended();
            given.extend(rest.iter().map(|(conv, why)| (conv.number, format!("{why:?} {conv:?}"))));
            // Of those that one sweep gives up, others may come first.
            given.sort();
        }
        let [whole, told, untold] = &given;
        for other in [told, untold] {
            let differs = whole.iter().zip(other).find(|(one, other)| one != other);
            prop_assert!(other.len() == whole.len() && differs.is_none(), "{differs:?}");
        }
    });
    assert!(planted.get().iter().all(|&planted| planted > 1_000), "{:?}", planted.get());
}

#[test]
fn a_fin_is_ignored_when_it_comes_again_and_nothing_else_does() {
    let fin = |millis| segment(1, true, Flags::FIN.with(Flags::ACK), 1, 1, millis);
    let ignored = |after: &[Segment<'static>]| {
        let mut tracker = Tracker::new(Limits::default());
        open(&mut tracker, 1, 0);
        for seg in after {
            tracker.push(seg);
        }
        tracker.current().is_some_and(|conv| conv.ignores_fin(Side::Client))
    };
    let data = Segment { len: 5, ..segment(1, false, Flags::ACK, 1, 1, 2) };
    let ack_of_it = segment(1, true, Flags::ACK, 2, 6, 3);
    assert!(ignored(&[fin(1), fin(200)]));
    assert!(ignored(&[data, fin(5), fin(200)]));
    assert!(!ignored(&[fin(1)]), "the capture may just have ended");
    assert!(!ignored(&[fin(1), data, fin(200)]));
    assert!(!ignored(&[fin(1), data, ack_of_it, fin(200)]));
    assert!(!ignored(&[fin(1), ack_of_it, fin(200)]), "the data were not captured");
}
