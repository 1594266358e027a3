//! Multipath TCP options as tcpdump words them (RFC 6824 and, partly, RFC 8684).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::address;
use super::buffer::Buffer;
use crate::model::Flags;

fn be16(octets: &[u8], at: usize) -> Option<u16> {
    octets.get(at..)?.first_chunk().map(|&b| u16::from_be_bytes(b))
}

fn be32(octets: &[u8], at: usize) -> Option<u32> {
    octets.get(at..)?.first_chunk().map(|&b| u32::from_be_bytes(b))
}

fn be64(octets: &[u8], at: usize) -> Option<u64> {
    octets.get(at..)?.first_chunk().map(|&b| u64::from_be_bytes(b))
}

/// Writes what follows `mptcp`. `data`: the octets after kind and length.
/// `None`: the option cannot be so long, or not on such a segment.
pub(super) fn option(line: &mut Buffer<'_>, data: &[u8], flags: Flags) -> Option<()> {
    let subtype = data.first()? >> 4;
    line.put(b" ");
    line.decimal(data.len() as u32 + 2);
    match subtype {
        0 => capable(line, data, flags),
        1 => join(line, data, flags),
        2 => sequence_signal(line, data, flags),
        3 => add_address(line, data),
        4 => remove_address(line, data),
        5 => priority(line, data),
        6 => {
            line.put(b" fail");
            let number = (data.len() == 10).then(|| be64(data, 2))??;
            line.put(b" seq ");
            line.decimal64(number);
            Some(())
        }
        7 => {
            line.put(b" fast-close");
            let key = (data.len() == 10).then(|| be64(data, 2))??;
            line.put(b" key 0x");
            line.hex(key);
            Some(())
        }
        _ => {
            line.put(b" unknown");
            Some(())
        }
    }
}

fn capable(line: &mut Buffer<'_>, data: &[u8], flags: Flags) -> Option<()> {
    line.put(b" capable");
    let keys = match data.len() {
        2 if flags.syn() => 0,
        10 if flags.syn() => 1,
        18 | 20 if flags.ack() && !flags.syn() => 2,
        _ => return None,
    };
    let version = data.first()? & 15;
    if version > 1 {
        line.put(b" Unknown Version (");
        line.octet(version);
        line.put(b")");
        return Some(());
    }
    line.put(b" v");
    line.octet(version);
    if data.get(1)? & 0x80 != 0 {
        line.put(b" csum");
    }
    if keys > 0 {
        line.put(b" {0x");
        line.hex(be64(data, 2)?);
        if keys > 1 {
            line.put(b",0x");
            line.hex(be64(data, 10)?);
        }
        line.put(b"}");
    }
    Some(())
}

fn join(line: &mut Buffer<'_>, data: &[u8], flags: Flags) -> Option<()> {
    line.put(b" join");
    let len = data.len();
    let fits = (len == 10 && flags.syn())
        || (len == 14 && flags.contains(Flags::SYN.with(Flags::ACK)))
        || (len == 22 && flags.ack());
    if !fits {
        return None;
    }
    if len == 22 {
        line.put(b" hmac 0x");
        line.hex_octets(data.get(2..)?);
        return Some(());
    }
    if data.first()? & 1 != 0 {
        line.put(b" backup");
    }
    line.put(b" id ");
    line.octet(*data.get(1)?);
    let nonce = if len == 10 {
        line.put(b" token 0x");
        line.hex(be32(data, 2)?.into());
        be32(data, 6)?
    } else {
        line.put(b" hmac 0x");
        line.hex(be64(data, 2)?);
        be32(data, 10)?
    };
    line.put(b" nonce 0x");
    line.hex(nonce.into());
    Some(())
}

/// A number of eight octets if `wide`, of four if not; gives what follows it.
fn number<'a>(line: &mut Buffer<'_>, data: &'a [u8], wide: bool) -> Option<&'a [u8]> {
    let (number, len) = if wide { (be64(data, 0)?, 8) } else { (be32(data, 0)?.into(), 4) };
    line.decimal64(number);
    data.get(len..)
}

/// Data sequence signal: each part is written as soon as it is known to be
/// there, as tcpdump does, so a short one leaves its beginning.
fn sequence_signal(line: &mut Buffer<'_>, data: &[u8], flags: Flags) -> Option<()> {
    line.put(b" dss");
    let (&bits, mut rest) = data.get(1..)?.split_first()?;
    if flags.syn() {
        return None;
    }
    if bits & 0x10 != 0 {
        line.put(b" fin");
    }
    if bits & 0x01 != 0 {
        line.put(b" ack ");
        rest = number(line, rest, bits & 0x02 != 0)?;
    }
    if bits & 0x04 != 0 {
        line.put(b" seq ");
        rest = number(line, rest, bits & 0x08 != 0)?;
        let subflow = be32(rest, 0)?;
        line.put(b" subseq ");
        line.decimal(subflow);
        let len = be16(rest, 4)?;
        line.put(b" len ");
        line.decimal(len.into());
        rest = rest.get(6..)?;
        if let Some(checksum) = be16(rest, 0) {
            line.put(b" csum 0x");
            line.hex(checksum.into());
            rest = rest.get(2..)?;
        }
    }
    rest.is_empty().then_some(())
}

fn add_address(line: &mut Buffer<'_>, data: &[u8]) -> Option<()> {
    line.put(b" add-addr");
    let (v6, port, mac) = match data.len() {
        6 => (false, false, false),
        8 => (false, true, false),
        14 => (false, false, true),
        16 => (false, true, true),
        18 => (true, false, false),
        20 => (true, true, false),
        26 => (true, false, true),
        28 => (true, true, true),
        _ => return None,
    };
    match data.first()? & 15 {
        0 => line.put(b" v1"),
        1 => line.put(b" v1-echo"),
        4 => line.put(b" v0-ip4"),
        6 => line.put(b" v0-ip6"),
        _ => line.put(b" [bad version/echo]"),
    }
    line.put(b" id ");
    line.octet(*data.get(1)?);
    line.put(b" ");
    let mut at = 2;
    if v6 {
        address::v6(line, Ipv6Addr::from(*data.get(at..)?.first_chunk::<16>()?));
        at += 16;
    } else {
        address::v4(line, Ipv4Addr::from(*data.get(at..)?.first_chunk::<4>()?));
        at += 4;
    }
    if port {
        line.put(b":");
        line.decimal(be16(data, at)?.into());
        at += 2;
    }
    if mac {
        line.put(b" hmac 0x");
        line.hex(be64(data, at)?);
    }
    Some(())
}

fn remove_address(line: &mut Buffer<'_>, data: &[u8]) -> Option<()> {
    line.put(b" rem-addr");
    let ids = data.get(1..)?;
    if ids.is_empty() {
        return None;
    }
    line.put(b" id");
    for &id in ids {
        line.put(b" ");
        line.octet(id);
    }
    Some(())
}

fn priority(line: &mut Buffer<'_>, data: &[u8]) -> Option<()> {
    line.put(b" prio");
    if data.len() > 2 {
        return None;
    }
    if data.first()? & 1 != 0 {
        line.put(b" backup")
    } else {
        line.put(b" non-backup")
    }
    if let Some(&id) = data.get(1) {
        line.put(b" id ");
        line.octet(id);
    }
    Some(())
}
