//! The packets of the current file that are at hand.

use std::cmp::Reverse;

use super::super::at_hand::Fate;
use super::{AT_ONCE, Files, Filter, Slot};
use crate::model::Frame;

impl Files {
    /// As [`Source::at_hand`](crate::source::Source::at_hand): as long as the turn of the
    /// current file lasts.
    pub(super) fn give_at_hand(&mut self, take: &mut dyn FnMut(&[Frame<'_>]) -> usize) {
        let (Some(index), true) = (self.current, self.delivered && !self.stopped) else { return };
        let before = self.frames;
        let single = self.slots.len() == 1;
        let Files { slots, waiting, filter, frames, .. } = self;
        let Some(Slot { open: Some((file, _)), latest, interfaces, .. }) = slots.get_mut(index) else {
            return;
        };
        let others = waiting.peek();
        let passed = file.at_hand(
            *latest,
            |seen, passed, data| {
                let turn = others.is_none_or(|first| *first <= Reverse((passed.latest, index)));
                // One file keeps its own numbers.
                let known = || interfaces.get(seen.interface as usize).copied();
                let interface = if single { Some(seen.interface) } else { known() };
                let (true, Some(interface)) = (turn && passed.packets <= AT_ONCE, interface) else {
                    return Fate::Later;
                };
                let passes = |filter: &Filter| filter.knows(seen.link, data, seen.wire_len);
                match filter.as_ref().map_or(Some(true), passes) {
                    None => Fate::Later,
                    Some(false) => Fate::Hidden,
                    Some(true) => Fate::Frame(seen.frame(before + passed.packets, interface, data)),
                }
            },
            take,
        );
        *frames += passed.packets;
        *latest = passed.latest;
    }
}
