//! Opening an interface, and saying why it cannot be opened.

use std::sync::Arc;
use std::time::Duration;

use pcap::{Active, Capture, Direction, Precision, TimestampType};

use super::devices::{self, Interface};
use super::filter::{explain, message_of};
use super::linktype::{from_dlt, link_name, link_of_name, to_dlt};
use super::live::Live;
use super::{MAX_SNAPLEN, Signals, Source, SourceError};
use crate::model::LinkType;

/// How long the kernel may hold packets back if it need not hand them over at
/// once. It then fills blocks of 256 KiB with packets as long as they are; each
/// such time with packets uses up one block. Handing over at once costs a slot
/// of the snapshot length for every packet, and 16 MiB are full after 50 of them.
pub(super) const HOLD: Duration = Duration::from_millis(20);

/// The kernel's buffer if nobody says otherwise, in octets, and the share of the
/// memory that it may be. At 0.5 M packets/s 64 MiB hold what arrives in a third
/// of a second: longer than a busy system keeps a program waiting, or than the
/// table of a million conversations takes to grow.
const BUFFER: u64 = 64 << 20;
const SHARE: u64 = 32;

fn default_buffer() -> u32 {
    #[cfg(target_os = "linux")]
    let memory = {
        let system = rustix::system::sysinfo();
        // A narrower number on 32-bit machines.
        #[allow(clippy::unnecessary_cast)]
        let units = system.totalram as u64;
        units.saturating_mul(u64::from(system.mem_unit))
    };
    // Others give what they are set up to give.
    #[cfg(not(target_os = "linux"))]
    let memory = BUFFER;
    u32::try_from(BUFFER.min(memory / SHARE)).unwrap_or(u32::MAX)
}

/// Linux cooked capture, version 2.
const COOKED_2: LinkType = LinkType(276);

/// Which frames to capture (`-Q`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CaptureDirection {
    /// Received by this host.
    In,
    /// Sent by this host.
    Out,
    /// Both.
    #[default]
    InOut,
}

/// How to capture.
#[derive(Clone, Debug)]
pub struct LiveOptions {
    /// Name of the interface, or its number in the list.
    pub device: String,
    /// Octets to keep of each frame.
    pub snaplen: u32,
    /// Whether to see frames for other hosts (not on `any`).
    pub promiscuous: bool,
    /// The kernel's buffer, in octets.
    pub buffer: u32,
    /// Whether each packet is handed over at once. Otherwise the kernel collects
    /// them for 20 ms, and loses far fewer when many come at once.
    pub immediate: bool,
    /// Which frames.
    pub direction: CaptureDirection,
    /// Whether time stamps have nanoseconds.
    pub nano: bool,
    /// The name of a link type other than the usual one (`-y`).
    pub link: Option<String>,
    /// Where time stamps come from (`-j`): `host`, `host_lowprec`,
    /// `host_hiprec`, `adapter` or `adapter_unsynced`.
    pub time_stamp_type: Option<String>,
    /// A filter expression, for the kernel to apply.
    pub filter: Option<String>,
    /// How long to capture (`--for`).
    pub duration: Option<Duration>,
    /// After how much quiet to say how late it is.
    pub interval: Duration,
    /// The signals that end it; taken over if not given.
    pub signals: Option<Arc<Signals>>,
}

impl LiveOptions {
    /// What one wants usually: everything, until Ctrl-C.
    pub fn new(device: &str) -> LiveOptions {
        LiveOptions {
            device: device.to_owned(),
            snaplen: MAX_SNAPLEN,
            promiscuous: true,
            buffer: default_buffer(),
            immediate: false,
            direction: CaptureDirection::InOut,
            nano: false,
            link: None,
            time_stamp_type: None,
            filter: None,
            duration: None,
            interval: Duration::from_secs(1),
            signals: None,
        }
    }
}

/// Opens an interface. When this returns the filter is at work, and every
/// packet from now on will be seen: it is time to say "listening".
///
/// # Errors
/// No such interface, no permission, interface down or busy, a filter that does
/// not compile, no such link type.
pub fn open_live(options: &LiveOptions) -> Result<Box<dyn Source + Send>, SourceError> {
    // Without permission libpcap says "no permission" of interfaces that do not
    // exist, too; so they are looked up first.
    let interface = devices::find(&options.device)?;
    let name = interface.name.as_str();
    let failed = |error| SourceError::Capture { name: name.to_owned(), why: message_of(error) };
    let mut capture = activate(&interface, options)?;
    match &options.link {
        Some(wanted) => choose_link(&mut capture, name, wanted)?,
        // As tcpdump does: the newer cooked header names the interface. Where it
        // is not known the older one stays.
        None if name == "any" => drop(capture.set_datalink(to_dlt(COOKED_2))),
        None => {}
    }
    if options.direction != CaptureDirection::InOut {
        let direction =
            if options.direction == CaptureDirection::In { Direction::In } else { Direction::Out };
        capture.direction(direction).map_err(failed)?;
    }
    let link = from_dlt(capture.get_datalink());
    if let Some(expression) = &options.filter {
        capture.filter(expression, true).map_err(|error| explain(expression, link, message_of(error)))?;
    }
    let capture = capture.setnonblock().map_err(failed)?;
    let signals = match &options.signals {
        Some(signals) => Arc::clone(signals),
        None => Signals::install()
            .map_err(|error| SourceError::Capture { name: name.to_owned(), why: error.to_string() })?,
    };
    Ok(Box::new(Live::new(capture, name, link, options, signals)))
}

