//! Options of tcpdump that hsanalyze does not have, and what to do instead.

use super::report::Hinted;
use super::texts::error;

/// Option, what tcpdump does with it, and a command that does it.
const ABSENT: [(&str, &str, &str); 33] = [
    ("-A", "print payload as text", "tcpdump -A -r FILE"),
    ("-b", "print AS numbers of BGP in dotted form", "tcpdump -b -r FILE"),
    ("-C", "begin a new file when one has its size", "tcpdump -C SIZE -w FILE"),
    ("-d", "print the compiled filter", "tcpdump -d EXPRESSION"),
    ("-e", "print the link-level header", "tcpdump -e -r FILE"),
    ("-E", "decrypt IPsec", "tcpdump -E ALGO:SECRET -r FILE"),
    ("-f", "print foreign addresses as numbers", "addresses are always numbers here"),
    ("-G", "begin a new file at intervals", "tcpdump -G SECONDS -w FILE"),
    ("-H", "look for 802.11s mesh headers", "tcpdump -H -r FILE"),
    ("-I", "put the interface into monitor mode", "tcpdump -I -i IFACE -w - | hsanalyze -r -"),
    ("-j", "choose the source of time stamps", "tcpdump -j TYPE -i IFACE -w - | hsanalyze -r -"),
    ("-J", "list the sources of time stamps", "tcpdump -J -i IFACE"),
    ("-K", "do not check checksums", "a wrong checksum is a mark here, no segment is left out for it"),
    ("-m", "load SNMP definitions", "tcpdump -m FILE -r FILE"),
    ("-M", "check TCP-MD5 signatures", "tcpdump -M SECRET -r FILE"),
    ("-N", "print host names without domain", "addresses are always numbers here"),
    ("-O", "do not optimize the filter", "tcpdump -O -r FILE"),
    ("-T", "read packets as another protocol", "tcpdump -T TYPE -r FILE"),
    ("-u", "print undecoded NFS handles", "tcpdump -u -r FILE"),
    ("-V", "read names of captures from a file", "-r takes several files; the version is --version"),
    ("-W", "keep so many files", "tcpdump -W COUNT -C SIZE -w FILE"),
    ("-x", "print packets in hex", "tcpdump -x -r FILE"),
    ("-X", "print payload in hex and text", "tcpdump -X -r FILE"),
    ("-z", "run a command for each finished file", "tcpdump -z COMMAND -G SECONDS -w FILE"),
    ("--count", "print only the number of packets", "tcpdump --count -r FILE"),
    ("--dont-verify-checksums", "the same as -K", "a wrong checksum is a mark here"),
    ("--lengths", "print lengths of headers", "tcpdump --lengths -r FILE"),
    (
        "--list-remote-interfaces",
        "list interfaces of another machine",
        "tcpdump --list-remote-interfaces=URL",
    ),
    ("--monitor-mode", "the same as -I", "tcpdump -I -i IFACE -w - | hsanalyze -r -"),
    ("--no-optimize", "the same as -O", "tcpdump -O -r FILE"),
    ("--skip", "pass over the first packets", "tcpdump --skip COUNT -r FILE -w - | hsanalyze -r -"),
    ("--time-stamp-type", "the same as -j", "tcpdump -j TYPE -i IFACE -w - | hsanalyze -r -"),
    ("--list-time-stamp-types", "the same as -J", "tcpdump -J -i IFACE"),
];

/// The complaint about an option that only tcpdump has; `None` if tcpdump has
/// not got it either.
pub(super) fn complaint(option: &str) -> Option<Hinted> {
    let name = option.split('=').next()?;
    let (name, does, instead) = ABSENT.iter().find(|(known, ..)| *known == name)?;
    let why = error::tcpdump_has(name, does);
    Some(Hinted::new(format!("{name}: {}", error::NOT_HERE)).why(why).hint(*instead))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn what_is_called_absent_is_absent() {
        let command = super::super::args::Args::command();
        for (option, ..) in ABSENT {
            let here = command.get_arguments().any(|argument| {
                let long = argument.get_long().map(|long| format!("--{long}"));
                let short = argument.get_short().map(|short| format!("-{short}"));
                long.as_deref() == Some(option) || short.as_deref() == Some(option)
            });
            assert!(!here, "{option}");
        }
    }

    /// tcpdump 4.99's usage: every letter of it is here or is explained.
    #[test]
    fn every_letter_of_tcpdump_is_here_or_explained() {
        let command = super::super::args::Args::command();
        for letter in "AbBcCdDeEfFGhHiIjJKlLmMnNOpqQrsStTuUvVwWxXyzZ#".chars() {
            let here = command.get_arguments().any(|argument| argument.get_short() == Some(letter));
            assert!(here || complaint(&format!("-{letter}")).is_some(), "-{letter}");
        }
    }
}
