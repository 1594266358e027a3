//! Holds every conversation of a capture against every section.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::lang::Language;
use crate::render::{About, Ceased, DatagramRow, IcmpRow, Judged, Row, Sink, Style, Totals};
use crate::script::Quantity;
use crate::track::Conversation;

use super::bound::ROOM;
use super::entry::{Course, Entry, Gone};
use super::machine::Scratch;
use super::section::Section;
use super::seen::Seen;
use super::tally::Tally;
use super::{json, junit, report};

/// Segments that are kept of a conversation that may turn out to be part of the
/// one before it.
pub(super) const EARLY: usize = 4;

/// How the outcome is to be printed.
#[derive(Clone, Copy)]
pub struct VerifyOptions {
    /// The language of the report.
    pub lang: &'static dyn Language,
    /// How it looks.
    pub style: Style,
    /// One JSON object a section instead.
    pub json: bool,
    /// The capture is live: what is over is over.
    pub live: bool,
}

/// A conversation or an exchange: they are numbered apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Key {
    udp: bool,
    number: u64,
}

/// All that is known.
struct Verifier {
    options: VerifyOptions,
    sections: Vec<Section>,
    tallies: Vec<Tally>,
    /// `None`: it is no longer followed, for want of room.
    entries: HashMap<Key, Option<Box<Entry>>>,
    scratch: Scratch,
    /// How much may be remembered of all that is in progress.
    room: usize,
    /// The number of the first conversation, and of the first exchange.
    first: [Option<u64>; 2],
    /// Conversations in progress that differ, or are done; by section.
    differing: Vec<Vec<u64>>,
    done: Vec<Vec<u64>>,
}

/// Verifies; prints the report at the end.
pub struct VerifySink(Rc<RefCell<Verifier>>);

/// Asks a [`VerifySink`] how it stands.
#[derive(Clone)]
pub struct Standing(Rc<RefCell<Verifier>>);

/// A sink for these sections, and who to ask how it stands. `quantity`: instead
/// of what they say themselves.
pub fn verifier(
    sections: Vec<Section>,
    quantity: Option<Quantity>,
    options: VerifyOptions,
) -> (VerifySink, Standing) {
    let usual = match sections.len() {
        _ if options.live => Quantity::First,
        0 | 1 => Quantity::All,
        _ => Quantity::Any,
    };
    let of = |section: &Section| Tally::new(quantity.or(section.quantity).unwrap_or(usual));
    let tallies: Vec<Tally> = sections.iter().map(of).collect();
    let count = sections.len();
    let verifier = Verifier {
        options,
        sections,
        tallies,
        entries: HashMap::new(),
        scratch: Scratch::default(),
        room: ROOM,
        first: [None; 2],
        differing: vec![Vec::new(); count],
        done: vec![Vec::new(); count],
    };
    let shared = Rc::new(RefCell::new(verifier));
    (VerifySink(shared.clone()), Standing(shared))
}

impl Standing {
    /// Whether no frame to come can change the outcome.
    pub fn is_certain(&self) -> bool {
        let verifier = self.0.borrow();
        let sections = 0..verifier.sections.len();
        let known: Vec<Option<bool>> = sections.map(|nth| verifier.known(nth)).collect();
        known.contains(&Some(false)) || known.iter().all(|known| *known == Some(true))
    }

    /// Whether all that was asked for was seen.
    pub fn has_passed(&self) -> bool {
        self.0.borrow().tallies.iter().all(Tally::passed)
    }

    /// The outcome in the form that course servers read.
    pub fn junit(&self) -> String {
        let verifier = self.0.borrow();
        junit::document(&verifier.sections, &verifier.tallies, verifier.options.lang)
    }
}

impl Verifier {
    /// How a section goes, if that is certain before the end.
    fn known(&self, nth: usize) -> Option<bool> {
        let tally = self.tallies.get(nth)?;
        let done = &self.done[nth];
        let satisfied = tally.satisfied + done.len() as u64;
        let differing = !self.differing[nth].is_empty() || !tally.failing.is_empty();
        match tally.quantity {
            Quantity::All => differing.then_some(false),
            Quantity::Any => (satisfied > 0).then_some(true),
            Quantity::Exactly(count) => (satisfied > count).then_some(false),
            Quantity::First => {
                let udp = self.sections.get(nth)?.is_udp();
                let first = self.first[usize::from(udp)]?;
                match tally.first() {
                    Some((number, passed)) if number == first => Some(passed),
                    _ if done.contains(&first) => Some(true),
                    _ => self.differing[nth].contains(&first).then_some(false),
                }
            }
        }
    }

