//! What the fuzzers found, fed once more to what they feed it to (`fuzz/`): no
//! fuzzer is needed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(missing_docs)]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::Path;

/// Feeds the files of a target's folder to it.
fn replay(name: &str, feed: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 10, "{} has {} files", folder.display(), files.len());
    for file in files {
        let octets = fs::read(&file).unwrap();
        if std::panic::catch_unwind(|| feed(&octets)).is_err() {
            panic!("{}", file.display());
        }
    }
}

#[test]
fn decode() {
    replay("decode", targets::decode::feed);
}

#[test]
fn options() {
    replay("options", targets::options::feed);
}

#[test]
fn reading() {
    replay("reading", targets::reading::feed);
}

#[test]
fn tracking() {
    replay("tracking", targets::tracking::feed);
}

#[test]
fn script() {
    replay("script", targets::script::feed);
}

#[test]
fn rendering() {
    replay("rendering", targets::rendering::feed);
}

#[test]
fn whole() {
    replay("whole", targets::whole::feed);
}
