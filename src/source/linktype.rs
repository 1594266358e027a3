//! Link types: the numbers in capture files, libpcap's own numbers, names.

use pcap::Linktype;

use crate::model::LinkType;

/// Ethernet.
pub const ETHERNET: LinkType = LinkType(1);
/// Raw IPv4 or IPv6, without a link layer.
pub const RAW: LinkType = LinkType(101);

/// Bits of a pcap header's network field that are not the link type: the
/// length of the frame check sequence, and whether it is known.
const FCS_BITS: u32 = 0xfc00_0000;

/// Link types whose number in files (first) is not libpcap's in memory.
const DIFFERING: [(u32, i32); 6] = [
    (100, 11),
    (101, if cfg!(target_os = "openbsd") { 14 } else { 12 }),
    (102, 15),
    (103, 16),
    (106, 19),
    (246, 18),
];

/// The link type of a file's header field. Raw IP, which old programs wrote
/// with their system's own number (12 or 14), always comes out as [`RAW`].
pub(super) fn from_file(field: u32) -> LinkType {
    match field & !FCS_BITS {
        12 | 14 => RAW,
        other => LinkType(other),
    }
}

/// libpcap's in-memory number.
pub(super) fn to_dlt(link: LinkType) -> Linktype {
    let differing = DIFFERING.iter().find(|(file, _)| *file == link.0);
    Linktype(differing.map_or_else(|| i32::try_from(link.0).unwrap_or(i32::MAX), |(_, dlt)| *dlt))
}

/// The link type that libpcap has under this in-memory number.
pub(super) fn from_dlt(dlt: Linktype) -> LinkType {
    let differing = DIFFERING.iter().find(|(_, number)| *number == dlt.0);
    let file = differing.map_or_else(|| u32::try_from(dlt.0).unwrap_or(u32::MAX), |(file, _)| *file);
    from_file(file)
}

/// The name that tcpdump gives a link type: `EN10MB`; the number if it has none.
pub fn link_name(link: LinkType) -> String {
    to_dlt(link).get_name().unwrap_or_else(|_| link.0.to_string())
}

/// What a link type is, in a few words: `Ethernet`.
pub fn link_description(link: LinkType) -> Option<String> {
    to_dlt(link).get_description().ok()
}

/// The link type of a name such as `EN10MB` (any case, with or without
/// `DLT_`), or of a decimal number.
pub fn link_of_name(name: &str) -> Option<LinkType> {
    if let Ok(number) = name.parse::<u32>() {
        return Some(from_file(number));
    }
    let bare = match name.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("DLT_") => name.get(4..)?,
        _ => name,
    };
    Linktype::from_name(bare).ok().map(from_dlt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_sequence_bits_are_not_link_type() {
        assert_eq!(from_file(0x2400_0001), ETHERNET);
        assert_eq!(from_file(0xf400_0071), LinkType(113));
    }

    #[test]
    fn another_class_is_not_ethernet() {
        assert_ne!(from_file(0x0224_0001), ETHERNET);
    }

    #[test]
    fn raw_ip_has_one_number_here_and_libpcaps_there() {
        for number in [12, 14, 101] {
            assert_eq!(from_file(number), RAW);
        }
        assert_eq!(from_dlt(to_dlt(RAW)), RAW);
        assert_eq!(to_dlt(RAW).get_name().unwrap(), "RAW");
    }

    #[test]
    fn names_go_both_ways() {
        assert_eq!(link_name(ETHERNET), "EN10MB");
        assert_eq!(link_of_name("dlt_linux_sll2"), Some(LinkType(276)));
        assert_eq!(link_of_name("EN10MB"), Some(ETHERNET));
        assert_eq!(link_of_name("RAW"), Some(RAW));
        assert_eq!(link_of_name("nonsense"), None);
        assert_eq!(link_name(LinkType(64_000)), "64000");
    }
}
