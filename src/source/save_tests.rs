use std::sync::{Arc, Mutex};

use super::super::testdata::{PcapFile, PcapngFile, pcap_at};
use super::super::{FileOptions, Pulse, open_files};
use super::*;
use crate::model::{Precision, Timestamp};

/// A disk of so many octets.
#[derive(Clone)]
struct Disk(Arc<Mutex<Vec<u8>>>, usize);

impl Write for Disk {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let mut disk = self.0.lock().unwrap();
        let count = octets.len().min(self.1 - disk.len());
        disk.extend(&octets[..count]);
        if count == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(count) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for Disk {
    fn cut(&mut self, len: u64) {
        self.0.lock().unwrap().truncate(len as usize);
    }
}

type Row = (i64, LinkType, u32, Vec<u8>);

/// What a file has in it; no damage is tolerated.
fn rows(path: &Path) -> Vec<Row> {
    let mut source = open_files(&[path.to_owned()], &FileOptions::default()).unwrap();
    let mut rows = Vec::new();
    while let Pulse::Frame(frame) = source.next().unwrap() {
        rows.push((frame.at.as_nanos(), frame.link, frame.wire_len, frame.data.to_vec()));
    }
    rows
}

/// Saves what a file has, and reads it again.
fn copy(octets: &[u8], options: &SaveOptions) -> (Vec<Row>, Vec<Row>, Vec<u8>) {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("from"), dir.path().join("to"));
    std::fs::write(&from, octets).unwrap();
    let mut source = open_files(std::slice::from_ref(&from), &FileOptions::default()).unwrap();
    let mut saver = Saver::create(&to, source.as_ref(), options).unwrap();
    while let Pulse::Frame(frame) = source.next().unwrap() {
        saver.save(&frame).unwrap();
    }
    let count = saver.finish().unwrap();
    let rows_of = [rows(&from), rows(&to)];
    assert_eq!(count, rows_of[0].len() as u64);
    let [a, b] = rows_of;
    (a, b, std::fs::read(&to).unwrap())
}

#[test]
fn one_link_type_is_saved_as_the_very_same_pcap() {
    let octets = pcap_at(&[(1, 2), (3, 999_999), (u32::MAX, 0)]);
    for per_packet in [false, true] {
        let (_, _, saved) = copy(&octets, &SaveOptions { per_packet });
        assert_eq!(saved, octets);
    }
    let mut file = PcapFile::new(0xa1b2_3c4d, false, 113);
    file.packet(1, 999_999_999, b"odd", 1500);
    let (_, _, saved) = copy(&file.octets, &SaveOptions::default());
    assert_eq!(saved, file.octets);
}

#[test]
fn several_link_types_are_saved_as_pcapng() {
    let mut file = PcapngFile::new(true);
    file.interface(1, 0, &[]).interface(113, 0, &[(9, &[9])]);
    for (i, len) in (0..9).enumerate() {
        file.packet((i % 2) as u32, 1_700_000_000_123_457, &vec![7; len], 99);
    }
    let (before, after, saved) = copy(&file.octets, &SaveOptions::default());
    assert!(saved.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]));
    assert_eq!(before, after);
    assert_eq!(before.len(), 9);
}

fn frame(data: &[u8], link: u32) -> Frame<'_> {
    Frame {
        number: 1,
        at: Timestamp::from_parts(5, 0),
        carried: 0,
        precision: Precision::Micros,
        link: LinkType(link),
        interface: 0,
        wire_len: 60,
        data,
    }
}

#[test]
fn a_full_disk_leaves_whole_records() {
    for links in [&[LinkType(1)][..], &[LinkType(1), LinkType(113)]] {
        for per_packet in [true, false] {
            for room in [28, 60, 100, 137, 138, 139, 300, 5000] {
                let disk = Disk(Arc::default(), room);
                let layout = Layout::new(links, 262_144, Precision::Micros);
                let mut saver =
                    Saver::start("full".into(), Box::new(disk.clone()), layout, per_packet).unwrap();
                let all = (0..10_000).try_for_each(|_| saver.save(&frame(&[1; 41], 1)));
                let error = all.and_then(|()| saver.flush()).unwrap_err();
                let SaveError::Write { saved, .. } = error else { panic!("{error}") };
                assert!(saver.save(&frame(&[1; 41], 1)).is_ok());
                drop(saver);
                let dir = tempfile::tempdir().unwrap();
                let path = dir.path().join("cut");
                std::fs::write(&path, &*disk.0.lock().unwrap()).unwrap();
                assert_eq!(rows(&path).len() as u64, saved, "room {room}, per packet {per_packet}");
                assert!(disk.0.lock().unwrap().len() + 80 > room.min(300) - 28);
            }
        }
    }
}

#[test]
fn a_link_type_that_comes_too_late_is_an_error_and_not_a_wrong_record() {
    let disk = Disk(Arc::default(), 1000);
    let layout = Layout::new(&[LinkType(1)], 262_144, Precision::Micros);
    let mut saver = Saver::start("late".into(), Box::new(disk.clone()), layout, false).unwrap();
    saver.save(&frame(b"fits", 1)).unwrap();
    let error = saver.save(&frame(b"does not", 113)).unwrap_err();
    assert!(matches!(error, SaveError::LinkType { saved: 1, .. }), "{error}");
    assert_eq!(disk.0.lock().unwrap().len(), 24 + 16 + 4);
}

#[test]
fn a_file_that_is_read_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("one");
    std::fs::write(&path, pcap_at(&[(1, 1)])).unwrap();
    let source = open_files(std::slice::from_ref(&path), &FileOptions::default()).unwrap();
    let other_name = dir.path().join(".").join("one");
    let error = Saver::create(&other_name, source.as_ref(), &SaveOptions::default()).unwrap_err();
    assert!(matches!(error, SaveError::IsInput { .. }), "{error}");
    assert_eq!(rows(&path).len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_that_is_full_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("one");
    std::fs::write(&path, pcap_at(&[(1, 1)])).unwrap();
    let source = open_files(&[path], &FileOptions::default()).unwrap();
    let error = Saver::create(Path::new("/dev/full"), source.as_ref(), &SaveOptions::default()).unwrap_err();
    assert!(
        error.to_string().starts_with("/dev/full: cannot be written to any more: no space left"),
        "{error}"
    );
}
