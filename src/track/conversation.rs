//! One conversation: the facts, and how a segment changes them.

use crate::model::{Endpoint, FlowKey, IcmpError, ScopeId, Segment, Seq, Way};

use super::accept;
use super::copies::Copies;
use super::dialects::Dialects;
use super::event::Event;
use super::half::{Half, Sighting};
use super::mark::{Mark, Marks};
use super::observe::{marks_of, roles_of};
use super::proof::Proofs;
use super::reset;
use super::state::{Roles, Side, State};
use super::step::{Step, Steps, Stray};
use super::{close, data, open};

/// How far the opening has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Only the client's SYN.
    SynSent,
    /// Both sides sent a SYN.
    Crossed,
    /// The server's SYN-ACK; no third segment yet.
    SynReceived,
    /// Open, or it was.
    Open(Opened),
    /// A reset answered the SYN.
    Refused,
    /// An ICMP error answered the SYN.
    Rejected,
    /// The client reset it before it was open.
    Aborted,
}

/// How a conversation came to be open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opened {
    /// SYN, SYN-ACK, ACK.
    Complete,
    /// Both sides sent a SYN (RFC 9293 §3.5, Figure 7).
    Simultaneous,
    /// Data in the SYN was accepted (RFC 7413).
    FastOpen,
    /// Before the capture began.
    NotCaptured,
}

/// A reset that ended the conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResetFacts {
    /// Who sent it.
    pub by: Side,
    /// Where.
    pub seen: Sighting,
    /// Exactly at RCV.NXT; else merely in the window, and nothing that came
    /// later contradicts it.
    pub exact: bool,
    /// Octets that its sender had sent and the other had not acknowledged.
    pub in_doubt: u32,
    /// Octets of the other side that the resetting side never acknowledged.
    pub unread: u32,
    /// Without ACK: it answers a segment for which there is no connection.
    pub bare: bool,
    /// Its sender had sent its FIN before.
    pub after_own_fin: bool,
    /// The other side had sent its FIN before.
    pub after_peer_fin: bool,
}

/// An ICMP error about this conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rejection {
    /// The error.
    pub error: IcmpError,
}

/// Why a conversation left the tracker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// It was over, and nothing more came.
    Over,
    /// The same ports were used again.
    Reused,
    /// Evicted by a limit.
    Evicted,
    /// The capture ended.
    CaptureEnd,
}

/// One incarnation of a connection on a flow.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// From 1 in the order of first frames.
    pub number: u64,
    /// From 1 on this flow.
    pub incarnation: u32,
    /// The flow.
    pub key: FlowKey,
    /// The direction in which the client sends.
    pub client_way: Way,
    /// Where the roles come from.
    pub roles: Roles,
    /// How far the opening has come.
    pub phase: Phase,
    /// Both sides, client first.
    pub half: [Half; 2],
    /// The first segment.
    pub first: Sighting,
    /// The last segment.
    pub last: Sighting,
    /// First SYN of the client.
    pub syn: Option<Sighting>,
    /// Last SYN of the client.
    pub last_syn: Option<Sighting>,
    /// SYNs of the client.
    pub syns: u32,
    /// First SYN-ACK.
    pub synack: Option<Sighting>,
    /// Last SYN-ACK before the third segment.
    pub last_synack: Option<Sighting>,
    /// SYN-ACKs of the server.
    pub synacks: u32,
    /// TSecr of the first SYN-ACK: which SYN it answers.
    pub synack_tsecr: Option<u32>,
    /// TSval of the first SYN.
    pub syn_tsval: Option<u32>,
    /// The segment that completed the handshake.
    pub third: Option<Sighting>,
    /// Octets in the client's SYN.
    pub syn_data: u32,
    /// What refused, rejected or aborted it before it was open.
    pub turned_away: Option<Sighting>,
    /// Who sent the first FIN.
    pub first_closer: Option<Side>,
    /// Both FINs were sent before either arrived.
    pub crossed_fins: bool,
    /// The acknowledgment of the first FIN carried the second (3 segments).
    pub fin_on_ack: bool,
    /// The reset that ended it.
    pub reset: Option<ResetFacts>,
    /// The last ICMP error about it.
    pub rejection: Option<Rejection>,
    /// What else is to be said of it.
    pub marks: Marks,
    /// Copies of captured frames.
    pub copies: u64,
    /// The same segments in the words of other tools.
    pub dialects: Dialects,
    /// Payload octets that flowed after the first FIN was acknowledged.
    pub half_closed_bytes: u64,
    /// Time between this conversation and the one before on the flow.
    pub reuse_gap: Option<std::time::Duration>,
    /// Opened by a SYN inside a live conversation that may yet go on.
    pub(super) tentative: bool,
    pub(super) recent: Copies,
}

