//! What is printed of an experiment.

use crate::cli::Lang;
use crate::lab::Experiment;
use crate::lang::lessons::Lesson;
use crate::lang::{LabNote, LabWord, Language};
use crate::render::{Role, Style, pad, width, wrap_prose};

use super::super::faces;
use super::record::End;

/// Nobody likes longer lines of prose.
const MOST: usize = 84;
pub(super) const INDENT: usize = 2;

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

    pub(super) fn title(&self, text: &str, out: &mut String) {
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
