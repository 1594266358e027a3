//! One line for one segment.

mod other;

use std::net::IpAddr;

use super::address::{Known, address, endpoint};
use super::buffer::{Buffer, EMPTY, Room};
use super::interface::{InterfaceName, Interfaces};
use super::options::{self, Written};
use super::time::{Clock, TimeStyle, Zone};
use crate::model::{Arrival, Direction, Flags, HeaderFault, Segment, Timestamp};
use crate::track::number::Numbers;

/// How lines are to look.
#[derive(Clone, Debug)]
pub struct LineStyle {
    /// Which time they begin with.
    pub time: TimeStyle,
    /// Nanoseconds rather than microseconds (`--nano`).
    pub nanos: bool,
    /// The zone of dates and times of day.
    pub zone: Zone,
    /// Whether they begin with the frame's number (`-#`).
    pub packet_numbers: bool,
    /// Finds the name of a capture interface by its index, for frames that say
    /// which it was. `None`: such frames show `?`.
    pub interface_name: Option<InterfaceName>,
}

/// Writes tcpdump's line for a segment, up to `length N`.
///
/// What the model does not hold cannot be shown: the words for a tunnel or an
/// IPv6 extension header before the addresses.
#[derive(Debug)]
pub struct LineWriter {
    room: Room,
    beginning: Beginning,
    flags: FlagTexts,
    known: Known,
}

/// `Flags [S.]` for each flag octet: sixteen characters at most, and how many.
type FlagTexts = Box<[([u8; 16], usize)]>;

fn flag_texts() -> FlagTexts {
    let text = |octet| {
        let mut room = EMPTY;
        let mut line = Buffer::on(&mut room);
        line.put(b"Flags [");
        line.text(Flags::from_header(octet).tcpdump().as_bytes());
        line.put(b"]");
        let len = line.written().len();
        (room.first_chunk().copied().unwrap_or_default(), len)
    };
    (0..=255).map(text).collect()
}

/// What stands before the addresses.
#[derive(Debug)]
struct Beginning {
    clock: Clock,
    packet_numbers: bool,
    interfaces: Interfaces,
}

impl Beginning {
    #[inline(always)]
    fn write(
        &mut self,
        line: &mut Buffer<'_>,
        (at, carried): (Timestamp, u16),
        ordinal: u64,
        arrival: Option<Arrival>,
        src: IpAddr,
    ) {
        if self.packet_numbers {
            line.aside(|line| {
                line.decimal_padded(ordinal);
                line.put(b"  ");
            });
        }
        self.clock.write(line, at, carried);
        if let Some(Arrival { ifindex: Some(index), direction }) = arrival {
            let name = self.interfaces.name(index);
            line.aside(|line| {
                line.text_padded(name, 5);
                line.put(match direction {
                    Direction::In => b" In  ",
                    Direction::Broadcast => b" B   ",
                    Direction::Multicast => b" M   ",
                    Direction::Other => b" P   ",
                    Direction::Out => b" Out ",
                    Direction::Unknown => b" ?   ",
                });
            });
        }
        if src.is_ipv4() { line.put(b"IP ") } else { line.put(b"IP6 ") }
    }
}

impl LineWriter {
    /// Has written nothing yet.
    pub fn new(style: LineStyle) -> Self {
        LineWriter {
            room: EMPTY,
            beginning: Beginning {
                clock: Clock::new(style.time, style.nanos, style.zone),
                packet_numbers: style.packet_numbers,
                interfaces: Interfaces::new(style.interface_name),
            },
            flags: flag_texts(),
            known: Known::new(),
        }
    }

    /// Appends the line of a segment, without a line feed. `ordinal` is the
    /// number shown under `-#`. A segment whose header or options are broken or
    /// cut ends where tcpdump's line ends, before `length`.
    pub fn write(&mut self, out: &mut Vec<u8>, segment: &Segment<'_>, numbers: &Numbers, ordinal: u64) {
        let line = &mut Buffer::on(&mut self.room);
        self.beginning.write(line, (segment.at, segment.carried), ordinal, segment.arrival, segment.src.addr);
        endpoint(line, segment.src, &mut self.known);
        line.put(b" > ");
        endpoint(line, segment.dst, &mut self.known);
        line.put(b": ");
        header(line, segment, numbers, &self.flags);
        out.extend_from_slice(line.written());
    }

