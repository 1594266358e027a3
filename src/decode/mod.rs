//! Frame octets to TCP segments, and to UDP datagrams if they are asked for.
//!
//! A frame is walked layer by layer: `link` holds one row per link type, the
//! other modules one family of layers each. Nothing in a frame is trusted.

mod cooked;
mod device;
mod ether;
mod facts;
mod fragment;
mod gre;
mod icmp;
mod ip;
mod link;
mod octets;
mod ppp;
mod scope;
mod tcp;
mod udp;
mod usual;
mod walk;
mod wlan;

#[cfg(test)]
mod tests;

use crate::model::{Decoded, Frame, LinkType, Scope, ScopeId, Segment, Skip};
use walk::Walk;

/// Datagrams inside reassembled datagrams that are put together in one frame.
const MAX_NESTED: usize = 4;

/// Whether frames of this link type are decoded at all.
pub fn knows(link: LinkType) -> bool {
    link::row(link).is_some()
}

/// Decodes frames; remembers scopes and IP fragments.
#[derive(Debug, Default)]
pub struct Decoder {
    /// The row of the last frame's link type.
    row: Option<&'static link::Row>,
    scopes: scope::Scopes,
    /// Scope of the present frame; kept here because clearing it is cheaper than making it.
    parts: scope::Parts,
    pending: fragment::Fragments,
    /// Reassembled datagrams of the last frame, outermost first.
    buffers: [Vec<u8>; MAX_NESTED],
    /// UDP datagrams are wanted.
    datagrams: bool,
}

impl Decoder {
    /// A decoder that has seen nothing.
    pub fn new() -> Self {
        Decoder::default()
    }

    /// With UDP datagrams, and the ICMP errors about them, or without
    /// ([`Skip::NotTcp`]). Tunnels over UDP are followed in either case.
    #[must_use]
    pub fn with_datagrams(self, datagrams: bool) -> Self {
        Decoder { datagrams, ..self }
    }

    /// What a frame holds.
    ///
    /// # Errors
    /// The reason why it holds neither segment nor anything about one: counted by the caller, never fatal.
    pub fn decode<'a>(&'a mut self, frame: &Frame<'a>) -> Result<Decoded<'a>, Skip> {
        if let Some(segment) = usual::segment(frame).or_else(|| self.usual_in_vlan(frame)) {
            return Ok(Decoded::Segment(segment));
        }
        self.walk(frame)
    }

    /// The segment of a frame that is no other than nearly all are: Ethernet, IPv4
    /// without options or IPv6 without extensions, TCP, whole headers without a fault.
    /// `None` means nothing: [`Decoder::walk`] knows more.
    #[inline(always)]
    pub fn usual<'a>(frame: &Frame<'a>) -> Option<Segment<'a>> {
        usual::segment(frame)
    }

    /// As [`Decoder::usual`], in VLANs that were met before.
    pub fn usual_in_vlan<'a>(&self, frame: &Frame<'a>) -> Option<Segment<'a>> {
        usual::tagged(frame, &self.scopes)
    }

    /// What a frame holds, found layer by layer. Of a usual frame it is the same as
    /// [`Decoder::usual`] and [`Decoder::usual_in_vlan`] say.
    ///
    /// # Errors
    /// Those of [`Decoder::decode`].
    pub fn walk<'a>(&'a mut self, frame: &Frame<'a>) -> Result<Decoded<'a>, Skip> {
        // Links seldom change from one frame to the next.
        let row = match self.row {
            Some(row) if row.is_for(frame.link) => row,
            _ => link::row(frame.link).ok_or(Skip::Unsupported)?,
        };
        self.row = Some(row);
        self.parts.clear();
        let mut walk =
            Walk::new(frame, &mut self.parts, &mut self.scopes, &mut self.pending, &mut self.buffers);
        walk.datagrams = self.datagrams;
        let found = row.enter(&mut walk).and_then(|next| walk.run(next));
        match found {
            // The fragment itself ends early; the datagram may still be whole.
            Err(Skip::Truncated | Skip::Malformed) if walk.facts.first_fragment => Err(Skip::Fragment),
            found => found,
        }
    }

    /// The layers that a scope identifier stands for. All scopes beyond the
    /// first 65,536 share one identifier, whose list is empty.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(id)
    }
}
