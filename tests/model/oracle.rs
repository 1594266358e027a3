//! What an honest observer may say of a connection, told from the captured
//! packets and from what their senders and receivers know of them. Nothing here
//! knows how the tracker works.
//!
//! The capture point lies on the only way between the hosts. So
//!
//! - what was received was captured before: an acknowledgment of a FIN proves
//!   that the FIN arrived, an answer to a SYN that the SYN did;
//! - cause stands before effect, but packets of one sender may have overtaken
//!   each other before the point;
//! - what was lost before the point never happened to the observer; what was
//!   lost behind it happened, as far as the observer can tell.

use super::opening::{Opening, openings};
use super::packet::{Captured, Packet, Why};
use super::world::Story;

/// One thing that may be said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Saying {
    pub opening: &'static str,
    pub ending: Option<&'static str>,
    /// Hosts, not sides.
    pub first: Option<usize>,
    pub reset_by: Option<usize>,
    pub simultaneous: bool,
    /// Of a graceful close: 3 or 4.
    pub segments: Option<u8>,
    /// Of a half-closed one: whether the FIN was acknowledged.
    pub acked: Option<bool>,
}

/// What may be said of one connection.
#[derive(Clone, Debug)]
pub struct Truth {
    pub inc: usize,
    pub client: usize,
    pub allowed: Vec<Saying>,
    /// SYNs of the client, SYN-ACKs of the server, FINs of each host.
    pub syns: u32,
    pub syn_acks: u32,
    pub fins: [u32; 2],
    /// The passive side had begun it anew, with other numbers.
    pub restarted: bool,
    /// Both sides sent a SYN without ACK.
    pub crossing: bool,
    /// It was open, and nobody reset it.
    pub plain: bool,
    /// Where, among its packets, it may be taken to be over.
    pub over: Option<usize>,
}

/// The captured packets of one connection.
pub struct View<'a> {
    pub frames: Vec<&'a Captured>,
    pub client: usize,
}

impl View<'_> {
    /// The place of the first packet of `host` that satisfies `test`.
    pub fn first(&self, host: usize, test: impl Fn(&Packet) -> bool) -> Option<usize> {
        self.frames.iter().position(|frame| frame.packet.from == host && test(&frame.packet))
    }

    pub fn count(&self, host: usize, test: impl Fn(&Packet) -> bool) -> u32 {
        self.frames.iter().filter(|frame| frame.packet.from == host && test(&frame.packet)).count() as u32
    }

    pub fn server(&self) -> usize {
        1 - self.client
    }

    /// The number of a host's FIN, and the place where it was first captured.
    fn fin(&self, host: usize) -> Option<(i64, usize)> {
        let at = self.first(host, |packet| packet.flags.fin())?;
        Some((self.frames[at].packet.fin_off()?, at))
    }

    /// Where the other host first acknowledged `host`'s FIN.
    fn fin_acked(&self, host: usize) -> Option<usize> {
        let (number, _) = self.fin(host)?;
        self.first(1 - host, |packet| packet.acks().is_some_and(|ack| ack > number))
    }
}

/// What may be said of connection `inc`; `None` if nothing of it was captured.
pub fn truth(story: &Story, inc: usize) -> Option<Truth> {
    let frames: Vec<&Captured> = story.captured.iter().filter(|frame| frame.packet.inc == inc).collect();
    // Whoever sent the first SYN that was captured is the client.
    let client = frames.iter().find(|frame| frame.packet.bare_syn())?.packet.from;
    let view = View { frames, client };
    let mut allowed = Vec::new();
    let mut plain = true;
    for opening in openings(&view) {
        match opening {
            Opening::Never(saying) => {
                allowed.push(saying);
                plain = false;
            }
            Opening::Open(name) => {
                for ending in endings(&view) {
                    plain &= ending.reset_by.is_none();
                    allowed.push(Saying { opening: name, ..ending });
                }
            }
        }
    }
    Some(Truth {
        inc,
        client,
        allowed,
        syns: view.count(client, Packet::bare_syn),
        syn_acks: view.count(1 - client, Packet::syn_ack),
        fins: [0, 1].map(|host| view.count(host, |packet| packet.flags.fin())),
        restarted: story.incarnations[inc].generations > 1,
        crossing: view.first(1 - client, Packet::bare_syn).is_some(),
        plain,
        over: over(&view),
    })
}

/// The first reset, or the acknowledgment of the second FIN.
fn over(view: &View<'_>) -> Option<usize> {
    let reset = view.frames.iter().position(|frame| frame.packet.flags.rst());
    let closed = view.fin_acked(0).zip(view.fin_acked(1)).map(|(a, b)| a.max(b));
    [reset, closed].into_iter().flatten().min()
}

