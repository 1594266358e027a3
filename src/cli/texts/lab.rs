//! What the subcommand `lab` says.

pub(crate) const ABOUT: &str =
    "Runs a handshake experiment for real, in a network of its own, and shows what the wire showed.";
pub(crate) const USAGE: &str = "hsanalyze lab [NAME | --serve PROGRAM | --connect PROGRAM] [OPTIONS]";
pub(crate) const AFTER: &str = "\
Examples:
  hsanalyze lab                               the experiments
  hsanalyze lab echo-server-closes-first      run one; no root needed
  hsanalyze lab states --step                 call by call
  hsanalyze lab zero-window -w window.pcap    keep the capture
  hsanalyze lab --serve echo                  only the server, on this machine, beside
  hsanalyze -i lo port 9877                   this in another terminal, and
  hsanalyze lab --connect echo                this in a third

Exit status: 0 it is as its script says, 1 it is not, 2 it could not be run.";
pub(crate) const NAME: &str = "Which experiment; nothing: list them";
pub(crate) const NAMES: &str = "Only the names, one a line";
pub(crate) const WRITE: &str = "Also save the capture";
pub(crate) const STEP: &str = "Wait for Enter before each system call, and show what it causes";
pub(crate) const LIVE: &str = "An error instead of a recording where it cannot be run";
pub(crate) const ALONE: &str = "Programs on this machine";
pub(crate) const SERVE: &str = "Be a server, and print its system calls";
pub(crate) const CONNECT: &str = "Be its client; lines come from standard input";
pub(crate) const ADDRESS: &str = "Where the server listens [default: 127.0.0.1]";
pub(crate) const PORT: &str = "Its port [default: 9877; chat: 30001]";
pub(crate) const DELAY: &str = "Wait so long before answering and before closing [default: 0s]";
pub(crate) const ECHO: &str = "sends back each line; one client at a time";
pub(crate) const FILE: &str =
    "takes octets until their sender closes for writing; the client sends standard input";
pub(crate) const UDP: &str = "sends back each datagram";
pub(crate) const CHAT: &str = "the server speaks first; then lines both ways";
pub(crate) const NOT_ALONE: &str =
    "--serve and --connect run no experiment: no NAME, -w, --step, --live, --ladder, --explain";
pub(crate) const ONLY_ALONE: &str = "--address, --port and --delay go with --serve or --connect";
pub(crate) const NAMES_ALONE: &str = "--names lists all: no NAME";
pub(crate) const NO_STDOUT: &str = "-w -: standard output holds what is shown";
pub(crate) const NAME_NEEDED: &str = "which experiment? NAME is needed";
pub(crate) const NO_EXPERIMENT: &str = "no such experiment";
pub(crate) const LIST_HINT: &str = "hsanalyze lab";
pub(crate) const NOT_HERE: &str = "cannot be run on this system";
pub(crate) const RECORDING_HINT: &str = "without --live a recording of it is shown";
