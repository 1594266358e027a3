//! Several rows in one.

use crate::lang::{Folded, Run};
use crate::model::{Timestamp, Way};
use crate::track::State;

use super::row::Line;

/// Rows that are not shown one by one.
#[derive(Clone, Debug)]
pub(super) struct Fold {
    run: Run,
    pub first: u64,
    pub last: u64,
    from: Timestamp,
    pub until: Timestamp,
    /// By direction, upwards first.
    segments: [u64; 2],
    bytes: [u64; 2],
    retransmissions: u64,
    probes: u64,
    pub states: [State; 2],
}

impl Fold {
    /// Of rows that begin with `line`, and are still to be added.
    pub fn empty(run: Run, line: &Line) -> Self {
        Fold {
            run,
            first: line.frame,
            last: line.frame,
            from: line.at,
            until: line.at,
            segments: [0; 2],
            bytes: [0; 2],
            retransmissions: 0,
            probes: 0,
            states: line.states,
        }
    }

    pub fn add(&mut self, line: &Line) {
        let way = line.way as usize;
        self.segments[way] += 1;
        // Nobody sent them a second time.
        if !line.is_copy() {
            self.bytes[way] += u64::from(line.len);
        }
        self.retransmissions += u64::from(line.is_retransmission());
        self.probes += u64::from(line.is_probe());
        self.last = line.frame;
        self.until = line.at;
        self.states = line.states;
    }

    /// With the sides named; `before` is the time of the row before.
    pub fn told(&self, client_way: Way, before: Option<Timestamp>) -> Folded {
        let by_side = |[up, down]: [u64; 2]| if client_way == Way::Up { [up, down] } else { [down, up] };
        Folded {
            run: self.run,
            first: self.first,
            last: self.last,
            segments: by_side(self.segments),
            bytes: by_side(self.bytes),
            retransmissions: self.retransmissions,
            probes: self.probes,
            lasted: self.until.since(before.unwrap_or(self.from)),
        }
    }
}
