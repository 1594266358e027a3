//! Capture files, compressed or not.

use std::io::Read;

use hsanalyze::decode::Decoder;
use hsanalyze::source::{FileOptions, Pulse, Source, open_stream};

use super::decode::survives;

/// Filters, among them those that look beyond what may be there.
const FILTERS: [&str; 8] = [
    "tcp",
    "len > 60 and not udp",
    "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
    "vlan and ip6",
    "ether[70000] = 1 or ip[2:2] > 100",
    "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420",
    "host 10.0.0.1 and port 80",
    "greater 1",
];

/// The longest frame that is believed, in octets.
const LONGEST: usize = 4 << 20;

/// Octets that come a few at a time.
struct Drip(std::io::Cursor<Vec<u8>>, usize);

impl Read for Drip {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let most = self.1.min(room.len());
        self.0.read(&mut room[..most])
    }
}

/// The stream of a file of these octets: the first says how they come and what is
/// filtered.
pub fn open(data: &[u8]) -> Option<Box<dyn Source + Send>> {
    let (&how, file) = data.split_first()?;
    let drip = [usize::MAX, 1 << 12, 7, 1][usize::from(how >> 6)];
    let stream = Drip(std::io::Cursor::new(file.to_vec()), drip);
    let filter = (how & 0x08 != 0).then(|| FILTERS[usize::from(how & 7)].to_owned());
    let options = FileOptions { filter, ..FileOptions::default() };
    match open_stream("a\u{1b}[31m\nfile", Box::new(stream), &options) {
        Ok(source) => Some(source),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            None
        }
    }
}

/// Reads a file to its end, or very many packets of it.
pub fn feed(data: &[u8]) {
    let Some(mut source) = open(data) else { return };
    let mut decoder = Decoder::new();
    let (mut last, mut errors) = (0, 0);
    loop {
        match source.next() {
            Ok(Pulse::Frame(frame)) => {
                assert!(frame.number > last && frame.data.len() <= LONGEST);
                last = frame.number;
                survives(&mut decoder, &frame);
            }
            Ok(Pulse::Idle(_)) => unreachable!("a file is never idle"),
            Ok(Pulse::End(stats)) => {
                assert!(stats.frames >= last);
                break;
            }
            Err(error) => {
                errors += 1;
                assert!(errors <= 2 && !format!("{error:#}").is_empty(), "{error:#}");
            }
        }
        if last > 20_000 {
            source.stop();
        }
    }
    assert!(source.snaplen() > 0);
}
