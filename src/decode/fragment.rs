//! IP fragments put together again (RFC 791 §3.2, RFC 8200 §4.5), bounded in
//! number, octets and packet time. Where fragments overlap, the first wins.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;

use hashbrown::HashMap;

use crate::model::{ScopeId, Timestamp};

/// Datagrams that wait for fragments; the oldest gives way.
const MAX_DATAGRAMS: usize = 4096;
/// Octets that they hold in all.
const MAX_OCTETS: usize = 16 << 20;
/// Separate stretches within one datagram.
const MAX_STRETCHES: usize = 64;
/// Length that no datagram can exceed.
const MAX_LEN: u32 = 65_535;
/// How long a datagram waits after its first fragment, as Linux does.
const PATIENCE: Duration = Duration::from_secs(30);

/// What fragments of one datagram have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Key {
    /// Source address.
    pub(super) src: IpAddr,
    /// Destination address.
    pub(super) dst: IpAddr,
    /// Identification.
    pub(super) id: u32,
    /// Protocol (IPv4 only).
    pub(super) protocol: Option<u8>,
    /// VLANs and tunnels around it.
    pub(super) scope: ScopeId,
}

/// One fragment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// Where it belongs, in octets.
    pub(super) offset: u32,
    /// More fragments follow.
    pub(super) more: bool,
    /// What was captured of it.
    pub(super) octets: &'a [u8],
    /// Its length on the wire.
    pub(super) wire: u32,
    /// Protocol, or next header.
    pub(super) protocol: u8,
}

/// A datagram's payload, complete on the wire.
#[derive(Debug)]
pub(super) struct Whole {
    /// The octets up to the first that was not captured.
    pub(super) octets: Vec<u8>,
    /// Its length on the wire.
    pub(super) wire: u32,
    /// Protocol, or next header of the first fragment.
    pub(super) protocol: u8,
    /// Fragments that it came in.
    pub(super) pieces: u16,
}

/// A datagram that is not complete.
#[derive(Debug)]
struct Pending {
    started: Timestamp,
    serial: u64,
    octets: Vec<u8>,
    /// What was received: sorted, disjoint, not adjacent.
    stretches: Vec<(u32, u32)>,
    total: Option<u32>,
    /// The first octet that was on the wire but not captured.
    cut_at: u32,
    protocol: Option<u8>,
    pieces: u16,
}

impl Pending {
    fn new(started: Timestamp, serial: u64) -> Self {
        Pending {
            started,
            serial,
            octets: Vec::new(),
            stretches: Vec::new(),
            total: None,
            cut_at: u32::MAX,
            protocol: None,
            pieces: 0,
        }
    }

    /// Takes a fragment in; `false` if it contradicts those before.
    fn add(&mut self, piece: &Piece<'_>) -> bool {
        let end = piece.offset + piece.wire;
        let received = self.stretches.last().map_or(0, |&(_, end)| end);
        let total = if piece.more { self.total } else { Some(end) };
        if self.total.is_some_and(|known| total != Some(known))
            || total.is_some_and(|total| received.max(end) > total)
        {
            return false;
        }
        self.total = total;
        if piece.offset == 0 && self.protocol.is_none() {
            self.protocol = Some(piece.protocol);
        }
        let captured = (piece.octets.len() as u32).min(piece.wire);
        if captured < piece.wire {
            self.cut_at = self.cut_at.min(piece.offset + captured);
        }
        if self.fill_gaps(piece.offset, end, piece.octets) {
            self.pieces = self.pieces.saturating_add(1);
        }
        self.stretches.len() <= MAX_STRETCHES
    }

    /// Copies what is not there yet; `false` if nothing was missing.
    fn fill_gaps(&mut self, start: u32, end: u32, octets: &[u8]) -> bool {
        let mut at = start;
        let mut filled = false;
        for i in 0..=self.stretches.len() {
            let (from, to) = self.stretches.get(i).copied().unwrap_or((u32::MAX, u32::MAX));
            if at < from.min(end) {
                self.copy(start, at, from.min(end), octets);
                filled = true;
            }
            at = at.max(to);
            if at >= end {
                break;
            }
        }
        if filled {
            let touches = |&(from, to): &(u32, u32)| from <= end && to >= start;
            let low =
                self.stretches.iter().copied().filter(touches).fold(start, |low, (from, _)| low.min(from));
            let high = self.stretches.iter().copied().filter(touches).fold(end, |high, (_, to)| high.max(to));
            self.stretches.retain(|stretch| !touches(stretch));
            let place = self.stretches.partition_point(|&(from, _)| from < low);
            self.stretches.insert(place, (low, high));
        }
        filled
    }

