//! The questions of a worksheet and their answers.

use std::fmt::Write;

use crate::lang::units::Span;
use crate::lang::{About, Case, Language, Worksheet};
use crate::track::{Mark, Roles, Side, Step};
use crate::verdict::{End, Opening, TimeWait};

use super::super::Judged;
use super::{BLANK, Line};

/// An answer, and why it is the answer.
type Solution = (String, String);

/// Appends them, numbered.
pub(super) fn print(
    lines: &[Line],
    judged: &Judged<'_>,
    (lang, answers): (&dyn Language, bool),
    out: &mut String,
) {
    let asked = Asked { lines, judged, lang };
    let questions: [(Worksheet, Solution); 11] = [
        (Worksheet::WhoOpens, asked.opens()),
        (Worksheet::Isns, asked.isns()),
        (Worksheet::SynAcked, asked.acks_syn_of(Side::Client)),
        (Worksheet::SynAckAcked, asked.acks_syn_of(Side::Server)),
        (Worksheet::RoundTrip, asked.round_trip()),
        (Worksheet::ClosesFirst, asked.closes_first()),
        (Worksheet::ClientFin, asked.fin_of(Side::Client)),
        (Worksheet::ServerFin, asked.fin_of(Side::Server)),
        (Worksheet::CloseSegments, asked.segments()),
        (Worksheet::WhoWaits, asked.waits()),
        (Worksheet::Ending, asked.ending()),
    ];
    let colon = lang.worksheet(Worksheet::Colon);
    for (nth, (question, (answer, why))) in questions.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}. {}", nth + 1, lang.worksheet(*question));
        if !answers {
            let _ = writeln!(out, "    - {}{colon}{BLANK}", lang.worksheet(Worksheet::Answer));
            let _ = writeln!(out, "    - {}{colon}{BLANK}", lang.worksheet(Worksheet::Because));
            continue;
        }
        let _ = writeln!(out, "    - {}{colon}{answer}", lang.worksheet(Worksheet::Answer));
        if !why.is_empty() {
            let _ = writeln!(out, "    - {}{colon}{why}", lang.worksheet(Worksheet::Because));
        }
    }
}

struct Asked<'a> {
    lines: &'a [Line],
    judged: &'a Judged<'a>,
    lang: &'a dyn Language,
}

