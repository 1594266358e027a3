//! Numbers in as few octets as they need.

use std::net::IpAddr;

use crate::model::{Endpoint, Seq, Timestamp};
use crate::track::half::Sighting;

/// More octets than may rest.
const ROOM: usize = 512;

/// Writes numbers; frames and times count from a base.
#[derive(Debug)]
pub(in crate::track) struct Writer {
    octets: [u8; ROOM],
    used: usize,
    base: Sighting,
    unfit: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Writer { octets: [0; ROOM], used: 0, base: NOWHERE, unfit: false }
    }
}

const NOWHERE: Sighting = Sighting { frame: 0, at: Timestamp::from_nanos(0) };

/// Reads what a [`Writer`] wrote.
#[derive(Debug)]
pub(in crate::track) struct Reader<'a> {
    octets: &'a [u8],
    pub base: Sighting,
}

/// Small numbers of either sign as small numbers.
fn folded(n: i64) -> u64 {
    (n << 1 ^ n >> 63).cast_unsigned()
}

fn unfolded(n: u64) -> i64 {
    (n >> 1).cast_signed() ^ -(n & 1).cast_signed()
}

/// An endpoint of IPv4, of IPv6.
const FOUR: u8 = 4;
const SIX: u8 = 6;

impl Writer {
    /// Forgets what was written. Frames and times count from `base`.
    pub fn begin(&mut self, base: Sighting) {
        (self.used, self.base, self.unfit) = (0, base, false);
    }

    /// What was written.
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..self.used).unwrap_or_default()
    }

    /// There is something that has no place here.
    pub fn refuse(&mut self) {
        self.unfit = true;
    }

    /// Whether everything had its place.
    pub fn fits(&self) -> bool {
        !self.unfit
    }

    #[inline]
    fn put<const N: usize>(&mut self, octets: [u8; N]) {
        match self.octets.get_mut(self.used..self.used + N) {
            Some(room) => room.copy_from_slice(&octets),
            None => self.unfit = true,
        }
        self.used = (self.used + N).min(ROOM);
    }

    /// Seven bits an octet, the lowest first.
    #[inline]
    pub fn number(&mut self, n: u64) {
        if n < 0x80 { self.put([n as u8]) } else { self.long(n) }
    }

    fn long(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.put([n as u8 | 0x80]);
            n >>= 7;
        }
        self.put([n as u8]);
    }

    pub fn signed(&mut self, n: i64) {
        self.number(folded(n));
    }

    /// 32 bits that any number is as likely in.
    pub fn word(&mut self, n: u32) {
        self.put(n.to_le_bytes());
    }

    pub fn maybe_word(&mut self, n: Option<u32>) {
        self.bits([n.is_some()]);
        n.into_iter().for_each(|n| self.word(n));
    }

    fn maybe(&mut self, n: Option<u64>) {
        match n.map(|n| n.checked_add(1)) {
            None => self.number(0),
            Some(Some(n)) => self.number(n),
            Some(None) => self.refuse(),
        }
    }

    pub fn bits<const N: usize>(&mut self, bits: [bool; N]) {
        self.number(bits.into_iter().rev().fold(0, |all, bit| all << 1 | u64::from(bit)));
    }

    pub fn one_of<T: PartialEq>(&mut self, value: T, all: &[T]) {
        match all.iter().position(|one| *one == value) {
            Some(at) => self.number(at as u64),
            None => self.refuse(),
        }
    }

    pub fn frame(&mut self, frame: u64) {
        self.signed(frame.wrapping_sub(self.base.frame).cast_signed());
    }

    fn since(&self, at: Timestamp) -> u64 {
        folded(at.as_nanos().wrapping_sub(self.base.at.as_nanos()))
    }

    pub fn maybe_time(&mut self, at: Option<Timestamp>) {
        self.maybe(at.map(|at| self.since(at)));
    }

    pub fn sighting(&mut self, seen: Sighting) {
        self.number(self.since(seen.at));
        self.frame(seen.frame);
    }

    pub fn maybe_sighting(&mut self, seen: Option<Sighting>) {
        self.maybe_time(seen.map(|seen| seen.at));
        seen.into_iter().for_each(|seen| self.frame(seen.frame));
    }

    /// A number of 32 bits that lies near another one, also across their end.
    pub fn near(&mut self, n: u32, other: u32) {
        self.signed(n.wrapping_sub(other).cast_signed().into());
    }

    pub fn seq(&mut self, seq: Seq, near: Seq) {
        self.near(seq.raw(), near.raw());
    }

    pub fn maybe_seq(&mut self, seq: Option<Seq>, near: Seq) {
        self.maybe(seq.map(|seq| folded(seq.distance_from(near).into())));
    }

    pub fn endpoint(&mut self, end: Endpoint) {
        match end.addr {
            IpAddr::V4(addr) => {
                self.put([FOUR]);
                self.put(addr.octets());
            }
            IpAddr::V6(addr) => {
                self.put([SIX]);
                self.put(addr.octets());
            }
        }
        self.put(end.port.to_le_bytes());
    }
}

