//! Which conversations rest, and how they are roused.

use crate::track::rest::{self, Glimpse, Writer};

use super::{Links, List, NIL, Place, Slab};

/// Frames in an hour of [`Rounds`]. The number of an hour comes again after 2^28 frames,
/// and one that is taken for another by chance merely rests, or does not.
const HOUR: u32 = 12; // bits

/// Hours without a segment after which a conversation may rest: 65,536 frames. Had many
/// of those that rest to be roused for each segment, they would better be whole.
const IDLE: u16 = 16;

/// Conversations that are not over and whole in any case.
const WHOLE: usize = 16_384;

/// Places looked at for each conversation that has become whole, and how many of them
/// may rest at once: more than come, so that they lose ground.
const LOOKS: usize = 8;
const RESTS: usize = 2;

/// No more than these are made up for: a sweep may have roused a million.
const MOST_DUE: usize = 64;

/// Goes round the places of the slab, looking for conversations that may rest.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    /// Where it is.
    at: usize,
    hour: u16,
    /// Conversations that have become whole since it last went on.
    due: usize,
    /// Those that may rest the next time.
    chosen: Vec<u32>,
    resting: usize,
    writer: Writer,
}

impl Rounds {
    /// What time it is.
    #[inline]
    pub fn hour(&self) -> u16 {
        self.hour
    }

    /// A conversation has become whole, now.
    pub fn whole(&mut self) -> u16 {
        self.due += 1;
        self.hour
    }
}

impl Links {
    fn may_rest(&self) -> bool {
        let alone = self.older == NIL && !self.followed;
        matches!(self.list, List::Open | List::HalfOpen) && alone && self.berth.is_none()
    }
}

impl Slab {
    /// This frame has come.
    #[inline]
    pub fn note_frame(&mut self, frame: u64) {
        self.rounds.hour = (frame >> HOUR) as u16;
        if self.rounds.due > 0 {
            self.go_round();
        }
    }

    /// Puts down small what has been idle.
    fn go_round(&mut self) {
        let due = std::mem::take(&mut self.rounds.due).min(MOST_DUE);
        let mut chosen = std::mem::take(&mut self.rounds.chosen);
        for index in chosen.drain(..) {
            if self.is_idle(index as usize) {
                self.lay_down(index);
            }
        }
        let may = self.len_of(List::Open) + self.len_of(List::HalfOpen);
        if may - self.rounds.resting > WHOLE {
            for _ in 0..due * LOOKS {
                let at = self.rounds.at;
                self.rounds.at = if at + 1 < self.links.len() { at + 1 } else { 0 };
                // The next time it will be at hand.
                if self.is_idle(at)
                    && let Some(Some(conv)) = self.convs.get(at)
                {
                    conv.approach_all();
                    chosen.push(at as u32);
                    if chosen.len() >= due * RESTS {
                        break;
                    }
                }
            }
        }
        self.rounds.chosen = chosen;
    }

    /// Whether the conversation in this place, if there is one, may rest: it is not over,
    /// alone on its flow, and nothing has been heard of it for long.
    fn is_idle(&self, index: usize) -> bool {
        let long = |links: &Links| self.rounds.hour.wrapping_sub(links.hour) >= IDLE;
        self.links.get(index).is_some_and(|links| links.may_rest() && long(links))
    }

    /// How many rest.
    pub fn resting(&self) -> usize {
        self.rounds.resting
    }

    /// Puts down small all that may be.
    pub fn lay_down_all(&mut self) {
        for index in 0..self.links.len() {
            self.lay_down(index as u32);
        }
    }

    /// Puts one down small that is not over and alone on its flow.
    pub(super) fn lay_down(&mut self, index: u32) -> Option<()> {
        let links = self.links.get_mut(index as usize)?;
        let conv = self.convs.get_mut(index as usize).filter(|_| links.may_rest())?;
        let writer = &mut self.rounds.writer;
        rest::put_down(conv.as_ref()?, writer)?;
        links.berth = Some(self.beds.put(writer.octets(), index)?);
        let conv = conv.take()?;
        self.rounds.resting += 1;
        self.recycle(conv);
        Some(())
    }

    /// Makes one whole that rests.
    #[inline(never)] // keeps the way of most segments short
    pub(super) fn rouse(&mut self, index: u32) -> Option<Place> {
        let berth = self.links.get_mut(index as usize)?.berth.take()?;
        let conv = self.settle_down(rest::take_up(self.beds.get(berth)));
        if let Some(owner) = self.beds.leave(berth) {
            self.links[owner as usize].berth = Some(berth);
        }
        self.convs[index as usize] = Some(conv);
        self.rounds.resting -= 1;
        self.links[index as usize].hour = self.rounds.whole();
        Some(Place(index))
    }

    /// What is known of all conversations but the seeds, whether they rest or not.
    pub fn glimpses(&self) -> impl Iterator<Item = (Place, Glimpse)> {
        let all = self.convs.iter().zip(&self.links).enumerate();
        all.filter_map(|(index, (conv, links))| {
            let resting = || Some(Glimpse::of(self.beds.get(links.berth?)));
            let whole =
                conv.as_ref().map(|conv| Glimpse { number: conv.number, key: conv.key, last: conv.last });
            Some((Place(index as u32), whole.or_else(resting)?))
        })
    }
}
