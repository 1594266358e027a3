//! Option lists beside what tcpdump 4.99.3 prints for them after `win 100`.

use super::{Buffer, LINUX_SYN, Written, any, listed, options};
use crate::model::Flags;
use crate::render::tcpdump::buffer::EMPTY;
use crate::render::tcpdump::tests::segment;

const SYN: Flags = Flags::SYN;
const ACK: Flags = Flags::ACK;
const SYN_ACK: Flags = Flags::SYN.with(Flags::ACK);

/// Flags; options as captured, in hexadecimal; octets that the header has for
/// them; payload, and how much of it was captured; text.
type Case = (Flags, &'static str, u8, u32, usize, &'static str);

const CASES: &[Case] = &[
    (
        SYN,
        "0204ffd70402080a000000010000000001030307",
        20,
        0,
        0,
        "[mss 65495,sackOK,TS val 1 ecr 0,nop,wscale 7]",
    ),
    (ACK, "0101080a0000000200000001", 12, 0, 0, "[nop,nop,TS val 2 ecr 1]"),
    (ACK, "0101050a0000038500000386", 12, 0, 0, "[nop,nop,sack 1 {901:902}]"),
    (SYN, "0101050a0000000100000002", 12, 0, 0, "[nop,nop,sack 1 {1:2}]"),
    (ACK, "050a000000010000000205070102030405000000", 20, 0, 0, "[sack 1 {1:2},sack invalid sack,eol]"),
    (SYN, "0606000000010706000000020b06000000030c0600000004", 24, 0, 0, "[echo 1,echoreply 2,cc 3,ccnew 4]"),
    (SYN, "0d06000000050101", 8, 0, 0, "[ 5,nop,nop]"),
    (
        SYN,
        "0101131200112233445566778899aabbccddeeff",
        20,
        0,
        0,
        "[nop,nop,md5 shared secret not supplied with -M, can't check - 00112233445566778899aabbccddeeff]",
    ),
    (SYN, "140480071c0480031c040004", 12, 0, 0, "[scps cap 80 id 7,uto 0x8003 983100,uto 0x4 2]"),
    (
        ACK,
        "1d1001020102030405060708090a0b0c1d0403041d030500",
        24,
        0,
        0,
        "[tcp-ao keyid 1 rnextkeyid 2 mac 0x0102030405060708090a0b0c,tcp-ao keyid 3 rnextkeyid 4,tcp-ao (invalid),eol]",
    ),
    (
        SYN,
        "22022206010203042205010203010101",
        16,
        0,
        0,
        "[tfo  cookiereq,tfo  cookie 01020304,tfo  (invalid),nop,nop,nop]",
    ),
    (
        SYN,
        "fe04f989fe08f98901020304fe0612345678fe0301010000",
        24,
        0,
        0,
        "[exp-tfo cookiereq,exp-tfo cookie 01020304,exp-1234,exp[bad opt]]",
    ),
    (ACK, "4d024d0501020301", 8, 0, 0, "[unknown-77,unknown-77 0x010203,nop]"),
    (ACK, "0203000001010101", 8, 0, 0, "[mss 0[len 3],nop,nop,nop,nop]"),
    (ACK, "0405010101010101", 8, 0, 0, "[sackOK[len 5],nop,nop,nop,nop,nop,nop]"),
    (ACK, "02000204", 4, 0, 0, "[[bad opt]"),
    (ACK, "01010209", 4, 0, 0, "[nop,nop,[bad opt]]"),
    (ACK, "01010102", 4, 0, 0, "[nop,nop,nop, [|tcp]"),
    (ACK, "01010102", 4, 1, 1, "[nop,nop,nop,[bad opt]]"),
    (ACK, "0100000001020304", 8, 3, 3, "[nop,eol]"),
    (ACK, "010108", 12, 9, 0, "[nop,nop, [|tcp]"),
    (ACK, "0101080a000000", 12, 9, 0, "[nop,nop,TS [|tcp]>"),
    (ACK, "", 12, 9, 0, "[ [|tcp]"),
    (ACK, "1e020101", 4, 0, 0, "[mptcp[bad opt]"),
    (SYN, "1e040181", 4, 0, 0, "[mptcp 4 capable v1 csum]"),
    (SYN_ACK, "1e0c0101000000000000000a", 12, 0, 0, "[mptcp 12 capable v1 {0xa}]"),
    (ACK, "1e14000100000000000000010000000000000002", 20, 0, 0, "[mptcp 20 capable v0 {0x1,0x2}]"),
    (
        ACK,
        "1e1601010000000000000001000000000000000200030101",
        24,
        3,
        3,
        "[mptcp 22 capable v1 {0x1,0x2},nop,nop]",
    ),
    (
        SYN,
        "1e0402011e05010101010101",
        12,
        0,
        0,
        "[mptcp 4 capable Unknown Version (2),mptcp 5 capable[bad opt]]",
    ),
    (SYN, "1e0c11020000000300000004", 12, 0, 0, "[mptcp 12 join backup id 2 token 0x3 nonce 0x4]"),
    (SYN_ACK, "1e101002000000000000000300000004", 16, 0, 0, "[mptcp 16 join id 2 hmac 0x3 nonce 0x4]"),
    (
        ACK,
        "1e181000000102030405060708090a0b0c0d0e0f10111213",
        24,
        0,
        0,
        "[mptcp 24 join hmac 0x000102030405060708090a0b0c0d0e0f10111213]",
    ),
    (ACK, "1e0c11020000000300000004", 12, 0, 0, "[mptcp 12 join[bad opt]"),
    (ACK, "1e082001000000071e0c20030000000000000007", 20, 0, 0, "[mptcp 8 dss ack 7,mptcp 12 dss ack 7]"),
    (
        ACK,
        "1e1c201f0000000000000001000000000000000200000003000400ff",
        28,
        4,
        4,
        "[mptcp 28 dss fin ack 1 seq 2 subseq 3 len 4 csum 0xff]",
    ),
    (
        ACK,
        "1e12200400000002000000030004000500060101",
        20,
        4,
        4,
        "[mptcp 18 dss seq 2 subseq 3 len 4 csum 0x5[bad opt]",
    ),
    (ACK, "1e06200100010101", 8, 0, 0, "[mptcp 6 dss ack [bad opt]"),
    (SYN, "1e08200100000007", 8, 0, 0, "[mptcp 8 dss[bad opt]"),
    (
        ACK,
        "1e0834010a0000011e0a30010a0000011f900101",
        20,
        0,
        0,
        "[mptcp 8 add-addr v0-ip4 id 1 10.0.0.1,mptcp 10 add-addr v1 id 1 10.0.0.1:8080,nop,nop]",
    ),
    (
        ACK,
        "1e1030020a00000100000000000000091e1231020a0000011f9000000000000000090101",
        36,
        0,
        0,
        "[mptcp 16 add-addr v1 id 2 10.0.0.1 hmac 0x9,mptcp 18 add-addr v1-echo id 2 10.0.0.1:8080 hmac 0x9,nop,nop]",
    ),
    (
        ACK,
        "1e1e320220010db80000000000000000000000011f9000000000000000090101",
        32,
        0,
        0,
        "[mptcp 30 add-addr [bad version/echo] id 2 2001:db8::1:8080 hmac 0x9,nop,nop]",
    ),
    (
        ACK,
        "1e14360220010db8000000000000000000000001",
        20,
        0,
        0,
        "[mptcp 20 add-addr v0-ip6 id 2 2001:db8::1]",
    ),
    (ACK, "1e054001021e0340", 8, 0, 0, "[mptcp 5 rem-addr id 1 2,mptcp 3 rem-addr[bad opt]]"),
    (ACK, "1e03511e04500301", 8, 0, 0, "[mptcp 3 prio backup,mptcp 4 prio non-backup id 3,nop]"),
    (
        ACK,
        "1e0c600000000000000000091e0c700000000000000000ff",
        24,
        0,
        0,
        "[mptcp 12 fail seq 9,mptcp 12 fast-close key 0xff]",
    ),
    (ACK, "1e048000", 4, 0, 0, "[mptcp 4 unknown]"),
    (ACK, "1e048000020405", 8, 0, 0, "[mptcp 4 unknown,mss [|mptcp]>"),
];

fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn options_as_tcpdump_words_them() {
    for &(flags, hex, declared, len, captured, expected) in CASES {
        let octets = octets(hex);
        let payload = vec![1; captured];
        let mut segment = segment(flags);
        (segment.header_len, segment.options) = (20 + declared, &octets);
        (segment.len, segment.payload) = (len, &payload);
        let mut room = EMPTY;
        let mut line = Buffer::on(&mut room);
        let written = options(&mut line, &segment, 0);
        assert_eq!(str::from_utf8(line.written()).unwrap(), format!(", options {expected}"), "{hex}");
        let broken = expected.contains("[bad opt]") || expected.contains("[|");
        assert_eq!(written == Written::Broken, broken, "{hex}");
    }
}

#[test]
fn sack_edges_are_relative_to_their_base() {
    let octets = octets("0101050a0000038500000386");
    let mut segment = segment(ACK);
    (segment.header_len, segment.options) = (32, &octets);
    let mut room = EMPTY;
    let mut line = Buffer::on(&mut room);
    options(&mut line, &segment, 900);
    assert_eq!(line.written(), b", options [nop,nop,sack 1 {1:2}]");
}

#[test]
fn lone_timestamps_are_all_that_there_is() {
    use crate::model::{TcpOption, Timestamps};
    let ts = Timestamps { val: 7, ecr: 0x0102_0304 };
    let usual = [Ok(TcpOption::Nop), Ok(TcpOption::Nop), Ok(TcpOption::Timestamps(ts))];
    for (hex, declared) in [
        ("0101080a0000000701020304", 12),
        ("0101080a0000000701020304", 16),
        ("0101080a00000007010203", 12),
        ("080a00000007010203040101", 12),
        ("0101080a000000070102030401010101", 16),
        ("", 12),
        ("", 0),
    ] {
        let octets = octets(hex);
        let mut segment = segment(ACK);
        (segment.header_len, segment.options) = (20 + declared, &octets);
        let listed = segment.options().eq(usual);
        assert_eq!(segment.lone_timestamps(), listed.then_some(ts), "{hex} {declared}");
    }
}

