//! Who was seen listening: endpoints that answered a SYN with a SYN-ACK.

use hashbrown::HashSet;

use crate::model::{Endpoint, ScopeId, Segment};

use super::conversation::Conversation;
use super::event::Event;
use super::state::{Roles, Side};
use super::step::Step;

/// Endpoints remembered; more are not learned, so that a flood of SYN-ACKs cannot
/// make this grow.
const MOST: usize = 4096;

/// The servers of a capture. They say something about other conversations, whose
/// opening was not captured: an annotation, not part of any verdict.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    known: HashSet<(ScopeId, Endpoint)>,
}

impl Listeners {
    /// Learns from a segment whose place in its conversation is known.
    pub fn learn(&mut self, seg: &Segment<'_>, event: &Event, conv: &Conversation) {
        if !(seg.flags.syn() && seg.flags.ack()) || self.known.len() >= MOST {
            return;
        }
        let answers = event.from == Side::Server && conv.synack.is_some();
        if answers && event.steps.any(|step| matches!(step, Step::SynAck { attempt: 1 })) {
            self.known.insert((conv.scope(), conv.endpoint(Side::Server)));
        }
    }

    /// Which side of a conversation answered others, if its roles are a guess and
    /// only one side did.
    pub fn side_of(&self, conv: &Conversation) -> Option<Side> {
        if conv.roles != Roles::Guessed || self.known.is_empty() {
            return None;
        }
        let listens = |side: Side| self.known.contains(&(conv.scope(), conv.endpoint(side)));
        match (listens(Side::Client), listens(Side::Server)) {
            (true, false) => Some(Side::Client),
            (false, true) => Some(Side::Server),
            _ => None,
        }
    }
}
