//! gzip and zstd, on a thread of their own.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Octets handed over at a time, and how many such blocks may wait.
const BLOCK: usize = 256 * 1024;
const BLOCKS: usize = 4;

/// A compressed format that is opened as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    Gzip,
    Zstd,
}

impl Format {
    /// Which one a file of these first octets has.
    pub(super) fn of(first: &[u8]) -> Option<Format> {
        match first {
            [0x1f, 0x8b, ..] => Some(Format::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Format::Zstd),
            _ => None,
        }
    }

    /// Its name.
    fn name(self) -> &'static str {
        match self {
            Format::Gzip => "gzip",
            Format::Zstd => "zstd",
        }
    }

    fn decoder(self, input: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Format::Gzip => {
                Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(BLOCK, input)))
            }
            Format::Zstd => Box::new(zstd::stream::read::Decoder::new(input)?),
        })
    }
}

/// What comes out of a compressed stream. Dropping it ends the thread at its
/// next block.
pub(super) struct Decompressed {
    format: Format,
    worker: Worker,
    /// Whether a thread may be started.
    started: Arc<AtomicBool>,
    block: Vec<u8>,
    taken: usize,
}

/// Who decodes.
enum Worker {
    /// Who reads.
    Reader(Box<dyn Read + Send>),
    /// A thread, which takes blocks back when they are used up.
    Thread { blocks: Receiver<io::Result<Vec<u8>>>, recycled: Sender<Vec<u8>> },
    /// Nobody any more.
    None,
}

impl Decompressed {
    /// Decodes as it is read until `started` is set: a thread that is born before
    /// privileges are given up would keep them. Then a thread takes over.
    pub(super) fn start(
        format: Format,
        input: Box<dyn Read + Send>,
        started: &Arc<AtomicBool>,
    ) -> io::Result<Decompressed> {
        let worker = Worker::Reader(format.decoder(input)?);
        Ok(Decompressed { format, worker, started: Arc::clone(started), block: Vec::new(), taken: 0 })
    }

    /// Hands the decoder over to a thread.
    #[cold]
    fn spawn(&mut self) -> io::Result<()> {
        let Worker::Reader(decoder) = std::mem::replace(&mut self.worker, Worker::None) else {
            return Ok(());
        };
        let (sender, blocks) = sync_channel(BLOCKS);
        let (recycled, empty) = channel();
        thread::Builder::new()
            .name(self.format.name().into())
            .spawn(move || work(decoder, &sender, &empty))?;
        self.worker = Worker::Thread { blocks, recycled };
        Ok(())
    }

    fn explain(&self, error: io::Error) -> io::Error {
        let format = self.format.name();
        match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                io::Error::new(error.kind(), format!("the {format} stream ends too early"))
            }
            // zstd has no kind of its own for octets that make no sense.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
                io::Error::new(error.kind(), format!("the {format} stream is damaged: {error}"))
            }
            _ => error,
        }
    }
}

impl Read for Decompressed {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if let Worker::Reader(decoder) = &mut self.worker {
            if !self.started.load(Ordering::Relaxed) {
                return decoder.read(room).map_err(|error| self.explain(error));
            }
            self.spawn()?;
        }
        let Worker::Thread { blocks, recycled } = &self.worker else { return Ok(0) };
        while self.taken == self.block.len() {
            match blocks.recv() {
                Ok(Ok(block)) => {
                    let old = std::mem::replace(&mut self.block, block);
                    self.taken = 0;
                    // The thread may be done: then nobody needs it.
                    recycled.send(old).ok();
                }
                Ok(Err(error)) => return Err(self.explain(error)),
                Err(_) => return Ok(0),
            }
        }
        let rest = self.block.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(room.len());
        if let (Some(from), Some(to)) = (rest.get(..count), room.get_mut(..count)) {
            to.copy_from_slice(from);
        }
        self.taken += count;
        Ok(count)
    }
}

/// The thread: decodes until the end, an error, or nobody listens.
fn work(
    mut decoder: Box<dyn Read + Send>,
    blocks: &SyncSender<io::Result<Vec<u8>>>,
    empty: &Receiver<Vec<u8>>,
) {
    loop {
        let mut block = empty.try_recv().unwrap_or_default();
        block.resize(BLOCK, 0);
        let message = match decoder.read(&mut block) {
            Ok(0) => return,
            Ok(count) => {
                block.truncate(count);
                Ok(block)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let failed = message.is_err();
        if blocks.send(message).is_err() || failed {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(octets: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(octets).unwrap();
        encoder.finish().unwrap()
    }

    /// Begins without a thread, and goes on with one.
    fn read(format: Format, octets: Vec<u8>) -> (Vec<u8>, io::Result<usize>) {
        let started = Arc::default();
        let mut input = Decompressed::start(format, Box::new(io::Cursor::new(octets)), &started).unwrap();
        let mut out = vec![0; 5];
        let count = input.read(&mut out).unwrap();
        out.truncate(count);
        started.store(true, Ordering::Relaxed);
        let result = input.read_to_end(&mut out);
        (out, result)
    }

    #[test]
    fn several_gzip_members_are_one_stream() {
        let long: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
        let (a, b) = long.split_at(5_000_001);
        let (out, result) = read(Format::Gzip, [gzip(a), gzip(b)].concat());
        result.unwrap();
        assert!(out == long);
    }

    #[test]
    fn zstd_frames_are_one_stream() {
        let frames = [&b"hello "[..], b"world"].map(|part| zstd::stream::encode_all(part, 0).unwrap());
        let (out, result) = read(Format::Zstd, frames.concat());
        result.unwrap();
        assert_eq!(out, b"hello world");
    }

    #[test]
    fn what_came_before_the_damage_comes_first() {
        let octets: Vec<u8> =
            (0..400_000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for (format, packed) in
            [(Format::Gzip, gzip(&octets)), (Format::Zstd, zstd::stream::encode_all(&octets[..], 0).unwrap())]
        {
            let (out, result) = read(format, packed[..packed.len() / 2].to_vec());
            let error = result.unwrap_err().to_string();
            assert!(error.contains("ends too early"), "{error}");
            assert!(!out.is_empty() && octets.starts_with(&out));
        }
    }

    #[test]
    fn nobody_listening_ends_the_thread() {
        /// Tells when it is dropped, which the thread does at its end.
        struct Endless(std::sync::mpsc::Sender<()>);
        impl Read for Endless {
            fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
                room.fill(0);
                Ok(room.len())
            }
        }
        impl Drop for Endless {
            fn drop(&mut self) {
                self.0.send(()).ok();
            }
        }
        let (dropped, wait) = channel();
        let endless = gzip(&[]).into_iter().cycle().take(20).collect::<Vec<_>>();
        let input = io::Cursor::new(endless).chain(Endless(dropped));
        let mut input = Decompressed::start(Format::Gzip, Box::new(input), &Arc::new(true.into())).unwrap();
        input.spawn().unwrap();
        drop(input);
        wait.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    }
}
