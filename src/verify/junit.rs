//! The outcome in JUnit's XML, which course servers and CI systems read: a suite
//! a script file, a case a section.

use std::fmt::Write as _;

use crate::lang::Language;
use crate::render::Style;

use super::report;
use super::section::Section;
use super::tally::Tally;

/// The document.
pub fn document(sections: &[Section], tallies: &[Tally], lang: &dyn Language) -> String {
    let all: Vec<(&Section, &Tally)> = sections.iter().zip(tallies).collect();
    let failed = |cases: &[(&Section, &Tally)]| cases.iter().filter(|(_, tally)| !tally.passed()).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (tests, failures) = (all.len(), failed(&all));
    // Nothing is ever wrong with writing to a text.
    let _ = writeln!(out, "<testsuites name=\"hsanalyze verify\" tests=\"{tests}\" failures=\"{failures}\">");
    for cases in all.chunk_by(|(one, _), (other, _)| one.file == other.file) {
        let file = cases.first().map_or("", |(section, _)| section.file.as_str());
        let (name, tests, failures) = (escaped(file), cases.len(), failed(cases));
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
        );
        cases.iter().for_each(|(section, tally)| case(section, tally, lang, &mut out));
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(section: &Section, tally: &Tally, lang: &dyn Language, out: &mut String) {
    let (name, line) = (escaped(&section.file), section.line);
    let _ = write!(out, "    <testcase classname=\"{name}\" name=\"{name}:{line}\"");
    if tally.passed() {
        out.push_str("/>\n");
        return;
    }
    let mut message = String::new();
    match tally.account().and_then(|account| account.failure.as_ref()) {
        Some(failure) => lang.difference(&failure.difference, &mut message),
        None => lang.verified(&tally.verified(), &mut message),
    }
    let mut text = String::new();
    report::section(section, tally, lang, &Style { width: 120, ..Style::default() }, &mut text);
    let (message, text) = (escaped(&message), escaped(&text));
    let _ = write!(out, ">\n      <failure message=\"{message}\">{text}</failure>\n    </testcase>\n");
}

/// A text that may stand in XML, in an attribute too. What XML cannot hold at all
/// (XML 1.0 §2.2) becomes a replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            escaped("<a b=\"c\" d='e'>&\u{1b}\n"),
            "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;\u{fffd}\n"
        );
    }
}
