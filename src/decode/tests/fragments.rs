//! Fragments of IPv4 and IPv6, through whole frames.

use super::*;

/// The stretch of an IPv4 packet's payload as a fragment.
fn fragment(ip: &[u8], from: usize, to: usize) -> Vec<u8> {
    let payload = &ip[20..];
    let (to, more) = if to >= payload.len() { (payload.len(), 0) } else { (to, 0x2000) };
    let mut out = [&ip[..20], &payload[from..to]].concat();
    let len = out.len() as u16;
    out[2..4].copy_from_slice(&len.to_be_bytes());
    out[6..8].copy_from_slice(&(more | (from / 8) as u16).to_be_bytes());
    out
}

/// The same of an IPv6 packet.
fn fragment6(ip: &[u8], from: usize, to: usize) -> Vec<u8> {
    let payload = &ip[40..];
    let (to, more) = if to >= payload.len() { (payload.len(), 0) } else { (to, 1) };
    let field = (from as u16 | more).to_be_bytes();
    let header = [ip[6], 0, field[0], field[1], 0, 0, 0, 9];
    let mut out = [&ip[..40], header.as_slice(), &payload[from..to]].concat();
    out[6] = 44;
    let len = (out.len() - 40) as u16;
    out[4..6].copy_from_slice(&len.to_be_bytes());
    out
}

/// What the frames give one after another: lengths and fragment counts.
fn decode_all(link: u32, frames: &[Vec<u8>]) -> Vec<Result<(bool, u32, usize, u16), Skip>> {
    let mut decoder = Decoder::new();
    let decoded = frames.iter().map(|data| match decoder.decode(&frame(link, data))? {
        Decoded::Segment(s) => Ok((true, s.len, s.payload.len(), s.fragments)),
        Decoded::FirstFragment(s) => Ok((false, s.len, s.payload.len(), s.fragments)),
        other => panic!("{other:?}"),
    });
    decoded.collect()
}

#[test]
fn the_frame_that_completes_the_datagram_gives_the_segment() {
    let ip = ipv4(&[3; 100]);
    let parts = [fragment(&ip, 0, 48), fragment(&ip, 48, 96), fragment(&ip, 96, 999)];
    let want = [Ok((false, 28, 28, 0)), Err(Skip::Fragment), Ok((true, 100, 100, 3))];
    assert_eq!(decode_all(101, &parts), want);
    let backwards: Vec<_> = parts.iter().rev().cloned().collect();
    let want = [Err(Skip::Fragment), Err(Skip::Fragment), Ok((true, 100, 100, 3))];
    assert_eq!(decode_all(101, &backwards), want);
    // What tcpdump shows of the frame: the first fragment alone.
    let own = |parts: &[Vec<u8>]| {
        let mut decoder = Decoder::new();
        let found = parts.iter().filter_map(|data| match decoder.decode(&frame(101, data)) {
            Ok(Decoded::Segment(segment)) => Some(segment.as_first_fragment().map(|first| first.len)),
            _ => None,
        });
        found.collect::<Vec<_>>()
    };
    assert_eq!((own(&parts), own(&backwards)), (vec![None], vec![Some(28)]));
}

#[test]
fn ipv6_fragments_and_their_wrapping() {
    let builder = PacketBuilder::ipv6([1; 16], [2; 16], 64).tcp(50_000, 80, 1000, 512).syn();
    let mut ip = Vec::new();
    builder.write(&mut ip, &[3; 100]).unwrap();
    let parts = [fragment6(&ip, 0, 48), fragment6(&ip, 48, 999)];
    assert_eq!(decode_all(229, &parts), [Ok((false, 28, 28, 0)), Ok((true, 100, 100, 2))]);
    let mut decoder = Decoder::new();
    assert!(decoder.decode(&frame(229, &parts[0])).is_ok());
    let Ok(Decoded::Segment(s)) = decoder.decode(&frame(229, &parts[1])) else { panic!() };
    assert!(s.ip.wrapped);
    assert_eq!(s.src.port, 50_000);
}

#[test]
fn a_tiny_first_fragment_shows_no_segment() {
    let ip = ipv4(&[3; 100]);
    let parts = [fragment(&ip, 0, 16), fragment(&ip, 16, 999)];
    assert_eq!(decode_all(101, &parts), [Err(Skip::Fragment), Ok((true, 100, 100, 2))]);
}

#[test]
fn datagrams_of_two_vlans_do_not_mix() {
    let ip = ipv4(&[3; 100]);
    let (first, last) = (fragment(&ip, 0, 48), fragment(&ip, 48, 999));
    let frames = [ethernet("8100 0001 0800", &first), ethernet("8100 0002 0800", &last)];
    assert_eq!(decode_all(1, &frames), [Ok((false, 28, 28, 0)), Err(Skip::Fragment)]);
}

#[test]
fn a_fragmented_tunnel_is_followed() {
    let whole = before("00000800", &ipv4(&[3; 100]));
    let mut ip = before("45000000 0005 0000 402f0000 c0000201 c0000202", &whole);
    let len = ip.len() as u16;
    ip[2..4].copy_from_slice(&len.to_be_bytes());
    let parts = [fragment(&ip, 0, 80), fragment(&ip, 80, 999)];
    // The segment in the first fragment, as long as its own IP header says.
    assert_eq!(decode_all(101, &parts), [Ok((false, 100, 36, 0)), Ok((true, 100, 100, 2))]);
    // All but a segment waits for the others.
    let mut udp = before("45000000 0006 0000 40110000 c0000201 c0000202", &hex("c350 0035 0064 0000"));
    udp.resize(120, 7);
    udp[2..4].copy_from_slice(&120_u16.to_be_bytes());
    assert_eq!(decode_all(101, &[fragment(&udp, 0, 80)]), [Err(Skip::Fragment)]);
}

#[test]
fn fragments_inside_fragments() {
    let inner = ipv4(&[3; 100]);
    let inner = [fragment(&inner, 0, 48), fragment(&inner, 48, 999)];
    let mut frames = Vec::new();
    for (id, part) in inner.iter().enumerate() {
        let mut ip = before("45000000 0000 0000 40040000 c0000201 c0000202", part);
        let len = ip.len() as u16;
        ip[2..4].copy_from_slice(&len.to_be_bytes());
        ip[5] = id as u8;
        frames.extend([fragment(&ip, 0, 24), fragment(&ip, 24, 999)]);
    }
    let found = decode_all(101, &frames);
    assert_eq!(found[..3], [Err(Skip::Fragment), Ok((false, 28, 28, 2)), Err(Skip::Fragment)]);
    assert_eq!(found[3], Ok((true, 100, 100, 2)));
}

#[test]
fn what_the_snapshot_length_cut_is_missing_but_counted() {
    let ip = ipv4(&[3; 100]);
    let (first, last) = (fragment(&ip, 0, 48), fragment(&ip, 48, 999));
    let mut decoder = Decoder::new();
    let cut = Frame { wire_len: first.len() as u32, ..frame(101, &first[..50]) };
    assert!(matches!(decoder.decode(&cut), Ok(Decoded::FirstFragment(s)) if s.len == 28));
    let Ok(Decoded::Segment(s)) = decoder.decode(&frame(101, &last)) else { panic!() };
    assert_eq!((s.len, s.payload.len(), s.src.port), (100, 10, 50_000));
}