impl<'a> Reader<'a> {
    pub fn new(octets: &'a [u8]) -> Self {
        Reader { octets, base: NOWHERE }
    }

    #[inline]
    fn take<const N: usize>(&mut self) -> [u8; N] {
        match self.octets.split_first_chunk() {
            Some((first, rest)) => {
                self.octets = rest;
                *first
            }
            None => [0; N],
        }
    }

    #[inline]
    pub fn number(&mut self) -> u64 {
        match self.octets {
            &[octet @ 0..0x80, ref rest @ ..] => {
                self.octets = rest;
                octet.into()
            }
            _ => self.long(),
        }
    }

    fn long(&mut self) -> u64 {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let [octet] = self.take();
            n |= u64::from(octet & 0x7f) << shift;
            if octet < 0x80 {
                break;
            }
        }
        n
    }

    pub fn signed(&mut self) -> i64 {
        unfolded(self.number())
    }

    pub fn word(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    pub fn maybe_word(&mut self) -> Option<u32> {
        let [some] = self.bits();
        some.then(|| self.word())
    }

    fn maybe(&mut self) -> Option<u64> {
        self.number().checked_sub(1)
    }

    pub fn bits<const N: usize>(&mut self) -> [bool; N] {
        let all = self.number();
        std::array::from_fn(|at| all >> at & 1 != 0)
    }

    pub fn one_of<T: Copy, const N: usize>(&mut self, all: &[T; N]) -> T {
        all[self.number() as usize % N]
    }

    pub fn frame(&mut self) -> u64 {
        self.base.frame.wrapping_add(self.signed().cast_unsigned())
    }

    fn after(&self, folded: u64) -> Timestamp {
        Timestamp::from_nanos(self.base.at.as_nanos().wrapping_add(unfolded(folded)))
    }

    pub fn maybe_time(&mut self) -> Option<Timestamp> {
        self.maybe().map(|folded| self.after(folded))
    }

    pub fn sighting(&mut self) -> Sighting {
        let folded = self.number();
        Sighting { at: self.after(folded), frame: self.frame() }
    }

    pub fn maybe_sighting(&mut self) -> Option<Sighting> {
        let at = self.maybe_time()?;
        Some(Sighting { at, frame: self.frame() })
    }

    pub fn near(&mut self, other: u32) -> u32 {
        other.wrapping_add(self.signed() as u32)
    }

    pub fn seq(&mut self, near: Seq) -> Seq {
        Seq::new(self.near(near.raw()))
    }

    pub fn maybe_seq(&mut self, near: Seq) -> Option<Seq> {
        self.maybe().map(|folded| near.advance(unfolded(folded) as u32))
    }

    pub fn endpoint(&mut self) -> Endpoint {
        let [kind] = self.take();
        let addr = if kind == FOUR { self.take::<4>().into() } else { self.take::<16>().into() };
        Endpoint { addr, port: u16::from_le_bytes(self.take()) }
    }
}
