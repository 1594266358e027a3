//! The pcap format: draft-ietf-opsawg-pcap, and two older forms of it.

use super::capture_file::{Damage, Links, MAX_PACKET, Record, Seen};
use super::linktype;
use super::read::Window;
use crate::model::{LinkType, Precision, Timestamp};

const NANOS_PER_SEC: i64 = 1_000_000_000;

const HEADER: usize = 24;

/// Which fields hold the two lengths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lengths {
    /// Captured, then original.
    InOrder,
    /// The other way round: before version 2.3.
    Swapped,
    /// Either, in version 2.3: the captured length is the smaller one.
    Smaller,
}

/// What the header of a record says.
#[derive(Clone, Copy, Debug)]
struct Head {
    at: Timestamp,
    carried: u16,
    captured: u32,
    wire_len: u32,
}

/// 32 bits of microseconds are 4,294 seconds.
#[cold]
fn whole_secs(nanos: i64) -> u16 {
    (nanos / NANOS_PER_SEC) as u16
}

/// What the header of a pcap file says.
#[derive(Clone, Debug)]
pub(super) struct Pcap {
    big: bool,
    /// Nanoseconds in a unit of the fraction.
    unit: i64,
    precision: Precision,
    /// Octets of a record's header.
    header: usize,
    lengths: Lengths,
    link: LinkType,
}

impl Pcap {
    /// The form of the format that a magic number stands for.
    pub(super) fn of_magic(magic: [u8; 4]) -> Option<Pcap> {
        let little = u32::from_le_bytes(magic);
        let (big, number) = match little {
            0xa1b2_c3d4 | 0xa1b2_3c4d | 0xa1b2_cd34 => (false, little),
            _ => (true, u32::from_be_bytes(magic)),
        };
        let (unit, precision, header) = match number {
            0xa1b2_c3d4 => (1000, Precision::Micros, 16),
            0xa1b2_3c4d => (1, Precision::Nanos, 16),
            // Kuznetzov's: interface, protocol and packet type follow the lengths.
            0xa1b2_cd34 => (1000, Precision::Micros, 24),
            _ => return None,
        };
        Some(Pcap { big, unit, precision, header, lengths: Lengths::InOrder, link: LinkType(0) })
    }

    /// Reads the file header.
    pub(super) fn begin(mut self, window: &mut Window, links: &mut Links) -> Result<Pcap, Damage> {
        if !window.have(HEADER)? {
            return Err(Damage::Truncated { needs: HEADER as u64, has: window.rest().len() as u64 });
        }
        let Some([_, _, _, _, v0, v1, v2, v3, _, _, _, _, _, _, _, _, s0, s1, s2, s3, n0, n1, n2, n3]) =
            window.head::<HEADER>().copied()
        else {
            return Err(Damage::Corrupt("no header".into()));
        };
        let version = if self.big {
            (u16::from_be_bytes([v0, v1]), u16::from_be_bytes([v2, v3]))
        } else {
            (u16::from_le_bytes([v0, v1]), u16::from_le_bytes([v2, v3]))
        };
        self.lengths = match version {
            (2, 4) => Lengths::InOrder,
            (2, 3) => Lengths::Smaller,
            // 543.0 is what DG/UX wrote.
            (2, 0..=2) | (543, 0) => Lengths::Swapped,
            (major, minor) => return Err(Damage::Version("pcap", major, minor)),
        };
        self.link = linktype::from_file(self.int([n0, n1, n2, n3]));
        links.add(self.link, self.int([s0, s1, s2, s3]));
        window.advance(HEADER);
        Ok(self)
    }

    #[inline]
    fn int(&self, octets: [u8; 4]) -> u32 {
        if self.big { u32::from_be_bytes(octets) } else { u32::from_le_bytes(octets) }
    }

    /// The next record.
    #[inline]
    pub(super) fn next(&self, window: &mut Window) -> Result<Option<Record>, Damage> {
        let Some((head, _)) = self.whole(window.rest()) else { return self.fetch(window) };
        Ok(Some(self.step(window, head)))
    }