proptest::proptest! {
    #[test]
    fn no_option_list_fills_the_buffer(
        octets in proptest::collection::vec(proptest::num::u8::ANY, 0..=40),
        words in 0..=10_u8,
        flags in proptest::num::u16::ANY,
    ) {
        let mut segment = segment(Flags::from_header(flags));
        segment.header_len = 20 + 4 * words;
        segment.options = octets.get(..usize::from(4 * words)).unwrap_or(&octets);
        let mut room = EMPTY;
        let mut line = Buffer::on(&mut room);
        options(&mut line, &segment, 0);
        proptest::prop_assert!(line.written().len() < 800);
    }
}

proptest::proptest! {
    #[test]
    fn what_linux_sends_is_written_as_any_list_is(mss: u16, times: [u8; 8], shift: u8) {
        let [m, n] = mss.to_be_bytes();
        let octets = [&[2, 4, m, n, 4, 2, 8, 10], &times[..], &[1, 3, 3, shift]].concat();
        let mut syn = segment(SYN);
        (syn.options, syn.header_len) = (&octets, 40);
        let [quick, slow] = [any, listed].map(|write| {
            let mut room = EMPTY;
            let mut line = Buffer::on(&mut room);
            let written = write(&mut line, &syn, 0, LINUX_SYN);
            (written, String::from_utf8(line.written().to_vec()).unwrap())
        });
        proptest::prop_assert_eq!(quick, slow);
    }
}
