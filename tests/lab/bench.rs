//! What the tests of the lab work with.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::AsRawFd as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The user that root becomes for an experiment.
const NOBODY: u32 = 65_534;

/// The program, by the descriptor of its file: another user may not be allowed into
/// the folders that it lies in (root's own is closed to all others).
pub fn program() -> &'static str {
    static PROGRAM: OnceLock<(File, String)> = OnceLock::new();
    let open = || {
        let file = File::open(env!("CARGO_BIN_EXE_hsanalyze")).unwrap();
        // Shells that become the program have it too.
        rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty()).unwrap();
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        (file, path)
    };
    &PROGRAM.get_or_init(open).1
}

/// The program with the words behind `lab`, as an ordinary user.
pub fn lab(words: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.arg("lab").args(words).env_remove("LANG").env_remove("LC_ALL").env("COLUMNS", "80");
    as_somebody(&mut command);
    command
}

/// Root is nobody: no privilege may be needed.
pub fn as_somebody(command: &mut Command) {
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
}

pub fn is_root() -> bool {
    std::fs::read_to_string("/proc/self/status").unwrap().contains("\nUid:\t0\t0\t")
}

/// The end of a child, in time.
pub fn finish(mut child: Child, limit: Duration) -> Output {
    // Pipes are emptied meanwhile, so that nobody waits for room.
    let read = |pipe: Option<Box<dyn std::io::Read + Send>>| {
        std::thread::spawn(move || {
            let mut octets = Vec::new();
            pipe.map(|mut pipe| pipe.read_to_end(&mut octets));
            octets
        })
    };
    let out = read(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let err = read(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            let text = |octets: Vec<u8>| String::from_utf8_lossy(&octets).into_owned();
            panic!("not over after {limit:?}:\n{}{}", text(out.join().unwrap()), text(err.join().unwrap()));
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    Output { status, stdout: out.join().unwrap(), stderr: err.join().unwrap() }
}

/// What a run gave: exit code, standard output, standard error.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

pub fn run(command: &mut Command, limit: Duration) -> Said {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let output = finish(child, limit);
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// Whether a network of one's own can be made here at all; asked once.
pub fn can_run() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| {
        let said = run(&mut lab(&["no-server", "--live"]), Duration::from_secs(60));
        if said.code == Some(2) {
            eprintln!("experiments cannot be run here: {}", said.err);
        }
        said.code != Some(2)
    })
}

/// All names.
pub fn names() -> Vec<String> {
    run(&mut lab(&["--names"]), Duration::from_secs(20)).out.lines().map(str::to_owned).collect()
}
