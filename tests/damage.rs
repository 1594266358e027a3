//! Every bundled capture, cut at every octet, and with bits turned over: what can
//! still be read is read as it was, and nothing else happens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
#[allow(missing_docs, dead_code)]
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::io::Cursor;

use common::random::Random;
use hsanalyze::decode::Decoder;
use hsanalyze::model::{Decoded, Timestamp};
use hsanalyze::source::{FileOptions, Pulse, open_stream};
use hsanalyze::track::{Limits, Tracker};

/// Bits that are turned over in each capture, one at a time.
const FLIPS: usize = 600;

/// So many of the damaged captures are also printed, one of so many.
const PRINTED: usize = 16;

/// A frame's time, length on the wire, and octets.
type Captured = (Timestamp, u32, Vec<u8>);

fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = common::root().join("fixtures");
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(".pcap"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
        .collect();
    found.sort();
    assert!(found.len() > 60);
    found
}

/// Reads and tracks all that there is. Gives the frames and how many errors there
/// were.
fn read(octets: &[u8], mut frame: impl FnMut(u64, Timestamp, u32, &[u8])) -> usize {
    let stream = Box::new(Cursor::new(octets.to_vec()));
    let Ok(mut source) = open_stream("a capture", stream, &FileOptions::default()) else { return 1 };
    let (mut decoder, mut tracker) = (Decoder::new(), Tracker::new(Limits::default()));
    let mut errors = 0;
    loop {
        match source.next() {
            Ok(Pulse::Frame(one)) => {
                frame(one.number, one.at, one.wire_len, one.data);
                match decoder.decode(&one) {
                    Ok(Decoded::Segment(seg)) if seg.fault.is_none() => {
                        assert!(!tracker.push(&seg).steps.is_empty());
                    }
                    Ok(Decoded::IcmpError(error)) => drop(tracker.push_icmp(&error).map(|conv| conv.number)),
                    _ => {}
                }
            }
            Ok(Pulse::Idle(_)) => unreachable!(),
            Ok(Pulse::End(_)) => break,
            Err(_) => errors += 1,
        }
        assert!(errors <= 2);
    }
    tracker.finish();
    errors
}

/// Prints a damaged capture in one of the formats.
fn print(octets: &[u8], nth: usize) {
    let format = (nth / PRINTED % usize::from(targets::rendering::FORMATS)) as u8;
    let face = [format, (nth / 7) as u8, 80, (nth / 3) as u8, 0, 0];
    targets::whole::feed(&[&face, octets].concat());
}

#[test]
fn a_capture_may_end_anywhere() {
    for (name, octets) in fixtures() {
        let mut whole: Vec<Captured> = Vec::new();
        read(&octets, |_, at, wire, data| whole.push((at, wire, data.to_vec())));
        let (mut most, mut sound) = (0, 0);
        for cut in 0..octets.len() {
            let mut count = 0;
            let errors = read(&octets[..cut], |number, at, wire, data| {
                count += 1;
                let same = whole.get(number as usize - 1).is_some_and(|one| {
                    number == count && (one.0, one.1, one.2.as_slice()) == (at, wire, data)
                });
                assert!(same, "{name} cut at {cut}: frame {number}");
            });
            assert!(count >= most, "{name} cut at {cut}: {count} frames, and {most} before");
            most = count;
            sound += usize::from(errors == 0);
            if cut % PRINTED == 0 {
                print(&octets[..cut], cut);
            }
        }
        // It is no error only where a record ends.
        assert!(sound <= 2 * whole.len() + 4, "{name}: {sound} cuts without an error");
    }
}

#[test]
fn any_bit_may_be_wrong() {
    let mut random = Random(0);
    for (_, mut octets) in fixtures() {
        let bits = 8 * octets.len();
        for nth in 0..FLIPS.min(bits) {
            // The file's header and first records always, the rest by chance.
            let bit = if nth < FLIPS / 2 { nth } else { random.below(bits) };
            octets[bit / 8] ^= 1 << (bit % 8);
            read(&octets, |_, _, _, _| {});
            if nth % PRINTED == 0 {
                print(&octets, nth + bit);
            }
            octets[bit / 8] ^= 1 << (bit % 8);
        }
    }
}
