//! The lessons of the lab: one file an experiment and a language, of this form:
//!
//! ```text
//! # Title
//! What will happen: one paragraph a line.
//!
//! ## calls
//! connect() | What it causes.
//!
//! ## look
//! What to look at, one thing a line.
//!
//! ## next
//! What to try next, one thing a line.
//! ```

#[cfg(test)]
mod tests;

/// One lesson.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lesson {
    /// What it is called.
    pub title: &'static str,
    /// What will happen.
    pub shows: Vec<&'static str>,
    /// System calls, and what each causes.
    pub calls: Vec<(&'static str, &'static str)>,
    /// What to look at.
    pub look: Vec<&'static str>,
    /// What to try next.
    pub next: Vec<&'static str>,
}

/// A name with its English and its Chinese file.
type Files = (&'static str, &'static str, &'static str);

/// One list of names, so that no language lacks one.
macro_rules! lessons {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("en/", $name, ".md")), include_str!(concat!("zh/", $name, ".md")))),*]
    };
}

/// All of them.
const LESSONS: &[Files] = lessons! {
    "echo-server-closes-first"
    "echo-four-segments"
    "echo-three-segments"
    "file-sent-and-closed"
    "file-receiver-silent"
    "file-lost"
    "udp-echo"
    "one-client-at-a-time"
    "process-per-client"
    "process-per-client-forgotten"
    "thread-per-client"
    "server-exits-with-first-client"
    "reconnect-loop"
    "server-speaks-first"
    "no-server"
    "unanswered"
    "full-backlog"
    "syn-cookies"
    "fast-open"
    "ecn"
    "self-connect"
    "keep-alive"
    "zero-window"
    "states"
    "half-close"
    "time-wait-reuse"
    "address-in-use"
    "abort-linger"
    "abort-unread"
    "lost-syn"
    "lost-syn-ack"
    "lost-third-ack"
    "lost-third-ack-idle"
    "lost-data"
    "lost-question"
    "lost-fin"
    "lost-last-ack"
    "reordering"
    "duplication"
    "path-mtu-black-hole"
    "numbers-wrap"
    "keep-alive-dead-peer"
    "simultaneous-open"
    "simultaneous-close"
    "half-open-discovery"
    "blind-reset"
    "exact-reset"
    "syn-inside"
};

/// The names of all lessons.
pub fn names() -> impl Iterator<Item = &'static str> {
    LESSONS.iter().map(|&(name, ..)| name)
}

/// The lesson of that name in English.
pub(super) fn english(name: &str) -> Option<Lesson> {
    LESSONS.iter().find(|files| files.0 == name).map(|files| read(files.1))
}

/// The lesson of that name in Chinese.
pub(super) fn chinese(name: &str) -> Option<Lesson> {
    LESSONS.iter().find(|files| files.0 == name).map(|files| read(files.2))
}

fn read(file: &'static str) -> Lesson {
    let mut lesson = Lesson::default();
    let mut part = "";
    for line in file.lines().filter(|line| !line.is_empty()) {
        if let Some(title) = line.strip_prefix("# ") {
            lesson.title = title;
        } else if let Some(name) = line.strip_prefix("## ") {
            part = name;
        } else {
            match part {
                "calls" => lesson.calls.push(line.split_once(" | ").unwrap_or(("", line))),
                "look" => lesson.look.push(line),
                "next" => lesson.next.push(line),
                _ => lesson.shows.push(line),
            }
        }
    }
    lesson
}
