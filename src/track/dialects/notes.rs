//! What goes into Zeek's history, and when.

use crate::model::Segment;

use super::ends::End;
use super::history::History;

/// Events that are noted once an endpoint; SYN, FIN and RST again if their
/// number is another than last time.
pub(super) mod once {
    pub const SYN: u8 = 1;
    pub const FIN: u8 = 2;
    pub const RST: u8 = 4;
    pub const DATA: u8 = 8;
    pub const ACK: u8 = 16;
    pub const FIN_RST: u8 = 32;
    pub const MULTI: u8 = 64;
}

/// Events that are noted the 1st, 10th, 100th, 1 000th and 10 000th time.
#[derive(Clone, Copy)]
pub(super) enum Counted {
    Checksum,
    Gap,
    Retransmission,
    ZeroWindow,
}

/// The history and what must be known to go on with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    pub history: History,
    /// Events of [`Counted`], originator's first.
    counts: [[u16; 4]; 2],
}

impl Notes {
    /// Notes the letter that the flags of a segment give.
    #[inline]
    pub fn flags(&mut self, seg: &Segment<'_>, end: &mut End, who: usize) {
        let flags = seg.flags;
        let mut again = false;
        let (event, letter) = match (flags.syn(), flags.fin(), flags.rst()) {
            (false, false, false) if seg.len > 0 => (once::DATA, b'D'),
            (false, false, false) if flags.ack() => (once::ACK, b'A'),
            (false, false, false) => return,
            (true, false, false) => {
                again = seg.seq != end.start;
                (once::SYN, if flags.ack() { b'H' } else { b'S' })
            }
            (false, true, false) => {
                let fin = seg.seq.advance(seg.len);
                again = fin.advance(1) != end.after_fin;
                (once::FIN, b'F')
            }
            (false, false, true) => {
                again = seg.seq != end.rst;
                end.rst = seg.seq;
                (once::RST, b'R')
            }
            (_, true, true) => (once::FIN_RST, b'I'),
            _ => (once::MULTI, b'Q'),
        };
        if end.noted & event == 0 || again {
            end.noted |= event;
            self.push(who, letter);
        }
    }

    /// Counts an event and notes it if its time has come.
    pub fn count(&mut self, who: usize, event: Counted) {
        let Some(count) = self.counts.get_mut(who).and_then(|counts| counts.get_mut(event as usize)) else {
            return;
        };
        *count = count.saturating_add(1);
        if matches!(count, 1 | 10 | 100 | 1_000 | 10_000) {
            self.push(who, [b'C', b'G', b'T', b'W'][event as usize]);
        }
    }

    /// Originator and responder change places.
    pub fn flip(&mut self) {
        self.counts.swap(0, 1);
        self.history.push(b'^');
    }

    /// As if the other side had been the originator from the first.
    pub fn reverse(&mut self) {
        self.counts.swap(0, 1);
        self.history.reverse();
    }

    fn push(&mut self, who: usize, letter: u8) {
        self.history.push(if who == 0 { letter } else { letter.to_ascii_lowercase() });
    }
}
