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
        "892f 002e 0001 0800",
        "22f3 007f 0001 0002 00000000 020000000001 020000000002 0800",
        "0800 45000070 00010000 40110000 c0000201 c0000202 03e7 10f5 0050 0000 c000000100000001",
        "0800 45000080 00010000 40110000 c0000201 c0000202 03e7 13d0 0060 0000 010011040000000000000000 0000",
        "0800 45000070 00010000 40110000 c0000201 c0000202 03e7 9090 0050 0000 01000001 0a01ff 01 020000000001 020000000002 0800",
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
    let tags = proptest::sample::select(vec![
        "",
        "8100 2007",
        "88a8 0003 8100 0004",
        "8100 0000",
        "8100 e000 8100 0fff",
    ]);
    (tags, any::<bool>(), proptest::collection::vec(any::<u8>(), 0..40)).prop_map(|(tags, six, payload)| {
        let (kind, packet) = if six { ("86dd", ipv6(&payload)) } else { ("0800", ipv4(&payload)) };
        ethernet(&format!("{tags} {kind}"), &packet)
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
        let mut decoder = Decoder::new();
        let usual = |decoder: &Decoder| Decoder::usual(&one).or_else(|| decoder.usual_in_vlan(&one)).map(|short| format!("{short:?}"));
        let unmet = decoder.usual_in_vlan(&one).is_some_and(|short| short.scope != ScopeId::NONE);
        prop_assert!(!unmet);
        let _met = decoder.walk(&one).is_ok();
        if let Some(short) = usual(&decoder) {
            let Ok(Decoded::Segment(long)) = decoder.walk(&one) else { panic!("{short}") };
            prop_assert_eq!(short, format!("{long:?}"));
        }
    }
}

#[test]
fn the_short_way_takes_both_kinds_of_ip_in_vlans_that_were_met() {
    for tags in ["", "8100 0000", "8100 0007", "88a8 0007", "8100 0007 8100 0008", "8100 0000 8100 0009"] {
        for (ethertype, packet) in [("0800", ipv4_syn()), ("86dd", ipv6_syn())] {
            let octets = ethernet(&format!("{tags} {ethertype}"), &packet);
            let (one, mut decoder) = (frame(1, &octets), Decoder::new());
            assert!(decoder.walk(&one).is_ok());
            let usual = Decoder::usual(&one).or_else(|| decoder.usual_in_vlan(&one));
            assert!(usual.is_some(), "{tags} {ethertype}");
        }
    }
}
