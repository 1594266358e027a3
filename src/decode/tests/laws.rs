//! What holds for any octets.

use proptest::prelude::*;

use super::*;
use crate::decode::link;

/// Link types that are decoded, and one that is not.
fn any_link() -> impl Strategy<Value = u32> {
    let known: Vec<u32> =
        (0..300).filter(|&number| link::row(LinkType(number)).is_some()).chain([147]).collect();
    proptest::sample::select(known)
}

/// A decent frame, so that damage to it gets deep.
fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let headers = vec![
        "0800",
        "8100 0001 0800",
        "8864 1100 0007 002a 0021",
        "8847 00010140",
        "0800 45000050 00010000 40040000 c0000201 c0000202",
        "0800 45000060 00010000 402f0000 c0000201 c0000202 20000800 00000007",
        "0800 45000060 00010000 40110000 c0000201 c0000202 03e7 17c1 0040 0000 0000080000002a00",
        "0800 45000060 00010000 40110000 c0000201 c0000202 0868 0868 0040 0000 34ff003000000005 00000085 01001000",
        "0800 45000050 00012000 40060000 c0000201 c0000202",
        "0800 45000060 00010000 40010000 c0000201 c0000202 0304 0000 000005aa",
        "86dd 60000000 00400040 20010db8000000000000000000000001 20010db8000000000000000000000002 0600 0104 00000000",
        "86dd 60000000 00402c40 20010db8000000000000000000000001 20010db8000000000000000000000002 0600 0001 00000000",
    ];
    let payload = proptest::collection::vec(any::<u8>(), 0..40);
    (proptest::sample::select(headers), payload)
        .prop_map(|(header, payload)| ethernet(header, &ipv4(&payload)))
}

/// A frame that the short way is for.
fn usual_frame() -> impl Strategy<Value = Vec<u8>> {
    (any::<bool>(), proptest::collection::vec(any::<u8>(), 0..40)).prop_map(|(six, payload)| {
        if six { ethernet("86dd", &ipv6(&payload)) } else { ethernet("0800", &ipv4(&payload)) }
    })
}

/// Decodes and looks at every octet that is handed out.
fn survives(decoder: &mut Decoder, frame: &Frame<'_>) {
    let scope = match decoder.decode(frame) {
        Ok(Decoded::Segment(s) | Decoded::FirstFragment(s)) => {
            assert!(s.payload.len() as u64 <= u64::from(s.len) || s.fault.is_some());
            assert!(s.options.len() <= usize::from(s.header_len).saturating_sub(20));
            assert!(s.options().count() <= 41);
            s.scope
        }
        Ok(Decoded::IcmpError(e)) => e.scope,
        Ok(Decoded::Datagram(d)) => d.scope,
        Err(_) => ScopeId::NONE,
    };
    assert_eq!(decoder.scope(scope).is_none(), scope == ScopeId::NONE);
}

proptest! {
    #[test]
    fn any_octets_of_any_link_type(
        link in any_link(),
        frames in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 1..8),
        wire in any::<u32>(),
    ) {
        let mut decoder = Decoder::new().with_datagrams(wire % 2 == 0);
        for data in &frames {
            survives(&mut decoder, &Frame { wire_len: wire, ..frame(link, data) });
        }
    }

    #[test]
    fn damaged_frames(
        frames in proptest::collection::vec((any_frame(), any::<prop::sample::Index>(), any::<u8>(), any::<prop::sample::Index>()), 1..16),
    ) {
        let mut decoder = Decoder::new();
        for (data, at, octet, cut) in &frames {
            let mut data = data.clone();
            let at = at.index(data.len());
            data[at] ^= octet;
            let wire_len = data.len() as u32;
            data.truncate(cut.index(2 * data.len()));
            survives(&mut decoder, &Frame { wire_len, ..frame(1, &data) });
        }
    }

    #[test]
    fn the_short_way_finds_what_the_walk_finds(
        data in prop_oneof![any_frame(), usual_frame()],
        at in any::<prop::sample::Index>(),
        octet in any::<u8>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut data = data;
        let at = at.index(data.len());
        data[at] ^= octet;
        let wire_len = data.len() as u32;
        data.truncate(cut.index(2 * data.len()));
        let one = Frame { wire_len, ..frame(1, &data) };
        if let Some(short) = Decoder::usual(&one) {
            let mut decoder = Decoder::new();
            let long = decoder.walk(&one);
            prop_assert_eq!(format!("{:?}", Decoded::Segment(short)), format!("{:?}", long.unwrap()));
        }
    }
}

#[test]
fn the_short_way_takes_both_kinds_of_ip() {
    for (ethertype, packet) in [("0800", ipv4_syn()), ("86dd", ipv6_syn())] {
        assert!(Decoder::usual(&frame(1, &ethernet(ethertype, &packet))).is_some());
    }
}