/// How an open connection may be said to have ended.
///
/// - A reset before both FINs were acknowledged ends it: its sender has
///   forgotten the connection, whether the reset arrived or not.
/// - Its number is what the receiver expects if it is what the receiver has
///   acknowledged, or what the sender itself has shown to be its next; the latter
///   must lie in the window.
/// - Of several resets the first counts, if the capture shows that its number is
///   what the receiver expects, or if it did end the connection. Else the number
///   alone does not tell whether it counts: both may be said.
fn endings(view: &View<'_>) -> Vec<Saying> {
    let base = orderly(view);
    let over = match (view.fin_acked(0), view.fin_acked(1)) {
        (Some(a), Some(b)) => Some(a.max(b)),
        _ => None,
    };
    let resets = resets(view, over.unwrap_or(usize::MAX));
    if resets.is_empty() {
        return base;
    }
    let reset = |by: usize| Saying { ending: Some("reset"), reset_by: Some(by), ..Saying::default() };
    let mut said = Vec::new();
    let mut certain = false;
    for (by, sure) in resets {
        if !said.contains(&reset(by)) {
            said.push(reset(by));
        }
        certain = sure;
        if sure {
            break;
        }
    }
    if !certain || over.is_some() {
        said.extend(base);
    }
    said
}

/// The resets before `over` of hosts that have forgotten the connection, and
/// whether each of them certainly counts.
fn resets(view: &View<'_>, over: usize) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    for (at, frame) in view.frames.iter().enumerate().take_while(|(at, _)| *at < over) {
        let packet = &frame.packet;
        let Some(number) = packet.seq_off.filter(|_| packet.flags.rst() && packet.why != Some(Why::BadAck))
        else {
            continue;
        };
        let before = &view.frames[..at];
        let sent = before.iter().filter(|f| f.packet.from == packet.from && !f.packet.flags.rst());
        let sent = sent.filter_map(|f| f.packet.end_off()).max();
        let acked = before.iter().filter(|f| f.packet.from != packet.from);
        let acked = acked.filter_map(|f| f.packet.acks()).max();
        let window = before.iter().rfind(|f| f.packet.from != packet.from && f.packet.acks().is_some());
        let edge = acked.unwrap_or(1) + window.map_or(0, |f| i64::from(f.packet.window));
        let exact = Some(number) == acked || Some(number) == sent && number < edge;
        found.push((packet.from, exact || frame.killed));
    }
    found
}

/// How it ended if there were no resets: by the FINs and what acknowledges them.
///
/// Who closed first is who sent the FIN that was captured first: a FIN that was
/// sent because the other arrived cannot stand before it.
fn orderly(view: &View<'_>) -> Vec<Saying> {
    let fins = [view.fin(0), view.fin(1)];
    let acked = [0, 1].map(|host| view.fin_acked(host).is_some());
    let first = match fins {
        [None, None] => return vec![Saying { ending: Some("open"), ..Saying::default() }],
        [Some(_), None] => 0,
        [None, Some(_)] => 1,
        [Some((_, a)), Some((_, b))] => usize::from(b < a),
    };
    let said = Saying { first: Some(first), ..Saying::default() };
    if fins[1 - first].is_none() {
        return vec![Saying { ending: Some("half-closed"), acked: Some(acked[first]), ..said }];
    }
    if acked != [true, true] {
        return vec![Saying { ending: Some("closing"), ..said }];
    }
    let graceful = Saying { ending: Some("graceful"), ..said };
    crossings(view, first)
        .into_iter()
        .map(|(simultaneous, segments)| Saying { simultaneous, segments: Some(segments), ..graceful.clone() })
        .collect()
}

/// Whether the FINs crossed, and how many segments the close took.
///
/// They crossed if the second FIN does not acknowledge the first. If it was sent
/// twice, once before the first FIN arrived and once after, and the copies were
/// captured in the other order, both may be said.
fn crossings(view: &View<'_>, first: usize) -> Vec<(bool, u8)> {
    let second = 1 - first;
    let Some((number, _)) = view.fin(first) else { return Vec::new() };
    let knows = |packet: &Packet| packet.acks().is_some_and(|ack| ack > number);
    let of_second = |frame: &&&Captured| frame.packet.from == second;
    let mut fins = view.frames.iter().filter(of_second).filter(|f| f.packet.flags.fin());
    let crossed = fins.clone().next().is_some_and(|fin| !knows(&fin.packet));
    let also = !crossed && fins.any(|fin| !knows(&fin.packet));
    let on_ack = view.first(second, knows).is_some_and(|at| view.frames[at].packet.flags.fin());
    let segments = if on_ack && !crossed { 3 } else { 4 };
    let mut said = vec![(crossed, segments)];
    if also {
        said.extend([(true, 4), (true, 3), (false, 3), (false, 4)]);
    }
    said
}
