//! Holds every conversation of a capture against every section.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::lang::{Difference, Language};
use crate::render::{About, IcmpRow, Judged, Row, Sink, Style, Totals};
use crate::script::{Outcome, Quantity};
use crate::track::Conversation;

use super::machine::{Failure, Machine, Scratch};
use super::section::Section;
use super::seen::Seen;
use super::tally::{Account, Tally};
use super::{json, junit, report, verdict};

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

/// One section and one conversation.
enum Course {
    /// So far so good.
    Follows(Box<Machine>),
    /// It differs.
    Differs(Box<Failure>),
    /// It was over, and all was as it should be.
    Done(Box<Account>),
}

struct Entry {
    courses: Vec<Course>,
    early: Vec<Seen>,
}

/// All that is known.
struct Verifier {
    options: VerifyOptions,
    sections: Vec<Section>,
    tallies: Vec<Tally>,
    entries: HashMap<u64, Entry>,
    scratch: Scratch,
    /// The number of the first conversation.
    first: Option<u64>,
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
        first: None,
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
                let first = self.first?;
                match tally.first() {
                    Some((number, passed)) if number == first => Some(passed),
                    _ if done.contains(&first) => Some(true),
                    _ => self.differing[nth].contains(&first).then_some(false),
                }
            }
        }
    }

    fn entry(&mut self, number: u64) -> Entry {
        let Verifier { sections, scratch, entries, .. } = self;
        entries.remove(&number).unwrap_or_else(|| Entry {
            courses: sections
                .iter()
                .map(|section| Course::Follows(Box::new(Machine::new(section, scratch))))
                .collect(),
            early: Vec::new(),
        })
    }

    fn take(&mut self, conversation: &Conversation, seen: Seen) {
        let number = conversation.number;
        self.first = Some(self.first.map_or(number, |first| first.min(number)));
        let absorbed = seen.event.absorbs.and_then(|absorbed| self.drop_one(absorbed));
        let mut entry = self.entry(number);
        for strange in absorbed.into_iter().flat_map(|entry| entry.early) {
            self.feed(&mut entry, number, &strange);
        }
        self.feed(&mut entry, number, &seen);
        if conversation.incarnation > 1 && entry.early.len() < EARLY {
            entry.early.push(seen);
        }
        self.entries.insert(number, entry);
    }

    /// A conversation that turned out to be none.
    fn drop_one(&mut self, number: u64) -> Option<Entry> {
        for list in self.differing.iter_mut().chain(&mut self.done) {
            list.retain(|&other| other != number);
        }
        self.entries.remove(&number)
    }

    fn feed(&mut self, entry: &mut Entry, number: u64, seen: &Seen) {
        for (nth, (course, section)) in entry.courses.iter_mut().zip(&self.sections).enumerate() {
            let Course::Follows(machine) = course else { continue };
            if let Err(failure) = machine.step(section, seen, &mut self.scratch) {
                *course = Course::Differs(failure);
                if self.options.live {
                    self.differing[nth].push(number);
                }
            }
        }
    }

    /// Live, a conversation that is over as it should be is done with; what
    /// straggles in changes nothing.
    fn over(&mut self, judged: &Judged<'_>) {
        let number = judged.conversation.number;
        let Some(entry) = self.entries.get_mut(&number) else { return };
        for (nth, (course, section)) in entry.courses.iter_mut().zip(&self.sections).enumerate() {
            let Course::Follows(machine) = course else { continue };
            if machine.accepted(section).is_none() {
                continue;
            }
            let account = account(section, course, judged);
            if account.failure.is_none() {
                *course = Course::Done(Box::new(account));
                self.done[nth].push(number);
            }
        }
    }

    fn conversation(&mut self, judged: &Judged<'_>) {
        let number = judged.conversation.number;
        let Some(entry) = self.drop_one(number) else { return };
        let all = entry.courses.iter().zip(&self.sections).zip(&mut self.tallies);
        for ((course, section), tally) in all {
            tally.add(account(section, course, judged));
        }
    }
}

/// How a conversation went beside a section.
fn account(section: &Section, course: &Course, judged: &Judged<'_>) -> Account {
    let conv = judged.conversation;
    let seen = Outcome::of(conv, judged.ended);
    let ends = crate::track::Side::BOTH.map(|side| conv.endpoint(side));
    let (taken, failure) = match course {
        Course::Done(account) => return Account::clone(account),
        Course::Differs(failure) => (failure.taken.clone(), Some(Failure::clone(failure))),
        Course::Follows(machine) => match machine.accepted(section) {
            None => {
                let failure = machine.unfinished(section, conv.states(), judged.ended);
                (failure.as_ref().map(|failure| failure.taken.clone()).unwrap_or_default(), failure)
            }
            Some(taken) => {
                let failure = section.outcome.as_ref().and_then(|(row, expected)| {
                    let (what, own, is) = verdict::differs(expected, &seen)?;
                    let difference = Difference::Verdict(what, own, is);
                    Some(Failure { difference, row: Some(*row), instead: None, taken: taken.clone() })
                });
                (taken, failure)
            }
        },
    };
    let outcome = verdict::short(seen).to_string();
    Account { conversation: conv.number, ends, taken, failure, outcome }
}

impl Sink for VerifySink {
    fn segment(&mut self, row: &Row<'_>, _: &mut Vec<u8>) {
        self.0.borrow_mut().take(row.conversation, Seen::segment(row));
    }

    fn icmp(&mut self, row: &IcmpRow<'_>, _: &mut Vec<u8>) {
        if let About::Conversation(conversation) = row.about {
            self.0.borrow_mut().take(conversation, Seen::icmp(row, conversation));
        }
    }

    fn over(&mut self, judged: &Judged<'_>, _: &mut Vec<u8>) {
        self.0.borrow_mut().over(judged);
    }

    fn conversation(&mut self, judged: &Judged<'_>, _: &mut Vec<u8>) {
        self.0.borrow_mut().conversation(judged);
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
