//! The page as a whole.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::lang::units::{Octets, ShortSpan};
use crate::lang::{Head, Language, Picture, PictureNote, Tone};
use crate::render::ends::EndText;
use crate::render::markup::{escape, escaped};
use crate::render::svg::CSS;
use crate::render::{Begin, Ceased, Judged, Totals, totals_line};
use crate::track::{Reply, Roles, Side};

use super::rows::{cell, class};
use super::{DRAWN, OPEN};

/// How the page looks.
const STYLE: &str = include_str!("page.css");
/// Sorts and finds; the page can be read without it.
const SCRIPT: &str = include_str!("page.js");
/// The one script that the page lets run: SHA-256 of [`SCRIPT`] in Base64.
const SCRIPT_HASH: &str = "FJEZnT55yvtH1Sn8USUuaSY/mrceZgYblTg4IGzrVFM=";

/// Writing to a string cannot fail.
macro_rules! say {
    ($out:expr, $($arg:tt)*) => { { let _ = write!($out, $($arg)*); } };
}

/// One conversation or exchange on the page.
#[derive(Debug)]
pub(super) struct Entry {
    /// Conversations first, then exchanges, by number.
    pub place: (bool, u64),
    /// Its name in links: `1`, `u1`.
    name: String,
    outcome: String,
    tone: Tone,
    /// Its cells, behind the number.
    cells: String,
    /// The line above the drawing, and the drawing: both are markup.
    pub drawing: Option<(String, String)>,
}

impl Entry {
    /// Of a conversation.
    pub fn of(judged: &Judged<'_>, lang: &dyn Language, drawing: Option<(String, String)>) -> Entry {
        let (conv, times, verdict) = (judged.conversation, &judged.times, &judged.verdict);
        let tone = Tone::of(verdict);
        let mut cells = String::new();
        let sign = if conv.roles == Roles::Guessed { "≈ " } else { "" };
        let client = format!("{sign}{}", EndText::of(conv.endpoint(Side::Client)).text());
        cell(None, &client, "", &mut cells);
        cell(None, EndText::of(conv.endpoint(Side::Server)).text(), "", &mut cells);
        let opened = if judged.verdict.end().is_some() { "" } else { class(tone) };
        cell(None, lang.opening(verdict), opened, &mut cells);
        cell(None, lang.ending(verdict).unwrap_or_default(), class(tone), &mut cells);
        let span =
            |span: std::time::Duration| (u64::try_from(span.as_nanos()).ok(), ShortSpan(span).to_string());
        let (value, text) = times.connect.map(span).unwrap_or_default();
        cell(value, &text, "n", &mut cells);
        let (value, text) = span(times.lasted);
        cell(value, &text, "n", &mut cells);
        cell(Some(conv.segments()), &conv.segments().to_string(), "n", &mut cells);
        for side in Side::BOTH {
            let octets = conv.side(side).bytes;
            cell(Some(octets), &Octets(octets).to_string(), "n", &mut cells);
        }
        let mut outcome = String::new();
        lang.outcome(verdict, &mut outcome);
        Entry { place: (false, conv.number), name: conv.number.to_string(), outcome, tone, cells, drawing }
    }

    /// Of an exchange of datagrams.
    pub fn of_exchange(ceased: &Ceased<'_>, lang: &dyn Language, drawing: Option<(String, String)>) -> Entry {
        let exchange = ceased.exchange;
        let tone = match exchange.reply() {
            Reply::Unreachable => Tone::Bad,
            Reply::Answered => Tone::Good,
            Reply::Unanswered => Tone::Pending,
        };
        let outcome = lang.exchange_outcome(exchange);
        let mut cells = String::new();
        for side in Side::BOTH {
            cell(None, EndText::of(exchange.endpoint(side)).text(), "", &mut cells);
        }
        cell(None, "UDP", "dim", &mut cells);
        cell(None, outcome, class(tone), &mut cells);
        cell(None, "", "n", &mut cells);
        let lasted = exchange.lasted();
        let nanos = u64::try_from(lasted.as_nanos()).ok();
        cell(nanos, &ShortSpan(lasted).to_string(), "n", &mut cells);
        let datagrams = exchange.datagrams.iter().sum();
        cell(Some(datagrams), &datagrams.to_string(), "n", &mut cells);
        for octets in exchange.bytes {
            cell(Some(octets), &Octets(octets).to_string(), "n", &mut cells);
        }
        let name = format!("u{}", exchange.number);
        Entry { place: (true, exchange.number), name, outcome: outcome.to_owned(), tone, cells, drawing }
    }
}

/// All that the page says.
pub(super) struct Page<'a> {
    pub lang: &'a dyn Language,
    pub begin: &'a Begin,
    pub totals: &'a Totals,
    pub entries: &'a [Entry],
    /// Conversations and exchanges without a row.
    pub more: u64,
}