    /// What is known of a conversation; `None`: there is, or was, no room for it.
    fn entry(&mut self, key: Key) -> Option<Box<Entry>> {
        match self.entries.remove(&key) {
            Some(Some(entry)) => Some(entry),
            None if self.has_room() => Some(Box::new(Entry::new(&self.sections, key.udp, &mut self.scratch))),
            Some(None) | None => {
                self.entries.insert(key, None);
                None
            }
        }
    }

    fn has_room(&self) -> bool {
        self.scratch.held.get() < self.room
    }

    fn take(&mut self, key: Key, incarnation: u32, seen: Seen) {
        if !self.sections.iter().any(|section| section.is_udp() == key.udp) {
            return;
        }
        let first = &mut self.first[usize::from(key.udp)];
        *first = Some(first.map_or(key.number, |first| first.min(key.number)));
        let absorbed = seen.event.absorbs.and_then(|number| self.drop_one(Key { number, ..key }));
        let Some(mut entry) = self.entry(key) else { return };
        let lost = matches!(absorbed, Some(None));
        for strange in absorbed.flatten().into_iter().flat_map(|entry| entry.early) {
            self.feed(&mut entry, key.number, &strange);
        }
        self.feed(&mut entry, key.number, &seen);
        if incarnation > 1 && entry.early.len() < EARLY {
            entry.early.push(seen);
        }
        entry.weigh();
        let kept = Some(entry).filter(|_| self.has_room() && !lost);
        self.entries.insert(key, kept);
    }

    /// A conversation that is over, or turned out to be none.
    fn drop_one(&mut self, key: Key) -> Option<Option<Box<Entry>>> {
        let own = |section: &Section| section.is_udp() == key.udp;
        let lists = self.differing.iter_mut().zip(&mut self.done).zip(&self.sections);
        for ((differing, done), _) in lists.filter(|(_, section)| own(section)) {
            differing.retain(|&other| other != key.number);
            done.retain(|&other| other != key.number);
        }
        self.entries.remove(&key)
    }

    fn feed(&mut self, entry: &mut Entry, number: u64, seen: &Seen) {
        for (nth, course) in &mut entry.courses {
            let (Course::Follows(machine), Some(section)) = (&mut *course, self.sections.get(*nth)) else {
                continue;
            };
            if let Err(failure) = machine.step(section, seen, &mut self.scratch) {
                *course = Course::Differs(failure);
                if self.options.live {
                    self.differing[*nth].push(number);
                }
            }
        }
    }

    /// Live, a conversation that is over as it should be is done with; what
    /// straggles in changes nothing.
    fn over(&mut self, gone: &Gone<'_>) {
        let key = Key { udp: false, number: gone.number };
        let Some(Some(entry)) = self.entries.get_mut(&key) else { return };
        for (nth, course) in &mut entry.courses {
            let (Course::Follows(machine), Some(section)) = (&*course, self.sections.get(*nth)) else {
                continue;
            };
            if machine.accepted(section).is_none() {
                continue;
            }
            let account = gone.account(section, course);
            if account.failure.is_none() {
                *course = Course::Done(Box::new(account));
                self.done[*nth].push(gone.number);
            }
        }
        entry.weigh();
    }

    fn gone(&mut self, gone: &Gone<'_>, udp: bool) {
        let key = Key { udp, number: gone.number };
        match self.drop_one(key) {
            None => {}
            Some(None) => {
                let all = self.sections.iter().zip(&mut self.tallies);
                let own = all.filter(|(section, _)| section.is_udp() == udp);
                own.for_each(|(_, tally)| tally.miss(gone.number));
            }
            Some(Some(entry)) => {
                for (nth, course) in &entry.courses {
                    let both = (self.sections.get(*nth), self.tallies.get_mut(*nth));
                    let (Some(section), Some(tally)) = both else { continue };
                    tally.add(gone.account(section, course));
                }
            }
        }
    }
}

impl Sink for VerifySink {
    fn segment(&mut self, row: &Row<'_>, _: &mut Vec<u8>) {
        let Conversation { number, incarnation, .. } = *row.conversation;
        let key = Key { udp: false, number };
        self.0.borrow_mut().take(key, incarnation, Seen::segment(row));
    }

