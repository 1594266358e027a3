//! What the package is built from: crates of the one registry, under licenses that
//! go with its own, and none twice for no reason.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

/// Licenses that ask for no more than a notice.
const LICENSES: [&str; 13] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "Unlicense",
    "Unicode-3.0",
    "CC0-1.0",
    "BSL-1.0",
    "MIT-0",
];

/// All packages that the lock file names.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().clone();
    assert!(packages.len() > 50);
    packages
}

fn name(package: &Value) -> String {
    format!("{} {}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap())
}

/// Whether one may choose a license of the list: `A OR B`, `A AND B`, `(…)`, and
/// the old `A/B`.
fn is_allowed(license: &str) -> bool {
    let plain = license.replace('/', " OR ").replace(['(', ')'], "");
    // Without precedence: all words of an AND must be allowed, whatever stands around it.
    let all = |part: &str| part.split(" AND ").all(|one| LICENSES.contains(&one.trim()));
    plain.split(" OR ").any(all)
}

#[test]
fn licenses_are_understood() {
    assert!(is_allowed("MIT OR Apache-2.0") && is_allowed("MIT/GPL-2.0") && is_allowed("(MIT) AND ISC"));
    assert!(!is_allowed("GPL-3.0") && !is_allowed("MIT AND GPL-2.0") && !is_allowed(""));
}

#[test]
fn every_crate_may_be_used_and_comes_from_the_registry() {
    for package in packages() {
        let name = name(&package);
        let license = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(license), "{name}: {license:?}");
        let Some(source) = package["source"].as_str() else {
            assert!(name.starts_with("hsanalyze "), "{name} comes from a folder");
            continue;
        };
        assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{name}");
    }
}

#[test]
fn what_is_shipped_has_no_crate_twice() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "-e", "normal", "--prefix", "none", "-f", "{p}"])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let mut words = line.split_whitespace();
        let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
        let known = versions.entry(name.into()).or_default();
        if !known.iter().any(|one| one == version) {
            known.push(version.into());
        }
    }
    versions.retain(|_, versions| versions.len() > 1);
    let twice: Vec<_> = versions.keys().map(String::as_str).collect();
    assert_eq!(twice, TWICE, "{versions:?}");
}

/// Crates that are there in two versions: `pcap` asks for old ones, and macros of two
/// crates are built with two of `syn`.
const TWICE: [&str; 3] = ["bitflags", "errno", "syn"];
