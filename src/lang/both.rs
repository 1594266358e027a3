//! English and Chinese side by side, for those who learn one through the other.
//!
//! Words that stand in narrow places (heads of numbers and of the statistics,
//! arithmetic in a cell) are English alone.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use crate::model::IcmpError;
use crate::track::{Exchange, Mark, Proof, Side, Step};
use crate::verdict::Verdict;

use super::en::English;
use super::zh::Chinese;
use super::{
    About, Account, Actor, Case, Difference, Folded, FoldedDatagrams, Head, IcmpEffect, LabGroup, LabNote,
    LabWord, Language, Misled, Picture, PictureNote, ProofForm, Remark, SelectionNote, Statistic,
    StatisticNote, Tally, Verified, VerifyWord, Worksheet, lessons, topics,
};

/// English, then Chinese.
#[derive(Clone, Copy, Debug, Default)]
pub struct Both;

/// Stands between two sentences.
const BETWEEN: &str = " · ";

/// Pairs of fixed words that were joined, so that each is joined once.
static JOINED: LazyLock<Mutex<HashMap<[&'static str; 2], &'static str>>> = LazyLock::new(Mutex::default);

/// Two fixed words as one. There are some hundreds, which stay for good.
fn joined(en: &'static str, zh: &'static str) -> &'static str {
    if en == zh || zh.is_empty() {
        return en;
    }
    let mut all = JOINED.lock().unwrap_or_else(PoisonError::into_inner);
    all.entry([en, zh]).or_insert_with(|| Box::leak(format!("{en} {zh}").into_boxed_str()))
}

/// What both say, the second only if it differs.
fn twice(out: &mut String, say: impl Fn(&dyn Language, &mut String)) {
    let from = out.len();
    say(&English, out);
    let mut zh = String::new();
    say(&Chinese, &mut zh);
    if !zh.is_empty() && out.get(from..) != Some(&zh) {
        if out.len() > from {
            out.push_str(BETWEEN);
        }
        out.push_str(&zh);
    }
}

/// Pairs of remarks as one; what one language alone says stays.
fn remarks(out: &mut Vec<Remark>, say: impl Fn(&dyn Language, &mut Vec<Remark>)) {
    let (mut en, mut zh) = (Vec::new(), Vec::new());
    say(&English, &mut en);
    say(&Chinese, &mut zh);
    let mut zh = zh.into_iter().peekable();
    for mut remark in en {
        if let Some(other) = zh.next_if(|other| other.about == remark.about) {
            remark.head = joined(remark.head, other.head);
            if other.text != remark.text {
                remark.text = [remark.text, other.text].join(BETWEEN);
            }
        }
        out.push(remark);
    }
    out.extend(zh);
}