    fn datagram(&mut self, row: &DatagramRow<'_>, _: &mut Vec<u8>) {
        let key = Key { udp: true, number: row.exchange.number };
        self.0.borrow_mut().take(key, 1, Seen::datagram(row));
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, _: &mut Vec<u8>) {
        let (key, incarnation, seen) = match row.about {
            About::Conversation(conv) => {
                (Key { udp: false, number: conv.number }, conv.incarnation, Seen::icmp(row, conv))
            }
            About::Exchange(exchange) => {
                let seen = Seen::icmp_of_exchange(row.error, exchange);
                (Key { udp: true, number: exchange.number }, 1, seen)
            }
            About::Unknown => return,
        };
        self.0.borrow_mut().take(key, incarnation, seen);
    }

    fn over(&mut self, judged: &Judged<'_>, _: &mut Vec<u8>) {
        self.0.borrow_mut().over(&Gone::conversation(judged));
    }

    fn conversation(&mut self, judged: &Judged<'_>, _: &mut Vec<u8>) {
        self.0.borrow_mut().gone(&Gone::conversation(judged), false);
    }

    fn exchange(&mut self, ceased: &Ceased<'_>, _: &mut Vec<u8>) {
        self.0.borrow_mut().gone(&Gone::exchange(ceased), true);
    }

    fn end(&mut self, _: &Totals, out: &mut Vec<u8>) {
        let verifier = self.0.borrow();
        let VerifyOptions { lang, style, json, .. } = verifier.options;
        let mut text = String::new();
        for (section, tally) in verifier.sections.iter().zip(&verifier.tallies) {
            if json {
                json::section(section, tally, lang, out);
            } else {
                report::section(section, tally, lang, &style, &mut text);
            }
        }
        if json {
            json::end(verifier.tallies.iter().all(Tally::passed), out);
        }
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::en::English;
    use crate::script::{Captured, Isns, frames, parse};
    use crate::track::{Limits, Tracker};
    use crate::verdict::{Times, judge};
    use crate::verify::sections;

    /// A flood of SYNs, of which each is a live conversation.
    #[test]
    fn a_flood_reaches_the_bound_and_what_is_beyond_it_is_counted() {
        let text = "C > S [S] seq 0\n=> unanswered\n";
        let script = parse(text).unwrap();
        let options = VerifyOptions { lang: &English, style: Style::default(), json: false, live: false };
        let sections = sections(&script, "script", text).unwrap();
        let (mut sink, standing) = verifier(sections, None, options);
        let played = frames(&parse("C > S [S] seq 0\n").unwrap(), Isns::new(7, 9)).unwrap();
        let Captured::Segment(syn) = &played[0].what else { panic!("no segment") };
        let mut tracker = Tracker::new(Limits::default());
        let (room, many, mut out) = (20_000, 10_000, Vec::new());
        standing.0.borrow_mut().room = room;
        let mut numberer = crate::track::Numberer::absolute();
        for nth in 0..many as u32 {
            let mut segment = syn.get();
            segment.src.addr = (nth | 0x0a00_0000).to_be_bytes().into();
            let event = &tracker.push(&segment);
            let (conversation, segment) = (tracker.current().unwrap(), &segment);
            let numbers = numberer.number(segment);
            sink.segment(
                &Row { segment, numbers: &numbers, event, conversation, ordinal: 1, closes: false },
                &mut out,
            );
        }
        assert!(standing.0.borrow().scratch.held.get() <= room + 16);
        tracker.finish();
        let scope = crate::model::Scope(Vec::new());
        for (conversation, ended) in tracker.take_ended() {
            let (verdict, times) = (judge(&conversation, ended), Times::of(&conversation));
            let conversation = &conversation;
            let judged = Judged { conversation, ended, verdict, times, confidence: &[], scope: &scope };
            sink.conversation(&judged, &mut out);
        }
        assert_eq!(standing.0.borrow().scratch.held.get(), 0, "nothing is kept of what is over");
        sink.end(&Totals::default(), &mut out);
        let tally = &standing.0.borrow().tallies[0];
        assert_eq!((tally.conversations, tally.satisfied + tally.unverified), (many, many));
        assert!(tally.unverified > 1_000 && tally.satisfied > 4_000, "{}", tally.unverified);
        assert!(!tally.passed() && String::from_utf8(out).unwrap().contains("could not be verified"));
    }
}
