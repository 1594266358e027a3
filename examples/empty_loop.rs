//! The least that a program does which reads with libpcap: nothing with each
//! packet. What hsanalyze's time is to be held against.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| io::Error::other("usage: empty_loop FILE"))?;
    let mut capture = pcap::Capture::from_file(path).map_err(io::Error::other)?;
    let (mut packets, mut octets) = (0_u64, 0_u64);
    while let Ok(packet) = capture.next_packet() {
        packets += 1;
        octets += packet.data.len() as u64;
    }
    writeln!(io::stdout(), "{packets} packets, {octets} octets")
}
