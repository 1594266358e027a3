//! Every experiment does what its script says, as often as it is run.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::bench::{can_run, lab, names, run};

/// Longer than any experiment's own limit.
const LIMIT: Duration = Duration::from_secs(120);
/// So many at a time: most of them wait most of the time.
const AT_A_TIME: usize = 4;

fn runs() -> usize {
    std::env::var("HSANALYZE_LAB_RUNS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

#[test]
fn every_experiment_satisfies_its_script() {
    if !can_run() {
        return;
    }
    let names = names();
    assert!(names.len() >= 29, "{names:?}");
    let all: Vec<&str> = names.iter().flat_map(|name| vec![name.as_str(); runs()]).collect();
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(name) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let said = run(&mut lab(&[name, "--live"]), LIMIT);
                    if said.code != Some(0) {
                        let text = format!("{name}: {:?}\n{}{}", said.code, said.out, said.err);
                        failed.lock().unwrap().push(text);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {} runs:\n{}", failed.len(), all.len(), failed.join("\n"));
}

#[test]
fn a_capture_is_saved_and_says_the_same() {
    if !can_run() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let file = folder.path().join("saved.pcap");
    let name = file.to_str().unwrap();
    let said = run(&mut lab(&["echo-server-closes-first", "-w", name]), LIMIT);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let mut verify = std::process::Command::new(env!("CARGO_BIN_EXE_hsanalyze"));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/echo-server-closes-first.txt");
    let said = run(verify.args(["verify", script, "-r", name]), LIMIT);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
}

#[test]
fn step_by_step_every_call_is_shown_before_its_frames() {
    if !can_run() {
        return;
    }
    // Nobody is at the keyboard: it goes on by itself.
    let said = run(&mut lab(&["echo-server-closes-first", "--step"]), LIMIT);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let place = |text: &str| said.out.find(text).unwrap_or_else(|| panic!("no {text}: {}", said.out));
    let order =
        ["listen(16)", "connect(127.0.0.1:9877)", "Flags [S],", "Flags [S.],", "accept()", "write(2)"];
    let places: Vec<usize> = order.iter().map(|text| place(text)).collect();
    assert!(places.is_sorted(), "{}", said.out);
}

#[test]
fn lost_octets_are_counted() {
    if !can_run() {
        return;
    }
    let said = run(&mut lab(&["file-lost"]), LIMIT);
    let line = said.out.lines().find(|line| line.starts_with("sent 200000 octets")).unwrap();
    let numbers: Vec<usize> =
        line.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    assert_eq!(numbers[0], numbers[1] + numbers[2], "{line}");
    assert!(numbers[2] > 0, "{line}");
}
