//! A segment as the relay sees it, and how it is put on a wire.

use std::fmt;
use std::net::Ipv4Addr;

use etherparse::{Ipv4Slice, PacketBuilder, TcpSlice};

use crate::model::{Flags, Seq};

/// Which way a segment goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

impl Way {
    /// The other way.
    pub const fn back(self) -> Way {
        match self {
            Way::ToServer => Way::ToClient,
            Way::ToClient => Way::ToServer,
        }
    }

    /// 0 or 1: a place in a table of both.
    pub(in crate::lab::net) const fn index(self) -> usize {
        match self {
            Way::ToServer => 0,
            Way::ToClient => 1,
        }
    }
}

/// As scripts write it.
impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Way::ToServer => "C > S",
            Way::ToClient => "S > C",
        })
    }
}

/// A segment between the two hosts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sight {
    /// Which way it goes.
    pub way: Way,
    /// Source and destination port.
    pub ports: (u16, u16),
    /// Its flags.
    pub flags: Flags,
    /// Its sequence number.
    pub seq: Seq,
    /// Its acknowledgment field.
    pub ack: Seq,
    /// Octets of data.
    pub len: u32,
}

impl Sight {
    /// Reads a frame: `None` if it is not a TCP segment over IPv4 and Ethernet.
    pub(super) fn of(frame: &[u8], way: Way) -> Option<Sight> {
        let (ip, tcp) = parts(frame)?;
        let bits = u16::from_be_bytes([*ip.payload().payload.get(12)?, *ip.payload().payload.get(13)?]);
        Some(Sight {
            way,
            ports: (tcp.source_port(), tcp.destination_port()),
            flags: Flags::from_header(bits),
            seq: Seq::new(tcp.sequence_number()),
            ack: Seq::new(tcp.acknowledgment_number()),
            len: u32::try_from(tcp.payload().len()).ok()?,
        })
    }

    /// The number after its last one; SYN and FIN count (RFC 9293 §3.4).
    pub fn end(&self) -> Seq {
        self.seq.advance(self.len + u32::from(self.flags.syn()) + u32::from(self.flags.fin()))
    }
}

/// The IPv4 packet and the segment in an Ethernet frame.
fn parts(frame: &[u8]) -> Option<(Ipv4Slice<'_>, TcpSlice<'_>)> {
    let ip = Ipv4Slice::from_slice(frame.get(ETHERNET..)?).ok()?;
    let tcp = TcpSlice::from_slice(ip.payload().payload).ok()?;
    let whole = frame.get(12..ETHERNET)? == [8, 0] && ip.header().protocol().0 == 6;
    (whole && !ip.is_payload_fragmented()).then_some((ip, tcp))
}

/// Length of an Ethernet header.
const ETHERNET: usize = 14;

/// Completes the TCP checksum of a frame. The kernel leaves it to the hardware
/// that would send it, and there is none.
pub(super) fn complete(frame: &mut [u8]) {
    let place = parts(frame).and_then(|(ip, tcp)| {
        let header = ip.header();
        let sum = tcp.calc_checksum_ipv4(header.source(), header.destination()).ok()?;
        Some((ETHERNET + usize::from(header.ihl()) * 4 + 16, sum))
    });
    if let Some((at, sum)) = place
        && let Some(field) = frame.get_mut(at..at + 2)
    {
        field.copy_from_slice(&sum.to_be_bytes());
    }
}

/// A segment that nobody sent, without options: source and destination of each
/// layer, then what it says.
pub(super) fn forge(macs: ([u8; 6], [u8; 6]), addresses: (Ipv4Addr, Ipv4Addr), what: &Sight) -> Vec<u8> {
    let builder = PacketBuilder::ethernet2(macs.0, macs.1)
        .ipv4(addresses.0.octets(), addresses.1.octets(), 64)
        .tcp(what.ports.0, what.ports.1, what.seq.raw(), 1024);
    let builder = if what.flags.syn() { builder.syn() } else { builder };
    let builder = if what.flags.rst() { builder.rst() } else { builder };
    let builder = if what.flags.fin() { builder.fin() } else { builder };
    let builder = if what.flags.ack() { builder.ack(what.ack.raw()) } else { builder };
    let mut frame = Vec::with_capacity(builder.size(0));
    // A vector takes whatever is written.
    drop(builder.write(&mut frame, &[]));
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(flags: Flags) -> Sight {
        let (seq, ack) = (Seq::new(u32::MAX), Seq::new(7));
        Sight { way: Way::ToServer, ports: (40_000, 9877), flags, seq, ack, len: 0 }
    }

    #[test]
    fn what_is_forged_is_seen_as_such_and_its_checksum_is_right() {
        let (one, two) = (Ipv4Addr::new(10, 9, 0, 1), Ipv4Addr::new(10, 9, 0, 2));
        for flags in [Flags::SYN, Flags::RST, Flags::ACK.with(Flags::FIN), Flags::RST.with(Flags::ACK)] {
            let mut what = sight(flags);
            if !flags.ack() {
                what.ack = Seq::new(0);
            }
            let frame = forge(([2; 6], [4; 6]), (one, two), &what);
            assert_eq!(Sight::of(&frame, Way::ToServer), Some(what));
            let mut again = frame.clone();
            again[50..52].copy_from_slice(&[0; 2]);
            complete(&mut again);
            assert_eq!(again, frame);
        }
    }

    #[test]
    fn syn_and_fin_take_a_number_and_numbers_wrap() {
        assert_eq!(sight(Flags::SYN).end(), Seq::new(0));
        assert_eq!(sight(Flags::ACK).end(), Seq::new(u32::MAX));
    }

    #[test]
    fn what_is_no_segment_is_not_taken_for_one() {
        let (one, two) = (Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST);
        let frame = forge(([2; 6], [4; 6]), (one, two), &sight(Flags::SYN));
        for end in 0..frame.len() {
            assert_eq!(Sight::of(&frame[..end], Way::ToClient), None, "{end} octets");
            complete(&mut frame[..end].to_vec());
        }
        let mut udp = frame.clone();
        udp[23] = 17;
        assert_eq!(Sight::of(&udp, Way::ToClient), None);
    }
}
