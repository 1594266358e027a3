//! ICMP and ICMPv6 errors in English.

use crate::lang::IcmpEffect;
use crate::model::{IcmpError, IcmpKind};

/// `ICMP from 10.1.0.254: fragmentation needed: next hop MTU 576`.
pub(super) fn error(error: &IcmpError, out: &mut String) {
    say!(out, "ICMP from {}: ", error.from);
    said(error.kind, out);
}

/// `⋮ 12 more ICMP errors`.
pub(super) fn more(count: u64, out: &mut String) {
    say!(out, "⋮ {}", super::plural(count, "more ICMP error", "more ICMP errors"));
}

/// `rejects the SYN of #1: administratively prohibited`.
pub(super) fn effect(error: &IcmpError, effect: IcmpEffect, out: &mut String) {
    match effect {
        IcmpEffect::RejectsSyn(frame) => say!(out, "rejects the SYN of #{frame}: "),
        IcmpEffect::Tells => out.push_str("ICMP: "),
        IcmpEffect::RejectsDatagram => out.push_str("rejects a datagram: "),
    }
    said(error.kind, out);
}

/// What would let the errors pass too.
pub(super) fn hidden(filter: &str, out: &mut String) {
    // `and` and `or` bind alike, from the left: no parentheses are needed.
    say!(out, "hint: an ICMP error would not pass this filter; try: {filter} or icmp or icmp6");
}

/// The meaning with its number, if there is one.
fn said(kind: IcmpKind, out: &mut String) {
    out.push_str(meaning(kind));
    if kind.mtu != 0 {
        say!(out, ": next hop MTU {}", kind.mtu);
    }
}

/// What an error says (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1, RFC 4443 §3).
pub(super) fn meaning(kind: IcmpKind) -> &'static str {
    match (kind.v6, kind.kind, kind.code) {
        (false, 3, 0) => "network unreachable",
        (false, 3, 1) | (true, 1, 3) => "host unreachable",
        (false, 3, 2) => "protocol unreachable",
        (false, 3, 3) | (true, 1, 4) => "port unreachable",
        (false, 3, 4) => "needs fragmentation",
        (false, 3, 5) => "source route failed",
        (false, 3, 6) => "network unknown",
        (false, 3, 7) => "host unknown",
        (false, 3, 9) => "network administratively prohibited",
        (false, 3, 10) => "host administratively prohibited",
        (false, 3, 13) | (true, 1, 1) => "administratively prohibited",
        (false, 3, _) | (true, 1, _) if !(kind.v6 && matches!(kind.code, 0 | 2 | 5 | 6)) => {
            "destination unreachable"
        }
        (true, 1, 0) => "no route to the destination",
        (true, 1, 2) => "beyond the scope of the source address",
        (true, 1, 5) => "source address refused by policy",
        (true, 1, 6) => "route rejected",
        (true, 2, _) => "packet too big",
        (false, 11, _) | (true, 3, _) => "time exceeded",
        (false, 12, _) | (true, 4, _) => "parameter problem",
        (false, 4, _) => "source quench",
        (false, 5, _) => "redirect",
        _ => "an error of unknown type",
    }
}
