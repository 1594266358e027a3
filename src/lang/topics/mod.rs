//! Lessons: what each word that hsanalyze says means. Each language has its
//! own, with the same names, in files of this form:
//!
//! ```text
//! # Title of a group
//!
//! ## name, other name | Title
//! What it is: one paragraph a line.
//! Seen: how to recognise it.
//! Why: …
//! ```

#[cfg(test)]
mod tests;

/// One lesson.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Topic {
    /// Its names; the first is the one to list.
    pub names: Vec<&'static str>,
    /// What it is about.
    pub title: &'static str,
    /// Its paragraphs.
    pub paragraphs: Vec<Paragraph>,
}

/// A paragraph, with the word that it begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paragraph {
    /// `Seen:`, `Why:` and so on; empty for what it is.
    pub label: &'static str,
    /// The rest.
    pub text: &'static str,
}

/// Lessons under one title.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// The title.
    pub title: &'static str,
    /// The lessons.
    pub topics: Vec<Topic>,
}

/// The English files.
pub(super) const ENGLISH: &[&str] = &[
    include_str!("en/chapters.md"),
    include_str!("en/verdicts.md"),
    include_str!("en/opening.md"),
    include_str!("en/data.md"),
    include_str!("en/closing.md"),
    include_str!("en/states.md"),
    include_str!("en/flags.md"),
    include_str!("en/marks.md"),
    include_str!("en/columns.md"),
];

/// The Chinese files, in the same order.
pub(super) const CHINESE: &[&str] = &[
    include_str!("zh/chapters.md"),
    include_str!("zh/verdicts.md"),
    include_str!("zh/opening.md"),
    include_str!("zh/data.md"),
    include_str!("zh/closing.md"),
    include_str!("zh/states.md"),
    include_str!("zh/flags.md"),
    include_str!("zh/marks.md"),
    include_str!("zh/columns.md"),
];

/// What paragraphs may begin with.
const LABELS: [&str; 9] = ["Seen:", "Why:", "RFC:", "Example:", "See:", "辨认：", "原因：", "RFC：", "例："];
const SEE_ALSO: &str = "参见：";

/// Reads the files of a language.
pub(super) fn read(files: &[&'static str]) -> Vec<Group> {
    files.iter().map(|file| group(file)).collect()
}

fn group(file: &'static str) -> Group {
    let mut group = Group { title: "", topics: Vec::new() };
    for line in file.lines().filter(|line| !line.is_empty()) {
        if let Some(head) = line.strip_prefix("## ") {
            let (names, title) = head.split_once(" | ").unwrap_or((head, head));
            let names = names.split(", ").collect();
            group.topics.push(Topic { names, title, paragraphs: Vec::new() });
        } else if let Some(title) = line.strip_prefix("# ").filter(|_| group.topics.is_empty()) {
            group.title = title;
        } else if let Some(topic) = group.topics.last_mut() {
            topic.paragraphs.push(paragraph(line));
        }
    }
    group
}

fn paragraph(line: &'static str) -> Paragraph {
    let labels = LABELS.iter().chain([&SEE_ALSO]);
    let label = labels.copied().find(|label| line.starts_with(label));
    match label.and_then(|label| Some((label, line.strip_prefix(label)?))) {
        Some((label, text)) => Paragraph { label, text: text.trim_start() },
        None => Paragraph { label: "", text: line },
    }
}

/// The lessons that a word asks for: those of that name, else those of the
/// flags that it is made of (`[S.]`), else those whose title holds the word (if
/// it is not ASCII: English words stand in too many).
pub fn find<'a>(groups: &'a [Group], word: &str) -> Vec<&'a Topic> {
    let topics = || groups.iter().flat_map(|group| &group.topics);
    let plain = plain(word);
    let named = |name: &str| topics().find(|topic| topic.names.iter().any(|&its| self::plain(its) == name));
    if let Some(topic) = named(&plain) {
        return vec![topic];
    }
    if plain.len() > 1 && plain.chars().all(|c| "sfrp.uew".contains(c)) {
        let mut found: Vec<&Topic> = Vec::new();
        let syn_ack = plain.contains('s') && plain.contains('.');
        for name in plain.chars().filter(|c| !(syn_ack && matches!(c, 's' | '.'))).map(String::from) {
            found.extend(named(&name).filter(|topic| !found.contains(topic)).as_slice());
        }
        if let Some(both) = named("syn-ack").filter(|_| syn_ack) {
            found.insert(0, both);
        }
        return found;
    }
    let titled = |topic: &&Topic| !word.is_ascii() && topic.title.contains(word);
    topics().filter(titled).collect()
}

/// A name as it is compared: `[S.]` is `s.`, `FIN_WAIT_1` and `FIN-WAIT1` are
/// `fin-wait-1`.
fn plain(word: &str) -> String {
    let word = word.trim_matches(['[', ']']).to_lowercase().replace(['_', ' '], "-");
    match word.strip_prefix("fin-wait").filter(|rest| rest.len() == 1) {
        Some(digit) => format!("fin-wait-{digit}"),
        None => word,
    }
}