    /// The record that begins these octets, if all of it is there: its head, and
    /// its packet.
    #[inline]
    fn whole<'a>(&self, octets: &'a [u8]) -> Option<(Head, &'a [u8])> {
        let head = self.head(octets.first_chunk()?);
        let packet = octets.get(self.header..)?.get(..head.captured as usize)?;
        (head.captured <= MAX_PACKET).then_some((head, packet))
    }

    /// The next record of a window that does not show it whole.
    #[cold]
    fn fetch(&self, window: &mut Window) -> Result<Option<Record>, Damage> {
        if !window.have(self.header)? {
            return match window.rest().len() {
                0 => Ok(None),
                has => Err(Damage::Truncated { needs: self.header as u64, has: has as u64 }),
            };
        }
        let Some(head) = window.head().map(|octets| self.head(octets)) else { return Ok(None) };
        if head.captured > MAX_PACKET {
            return Err(Damage::Corrupt(format!("a packet of {} octets", head.captured)));
        }
        let needs = self.octets(head.captured as usize);
        if !window.have(needs)? {
            return Err(Damage::Truncated { needs: needs as u64, has: window.rest().len() as u64 });
        }
        Ok(Some(self.step(window, head)))
    }

    #[inline]
    fn step(&self, window: &mut Window, head: Head) -> Record {
        let start = window.position() + self.header;
        window.advance(self.octets(head.captured as usize));
        Record { seen: self.seen(head), start, len: head.captured as usize }
    }

    #[inline]
    fn seen(&self, Head { at, carried, wire_len, .. }: Head) -> Seen {
        let Pcap { precision, link, .. } = *self;
        Seen { at, carried, precision, link, interface: 0, wire_len }
    }

    #[inline]
    fn head(&self, octets: &[u8; 16]) -> Head {
        let &[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = octets;
        let (secs, fraction) = (self.int([a, b, c, d]), self.int([e, f, g, h]));
        let (first, second) = (self.int([i, j, k, l]), self.int([m, n, o, p]));
        let (captured, wire_len) = match self.lengths {
            Lengths::InOrder => (first, second),
            Lengths::Swapped => (second, first),
            Lengths::Smaller => (first.min(second), first.max(second)),
        };
        // Neither sum nor product can overflow: both factors have 32 bits.
        let below = i64::from(fraction) * self.unit;
        let at = Timestamp::from_nanos(i64::from(secs) * NANOS_PER_SEC + below);
        let carried = if below < NANOS_PER_SEC { 0 } else { whole_secs(below) };
        Head { at, carried, captured, wire_len }
    }

    /// The same for the short way: also the octets that the record takes.
    #[inline]
    pub(super) fn at_hand<'a>(&self, octets: &'a [u8]) -> Option<(Seen, &'a [u8], usize)> {
        let (head, packet) = self.whole(octets)?;
        Some((self.seen(head), packet, self.octets(packet.len())))
    }

    /// Octets in the file of a record with so many captured ones.
    #[inline]
    fn octets(&self, captured: usize) -> usize {
        self.header + captured
    }
}

#[cfg(test)]
mod tests {
    use super::super::capture_file::CaptureFile;
    use super::super::input::Input;
    use super::super::testdata::PcapFile;
    use super::*;

    fn open(octets: &[u8]) -> CaptureFile {
        let stream = Box::new(std::io::Cursor::new(octets.to_vec()));
        CaptureFile::new("test".into(), Input { stream, compressed: false, reopens: false }, 64).unwrap()
    }

    #[test]
    fn both_byte_orders_and_both_units() {
        for (big, magic, nanos, precision) in [
            (false, 0xa1b2_c3d4, 7_000_123_000, Precision::Micros),
            (true, 0xa1b2_c3d4, 7_000_123_000, Precision::Micros),
            (false, 0xa1b2_3c4d, 7_000_000_123, Precision::Nanos),
            (true, 0xa1b2_3c4d, 7_000_000_123, Precision::Nanos),
        ] {
            let mut file = PcapFile::new(magic, big, 0x1400_0071);
            file.packet(7, 123, b"frame", 90);
            let mut file = open(&file.octets);
            let record = file.advance().unwrap().unwrap();
            assert_eq!((record.seen.at.as_nanos(), record.seen.precision), (nanos, precision));
            assert_eq!((record.seen.link, record.seen.wire_len), (LinkType(113), 90));
            assert_eq!(file.window.part(record.start, record.len), b"frame");
            assert!(file.advance().unwrap().is_none());
        }
    }

    #[test]
    fn seconds_in_a_sub_second_are_counted_and_added() {
        for (magic, fraction, nanos, carried) in [
            (0xa1b2_c3d4, 999_999, 7_999_999_000, 0),
            (0xa1b2_c3d4, 1_000_000, 8_000_000_000, 1),
            (0xa1b2_c3d4, u32::MAX, 4_301_967_295_000, 4294),
            (0xa1b2_3c4d, u32::MAX, 11_294_967_295, 4),
        ] {
            let mut file = PcapFile::new(magic, false, 1);
            file.packet(7, fraction, b"frame", 90);
            let seen = open(&file.octets).advance().unwrap().unwrap().seen;
            assert_eq!((seen.at.as_nanos(), seen.carried), (nanos, carried));
        }
    }

    #[test]
    fn the_modified_format_has_a_longer_record_header() {
        let mut file = PcapFile::new(0xa1b2_cd34, true, 1);
        for text in [b"one", b"two"] {
            file.u32(1).u32(2).u32(3).u32(60).u32(5).u32(6);
            file.octets.extend(text);
        }
        let mut file = open(&file.octets);
        for text in [b"one", b"two"] {
            let record = file.advance().unwrap().unwrap();
            assert_eq!(file.window.part(record.start, record.len), text);
        }
        assert!(file.advance().unwrap().is_none());
    }

    #[test]
    fn old_versions_swapped_the_lengths() {
        for (minor, first, second) in [(2_u8, 90, 5), (3, 90, 5), (3, 5, 90), (4, 5, 90)] {
            let mut file = PcapFile::new(0xa1b2_c3d4, false, 1);
            file.octets[6] = minor;
            file.u32(1).u32(2).u32(first).u32(second);
            file.octets.extend(b"frame");
            let record = open(&file.octets).advance().unwrap().unwrap();
            assert_eq!((record.len, record.seen.wire_len), (5, 90), "version 2.{minor}");
        }
    }

    #[test]
    fn impossible_fractions_and_lengths_are_survived() {
        let mut file = PcapFile::new(0xa1b2_c3d4, false, 1);
        file.packet(u32::MAX, u32::MAX, b"x", 0);
        let record = open(&file.octets).advance().unwrap().unwrap();
        assert_eq!(record.seen.at.secs(), i64::from(u32::MAX) + 4294);
    }
}
