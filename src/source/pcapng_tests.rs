use super::super::capture_file::CaptureFile;
use super::super::input::Input;
use super::super::testdata::PcapngFile;
use super::*;
use crate::model::Precision;

fn open(octets: &[u8]) -> CaptureFile {
    let stream = Box::new(std::io::Cursor::new(octets.to_vec()));
    CaptureFile::new("test".into(), Input { stream, compressed: false, reopens: false }, 64).unwrap()
}

fn all(file: &mut CaptureFile) -> (Vec<Record>, Option<String>) {
    let mut records = Vec::new();
    loop {
        match file.advance() {
            Ok(Some(record)) => records.push(record),
            Ok(None) => return (records, None),
            Err(error) => return (records, Some(error.to_string())),
        }
    }
}

#[test]
fn interfaces_have_their_own_link_type_unit_and_offset() {
    for big in [false, true] {
        let mut file = PcapngFile::new(big);
        let hour = if big { (-3600_i64).to_be_bytes() } else { (-3600_i64).to_le_bytes() };
        file.interface(1, 0, &[(2, b"eth0"), (9, &[6])]);
        file.interface(113, 64, &[(9, &[9]), (14, &hour), (0, b"")]);
        file.interface(12, 0, &[(9, &[0x80 | 1])]);
        file.packet(0, 7_000_001, b"a", 1).packet(1, 3_600_000_000_005, b"bcd", 90).packet(2, 3, b"", 0);
        let mut file = open(&file.octets);
        let (records, error) = all(&mut file);
        assert_eq!(error, None);
        let seen: Vec<_> = records
            .iter()
            .map(|r| (r.seen.at.as_nanos(), r.seen.precision, r.seen.link.0, r.seen.interface, r.len))
            .collect();
        let expected = [
            (7_000_001_000, Precision::Micros, 1, 0, 1),
            (5, Precision::Nanos, 113, 1, 3),
            (1_500_000_000, Precision::Micros, 101, 2, 0),
        ];
        assert_eq!(seen, expected);
        assert_eq!(file.links.list, [LinkType(1), LinkType(113), LinkType(101)]);
    }
}

#[test]
fn a_new_section_may_change_the_byte_order_and_numbers_go_on() {
    let mut first = PcapngFile::new(false);
    first.interface(1, 0, &[]).interface(1, 0, &[]).packet(1, 1, b"x", 1);
    let mut second = PcapngFile::new(true);
    second.interface(113, 0, &[]).packet(0, 2, b"y", 1);
    let (records, error) = all(&mut open(&[first.octets, second.octets].concat()));
    assert_eq!(error, None);
    let seen: Vec<_> =
        records.iter().map(|r| (r.seen.at.as_nanos(), r.seen.link.0, r.seen.interface)).collect();
    assert_eq!(seen, [(1000, 1, 1), (2000, 113, 2)]);
}

#[test]
fn simple_packets_are_cut_at_the_snapshot_length() {
    for (snaplen, captured) in [(0, 10), (4, 4), (90, 10)] {
        let mut file = PcapngFile::new(false);
        file.interface(1, snaplen, &[]);
        let mut body = file.int32(10).to_vec();
        body.extend(&b"0123456789"[..captured]);
        file.block(SIMPLE_PACKET, &body);
        let mut file = open(&file.octets);
        let record = file.advance().unwrap().unwrap();
        assert_eq!((record.len, record.seen.wire_len, record.seen.at.as_nanos()), (captured, 10, 0));
        assert_eq!(file.window.part(record.start, record.len), &b"0123456789"[..captured]);
    }
}

#[test]
fn obsolete_packets_have_a_short_interface_number() {
    let mut file = PcapngFile::new(true);
    file.interface(1, 0, &[]).interface(1, 0, &[]);
    let mut body = [file.int16(1), file.int16(77)].concat();
    body.extend([0, 1_000_000, 3, 60].iter().flat_map(|field: &u32| field.to_be_bytes()));
    body.extend(b"old");
    file.block(OBSOLETE_PACKET, &body);
    let mut file = open(&file.octets);
    let record = file.advance().unwrap().unwrap();
    assert_eq!(
        (record.seen.interface, record.seen.at.as_nanos(), record.seen.wire_len),
        (1, 1_000_000_000, 60)
    );
    assert_eq!(file.window.part(record.start, record.len), b"old");
}

#[test]
fn other_blocks_are_passed_over_however_long() {
    let mut file = PcapngFile::new(false);
    file.block(0x0bad, &vec![0; 20 << 20]).interface(1, 0, &[]).block(4, b"names").packet(0, 1, b"x", 1);
    let (records, error) = all(&mut open(&file.octets));
    assert_eq!((records.len(), error), (1, None));
}

#[test]
fn drops_are_the_last_count_of_each_interface() {
    let mut file = PcapngFile::new(false);
    file.interface(1, 0, &[]).interface(1, 0, &[]);
    assert_eq!(open(&file.octets).dropped(), None);
    for (id, code, drops) in [(0, 5, 3_u64), (0, 5, 5), (1, 7, 10), (9, 5, 1000)] {
        let mut body = file.int32(id).to_vec();
        body.extend([0; 8]);
        body.extend(file.options(&[(4, &[0; 8]), (code, &drops.to_le_bytes())]));
        file.block(STATISTICS, &body);
    }
    let mut file = open(&file.octets);
    assert!(file.advance().unwrap().is_none());
    assert_eq!(file.dropped(), Some(15));
}

#[test]
fn damage_is_named_with_its_place() {
    let whole = |damage: &dyn Fn(&mut Vec<u8>, usize)| {
        let mut file = PcapngFile::new(false);
        file.interface(1, 0, &[]).packet(0, 1, b"good", 4);
        let at = file.octets.len();
        file.packet(0, 1, b"damaged", 7).packet(0, 1, b"lost", 4);
        damage(&mut file.octets, at);
        let (records, error) = all(&mut open(&file.octets));
        assert_eq!(records.len(), 1);
        error
            .unwrap()
            .strip_prefix(&format!("test: damaged at octet {at}, after 1 packet: "))
            .unwrap()
            .to_owned()
    };
    assert_eq!(whole(&|file, at| file[at + 4] = 7), "a block of 7 octets");
    assert_eq!(whole(&|file, at| file[at + 7] = 7), "a block of 117440552 octets");
    assert_eq!(whole(&|file, at| file[at + 8] = 1), "a packet of interface 1, which is not described");
    assert_eq!(whole(&|file, at| file[at + 20] = 9), "a packet of 9 octets in a block with room for 8");
    let length_at_the_end = whole(&|file, at| file[at + 36] = 0);
    assert_eq!(length_at_the_end, "a block of 40 octets says at its end that it has 0");
}

#[test]
fn more_interfaces_than_anyone_has_are_damage() {
    let mut file = PcapngFile::new(false);
    for i in 0..=MAX_INTERFACES {
        file.interface(1, 0, &[]);
        if i % 1000 == 0 {
            file.section();
        }
    }
    let (_, error) = all(&mut open(&file.octets));
    assert!(error.unwrap().contains("more than 65536 interfaces"));
}
