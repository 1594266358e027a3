//! Which words of the command line are capture files: `-r run*.pcap tcp`
//! arrives as `-r run1.pcap run2.pcap run3.pcap tcp`.

use std::ffi::OsString;
use std::path::PathBuf;

/// How names of captures end; digits may follow, as tcpdump's `-C` and `-W`
/// make them (`run.pcap12`).
const NUMBERED: [&str; 5] = ["pcap", "pcapng", "cap", "dmp", "ntar"];
/// How compressed ones end.
const COMPRESSED: [&str; 3] = ["gz", "zst", "zstd"];

/// A value and its place among all values and options of the command line.
pub(super) type Placed<T> = (usize, T);

/// Tells files from the words of the filter. A word is a file if it directly
/// follows `-r FILE`, or another such word, and has the name of a capture.
/// Whether it exists is not asked: a filter cannot begin with such a word, so
/// "no such file" is the better complaint.
///
/// `before` counts the words that stand before `--`.
pub(super) fn split(
    read: Vec<Placed<PathBuf>>,
    words: Vec<Placed<OsString>>,
    before: usize,
) -> (Vec<PathBuf>, Vec<OsString>) {
    let mut files = read;
    let mut filter = Vec::new();
    for (count, (place, word)) in words.into_iter().enumerate() {
        let follows = files.iter().any(|(other, _)| other + 1 == place);
        if follows && count < before && is_capture_name(&word) {
            files.push((place, word.into()));
        } else {
            filter.push(word);
        }
    }
    files.sort_by_key(|(place, _)| *place);
    (files.into_iter().map(|(_, file)| file).collect(), filter)
}

/// Whether a word ends as names of captures do.
pub(super) fn is_capture_name(word: &OsString) -> bool {
    let name = word.to_string_lossy();
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let extension = extension.to_ascii_lowercase();
    let bare = extension.trim_end_matches(|c: char| c.is_ascii_digit());
    let named = stem.rsplit('/').next().is_some_and(|stem| !stem.is_empty());
    named && (NUMBERED.contains(&bare) || COMPRESSED.contains(&extension.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_captures_are_known_by_their_ends() {
        for name in ["a.pcap", "d/a.PCAPNG", "a.pcap0", "a.pcap12", "a.cap", "a.pcap.gz", "a.zst", "./a.dmp"]
        {
            assert!(is_capture_name(&name.into()), "{name}");
        }
        for name in ["tcp", "port", "80", "10.0.0.1", "10.0.0.0/8", ".pcap", "d/.pcap", "www.example.com", ""]
        {
            assert!(!is_capture_name(&name.into()), "{name}");
        }
    }
}