impl Asked<'_> {
    /// It is not in the capture, or there cannot be any.
    fn not_seen(&self) -> Solution {
        let never = self.judged.verdict.end().is_none();
        (
            self.lang.worksheet(if never { Worksheet::NeverOpened } else { Worksheet::NotSeen }).to_owned(),
            String::new(),
        )
    }

    fn comma(&self) -> &'static str {
        self.lang.worksheet(Worksheet::Comma)
    }

    fn in_frame(&self, frame: u64) -> String {
        format!("{} #{frame}", self.lang.worksheet(Worksheet::InFrame))
    }

    /// What the verdict says about something.
    fn why(&self, about: About) -> String {
        let Judged { conversation, verdict, times, confidence, .. } = *self.judged;
        let case = Case { conversation, verdict, times, confidence };
        let mut text = String::new();
        self.lang.why(&case, about, &mut text);
        text
    }

    fn find(&self, is: impl Fn(&Step) -> bool) -> Option<&Line> {
        self.lines.iter().find(|line| line.kinds.iter().any(&is))
    }

    fn opens(&self) -> Solution {
        let conv = self.judged.conversation;
        let who = format!("{} {}", self.lang.side(Side::Client), conv.endpoint(Side::Client));
        match self.find(|step| matches!(step, Step::Syn { .. } | Step::SimultaneousSyn)) {
            Some(syn) if conv.roles == Roles::Seen => {
                (format!("{who}{}{}", self.comma(), self.in_frame(syn.frame)), syn.why.join(" "))
            }
            _ => self.not_seen(),
        }
    }

    fn isns(&self) -> Solution {
        let conv = self.judged.conversation;
        let of = |side: Side| {
            let isn = conv.side(side).isn.map(|isn| isn.raw().to_string());
            let isn = isn.unwrap_or_else(|| self.lang.worksheet(Worksheet::NotSeen).to_owned());
            format!("{} {isn}", self.lang.side(side))
        };
        (Side::BOTH.map(of).join(self.comma()), String::new())
    }

    /// The segment that acknowledges the SYN of a side. It comes from the other one,
    /// which matters where both sent a SYN; a socket connected to itself is both.
    fn acks_syn_of(&self, side: Side) -> Solution {
        let itself = self.judged.conversation.marks.has(Mark::SelfConnect);
        let acks = |step: &Step| matches!(step, Step::SynAck { .. } | Step::HandshakeAck | Step::Refused);
        let answers = |line: &&Line| line.ack.is_some() && (itself || line.from != side);
        let Some(line) = self.lines.iter().filter(answers).find(|line| line.kinds.iter().any(acks)) else {
            return self.not_seen();
        };
        let ack = line.ack.map(|ack| format!("{}ack {ack}", self.comma())).unwrap_or_default();
        (self.in_frame(line.frame) + &ack, line.why.join(" "))
    }

    fn round_trip(&self) -> Solution {
        match self.judged.times.synack_rtt {
            Some(time) => (Span(time).to_string(), String::new()),
            None if *self.judged.verdict.opening() == *Opening::Simultaneous.slug() => {
                (self.lang.worksheet(Worksheet::SynsCrossed).to_owned(), self.why(About::Opening))
            }
            None => self.not_seen(),
        }
    }

    fn closes_first(&self) -> Solution {
        let conv = self.judged.conversation;
        if conv.crossed_fins {
            return (self.lang.worksheet(Worksheet::Crossed).to_owned(), self.why(About::Ending));
        }
        let Some(by) = conv.first_closer else {
            return (self.lang.worksheet(Worksheet::Nobody).to_owned(), self.why(About::Ending));
        };
        let is_fin = |step: &Step| matches!(step, Step::Fin { .. });
        let fin = self.lines.iter().find(|line| line.from == by && line.kinds.iter().any(is_fin));
        let place = fin.map(|fin| self.comma().to_owned() + &self.in_frame(fin.frame)).unwrap_or_default();
        (self.lang.side(by).to_owned() + &place, fin.map(|fin| fin.why.join(" ")).unwrap_or_default())
    }

    fn fin_of(&self, side: Side) -> Solution {
        let Some(fin) = self.judged.conversation.side(side).fin else { return self.not_seen() };
        let Some(acked) = fin.acked else {
            return (self.lang.worksheet(Worksheet::Nobody).to_owned(), self.why(About::Ending));
        };
        let line = self.lines.iter().find(|line| line.frame == acked.frame);
        let ack = line.and_then(|line| line.ack);
        let ack = ack.map(|ack| format!("{}ack {ack}", self.comma())).unwrap_or_default();
        let answer = format!("{}{ack} → FIN {}", self.in_frame(acked.frame), self.in_frame(fin.first.frame));
        (answer, line.map(|line| line.why.join(" ")).unwrap_or_default())
    }

    fn segments(&self) -> Solution {
        match self.judged.verdict.end() {
            Some(End::Graceful(close)) => (close.segments.to_string(), self.why(About::Ending)),
            _ => self.not_seen(),
        }
    }

    fn waits(&self) -> Solution {
        let Some(End::Graceful(close)) = self.judged.verdict.end() else {
            return (self.lang.worksheet(Worksheet::Nobody).to_owned(), String::new());
        };
        let who = match close.time_wait {
            TimeWait::One(side) => self.lang.side(side),
            TimeWait::Both => self.lang.worksheet(Worksheet::BothSides),
        };
        (who.to_owned(), self.why(About::TimeWait))
    }

    fn ending(&self) -> Solution {
        let verdict = &self.judged.verdict;
        let said = [Some(self.lang.opening(verdict)), self.lang.ending(verdict)];
        let said: Vec<&str> = said.into_iter().flatten().collect();
        (said.join(self.comma()), self.why(About::Opening))
    }
}
