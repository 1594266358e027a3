use std::io::Write;
use std::path::Path;

use proptest::prelude::*;

use super::super::testdata::{PcapFile, PcapngFile, pcap_at};
use super::super::{Pulse, Source};
use super::*;
use crate::model::{CaptureStats, Frame, LinkType};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// A frame as (number, nanoseconds, interface, link type, captured).
type Row = (u64, i64, u32, u32, usize);

fn read_all(source: &mut dyn Source) -> (Vec<Row>, Vec<String>, CaptureStats) {
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    loop {
        match source.next() {
            Ok(Pulse::Frame(f)) => {
                rows.push((f.number, f.at.as_nanos(), f.interface, f.link.0, f.data.len()))
            }
            Ok(Pulse::Idle(_)) => panic!("a file cannot wait"),
            Ok(Pulse::End(stats)) => return (rows, errors, stats),
            Err(error) => errors.push(error.to_string()),
        }
    }
}

/// The same, with the short way for what is at hand, some frames at a time. Gives
/// how many came by it, too.
fn read_at_hand(source: &mut dyn Source, each: usize) -> (usize, (Vec<Row>, Vec<String>, CaptureStats)) {
    let (mut rows, mut errors, mut at_hand) = (Vec::new(), Vec::new(), 0);
    let row = |f: &Frame<'_>| (f.number, f.at.as_nanos(), f.interface, f.link.0, f.data.len());
    loop {
        match source.next() {
            Ok(Pulse::Frame(frame)) => rows.push(row(&frame)),
            Ok(Pulse::Idle(_)) => panic!("a file cannot wait"),
            Ok(Pulse::End(stats)) => return (at_hand, (rows, errors, stats)),
            Err(error) => errors.push(error.to_string()),
        }
        let mut left = each;
        source.at_hand(&mut |frames| {
            let taken = frames.len().min(left);
            rows.extend(frames.iter().take(taken).map(row));
            at_hand += taken;
            left -= taken;
            taken
        });
    }
}

fn read(paths: &[PathBuf], filter: Option<&str>) -> (Vec<Row>, Vec<String>, CaptureStats) {
    let open = || {
        let options = FileOptions { filter: filter.map(str::to_owned), ..FileOptions::default() };
        open_files(paths, &options).unwrap()
    };
    let result = read_all(open().as_mut());
    for each in [1, 3, usize::MAX] {
        assert_eq!(read_at_hand(open().as_mut(), each).1, result);
    }
    result
}

/// Puts captures into a directory under the names 0, 1, …
fn files(contents: &[Vec<u8>]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let dir = tempfile::tempdir().unwrap();
    let put = |(i, octets): (usize, &Vec<u8>)| {
        let path = dir.path().join(i.to_string());
        std::fs::write(&path, octets).unwrap();
        path
    };
    let paths = contents.iter().enumerate().map(put).collect();
    (dir, paths)
}

fn refused(paths: &[PathBuf]) -> SourceError {
    open_files(paths, &FileOptions::default()).err().unwrap()
}

