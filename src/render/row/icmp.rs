//! Rows of ICMP errors between those of segments.

use crate::model::{FlowKey, IcmpError, Way};
use crate::track::{Conversation, Side, State};

use super::{Rows, packed};

/// Errors of one conversation that get a row; the others are counted.
const MOST: usize = 8;

/// One ICMP error.
#[derive(Clone, Debug)]
pub(in crate::render) struct Notice {
    pub error: IcmpError,
    /// The direction in which the quoted segment went.
    quoted: Way,
    pub states: [State; 2],
}

impl Notice {
    /// From which side it comes: not from the one that it tells.
    pub fn from(&self, client_way: Way) -> Side {
        if self.quoted == client_way { Side::Server } else { Side::Client }
    }
}

impl Rows {
    /// Remembers an error.
    pub fn note(&mut self, error: &IcmpError, conversation: &Conversation) {
        let rare = self.rare.get_or_insert_default();
        if rare.notices.len() >= MOST {
            rare.unlisted += 1;
            return;
        }
        let (_, quoted) = FlowKey::of(error.src, error.dst, error.scope);
        rare.notices.push(Notice { error: *error, quoted, states: conversation.states() });
        self.mark(packed::ICMP);
    }

    /// Errors that got no row.
    pub fn unlisted(&self) -> u64 {
        self.rare.as_ref().map_or(0, |rare| rare.unlisted)
    }
}
