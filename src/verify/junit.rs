//! The outcome in JUnit's XML, which course servers and CI systems read: a suite
//! a script file, a case a section, and where it was held against several
//! conversations a case for each of them. Times are those of the capture.

use std::fmt::{self, Write as _};
use std::time::Duration;

use crate::lang::Language;
use crate::render::Style;
use crate::render::markup::escaped;

use super::report;
use super::section::Section;
use super::tally::{Case, Tally};

/// What is counted of cases.
#[derive(Clone, Copy, Default)]
struct Counts {
    tests: u64,
    failures: u64,
    skipped: u64,
    time: Duration,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.skipped += other.skipped;
        self.time += other.time;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { tests, failures, .. } = self;
        write!(f, "tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"{}\"", seconds(self.time))
    }
}

/// Seconds of capture time, as XML Schema's decimals are.
fn seconds(time: Duration) -> String {
    format!("{}.{:09}", time.as_secs(), time.subsec_nanos())
}

/// The document.
pub fn document(sections: &[Section], tallies: &[Tally], lang: &dyn Language) -> String {
    let all: Vec<(&Section, &Tally)> = sections.iter().zip(tallies).collect();
    let (mut suites, mut total) = (String::new(), Counts::default());
    for cases in all.chunk_by(|(one, _), (other, _)| one.file == other.file) {
        let file = cases.first().map_or("", |(section, _)| section.file.as_str());
        let (mut text, mut counts) = (String::new(), Counts::default());
        for (section, tally) in cases {
            counts.add(whole(section, tally, lang, &mut text));
            counts.add(each(section, tally, lang, &mut text));
        }
        let (name, skipped) = (escaped(file), counts.skipped);
        // Nothing is ever wrong with writing to a text.
        let _ = writeln!(suites, "  <testsuite name=\"{name}\" {counts} skipped=\"{skipped}\">");
        suites.push_str(&text);
        suites.push_str("  </testsuite>\n");
        total.add(counts);
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hsanalyze verify\" {total}>\n{suites}</testsuites>\n"
    )
}

fn begin(section: &Section, name: &str, time: Duration, out: &mut String) {
    let (class, name, time) = (escaped(&section.file), escaped(name), seconds(time));
    let _ = write!(out, "    <testcase classname=\"{class}\" name=\"{name}\" time=\"{time}\"");
}

/// The case of a section: whether as many conversations are so as must be.
fn whole(section: &Section, tally: &Tally, lang: &dyn Language, out: &mut String) -> Counts {
    // The time of the conversations is theirs, where each is a case.
    let time = match tally.cases.as_slice() {
        [one] => one.lasted,
        _ => Duration::ZERO,
    };
    begin(section, &format!("{}:{}", section.file, section.line), time, out);
    let counts = Counts { tests: 1, failures: u64::from(!tally.passed()), skipped: 0, time };
    if tally.passed() {
        out.push_str("/>\n");
        return counts;
    }
    let mut message = String::new();
    match tally.account().and_then(|account| account.failure.as_ref()) {
        Some(failure) => lang.difference(&failure.difference, &mut message),
        None => lang.verified(&tally.verified(section.is_udp()), &mut message),
    }
    let mut text = String::new();
    report::section(section, tally, lang, &Style { width: 120, ..Style::default() }, &mut text);
    fail(&message, &text, out);
    counts
}

fn fail(message: &str, text: &str, out: &mut String) {
    let (message, text) = (escaped(message), escaped(text));
    let _ = writeln!(out, ">\n      <failure message=\"{message}\" type=\"difference\">{text}</failure>");
    out.push_str("    </testcase>\n");
}

/// A case for each conversation, where there are several. One that is not as the
/// script says failed if all, or the first, must be so, else it is passed over.
fn each(section: &Section, tally: &Tally, lang: &dyn Language, out: &mut String) -> Counts {
    let mut counts = Counts::default();
    if tally.conversations < 2 {
        return counts;
    }
    for case in &tally.cases {
        let Case { conversation, ends: [client, server], lasted, difference } = case;
        let name = format!("{}:{} #{conversation} {client} > {server}", section.file, section.line);
        begin(section, &name, *lasted, out);
        counts.add(Counts { tests: 1, time: *lasted, ..Counts::default() });
        let Some(difference) = difference else {
            out.push_str("/>\n");
            continue;
        };
        let mut message = String::new();
        lang.difference(difference, &mut message);
        if tally.must_be(*conversation) {
            counts.failures += 1;
            fail(&message, "", out);
        } else {
            counts.skipped += 1;
            let message = escaped(&message);
            let _ = writeln!(out, ">\n      <skipped message=\"{message}\"/>\n    </testcase>");
        }
    }
    let left_out = tally.conversations - tally.cases.len() as u64;
    if left_out > 0 {
        // Beyond the bound, or not verified.
        begin(
            section,
            &format!("{}:{} and {left_out} more", section.file, section.line),
            Duration::ZERO,
            out,
        );
        let mut message = String::new();
        lang.verified(&tally.verified(section.is_udp()), &mut message);
        let message = escaped(&message);
        let _ = writeln!(out, ">\n      <skipped message=\"{message}\"/>\n    </testcase>");
        counts.add(Counts { tests: 1, skipped: 1, ..Counts::default() });
    }
    counts
}
