//! Where no namespace is allowed, recordings are shown, and it is said why.

use std::process::Command;
use std::time::Duration;

use super::bench::{as_somebody, can_run, lab, program, run};

const LIMIT: Duration = Duration::from_secs(60);

/// The program where user namespaces are forbidden: where they are not, inside one
/// whose own limit is 0. `None`: there is nothing to forbid it with.
fn refused(words: &str) -> Option<Command> {
    if !can_run() {
        return Some(lab(&words.split(' ').collect::<Vec<_>>()));
    }
    let forbid =
        "echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all --inh-caps=-all";
    let inside = |what: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "sh", "-c", &format!("{forbid} {what}")]);
        command.env("COLUMNS", "80").env_remove("LANG").env_remove("LC_ALL");
        as_somebody(&mut command);
        command
    };
    if !inside("true").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: namespaces cannot be forbidden here");
        return None;
    }
    Some(inside(&format!("{} lab {words}", program())))
}

#[test]
fn a_recording_is_shown_and_satisfies_the_script() {
    for name in ["echo-server-closes-first", "server-exits-with-first-client", "echo-three-segments"] {
        let Some(mut command) = refused(name) else { return };
        let said = run(&mut command, LIMIT);
        assert_eq!(said.code, Some(0), "{name}: {}{}", said.out, said.err);
        assert!(
            said.out.contains("Not run: this system does not allow a network of one's own."),
            "{}",
            said.out
        );
        assert!(said.err.contains("no user and network namespace of its own"), "{}", said.err);
        assert!(said.out.contains(".pcap"), "{}", said.out);
    }
}

#[test]
fn two_hosts_need_more_than_one_network() {
    if !can_run() {
        return;
    }
    let program = program();
    let script = format!("echo 1 >/proc/sys/user/max_net_namespaces && exec {program} lab lost-syn");
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", &script]).env("COLUMNS", "80").env_remove("LANG");
    as_somebody(&mut command);
    let said = run(&mut command, LIMIT);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("Not run:"), "{}", said.out);
    assert!(said.err.contains("no more namespaces are allowed"), "{}", said.err);
}

#[test]
fn with_live_it_is_an_error() {
    let Some(mut command) = refused("echo-server-closes-first --live") else { return };
    let said = run(&mut command, LIMIT);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    assert!(said.err.contains("lab echo-server-closes-first: cannot be run on this system"), "{}", said.err);
    assert!(said.err.contains("hint: without --live a recording of it is shown"), "{}", said.err);
}
