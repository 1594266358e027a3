//! The script beside what was seen, row by row: for every form of report.

use crate::script::Content;

use super::section::{Row, Section};
use super::seen::Brief;
use super::tally::Account;

/// How a row went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// As it says.
    Right,
    /// Not as it says.
    Wrong,
    /// It was not there, and need not be; or there was no need to look.
    Unused,
    /// The report ends before it.
    NotReached,
}

impl Status {
    /// The name in JSON.
    pub const fn slug(self) -> &'static str {
        match self {
            Status::Right => "ok",
            Status::Wrong => "differs",
            Status::Unused => "unused",
            Status::NotReached => "not-reached",
        }
    }
}

/// What stands beside a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beside {
    /// The row; `None`: what came after all of them.
    pub row: Option<usize>,
    /// How it went.
    pub status: Status,
    /// Numbers of the first and the last frame, and how many.
    pub frames: Option<(u64, u64, u64)>,
    /// What was seen.
    pub seen: String,
}

/// A segment in a script's words.
pub fn words(brief: &Brief) -> String {
    let Some(from) = brief.from else { return "icmp".into() };
    let (from, to) = if from == crate::track::Side::Client { ("C", "S") } else { ("S", "C") };
    if brief.udp {
        return format!("{from} > {to} udp {}", brief.len);
    }
    let mut text = format!("{from} > {to} [{}]", brief.flags.tcpdump());
    match brief.seq {
        Some(seq) if brief.len > 0 => text.push_str(&format!(" seq {seq}:{}", seq + u64::from(brief.len))),
        Some(seq) => text.push_str(&format!(" seq {seq}")),
        None if brief.len > 0 => text.push_str(&format!(" len {}", brief.len)),
        None => {}
    }
    if let Some(ack) = brief.ack {
        text.push_str(if brief.seq.is_some() || brief.len > 0 { ", ack " } else { " ack " });
        text.push_str(&ack.to_string());
    }
    text
}

/// All rows of a section, beside a conversation.
pub fn beside(section: &Section, account: &Account) -> Vec<Beside> {
    let failure = account.failure.as_ref();
    let wrong = failure.and_then(|failure| failure.row);
    let mut rows: Vec<Beside> = Vec::new();
    for (nth, row) in section.rows.iter().enumerate().filter(|(_, row)| row.line > 0) {
        let mut taken = account.taken.iter().filter(|taken| taken.row == nth);
        let first = taken.next();
        let rest = taken.fold((0, 0), |(_, count), taken| (taken.last, count + taken.count));
        let frames = first.map(|first| match rest {
            (_, 0) => (first.first.frame, first.last, first.count),
            (last, count) => (first.first.frame, last, first.count + count),
        });
        let mut seen = first.map_or_else(String::new, |taken| words(&taken.first));
        let status = if wrong == Some(nth) {
            seen =
                failure.and_then(|failure| failure.instead).map_or_else(String::new, |brief| words(&brief));
            Status::Wrong
        } else if frames.is_some() {
            Status::Right
        } else {
            status_of(row, wrong.is_some_and(|wrong| wrong < nth), failure.is_some())
        };
        if matches!(row.content, Content::Outcome(_)) && status != Status::NotReached {
            seen = format!("=> {}", account.outcome);
        }
        let instead = failure.and_then(|failure| failure.instead).filter(|_| status == Status::Wrong);
        let frames = instead.map(|brief| (brief.frame, brief.frame, 1)).or(frames);
        rows.push(Beside { row: Some(nth), status, frames, seen });
    }
    // It came after all rows, but the verdict.
    if let (Some(failure), None) = (failure, wrong)
        && let Some(brief) = failure.instead
    {
        let frames = Some((brief.frame, brief.frame, 1));
        let at = rows.len() - usize::from(section.outcome.is_some() && !rows.is_empty());
        rows.insert(at, Beside { row: None, status: Status::Wrong, frames, seen: words(&brief) });
    }
    rows
}

fn status_of(row: &Row, behind: bool, failed: bool) -> Status {
    match row.content {
        Content::Outcome(_) if failed => Status::NotReached,
        Content::Outcome(_) => Status::Right,
        _ if behind => Status::NotReached,
        _ => Status::Unused,
    }
}