    fn copy(&mut self, start: u32, from: u32, to: u32, octets: &[u8]) {
        let (skip, stop) = ((from - start) as usize, (to - start) as usize);
        let Some(source) = octets.get(skip..stop.min(octets.len())) else { return };
        let at = from as usize;
        if self.octets.len() < at + source.len() {
            self.octets.resize(at + source.len(), 0);
        }
        if let Some(target) = self.octets.get_mut(at..at + source.len()) {
            target.copy_from_slice(source);
        }
    }

    fn is_whole(&self) -> bool {
        self.protocol.is_some() && self.total.is_some_and(|total| self.stretches == [(0, total)])
    }
}

/// All datagrams that wait for fragments.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    pending: HashMap<Key, Pending, foldhash::fast::RandomState>,
    /// Datagrams by age; those gone are told by their serial number.
    order: VecDeque<(Key, u64)>,
    octets: usize,
    serial: u64,
}

impl Fragments {
    /// Takes a fragment in; gives the datagram if this was the last one missing.
    pub(super) fn add(&mut self, key: Key, piece: Piece<'_>, now: Timestamp) -> Option<Whole> {
        self.expire(now);
        let end = piece.offset.checked_add(piece.wire)?;
        // Only the last fragment may end off an 8-octet boundary.
        if piece.wire == 0 || end > MAX_LEN || (piece.more && !piece.wire.is_multiple_of(8)) {
            return None;
        }
        if !self.pending.contains_key(&key) {
            self.start(key, now);
        }
        let pending = self.pending.get_mut(&key)?;
        let before = pending.octets.len();
        let sound = pending.add(&piece);
        let whole = pending.is_whole();
        self.octets += pending.octets.len() - before;
        if !sound {
            self.remove(&key);
            return None;
        }
        if !whole {
            while self.octets > MAX_OCTETS && self.drop_oldest() {}
            return None;
        }
        let mut pending = self.remove(&key)?;
        pending.octets.truncate(pending.cut_at as usize);
        Some(Whole {
            octets: pending.octets,
            wire: pending.total?,
            protocol: pending.protocol?,
            pieces: pending.pieces,
        })
    }

    fn start(&mut self, key: Key, now: Timestamp) {
        while self.pending.len() >= MAX_DATAGRAMS && self.drop_oldest() {}
        if self.order.len() >= 2 * MAX_DATAGRAMS {
            let pending = &self.pending;
            self.order.retain(|(key, serial)| pending.get(key).is_some_and(|p| p.serial == *serial));
        }
        self.serial += 1;
        self.pending.insert(key, Pending::new(now, self.serial));
        self.order.push_back((key, self.serial));
    }

    fn remove(&mut self, key: &Key) -> Option<Pending> {
        let pending = self.pending.remove(key)?;
        self.octets = self.octets.saturating_sub(pending.octets.len());
        Some(pending)
    }

    /// Drops the oldest datagram; `false` if there is none.
    fn drop_oldest(&mut self) -> bool {
        while let Some((key, serial)) = self.order.pop_front() {
            if self.pending.get(&key).is_some_and(|p| p.serial == serial) {
                self.remove(&key);
                return true;
            }
        }
        false
    }

