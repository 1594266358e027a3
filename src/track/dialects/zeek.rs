//! Zeek's view: the states of originator and responder, and the history.
//!
//! The rules are those of Zeek's TCP analyzer with its default settings, but
//! for checksums of a host that never sent a right one (left to the network
//! card, or addresses made anonymous): they count as right, as with `zeek -C`.
//! Of its timers those are kept that end a connection between two segments of
//! one of our conversations.

use crate::model::{Checksum, Flags, Segment, Seq, Timestamp};
use crate::track::state::Side;

use super::ends::{End, EndState, Signal, advance};
use super::notes::{Counted, Notes};

const SECOND: i64 = 1_000_000_000;
/// An attempt that nothing answers is given up (`tcp_attempt_delay`).
const ATTEMPT: i64 = 5 * SECOND;
/// A closed connection is forgotten (`tcp_close_delay`).
const CLOSE: i64 = 5 * SECOND;
/// An idle one is forgotten (`tcp_inactivity_timeout`) …
const IDLE: i64 = 300 * SECOND;
/// … later if someone may be sitting at it (FTP, SSH, Telnet, rlogin).
const IDLE_LOGIN: i64 = 3600 * SECOND;
const LOGIN_PORTS: [u16; 4] = [21, 22, 23, 513];

/// Flags that may change a state.
const CONTROL: Flags = Flags::SYN.with(Flags::FIN).with(Flags::RST);

/// A larger jump of a SYN or RST is not believed.
const TOO_FAR: u32 = 1 << 20;

/// Ports whose owner is the responder (`likely_server_ports` of the scripts
/// that Zeek loads by default), in ascending order.
const SERVER_PORTS: [u16; 48] = [
    21, 22, 25, 53, 79, 80, 81, 88, 110, 135, 139, 143, 389, 443, 445, 502, 563, 585, 587, 614, 631, 636,
    989, 990, 992, 993, 995, 1080, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 5222, 5223, 5269, 5432, 6379,
    6666, 6667, 6668, 6669, 8000, 8080, 8888, 20000,
];

/// What Zeek remembers of a connection. In this order, what most segments look
/// at lies together.
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub struct Zeek {
    /// Originator, responder.
    ends: [End; 2],
    /// Start of the connection; once it is over, when that was.
    since: Timestamp,
    /// Who Zeek takes for the originator.
    originator: Option<Side>,
    over: bool,
    /// What still comes is another connection to Zeek.
    forgotten: bool,
    notes: Notes,
}

/// What a segment means to a connection that Zeek knows.
enum Fate {
    Belongs,
    Begins,
    Ignored,
}

impl Zeek {
    /// Takes in a segment; `last` is the time of the one before.
    #[inline]
    pub(super) fn observe(&mut self, seg: &Segment<'_>, from: Side, last: Timestamp) {
        if !self.is_steady(seg, from, last) {
            self.weigh(seg, from, last);
        }
    }

    /// Takes in a segment as most are, if it is one: of an open connection,
    /// with new octets in order or none, and worth no letter.
    #[inline]
    fn is_steady(&mut self, seg: &Segment<'_>, from: Side, last: Timestamp) -> bool {
        let [orig, resp] = &mut self.ends;
        let originates = self.originator == Some(from);
        let (end, peer) = if originates { (orig, resp) } else { (resp, orig) };
        let (next, after) = (end.stream.next, seg.seq.advance(seg.len));
        let in_order = seg.len == 0
            || (seg.seq == next
                && after.is_after(end.last)
                && !end.stream.has_island()
                && seg.payload.len() as u64 >= u64::from(seg.len));
        let steady = end.state.is_open()
            && peer.state.is_open()
            && seg.flags.ack()
            && !seg.flags.intersects(CONTROL)
            && in_order
            && seg.window != 0
            && seg.checksum != Checksum::Bad
            && !seg.ack_field.is_after(peer.stream.next)
            && seg.at.nanos_since(last) < IDLE
            && !self.forgotten
            && end.has_noted(seg.len > 0);
        if steady {
            end.summed |= seg.checksum == Checksum::Good;
            end.last = end.last.later(after);
            end.stream.next = if seg.len > 0 { after } else { next };
        }
        steady
    }

