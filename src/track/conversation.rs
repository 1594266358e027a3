//! One conversation: the facts, and how a segment changes them.

use std::time::Duration;

use crate::model::{Endpoint, FlowKey, IcmpError, ScopeId, Segment, Seq, Timestamp, Way};

use super::accept;
use super::copies::{Copies, Twin};
use super::dialects::Dialects;
use super::event::Event;
use super::facts::{Opened, Phase, ResetFacts};
use super::half::{Half, Last, Sighting};
use super::mark::{Mark, Marks};
use super::observe::{marks_of, roles_of};
use super::rare::Rare;
use super::reset;
use super::state::{Roles, Side, State};
use super::step::{Step, Stray};
use super::trail::Trail;
use super::{close, data, open, steady};

/// One incarnation of a connection on a flow.
#[derive(Clone, Debug)]
#[repr(C)] // what every segment looks at lies together
pub struct Conversation {
    /// The flow.
    pub key: FlowKey,
    /// How far the opening has come.
    pub phase: Phase,
    /// The direction in which the client sends.
    pub client_way: Way,
    /// Who sent the last segment.
    pub last_from: Option<Side>,
    /// Who sent the first FIN.
    pub first_closer: Option<Side>,
    /// A newer conversation has begun on the flow.
    pub superseded: bool,
    /// Opened by a SYN inside a live conversation that may yet go on.
    pub(super) tentative: bool,
    /// Where the roles come from.
    pub roles: Roles,
    /// The side that was seen answering the SYNs of other conversations, if the roles
    /// are a guess: it is the server of this one too.
    pub listener: Option<Side>,
    /// Both FINs were sent before either arrived.
    pub crossed_fins: bool,
    /// The acknowledgment of the first FIN carried the second (3 segments).
    pub fin_on_ack: bool,
    /// What else is to be said of it.
    pub marks: Marks,
    /// From 1 in the order of first frames.
    pub number: u64,
    /// The last segment.
    pub last: Sighting,
    /// The same segments in the words of other tools, if anyone asks for them.
    pub dialects: Option<Box<Dialects>>,
    /// Which frame carried what; from the first payload on.
    pub(super) trail: Option<Box<Trail>>,
    /// When the client asked for what the server has not answered yet.
    pub asked: Option<Timestamp>,
    /// The reset that ended it, or may have.
    pub(super) reset: Option<Box<ResetFacts>>,
    /// Both sides, client first.
    pub half: [Half; 2],
    pub(super) recent: Copies,
    /// From 1 on this flow.
    pub incarnation: u32,
    /// When the server first sent payload.
    pub first_answer: Option<Timestamp>,
    /// The segment that completed the handshake.
    pub third: Option<Sighting>,
    /// The first segment.
    pub first: Sighting,
    /// First SYN of the client.
    pub syn: Option<Sighting>,
    /// First SYN-ACK; if several have different ISNs, the first with the one in force.
    pub synack: Option<Sighting>,
    /// SYNs of the client.
    pub syns: u32,
    /// SYNs sent before that SYN-ACK.
    pub syns_before_answer: u32,
    /// SYN-ACKs before the third segment, with the ISN in force.
    pub synacks_before_third: u32,
    /// SYN-ACKs of the server.
    pub synacks: u32,
    /// TSecr of that SYN-ACK: which SYN it answers.
    pub synack_tsecr: Option<u32>,
    /// TSval of the first SYN.
    pub syn_tsval: Option<u32>,
    /// Nanoseconds that the longest answer took; at the end of the capture, so far.
    pub(super) waited_ns: u64,
    /// What few conversations have.
    pub rare: Rare,
}

/// What is being found out about one segment.
pub(super) type Findings = Event;

/// How far a conversation has come that begins with `seg`, and both states before it.
fn at_first(seg: &Segment<'_>) -> (Phase, [State; 2]) {
    let syn = seg.flags.syn() && !seg.flags.rst() && !seg.flags.fin();
    match (syn, seg.flags.ack()) {
        (true, false) => (Phase::SynSent, [State::Closed, State::Listen]),
        (true, true) => (Phase::SynSent, [State::SynSent, State::Listen]),
        _ => (Phase::Open(Opened::NotCaptured), [State::Established; 2]),
    }
}

