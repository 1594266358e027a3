use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::track::Event;

fn options(mss: Option<u16>, scale: Option<u8>, sack: bool, ts: Option<(u32, u32)>, odd: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    if let Some(mss) = mss {
        octets.extend([2, 4]);
        octets.extend(mss.to_be_bytes());
    }
    if sack {
        octets.extend([4, 2]);
    }
    if let Some((val, ecr)) = ts {
        octets.extend([8, 10]);
        octets.extend(val.to_be_bytes());
        octets.extend(ecr.to_be_bytes());
    }
    if let Some(scale) = scale {
        octets.extend([1, 3, 3, scale]);
    }
    octets.extend(odd);
    octets
}

fn begun(syn: &Segment<'_>, number: u64, dialects: bool) -> Conversation {
    let (key, way) = FlowKey::of(syn.src, syn.dst, syn.scope);
    let mut conv = Conversation::begin(number, key, way, syn);
    conv.dialects = dialects.then(Box::default);
    let from = conv.sender(way);
    conv.apply(syn, from, &mut Event::blank());
    conv
}

/// A SYN with the options of Linux.
fn plain(client: IpAddr, server: IpAddr, options: &[u8]) -> Segment<'_> {
    let small = Small {
        low: [10, 0, 0, 1],
        high: [10, 0, 0, 2],
        ports: [40_000, 80],
        scope: 0,
        at: [0, 396_000_000],
        isn: 7,
        tsval: 0,
        print: [0; 2],
        frame: narrow(1 << 40 | 77),
        number: [0; 3],
        window: 64_240,
        mss: 0,
        len: 0,
        bits: bit::LIVE,
        scale: 0,
        ttl: 64,
    };
    let syn = small.syn(small.key());
    let (src, dst) = (Endpoint { addr: client, ..syn.src }, Endpoint { addr: server, ..syn.dst });
    let header_len = 20 + options.len() as u8;
    let ip = IpMeta { id: Some(5), ..syn.ip };
    Segment { src, dst, options, header_len, link_hash: 99, interface: 3, ip, ..syn }
}

#[test]
fn a_seed_takes_sixty_four_octets() {
    assert_eq!(size_of::<Small<[u8; 4]>>(), 64);
    assert_eq!(size_of::<Small<[u8; 16]>>(), 88);
}

#[test]
fn the_syn_of_linux_is_one() {
    let octets = options(Some(1460), Some(7), true, Some((77, 0)), &[]);
    for (client, server) in [("10.0.0.1", "10.0.0.2"), ("2001:db8::1", "::1")] {
        let syn = plain(client.parse().unwrap(), server.parse().unwrap(), &octets);
        assert!(Seed::of(&begun(&syn, 1, false)).is_some(), "{client}");
    }
}

#[test]
fn what_grows_is_what_was_put_down() {
    let flags = prop_oneof![
        6 => Just(Flags::SYN), 1 => Just(Flags::SYN.with(Flags::ECE).with(Flags::CWR)),
        1 => Just(Flags::SYN.with(Flags::CWR)), 1 => Just(Flags::SYN.with(Flags::AE)),
        1 => Just(Flags::SYN.with(Flags::ACK)), 1 => Just(Flags::SYN.with(Flags::PSH)),
    ];
    let odd = prop_oneof![
        8 => Just(vec![]), 1 => Just(vec![34, 2]), 1 => Just(vec![34, 4, 1, 2]), 1 => Just(vec![30, 4, 0, 1]),
        1 => Just(vec![4, 2]), 1 => Just(vec![5, 1]), 1 => Just(vec![99, 3, 1]), 1 => Just(vec![19, 18]),
    ];
    let sum = prop_oneof![3 => Just(Checksum::Good), 1 => Just(Checksum::Unknown), 1 => Just(Checksum::Bad), 1 => Just(Checksum::Offloaded)];
    let options = (
        any::<Option<u16>>(),
        proptest::option::of(0..20_u8),
        any::<bool>(),
        any::<Option<(u32, u32)>>(),
        odd,
    );
    let numbers = (
        any::<u32>(),
        prop_oneof![9 => Just(0_u32), 1 => any::<u32>()],
        any::<i64>(),
        0..1_u64 << 48,
        any::<u16>(),
        any::<u8>(),
    );
    let case = (any::<bool>(), any::<bool>(), flags, options, numbers, sum, 0..40_u32);
    let config = ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() };
    let seeds = std::cell::Cell::new(0_u32);
    let other = plain("10.9.9.9".parse().unwrap(), "10.9.9.8".parse().unwrap(), &[]);
    let place = std::cell::RefCell::new(begun(&other, 1, false));
    proptest!(config, |((six, down, flags, options, numbers, checksum, len) in case, dialects: bool)| {
        let (mss, scale, sack, ts, odd) = options;
        let (seq, ack, at, frame, window, ttl) = numbers;
        let octets = self::options(mss, scale, sack, ts, &odd);
        let [low, high]: [IpAddr; 2] =
            if six { ["::1", "::2"] } else { ["10.0.0.1", "10.0.0.2"] }.map(|end| end.parse().unwrap());
        let base = if down { plain(high, low, &octets) } else { plain(low, high, &octets) };
        let syn = Segment {
            seq: Seq::new(seq), ack_field: Seq::new(ack), at: Timestamp::from_nanos(at), frame, window, flags,
            ip: IpMeta { ttl, ecn: ttl & 3, ..base.ip }, checksum, len: len.saturating_sub(30), ..base
        };
        let conv = begun(&syn, frame / 2, dialects);
        let (key, way) = FlowKey::of(syn.src, syn.dst, syn.scope);
        let direct = Seed::of_syn(&syn, &key, way, frame / 2);
        prop_assert_eq!(format!("{direct:?}"), format!("{:?}", Seed::of(&conv)));
        if let Some(seed) = direct {
            seeds.set(seeds.get() + 1);
            prop_assert_eq!(format!("{:?}", seed.grow(dialects, Box::new)), format!("{conv:?}"));
            let mut place = place.borrow_mut();
            seed.grow_over(dialects, &mut place);
            prop_assert_eq!(format!("{:?}", place), format!("{conv:?}"));
        }
        // Not all of these fit in a seed.
        if is_of_one_syn(&conv) {
            place.replace(conv);
        }
    });
    assert!(seeds.get() > 200, "{}", seeds.get());
}

#[test]
fn the_oldest_goes_first_and_slots_are_used_again() {
    let mut seeds = Seeds::default();
    let syn = plain("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap(), &[]);
    let six = plain("::1".parse().unwrap(), "::2".parse().unwrap(), &[]);
    for round in 0..10_000_u64 {
        let syn = if round % 3 == 0 { &six } else { &syn };
        seeds.put(Seed::of(&begun(syn, round, false)).unwrap());
        if round >= 100 {
            let (index, number, _) = seeds.oldest().unwrap();
            assert_eq!(number, round - 100);
            assert_eq!(seeds.take(index).unwrap().grow(false, Box::new).number, number);
            assert!(seeds.take(index).is_none(), "it is gone");
        }
    }
    assert_eq!(seeds.len(), 100);
    assert!(seeds.room() < 4_000, "{}", seeds.room());
}