impl Page<'_> {
    /// Appends the page.
    pub fn print(&self, out: &mut Vec<u8>) {
        let mut text = String::new();
        self.top(&mut text);
        self.facts(&mut text);
        if self.entries.is_empty() {
            self.paragraph(Picture::Nothing, &mut text);
        } else {
            self.outcomes(&mut text);
            self.table(&mut text);
        }
        out.extend_from_slice(text.as_bytes());
        for (nth, entry) in self.entries.iter().enumerate() {
            text.clear();
            self.section(nth, entry, &mut text);
            out.extend_from_slice(text.as_bytes());
        }
        let end = format!("</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n");
        out.extend_from_slice(end.as_bytes());
    }

    fn word(&self, what: Picture) -> &'static str {
        self.lang.picture(what)
    }

    fn top(&self, out: &mut String) {
        let lang = if self.lang.tag() == "zh" { "zh-Hans" } else { self.lang.tag() };
        let names = escaped(&self.begin.sources.join(", "));
        say!(out, "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n");
        say!(
            out,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\n"
        );
        say!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        say!(out, "<meta name=\"color-scheme\" content=\"light dark\">\n");
        say!(out, "<meta name=\"generator\" content=\"hsanalyze {}\">\n", env!("CARGO_PKG_VERSION"));
        say!(out, "<title>{names} - hsanalyze</title>\n<style>\n{STYLE}{CSS}</style>\n</head>\n");
        say!(out, "<body>\n<header id=\"top\">\n<h1>hsanalyze</h1>\n");
    }

    /// Where the capture is from, and what is in it.
    fn facts(&self, out: &mut String) {
        out.push_str("<dl>\n");
        let facts = [
            (Picture::Sources, self.begin.sources.join(", ")),
            (Picture::Filter, self.begin.filter.clone().unwrap_or_default()),
            (Picture::Links, self.begin.link_types.join(", ")),
        ];
        for (what, text) in facts.iter().filter(|(_, text)| !text.is_empty()) {
            say!(out, "<dt>{}</dt><dd>", self.word(*what));
            escape(text, out);
            out.push_str("</dd>\n");
        }
        out.push_str("</dl>\n<p>");
        escape(&totals_line(self.totals, self.lang), out);
        out.push_str("</p>\n</header>\n<main>\n");
    }

    fn paragraph(&self, what: Picture, out: &mut String) {
        say!(out, "<p>{}</p>\n", self.word(what));
    }

    fn note(&self, note: &PictureNote, out: &mut String) {
        let mut text = String::new();
        self.lang.picture_note(note, &mut text);
        out.push_str("<p class=\"warn\">");
        escape(&text, out);
        out.push_str("</p>\n");
    }

    /// How often each outcome came, the most frequent first.
    fn outcomes(&self, out: &mut String) {
        let mut counts: BTreeMap<&str, (u64, Tone)> = BTreeMap::new();
        for entry in self.entries {
            counts.entry(&entry.outcome).or_insert((0, entry.tone)).0 += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|&(_, (count, _))| std::cmp::Reverse(count));
        out.push_str("<ul class=\"outcomes\" id=\"outcomes\">\n");
        for (outcome, (count, tone)) in counts {
            let text = escaped(outcome);
            say!(out, "<li data-o=\"{text}\"><span class=\"{}\">{text}</span> {count}</li>\n", class(tone));
        }
        out.push_str("</ul>\n");
    }

    fn table(&self, out: &mut String) {
        let heads = [
            (Head::Frame, "n"),
            (Head::Client, ""),
            (Head::Server, ""),
            (Head::Verdict, ""),
            (Head::Ended, ""),
            (Head::Open, "n"),
            (Head::Lasted, "n"),
            (Head::Segments, "n"),
            (Head::Up, "n"),
            (Head::Down, "n"),
        ];
        out.push_str("<div class=\"scroll\">\n<table id=\"all\"");
        let words = [
            ("find", Picture::Find),
            ("choose", Picture::Choose),
            ("sort", Picture::Sort),
            ("open", Picture::OpenAll),
            ("close", Picture::CloseAll),
        ];
        for (name, what) in words {
            say!(out, " data-{name}=\"{}\"", escaped(self.word(what)));
        }
        say!(out, ">\n<caption>{}</caption>\n<thead><tr>", self.word(Picture::Conversations));
        for (head, kind) in heads {
            say!(out, "<th scope=\"col\" class=\"{kind}\">");
            escape(self.lang.head(head), out);
            out.push_str("</th>");
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for Entry { place: (_, number), name, outcome, drawing, cells, .. } in self.entries {
            let outcome = escaped(outcome);
            // U1, as in the summary.
            let shown = name.to_uppercase();
            let place = number.saturating_add(if name.starts_with('u') { 1 << 40 } else { 0 });
            say!(out, "<tr data-n=\"{name}\" data-o=\"{outcome}\"><td class=\"n\" data-v=\"{place}\">");
            match drawing {
                Some(_) => say!(out, "<a href=\"#c{name}\">{shown}</a>"),
                None => out.push_str(&shown),
            }
            say!(out, "</td>{cells}</tr>\n");
        }
        out.push_str("</tbody>\n</table>\n</div>\n");
        if self.more > 0 {
            self.note(&PictureNote::MoreRows(self.more), out);
        }
        if self.entries.iter().any(|entry| entry.drawing.is_none()) {
            self.note(&PictureNote::OnlyFirst(DRAWN as u64), out);
        }
        say!(out, "<p class=\"dim screen\">{}</p>\n", self.word(Picture::Hover));
    }

    fn section(&self, nth: usize, entry: &Entry, out: &mut String) {
        let Some((head, drawing)) = &entry.drawing else { return };
        let open = if nth < OPEN { " open" } else { "" };
        let name = &entry.name;
        // What is closed is not built before it is opened, where scripts run.
        let [from, to] = if nth < OPEN { ["", ""] } else { ["<noscript>", "</noscript>"] };
        say!(
            out,
            "<details class=\"conv\" data-n=\"{name}\"{open}><summary>{head}</summary>\n\
             <div class=\"in\" id=\"c{name}\">\n{from}{drawing}{to}<a class=\"screen\" href=\"#top\">{}</a></div></details>\n",
            self.word(Picture::Top)
        );
    }
}