/// What is being found out about one segment.
#[derive(Default)]
pub(super) struct Findings {
    pub steps: Steps,
    pub marks: Marks,
    pub proofs: Proofs,
}

impl Conversation {
    /// A conversation that begins with `seg`, sent in direction `way`.
    pub(super) fn begin(number: u64, key: FlowKey, way: Way, seg: &Segment<'_>) -> Self {
        let (client_way, roles) = roles_of(key, way, seg);
        let (phase, states) = match (seg.flags.syn(), seg.flags.ack()) {
            (true, false) => (Phase::SynSent, [State::Closed, State::Listen]),
            (true, true) => (Phase::SynSent, [State::SynSent, State::Listen]),
            _ => (Phase::Open(Opened::NotCaptured), [State::Established; 2]),
        };
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
            last_syn: None,
            syns: 0,
            synack: None,
            last_synack: None,
            synacks: 0,
            synack_tsecr: None,
            syn_tsval: None,
            third: None,
            syn_data: 0,
            turned_away: None,
            first_closer: None,
            crossed_fins: false,
            fin_on_ack: false,
            reset: None,
            rejection: None,
            marks,
            copies: 0,
            dialects: Dialects::default(),
            half_closed_bytes: 0,
            reuse_gap: None,
            tentative: false,
            recent: Copies::default(),
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

    /// Both states, client first.
    pub fn states(&self) -> [State; 2] {
        [self.half[0].state, self.half[1].state]
    }

    /// Whether the connection is over: turned away, reset, or both FINs
    /// acknowledged.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Refused | Phase::Rejected | Phase::Aborted)
            || self.reset.is_some_and(|reset| reset.exact)
            || (self.half[0].fin_acked() && self.half[1].fin_acked())
    }

    /// Takes in one segment.
    pub(super) fn apply(&mut self, seg: &Segment<'_>, from: Side) -> Event {
        let mut found = Findings::default();
        let was_over = self.is_over();
        self.dialects.observe(seg, from, self.last.at);
        if self.recent.is_copy(seg, from, self.segments() == 1) {
            self.copies += 1;
            self.marks.set(Mark::DuplicateCapture);
            found.marks.set(Mark::DuplicateCapture);
            found.steps.push(Step::Stray(Stray::Copy));
        } else {
            self.side_mut(from).segments += 1;
            self.judge_segment(seg, from, &mut found);
        }
        self.last.frame = seg.frame;
        self.last.at = self.last.at.max(seg.at);
        Event {
            conversation: self.number,
            from,
            steps: found.steps,
            marks: found.marks,
            proofs: found.proofs,
            states: self.states(),
            isn_seq: self.side(from).offset(seg.seq),
            isn_ack: seg.ack().and_then(|ack| self.side(from.other()).offset(ack)),
            first: false,
            closes: !was_over && self.is_over(),
            absorbs: None,
        }
    }

    /// Segments captured, copies not counted.
    pub fn segments(&self) -> u64 {
        self.half[0].segments + self.half[1].segments
    }

    fn judge_segment(&mut self, seg: &Segment<'_>, from: Side, found: &mut Findings) {
        marks_of(seg, from, self, found);
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
        if self.reset.is_some_and(|reset| reset.exact) {
            found.steps.push(Step::Stray(Stray::AfterClose));
            return;
        }
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

    /// Flags that no step has: the numbers are still noted, so that an answer
    /// can be told.
    fn odd(&mut self, seg: &Segment<'_>, from: Side, found: &mut Findings) {
        if self.segments() == 1 {
            self.side_mut(from).learn_midstream(seg.seq);
            let span = seg.span();
            self.side_mut(from).cover(seg.seq, span);
        }
        found.steps.push(Step::Stray(Stray::OddFlags));
    }

    /// A connection to itself is one socket: what it has sent, it has also
    /// received, its FIN included.
    fn mirror(&mut self, from: Side) {
        let theirs = self.side(from.other()).fin;
        let own = self.side_mut(from);
        if let (Some(fin), Some(theirs)) = (own.fin.as_mut(), theirs) {
            fin.acked = fin.acked.or(theirs.acked);
            fin.arrived |= theirs.arrived;
            own.state = if fin.acked.is_some() { State::TimeWait } else { State::Closing };
        }
        let own = own.clone();
        self.side_mut(from.other()).mirror(own);
    }
}
