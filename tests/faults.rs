//! Faults of the world around: a full disk, a reader that left, a signal at a
//! bad moment, a file that changes. What was analysed is told, what was saved
//! is a whole capture, and the exit status is honest.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use common::{fixture, have, program, root, run};

/// Octets of a pcap file's header.
const HEADER: usize = 24;

/// Octets that a pipe holds.
const PIPE: u64 = 65_536;

/// A capture of one conversation so many times, in one file. Its records are
/// those of a bundled capture.
fn long_capture(folder: &Path, times: usize) -> PathBuf {
    let one = fs::read(root().join(fixture("03_server_closes_first.pcap"))).unwrap();
    let (header, records) = one.split_at(HEADER);
    let path = folder.join("long.pcap");
    let mut file = File::create(&path).unwrap();
    file.write_all(header).unwrap();
    file.write_all(&records.repeat(times)).unwrap();
    path
}

/// A program whose output nobody takes: it writes until the pipe is full, and
/// stands still.
struct Stalled {
    child: Child,
    out: std::process::ChildStdout,
}

impl Stalled {
    /// Waits until the pipe is full.
    fn start(args: &[&str]) -> Stalled {
        let mut child = program().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stalled = Stalled { out: child.stdout.take().unwrap(), child };
        stalled.wait();
        stalled
    }

    /// No event tells that a pipe is full; its number of octets does.
    fn wait(&mut self) {
        while rustix::io::ioctl_fionread(self.out.as_fd()).unwrap() < PIPE {
            assert!(self.child.try_wait().unwrap().is_none(), "it ended before the pipe was full");
            std::thread::yield_now();
        }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Takes the output, to the end.
    fn end(mut self) -> (String, String, ExitStatus) {
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (out, err, self.child.wait().unwrap())
    }
}

/// The number that a JSON line has under a key.
fn number(line: &str, key: &str) -> u64 {
    serde_json::from_str::<serde_json::Value>(line).unwrap()[key].as_u64().unwrap()
}

#[test]
fn a_signal_in_the_middle_of_a_file_ends_it_with_all_that_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = long_capture(folder.path(), 5000);
    for signal in common::signals() {
        let stalled = Stalled::start(&["--json", "-r", file.to_str().unwrap()]);
        stalled.signal(signal);
        let (out, err, status) = stalled.end();
        assert_eq!(status.code(), Some(0), "SIG{signal}: {err}");
        let last = out.lines().last().unwrap();
        let (frames, segments) = (number(last, "frames"), number(last, "segments"));
        assert!((1..45_000).contains(&frames), "SIG{signal}: {last}");
        let printed = out.lines().filter(|line| line.contains("\"type\":\"segment\"")).count() as u64;
        assert_eq!((segments, segments), (frames, printed), "SIG{signal}");
        assert!(out.contains("\"type\":\"conversation\""), "SIG{signal}");
        assert_eq!(err, "interrupted: the rest was not read\n", "SIG{signal}");
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = long_capture(folder.path(), 5000);
    let stalled = Stalled::start(&["--json", "-r", file.to_str().unwrap()]);
    // Two of one kind may become one before the first is delivered.
    stalled.signal("INT");
    stalled.signal("TERM");
    assert_eq!(stalled.end().2.code(), Some(130));
}

#[test]
fn a_signal_while_a_pipe_is_read_still_takes_what_is_in_it() {
    let capture = fs::read(root().join(fixture("03_server_closes_first.pcap"))).unwrap();
    let (first, last) = capture.split_at(capture.len() - 100);
    let mut child = program()
        .args(["--json", "-l", "-r", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(first).unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"frame\":7,") {
        line.clear();
        assert!(out.read_line(&mut line).unwrap() > 0);
    }
    assert!(Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap().success());
    // What the writer, who got the same signal, still had to say. It goes on
    // living: the end must not depend on it.
    stdin.write_all(last).unwrap();
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(number(rest.lines().last().unwrap(), "frames"), 9, "{rest}");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
    drop(stdin);
}

#[test]
fn a_file_that_became_shorter_is_reported_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = long_capture(folder.path(), 5000);
    let record = (fs::metadata(&file).unwrap().len() as usize - HEADER) / 5000;
    let stalled = Stalled::start(&["--json", "-r", file.to_str().unwrap()]);
    // At the end of a record: nothing else would tell it.
    let kept = HEADER + 4000 * record;
    OpenOptions::new().write(true).open(&file).unwrap().set_len(kept as u64).unwrap();
    let (out, err, status) = stalled.end();
    assert_eq!(status.code(), Some(2), "{err}");
    assert_eq!(number(out.lines().last().unwrap(), "frames"), 36_000);
    assert!(err.contains(&format!("cannot be read at octet {kept}, after 36000 packets")), "{err}");
    assert!(err.contains("became shorter while it was read"), "{err}");
}

#[test]
fn a_file_that_is_replaced_is_read_to_its_own_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = long_capture(folder.path(), 5000);
    let stalled = Stalled::start(&["--json", "-r", file.to_str().unwrap()]);
    fs::write(folder.path().join("other"), "not a capture").unwrap();
    fs::rename(folder.path().join("other"), &file).unwrap();
    let (out, err, status) = stalled.end();
    assert_eq!((status.code(), err.as_str()), (Some(0), ""));
    assert_eq!(number(out.lines().last().unwrap(), "frames"), 45_000);
}

