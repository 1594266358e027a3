//! What only scripts that are matched against a capture can say: what is left
//! open, what may be missing, what comes again.

use std::fmt::{self, Display};

use crate::model::Flags;

use super::ast::OptionWord;

/// How often a line is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Times {
    /// Once.
    #[default]
    Once,
    /// `?`: once, or not at all.
    Optional,
    /// `*`: any number of times.
    Any,
    /// `+`: at least once.
    Some,
}

impl Times {
    /// What stands before the line.
    pub const fn prefix(self) -> &'static str {
        match self {
            Times::Once => "",
            Times::Optional => "? ",
            Times::Any => "* ",
            Times::Some => "+ ",
        }
    }
}

/// The words that hold lines together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Block {
    /// `either`: the lines up to `or`, or those after it.
    Either,
    /// `or`
    Or,
    /// `optional`: the lines up to `end`, or none of them.
    Optional,
    /// `repeat`: the lines up to `end`, at least once.
    Repeat,
    /// `end`
    End,
}

impl Block {
    /// All words.
    const ALL: [Block; 5] = [Block::Either, Block::Or, Block::Optional, Block::Repeat, Block::End];

    /// The word itself.
    pub const fn word(self) -> &'static str {
        match self {
            Block::Either => "either",
            Block::Or => "or",
            Block::Optional => "optional",
            Block::Repeat => "repeat",
            Block::End => "end",
        }
    }

    pub(super) fn of(word: &str) -> Option<Block> {
        Block::ALL.into_iter().find(|block| block.word() == word)
    }
}

/// How many of the conversations of a capture are to be as the script says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantity {
    /// `all`: each, and at least one.
    All,
    /// `any`: at least one.
    Any,
    /// `first`: the first, whatever the others are.
    First,
    /// `2`: exactly so many.
    Exactly(u64),
}

impl Quantity {
    /// The quantity of that name.
    pub fn of(word: &str) -> Option<Quantity> {
        match word {
            "all" => Some(Quantity::All),
            "any" => Some(Quantity::Any),
            "first" => Some(Quantity::First),
            _ if word.bytes().all(|octet| octet.is_ascii_digit()) => word.parse().ok().map(Quantity::Exactly),
            _ => None,
        }
    }
}

impl Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quantity::All => f.write_str("all"),
            Quantity::Any => f.write_str("any"),
            Quantity::First => f.write_str("first"),
            Quantity::Exactly(count) => write!(f, "{count}"),
        }
    }
}

/// The name of a number that is not known beforehand: 1 to 8 letters or digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Name([u8; 8]);

impl Name {
    /// The name of that spelling.
    pub fn of(word: &str) -> Option<Name> {
        let fits = (1..=8).contains(&word.len()) && word.bytes().all(|octet| octet.is_ascii_alphanumeric());
        let mut name = [b' '; 8];
        if !fits {
            return None;
        }
        name.iter_mut().zip(word.bytes()).for_each(|(place, octet)| *place = octet);
        Some(Name(name))
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or_default().trim_end())
    }
}

/// `$x`, `$x+1`: a number by its name, and so much more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Term {
    /// The name.
    pub name: Name,
    /// What is added.
    pub plus: u32,
}

impl Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.plus {
            0 => write!(f, "${}", self.name),
            plus => write!(f, "${}+{plus}", self.name),
        }
    }
}

/// Numbers from one to another, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// The least.
    pub low: u32,
    /// The greatest; `u32::MAX`: no limit.
    pub high: u32,
}

impl Span {
    /// Whether it is one of them.
    pub fn holds(self, number: u32) -> bool {
        (self.low..=self.high).contains(&number)
    }
}

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Span { low, high } if low == high => write!(f, "{low}"),
            Span { low, high: u32::MAX } => write!(f, "{low}.."),
            Span { low, high } => write!(f, "{low}..{high}"),
        }
    }
}

/// What a segment line leaves open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Loose {
    /// `P?`: flags that may be set.
    pub maybe: Flags,
    /// `*` among the flags: all others may be set.
    pub others: bool,
    /// `len 1..`: octets of payload.
    pub len: Option<Span>,
    /// `win 1..`: the window field, unscaled.
    pub window: Option<Span>,
}

impl Loose {
    /// Whether flags are as they must be, if `sure` are those that are set for
    /// certain.
    pub fn allows(&self, sure: Flags, seen: Flags) -> bool {
        // A script has no letter for AE.
        let seen = Flags::from_header(seen.bits() & 0xff);
        seen.contains(sure) && (self.others || sure.with(self.maybe).contains(seen))
    }

    /// What stands between the brackets.
    pub fn flags(&self, sure: Flags) -> String {
        if !self.others && self.maybe == Flags::NONE {
            return sure.tcpdump().to_string();
        }
        let mut text = String::new();
        for (letter, flag) in super::words::FLAGS {
            if sure.contains(flag) {
                text.push(letter);
            } else if self.maybe.contains(flag) {
                text.push(letter);
                text.push('?');
            }
        }
        text.push_str(if self.others { "*" } else { "" });
        text
    }
}

impl OptionWord {
    /// Whether it leaves something open.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, OptionWord::Any(_) | OptionWord::More)
    }
}