    /// Appends the line of a first IP fragment, whose length is its own. For
    /// IPv4 it is like a segment's; IPv6 shows which octets the fragment holds.
    pub fn write_first_fragment(
        &mut self,
        out: &mut Vec<u8>,
        segment: &Segment<'_>,
        numbers: &Numbers,
        ordinal: u64,
    ) {
        if segment.src.addr.is_ipv4() {
            return self.write(out, segment, numbers, ordinal);
        }
        let line = &mut Buffer::on(&mut self.room);
        self.beginning.write(line, (segment.at, segment.carried), ordinal, segment.arrival, segment.src.addr);
        address(line, segment.src.addr);
        line.put(b" > ");
        address(line, segment.dst.addr);
        line.put(b": frag (0|");
        line.decimal(segment.len.wrapping_add(segment.header_len.into()));
        line.put(b") ");
        line.decimal(segment.src.port.into());
        line.put(b" > ");
        line.decimal(segment.dst.port.into());
        line.put(b": ");
        header(line, segment, numbers, &self.flags);
        out.extend_from_slice(line.written());
    }

    /// Appends the line of a later IP fragment, without a line feed: for IPv4
    /// `IP a > b: ip-proto-6`. For IPv6 tcpdump shows which octets it holds, and
    /// needs `piece`: their offset in the datagram, and how many they are.
    pub fn write_fragment(
        &mut self,
        out: &mut Vec<u8>,
        segment: &Segment<'_>,
        piece: Option<(u32, u32)>,
        ordinal: u64,
    ) {
        let line = &mut Buffer::on(&mut self.room);
        self.beginning.write(line, (segment.at, segment.carried), ordinal, segment.arrival, segment.src.addr);
        address(line, segment.src.addr);
        line.put(b" > ");
        address(line, segment.dst.addr);
        match (segment.src.addr, piece) {
            (IpAddr::V4(_), _) => line.put(b": ip-proto-6"),
            (IpAddr::V6(_), None) => line.put(b": frag"),
            (IpAddr::V6(_), Some((offset, len))) => {
                line.put(b": frag (");
                line.decimal(offset);
                line.put(b"|");
                line.decimal(len);
                line.put(b")");
            }
        }
        out.extend_from_slice(line.written());
    }

    /// Takes note of a frame that gets no line. tcpdump prints every frame, so
    /// `-ttt` and `-ttttt` count from this one too.
    pub fn pass(&mut self, at: Timestamp) {
        self.beginning.clock.pass(at);
    }
}

/// From `Flags` to the length.
#[inline(always)]
fn header(line: &mut Buffer<'_>, segment: &Segment<'_>, numbers: &Numbers, texts: &FlagTexts) {
    let flags = segment.flags;
    let &(text, len) = texts.get(usize::from(flags.bits() & 0xff)).unwrap_or(&([0; 16], 0));
    if let Some(fault) = segment.fault {
        return line.aside(|line| faulty(line, segment, fault, text.get(..len).unwrap_or_default()));
    }
    line.put_some(&text, len);
    if segment.len > 0 || flags.intersects(Flags::SYN.with(Flags::FIN).with(Flags::RST)) {
        line.put(b", seq ");
        line.decimal(numbers.seq);
        if segment.len > 0 {
            line.put(b":");
            line.decimal(numbers.end);
        }
    }
    if flags.ack() {
        line.put(b", ack ");
        line.decimal(numbers.ack);
    }
    line.put(b", win ");
    line.decimal(segment.window.into());
    if flags.contains(Flags::URG) {
        line.put(b", urg ");
        line.decimal(segment.urgent.into());
    }
    if options::options(line, segment, numbers.sack_base) == Written::Broken {
        return;
    }
    line.put(b", length ");
    line.decimal(segment.len);
}

/// A header that cannot be right.
fn faulty(line: &mut Buffer<'_>, segment: &Segment<'_>, fault: HeaderFault, flags: &[u8]) {
    match fault {
        HeaderFault::TooShort => {
            line.put(b" tcp ");
            line.decimal(segment.len);
            line.put(b" [bad hdr length ");
            line.octet(segment.header_len);
            line.put(b" - too short, < 20]");
        }
        HeaderFault::TooLong { segment_len } => {
            line.text(flags);
            line.put(b" [bad hdr length ");
            line.octet(segment.header_len);
            line.put(b" - too long, > ");
            line.decimal(segment_len);
            line.put(b"]");
        }
    }
}
