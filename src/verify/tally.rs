//! One section held against all conversations: how many are as it says, and
//! which of them to show.

use std::time::Duration;

use crate::lang::{Difference, Verified, Wish};
use crate::model::Endpoint;
use crate::script::Quantity;

use super::machine::{Failure, Taken};

/// Numbers of conversations that are named.
const NAMED: usize = 20;
/// Conversations of which each is a case by itself.
pub const CASES: usize = 10_000;

/// One conversation beside the script.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its number.
    pub conversation: u64,
    /// Client and server.
    pub ends: [Endpoint; 2],
    /// From its first to its last frame.
    pub lasted: Duration,
    /// What the rows took.
    pub taken: Vec<Taken>,
    /// Where it differs.
    pub failure: Option<Failure>,
    /// The verdict, in a script's words.
    pub outcome: String,
}

impl Account {
    /// How far it came.
    fn reach(&self) -> usize {
        self.failure.as_ref().map_or(usize::MAX, |failure| failure.row.unwrap_or(usize::MAX))
    }
}

/// One conversation in a word.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its number.
    pub conversation: u64,
    /// Client and server.
    pub ends: [Endpoint; 2],
    /// From its first to its last frame.
    pub lasted: Duration,
    /// Where it differs.
    pub difference: Option<Difference>,
}

impl Case {
    fn of(account: &Account) -> Self {
        let Account { conversation, ends, lasted, .. } = *account;
        let difference = account.failure.as_ref().map(|failure| failure.difference.clone());
        Case { conversation, ends, lasted, difference }
    }
}

/// What became of a section.
#[derive(Debug)]
pub struct Tally {
    /// How many there must be.
    pub quantity: Quantity,
    /// Conversations that are as it says.
    pub satisfied: u64,
    /// All.
    pub conversations: u64,
    /// Those of them that were not followed to their end, for want of room.
    pub unverified: u64,
    /// Each by itself, the first of them.
    pub cases: Vec<Case>,
    /// Numbers of those that are not, the first of them.
    pub failing: Vec<u64>,
    good: Option<Account>,
    bad: Option<Account>,
    furthest: Option<Account>,
    /// The first conversation, and how it went.
    first: Option<(u64, bool)>,
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(quantity: Quantity) -> Self {
        Tally {
            quantity,
            satisfied: 0,
            conversations: 0,
            unverified: 0,
            cases: Vec::new(),
            failing: Vec::new(),
            good: None,
            bad: None,
            furthest: None,
            first: None,
        }
    }

    /// Counts one conversation that was not followed.
    pub fn miss(&mut self, number: u64) {
        self.unverified += 1;
        self.count(number, false);
    }

    fn count(&mut self, number: u64, passed: bool) {
        self.conversations += 1;
        self.satisfied += u64::from(passed);
        if self.first.is_none_or(|(first, _)| number < first) {
            self.first = Some((number, passed));
        }
    }

    /// Counts one conversation.
    pub fn add(&mut self, account: Account) {
        let passed = account.failure.is_none();
        let number = account.conversation;
        self.count(number, passed);
        if self.cases.len() < CASES {
            self.cases.push(Case::of(&account));
        }
        let earlier = |kept: &Option<Account>| kept.as_ref().is_none_or(|kept| number < kept.conversation);
        if passed {
            if earlier(&self.good) {
                self.good = Some(account);
            }
            return;
        }
        if let Err(place) = self.failing.binary_search(&number) {
            self.failing.insert(place, number);
            self.failing.truncate(NAMED);
        }
        let rank = |account: &Account| (account.reach(), std::cmp::Reverse(account.conversation));
        if self.furthest.as_ref().is_none_or(|kept| rank(&account) > rank(kept)) {
            self.furthest = Some(account.clone());
        }
        if earlier(&self.bad) {
            self.bad = Some(account);
        }
    }

    /// The first conversation that was counted by its number, and whether it is as
    /// the script says.
    pub fn first(&self) -> Option<(u64, bool)> {
        self.first
    }

    /// Whether that conversation must be as the script says.
    pub fn must_be(&self, number: u64) -> bool {
        match self.quantity {
            Quantity::All => true,
            Quantity::First => self.first.is_some_and(|(first, _)| first == number),
            Quantity::Any | Quantity::Exactly(_) => false,
        }
    }

    /// Whether the script holds.
    pub fn passed(&self) -> bool {
        match self.quantity {
            Quantity::All => self.conversations > 0 && self.satisfied == self.conversations,
            Quantity::Any => self.satisfied > 0,
            Quantity::First => self.first.is_some_and(|(_, passed)| passed),
            Quantity::Exactly(count) => self.satisfied == count && self.unverified == 0,
        }
    }

    /// The conversation to show.
    pub fn account(&self) -> Option<&Account> {
        let passed = self.passed();
        let (one, other) = match self.quantity {
            _ if passed => (&self.good, &self.furthest),
            Quantity::All | Quantity::First => (&self.bad, &self.good),
            Quantity::Exactly(count) if self.satisfied > count => (&self.good, &self.furthest),
            Quantity::Any | Quantity::Exactly(_) => (&self.furthest, &self.good),
        };
        one.as_ref().or(other.as_ref())
    }

    /// The whole, for a sentence; `datagrams`: of exchanges of datagrams.
    pub fn verified(&self, datagrams: bool) -> Verified {
        let wish = match self.quantity {
            Quantity::All => Wish::All,
            Quantity::Any => Wish::Any,
            Quantity::First => Wish::First,
            Quantity::Exactly(count) => Wish::Exactly(count),
        };
        let Tally { satisfied, conversations, unverified, .. } = *self;
        Verified { passed: self.passed(), wish, satisfied, conversations, unverified, datagrams }
    }
}