    #[inline(never)] // keeps the way of most segments short
    pub(super) fn weigh(&mut self, seg: &Segment<'_>, from: Side, last: Timestamp) {
        if self.originator.is_some() {
            match self.fate(seg, last) {
                Fate::Belongs => {}
                Fate::Begins => *self = Zeek::default(),
                Fate::Ignored => {
                    self.forgotten = true;
                    return;
                }
            }
        }
        let originator = match self.originator {
            Some(originator) => originator,
            None => self.begin(seg, from),
        };
        let originator = if self.is_answered(seg) { self.answer() } else { originator };
        let who = usize::from(from != originator);
        let end = &mut self.ends[who];
        if seg.checksum == Checksum::Bad && end.summed {
            return self.notes.count(who, Counted::Checksum);
        }
        end.summed |= seg.checksum == Checksum::Good;
        self.process(seg, who);
    }

    /// Who Zeek takes for the originator; `None` if it saw nothing.
    pub fn originator(&self) -> Option<Side> {
        self.originator
    }

    /// Both states, the originator's first.
    pub fn states(&self) -> [EndState; 2] {
        [self.ends[0].state, self.ends[1].state]
    }

    /// Neither side sent an octet, as Zeek counts.
    pub fn is_empty(&self) -> bool {
        self.ends.iter().all(End::is_empty)
    }

    /// The `history` of `conn.log`.
    pub fn history(&self) -> &str {
        self.notes.history.as_str()
    }

    fn begin(&mut self, seg: &Segment<'_>, from: Side) -> Side {
        self.since = seg.at;
        let mut originator = from;
        if is_flipped(seg) {
            originator = from.other();
            self.notes.history.push(b'^');
        }
        self.originator = Some(originator);
        originator
    }

    /// Whether Zeek still has the connection when `seg` comes, and takes the
    /// segment for one of it.
    ///
    /// While it is being opened, our conversation goes on in Zeek's next
    /// connection; once it is over, Zeek's first one tells of it.
    #[inline]
    fn fate(&self, seg: &Segment<'_>, last: Timestamp) -> Fate {
        if self.forgotten {
            return Fate::Ignored;
        }
        if seg.flags.syn() && self.is_reuse(seg) {
            return if self.over { Fate::Ignored } else { Fate::Begins };
        }
        let idle = seg.at.nanos_since(last);
        let waits = self.is_attempt();
        if !waits && !self.over && idle < IDLE {
            return Fate::Belongs;
        }
        let age = seg.at.nanos_since(self.since);
        if waits && age >= ATTEMPT {
            Fate::Begins
        } else if (self.over && age >= CLOSE) || idle >= patience(seg) {
            Fate::Ignored
        } else {
            Fate::Belongs
        }
    }

    fn is_attempt(&self) -> bool {
        let [orig, resp] = &self.ends;
        matches!(orig.state, EndState::SynSent | EndState::SynAckSent) && resp.state == EndState::Inactive
    }

    /// A SYN or SYN-ACK that begins a new connection.
    fn is_reuse(&self, seg: &Segment<'_>) -> bool {
        let [orig, resp] = &self.ends;
        let closed = orig.closed && resp.closed;
        if seg.flags.ack() {
            return orig.state == EndState::Inactive && (closed || seg.seq != resp.start);
        }
        let reversed =
            orig.state == EndState::SynAckSent && resp.state == EndState::Inactive && seg.seq == resp.start;
        closed || (seg.seq != orig.start && !reversed)
    }

