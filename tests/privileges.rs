//! What a running program may still do: its user, groups, capabilities.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Stdio;

use common::{fixture, program, root, root_user, run};

/// A user without a name, and a group without one.
const SUDO: [(&str, &str); 2] = [("SUDO_UID", "54321"), ("SUDO_GID", "54322")];

/// All threads of a process: what `/proc` says in these fields.
fn fields(pid: u32, names: &[&str]) -> Vec<Vec<String>> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let one = |status: String| {
        let value = |name: &&str| {
            let line = status.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
            line.unwrap_or_else(|| panic!("no {name} in {status}"))
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        names.iter().map(value).collect()
    };
    threads.map(|thread| one(fs::read_to_string(thread.unwrap().path().join("status")).unwrap())).collect()
}

/// Capabilities are gone, and none can be had back, in all threads.
fn assert_powerless(pid: u32) {
    for thread in fields(pid, &["CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs"]) {
        let none = "0".repeat(16);
        assert_eq!(thread, [&none, &none, &none, &none, "1"]);
    }
}

fn assert_user(pid: u32, uid: u32, gid: u32, groups: &str) {
    for thread in fields(pid, &["Uid", "Gid", "Groups"]) {
        let four = |id: u32| [id; 4].map(|id| id.to_string()).join(" ");
        assert_eq!(thread, [four(uid), four(gid), groups.to_owned()]);
    }
}

#[cfg(feature = "live")]
mod live {
    use std::process::Command;

    use super::*;
    use common::capture::{Capture, echo, listener};

    #[test]
    fn a_capture_through_sudo_belongs_to_who_called_it() {
        if !root_user() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        chown(folder.path(), Some(54321), Some(54322)).unwrap();
        let file = folder.path().join("saved.pcap");
        let (server, filter) = listener();
        let args = ["-i", "lo", "--json", "-w", file.to_str().unwrap(), &filter];
        let Some(capture) = Capture::of(program().args(args).envs(SUDO)) else { return };
        assert_user(capture.child.id(), 54321, 54322, "54322");
        assert_powerless(capture.child.id());
        let saved = fs::metadata(&file).unwrap();
        assert_eq!((saved.uid(), saved.gid()), (54321, 54322));
        // And it captures, counts the kernel's drops, and ends well.
        echo(&server);
        capture.signal("INT");
        let (out, err, code) = capture.end();
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains("\"opening\":\"complete\"") && out.contains("\"dropped_by_kernel\":0"), "{out}");
        let again = common::stdout(&["--json", "-r", file.to_str().unwrap()]);
        assert!(again.contains("\"opening\":\"complete\""), "{again}");
    }

    #[test]
    fn a_named_user_comes_with_all_groups() {
        if !root_user() {
            return;
        }
        // A user of every system; the groups are what `id` says.
        let id = |what: &str| {
            let output = Command::new("id").args([what, "nobody"]).output().unwrap();
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        let (_server, filter) = listener();
        let mut start = program();
        start.args(["-i", "lo", "-Z", "nobody", &filter]).envs(SUDO);
        let Some(capture) = Capture::of(&mut start) else { return };
        assert_user(capture.child.id(), id("-u").parse().unwrap(), id("-g").parse().unwrap(), &id("-G"));
        assert_powerless(capture.child.id());
        capture.signal("TERM");
        assert_eq!(capture.end().2, Some(0));
    }

    #[test]
    fn root_stays_root_if_asked_to_but_without_capabilities() {
        if !root_user() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
        let file = folder.path().join("saved.pcap");
        let (_server, filter) = listener();
        let args = ["-i", "lo", "-Z", "root", "-w", file.to_str().unwrap(), &filter];
        let Some(capture) = Capture::of(program().args(args).envs(SUDO)) else { return };
        for thread in fields(capture.child.id(), &["Uid"]) {
            assert_eq!(thread, ["0 0 0 0"]);
        }
        assert_powerless(capture.child.id());
        capture.signal("INT");
        assert_eq!(capture.end().2, Some(0));
        assert_eq!(fs::metadata(&file).unwrap().uid(), 0);
    }

    #[test]
    fn a_file_that_the_user_may_not_make_is_refused_and_says_why() {
        if !root_user() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let file = folder.path().join("saved.pcap");
        let output = program()
            .args(["-i", "lo", "--for", "10s", "-Z", "nobody", "-w", file.to_str().unwrap()])
            .output()
            .unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains("saved.pcap: cannot be written: permission denied"), "{err}");
        assert!(err.contains("hint: files are made as user nobody; -Z root makes them as root"), "{err}");
    }
}

