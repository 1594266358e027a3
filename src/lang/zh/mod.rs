//! Chinese (简体中文), in the terms of networking courses: 三次握手, 四次挥手.
//! Slugs, flags, RFC state names and numbers stay as they are.

mod agreed;
mod compare;
mod exchange;
mod icmp;
mod lab;
mod notes;
mod pair;
mod picture;
mod reason;
mod selection;
mod statistic;
mod step;
mod tally;
mod verdict;
mod verify;
mod why;
mod worksheet;

use std::time::Duration;

use crate::model::IcmpError;
use crate::track::{Exchange, Mark, Proof, Side, Step};
use crate::verdict::Verdict;

use super::{
    About, Account, Actor, Case, CompareNote, CompareWord, Difference, Finding, Folded, FoldedDatagrams,
    Head, IcmpEffect, LabGroup, LabNote, LabWord, Language, Misled, Note, PairNote, Picture, PictureNote,
    ProofForm, Remark, SelectionNote, Statistic, StatisticNote, Tally, Verified, VerifyWord, Worksheet,
    lessons, line, topics,
};

/// Chinese.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chinese;

impl Language for Chinese {
    fn tag(&self) -> &'static str {
        "zh"
    }

    fn head(&self, head: Head) -> &'static str {
        match head {
            Head::Frame => "#",
            Head::Gap => "间隔",
            Head::Flags => "标志",
            Head::Seq => "序列号",
            Head::Ack => "确认号",
            Head::Step => "步骤",
            Head::Client => "客户端",
            Head::Server => "服务器",
            Head::Why => "依据",
            Head::Verdict => "建立",
            Head::Ended => "结局",
            Head::Open => "握手",
            Head::Lasted => "历时",
            Head::Segments => "报文段",
            Head::Up => "↑ B",
            Head::Down => "↓ B",
        }
    }

    fn side(&self, side: Side) -> &'static str {
        verdict::side(side)
    }

    fn step(&self, step: &Step, out: &mut String) {
        step::step(step, out);
    }

    fn crossing(&self, step: &Step, out: &mut String) {
        step::crossing(step, out);
    }

    fn also(&self) -> &'static str {
        " + "
    }

    fn mark(&self, mark: Mark) -> &'static str {
        step::mark(mark)
    }

    fn proof(&self, proof: &Proof, form: ProofForm, out: &mut String) {
        step::proof(proof, form, out);
    }

    fn reason(&self, account: &Account<'_>, out: &mut String) {
        reason::reason(account, out);
    }

    fn why_marked(&self, mark: Mark) -> &'static str {
        why::of_mark(mark)
    }

    fn offset(&self, misled: &Misled, out: &mut String) {
        reason::offset(misled, out);
    }

    fn misled(&self, misled: &Misled, out: &mut String) {
        reason::misled(misled, out);
    }

    fn why(&self, case: &Case<'_>, about: About, out: &mut String) {
        why::why(case, about, out);
    }

    fn remarks(&self, case: &Case<'_>, out: &mut Vec<Remark>) {
        line::remarks(case, out, verdict::line);
    }

    fn opening(&self, verdict: &Verdict) -> &'static str {
        verdict::opening(verdict)
    }

    fn ending(&self, verdict: &Verdict) -> Option<&'static str> {
        verdict.end().map(verdict::ending)
    }

    fn outcome(&self, verdict: &Verdict, out: &mut String) {
        verdict::outcome(verdict, out);
    }

    fn folded(&self, folded: &Folded, out: &mut String) {
        tally::folded(folded, out);
    }

    fn incarnation(&self, nth: u32, gap: Option<Duration>, out: &mut String) {
        tally::incarnation(nth, gap, out);
    }

    fn latecomers(&self, folded: &Folded, out: &mut String) {
        tally::latecomers(folded, out);
    }

    fn topics(&self) -> Vec<topics::Group> {
        topics::read(topics::CHINESE)
    }

    fn icmp(&self, error: &IcmpError, out: &mut String) {
        icmp::error(error, out);
    }

    fn more_icmp(&self, count: u64, out: &mut String) {
        icmp::more(count, out);
    }

    fn icmp_effect(&self, error: &IcmpError, effect: IcmpEffect, out: &mut String) {
        icmp::effect(error, effect, out);
    }

    fn datagram(&self, len: u32, out: &mut String) {
        exchange::datagram(len, out);
    }

    fn folded_datagrams(&self, folded: &FoldedDatagrams, out: &mut String) {
        exchange::folded(folded, out);
    }

    fn exchange(&self, exchange: &Exchange, out: &mut Vec<Remark>) {
        exchange::remarks(exchange, out);
    }

    fn exchange_outcome(&self, exchange: &Exchange) -> &'static str {
        exchange::outcome(exchange)
    }

    fn statistic(&self, what: Statistic) -> &'static str {
        statistic::word(what)
    }

    fn statistic_note(&self, note: &StatisticNote, out: &mut String) {
        statistic::note(note, out);
    }

    fn picture(&self, what: Picture) -> &'static str {
        picture::word(what)
    }

    fn picture_note(&self, note: &PictureNote, out: &mut String) {
        picture::note(note, out);
    }

    fn selection(&self, note: &SelectionNote<'_>, out: &mut String) {
        selection::selection(note, out);
    }

    fn actor(&self, actor: Actor) -> &'static str {
        lab::actor(actor)
    }

    fn lab_group(&self, group: LabGroup) -> &'static str {
        lab::group(group)
    }

    fn lab_word(&self, word: LabWord) -> &'static str {
        lab::word(word)
    }

    fn lab_note(&self, note: &LabNote<'_>, out: &mut String) {
        lab::note(note, out);
    }

    fn lesson(&self, name: &str) -> Option<lessons::Lesson> {
        lessons::chinese(name)
    }

    fn worksheet(&self, word: Worksheet) -> &'static str {
        worksheet::worksheet(word)
    }

    fn hidden_icmp(&self, filter: &str, out: &mut String) {
        icmp::hidden(filter, out);
    }

    fn tally(&self, tally: &Tally, out: &mut String) {
        tally::tally(tally, out);
    }

    fn difference(&self, difference: &Difference, out: &mut String) {
        verify::difference(difference, out);
    }

    fn verified(&self, verified: &Verified, out: &mut String) {
        verify::verified(verified, out);
    }

    fn verify_word(&self, word: VerifyWord) -> &'static str {
        verify::word(word)
    }

    fn finding(&self, finding: &Finding, out: &mut Vec<Remark>) {
        compare::finding(finding, out);
    }

    fn finding_note(&self, note: &Note, out: &mut String) {
        compare::note(note, out);
    }

    fn pair_note(&self, note: &PairNote<'_>, out: &mut Vec<Remark>) {
        pair::pair(note, out);
    }

    fn compare_note(&self, note: &CompareNote, out: &mut String) {
        compare::sentence(note, out);
    }

    fn compare_word(&self, word: CompareWord) -> &'static str {
        compare::word(word)
    }
}
