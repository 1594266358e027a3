//! What the wire has shown so far, for experiments that wait for it.

use std::sync::Arc;

use super::stage::Board;
use crate::model::{Endpoint, Flags, Timestamp};
use crate::render::{About, DatagramRow, Detail, IcmpRow, Row, Sink};
use crate::track::{Side, State, Step};

/// A longer experiment forgets what its frames were.
const MOST: usize = 20_000;

/// One frame, in a few letters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caught {
    /// Its number.
    pub frame: u64,
    /// When.
    pub at: Timestamp,
    /// `[S.]`, `UDP`, `ICMP`.
    pub what: String,
    /// Who sent it, unless that is some kernel on its own account: a bare
    /// acknowledgment, an ICMP error.
    pub from: Option<Side>,
}

/// A conversation, as far as an experiment may want to wait for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// The ends, client first.
    pub ends: [Endpoint; 2],
    /// Their states, client first.
    pub states: [State; 2],
    /// Slugs of the steps so far, with who took them.
    pub steps: Vec<(Side, &'static str)>,
    /// SYNs of the client.
    pub syns: u32,
}

impl Seen {
    /// Whether both ends are in these states, client first.
    pub fn is_in(&self, client: State, server: State) -> bool {
        self.states == [client, server]
    }

    /// How often a side took this step.
    pub fn count(&self, side: Side, step: &str) -> usize {
        self.steps.iter().filter(|&&(from, taken)| from == side && taken == step).count()
    }

    /// Whether it is closed in order: the first closer waits in TIME-WAIT.
    pub fn is_closed(&self) -> bool {
        self.states.iter().all(|state| matches!(state, State::Closed | State::TimeWait))
    }
}

/// All that was captured so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wire {
    /// Conversations, in the order of their first frames.
    pub conversations: Vec<Seen>,
    /// UDP datagrams.
    pub datagrams: u64,
    /// ICMP errors.
    pub icmp_errors: u64,
    /// The frames.
    pub caught: Vec<Caught>,
}

impl Wire {
    /// Whether the `nth` conversation, from 1, is there and as asked.
    pub fn shows(&self, nth: usize, is: impl FnOnce(&Seen) -> bool) -> bool {
        nth.checked_sub(1).and_then(|index| self.conversations.get(index)).is_some_and(is)
    }

    fn catch(&mut self, caught: Caught) {
        if self.caught.len() < MOST {
            self.caught.push(caught);
        }
    }
}

/// Tells a [`Board`] what the wire shows.
pub struct WireSink(Arc<Board>);

impl WireSink {
    /// A sink for the board of an experiment.
    pub fn new(board: Arc<Board>) -> Self {
        WireSink(board)
    }
}

impl Sink for WireSink {
    fn detail(&self) -> Detail {
        Detail::Events
    }

    fn segment(&mut self, row: &Row<'_>, _: &mut Vec<u8>) {
        let (conv, segment) = (row.conversation, row.segment);
        let seen = Seen {
            ends: Side::BOTH.map(|side| conv.endpoint(side)),
            states: conv.states(),
            steps: Vec::new(),
            syns: conv.syns,
        };
        let index = usize::try_from(conv.number.saturating_sub(1)).unwrap_or(usize::MAX);
        self.0.show(|wire| {
            let what = format!("[{}]", segment.flags.tcpdump());
            let bare = segment.len == 0 && segment.flags == Flags::ACK;
            // A window opens because a program reads.
            let bare = bare && !row.event.steps.any(|step| matches!(step, Step::WindowUpdate));
            let from = (!bare).then_some(row.event.from);
            wire.catch(Caught { frame: segment.frame, at: segment.at, what, from });
            // Tentative conversations have numbers of their own.
            let index = index.min(wire.conversations.len());
            if index == wire.conversations.len() {
                wire.conversations.push(seen.clone());
            }
            let Some(known) = wire.conversations.get_mut(index) else { return };
            let steps = row.event.steps.iter().map(|step| (row.event.from, step.slug()));
            let steps = known.steps.drain(..).chain(steps).take(MOST).collect();
            *known = Seen { steps, ..seen };
        });
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, _: &mut Vec<u8>) {
        let about_unknown = matches!(row.about, About::Unknown);
        self.0.show(|wire| {
            wire.icmp_errors += u64::from(!about_unknown);
            let (frame, at) = (row.error.frame, row.error.at);
            wire.catch(Caught { frame, at, what: "ICMP".into(), from: None });
        });
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, _: &mut Vec<u8>) {
        self.0.show(|wire| {
            wire.datagrams += 1;
            let (frame, at) = (row.datagram.frame, row.datagram.at);
            wire.catch(Caught { frame, at, what: "UDP".into(), from: Some(row.from) });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_frames_have_letters() {
        let mut wire = Wire::default();
        for frame in 1..=MOST as u64 + 5 {
            wire.catch(Caught { frame, at: Timestamp::default(), what: "[.]".into(), from: None });
        }
        assert_eq!(wire.caught.len(), MOST);
        assert_eq!(wire.caught.last().map(|caught| caught.frame), Some(MOST as u64));
    }
}
