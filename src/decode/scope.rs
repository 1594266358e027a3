//! Scopes: the lists of layers that separate address spaces, interned.

use hashbrown::HashTable;
use std::hash::BuildHasher;
use std::net::IpAddr;

use crate::model::{Scope, ScopeId, ScopePart};

/// Scopes told apart. A stranger can invent VLANs and VNIs at will; all further
/// ones share one last identifier.
const MAX_SCOPES: usize = 65_536;

/// Layers that one scope can name.
const MAX_PARTS: usize = 8;

/// The parts met so far in one frame, on the stack.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    list: [ScopePart; MAX_PARTS],
    len: usize,
}

impl Default for Parts {
    fn default() -> Self {
        Parts::new()
    }
}

impl Parts {
    /// The bare link.
    pub(super) const fn new() -> Self {
        Parts { list: [ScopePart::Vlan(0); MAX_PARTS], len: 0 }
    }

    /// Back to the bare link.
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds the next inner part; `false` if there is no room for it.
    pub(super) fn push(&mut self, part: ScopePart) -> bool {
        let Some(slot) = self.list.get_mut(self.len) else { return false };
        *slot = part;
        self.len += 1;
        true
    }

    fn as_slice(&self) -> &[ScopePart] {
        self.list.get(..self.len).unwrap_or_default()
    }
}

/// The outer addresses of a tunnel, the same for both directions.
pub(super) fn outer(a: IpAddr, b: IpAddr) -> ScopePart {
    ScopePart::Outer(a.min(b), a.max(b))
}

/// All scopes met, each with one identifier.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// Identifier `n` is at index `n - 1`.
    known: Vec<Scope>,
    index: HashTable<u32>,
    hasher: foldhash::fast::RandomState,
    last: usize,
    /// Those that are one VLAN, by its identifier: the most frequent by far.
    vlans: Vec<ScopeId>,
}

impl Scopes {
    /// The identifier of these parts.
    #[inline]
    pub(super) fn intern(&mut self, parts: &Parts) -> ScopeId {
        if parts.len == 0 { ScopeId::NONE } else { self.find(parts.as_slice()) }
    }

    /// The identifier of these VLANs, outermost first (0: no VLAN), if they were met
    /// before.
    #[inline]
    pub(super) fn of_vlans(&self, outer: u16, inner: u16) -> Option<ScopeId> {
        let id = match (outer, inner) {
            (0, 0) => return Some(ScopeId::NONE),
            (vlan, 0) | (0, vlan) => *self.vlans.get(usize::from(vlan))?,
            both => self.of_both(both.into()),
        };
        (id != ScopeId::NONE).then_some(id)
    }

    #[inline(never)]
    fn of_both(&self, both: [u16; 2]) -> ScopeId {
        let parts = both.map(ScopePart::Vlan);
        self.known(self.hasher.hash_one(&parts[..]), &parts).map_or(ScopeId::NONE, id)
    }

    /// Where the scope of these parts stands, whose hash this is.
    fn known(&self, hash: u64, parts: &[ScopePart]) -> Option<usize> {
        let same = |&at: &u32| self.known.get(at as usize).is_some_and(|scope| scope.0 == parts);
        self.index.find(hash, same).map(|&at| at as usize)
    }

    fn find(&mut self, parts: &[ScopePart]) -> ScopeId {
        // Frames of one scope come in runs.
        if self.known.get(self.last).is_some_and(|scope| scope.0 == parts) {
            return id(self.last);
        }
        let hash = self.hasher.hash_one(parts);
        if let Some(at) = self.known(hash, parts) {
            self.last = at;
            return id(self.last);
        }
        if self.known.len() >= MAX_SCOPES {
            if self.known.len() == MAX_SCOPES {
                self.known.push(Scope::default());
            }
            return id(MAX_SCOPES);
        }
        self.last = self.known.len();
        self.known.push(Scope(parts.to_vec()));
        let (known, hasher) = (&self.known, &self.hasher);
        let rehash =
            |&at: &u32| known.get(at as usize).map_or(0, |scope| hasher.hash_one(scope.0.as_slice()));
        self.index.insert_unique(hash, self.last as u32, rehash);
        if let [ScopePart::Vlan(vlan)] = *parts {
            self.vlans.resize(self.vlans.len().max(usize::from(vlan) + 1), ScopeId::NONE);
            if let Some(its) = self.vlans.get_mut(usize::from(vlan)) {
                *its = id(self.last);
            }
        }
        id(self.last)
    }

    /// The layers behind an identifier.
    pub(super) fn get(&self, id: ScopeId) -> Option<&Scope> {
        self.known.get((id.0 as usize).checked_sub(1)?)
    }
}

fn id(at: usize) -> ScopeId {
    ScopeId(at as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(list: &[ScopePart]) -> Parts {
        let mut parts = Parts::new();
        for &part in list {
            assert!(parts.push(part));
        }
        parts
    }

    #[test]
    fn the_same_layers_have_one_identifier_and_order_matters() {
        let mut scopes = Scopes::default();
        let a = parts(&[ScopePart::Vlan(10), ScopePart::Vxlan(42)]);
        let b = parts(&[ScopePart::Vlan(11), ScopePart::Vxlan(42)]);
        let (ia, ib) = (scopes.intern(&a), scopes.intern(&b));
        assert_ne!(ia, ib);
        assert_eq!(scopes.intern(&a), ia);
        assert_eq!(scopes.intern(&b), ib);
        assert_eq!(scopes.get(ia).unwrap().to_string(), "vlan 10, vxlan 42");
        assert_eq!(scopes.intern(&Parts::new()), ScopeId::NONE);
        assert!(scopes.get(ScopeId::NONE).is_none());
    }

    #[test]
    fn the_table_is_bounded() {
        let mut scopes = Scopes::default();
        for vni in 0..MAX_SCOPES as u32 + 10 {
            scopes.intern(&parts(&[ScopePart::Vxlan(vni)]));
        }
        let over = scopes.intern(&parts(&[ScopePart::Vxlan(1 << 23)]));
        assert_eq!(over, scopes.intern(&parts(&[ScopePart::Vxlan(1 << 22)])));
        assert_eq!(over.0 as usize, MAX_SCOPES + 1);
        assert!(scopes.get(over).is_some());
        assert_eq!(scopes.intern(&parts(&[ScopePart::Vxlan(7)])), ScopeId(8));
    }

    #[test]
    fn outer_addresses_are_order_free() {
        let (a, b) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        assert_eq!(outer(a, b), outer(b, a));
    }
}
