//! Rows of a conversation that turned out to be part of another.

use crate::track::{Proofs, State, Step, Steps, Stray};

use super::{DataRows, Item, Line, Rows, packed};

impl Rows {
    /// Takes in the rows of a conversation that turned out to be part of this
    /// one: its SYNs were strays.
    pub fn absorb(&mut self, other: &Rows, data: DataRows) {
        let mut all: Vec<Item> = self.items().collect();
        let unlisted = [&*self, other].map(Rows::unlisted).into_iter().sum();
        let states = all.iter().rev().find_map(|item| match item {
            Item::Line(line) => Some(line.states),
            Item::Fold(_) | Item::Icmp(_) => None,
        });
        all.extend(other.items().map(|item| stray(item, states)));
        all.sort_by_key(Item::frame);
        *self = Rows::default();
        for item in all {
            match item {
                Item::Line(line) => self.push(&line.brief(), data),
                Item::Fold(fold) => {
                    self.mark(packed::FOLD);
                    self.rare.get_or_insert_default().folds.push(*fold);
                }
                Item::Icmp(notice) => {
                    self.mark(packed::ICMP);
                    self.rare.get_or_insert_default().notices.push(*notice);
                }
            }
        }
        if unlisted > 0 {
            self.rare.get_or_insert_default().unlisted = unlisted;
        }
    }

    /// The place of what is kept elsewhere; it ends a run.
    pub(super) fn mark(&mut self, kind: u8) {
        self.append(&[kind]);
        self.current = None;
    }
}

/// A row of an absorbed conversation. Its states were those of the
/// conversation that never was.
fn stray(item: Item, states: Option<[State; 2]>) -> Item {
    match item {
        Item::Line(line) => {
            let syn = line.steps().any(|step| matches!(step, Step::Syn { .. }));
            let step = if syn { Some(Step::Stray(Stray::SynInside)) } else { line.steps().next().copied() };
            let states = states.unwrap_or(line.states);
            let mut steps = Steps::default();
            step.into_iter().for_each(|step| steps.push(step));
            Item::Line(Line { steps, proofs: Proofs::default(), states, ..line })
        }
        other => other,
    }
}