impl Conversation {
    /// A conversation that begins with `seg`, sent in direction `way`.
    pub(super) fn begin(number: u64, key: FlowKey, way: Way, seg: &Segment<'_>) -> Self {
        let (client_way, roles) = roles_of(key, way, seg);
        let (phase, states) = at_first(seg);
        let mut marks = Marks::default();
        if key.low == key.high {
            marks.set(Mark::SelfConnect);
        }
        Conversation {
            number,
            incarnation: 1,
            key,
            client_way,
            roles,
            phase,
            half: [Half::new(states[0]), Half::new(states[1])],
            first: Sighting::of(seg),
            last: Sighting::of(seg),
            syn: None,
            syns: 0,
            synack: None,
            syns_before_answer: 0,
            synacks_before_third: 0,
            synacks: 0,
            synack_tsecr: None,
            syn_tsval: None,
            third: None,
            first_closer: None,
            crossed_fins: false,
            fin_on_ack: false,
            reset: None,
            marks,
            listener: None,
            first_answer: None,
            asked: None,
            waited_ns: 0,
            rare: Rare::default(),
            last_from: None,
            dialects: None,
            tentative: false,
            superseded: false,
            recent: Copies::default(),
            trail: None,
        }
    }

    /// One end of it.
    pub fn endpoint(&self, side: Side) -> Endpoint {
        match (side, self.client_way) {
            (Side::Client, Way::Up) | (Side::Server, Way::Down) => self.key.low,
            (Side::Client, Way::Down) | (Side::Server, Way::Up) => self.key.high,
        }
    }

    /// The scope of its flow.
    pub fn scope(&self) -> ScopeId {
        self.key.scope
    }

    /// One side.
    pub fn side(&self, side: Side) -> &Half {
        &self.half[side as usize]
    }

    pub(super) fn side_mut(&mut self, side: Side) -> &mut Half {
        &mut self.half[side as usize]
    }

    pub(super) fn sender(&self, way: Way) -> Side {
        if way == self.client_way { Side::Client } else { Side::Server }
    }

    /// Last SYN of the client.
    pub fn last_syn(&self) -> Option<Sighting> {
        self.rare.later_syn.or(self.syn)
    }

    /// The longest that an answer took; at the end of the capture, so far.
    pub fn waited(&self) -> Duration {
        Duration::from_nanos(self.waited_ns)
    }

    /// Both states, client first.
    pub fn states(&self) -> [State; 2] {
        [self.half[0].state, self.half[1].state]
    }

    /// Whether a side sent a FIN more than once, and the other side has been silent since
    /// the first. After one FIN the capture may just have ended.
    pub fn ignores_fin(&self, by: Side) -> bool {
        self.side(by).fin.is_some_and(|fin| fin.sent > 1 && fin.acked.is_none() && !fin.heard)
    }

    /// The ICMP error about it that tells of a smaller MTU on the path ("fragmentation
    /// needed", "packet too big"), if the first error about it was one.
    pub fn too_big(&self) -> Option<&IcmpError> {
        let error = &self.rare.rejection.as_ref()?.error;
        matches!((error.kind.v6, error.kind.kind, error.kind.code), (false, 3, 4) | (true, 2, _))
            .then_some(error)
    }

    /// Whether the ICMP error in this frame is what rejected it.
    pub fn is_rejected_by(&self, frame: u64) -> bool {
        self.phase == Phase::Rejected && self.rare.turned_away.is_some_and(|away| away.frame == frame)
    }

    /// Whether both FINs were sent and acknowledged.
    pub fn are_fins_acked(&self) -> bool {
        self.half.iter().all(Half::fin_acked)
    }

