//! Rows of a conversation that turned out to be part of another.

use crate::track::{Proofs, State, Step, Steps, Stray};

use super::{DataRows, Item, Line, More, Rows};

impl Rows {
    /// Takes in the rows of a conversation that turned out to be part of this
    /// one: its SYNs were strays.
    pub fn absorb(&mut self, other: Rows, data: DataRows) {
        let mut all = std::mem::take(&mut self.items);
        self.current = None;
        let states = all.iter().rev().find_map(|item| match item {
            Item::Line(line) => Some(line.states),
            Item::Fold(_) | Item::Icmp(_) => None,
        });
        all.extend(other.items.into_iter().map(|item| stray(item, states)));
        all.sort_by_key(Item::frame);
        for item in all {
            match item {
                Item::Line(line) => self.push(line, data),
                Item::Fold(_) | Item::Icmp(_) => {
                    self.items.push(item);
                    self.current = None;
                }
            }
        }
    }
}

/// A row of an absorbed conversation. Its states were those of the
/// conversation that never was.
fn stray(item: Item, states: Option<[State; 2]>) -> Item {
    match item {
        Item::Line(line) => {
            let syn = line.steps().any(|step| matches!(step, Step::Syn { .. }));
            let step = if syn { Some(Step::Stray(Stray::SynInside)) } else { line.step };
            let states = states.unwrap_or(line.states);
            let told = line.more.and_then(|more| more.told);
            let more = told.map(|told| {
                let mut steps = Steps::default();
                step.into_iter().for_each(|step| steps.push(step));
                Box::new(More { steps, proofs: Proofs::default(), told: Some(told) })
            });
            Item::Line(Line { step, proof: None, more, states, ..line })
        }
        other => other,
    }
}
