//! What is printed of an experiment.

use crate::cli::Lang;
use crate::lab::{Caught, Entry, Experiment};
use crate::lang::lessons::Lesson;
use crate::lang::{LabNote, LabWord, Language};
use crate::render::{Role, Style, elide, pad, width, wrap_prose};

use super::super::faces;
use super::record::End;

/// Nobody likes longer lines of prose.
const MOST: usize = 84;
const INDENT: usize = 2;
/// So many frames of one call are shown one by one.
const FRAMES: usize = 8;

/// One experiment, and how it is to look.
pub(super) struct Page {
    pub(super) lang: &'static dyn Language,
    pub(super) style: Style,
    pub(super) experiment: &'static Experiment,
    /// Both languages: two lessons.
    pub(super) choice: Lang,
}

impl Page {
    fn lessons(&self) -> Vec<(&'static dyn Language, Lesson)> {
        let languages = match self.choice {
            Lang::Both => vec![Lang::En, Lang::Zh],
            one => vec![one],
        };
        let all = languages.into_iter().map(faces::in_language);
        all.filter_map(|lang| Some((lang, lang.lesson(self.experiment.name)?))).collect()
    }

    fn room(&self) -> usize {
        usize::from(self.style.width).min(MOST)
    }

    fn title(&self, text: &str, out: &mut String) {
        for line in wrap_prose(&self.style.tidy(text.into()), self.room()) {
            self.style.paint(Role::Title, line, out);
            out.push('\n');
        }
    }

    /// A paragraph; `label` begins it, and is the name of a call.
    fn prose(&self, label: &str, text: &str, indent: usize, role: Role, out: &mut String) {
        let (label, text) = (self.style.tidy(label.into()), self.style.tidy(text.into()));
        let gap = if width(&label) > 1 { "  " } else { " " };
        let all = if label.is_empty() { text } else { format!("{label}{gap}{text}") };
        let room = self.room().saturating_sub(indent + INDENT).max(width(&label));
        for (nth, line) in wrap_prose(&all, room).into_iter().enumerate() {
            // What goes on stands a little to the right of what begins.
            pad(if nth > 0 && !label.is_empty() { indent + INDENT } else { indent }, out);
            match line.strip_prefix(label.as_str()).filter(|_| nth == 0 && !label.is_empty()) {
                Some(rest) => {
                    self.style.paint(Role::Title, &label, out);
                    out.push_str(rest);
                }
                None => self.style.paint(role, line, out),
            }
            out.push('\n');
        }
    }

    /// What it is, and what will happen.
    pub(super) fn head(&self) -> String {
        let mut text = String::new();
        for (_, lesson) in self.lessons() {
            self.title(&format!("{}  {}", self.experiment.name, lesson.title), &mut text);
            text.push('\n');
            for paragraph in lesson.shows {
                self.prose("", paragraph, 0, Role::Plain, &mut text);
            }
            text.push('\n');
        }
        text
    }

    /// Where it was run, or that it was not.
    pub(super) fn origin(&self, end: &End, out: &mut String) {
        match end {
            End::NotRun => {
                let name = self.experiment.fixture.map_or("", |fixture| fixture.name);
                self.note(&LabNote::Recording(name), Role::Trouble, out);
            }
            _ => self.note(&LabNote::OwnNetwork, Role::Dim, out),
        }
    }

    /// A sentence.
    pub(super) fn note(&self, note: &LabNote<'_>, role: Role, out: &mut String) {
        let mut text = String::new();
        self.lang.lab_note(note, &mut text);
        self.prose("", &text, 0, role, out);
    }

    /// The calls of the programs, and the frames that followed each.
    pub(super) fn calls(&self, log: &[Entry], caught: &[Caught], out: &mut String) {
        out.push('\n');
        self.title(self.lang.lab_word(LabWord::Calls), out);
        let name = |entry: &Entry| self.style.tidy(self.lang.actor(entry.who).into());
        let call = |entry: &Entry| {
            let result = entry.result.as_ref().map_or(String::new(), |result| format!(" = {result}"));
            self.style.tidy(format!("{}{result}", entry.call))
        };
        let longest = |cells: &dyn Fn(&Entry) -> String| log.iter().map(|entry| width(&cells(entry))).max();
        let (names, calls) = (longest(&name).unwrap_or(0), longest(&call).unwrap_or(0).min(44));
        let mut order: Vec<&Entry> = log.iter().collect();
        order.sort_by_key(|entry| entry.at);
        let left = usize::from(self.style.width).saturating_sub(INDENT + names + 2 + calls + 2);
        for (nth, entry) in order.iter().enumerate() {
            let until = order.get(nth + 1).map(|next| next.at);
            let after = caught.iter().skip_while(|frame| frame.at < entry.at);
            let frames: Vec<&Caught> =
                after.take_while(|frame| until.is_none_or(|until| frame.at < until)).collect();
            pad(INDENT, out);
            let text = name(entry);
            self.style.paint(Role::Dim, &text, out);
            pad(names - width(&text) + 2, out);
            let dots = if self.style.ascii { "..." } else { "…" };
            let text = elide(&call(entry), calls, dots);
            self.style.paint(if entry.failed { Role::Trouble } else { Role::Plain }, &text, out);
            if !frames.is_empty() {
                pad(calls - width(&text) + 2, out);
                out.push_str(&self.frames(&frames, left));
            }
            out.push('\n');
        }
    }

    /// `#1 [S]  #2 [S.]  #3 [.]`, as far as there is room.
    fn frames(&self, frames: &[&Caught], room: usize) -> String {
        let cells: Vec<String> =
            frames.iter().map(|frame| format!("#{} {}", frame.frame, frame.what)).collect();
        let all = cells.join("  ");
        if frames.len() <= FRAMES && width(&all) <= room {
            return all;
        }
        let (Some(first), Some(last)) = (frames.first(), frames.last()) else { return all };
        let ends = format!("#{} {} … #{} {}", first.frame, first.what, last.frame, last.what);
        self.style.tidy(ends)
    }

    /// Which call causes what, and what to look at.
    pub(super) fn lesson(&self, out: &mut String) {
        for (lang, lesson) in self.lessons() {
            out.push('\n');
            self.title(lang.lab_word(LabWord::Causes), out);
            for (call, what) in &lesson.calls {
                self.prose(call, what, INDENT, Role::Plain, out);
            }
            out.push('\n');
            self.title(lang.lab_word(LabWord::Look), out);
            for what in &lesson.look {
                self.prose("·", what, INDENT, Role::Plain, out);
            }
        }
    }

    /// The script beside what was seen, and whether it holds.
    pub(super) fn verdict(&self, report: &str, passed: bool, out: &mut String) {
        out.push('\n');
        self.title(self.lang.lab_word(LabWord::Script), out);
        out.push_str(report);
        let (sign, word, role) = match passed {
            true => ("✔", LabWord::Satisfied, Role::Good),
            false => ("✘", LabWord::NotSatisfied, Role::Trouble),
        };
        self.style.paint(role, &self.style.tidy(format!("{sign} {}", self.lang.lab_word(word))), out);
        out.push('\n');
    }

    /// What to try next.
    pub(super) fn next(&self, out: &mut String) {
        for (lang, lesson) in self.lessons() {
            out.push('\n');
            self.title(lang.lab_word(LabWord::Next), out);
            for what in &lesson.next {
                self.prose("·", what, INDENT, Role::Plain, out);
            }
        }
    }
}
