//! Where no namespace is allowed, recordings are shown, and it is said why.

use std::process::Command;
use std::time::Duration;

use super::bench::{as_somebody, run};

const LIMIT: Duration = Duration::from_secs(60);

/// The program where user namespaces are forbidden: inside one whose own limit is 0.
/// If not even that one can be made, they are forbidden anyway.
fn refused(words: &str) -> Command {
    let program = env!("CARGO_BIN_EXE_hsanalyze");
    let script = format!(
        "echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all --inh-caps=-all \
         '{program}' lab {words}; exit 77"
    );
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", &script]).env("COLUMNS", "80").env_remove("LANG");
    as_somebody(&mut command);
    command
}

/// Some systems have nothing to forbid it with.
fn can_forbid() -> bool {
    let mut tried = Command::new("unshare");
    tried.args(["--user", "--map-root-user", "sh", "-c", "echo 0 >/proc/sys/user/max_user_namespaces"]);
    as_somebody(&mut tried);
    tried.output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_recording_is_shown_and_satisfies_the_script() {
    if !can_forbid() {
        eprintln!("skipped: namespaces cannot be forbidden here");
        return;
    }
    for name in ["echo-server-closes-first", "server-exits-with-first-client", "echo-three-segments"] {
        let said = run(&mut refused(name), LIMIT);
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
fn with_live_it_is_an_error() {
    if !can_forbid() {
        eprintln!("skipped: namespaces cannot be forbidden here");
        return;
    }
    let said = run(&mut refused("echo-server-closes-first --live"), LIMIT);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    assert!(said.err.contains("lab echo-server-closes-first: cannot be run on this system"), "{}", said.err);
    assert!(said.err.contains("hint: without --live a recording of it is shown"), "{}", said.err);
}
