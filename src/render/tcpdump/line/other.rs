//! Lines for what is no segment: UDP datagrams, ICMP errors.

use super::super::address::{address, endpoint};
use super::{Buffer, LineWriter};
use crate::model::{Datagram, IcmpError, Transport};

impl LineWriter {
    /// Appends the line of a UDP datagram, without a line feed, as tcpdump has it
    /// for ports that belong to no protocol it knows. One that came in fragments
    /// has the line of its last fragment.
    pub fn write_datagram(&mut self, out: &mut Vec<u8>, datagram: &Datagram, ordinal: u64) {
        let line = &mut Buffer::on(&mut self.room);
        self.beginning.write(
            line,
            (datagram.at, datagram.carried),
            ordinal,
            datagram.arrival,
            datagram.src.addr,
        );
        if datagram.fragments > 0 {
            address(line, datagram.src.addr);
            line.put(b" > ");
            address(line, datagram.dst.addr);
            line.text(if datagram.src.addr.is_ipv4() { b": ip-proto-17" } else { b": frag" });
        } else {
            endpoint(line, datagram.src, &mut self.known);
            line.put(b" > ");
            endpoint(line, datagram.dst, &mut self.known);
            line.put(b": UDP, length ");
            line.decimal(datagram.len);
        }
        out.extend_from_slice(line.written());
    }

    /// Appends the line of an ICMP or ICMPv6 error, without a line feed.
    pub fn write_icmp(&mut self, out: &mut Vec<u8>, error: &IcmpError, ordinal: u64) {
        let line = &mut Buffer::on(&mut self.room);
        self.beginning.write(line, (error.at, error.carried), ordinal, error.arrival, error.from);
        address(line, error.from);
        line.put(b" > ");
        address(line, error.to);
        let has_length = if error.kind.v6 {
            line.put(b": ICMP6, ");
            icmp6(line, error)
        } else {
            line.put(b": ICMP ");
            icmp4(line, error);
            true
        };
        if has_length {
            line.put(b", length ");
            line.decimal(error.len);
        }
        out.extend_from_slice(line.written());
    }
}

fn icmp4(line: &mut Buffer<'_>, error: &IcmpError) {
    let (kind, code) = (error.kind.kind, error.kind.code);
    match (kind, code) {
        (3, _) => return unreachable4(line, error),
        (4, _) => return line.put(b"source quench"),
        (11, 0) => return line.put(b"time exceeded in-transit"),
        (11, 1) => return line.put(b"ip reassembly time exceeded"),
        (11, _) => line.put(b"time exceeded-#"),
        (_, 0) => {
            line.put(b"parameter problem - octet ");
            return line.decimal(error.pointer);
        }
        _ => line.put(b"parameter problem - code "),
    }
    line.octet(code);
}

fn unreachable4(line: &mut Buffer<'_>, error: &IcmpError) {
    let code = error.kind.code;
    let (before, after) = UNREACHABLE.get(usize::from(code)).copied().unwrap_or(("", " unreachable - #"));
    line.text(before.as_bytes());
    address(line, error.dst.addr);
    line.text(after.as_bytes());
    match code {
        2 => {
            line.octet(error.quoted.protocol());
            line.put(b" unreachable");
        }
        3 => {
            port(line, error);
            line.put(b" unreachable");
        }
        4 if error.kind.mtu != 0 => {
            line.put(b" (mtu ");
            line.decimal(error.kind.mtu);
            line.put(b")");
        }
        16.. => line.octet(code),
        _ => {}
    }
}

/// Whether the length is to follow.
fn icmp6(line: &mut Buffer<'_>, error: &IcmpError) -> bool {
    let (kind, code) = (error.kind.kind, error.kind.code);
    match (kind, code) {
        (1, _) => return unreachable6(line, error),
        (2, _) => {
            line.put(b"packet too big, mtu ");
            line.decimal(error.kind.mtu);
        }
        (3, 0) => {
            line.put(b"time exceeded in-transit for ");
            address(line, error.dst.addr);
        }
        (3, 1) => line.put(b"time exceeded in-transit (reassembly)"),
        (3, _) => {
            line.put(b"time exceeded in-transit, unknown code (");
            line.octet(code);
            line.put(b")");
        }
        (_, code) => {
            line.put(b"parameter problem, ");
            match code {
                0 => line.put(b"erroneous"),
                1 => line.put(b"next header"),
                2 => line.put(b"option"),
                3 => line.put(b"incomplete header chain"),
                _ => {
                    line.put(b"code-#");
                    line.octet(code);
                    return true;
                }
            }
            line.put(b" - octet ");
            line.decimal(error.pointer);
        }
    }
    true
}

fn unreachable6(line: &mut Buffer<'_>, error: &IcmpError) -> bool {
    line.put(b"destination unreachable, ");
    match error.kind.code {
        0 => line.put(b"unreachable route "),
        // Two blanks: so it is there.
        1 => line.put(b" unreachable prohibited "),
        2 => line.put(b"beyond scope "),
        3 => line.put(b"unreachable address "),
        4 => line.put(b"unreachable port, "),
        code => {
            line.put(b"unknown unreach code (");
            line.octet(code);
            line.put(b")");
            return false;
        }
    }
    address(line, error.dst.addr);
    match error.kind.code {
        2 => {
            line.put(b", source address ");
            address(line, error.src.addr);
        }
        4 => port(line, error),
        _ => {}
    }
    true
}

/// What stands before and behind the address, by code (RFC 792, RFC 1122
/// §3.2.2.1, RFC 1812 §5.2.7.1).
static UNREACHABLE: [(&str, &str); 16] = [
    ("net ", " unreachable"),
    ("host ", " unreachable"),
    ("", " protocol "),
    ("", ""),
    ("", " unreachable - need to frag"),
    ("", " unreachable - source route failed"),
    ("net ", " unreachable - unknown"),
    ("host ", " unreachable - unknown"),
    ("", " unreachable - source host isolated"),
    ("net ", " unreachable - admin prohibited"),
    ("host ", " unreachable - admin prohibited"),
    ("net ", " unreachable - tos prohibited"),
    ("host ", " unreachable - tos prohibited"),
    ("host ", " unreachable - admin prohibited filter"),
    ("host ", " unreachable - host precedence violation"),
    ("host ", " unreachable - precedence cutoff"),
];

/// ` tcp port 9877`.
fn port(line: &mut Buffer<'_>, error: &IcmpError) {
    line.text(match error.quoted {
        Transport::Tcp => b" tcp port ",
        Transport::Udp => b" udp port ",
    });
    line.decimal(error.dst.port.into());
}