    /// Whether the connection is over: turned away, reset, or both FINs
    /// acknowledged.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Refused | Phase::Rejected | Phase::Aborted)
            || self.is_reset()
            // Without a FIN there is none to look for.
            || (self.first_closer.is_some() && self.are_fins_acked())
    }

    /// Whether a segment of another scope is the SYN-ACK that this conversation
    /// waits for.
    pub(super) fn is_answered_by(&self, seg: &Segment<'_>, way: Way) -> bool {
        let client = self.side(Side::Client);
        let answer = seg.flags.syn() && seg.flags.ack() && self.sender(way) == Side::Server;
        answer
            && self.phase == Phase::SynSent
            && client.isn.is_some_and(|isn| seg.ack_field == isn.advance(1))
    }

    /// Takes in one segment; `found` says afterwards what it is, but for
    /// [`Event::first`] and [`Event::absorbs`].
    #[inline]
    pub(super) fn apply(&mut self, seg: &Segment<'_>, from: Side, found: &mut Findings) {
        self.apply_by::<true>(seg, from, found);
    }

    /// `SHORT`: segments of the usual kind may take the short way.
    pub(super) fn apply_by<const SHORT: bool>(
        &mut self,
        seg: &Segment<'_>,
        from: Side,
        found: &mut Findings,
    ) {
        (found.conversation, found.from) = (self.number, from);
        found.steps.clear();
        found.proofs.clear();
        found.marks = Marks::NONE;
        let was_over = self.is_over();
        let twin = self.recent.is_copy(seg, from, self.segments() == 1);
        if let Some(dialects) = &mut self.dialects {
            dialects.observe(seg, from, self.last.at);
        }
        if twin == Twin::Copy {
            self.rare.note().copies += 1;
            self.marks.set(Mark::DuplicateCapture);
            found.marks.set(Mark::DuplicateCapture);
            found.steps.push(Step::Stray(Stray::Copy));
        } else if twin == Twin::Duplicate {
            self.side_mut(from).segments += 1;
            found.steps.push(Step::Stray(Stray::Duplicated));
        } else {
            self.side_mut(from).segments += 1;
            let usual = marks_of(seg, from, self, found);
            if !(SHORT && usual && steady::is_taken_in(self, seg, from, found)) {
                self.judge_segment(seg, from, found);
            }
            self.last_from = Some(from);
            self.side_mut(from.other()).hear(seg);
            let own = self.side_mut(from);
            own.unanswered += 1;
            own.last = Last::of(seg);
        }
        self.last.frame = seg.frame;
        self.last.at = self.last.at.max(seg.at);
        found.states = self.states();
        found.isn_seq = self.side(from).offset(seg.seq);
        found.isn_ack = seg.ack().and_then(|ack| self.side(from.other()).offset(ack));
        found.closes = !was_over && self.is_over();
    }

    /// Segments captured, copies not counted.
    pub fn segments(&self) -> u64 {
        self.half[0].segments + self.half[1].segments
    }

    #[inline(never)] // keeps the way of most segments short
    fn judge_segment(&mut self, seg: &Segment<'_>, from: Side, found: &mut Findings) {
        let flags = seg.flags;
        if flags.syn() && (flags.fin() || flags.rst()) || !(flags.syn() || flags.rst() || flags.ack()) {
            self.odd(seg, from, found);
        } else if flags.rst() {
            reset::on_reset(self, seg, from, found);
        } else if flags.syn() {
            open::on_syn(self, seg, from, found);
        } else {
            let ack = seg.ack_field;
            open::on_ack(self, seg, ack, from, found);
            if matches!(self.phase, Phase::Open(_)) {
                self.carry(seg, ack, from, found);
            }
        }
        if found.steps.is_empty() {
            found.steps.push(Step::Stray(Stray::OddFlags));
        }
        if self.key.low == self.key.high {
            self.mirror(from);
        }
    }

    /// A segment of an open conversation: data, acknowledgment, FIN.
    fn carry(&mut self, seg: &Segment<'_>, ack: Seq, from: Side, found: &mut Findings) {
        if !reset::contradicted(self, seg, ack, from, found) && self.is_reset() {
            found.steps.push(Step::Stray(Stray::AfterClose));
            return;
        }
        self.bear_out(seg, from);
        let over = self.is_over();
        let spans = seg.len > 0 || seg.flags.fin();
        if spans && accept::beyond_window(self, seg, from) {
            self.side_mut(from).provoked = true;
            found.steps.push(Step::Stray(Stray::OutsideWindow));
            return;
        }
        reset::survived(self, seg, ack, from);
        close::on_ack_of_fin(self, seg, ack, from, found);
        data::on_payload(self, seg, from, found);
        close::on_fin(self, seg, from, found);
        data::on_ack(self, seg, ack, from, found);
        if over && found.steps.is_empty() {
            found.steps.push(Step::Stray(Stray::AfterClose));
        }
    }

    /// A segment that begins where the other side's doubted acknowledgment ends
    /// bears it out.
    fn bear_out(&mut self, seg: &Segment<'_>, from: Side) {
        let Some(doubts) = self.rare.noted().map(|unusual| unusual.of(from.other())) else { return };
        if let Some(claimed) = doubts.claimed.filter(|&claimed| claimed == seg.seq) {
            doubts.claimed = None;
            self.side_mut(from.other()).acked = Some(claimed);
            if self.side_mut(from).acknowledged(claimed) > 0 {
                self.marks.set(Mark::Gap);
            }
        }
    }

    /// Flags that no step has: the numbers are still noted, so that an answer
    /// can be told.
    fn odd(&mut self, seg: &Segment<'_>, from: Side, found: &mut Findings) {
        if self.segments() == 1 {
            self.side_mut(from).learn_midstream(seg.seq);
            self.side_mut(from).cover(seg.seq, seg.span());
            self.marks.set(Mark::Probe);
        }
        found.steps.push(Step::Stray(Stray::OddFlags));
    }

    /// A connection to itself is one socket: what it has sent, it has also
    /// received, its FIN included.
    fn mirror(&mut self, from: Side) {
        let theirs = self.side(from.other()).fin;
        let own = self.side_mut(from);
        if let Some(fin) = own.fin.as_mut() {
            fin.acked = fin.acked.or(theirs.and_then(|theirs| theirs.acked));
            own.state = if fin.acked.is_some() { State::TimeWait } else { State::Closing };
        }
        let own = own.clone();
        self.side_mut(from.other()).mirror(own);
        if let Some(unusual) = self.rare.noted() {
            *unusual.of(from.other()) = *unusual.of(from);
        }
    }
}