/// Opens the device and explains failure.
pub(super) fn activate(interface: &Interface, options: &LiveOptions) -> Result<Capture<Active>, SourceError> {
    let name = interface.name.as_str();
    let other = |why: String| SourceError::Capture { name: name.to_owned(), why };
    let inactive = Capture::from_device(name).map_err(|error| explain_open(name, message_of(error)))?;
    let most = |octets: u32| i32::try_from(octets).unwrap_or(i32::MAX);
    let mut inactive = inactive
        .snaplen(most(if options.snaplen == 0 { MAX_SNAPLEN } else { options.snaplen }))
        // libpcap refuses, as a warning, to be promiscuous on all interfaces.
        .promisc(options.promiscuous && name != "any")
        .buffer_size(most(options.buffer))
        .timeout(i32::try_from(HOLD.as_millis()).unwrap_or(i32::MAX))
        .immediate_mode(options.immediate)
        .precision(if options.nano { Precision::Nano } else { Precision::Micro });
    if let Some(wanted) = &options.time_stamp_type {
        let kind = time_stamp_type(wanted).ok_or_else(|| other(format!("no time stamp type {wanted}")))?;
        inactive = inactive.tstamp_type(kind);
    }
    inactive.open().map_err(|error| explain_open(name, message_of(error)))
}

/// Sorts libpcap's reasons not to open a device.
fn explain_open(name: &str, why: String) -> SourceError {
    let name = name.to_owned();
    let lower = why.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&["permission", "not permitted", "cap_net_raw"]) {
        SourceError::Permission { name, why: inner_reason(&why) }
    } else if says(&["is not up", "network is down", "enetdown"]) {
        SourceError::NotUp { name }
    } else if says(&["busy"]) {
        SourceError::Busy { name, why }
    } else if says(&["no such device"]) {
        SourceError::NoInterface { name, near: Vec::new() }
    } else {
        SourceError::Capture { name, why }
    }
}

/// The system's own words, which libpcap puts in brackets after its own.
fn inner_reason(why: &str) -> String {
    let inner = why.rfind('(').and_then(|start| why.get(start + 1..)).and_then(|rest| rest.strip_suffix(')'));
    inner.unwrap_or(why).to_owned()
}

fn choose_link(capture: &mut Capture<Active>, name: &str, wanted: &str) -> Result<(), SourceError> {
    let refused = |capture: &Capture<Active>| SourceError::LinkType {
        name: name.to_owned(),
        wanted: wanted.to_owned(),
        has: capture
            .list_datalinks()
            .unwrap_or_default()
            .into_iter()
            .map(|l| link_name(from_dlt(l)))
            .collect(),
    };
    let Some(link) = link_of_name(wanted) else { return Err(refused(capture)) };
    let result = capture.set_datalink(to_dlt(link));
    result.map_err(|_| refused(capture))
}

fn time_stamp_type(name: &str) -> Option<TimestampType> {
    Some(match name {
        "host" => TimestampType::Host,
        "host_lowprec" => TimestampType::HostLowPrec,
        "host_hiprec" => TimestampType::HostHighPrec,
        "adapter" => TimestampType::Adapter,
        "adapter_unsynced" => TimestampType::AdapterUnsynced,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libpcaps_reasons_are_told_apart() {
        let permission = explain_open(
            "lo",
            "lo: You don't have permission to perform this capture on that device (socket: Operation not permitted)"
                .into(),
        );
        assert_eq!(
            permission.to_string(),
            "lo: no permission to capture on this interface: socket: Operation not permitted"
        );
        assert!(permission.hint().unwrap().contains("sudo hsanalyze -i lo"));
        assert!(matches!(explain_open("x", "That device is not up".into()), SourceError::NotUp { .. }));
        assert!(matches!(explain_open("x", "Device or resource busy".into()), SourceError::Busy { .. }));
        assert!(matches!(explain_open("x", "something else".into()), SourceError::Capture { .. }));
    }
}
