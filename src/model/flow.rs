//! Whose conversation a segment belongs to.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;

/// One end of a connection: address and port.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// The address in the innermost IP header.
    pub addr: IpAddr,
    /// The TCP port.
    pub port: u16,
}

/// `127.0.0.1:9877`, `[::1]:9877`.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.addr {
            IpAddr::V4(a) => write!(f, "{a}:{}", self.port),
            IpAddr::V6(a) => write!(f, "[{a}]:{}", self.port),
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The direction of a segment on its flow: which of the two ends, in the
/// canonical order of [`FlowKey`], sent it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// From the lower endpoint to the higher (or to itself).
    Up,
    /// From the higher endpoint to the lower.
    Down,
}

/// An unordered pair of endpoints within one scope.
#[derive(Clone, Copy, Eq, Debug)]
pub struct FlowKey {
    /// The smaller endpoint.
    pub low: Endpoint,
    /// The larger endpoint; equal to `low` for a connection to itself.
    pub high: Endpoint,
    /// VLANs and tunnels around it.
    pub scope: ScopeId,
}

impl FlowKey {
    /// The key of a segment from `src` to `dst`, and its direction.
    #[inline(always)] // so that what was just decoded is not read back
    pub fn of(src: Endpoint, dst: Endpoint, scope: ScopeId) -> (FlowKey, Way) {
        // Field by field: a copy in blocks would be read again in other ones.
        let end = |addr, port| Endpoint { addr: IpAddr::V4(addr), port };
        let up = match (src.addr, dst.addr) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                let (low, high) = (end(from, src.port), end(to, dst.port));
                return if (from.to_bits(), src.port) <= (to.to_bits(), dst.port) {
                    (FlowKey { low, high, scope }, Way::Up)
                } else {
                    (FlowKey { low: high, high: low, scope }, Way::Down)
                };
            }
            _ => src <= dst,
        };
        if up {
            (FlowKey { low: src, high: dst, scope }, Way::Up)
        } else {
            (FlowKey { low: dst, high: src, scope }, Way::Down)
        }
    }
}

/// In whole words: the flow of each segment is hashed.
impl Hash for FlowKey {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ports = u64::from(self.low.port) << 16 | u64::from(self.high.port);
        let rest = u128::from(u64::from(self.scope.0) << 32 | ports) << 64;
        match (self.low.addr, self.high.addr) {
            (IpAddr::V4(low), IpAddr::V4(high)) => {
                state.write_u128(rest | u128::from(low.to_bits()) << 32 | u128::from(high.to_bits()));
            }
            (low, high) => {
                for addr in [low, high] {
                    state.write_u128(match addr {
                        IpAddr::V4(addr) => addr.to_bits().into(),
                        IpAddr::V6(addr) => addr.to_bits(),
                    });
                }
                state.write_u128(rest);
            }
        }
    }
}

impl PartialEq for FlowKey {
    #[inline]
    fn eq(&self, other: &FlowKey) -> bool {
        self.low.port == other.low.port
            && self.high.port == other.high.port
            && self.scope == other.scope
            && same(self.low.addr, other.low.addr)
            && same(self.high.addr, other.high.addr)
    }
}

#[inline]
fn same(a: IpAddr, b: IpAddr) -> bool {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => a.to_bits() == b.to_bits(),
        (IpAddr::V6(a), IpAddr::V6(b)) => a.to_bits() == b.to_bits(),
        _ => false,
    }
}

/// A scope, interned by the decoder; `ScopeId::NONE` is the bare link.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

impl ScopeId {
    /// No VLAN, no tunnel.
    pub const NONE: ScopeId = ScopeId(0);
}

/// One layer that separates address spaces.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ScopePart {
    /// 802.1Q or 802.1ad tag: the VLAN identifier, 0 to 4095.
    Vlan(u16),
    /// MPLS label, 20 bits.
    Mpls(u32),
    /// PPPoE session.
    Pppoe(u16),
    /// VXLAN network identifier, 24 bits.
    Vxlan(u32),
    /// GENEVE virtual network identifier, 24 bits.
    Geneve(u32),
    /// GRE, with its key if it has one (NVGRE: the virtual subnet alone).
    Gre(Option<u32>),
    /// ERSPAN session.
    Erspan(u16),
    /// GTP-U tunnel endpoint identifier.
    Gtp(u32),
    /// L2TP tunnel and session.
    L2tp(u16, u16),
    /// IP in IP, 6in4, 4in6, Teredo, AH: the outer addresses, order-free.
    Outer(IpAddr, IpAddr),
}

/// The layers around a flow, outermost first. Empty: the bare link.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Scope(pub Vec<ScopePart>);

/// `vlan 10`, `vlan 10, vxlan 42`.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, part) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            match part {
                ScopePart::Vlan(id) => write!(f, "vlan {id}")?,
                ScopePart::Mpls(label) => write!(f, "mpls {label}")?,
                ScopePart::Pppoe(id) => write!(f, "pppoe {id}")?,
                ScopePart::Vxlan(id) => write!(f, "vxlan {id}")?,
                ScopePart::Geneve(id) => write!(f, "geneve {id}")?,
                ScopePart::Gre(None) => f.write_str("gre")?,
                ScopePart::Gre(Some(key)) => write!(f, "gre {key}")?,
                ScopePart::Erspan(id) => write!(f, "erspan {id}")?,
                ScopePart::Gtp(teid) => write!(f, "gtp {teid}")?,
                ScopePart::L2tp(tunnel, session) => write!(f, "l2tp {tunnel}/{session}")?,
                ScopePart::Outer(a, b) => write!(f, "in {a} - {b}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(addr: &str, port: u16) -> Endpoint {
        Endpoint { addr: addr.parse().unwrap(), port }
    }

    #[test]
    fn both_directions_have_one_key() {
        let (a, b) = (end("10.0.0.1", 50000), end("10.0.0.2", 80));
        let (ab, way_ab) = FlowKey::of(a, b, ScopeId::NONE);
        let (ba, way_ba) = FlowKey::of(b, a, ScopeId::NONE);
        assert_eq!(ab, ba);
        assert_ne!(way_ab, way_ba);
    }

    #[test]
    fn the_same_addresses_on_two_vlans_are_two_flows() {
        let (a, b) = (end("10.0.0.1", 50000), end("10.0.0.2", 80));
        assert_ne!(FlowKey::of(a, b, ScopeId(1)).0, FlowKey::of(a, b, ScopeId(2)).0);
    }

    #[test]
    fn ipv6_endpoints_are_bracketed() {
        assert_eq!(end("::1", 9877).to_string(), "[::1]:9877");
        assert_eq!(end("127.0.0.1", 9877).to_string(), "127.0.0.1:9877");
    }
}
