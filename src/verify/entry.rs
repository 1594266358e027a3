//! One conversation, or exchange of datagrams, beside all sections.

use std::time::Duration;

use crate::lang::{Difference, Wanted};
use crate::model::Endpoint;
use crate::render::{Ceased, Judged};
use crate::script::Outcome;
use crate::track::Side;

use super::bound::Held;
use super::machine::{Failure, Machine, Scratch};
use super::section::Section;
use super::seen::Seen;
use super::tally::Account;
use super::verdict;

/// Units of room that an entry takes beside what it counts itself.
const ENTRY: usize = 1;

/// One section and one conversation.
pub enum Course {
    /// So far so good.
    Follows(Box<Machine>),
    /// It differs.
    Differs(Box<Failure>),
    /// It was over, and all was as it should be.
    Done(Box<Account>),
}

/// What is known of a conversation up to now.
pub struct Entry {
    /// The number of each section that it is held against, and how it goes.
    pub courses: Vec<(usize, Course)>,
    /// Its first segments, if it may turn out to be part of the one before it.
    pub early: Vec<Seen>,
    held: Held,
}

impl Entry {
    /// Before its first frame. `udp`: it is an exchange of datagrams.
    pub fn new(sections: &[Section], udp: bool, scratch: &mut Scratch) -> Self {
        let own = sections.iter().enumerate().filter(|(_, section)| section.is_udp() == udp);
        let courses: Vec<(usize, Course)> = own
            .map(|(nth, section)| (nth, Course::Follows(Box::new(Machine::new(section, scratch)))))
            .collect();
        let mut entry = Entry { courses, early: Vec::new(), held: Held::new(&scratch.held, 0) };
        entry.weigh();
        entry
    }

    /// Counts what it takes; the way to a place counts itself.
    pub fn weigh(&mut self) {
        let courses = self.courses.iter().map(|(_, course)| match course {
            Course::Follows(machine) => ENTRY + machine.ways(),
            Course::Differs(failure) => ENTRY + failure.taken.len(),
            Course::Done(account) => ENTRY + account.taken.len(),
        });
        self.held.set(ENTRY + 2 * self.early.len() + courses.sum::<usize>());
    }
}

/// What is over, whatever it was.
pub struct Gone<'a> {
    /// Its number.
    pub number: u64,
    ends: [Endpoint; 2],
    outcome: Outcome,
    lasted: Duration,
    missing: Missing<'a>,
}

enum Missing<'a> {
    Conversation(&'a Judged<'a>),
    Exchange(&'a Ceased<'a>),
}

impl<'a> Gone<'a> {
    /// A conversation.
    pub fn conversation(judged: &'a Judged<'a>) -> Self {
        let conv = judged.conversation;
        Gone {
            number: conv.number,
            ends: Side::BOTH.map(|side| conv.endpoint(side)),
            outcome: Outcome::of(conv, judged.ended),
            lasted: conv.last.at.since(conv.first.at),
            missing: Missing::Conversation(judged),
        }
    }

    /// An exchange of datagrams.
    pub fn exchange(ceased: &'a Ceased<'a>) -> Self {
        let exchange = ceased.exchange;
        Gone {
            number: exchange.number,
            ends: Side::BOTH.map(|side| exchange.endpoint(side)),
            outcome: Outcome::of_exchange(exchange),
            lasted: exchange.lasted(),
            missing: Missing::Exchange(ceased),
        }
    }

    fn missing(&self, wanted: Wanted) -> Difference {
        match self.missing {
            Missing::Conversation(judged) => {
                Difference::Ends(wanted, judged.conversation.states(), judged.ended)
            }
            Missing::Exchange(ceased) => Difference::Falls(wanted, ceased.why),
        }
    }

    /// How it went beside a section.
    pub fn account(&self, section: &Section, course: &Course) -> Account {
        let (taken, failure) = match course {
            Course::Done(account) => return Account::clone(account),
            Course::Differs(failure) => (failure.taken.clone(), Some(Failure::clone(failure))),
            Course::Follows(machine) => match machine.accepted(section) {
                None => {
                    let failure = machine.unfinished(section, |wanted| self.missing(wanted));
                    (failure.as_ref().map(|failure| failure.taken.clone()).unwrap_or_default(), failure)
                }
                Some(taken) => {
                    let failure = section.outcome.as_ref().and_then(|(row, expected)| {
                        let (what, own, is) = verdict::differs(expected, &self.outcome)?;
                        let difference = Difference::Verdict(what, own, is);
                        Some(Failure { difference, row: Some(*row), instead: None, taken: taken.clone() })
                    });
                    (taken, failure)
                }
            },
        };
        let outcome = verdict::short(self.outcome.clone()).to_string();
        let (conversation, ends, lasted) = (self.number, self.ends, self.lasted);
        Account { conversation, ends, lasted, taken, failure, outcome }
    }
}
