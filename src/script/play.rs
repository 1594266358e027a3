//! Plays a script: turns it into what a capture of it would hold.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use crate::model::{
    Checksum, Endpoint, Flags, FlowKey, IcmpError, ScopeId, Segment, Seq, Timestamp, Transport,
};
use crate::track::Side;

use super::ast::{
    Content, Directive, IcmpLine, Isns, Number, OptionWord, Party, Script, SegmentLine, SeqField, Timing,
};
use super::options;
use super::pattern::{Loose, Times};

/// Time between two frames of which the script says nothing.
const PACE: Duration = Duration::from_millis(1);
/// Time between a frame and its copy.
const COPY_PACE: Duration = Duration::from_micros(10);
/// How far the ISNs of the next incarnation, or of another flow, lie ahead.
const NEXT_ISN: u32 = 640_000_017;
const OTHER_ISN: u32 = 90_000_049;

/// A frame that was played.
#[derive(Clone, Debug)]
pub struct PlayedFrame {
    /// The line of the script, from 1.
    pub line: usize,
    /// What it holds.
    pub what: Captured,
}

/// What a frame holds.
#[derive(Clone, Debug)]
pub enum Captured {
    /// A segment.
    Segment(OwnedSegment),
    /// An ICMP error.
    Icmp(IcmpError),
}

/// A segment with its own options; nothing of its payload was captured.
#[derive(Clone, Debug)]
pub struct OwnedSegment {
    header: Segment<'static>,
    options: Vec<u8>,
}

impl OwnedSegment {
    /// The segment.
    pub fn get(&self) -> Segment<'_> {
        Segment { options: &self.options, ..self.header }
    }
}

/// Why a script cannot be played.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlayError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: &'static str,
}

impl fmt::Display for PlayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for PlayError {}

/// What a capture of the conversations of `script` would hold.
///
/// The client is 10.0.0.1:40000, the server 10.0.0.2:9877, and a segment
/// follows another after 1 ms, unless the script says otherwise. `isns` are the
/// initial sequence numbers of the first conversation; those of other flows and
/// of the next incarnation lie a fixed distance ahead. A segment without `seq` has its
/// sender's next sequence number; a reset of a side that has sent nothing, 0.
///
/// # Errors
///
/// A line that does not say enough: `...`, a number `*`, a segment with ACK but
/// without `ack`, `copy` or `quoting` without the frame that they mean, options
/// that no header holds.
pub fn frames(script: &Script, isns: Isns) -> Result<Vec<PlayedFrame>, PlayError> {
    let mut stage = Stage::new(isns);
    for (index, line) in script.lines.iter().enumerate() {
        if line.times != Times::Once {
            return Err(PlayError { line: index + 1, what: MATCHED });
        }
        stage.line(index + 1, &line.content).map_err(|what| PlayError { line: index + 1, what })?;
    }
    Ok(stage.frames)
}

/// The numbers of one incarnation.
#[derive(Clone, Copy)]
struct Numbers {
    isns: Isns,
    /// Each side's next sequence number, an offset from its ISN.
    next: [u64; 2],
}

impl Numbers {
    fn new(isns: Isns) -> Self {
        Numbers { isns, next: [0; 2] }
    }
}

struct Stage {
    isns: Isns,
    addrs: [IpAddr; 2],
    ports: [u16; 2],
    vlan: Option<u16>,
    at: Timestamp,
    /// `wait`: what it adds to the next frame's time.
    waited: Option<Duration>,
    /// Incarnations of each flow.
    flows: HashMap<FlowKey, Vec<Numbers>>,
    ids: [u16; 2],
    frames: Vec<PlayedFrame>,
}

/// What scripts that are played cannot say.
const MATCHED: &str = "only for matching: it cannot be played";

type Played = Result<(), &'static str>;

