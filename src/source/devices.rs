//! Interfaces: the list (`-D`), finding one by name or number, link types (`-L`).

use std::fmt;

use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;
use pcap::{ConnectionStatus, Device};

use super::SourceError;
use super::filter::message_of;
use super::linktype::from_dlt;
use super::live_open::{LiveOptions, activate};
use crate::model::LinkType;

/// An interface that can be captured on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interface {
    /// Its number in the list, from 1: `-i 1`.
    pub number: usize,
    /// Its name: `eth0`.
    pub name: String,
    /// What it is, if the system says so.
    pub description: Option<String>,
    /// Whether it is up.
    pub up: bool,
    /// Whether it is running: has a carrier.
    pub running: bool,
    /// Whether it is a loopback interface.
    pub loopback: bool,
    /// Whether it is wireless.
    pub wireless: bool,
    /// Whether it is connected; `None` if that is not known or has no meaning.
    pub connected: Option<bool>,
}

/// tcpdump's line for it: `1.eth0 [Up, Running, Connected]`.
impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.number, self.name)?;
        if let Some(description) = &self.description {
            write!(f, " ({description})")?;
        }
        let connection = match (self.connected, self.wireless) {
            (Some(true), true) => Some("Associated"),
            (Some(false), true) => Some("Not associated"),
            (Some(true), false) => Some("Connected"),
            (Some(false), false) => Some("Disconnected"),
            (None, _) => None,
        };
        let flags = [
            self.up.then_some("Up"),
            self.running.then_some("Running"),
            self.loopback.then_some("Loopback"),
            self.wireless.then_some("Wireless"),
            connection,
        ];
        let flags: Vec<&str> = flags.into_iter().flatten().collect();
        if flags.is_empty() { f.write_str(" [none]") } else { write!(f, " [{}]", flags.join(", ")) }
    }
}

impl Interface {
    fn new(index: usize, device: Device) -> Interface {
        Interface {
            number: index + 1,
            up: device.flags.is_up(),
            running: device.flags.is_running(),
            loopback: device.flags.is_loopback(),
            wireless: device.flags.is_wireless(),
            connected: match device.flags.connection_status {
                ConnectionStatus::Connected => Some(true),
                ConnectionStatus::Disconnected => Some(false),
                ConnectionStatus::Unknown | ConnectionStatus::NotApplicable => None,
            },
            name: device.name,
            description: device.desc,
        }
    }
}

/// All interfaces, in tcpdump's order.
///
/// # Errors
/// The system does not tell.
pub fn list() -> Result<Vec<Interface>, SourceError> {
    let devices = Device::list()
        .map_err(|error| SourceError::Capture { name: "interfaces".into(), why: message_of(error) })?;
    Ok(devices.into_iter().enumerate().map(|(index, device)| Interface::new(index, device)).collect())
}

/// The interface of this name, or else of this number in the list.
///
/// # Errors
/// There is none; names that look like it are given.
pub fn find(name: &str) -> Result<Interface, SourceError> {
    let all = list()?;
    if let Some(interface) = all.iter().find(|interface| interface.name == name) {
        return Ok(interface.clone());
    }
    let number = name.parse().unwrap_or(0_usize);
    if let Some(interface) = all.iter().find(|interface| interface.number == number) {
        return Ok(interface.clone());
    }
    Err(SourceError::NoInterface { name: name.to_owned(), near: near(name, &all) })
}

/// Whether an interface is up; `None`: there is none of this name. Opens no file,
/// so that a confined program can ask, too.
pub(super) fn is_up(name: &str) -> Option<bool> {
    // libpcap's own, of which the system knows nothing.
    if name == "any" {
        return Some(true);
    }
    let all = getifaddrs().ok()?;
    let mut found = all.filter(|address| address.interface_name == name);
    found.next().map(|address| address.flags.contains(InterfaceFlags::IFF_UP))
}

/// The link types that an interface can capture with; its usual one first.
///
/// # Errors
/// It cannot be opened.
pub fn link_types(name: &str) -> Result<Vec<LinkType>, SourceError> {
    let interface = find(name)?;
    let capture = activate(&interface, &LiveOptions::new(&interface.name))?;
    let failed = |error| SourceError::Capture { name: interface.name.clone(), why: message_of(error) };
    let links = capture.list_datalinks().map_err(failed)?;
    let usual = from_dlt(capture.get_datalink());
    let mut links: Vec<LinkType> = links.into_iter().map(from_dlt).collect();
    links.sort_by_key(|link| *link != usual);
    Ok(links)
}

/// Up to three names that were perhaps meant.
fn near(name: &str, all: &[Interface]) -> Vec<String> {
    let wanted = name.to_lowercase();
    let mut ranked: Vec<(usize, &str)> = all
        .iter()
        .map(|interface| (distance(&wanted, &interface.name.to_lowercase()), interface.name.as_str()))
        .filter(|(distance, found)| *distance <= 2 && *distance < found.len())
        .collect();
    ranked.sort();
    ranked.into_iter().take(3).map(|(_, found)| found.to_owned()).collect()
}

/// How many letters must be put in, taken away or changed to get from one name
/// to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((to, above), diagonal) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(from != *to)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Interface {
        Interface {
            number: 1,
            name: name.into(),
            description: None,
            up: true,
            running: true,
            loopback: false,
            wireless: false,
            connected: None,
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        let all = ["eth0", "eth1", "wlan0", "lo", "any"].map(named);
        assert_eq!(near("ethO", &all), ["eth0", "eth1"]);
        assert_eq!(near("wlan", &all), ["wlan0"]);
        assert_eq!(near("l0", &all), ["lo"]);
        assert!(near("nonsense", &all).is_empty());
    }

    #[test]
    fn the_line_is_tcpdumps() {
        let mut interface = named("eth0");
        interface.connected = Some(true);
        assert_eq!(interface.to_string(), "1.eth0 [Up, Running, Connected]");
        (interface.wireless, interface.connected) = (true, Some(false));
        interface.description = Some("radio".into());
        assert_eq!(interface.to_string(), "1.eth0 (radio) [Up, Running, Wireless, Not associated]");
        (interface.up, interface.running, interface.wireless, interface.connected) =
            (false, false, false, None);
        assert_eq!(interface.to_string(), "1.eth0 (radio) [none]");
    }

    #[test]
    fn what_is_up_is_known_without_files() {
        assert_eq!((is_up("lo"), is_up("nosuch0"), is_up("any")), (Some(true), None, Some(true)));
        let found = find("lo").unwrap();
        assert_eq!(is_up("lo"), Some(found.up));
    }

    #[test]
    fn numbers_and_names_find_the_same() {
        let first = list().unwrap().into_iter().next().unwrap();
        assert_eq!(find("1").unwrap(), first);
        assert_eq!(find(&first.name).unwrap(), first);
        assert!(matches!(find("0"), Err(SourceError::NoInterface { .. })));
    }
}
