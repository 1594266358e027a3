//! What can go wrong with a capture: what, why, and what to do about it.

use std::fmt;
use std::io;

use super::filter::FilterError;

/// What went wrong with a source. `Display` says what and why on one line;
/// [`SourceError::hint`] says what to do.
#[derive(Debug)]
pub enum SourceError {
    /// There is no such file.
    NotFound {
        /// The file as the user named it.
        name: String,
    },
    /// It is a directory.
    Directory {
        /// The file as the user named it.
        name: String,
    },
    /// It cannot be opened, for another reason.
    Open {
        /// The file as the user named it.
        name: String,
        /// The system's reason.
        error: io::Error,
    },
    /// It waited for its turn among several, and its name is another file's by now,
    /// or nobody's.
    Replaced {
        /// The file as the user named it.
        name: String,
    },
    /// It has no octets at all.
    Empty {
        /// The file as the user named it.
        name: String,
    },
    /// Its first octets are not those of a capture.
    NotACapture {
        /// The file as the user named it.
        name: String,
        /// What it seems to be.
        seems: Option<&'static str>,
    },
    /// A capture of a version that nobody defined.
    Version {
        /// The file as the user named it.
        name: String,
        /// The format, `pcap` or `pcapng`.
        format: &'static str,
        /// Major and minor version.
        version: (u16, u16),
    },
    /// It ends inside a packet or a header.
    Truncated {
        /// The file as the user named it, and where in it.
        place: Place,
        /// Octets that the record needs, itself included.
        needs: u64,
        /// Octets of it that are there.
        has: u64,
    },
    /// A record cannot be what it says it is.
    Corrupt {
        /// The file as the user named it, and where in it.
        place: Place,
        /// What is wrong.
        what: String,
    },
    /// The system, or decompression, failed while reading.
    Read {
        /// The file as the user named it, and where in it.
        place: Place,
        /// The reason.
        error: io::Error,
    },
    /// The filter does not compile.
    Filter(FilterError),
    /// There is no such interface.
    NoInterface {
        /// The name or number as the user gave it.
        name: String,
        /// Names of interfaces that look like it.
        near: Vec<String>,
    },
    /// This user may not capture.
    Permission {
        /// The interface.
        name: String,
        /// libpcap's reason.
        why: String,
    },
    /// The interface is down.
    NotUp {
        /// The interface.
        name: String,
    },
    /// Somebody else has the device to themselves.
    Busy {
        /// The interface.
        name: String,
        /// libpcap's reason.
        why: String,
    },
    /// The interface went down while it was captured on.
    WentDown {
        /// The interface.
        name: String,
    },
    /// The interface was removed while it was captured on.
    Disappeared {
        /// The interface.
        name: String,
    },
    /// The interface has no such link type.
    LinkType {
        /// The interface.
        name: String,
        /// What the user asked for.
        wanted: String,
        /// The names of those that it has.
        has: Vec<String>,
    },
    /// libpcap has another reason.
    Capture {
        /// The interface.
        name: String,
        /// libpcap's reason.
        why: String,
    },
}

