//! The pcapng format: draft-ietf-opsawg-pcapng.

use super::capture_file::{Damage, Links, MAX_PACKET, Record, Seen};
use super::drops::Drops;
use super::linktype;
use super::read::Window;
use super::ticks::Ticks;
use crate::model::{LinkType, Timestamp};

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;

/// Type and length before a block's body, length after it.
const FRAME: u32 = 12;
/// A block that must be looked at as a whole is at most this long: libpcap's
/// bound.
const MAX_BLOCK: u32 = 16 << 20;
/// Interfaces of one file. Hostile ones define millions.
const MAX_INTERFACES: usize = 65_536;

struct Interface {
    link: LinkType,
    snaplen: u32,
    ticks: Ticks,
    dropped: Option<u64>,
}

/// The state of a pcapng file: byte order and interfaces of its section.
pub(super) struct Pcapng {
    big: bool,
    interfaces: Vec<Interface>,
    /// Interfaces of the sections before.
    base: usize,
    dropped_before: Drops,
}

impl Pcapng {
    /// The first octets of such a file, in either byte order.
    pub(super) const MAGIC: [u8; 4] = SECTION.to_be_bytes();

    /// Reads the first section header.
    pub(super) fn new(window: &mut Window) -> Result<Pcapng, Damage> {
        let mut file =
            Pcapng { big: false, interfaces: Vec::new(), base: 0, dropped_before: Drops::default() };
        file.section(window)?;
        Ok(file)
    }

    /// What the interfaces say was dropped.
    pub(super) fn dropped(&self) -> Drops {
        let mut drops = self.dropped_before;
        self.interfaces.iter().for_each(|interface| drops.add(interface.dropped));
        drops
    }

    #[inline]
    fn int32(&self, octets: [u8; 4]) -> u32 {
        if self.big { u32::from_be_bytes(octets) } else { u32::from_le_bytes(octets) }
    }

    fn int16(&self, octets: [u8; 2]) -> u16 {
        if self.big { u16::from_be_bytes(octets) } else { u16::from_le_bytes(octets) }
    }

    fn int64(&self, octets: [u8; 8]) -> u64 {
        if self.big { u64::from_be_bytes(octets) } else { u64::from_le_bytes(octets) }
    }

    /// Fields of 32 bits.
    #[inline]
    fn fields<const N: usize>(&self, octets: &[u8]) -> Option<[u32; N]> {
        let mut out = [0; N];
        for (field, octets) in out.iter_mut().zip(octets.get(..N * 4)?.as_chunks::<4>().0) {
            *field = self.int32(*octets);
        }
        Some(out)
    }

    /// The next packet; takes in what lies before it.
    #[inline]
    pub(super) fn next(&mut self, window: &mut Window, links: &mut Links) -> Result<Option<Record>, Damage> {
        loop {
            if !window.have(8)? {
                return match window.rest().len() {
                    0 => Ok(None),
                    has => Err(Damage::Truncated { needs: u64::from(FRAME), has: has as u64 }),
                };
            }
            let Some([kind, len]) = self.fields(window.rest()) else { return Ok(None) };
            if kind == SECTION {
                self.section(window)?;
                continue;
            }
            if len < FRAME || !len.is_multiple_of(4) {
                return Err(Damage::Corrupt(format!("a block of {len} octets")));
            }
            let packet = matches!(kind, ENHANCED_PACKET | SIMPLE_PACKET | OBSOLETE_PACKET);
            if packet || matches!(kind, INTERFACE | STATISTICS) {
                let record = self.known(kind, len, window, links)?;
                window.advance(len as usize);
                if packet {
                    return Ok(Some(record));
                }
            } else {
                self.skip(len, window)?;
            }
        }
    }

