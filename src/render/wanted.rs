//! Which conversations somebody wants, or expects: openings, endings, marks and
//! reasons of resets, by their slugs; and which exchanges of datagrams, by what
//! became of them.

use crate::track::{Mark, Marks, Reply};
use crate::verdict::{End, Ending, Opening, ResetReason, Verdict};

/// The word for every opening that failed, and for exchanges that an ICMP error
/// ended.
pub const FAILED: &str = "failed";

/// Some slugs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    openings: u16,
    endings: u8,
    reasons: u8,
    marks: Marks,
    replies: u8,
}

impl Wanted {
    /// All slugs that it knows, once each.
    pub fn words() -> Vec<&'static str> {
        let lists = [Verdict::OPENINGS, End::SLUGS, ResetReason::SLUGS, Mark::SLUGS, Reply::SLUGS];
        let mut words = vec![FAILED];
        for word in lists.into_iter().flatten().copied() {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }

    /// Adds a slug; `false` if there is none of that name. One that names both a
    /// mark and the reason of a reset means either, and so does one that names an
    /// opening and what becomes of exchanges.
    #[must_use]
    pub fn add(&mut self, slug: &str) -> bool {
        let failed = |kind: &Opening| !kind.succeeded() && *kind != Opening::NotCaptured;
        for kind in Opening::ALL {
            if kind.slug() == slug || slug == FAILED && failed(&kind) {
                self.openings |= 1 << kind as u16;
            }
        }
        for kind in Ending::ALL.into_iter().filter(|kind| kind.slug() == slug) {
            self.endings |= 1 << kind as u8;
        }
        for kind in ResetReason::ALL.into_iter().filter(|kind| kind.slug() == slug) {
            self.reasons |= 1 << kind as u8;
        }
        for mark in Mark::ALL.into_iter().filter(|mark| mark.slug() == slug) {
            self.marks.set(mark);
        }
        let unreachable = |reply: &Reply| slug == FAILED && *reply == Reply::Unreachable;
        for reply in Reply::ALL.into_iter().filter(|reply| reply.slug() == slug || unreachable(reply)) {
            self.replies |= 1 << reply as u8;
        }
        Wanted::words().contains(&slug)
    }

    /// Whether one of the slugs fits a conversation.
    pub fn any(&self, verdict: &Verdict, marks: Marks) -> bool {
        let [opening, ending, reason, mark] = self.fits(verdict, marks);
        opening || ending || reason || mark
    }

    /// Whether a conversation is as expected: slugs of one kind are alternatives,
    /// and of each kind that is named one must fit. A word that is both a mark and
    /// a reason is one kind.
    pub fn all(&self, verdict: &Verdict, marks: Marks) -> bool {
        let [opening, ending, reason, mark] = self.fits(verdict, marks);
        let shared = self.reasons != 0 && !self.marks.is_empty();
        (self.openings == 0 || opening)
            && (self.endings == 0 || ending)
            && (self.reasons == 0 || reason || shared && mark)
            && (self.marks.is_empty() || mark || shared && reason)
    }

    /// Whether an exchange of datagrams that this became of is wanted.
    pub fn replied(&self, reply: Reply) -> bool {
        self.replies >> (reply as u8) & 1 == 1
    }

    /// Whether a slug is about conversations.
    pub fn is_of_conversations(&self) -> bool {
        *self != Wanted { replies: self.replies, ..Wanted::default() }
    }

    /// Whether a slug is about exchanges of datagrams.
    pub fn is_of_exchanges(&self) -> bool {
        self.replies != 0
    }

    /// Whether one of the marks is wanted.
    pub fn marked(&self, marks: Marks) -> bool {
        marks.iter().any(|mark| self.marks.has(mark))
    }

    /// Whether tcpdump's numbers must be computed to know.
    pub fn needs_numbers(&self) -> bool {
        self.marks.has(Mark::TcpdumpMisleads)
    }

    fn fits(&self, verdict: &Verdict, marks: Marks) -> [bool; 4] {
        let end = verdict.end();
        let reason = match end {
            Some(End::Reset(_, reason)) => Some(*reason),
            _ => None,
        };
        [
            self.openings >> (Opening::of(verdict) as u16) & 1 == 1,
            end.is_some_and(|end| self.endings >> (Ending::of(end) as u8) & 1 == 1),
            reason.is_some_and(|reason| self.reasons >> (reason as u8) & 1 == 1),
            self.marked(marks),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::Opened;

    fn wanted(words: &str) -> Wanted {
        let mut wanted = Wanted::default();
        assert!(words.split(',').all(|word| wanted.add(word)), "{words}");
        wanted
    }

    const OPEN: Verdict = Verdict::Opened { how: Opened::Complete, end: End::Open };

    #[test]
    fn every_word_is_known_and_no_other() {
        for word in Wanted::words() {
            assert_ne!(wanted(word), Wanted::default(), "{word}");
        }
        assert!(!Wanted::default().add("gracefull") && !Wanted::default().add(""));
    }

    #[test]
    fn one_slug_is_enough_to_be_wanted() {
        let none = Marks::NONE;
        assert!(
            wanted("refused,open").any(&OPEN, none) && wanted("refused,open").any(&Verdict::Refused, none)
        );
        assert!(!wanted("failed").any(&OPEN, none) && wanted("failed").any(&Verdict::Refused, none));
        let mut marks = Marks::NONE;
        marks.set(Mark::PortReuse);
        assert!(wanted("port-reuse").any(&OPEN, marks) && !wanted("port-reuse").any(&OPEN, none));
    }

    #[test]
    fn exchanges_have_words_of_their_own_and_share_one() {
        assert!(wanted("unreachable").replied(Reply::Unreachable));
        assert!(wanted("failed").replied(Reply::Unreachable) && !wanted("failed").replied(Reply::Unanswered));
        let shared = wanted("unanswered");
        assert!(
            shared.is_of_conversations() && shared.is_of_exchanges() && shared.replied(Reply::Unanswered)
        );
        assert!(!wanted("answered").is_of_conversations() && !wanted("graceful").is_of_exchanges());
    }

    #[test]
    fn one_of_each_kind_is_expected() {
        let none = Marks::NONE;
        assert!(wanted("complete,open").all(&OPEN, none) && wanted("graceful,open").all(&OPEN, none));
        assert!(!wanted("complete,graceful").all(&OPEN, none) && !wanted("fast-open,open").all(&OPEN, none));
        assert!(!wanted("complete,ecn").all(&OPEN, none));
        let mut marks = Marks::NONE;
        marks.set(Mark::NotAccepted);
        assert!(wanted("complete,not-accepted").all(&OPEN, marks));
    }
}
