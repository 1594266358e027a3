//! Nothing is left behind, also after Ctrl-C in the middle.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::bench::{can_run, finish, lab, run};

const LIMIT: Duration = Duration::from_secs(60);

/// Interfaces of this machine.
fn interfaces() -> BTreeSet<String> {
    let text = std::fs::read_to_string("/proc/net/dev").unwrap();
    text.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name.trim().to_owned()).collect()
}

/// Processes of this group, but the one that leads it.
fn of_group(group: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let in_group = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let mut rest = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        rest.nth(2).is_some_and(|own| own == group.to_string())
    };
    numbers.filter(in_group).collect()
}

/// A command in a process group of its own.
fn grouped(words: &[&str]) -> Command {
    let mut command = lab(words);
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn nothing_stays_after_an_experiment() {
    if !can_run() {
        return;
    }
    let before = interfaces();
    let folder = tempfile::tempdir().unwrap();
    let mut command = grouped(&["process-per-client-forgotten"]);
    let child = command.current_dir(folder.path()).spawn().unwrap();
    let group = child.id();
    assert!(finish(child, LIMIT).status.success());
    assert_eq!(of_group(group), [0_u32; 0]);
    assert_eq!(interfaces(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn nothing_stays_after_ctrl_c_and_what_was_seen_is_shown() {
    if !can_run() {
        return;
    }
    // They last for seconds. Two hosts and their relay are three threads more.
    for (name, threads) in [("keep-alive", 2), ("keep-alive-dead-peer", 5)] {
        ctrl_c(name, threads);
    }
}

/// Interrupts an experiment when it has so many threads: then it has begun.
fn ctrl_c(name: &str, threads: usize) {
    let before = interfaces();
    let mut child = grouped(&[name]).spawn().unwrap();
    let group = child.id();
    let began = Instant::now();
    while std::fs::read_dir(format!("/proc/{group}/task")).map_or(0, Iterator::count) < threads {
        assert!(began.elapsed() < LIMIT && child.try_wait().unwrap().is_none(), "it did not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    let kill = Command::new("kill").args(["-INT", &group.to_string()]).status().unwrap();
    assert!(kill.success());
    let output = finish(child, LIMIT);
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(out.contains("interrupted: the rest was not played"), "{out}");
    assert_eq!(of_group(group), [0_u32; 0]);
    assert_eq!(interfaces(), before);
}

#[test]
fn root_needs_no_user_of_its_own() {
    if !can_run() || !super::bench::is_root() {
        return;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_hsanalyze"));
    let said = run(command.args(["lab", "no-server", "--live"]), LIMIT);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
}