impl Language for Both {
    fn tag(&self) -> &'static str {
        "en+zh"
    }

    fn head(&self, head: Head) -> &'static str {
        match head {
            Head::Step | Head::Client | Head::Server | Head::Why | Head::Verdict | Head::Ended => {
                joined(English.head(head), Chinese.head(head))
            }
            Head::Frame
            | Head::Gap
            | Head::Flags
            | Head::Seq
            | Head::Ack
            | Head::Open
            | Head::Lasted
            | Head::Segments
            | Head::Up
            | Head::Down => English.head(head),
        }
    }

    fn side(&self, side: Side) -> &'static str {
        joined(English.side(side), Chinese.side(side))
    }

    fn step(&self, step: &Step, out: &mut String) {
        twice(out, |lang, out| lang.step(step, out));
    }

    fn crossing(&self, step: &Step, out: &mut String) {
        twice(out, |lang, out| lang.crossing(step, out));
    }

    fn also(&self) -> &'static str {
        English.also()
    }

    fn mark(&self, mark: Mark) -> &'static str {
        joined(English.mark(mark), Chinese.mark(mark))
    }

    fn proof(&self, proof: &Proof, form: ProofForm, out: &mut String) {
        English.proof(proof, form, out);
    }

    fn reason(&self, account: &Account<'_>, out: &mut String) {
        twice(out, |lang, out| lang.reason(account, out));
    }

    fn why_marked(&self, mark: Mark) -> &'static str {
        joined(English.why_marked(mark), Chinese.why_marked(mark))
    }

    fn offset(&self, misled: &Misled, out: &mut String) {
        twice(out, |lang, out| lang.offset(misled, out));
    }

    fn misled(&self, misled: &Misled, out: &mut String) {
        twice(out, |lang, out| lang.misled(misled, out));
    }

    fn why(&self, case: &Case<'_>, about: About, out: &mut String) {
        twice(out, |lang, out| lang.why(case, about, out));
    }

    fn remarks(&self, case: &Case<'_>, out: &mut Vec<Remark>) {
        remarks(out, |lang, out| lang.remarks(case, out));
    }

    fn opening(&self, verdict: &Verdict) -> &'static str {
        joined(English.opening(verdict), Chinese.opening(verdict))
    }

    fn ending(&self, verdict: &Verdict) -> Option<&'static str> {
        Some(joined(English.ending(verdict)?, Chinese.ending(verdict)?))
    }

    fn outcome(&self, verdict: &Verdict, out: &mut String) {
        English.outcome(verdict, out);
        out.push(' ');
        Chinese.outcome(verdict, out);
    }

    fn folded(&self, folded: &Folded, out: &mut String) {
        twice(out, |lang, out| lang.folded(folded, out));
    }

    fn incarnation(&self, nth: u32, gap: Option<Duration>, out: &mut String) {
        twice(out, |lang, out| lang.incarnation(nth, gap, out));
    }

    fn latecomers(&self, folded: &Folded, out: &mut String) {
        twice(out, |lang, out| lang.latecomers(folded, out));
    }

    fn topics(&self) -> Vec<topics::Group> {
        let (en, zh) = (English.topics(), Chinese.topics());
        en.into_iter().zip(zh).flat_map(|(en, zh)| [en, zh]).collect()
    }

    fn icmp(&self, error: &IcmpError, out: &mut String) {
        twice(out, |lang, out| lang.icmp(error, out));
    }

    fn more_icmp(&self, count: u64, out: &mut String) {
        twice(out, |lang, out| lang.more_icmp(count, out));
    }

    fn icmp_effect(&self, error: &IcmpError, effect: IcmpEffect, out: &mut String) {
        twice(out, |lang, out| lang.icmp_effect(error, effect, out));
    }

    fn datagram(&self, len: u32, out: &mut String) {
        twice(out, |lang, out| lang.datagram(len, out));
    }

    fn folded_datagrams(&self, folded: &FoldedDatagrams, out: &mut String) {
        twice(out, |lang, out| lang.folded_datagrams(folded, out));
    }

    fn exchange(&self, exchange: &Exchange, out: &mut Vec<Remark>) {
        remarks(out, |lang, out| lang.exchange(exchange, out));
    }

    fn exchange_outcome(&self, exchange: &Exchange) -> &'static str {
        joined(English.exchange_outcome(exchange), Chinese.exchange_outcome(exchange))
    }

    fn statistic(&self, what: Statistic) -> &'static str {
        match what {
            // Heads of narrow columns.
            Statistic::Service
            | Statistic::Conversations
            | Statistic::Attempts
            | Statistic::Opened
            | Statistic::Refused
            | Statistic::Rejected
            | Statistic::Unanswered
            | Statistic::HalfOpen
            | Statistic::Resets
            | Statistic::SynsAgain
            | Statistic::Percentile(_)
            | Statistic::Longest
            | Statistic::ClientCloses
            | Statistic::Exchanges
            | Statistic::Answered
            | Statistic::Unreachable
            | Statistic::Comma
            | Statistic::Up
            | Statistic::Down => English.statistic(what),
            Statistic::All
            | Statistic::Others
            | Statistic::Openings
            | Statistic::Opening(_)
            | Statistic::Endings
            | Statistic::Ending(_)
            | Statistic::Reasons
            | Statistic::Reason(_)
            | Statistic::Closers
            | Statistic::Client
            | Statistic::Server
            | Statistic::Both
            | Statistic::Trips
            | Statistic::FailingServers
            | Statistic::FailingClients => joined(English.statistic(what), Chinese.statistic(what)),
        }
    }

    fn statistic_note(&self, note: &StatisticNote, out: &mut String) {
        twice(out, |lang, out| lang.statistic_note(note, out));
    }

    fn picture(&self, what: Picture) -> &'static str {
        joined(English.picture(what), Chinese.picture(what))
    }

    fn picture_note(&self, note: &PictureNote, out: &mut String) {
        twice(out, |lang, out| lang.picture_note(note, out));
    }

    fn difference(&self, difference: &Difference, out: &mut String) {
        twice(out, |lang, out| lang.difference(difference, out));
    }

    fn verified(&self, verified: &Verified, out: &mut String) {
        twice(out, |lang, out| lang.verified(verified, out));
    }

    fn verify_word(&self, word: VerifyWord) -> &'static str {
        joined(English.verify_word(word), Chinese.verify_word(word))
    }

    fn selection(&self, note: &SelectionNote<'_>, out: &mut String) {
        twice(out, |lang, out| lang.selection(note, out));
    }

    fn actor(&self, actor: Actor) -> &'static str {
        English.actor(actor)
    }

    fn lab_group(&self, group: LabGroup) -> &'static str {
        joined(English.lab_group(group), Chinese.lab_group(group))
    }

    fn lab_word(&self, word: LabWord) -> &'static str {
        joined(English.lab_word(word), Chinese.lab_word(word))
    }

    fn lab_note(&self, note: &LabNote<'_>, out: &mut String) {
        twice(out, |lang, out| lang.lab_note(note, out));
    }

    /// In English; who wants both asks each language.
    fn lesson(&self, name: &str) -> Option<lessons::Lesson> {
        English.lesson(name)
    }

    fn worksheet(&self, word: Worksheet) -> &'static str {
        match word {
            Worksheet::Comma | Worksheet::Colon => English.worksheet(word),
            word => joined(English.worksheet(word), Chinese.worksheet(word)),
        }
    }

    fn hidden_icmp(&self, filter: &str, out: &mut String) {
        twice(out, |lang, out| lang.hidden_icmp(filter, out));
    }

    fn tally(&self, tally: &Tally, out: &mut String) {
        twice(out, |lang, out| lang.tally(tally, out));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::Opened;
    use crate::verdict::End;

    #[test]
    fn both_languages_stand_side_by_side() {
        let open = Verdict::Opened { how: Opened::Complete, end: End::Open };
        let both = Both.opening(&open);
        assert!(both.contains(English.opening(&open)) && both.contains(Chinese.opening(&open)), "{both}");
        assert!(std::ptr::eq(both, Both.opening(&open)), "joined once");
        let mut step = String::new();
        Both.step(&Step::Refused, &mut step);
        assert!(step.contains(BETWEEN), "{step}");
    }

    #[test]
    fn what_both_say_alike_is_said_once() {
        let mut text = String::new();
        twice(&mut text, |_, out| out.push_str("SYN"));
        assert_eq!(text, "SYN");
        assert_eq!(joined("MSS", "MSS"), "MSS");
    }
}