#[test]
fn fixtures_have_the_packets_that_capinfos_counts() {
    for (name, packets, links) in [
        ("01_normal_4seg.pcap", 11, &[1][..]),
        ("03_server_closes_first.pcap", 9, &[1]),
        ("27c_nanosecond.pcap", 10, &[1]),
        ("27g_dumpcap.pcapng", 10, &[1]),
        ("27h_two_interfaces.pcapng", 22, &[1]),
        ("27l_mixed_linktypes.pcapng", 24, &[1, 113]),
    ] {
        let mut source = open_files(&[fixture(name)], &FileOptions::default()).unwrap();
        let (rows, errors, stats) = read_all(source.as_mut());
        assert_eq!((rows.len(), errors.len(), stats.frames), (packets, 0, packets as u64), "{name}");
        assert_eq!(source.link_types(), links.iter().copied().map(LinkType).collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn nearly_all_packets_of_a_file_are_at_hand() {
    let times: Vec<_> = (0..3000).map(|second| (second, 0)).collect();
    let mut ng = PcapngFile::new(true);
    ng.interface(1, 0, &[]).interface(101, 0, &[]);
    for second in 0..3000 {
        let other = u8::from(second % 3 == 0);
        ng.packet(other.into(), second * 1_000_000, &[other; 60], 60);
    }
    let (_dir, paths) = files(&[pcap_at(&times), ng.octets]);
    for (path, filter, packets, least) in [
        (&paths[..1], None, 3000, 2990),
        (&paths[1..], None, 3000, 2990),
        // Both files, packet by packet in turn: one is at hand, the next is of the other.
        (&paths[..], None, 6000, 0),
        (&paths[..1], Some("len < 100"), 3000, 2990),
        (&paths[..1], Some("len > 100"), 0, 0),
        // Each link type has a program of its own.
        (&paths[1..], Some("ether[0] = 0"), 2000, 1),
    ] {
        let options = FileOptions { filter: filter.map(str::to_owned), ..FileOptions::default() };
        let mut source = open_files(path, &options).unwrap();
        let (at_hand, (rows, _, stats)) = read_at_hand(source.as_mut(), usize::MAX);
        assert_eq!((rows.len(), stats.frames), (packets, 3000 * path.len() as u64), "{filter:?}");
        assert!((least..packets.max(1)).contains(&at_hand), "{filter:?}: {at_hand}");
        assert_eq!(read(path, filter).0, rows);
    }
    let mut source = open_files(&paths[1..], &FileOptions::default()).unwrap();
    let (_, (rows, ..)) = read_at_hand(source.as_mut(), usize::MAX);
    assert_eq!(rows[1], (2, 1_000_000_000, 0, 1, 60));
    assert_eq!(rows[3], (4, 3_000_000_000, 1, 101, 60));
    // After a request for the end there are none.
    let mut source = open_files(&paths, &FileOptions::default()).unwrap();
    assert!(matches!(source.next(), Ok(Pulse::Frame(_))));
    source.stop();
    source.at_hand(&mut |_| panic!("stopped"));
    assert!(matches!(source.next(), Ok(Pulse::End(_))));
}

#[test]
fn a_file_that_ends_in_a_packet_gives_all_before_it_then_one_error() {
    let (rows, errors, stats) = read(&[fixture("27i_truncated_last_packet.pcap")], None);
    assert_eq!((rows.len(), stats.frames), (9, 9));
    let [error] = &errors[..] else { panic!("{errors:?}") };
    assert!(
        error.ends_with("ends too early: 62 of 82 octets of a record at octet 782, after 9 packets"),
        "{error}"
    );
}

#[test]
fn gzip_is_read_as_it_is_and_its_damage_has_a_place() {
    let (rows, errors, _) = read(&[fixture("27k_gzip.pcap.gz")], None);
    assert_eq!((rows.len(), errors.len()), (10, 0));
    let packed = std::fs::read(fixture("27k_gzip.pcap.gz")).unwrap();
    let (_dir, paths) = files(&[packed[..packed.len() - 40].to_vec()]);
    let (rows, errors, _) = read(&paths, None);
    assert!(rows.len() < 10);
    let [error] = &errors[..] else { panic!("{errors:?}") };
    assert!(
        error.contains("of the uncompressed data") && error.ends_with("the gzip stream ends too early"),
        "{error}"
    );
}

#[test]
fn files_are_merged_by_time_and_a_step_back_tears_nothing() {
    let (a, b) =
        (pcap_at(&[(10, 0), (30, 0), (20, 0), (40, 0)]), pcap_at(&[(5, 0), (25, 0), (35, 0), (50, 0)]));
    let (_dir, paths) = files(&[a, b]);
    let (rows, _, _) = read(&paths, None);
    let order: Vec<_> = rows.iter().map(|row| (row.0, row.1 / 1_000_000_000, row.2)).collect();
    let expected =
        [(1, 5, 0), (2, 10, 1), (3, 25, 0), (4, 30, 1), (5, 20, 1), (6, 35, 0), (7, 40, 1), (8, 50, 0)];
    assert_eq!(order, expected);
}

#[test]
fn equal_times_go_by_the_position_of_the_file() {
    let one = || pcap_at(&[(1, 0), (1, 0)]);
    let mut ng = PcapngFile::new(false);
    ng.interface(1, 0, &[]).interface(1, 0, &[]).packet(1, 1_000_000, b"x", 1);
    let (_dir, paths) = files(&[one(), ng.octets, one()]);
    let (rows, _, _) = read(&paths, None);
    // The second file's interface 0 has a number although it has no packets.
    assert_eq!(rows.iter().map(|row| row.2).collect::<Vec<_>>(), [0, 0, 2, 3, 3]);
}

#[test]
fn damage_in_one_file_does_not_hide_the_others() {
    let mut cut = pcap_at(&[(1, 0), (3, 0)]);
    cut.truncate(cut.len() - 1);
    let (_dir, paths) =
        files(&[pcap_at(&[(2, 0), (4, 0)]), cut, pcap_at(&[]), pcap_at(&[(0, 0)])[..30].to_vec()]);
    let (rows, errors, stats) = read(&paths, None);
    assert_eq!(rows.iter().map(|row| row.1 / 1_000_000_000).collect::<Vec<_>>(), [1, 2, 4]);
    assert_eq!((errors.len(), stats.frames), (2, 3));
}

#[test]
fn more_files_than_may_be_open() {
    let contents: Vec<_> = (0..3000).rev().map(|i| pcap_at(&[(i, 0), (i, 1)])).collect();
    let (_dir, paths) = files(&contents);
    let (rows, errors, _) = read(&paths, None);
    assert_eq!((rows.len(), errors.len()), (6000, 0));
    assert!(rows.is_sorted());
}

#[test]
fn frames_that_a_filter_hides_are_counted() {
    let (rows, _, stats) =
        read(&[fixture("27l_mixed_linktypes.pcapng")], Some("tcp[tcpflags] & tcp-syn != 0"));
    assert!(rows.len() >= 4 && stats.frames == 24, "{rows:?}");
    assert!(rows.iter().any(|row| row.3 == 113) && rows.iter().any(|row| row.3 == 1));
    assert!(rows.last().unwrap().0 > rows.len() as u64);
}

#[test]
fn a_filter_for_one_link_layer_is_an_error_for_the_other_only() {
    let mut raw = PcapFile::new(0xa1b2_c3d4, false, 12);
    raw.packet(3, 0, &[0x45; 20], 20).packet(4, 0, &[0x45; 20], 20);
    let (_dir, paths) = files(&[pcap_at(&[(1, 0), (2, 0), (9, 0)]), raw.octets]);
    let (rows, errors, stats) = read(&paths, Some("ether src 0:0:0:0:0:0 or ether src 1:1:1:1:1:1"));
    assert_eq!((rows.len(), stats.frames), (2, 5));
    let [error] = &errors[..] else { panic!("{errors:?}") };
    assert!(error.contains("for link type RAW"), "{error}");
}

#[test]
fn what_cannot_be_a_capture_is_refused_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(refused(&[dir.path().join("none")]), SourceError::NotFound { .. }));
    assert!(matches!(refused(&[dir.path().to_owned()]), SourceError::Directory { .. }));
    let mut old = pcap_at(&[]);
    old[4] = 1;
    let mut gzip_of_nothing = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip_of_nothing.write_all(b"").unwrap();
    for (octets, says) in [
        (vec![], "the file is empty"),
        (gzip_of_nothing.finish().unwrap(), "the file is empty"),
        (b"12:00:01.000001 IP a > b".to_vec(), "it seems to be text"),
        (b"\xfd7zXZ\0abc".to_vec(), "it seems to be xz-compressed"),
        (vec![0xd4], "not a pcap or pcapng capture"),
        (vec![0; 100], "not a pcap or pcapng capture"),
        (pcap_at(&[])[..20].to_vec(), "20 of 24 octets"),
        (old, "pcap version 1.4 is not supported"),
    ] {
        let (_dir, paths) = files(std::slice::from_ref(&octets));
        let error = refused(&paths).to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn a_filter_that_is_wrong_is_refused_before_anything_is_read() {
    let options = FileOptions { filter: Some("tcp prot 80".into()), ..FileOptions::default() };
    let error = open_files(&[fixture("01_normal_4seg.pcap")], &options).err().unwrap();
    let SourceError::Filter(error) = error else { panic!("{error}") };
    assert_eq!(error.at, Some(4..8));
}

/// A file tells it at its end, if it does.
#[test]
fn that_nothing_was_dropped_is_known_of_files_that_tell_and_were_read() {
    let [tells, silent] = ["27g_dumpcap.pcapng", "01_normal_4seg.pcap"].map(fixture);
    let known = |paths: &[PathBuf]| read(paths, None).2.dropped_by_kernel;
    assert_eq!(known(&[tells.clone(), tells.clone()]), Some(0));
    assert_eq!(known(&[tells.clone(), silent]), None);

    let mut source = open_files(std::slice::from_ref(&tells), &FileOptions::default()).unwrap();
    assert!(matches!(source.next(), Ok(Pulse::Frame(_))));
    source.stop();
    assert!(matches!(source.next(), Ok(Pulse::End(CaptureStats { dropped_by_kernel: None, .. }))));

    let told = std::fs::read(tells).unwrap();
    let cut = [&told[..], &[6, 0, 0, 0, 1]].concat();
    let (_dir, paths) = files(&[told, cut, pcap_at(&[(0, 0)])[..30].to_vec()]);
    assert_eq!(known(&paths[..1]), Some(0));
    assert_eq!(known(&paths[1..2]), None, "damage at its end");
    assert_eq!(known(&[paths[0].clone(), paths[2].clone()]), None, "damage in a first packet");
}

#[test]
fn stopping_ends_it() {
    let mut source = open_files(&[fixture("01_normal_4seg.pcap")], &FileOptions::default()).unwrap();
    assert!(matches!(source.next().unwrap(), Pulse::Frame(_)));
    source.stop();
    assert!(matches!(source.next().unwrap(), Pulse::End(CaptureStats { frames: 1, .. })));
}

/// Reads octets as a file, with and without a filter; ends, and says where.
fn survive(octets: &[u8]) {
    let (_dir, paths) = files(&[octets.to_vec(), pcap_at(&[(1, 1)])]);
    // Deflate can make 1032 octets of one, also where it is damaged.
    let inflated = if octets.starts_with(&[0x1f, 0x8b]) { 1032 } else { 1 };
    let most = octets.len() * inflated;
    for filter in [None, Some("tcp port 80")] {
        let options = FileOptions { filter: filter.map(str::to_owned), ..FileOptions::default() };
        for paths in [&paths[..1], &paths[..]] {
            let Ok(mut source) = open_files(paths, &options) else { continue };
            let (rows, errors, stats) = read_all(source.as_mut());
            assert!(errors.len() <= 1 + usize::from(filter.is_some()) * 65_536);
            assert!(rows.len() as u64 <= stats.frames && stats.frames <= most as u64 / 12 + 2);
            assert!(rows.iter().all(|row| row.4 <= most.max(60)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_octets_are_survived(octets in proptest::collection::vec(any::<u8>(), 0..600)) {
        survive(&octets);
        for magic in [&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0][..], &[0xa1, 0xb2, 0xcd, 0x34, 0, 2, 0, 4], b"\x0a\x0d\x0d\x0a", b"\x1f\x8b\x08\x00"] {
            survive(&[magic, &octets].concat());
        }
    }

    #[test]
    fn damaged_captures_are_survived(which in 0..5_usize, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), keep in any::<prop::sample::Index>()) {
        let name = ["01_normal_4seg.pcap", "27g_dumpcap.pcapng", "27h_two_interfaces.pcapng", "27k_gzip.pcap.gz", "27l_mixed_linktypes.pcapng"][which];
        let mut octets = std::fs::read(fixture(name)).unwrap();
        for (index, value) in changes {
            let at = index.index(octets.len());
            octets[at] = value;
        }
        survive(&octets);
        survive(&octets[..keep.index(octets.len())]);
    }

    #[test]
    fn merging_is_sorting_by_running_maximum(contents in proptest::collection::vec(proptest::collection::vec(0..20_u32, 0..8), 1..6)) {
        let captures: Vec<_> = contents.iter().map(|times| pcap_at(&times.iter().map(|t| (*t, 0)).collect::<Vec<_>>())).collect();
        let (_dir, paths) = files(&captures);
        let mut expected = Vec::new();
        for (file, times) in contents.iter().enumerate() {
            let mut latest = 0;
            for (i, time) in times.iter().enumerate() {
                latest = latest.max(*time);
                expected.push((latest, file, i, *time));
            }
        }
        expected.sort();
        let (rows, _, _) = read(&paths, None);
        let times: Vec<_> = rows.iter().map(|row| (row.1 / 1_000_000_000) as u32).collect();
        prop_assert_eq!(times, expected.iter().map(|key| key.3).collect::<Vec<_>>());
    }
}
