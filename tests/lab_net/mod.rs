//! The runner: this program starts itself once for each case and user.

mod own;
mod two;

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};

/// The environment variable that names the case.
const CASE: &str = "HSANALYZE_LAB_NET_CASE";

/// A user and group without rights: `nobody`.
const NOBODY: u32 = 65_534;

/// Not a case: whether there can be any, and if not, why.
const PROBE: (&str, fn()) = ("probe", own::probe);

const CASES: &[(&str, fn())] = &[
    ("own_network", own::network),
    ("own_user", own::user),
    ("refused", own::refused),
    ("carries", two::carries),
    ("loses", two::loses),
    ("shuffles", two::shuffles),
    ("forges", two::forges),
    ("holds", two::holds),
    ("repairs", two::repairs),
    ("controls", two::controls),
];

pub fn main() -> ExitCode {
    if let Ok(name) = std::env::var(CASE) {
        let (_, case) = CASES.iter().chain([&PROBE]).find(|(known, _)| *known == name).unwrap();
        case();
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if std::env::args().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    let mut failed = false;
    for user in users() {
        if let Some(why) = refused(user) {
            eprintln!("lab_net, {}: skipped: {why}", who(user));
            continue;
        }
        let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|w| name.contains(w.as_str()));
        for (name, _) in CASES.iter().filter(|(name, _)| is_wanted(name)) {
            failed |= !run(name, user);
        }
    }
    ExitCode::from(u8::from(failed))
}

/// Why this user cannot have a network of its own here. Systems may forbid it; what is
/// shown instead is tested in `tests/lab`.
fn refused(user: Option<u32>) -> Option<String> {
    match command(PROBE.0, user).output() {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        // In a container of an ordinary user there may be no such user.
        Err(error) => Some(error.to_string()),
    }
}

fn who(user: Option<u32>) -> &'static str {
    if user.is_some() { "as nobody" } else { "as oneself" }
}

/// Whoever runs the tests; for root, an ordinary user too.
fn users() -> Vec<Option<u32>> {
    if rustix::process::geteuid().is_root() { vec![None, Some(NOBODY)] } else { vec![None] }
}

/// This program again, for one case.
fn command(name: &str, user: Option<u32>) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.env(CASE, name).stdin(Stdio::null());
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    command
}

fn run(name: &str, user: Option<u32>) -> bool {
    let output = command(name, user).output().unwrap();
    let table = std::fs::read_to_string("/proc/self/net/dev").unwrap();
    let left = ["client:", "server:", "left:", "right:"].into_iter().find(|name| table.contains(name));
    let passed = output.status.success() && left.is_none();
    eprintln!("lab_net {name}, {}: {}", who(user), if passed { "ok" } else { "FAILED" });
    if !passed {
        eprintln!("{}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    passed
}