#[test]
fn an_unknown_user_is_refused_before_anything_is_opened() {
    for args in [["-Z", "no-such-user", "-r", "nosuch.pcap"], ["-Z", "no-such-user", "-i", "nosuch0"]] {
        let output = run(&args);
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), err.as_str()),
            (Some(2), "hsanalyze: -Z no-such-user: no such user\n")
        );
    }
}

#[test]
fn files_of_root_are_read_through_sudo_and_what_is_saved_is_the_users() {
    if !root_user() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    fs::create_dir(&secret).unwrap();
    fs::set_permissions(&secret, Permissions::from_mode(0o700)).unwrap();
    let copy = |name: &str| {
        let to = secret.join(Path::new(name).file_name().unwrap());
        fs::copy(root().join(fixture(name)), &to).unwrap();
        fs::set_permissions(&to, Permissions::from_mode(0o600)).unwrap();
        to.to_str().unwrap().to_owned()
    };
    let (early, late) = (copy("27k_gzip.pcap.gz"), copy("03_server_closes_first.pcap"));
    chown(folder.path(), Some(54321), Some(54322)).unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let saved = folder.path().join("saved.pcap");
    // Two files: the later one waits until the other has been read.
    let output = program()
        .args(["--json", "-r", &early, "-r", &late, "-w", saved.to_str().unwrap()])
        .envs(SUDO)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let plain = common::stdout(&["--json", "-r", &early, "-r", &late]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), plain);
    assert_eq!(fs::metadata(&saved).unwrap().uid(), 54321);
}

#[test]
fn the_thread_that_decompresses_is_as_powerless_as_the_others() {
    if !root_user() {
        return;
    }
    let capture = fs::read(root().join(fixture("03_server_closes_first.pcap"))).unwrap();
    // The second part ends in the sixth record.
    let (first, rest) = capture.split_at(capture.len() / 2);
    let (second, third) = rest.split_at(rest.len() / 2);
    let packed = [first, second, third].map(|part| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(part).unwrap();
        packer.finish().unwrap()
    });
    let mut child = program()
        .args(["-r", "-", "-l", "--format", "lines"])
        .envs(SUDO)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut wait_for = |words: &str| {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0);
        }
    };
    stdin.write_all(&packed[0]).unwrap();
    wait_for("data 2 B");
    // What comes now comes through the thread.
    stdin.write_all(&packed[1]).unwrap();
    wait_for("ACK of 2 B");
    let names: Vec<_> = fields(child.id(), &["Name"]).into_iter().flatten().collect();
    assert!(names.contains(&"gzip".to_owned()), "{names:?}");
    assert_user(child.id(), 54321, 54322, "54322");
    assert_powerless(child.id());
    stdin.write_all(&packed[2]).unwrap();
    drop(stdin);
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("FIN, first"), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_version_says_what_is_in_force() {
    let text = common::stdout(&["--version", "-v"]);
    assert!(text.starts_with("hsanalyze ") && text.contains("\nsandbox: "), "{text}");
    assert!(text.ends_with("in force before the first packet is looked at\n"), "{text}");
    if root_user() {
        let output = program().args(["--version", "-v"]).envs(SUDO).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("user: becomes 54321, then gives up all capabilities"), "{text}");
    }
}