    fn expire(&mut self, now: Timestamp) {
        while let Some(&(key, serial)) = self.order.front() {
            match self.pending.get(&key) {
                Some(p) if p.serial == serial && now.since(p.started) <= PATIENCE => return,
                Some(p) if p.serial == serial => drop(self.remove(&key)),
                _ => {}
            }
            self.order.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_parts(100, 0);

    fn key(id: u32) -> Key {
        let addr = "10.0.0.1".parse().unwrap();
        Key { src: addr, dst: addr, id, protocol: Some(6), scope: ScopeId::NONE }
    }

    fn piece(offset: u32, more: bool, octets: &[u8]) -> Piece<'_> {
        Piece { offset, more, octets, wire: octets.len() as u32, protocol: 6 }
    }

    #[test]
    fn any_order_gives_the_datagram() {
        let parts: [(u32, bool, &[u8]); 3] =
            [(0, true, b"AAAAAAAA"), (8, true, b"BBBBBBBB"), (16, false, b"C")];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
            let mut fragments = Fragments::default();
            let mut whole = None;
            for i in order {
                assert!(whole.is_none());
                let (offset, more, octets) = parts[i];
                whole = fragments.add(key(1), piece(offset, more, octets), NOW);
            }
            let whole = whole.unwrap();
            assert_eq!(whole.octets, b"AAAAAAAABBBBBBBBC");
            assert_eq!((whole.wire, whole.pieces, whole.protocol), (17, 3, 6));
            assert_eq!((fragments.octets, fragments.pending.len()), (0, 0));
        }
    }

    #[test]
    fn where_fragments_overlap_the_first_wins() {
        let mut fragments = Fragments::default();
        assert!(fragments.add(key(1), piece(8, true, b"BBBBBBBB"), NOW).is_none());
        assert!(fragments.add(key(1), piece(8, true, b"xxxxxxxx"), NOW).is_none());
        assert!(fragments.add(key(1), piece(0, true, b"AAAAAAAAyyyyyyyyCCCCCCCC"), NOW).is_none());
        let whole = fragments.add(key(1), piece(16, false, b"zzzzzzzzD"), NOW).unwrap();
        assert_eq!(whole.octets, b"AAAAAAAABBBBBBBBCCCCCCCCD");
        assert_eq!(whole.pieces, 3, "a mere copy is not counted");
    }

    #[test]
    fn two_ends_contradict_each_other() {
        let mut fragments = Fragments::default();
        assert!(fragments.add(key(1), piece(8, false, b"end"), NOW).is_none());
        assert!(fragments.add(key(1), piece(8, true, b"BBBBBBBB"), NOW).is_none());
        assert!(fragments.pending.is_empty());
        assert!(fragments.add(key(2), piece(65_528, true, b"BBBBBBBB"), NOW).is_none());
        assert!(fragments.add(key(2), piece(0, true, b"seven.."), NOW).is_none());
        assert!(fragments.pending.is_empty());
    }

    #[test]
    fn a_cut_fragment_completes_but_its_octets_end_early() {
        let mut fragments = Fragments::default();
        let cut = Piece { wire: 16, ..piece(0, true, b"AAAAAAAA") };
        assert!(fragments.add(key(1), cut, NOW).is_none());
        let whole = fragments.add(key(1), piece(16, false, b"B"), NOW).unwrap();
        assert_eq!((whole.octets.as_slice(), whole.wire), (b"AAAAAAAA".as_slice(), 17));
    }

    #[test]
    fn waiting_is_bounded_in_number_octets_and_time() {
        let mut fragments = Fragments::default();
        for id in 0..3 * MAX_DATAGRAMS as u32 {
            fragments.add(key(id), piece(65_520, true, b"AAAAAAAA"), NOW);
            assert!(fragments.octets <= MAX_OCTETS + MAX_LEN as usize);
        }
        assert!(fragments.pending.len() <= MAX_DATAGRAMS);
        assert!(fragments.order.len() <= 2 * MAX_DATAGRAMS);
        let later = NOW.plus(PATIENCE + Duration::from_nanos(1));
        fragments.add(key(7), piece(0, true, b"AAAAAAAA"), later);
        assert_eq!((fragments.pending.len(), fragments.octets), (1, 8));
    }

    #[test]
    fn a_datagram_of_many_stretches_is_dropped() {
        let mut fragments = Fragments::default();
        for i in 0..=MAX_STRETCHES as u32 {
            fragments.add(key(1), piece(16 * i, true, b"AAAAAAAA"), NOW);
        }
        assert!(fragments.pending.is_empty());
        assert_eq!(fragments.octets, 0);
    }
}
