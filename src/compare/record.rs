//! What is kept of a segment.

use std::hash::{DefaultHasher, Hasher};

use crate::lang::Named;
use crate::model::{Fault, Flags, Segment, Seq, TcpOption, Timestamp};
use crate::render::Row;
use crate::track::Side;

/// A segment, as short as will do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub at: Timestamp,
    pub frame: u64,
    pub seq: Seq,
    pub ack: Option<Seq>,
    /// Payload octets on the wire.
    pub len: u32,
    /// Fingerprint of the payload that was captured.
    pub print: u32,
    /// The payload was captured whole.
    pub whole: bool,
    pub flags: Flags,
    pub window: u16,
    pub from: Side,
    pub ttl: u8,
    pub ecn: u8,
    pub id: Option<u16>,
    pub options: Options,
}

/// Its options.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Options {
    /// A bit for each of [`Named::ALL`].
    pub kinds: u16,
    /// Not all were captured.
    pub cut: bool,
    pub mss: u16,
    pub scale: u8,
    pub val: Option<u32>,
    /// The first SACK block.
    pub sack: Option<(Seq, Seq)>,
}

impl Record {
    /// Of a segment and the side that sent it.
    pub fn of(row: &Row<'_>) -> Self {
        let seg = row.segment;
        Record {
            at: seg.at,
            frame: seg.frame,
            seq: seg.seq,
            ack: seg.ack(),
            len: seg.len,
            print: print(seg.payload),
            whole: seg.payload.len() as u64 == u64::from(seg.len),
            flags: seg.flags,
            window: seg.window,
            from: row.event.from,
            ttl: seg.ip.ttl,
            ecn: seg.ip.ecn,
            id: seg.ip.id,
            options: Options::of(seg),
        }
    }

    /// Sequence numbers that it occupies.
    pub fn span(&self) -> u32 {
        self.len.wrapping_add(u32::from(self.flags.syn())).wrapping_add(u32::from(self.flags.fin()))
    }
}

fn print(payload: &[u8]) -> u32 {
    if payload.is_empty() {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(payload);
    hasher.finish() as u32
}

impl Options {
    fn of(seg: &Segment<'_>) -> Self {
        let mut options = Options::default();
        for option in seg.options() {
            let named = match option {
                Ok(TcpOption::End | TcpOption::Nop) => continue,
                Ok(TcpOption::Mss(mss)) => {
                    options.mss = mss;
                    Named::Mss
                }
                Ok(TcpOption::WindowScale(shift)) => {
                    options.scale = shift;
                    Named::WindowScale
                }
                Ok(TcpOption::SackPermitted) => Named::SackPermitted,
                Ok(TcpOption::Sack(blocks)) => {
                    options.sack = TcpOption::sack_blocks(blocks).next();
                    Named::Sack
                }
                Ok(TcpOption::Timestamps(timestamps)) => {
                    options.val = Some(timestamps.val);
                    Named::Timestamps
                }
                Ok(TcpOption::Md5(_)) => Named::Md5,
                Ok(TcpOption::Ao(_)) => Named::Ao,
                Ok(TcpOption::Mptcp(_)) => Named::Mptcp,
                Ok(TcpOption::FastOpen(_)) => Named::FastOpen,
                Ok(TcpOption::AccEcn(_)) => Named::AccEcn,
                Ok(TcpOption::Other(_)) => Named::Other,
                Err(Fault::Cut) => {
                    options.cut = true;
                    continue;
                }
                Err(Fault::BadLength) => Named::Other,
            };
            options.kinds |= bit(named);
        }
        options
    }
}

/// The bit of an option in [`Options::kinds`].
pub(super) const fn bit(named: Named) -> u16 {
    1 << named as u16
}
