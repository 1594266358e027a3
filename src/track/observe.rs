//! What a segment tells by itself, whatever its conversation.

use crate::model::{Checksum, Fault, Flags, FlowKey, Segment, TcpOption, Way};

use super::conversation::{Conversation, Findings};
use super::mark::Mark;
use super::state::{Roles, Side};

/// Who is the client of a conversation that begins with this segment.
pub(super) fn roles_of(key: FlowKey, way: Way, seg: &Segment<'_>) -> (Way, Roles) {
    let other = match way {
        Way::Up => Way::Down,
        Way::Down => Way::Up,
    };
    match (seg.flags.syn() && !seg.flags.rst(), seg.flags.ack()) {
        (true, false) => (way, Roles::Seen),
        (true, true) => (other, Roles::Inferred),
        _ => {
            // Ports below 1024, then the lower port, then who spoke first.
            let (low, high) = (key.low.port, key.high.port);
            let server_is_low = match (low < 1024, high < 1024) {
                (true, false) => true,
                (false, true) => false,
                _ if low != high => low < high,
                _ => return (way, Roles::Guessed),
            };
            (if server_is_low { Way::Down } else { Way::Up }, Roles::Guessed)
        }
    }
}

/// Marks that depend on the segment alone. Gives whether it has the options of most
/// segments, or none.
#[inline]
pub(super) fn marks_of(seg: &Segment<'_>, from: Side, conv: &mut Conversation, found: &mut Findings) -> bool {
    match seg.checksum {
        Checksum::Good => conv.side_mut(from).checksums_real = true,
        Checksum::Bad => found.marks.set(Mark::BadChecksum),
        Checksum::Offloaded => found.marks.set(Mark::ChecksumOffload),
        Checksum::Unknown => {}
    }
    if seg.flags.contains(Flags::URG) {
        found.marks.set(Mark::Urgent);
        conv.marks.set(Mark::Urgent);
    }
    let counts = Flags::ECE.with(Flags::CWR).bits();
    if (seg.ip.ecn == CE || seg.flags.bits() & counts != 0) && signals_congestion(seg, conv) {
        found.marks.set(Mark::Ecn);
        conv.marks.set(Mark::Ecn);
    }
    if seg.fragments > 0 {
        found.marks.set(Mark::Fragmented);
    }
    if seg.at < conv.last.at {
        found.marks.set(Mark::TimeBackwards);
        conv.marks.set(Mark::TimeBackwards);
    }
    let half = conv.side_mut(from);
    if half.segments <= 1 {
        half.ttl = seg.ip.ttl;
    } else if half.ttl != seg.ip.ttl && !seg.flags.rst() {
        half.ttl_varies = true;
    }
    let usual = has_usual_options(seg);
    if !(usual || seg.flags.syn() && seg.syn_options().is_some()) {
        marks_of_options(seg, found);
    }
    usual
}

/// "Congestion experienced" (RFC 3168 §5).
pub(super) const CE: u8 = 3;

/// Whether a segment with CE, ECE or CWR tells of congestion. In a SYN the flags
/// negotiate, and with Accurate ECN they are part of a counter that is never 0 at
/// first (RFC 9768 §3.2.2).
fn signals_congestion(seg: &Segment<'_>, conv: &Conversation) -> bool {
    let [client, server] = [&conv.half[0], &conv.half[1]].map(|half| half.offers.flags);
    let classic = server.contains(Flags::ECE) && !server.contains(Flags::CWR) && !server.contains(Flags::AE);
    let accurate = seg.flags.contains(Flags::AE) || client.contains(Flags::AE) && !classic;
    seg.ip.ecn == CE || !(seg.flags.syn() || accurate)
}

/// Timestamps alone, aligned, are what nearly every segment carries.
#[inline]
fn has_usual_options(seg: &Segment<'_>) -> bool {
    matches!(seg.options, [] | [1, 1, 8, 10, _, _, _, _, _, _, _, _])
}

/// Options that are cut, malformed, or stand where they must not: MSS, window
/// scale and SACK-permitted only in a SYN (RFC 9293 §3.7.1, RFC 7323 §2.2,
/// RFC 2018 §2), SACK only after it, a shift of at most 14 (RFC 7323 §2.3), a
/// cookie only in a SYN (RFC 7413 §4.1.1), and each of these once.
fn marks_of_options(seg: &Segment<'_>, found: &mut Findings) {
    let mut seen = 0_u8;
    for option in seg.options() {
        let (bit, legal) = match option {
            Err(Fault::Cut) => return found.marks.set(Mark::OptionsCut),
            Err(Fault::BadLength) => return found.marks.set(Mark::BadOptions),
            Ok(TcpOption::Mss(_)) => (1, seg.flags.syn()),
            Ok(TcpOption::WindowScale(shift)) => (2, seg.flags.syn() && shift <= 14),
            Ok(TcpOption::SackPermitted) => (4, seg.flags.syn()),
            Ok(TcpOption::Sack(_)) => (8, !seg.flags.syn()),
            Ok(TcpOption::FastOpen(_)) => (16, seg.flags.syn()),
            Ok(TcpOption::Timestamps(_)) => (32, true),
            Ok(_) => continue,
        };
        if !legal || seen & bit != 0 {
            found.marks.set(Mark::IllegalOption);
        }
        seen |= bit;
    }
}