    fn process(&mut self, seg: &Segment<'_>, who: usize) {
        let flags = seg.flags;
        let span = u32::from(flags.syn()) + u32::from(flags.fin());
        let after = seg.seq.advance(if flags.rst() { span } else { span.wrapping_add(seg.len) });
        let [orig, resp] = &mut self.ends;
        let (end, peer) = if who == 0 { (orig, resp) } else { (resp, orig) };
        let notes = &mut self.notes;

        end.learn(seg, after);
        let underflow = end.precedes(seg.seq);
        notes.flags(seg, end, who);
        let speaks = end.state != EndState::Reset && peer.state != EndState::Closed;
        if seg.window == 0 && !flags.rst() && speaks {
            notes.count(who, Counted::ZeroWindow);
        }
        if flags.fin() {
            end.fin = true;
            end.after_fin = after;
        }
        let mut acks = false;
        if flags.ack() {
            acks = peer.state != EndState::Inactive && !peer.precedes(seg.ack_field);
            if peer.state == EndState::Inactive {
                let unseen = seg.ack_field.retreat(1);
                peer.number_from(unseen, unseen);
            }
        }
        if is_repeated(end, seg, after) {
            notes.count(who, Counted::Retransmission);
        }
        let change = advance(end, peer, Signal { flags, len: seg.len, originator: who == 0 });
        if acks {
            let ack = seg.ack_field;
            let beyond_fin = peer.fin && !ack.is_before(peer.after_fin);
            let gaps = peer.stream.acknowledge(if beyond_fin { peer.after_fin.retreat(1) } else { ack });
            if gaps > 0 && end.is_clean() && peer.is_clean() {
                (0..gaps).for_each(|_| notes.count(1 - who, Counted::Gap));
            }
        }
        if seg.len > 0 && !flags.rst() && !underflow && seg.payload.len() as u64 >= u64::from(seg.len) {
            let from = seg.data_seq();
            end.stream.add(from, from.advance(seg.len));
        }
        if change.close && !end.closed {
            end.closed = true;
            let whole = end.state == EndState::Reset || peer.closed || peer.state == EndState::Inactive;
            if whole {
                self.since = seg.at;
                self.over = true;
            }
        }
        if change.flip {
            self.flip();
        }
    }

    /// Whether a SYN-ACK without SYN was no scan: a bare ACK or data follows, and not
    /// the RST that a scan brings about (Zeek 5.1 and later).
    fn is_answered(&self, seg: &Segment<'_>) -> bool {
        let plain = !seg.flags.intersects(CONTROL) && (seg.flags.ack() || seg.len > 0);
        plain && self.states() == [EndState::SynAckSent, EndState::Inactive]
    }

    /// Who sent the SYN-ACK is the responder after all; the originator.
    fn answer(&mut self) -> Side {
        self.ends.swap(0, 1);
        self.ends[1].enter(EndState::Established);
        self.notes.reverse();
        self.originator = self.originator.map(Side::other);
        self.originator.unwrap_or(Side::Client)
    }

    /// Originator and responder change places: the SYN-ACK was captured before
    /// the SYN.
    fn flip(&mut self) {
        self.ends.swap(0, 1);
        // What was noted stays with the role, as in Zeek.
        let [orig, resp] = &mut self.ends;
        std::mem::swap(&mut orig.noted, &mut resp.noted);
        self.notes.flip();
        self.originator = self.originator.map(Side::other);
    }
}

/// Moves the highest number that `end` has sent; whether the segment brings
/// nothing beyond it.
#[inline]
fn is_repeated(end: &mut End, seg: &Segment<'_>, after: Seq) -> bool {
    let flags = seg.flags;
    let beyond = after.distance_from(end.last);
    if (flags.syn() || flags.rst()) && beyond.unsigned_abs() > TOO_FAR {
        return false;
    }
    if flags.fin() && end.last == end.start.advance(1) {
        end.last = after;
        return false;
    }
    if end.state == EndState::Reset {
        return false;
    }
    if beyond > 0 {
        end.last = after;
        return false;
    }
    seg.len > 0
}

/// A first segment that is no SYN comes from the responder if its port is a
/// server's and the other is not, or is the lower of two servers' (unless it
/// is a SYN-ACK, as in a scan).
fn is_flipped(seg: &Segment<'_>) -> bool {
    if seg.flags.syn() && !seg.flags.ack() {
        return false;
    }
    let is_server = |port: u16| SERVER_PORTS.binary_search(&port).is_ok();
    let (src, dst) = (seg.src.port, seg.dst.port);
    is_server(src) && (!is_server(dst) || (!seg.flags.syn() && src < dst))
}

fn patience(seg: &Segment<'_>) -> i64 {
    let login = LOGIN_PORTS.contains(&seg.src.port) || LOGIN_PORTS.contains(&seg.dst.port);
    if login { IDLE_LOGIN } else { IDLE }
}