impl Stage {
    fn new(isns: Isns) -> Self {
        Stage {
            isns,
            addrs: [IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2))],
            ports: [40_000, 9_877],
            vlan: None,
            at: Timestamp::from_parts(1_700_000_000, 0),
            waited: None,
            flows: HashMap::new(),
            ids: [100, 30_000],
            frames: Vec::new(),
        }
    }

    fn line(&mut self, line: usize, content: &Content) -> Played {
        match content {
            Content::Blank | Content::Outcome(_) => {}
            Content::Whatever | Content::Block(_) | Content::Datagram(_) => return Err(MATCHED),
            Content::Anything => return Err("`...` cannot be played: say which segments"),
            Content::Wait(time) => {
                self.waited = Some(self.waited.unwrap_or_default().saturating_add(*time));
            }
            Content::Directive(directive) => self.set(*directive),
            Content::Segment(seg) => {
                self.pass(&seg.timing, PACE);
                let segment = self.segment(seg)?;
                self.add(line, Captured::Segment(segment));
            }
            Content::Copy(timing, _) => {
                let Some(PlayedFrame { what: Captured::Segment(segment), .. }) = self.frames.last() else {
                    return Err("`copy` needs a segment in front of it");
                };
                let mut copy = segment.clone();
                self.pass(timing, COPY_PACE);
                copy.header.interface += 1;
                self.add(line, Captured::Segment(copy));
            }
            Content::Icmp(icmp) => {
                self.pass(&icmp.timing, PACE);
                let error = self.icmp(icmp)?;
                self.add(line, Captured::Icmp(error));
            }
        }
        Ok(())
    }

    fn add(&mut self, line: usize, mut what: Captured) {
        let frame = self.frames.len() as u64 + 1;
        match &mut what {
            Captured::Segment(segment) => {
                segment.header.frame = frame;
                segment.header.at = self.at;
            }
            Captured::Icmp(error) => {
                error.frame = frame;
                error.at = self.at;
            }
        }
        self.frames.push(PlayedFrame { line, what });
    }

    /// Lets the time before the next frame pass.
    fn pass(&mut self, timing: &Timing, pace: Duration) {
        let pace = timing.within.map_or(pace, |within| pace.min(within));
        let wait = timing.after.or(self.waited).unwrap_or(pace);
        let waited = self.waited.unwrap_or_default();
        let wait = if timing.after.is_some() { wait.saturating_add(waited) } else { wait };
        self.waited = None;
        if let Some(earlier) = timing.earlier {
            let back = i64::try_from(earlier.as_nanos()).unwrap_or(i64::MAX);
            self.at = Timestamp::from_nanos(self.at.as_nanos().saturating_sub(back));
        } else if !self.frames.is_empty() {
            self.at = self.at.plus(wait);
        }
    }

    fn set(&mut self, directive: Directive) {
        match directive {
            Directive::Isn(Side::Client, isn) => self.numbers().isns.client = Seq::new(isn),
            Directive::Isn(Side::Server, isn) => self.numbers().isns.server = Seq::new(isn),
            Directive::Ports(client, server) => self.ports = [client, server],
            Directive::Address(side, addr) => self.addrs[side as usize] = addr,
            Directive::Vlan(vlan) => self.vlan = vlan,
            // A limit of whoever tracks the frames.
            Directive::Room(_) | Directive::Match(_) => {}
            Directive::Again => {
                let Isns { client, server } = self.numbers().isns;
                let next = Isns { client: client.advance(NEXT_ISN), server: server.advance(NEXT_ISN) };
                let key = self.key();
                self.flows.entry(key).or_default().push(Numbers::new(next));
            }
        }
    }

    fn end(&self, side: Side) -> Endpoint {
        Endpoint { addr: self.addrs[side as usize], port: self.ports[side as usize] }
    }

    fn scope(&self) -> ScopeId {
        self.vlan.map_or(ScopeId::NONE, |id| ScopeId(u32::from(id) + 1))
    }

    fn key(&self) -> FlowKey {
        FlowKey::of(self.end(Side::Client), self.end(Side::Server), self.scope()).0
    }

    /// The numbers of the flow's newest incarnation.
    fn numbers(&mut self) -> &mut Numbers {
        self.incarnation(false)
    }

    fn incarnation(&mut self, old: bool) -> &mut Numbers {
        // A connection to itself has one socket, one ISN.
        let itself = self.end(Side::Client) == self.end(Side::Server);
        let ahead = OTHER_ISN.wrapping_mul(self.flows.len() as u32);
        let (client, server) = (self.isns.client.advance(ahead), self.isns.server.advance(ahead));
        let isns = Isns { client, server: if itself { client } else { server } };
        let incarnations = self.flows.entry(self.key()).or_default();
        if incarnations.is_empty() {
            incarnations.push(Numbers::new(isns));
        }
        let newest = incarnations.len() - 1;
        &mut incarnations[newest.saturating_sub(usize::from(old))]
    }

    fn segment(&mut self, seg: &SegmentLine) -> Result<OwnedSegment, &'static str> {
        let (from, to) = (seg.from, seg.from.other());
        if seg.loose != Loose::default() || seg.options.iter().flatten().any(OptionWord::is_open) {
            return Err(MATCHED);
        }
        let numbers = self.incarnation(seg.old);
        let (start, len) = match seg.seq {
            Some(SeqField::Any) => return Err("`seq *` cannot be played: give a number"),
            Some(SeqField::At(at)) => (at, 0),
            Some(SeqField::Range(start, end)) => (start, end.saturating_sub(start)),
            Some(SeqField::Variable(_) | SeqField::Between(..)) => return Err(MATCHED),
            None => (numbers.next[from as usize], 0),
        };
        let len = u32::try_from(len).map_err(|_| "more payload than a segment has")?;
        let ack = match seg.ack {
            Some(Number::Any) => return Err("`ack *` cannot be played: give a number"),
            Some(Number::Variable(_)) => return Err(MATCHED),
            None if seg.flags.ack() => return Err("a segment with the flag `.` needs `ack`"),
            None => Seq::default(),
            Some(Number::Exactly(ack)) => numbers.isns.of(to).advance(ack as u32),
        };
        let base = numbers.isns;
        let own = &mut numbers.next[from as usize];
        let controls = u64::from(seg.flags.syn()) + u64::from(seg.flags.fin());
        if !seg.flags.rst() {
            *own = (*own).max(start.saturating_add(u64::from(len) + controls));
        }
        let options = seg.options.as_deref().unwrap_or_default();
        let mut options = options::octets(options, base.of(to)).ok_or("more options than a header holds")?;
        let id = seg.id.unwrap_or(self.ids[from as usize]);
        self.ids[from as usize] = id.wrapping_add(1);
        // A side that has sent nothing resets with number 0 (RFC 9293 §3.10.7.1).
        let unborn = seg.seq.is_none() && seg.flags.rst() && start == 0;
        let seq = if unborn { Seq::default() } else { base.of(from).advance(start as u32) };
        let mut header = self.header(from, seg.flags, (seq, ack), len);
        header.ip.id = Some(id);
        header.ip.ttl = seg.ttl.unwrap_or(64);
        header.window = seg.window.unwrap_or(u16::MAX);
        header.header_len = 20 + options.len() as u8;
        header.checksum = seg.checksum;
        header.fragments = seg.fragments.unwrap_or(0);
        options.truncate(seg.cut.map_or(usize::MAX, usize::from));
        Ok(OwnedSegment { header, options })
    }

    fn header(&self, from: Side, flags: Flags, (seq, ack_field): (Seq, Seq), len: u32) -> Segment<'static> {
        Segment {
            at: self.at,
            scope: self.scope(),
            seq,
            ack_field,
            len,
            checksum: Checksum::Good,
            ..Segment::bare(self.end(from), self.end(from.other()), flags)
        }
    }

    fn icmp(&self, icmp: &IcmpLine) -> Result<IcmpError, &'static str> {
        let quoted =
            usize::try_from(icmp.quoting.unwrap_or(0)).ok().and_then(|n| self.frames.get(n.checked_sub(1)?));
        let Some(PlayedFrame { what: Captured::Segment(quoted), .. }) = quoted else {
            return Err("`quoting` needs the number of a segment in front of it");
        };
        let quoted = quoted.header;
        let addr = |party: Party| match party {
            Party::End(side) => self.addrs[side as usize],
            Party::Router => IpAddr::V4(Ipv4Addr::new(10, 0, 0, 254)),
        };
        Ok(IcmpError {
            frame: 0,
            at: self.at,
            carried: 0,
            arrival: None,
            len: 0,
            from: addr(icmp.from),
            to: addr(icmp.to),
            kind: icmp.what.kind(quoted.src.addr.is_ipv6()),
            pointer: 0,
            quoted: Transport::Tcp,
            src: quoted.src,
            dst: quoted.dst,
            scope: quoted.scope,
            seq: quoted.seq,
            flags: Some(quoted.flags),
        })
    }
}