/// Moves a capture's packets on by a day.
fn a_day_later(capture: &[u8]) -> Vec<u8> {
    let mut later = capture.to_vec();
    let mut at = HEADER;
    while let Some(header) = later.get_mut(at..at + 16) {
        let word = |from: usize| u32::from_le_bytes(header[from..from + 4].try_into().unwrap());
        let (secs, len) = (word(0) + 86_400, word(8));
        header[..4].copy_from_slice(&secs.to_le_bytes());
        at += 16 + len as usize;
    }
    later
}

#[test]
fn a_file_that_is_replaced_before_its_turn_is_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let file = long_capture(folder.path(), 5000);
    let later = folder.path().join("later.pcap");
    let one = fs::read(root().join(fixture("03_server_closes_first.pcap"))).unwrap();
    for replaced in [true, false] {
        fs::write(&later, a_day_later(&one)).unwrap();
        let stalled =
            Stalled::start(&["--json", "-r", file.to_str().unwrap(), "-r", later.to_str().unwrap()]);
        if replaced {
            fs::write(folder.path().join("other"), a_day_later(&one)).unwrap();
            fs::rename(folder.path().join("other"), &later).unwrap();
        } else {
            fs::remove_file(&later).unwrap();
        }
        let (out, err, status) = stalled.end();
        assert_eq!(status.code(), Some(2), "{err}");
        assert_eq!(number(out.lines().last().unwrap(), "frames"), 45_000);
        assert!(err.contains("later.pcap: was replaced or removed while other files were read"), "{err}");
    }
}

#[test]
fn a_file_that_grows_is_read_as_far_as_its_records_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = long_capture(folder.path(), 5000);
    let stalled = Stalled::start(&["--json", "-r", file.to_str().unwrap()]);
    // Its writer is half-way through the next record.
    let header = fs::read(&file).unwrap()[HEADER..HEADER + 20].to_vec();
    OpenOptions::new().append(true).open(&file).unwrap().write_all(&header).unwrap();
    let (out, err, status) = stalled.end();
    assert_eq!(status.code(), Some(2), "{err}");
    assert_eq!(number(out.lines().last().unwrap(), "frames"), 45_000);
    assert!(err.contains("ends too early: 20 of") && err.contains("still being written"), "{err}");
}

#[test]
fn a_full_disk_ends_the_saving_and_not_the_analysis() {
    let output = run(&["--json", "-r", &fixture("03_server_closes_first.pcap"), "-w", "/dev/full"]);
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.starts_with("hsanalyze: /dev/full: cannot be written to any more: no space left"), "{err}");
}

#[test]
fn a_reader_that_leaves_ends_it_quietly_and_what_was_saved_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = long_capture(folder.path(), 5000);
    let saved = folder.path().join("saved.pcap");
    let mut stalled =
        Stalled::start(&["--json", "-r", file.to_str().unwrap(), "-w", saved.to_str().unwrap()]);
    let mut line = [0; 100];
    stalled.out.read_exact(&mut line).unwrap();
    let Stalled { mut child, out } = stalled;
    drop(out);
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
    whole(&saved);
}

/// A capture that ends where a record ends, for this program and for tcpdump.
/// Gives its packets.
fn whole(file: &Path) -> u64 {
    let json = common::stdout(&["--json", "-r", file.to_str().unwrap()]);
    if have("tcpdump") {
        let tcpdump = Command::new("tcpdump").args(["-nn", "-r"]).arg(file).output().unwrap();
        let err = String::from_utf8(tcpdump.stderr).unwrap();
        assert!(tcpdump.status.success() && !err.contains("truncated"), "{err}");
    }
    number(json.lines().last().unwrap(), "frames")
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_holds_a_whole_capture() {
    let folder = tempfile::tempdir().unwrap();
    let file = long_capture(folder.path(), 5000);
    let (disk, kept) = (folder.path().join("disk"), folder.path().join("kept.pcap"));
    fs::create_dir(&disk).unwrap();
    for size in ["64k", "1m", "1100k"] {
        // A disk of this size, in a world of its own.
        let script = "mount -t tmpfs -o size=\"$1\" none \"$2\" || exit 99\n\
                      \"$3\" --json -r \"$4\" -w \"$2/saved.pcap\" > /dev/null; code=$?\n\
                      cp \"$2/saved.pcap\" \"$5\"; exit $code";
        let output = Command::new("unshare")
            .args(["-m", "sh", "-c", script, "sh", size])
            .args([&disk, Path::new(env!("CARGO_BIN_EXE_hsanalyze")), &file, &kept])
            .output();
        let Ok(output) = output else { return eprintln!("skipped: unshare is not installed") };
        let err = String::from_utf8(output.stderr).unwrap();
        if output.status.code() == Some(99) || err.contains("unshare failed") {
            return eprintln!("skipped: no disk of one's own can be mounted here: {err}");
        }
        assert_eq!(output.status.code(), Some(2), "{err}");
        let packets = whole(&kept);
        assert!(packets > 100, "{packets}");
        assert!(
            err.contains(&format!("no space left on device; it has the first {packets} packets")),
            "{err}"
        );
        assert!(err.contains("saved.pcap: cannot be written to any more"), "{err}");
    }
}
