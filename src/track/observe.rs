//! What a segment tells by itself, whatever its conversation.

use crate::model::{Checksum, Fault, Flags, FlowKey, Segment, Way};

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

/// Marks that depend on the segment alone.
pub(super) fn marks_of(seg: &Segment<'_>, from: Side, conv: &mut Conversation, found: &mut Findings) {
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
    if seg.fragments > 0 {
        found.marks.set(Mark::Fragmented);
    }
    if seg.at < conv.last.at {
        found.marks.set(Mark::TimeBackwards);
        conv.marks.set(Mark::TimeBackwards);
    }
    if seg.flags.syn() {
        match seg.options().find_map(Result::err) {
            Some(Fault::Cut) => found.marks.set(Mark::OptionsCut),
            Some(Fault::BadLength) => found.marks.set(Mark::BadOptions),
            None => {}
        }
    }
}