    /// The enhanced packet that begins these octets, with the octets that its block
    /// takes, if all of it is there and nothing is wrong with it.
    #[inline]
    pub(super) fn at_hand<'a>(&self, octets: &'a [u8]) -> Option<(Seen, &'a [u8], usize)> {
        const HEADER: usize = 28;
        let [kind, len, id, high, low, captured, wire_len] = self.fields(octets)?;
        let block = octets.get(..len as usize)?;
        let (rest, trailer) = block.get(HEADER..)?.split_last_chunk()?;
        let packet = rest.get(..captured as usize)?;
        let whole = kind == ENHANCED_PACKET && len.is_multiple_of(4) && self.int32(*trailer) == len;
        if !whole || len > MAX_BLOCK || captured > MAX_PACKET {
            return None;
        }
        Some((self.seen(id, Some((high, low)), wire_len)?, packet, block.len()))
    }

    /// What is said of a packet; `None` if its interface is not described.
    #[inline]
    fn seen(&self, id: u32, time: Option<(u32, u32)>, wire_len: u32) -> Option<Seen> {
        let interface = self.interfaces.get(id as usize)?;
        Some(Seen {
            at: match time {
                Some((high, low)) => interface.ticks.time(u64::from(high) << 32 | u64::from(low)),
                None => Timestamp::default(),
            },
            carried: 0,
            precision: interface.ticks.precision(),
            link: interface.link,
            interface: u32::try_from(self.base).unwrap_or(u32::MAX).saturating_add(id),
            wire_len,
        })
    }

    /// Looks at a block whose body matters. Only packets have a record.
    #[inline]
    fn known(
        &mut self,
        kind: u32,
        len: u32,
        window: &mut Window,
        links: &mut Links,
    ) -> Result<Record, Damage> {
        if len > MAX_BLOCK {
            return Err(Damage::Corrupt(format!("a block of {len} octets")));
        }
        if !window.have(len as usize)? {
            return Err(Damage::Truncated { needs: u64::from(len), has: window.rest().len() as u64 });
        }
        let at = window.position();
        let end = (len - 4) as usize;
        let rest = window.rest();
        self.check_trailer(len, rest.get(end..))?;
        let body = rest.get(8..end).unwrap_or_default();
        match kind {
            ENHANCED_PACKET => self.enhanced(body, at + 8),
            SIMPLE_PACKET => self.simple(body, at + 8),
            OBSOLETE_PACKET => self.obsolete(body, at + 8),
            INTERFACE => self.interface(body, links).map(|()| NO_RECORD),
            _ => {
                self.statistics(body);
                Ok(NO_RECORD)
            }
        }
    }

    fn check_trailer(&self, len: u32, trailer: Option<&[u8]>) -> Result<(), Damage> {
        match trailer.and_then(|octets| self.fields(octets)) {
            Some([again]) if again == len => Ok(()),
            Some([again]) => {
                Err(Damage::Corrupt(format!("a block of {len} octets says at its end that it has {again}")))
            }
            None => Err(Damage::Corrupt("a block without an end".into())),
        }
    }

    /// Moves over a block that says nothing about packets, however long.
    fn skip(&self, len: u32, window: &mut Window) -> Result<(), Damage> {
        let start = window.offset();
        self.skip_from_here(len, window).map_err(|damage| Damage::At(start, Box::new(damage)))
    }

    fn skip_from_here(&self, len: u32, window: &mut Window) -> Result<(), Damage> {
        let body = u64::from(len - 4);
        let skipped = window.skip(body)?;
        let whole = skipped == body && window.have(4)?;
        if !whole {
            let has = skipped + window.rest().len() as u64;
            return Err(Damage::Truncated { needs: u64::from(len), has });
        }
        self.check_trailer(len, window.rest().get(..4))?;
        window.advance(4);
        Ok(())
    }

    /// A section header: byte order and interfaces begin anew (section 4.1).
    fn section(&mut self, window: &mut Window) -> Result<(), Damage> {
        const HEADER: usize = 28;
        if !window.have(HEADER)? {
            return Err(Damage::Truncated { needs: HEADER as u64, has: window.rest().len() as u64 });
        }
        let Some([_, _, _, _, l0, l1, l2, l3, o0, o1, o2, o3, v0, v1, v2, v3]) = window.head().copied()
        else {
            return Err(Damage::Corrupt("no section header".into()));
        };
        self.big = match [o0, o1, o2, o3] {
            [0x1a, 0x2b, 0x3c, 0x4d] => true,
            [0x4d, 0x3c, 0x2b, 0x1a] => false,
            _ => return Err(Damage::Corrupt("a section header without byte-order magic".into())),
        };
        let len = self.int32([l0, l1, l2, l3]);
        let (major, minor) = (self.int16([v0, v1]), self.int16([v2, v3]));
        // 1.2 is another name for 1.0; nobody defined others.
        if !matches!((major, minor), (1, 0 | 2)) {
            return Err(Damage::Version("pcapng", major, minor));
        }
        if len < HEADER as u32 || !len.is_multiple_of(4) {
            return Err(Damage::Corrupt(format!("a section header of {len} octets")));
        }
        self.dropped_before = self.dropped();
        self.base += self.interfaces.len();
        self.interfaces.clear();
        self.skip(len, window)
    }

    /// An interface description (section 4.2).
    fn interface(&mut self, body: &[u8], links: &mut Links) -> Result<(), Damage> {
        let Some(([l0, l1, _, _, s0, s1, s2, s3], options)) = body.split_first_chunk() else {
            return Err(Damage::Corrupt("an interface description that is too short".into()));
        };
        if self.base + self.interfaces.len() >= MAX_INTERFACES {
            return Err(Damage::Corrupt(format!("more than {MAX_INTERFACES} interfaces")));
        }
        let link = linktype::from_file(u32::from(self.int16([*l0, *l1])));
        let snaplen = self.int32([*s0, *s1, *s2, *s3]);
        let (mut tsresol, mut tsoffset) = (6, 0);
        self.options(options, |code, value| match (code, value) {
            (9, [resolution, ..]) => tsresol = *resolution,
            (14, value) => tsoffset = value.first_chunk().map_or(0, |v| self.int64(*v).cast_signed()),
            _ => {}
        });
        let ticks =
            if (tsresol, tsoffset) == (6, 0) { Ticks::MICROS } else { Ticks::of_pcapng(tsresol, tsoffset) };
        self.interfaces.push(Interface { link, snaplen, ticks, dropped: None });
        links.add(link, snaplen);
        Ok(())
    }

    /// Interface statistics (section 4.6). What the system dropped is
    /// `isb_osdrop`; dumpcap puts it into `isb_ifdrop` and writes no other.
    fn statistics(&mut self, body: &[u8]) {
        let Some((id, rest)) = body.split_first_chunk() else { return };
        let (mut by_interface, mut by_system) = (None, None);
        self.options(rest.get(8..).unwrap_or_default(), |code, value| match code {
            5 => by_interface = value.first_chunk().map(|octets| self.int64(*octets)),
            7 => by_system = value.first_chunk().map(|octets| self.int64(*octets)),
            _ => {}
        });
        let id = self.int32(*id) as usize;
        if let Some(interface) = self.interfaces.get_mut(id) {
            interface.dropped = by_system.or(by_interface).or(interface.dropped);
        }
    }

    /// Walks over options (section 3.5); stops where they make no sense.
    fn options<'a>(&self, mut octets: &'a [u8], mut each: impl FnMut(u16, &'a [u8])) {
        while let Some(([c0, c1, l0, l1], rest)) = octets.split_first_chunk() {
            let (code, len) = (self.int16([*c0, *c1]), usize::from(self.int16([*l0, *l1])));
            let Some(value) = rest.get(..len).filter(|_| code != 0) else { return };
            each(code, value);
            octets = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
        }
    }

    /// An enhanced packet (section 4.3).
    #[inline]
    fn enhanced(&self, body: &[u8], start: usize) -> Result<Record, Damage> {
        let Some([id, high, low, captured, wire_len]) = self.fields(body) else { return Err(too_short()) };
        self.packet(id, Some((high, low)), captured, wire_len, (start + 20, body.len() - 20))
    }

    /// An obsolete packet (appendix A).
    fn obsolete(&self, body: &[u8], start: usize) -> Result<Record, Damage> {
        let (Some([i0, i1, ..]), Some([_, high, low, captured, wire_len])) =
            (body.first_chunk::<4>(), self.fields(body))
        else {
            return Err(too_short());
        };
        let id = u32::from(self.int16([*i0, *i1]));
        self.packet(id, Some((high, low)), captured, wire_len, (start + 20, body.len() - 20))
    }

    /// A simple packet (section 4.4): of interface 0, without a time.
    fn simple(&self, body: &[u8], start: usize) -> Result<Record, Damage> {
        let Some([wire_len]) = self.fields(body) else { return Err(too_short()) };
        let room = body.len() - 4;
        let snaplen = self.interfaces.first().map_or(0, |interface| interface.snaplen);
        let captured = if snaplen == 0 { wire_len } else { wire_len.min(snaplen) };
        self.packet(0, None, captured, wire_len, (start + 4, room))
    }

    #[inline]
    fn packet(
        &self,
        id: u32,
        time: Option<(u32, u32)>,
        captured: u32,
        wire_len: u32,
        (start, room): (usize, usize),
    ) -> Result<Record, Damage> {
        let Some(seen) = self.seen(id, time, wire_len) else {
            return Err(Damage::Corrupt(format!("a packet of interface {id}, which is not described")));
        };
        let len = captured as usize;
        if captured > MAX_PACKET || len > room {
            return Err(Damage::Corrupt(format!(
                "a packet of {captured} octets in a block with room for {room}"
            )));
        }
        Ok(Record { seen, start, len })
    }
}

/// Stands where a block is no packet.
const NO_RECORD: Record = Record {
    seen: Seen {
        at: Timestamp::MIN,
        carried: 0,
        precision: crate::model::Precision::Micros,
        link: LinkType(0),
        interface: 0,
        wire_len: 0,
    },
    start: 0,
    len: 0,
};

#[cold]
fn too_short() -> Damage {
    Damage::Corrupt("a packet block that is too short".into())
}

#[cfg(test)]
#[path = "pcapng_tests.rs"]
mod tests;