/// A place in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The file as the user named it.
    pub name: String,
    /// Octets before the damaged record; after decompression if compressed.
    pub offset: u64,
    /// Packets of this file that were read before.
    pub packets: u64,
    /// Whether the file is compressed, so that `offset` counts what came out.
    pub compressed: bool,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = if self.compressed { " of the uncompressed data" } else { "" };
        let plural = if self.packets == 1 { "" } else { "s" };
        write!(f, "at octet {}{of}, after {} packet{plural}", self.offset, self.packets)
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { name } => write!(f, "{name}: no such file"),
            Self::Directory { name } => write!(f, "{name}: is a directory"),
            Self::Open { name, error } => write!(f, "{name}: cannot be opened: {}", reason(error)),
            Self::Replaced { name } => {
                write!(f, "{name}: was replaced or removed while other files were read")
            }
            Self::Empty { name } => write!(f, "{name}: the file is empty, it has no capture header"),
            Self::NotACapture { name, seems: None } => write!(f, "{name}: not a pcap or pcapng capture"),
            Self::NotACapture { name, seems: Some(seems) } => {
                write!(f, "{name}: not a pcap or pcapng capture, it seems to be {seems}")
            }
            Self::Version { name, format, version: (major, minor) } => {
                write!(f, "{name}: {format} version {major}.{minor} is not supported")
            }
            Self::Truncated { place, needs, has } => {
                let name = &place.name;
                write!(f, "{name}: ends too early: {has} of {needs} octets of a record {place}")
            }
            Self::Corrupt { place, what } => write!(f, "{}: damaged {place}: {what}", place.name),
            Self::Read { place, error } => {
                write!(f, "{}: cannot be read {place}: {}", place.name, reason(error))
            }
            Self::Filter(error) => error.fmt(f),
            Self::NoInterface { name, .. } => write!(f, "{name}: no such interface"),
            Self::Permission { name, why } => {
                write!(f, "{name}: no permission to capture on this interface: {why}")
            }
            Self::NotUp { name } => write!(f, "{name}: the interface is down"),
            Self::Busy { name, why } => write!(f, "{name}: the interface is busy: {why}"),
            Self::WentDown { name } => write!(f, "{name}: the interface went down"),
            Self::Disappeared { name } => write!(f, "{name}: the interface disappeared"),
            Self::LinkType { name, wanted, .. } => write!(f, "{name}: no link type {wanted} here"),
            Self::Capture { name, why } => write!(f, "{name}: {why}"),
        }
    }
}

impl SourceError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { .. } | Self::Version { .. } | Self::Open { .. } => None,
            Self::Directory { name } => {
                Some(format!("name the files in it: {}/*.pcap", name.trim_end_matches('/')))
            }
            Self::Replaced { .. } => Some(
                "nothing of it was read but its first packet; what has its name now can be read next".into(),
            ),
            Self::Empty { .. } => Some("a capture without packets still has a header of 24 octets".into()),
            Self::NotACapture { name, seems } => not_a_capture_hint(name, *seems),
            Self::Truncated { .. } => Some(
                "all packets before were read; was the capture still being written, or the disk full?".into(),
            ),
            Self::Corrupt { .. } => {
                Some("all packets before were read; those after cannot be found again".into())
            }
            Self::Read { .. } => Some("all packets before were read".into()),
            Self::Filter(error) => error.hint(),
            Self::NoInterface { near, .. } if near.is_empty() => {
                Some("hsanalyze -D lists the interfaces".into())
            }
            Self::NoInterface { near, .. } => Some(format!("did you mean {}?", near.join(" or "))),
            Self::Permission { name, .. } => Some(format!(
                "sudo hsanalyze -i {name} …\nor once: sudo setcap cap_net_raw,cap_net_admin+ep $(command -v hsanalyze)"
            )),
            Self::NotUp { name } => Some(format!("sudo ip link set {name} up")),
            Self::Busy { .. } => Some("end the program that captures on it, and try again".into()),
            Self::WentDown { .. } | Self::Disappeared { .. } => {
                Some("all packets before were analyzed".into())
            }
            Self::LinkType { has, .. } if has.is_empty() => None,
            Self::LinkType { has, .. } => Some(format!("it has {}", has.join(", "))),
            Self::Capture { .. } => None,
        }
    }
}

/// Says how to get at a capture inside another format.
fn not_a_capture_hint(name: &str, seems: Option<&'static str>) -> Option<String> {
    let pipe = |tool: &str| Some(format!("{tool} {name} | hsanalyze -r -"));
    match seems? {
        "xz-compressed" => pipe("xz -dc"),
        "bzip2-compressed" => pipe("bzip2 -dc"),
        "lz4-compressed" => pipe("lz4 -dc"),
        "a zip archive" => pipe("unzip -p"),
        "a snoop capture" | "a Network Monitor capture" => Some(format!("editcap {name} converted.pcapng")),
        "text" => Some("a capture is what tcpdump -w writes, not what it prints".into()),
        _ => None,
    }
}

/// An I/O error in words, without the system's number.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text.get(..end).unwrap_or(&text).to_lowercase(),
        None => text,
    }
}

impl std::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Open { error, .. } | Self::Read { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl From<FilterError> for SourceError {
    fn from(error: FilterError) -> Self {
        SourceError::Filter(error)
    }
}
