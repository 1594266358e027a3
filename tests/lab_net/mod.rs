//! The runner: this program starts itself once for each case and user.

mod own;
mod two;

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};

/// The environment variable that names the case.
const CASE: &str = "HSANALYZE_LAB_NET_CASE";

/// A user and group without rights: `nobody`.
const NOBODY: u32 = 65_534;

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
        let (_, case) = CASES.iter().find(|(known, _)| *known == name).unwrap();
        case();
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if std::env::args().any(|word| word == "--list") {
        return ExitCode::SUCCESS;
    }
    let mut failed = false;
    for (name, _) in
        CASES.iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|w| name.contains(w.as_str())))
    {
        for user in users() {
            failed |= !run(name, user);
        }
    }
    ExitCode::from(u8::from(failed))
}

/// Whoever runs the tests; for root, an ordinary user too.
fn users() -> Vec<Option<u32>> {
    if rustix::process::geteuid().is_root() { vec![None, Some(NOBODY)] } else { vec![None] }
}

fn run(name: &str, user: Option<u32>) -> bool {
    let mut command = Command::new("/proc/self/exe");
    command.env(CASE, name).stdin(Stdio::null());
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    let output = command.output().unwrap();
    let table = std::fs::read_to_string("/proc/self/net/dev").unwrap();
    let left = ["client:", "server:", "left:", "right:"].into_iter().find(|name| table.contains(name));
    let passed = output.status.success() && left.is_none();
    let who = if user.is_some() { "as nobody" } else { "as oneself" };
    eprintln!("lab_net {name}, {who}: {}", if passed { "ok" } else { "FAILED" });
    if !passed {
        eprintln!("{}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    passed
}
