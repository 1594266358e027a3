//! A capture as a middlebox would have changed it: real packets (raw IPv4, microseconds,
//! as a TUN device gives them), with this and that field rewritten.
#![allow(clippy::unwrap_used)]

/// The port at which the server of the captures listens.
const SERVER: u16 = 9877;

/// One packet of a capture.
pub struct Packet {
    /// Microseconds since 1970.
    at: i64,
    octets: Vec<u8>,
}

impl Packet {
    fn tcp(&self) -> usize {
        usize::from(self.octets[0] & 15) * 4
    }

    fn number(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.octets[at..at + 4].try_into().unwrap())
    }

    fn set(&mut self, at: usize, octets: &[u8]) {
        self.octets[at..at + octets.len()].copy_from_slice(octets);
    }

    /// The client sent it.
    pub fn is_of_client(&self) -> bool {
        let at = self.tcp() + 2;
        self.octets[at..at + 2] == SERVER.to_be_bytes()
    }

    /// So many microseconds later.
    pub fn delay(&mut self, micros: i64) {
        self.at += micros;
    }

    /// Another TTL.
    pub fn ttl(&mut self, by: i8) {
        self.octets[8] = self.octets[8].wrapping_add_signed(by);
    }

    /// CE in the IP header.
    pub fn congestion(&mut self) {
        self.octets[1] |= 3;
    }

    /// The client has this address and port.
    pub fn client_is(&mut self, addr: [u8; 4], port: u16) {
        let (ip, tcp) = if self.is_of_client() { (12, 0) } else { (16, 2) };
        let tcp = self.tcp() + tcp;
        self.set(ip, &addr);
        self.set(tcp, &port.to_be_bytes());
    }

    /// Adds this to all numbers of the client.
    pub fn add_to_client(&mut self, add: u32) {
        let at = self.tcp() + if self.is_of_client() { 4 } else { 8 };
        let number = self.number(at).wrapping_add(add);
        self.set(at, &number.to_be_bytes());
    }

    /// Makes both checksums right.
    fn settle(&mut self) {
        let tcp = self.tcp();
        self.set(10, &[0, 0]);
        let ip = checksum(self.octets[..tcp].iter().copied());
        self.set(10, &ip.to_be_bytes());
        self.set(tcp + 16, &[0, 0]);
        let length = u16::try_from(self.octets.len() - tcp).unwrap().to_be_bytes();
        let pseudo = self.octets[12..20].iter().copied().chain([0, 6]).chain(length);
        let sum = checksum(pseudo.chain(self.octets[tcp..].iter().copied()));
        self.set(tcp + 16, &sum.to_be_bytes());
    }

    /// Where an option of this kind begins.
    fn option(&self, kind: u8) -> Option<usize> {
        let start = self.tcp();
        let end = start + usize::from(self.octets[start + 12] >> 4) * 4;
        let mut at = start + 20;
        while at < end && self.octets[at] != 0 {
            if self.octets[at] == kind {
                return Some(at);
            }
            at += if self.octets[at] == 1 { 1 } else { usize::from(self.octets[at + 1]) };
        }
        None
    }

    /// Another MSS, if it has one.
    pub fn mss(&mut self, mss: u16) {
        if let Some(at) = self.option(2) {
            self.set(at + 2, &mss.to_be_bytes());
        }
    }

    /// Nothing in place of "SACK permitted".
    pub fn without_sack_permitted(&mut self) {
        if let Some(at) = self.option(4) {
            self.set(at, &[1, 1]);
        }
    }
}

/// The checksum of RFC 1071.
fn checksum(octets: impl Iterator<Item = u8>) -> u16 {
    let words = octets.enumerate().map(|(nth, octet)| u64::from(octet) << (8 * (1 - nth % 2)));
    let mut sum = words.sum::<u64>();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

fn packets(capture: &[u8]) -> Vec<Packet> {
    let number = |at: usize| u32::from_le_bytes(capture[at..at + 4].try_into().unwrap());
    assert_eq!(number(0), 0xa1b2_c3d4, "microseconds, little-endian");
    let (mut found, mut at) = (Vec::new(), 24);
    while at + 16 <= capture.len() {
        let len = number(at + 8) as usize;
        let micros = i64::from(number(at)) * 1_000_000 + i64::from(number(at + 4));
        found.push(Packet { at: micros, octets: capture[at + 16..at + 16 + len].to_vec() });
        at += 16 + len;
    }
    found
}

fn capture(head: &[u8], mut packets: Vec<Packet>) -> Vec<u8> {
    packets.sort_by_key(|packet| packet.at);
    let mut out = head[..24].to_vec();
    for mut packet in packets {
        packet.settle();
        let Packet { at, octets } = packet;
        let len = u32::try_from(octets.len()).unwrap();
        let secs = u32::try_from(at / 1_000_000).unwrap();
        let micros = u32::try_from(at % 1_000_000).unwrap();
        [secs, micros, len, len].iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
        out.extend_from_slice(&octets);
    }
    out
}

/// The capture with each packet changed; those for which `change` says `false` are left
/// out.
pub fn rewritten(octets: &[u8], mut change: impl FnMut(usize, &mut Packet) -> bool) -> Vec<u8> {
    let packets = packets(octets).into_iter().enumerate();
    let kept = packets.filter_map(|(nth, mut packet)| change(nth, &mut packet).then_some(packet));
    capture(octets, kept.collect())
}

/// The capture with a reset behind so many packets: in the server's name, in answer to
/// the last of the client's before it.
pub fn with_reset(octets: &[u8], behind: usize) -> Vec<u8> {
    let mut all = packets(octets);
    let before = &all[behind - 1];
    assert!(before.is_of_client());
    let mut packet = Packet { at: before.at + 50, octets: before.octets[..40].to_vec() };
    let tcp = before.tcp();
    let (ack, seq) = (before.number(tcp + 4), before.number(tcp + 8));
    let (from, to) = (before.octets[16..20].to_vec(), before.octets[12..16].to_vec());
    let ports = [before.octets[tcp + 2..tcp + 4].to_vec(), before.octets[tcp..tcp + 2].to_vec()].concat();
    packet.set(2, &40_u16.to_be_bytes());
    packet.set(4, &[0, 0]);
    packet.set(12, &[from, to].concat());
    packet.set(20, &ports);
    packet.set(24, &seq.to_be_bytes());
    packet.set(28, &ack.to_be_bytes());
    packet.set(32, &[0x50, 0x04, 0, 0, 0, 0, 0, 0]);
    all.insert(behind, packet);
    capture(octets, all)
}
