//! What was offered in the opening, and what is in force.

use crate::model::Flags;
use crate::track::{Conversation, Half, Side};

/// What both sides agreed on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Negotiated {
    /// The largest segment that each side will take, client first.
    pub mss: [Option<u16>; 2],
    /// Window scale: in force only if both SYNs carry it (RFC 7323 §2.2).
    pub window_scale: InForce<[u8; 2]>,
    /// Selective acknowledgments (RFC 2018 §2).
    pub sack: InForce<()>,
    /// Timestamps (RFC 7323 §3.2).
    pub timestamps: InForce<()>,
    /// Explicit congestion notification.
    pub ecn: Ecn,
    /// Multipath TCP (RFC 8684 §3.1).
    pub mptcp: InForce<()>,
    /// MD5 signatures (RFC 2385).
    pub md5: InForce<()>,
    /// TCP-AO (RFC 5925).
    pub ao: InForce<()>,
}

/// Whether something that both sides must offer is in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InForce<T> {
    /// Both offered it.
    Yes(T),
    /// One did not.
    No,
    /// A SYN was not captured, or its options were cut.
    Unknown,
}

/// What became of explicit congestion notification.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ecn {
    /// Nobody asked for it, or the opening was not captured.
    NotAsked,
    /// Asked for, not granted.
    Refused,
    /// RFC 3168: SYN with ECE and CWR, SYN-ACK with ECE alone.
    Classic,
    /// RFC 9768: Accurate ECN.
    Accurate,
}

impl Ecn {
    /// The name in JSON.
    pub const fn slug(self) -> &'static str {
        match self {
            Ecn::NotAsked => "not-asked",
            Ecn::Refused => "refused",
            Ecn::Classic => "ecn",
            Ecn::Accurate => "accecn",
        }
    }
}

impl Negotiated {
    /// What the opening of a conversation settled.
    pub fn of(conv: &Conversation) -> Self {
        let sides = [conv.side(Side::Client), conv.side(Side::Server)];
        let known = sides.iter().all(|half| half.isn_seen() && !half.offers.cut);
        let both = |offered: fn(&Half) -> bool| match known {
            false => InForce::Unknown,
            true if sides.iter().all(|half| offered(half)) => InForce::Yes(()),
            true => InForce::No,
        };
        let shifts = sides.map(|half| half.offers.window_scale);
        let window_scale = match (known, shifts) {
            (false, _) => InForce::Unknown,
            // A shift above 14 is used as 14 (RFC 7323 §2.3).
            (true, [Some(client), Some(server)]) => InForce::Yes([client.min(14), server.min(14)]),
            (true, _) => InForce::No,
        };
        Negotiated {
            mss: sides.map(|half| half.offers.mss),
            window_scale,
            sack: both(|half| half.offers.sack),
            timestamps: both(|half| half.offers.tsval.is_some()),
            ecn: ecn(sides),
            mptcp: both(|half| half.offers.mptcp.is_some()),
            md5: both(|half| half.offers.md5),
            ao: both(|half| half.offers.ao),
        }
    }

    /// The names of what is in force and has no value of its own.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let ecn = match self.ecn {
            Ecn::NotAsked | Ecn::Refused => None,
            Ecn::Classic => Some("ECN"),
            Ecn::Accurate => Some("AccECN"),
        };
        let named = |state: InForce<()>, name| (state == InForce::Yes(())).then_some(name);
        let before = [named(self.sack, "SACK"), named(self.timestamps, "timestamps"), ecn];
        let after = [named(self.mptcp, "MPTCP"), named(self.md5, "MD5"), named(self.ao, "TCP-AO")];
        before.into_iter().chain(after).flatten()
    }

    /// The names of what one side offered in vain.
    pub fn offered_alone(&self, conv: &Conversation, side: Side) -> impl Iterator<Item = &'static str> {
        let offers = conv.side(side).offers;
        let vain =
            |state: InForce<()>, offered: bool, name| (offered && state == InForce::No).then_some(name);
        let scale = self.window_scale == InForce::No && offers.window_scale.is_some();
        [
            scale.then_some("window scale"),
            vain(self.sack, offers.sack, "SACK"),
            vain(self.timestamps, offers.tsval.is_some(), "timestamps"),
            vain(self.mptcp, offers.mptcp.is_some(), "MPTCP"),
            vain(self.md5, offers.md5, "MD5"),
            vain(self.ao, offers.ao, "TCP-AO"),
        ]
        .into_iter()
        .flatten()
    }
}

/// | SYN | SYN-ACK | |
/// |---|---|---|
/// | ECE, CWR | ECE alone | ECN |
/// | AE, ECE, CWR | ECE alone | ECN: the server knows only RFC 3168 |
/// | AE, ECE, CWR | any other of AE, CWR, ECE but none | Accurate ECN (RFC 9768 §3.1) |
fn ecn([client, server]: [&Half; 2]) -> Ecn {
    let bits = Flags::ECE.with(Flags::CWR);
    let asked = client.isn_seen() && client.offers.flags.contains(bits);
    let answer = server.offers.flags;
    let set = [Flags::AE, Flags::CWR, Flags::ECE].map(|flag| answer.contains(flag));
    match (asked, client.offers.flags.contains(Flags::AE), set) {
        (false, ..) => Ecn::NotAsked,
        (true, _, [false, false, true]) => Ecn::Classic,
        (true, true, [true, ..] | [false, true, _]) => Ecn::Accurate,
        _ => Ecn::Refused,
    }
}
