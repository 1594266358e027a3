//! One end of a connection: its variables (RFC 9293 §3.3.1), what it sends and
//! when it sends it again. What arrives is in `arrive.rs`.

use hsanalyze::model::{Flags, Seq};

use super::app::App;
use super::packet::{Packet, Why};

pub const MS: u64 = 1_000;
pub const SECOND: u64 = 1_000_000;

/// States of RFC 9293 §3.3.2; without a TCB a host is CLOSED or listens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
    Closed,
}

/// What stacks do differently, all of it allowed.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// A SYN that comes again in SYN-RECEIVED: the SYN-ACK again, or a bare ACK.
    pub syn_ack_again: bool,
    /// A FIN rides on the last data.
    pub fin_with_data: bool,
    /// Acknowledgments wait so long; 0: not at all.
    pub delayed_ack: u64,
    pub mss: u32,
    pub buffer: u32,
    /// Time-outs before it gives up.
    pub retries: u32,
    /// Giving up says so with a reset.
    pub reset_on_give_up: bool,
    /// The first time-out, and the longest.
    pub rto: u64,
    pub max_rto: u64,
    pub time_wait: u64,
    /// An idle connection is probed so often (RFC 9293 §3.8.4); 0: never.
    pub keep_alive: u64,
    /// A probe carries one old octet (RFC 1122 §4.2.3.6).
    pub probe_octet: bool,
    /// Octets that a client puts into its first SYN, and whether a server takes
    /// those of others (RFC 7413).
    pub syn_data: u32,
    pub takes_syn_data: bool,
}

/// What an event gets at hand, and what comes of it.
pub struct Context {
    pub now: u64,
    pub out: Vec<Packet>,
    /// A reset that arrived ended the connection.
    pub killed: bool,
    /// It took the SYN of one connection for an answer to that of another.
    pub mixed: bool,
}

/// Transmission control block. Numbers are offsets from the ISNs, so that they
/// never wrap here: 0 is the SYN, 1 the first octet.
#[derive(Clone, Debug)]
pub struct Tcb {
    pub host: usize,
    pub inc: usize,
    pub generation: u32,
    pub state: State,
    pub style: Style,
    pub iss: u32,
    pub irs: Option<u32>,
    pub una: i64,
    pub nxt: i64,
    pub peer_window: i64,
    /// Octets that the application has written.
    pub written: i64,
    pub fin_wanted: bool,
    pub rcv_nxt: i64,
    pub out_of_order: Vec<(i64, i64)>,
    pub peer_fin: Option<i64>,
    pub peer_closed: bool,
    pub unread: u32,
    /// The application has called close(): nobody will read.
    pub deaf: bool,
    pub passive: bool,
    pub tries: u32,
    pub resend_at: Option<u64>,
    pub ack_at: Option<u64>,
    /// End of TIME-WAIT, or of an orphaned FIN-WAIT-2.
    pub end_at: Option<u64>,
    /// The next keep-alive, and how many went unanswered.
    pub probe_at: Option<u64>,
    pub probes: u32,
    pub app: App,
}

impl Tcb {
    pub fn new(host: usize, inc: usize, generation: u32, iss: u32, style: Style, app: App) -> Self {
        Tcb {
            host,
            inc,
            generation,
            state: State::SynSent,
            style,
            iss,
            irs: None,
            una: 0,
            nxt: 0,
            peer_window: 0,
            written: 0,
            fin_wanted: false,
            rcv_nxt: 0,
            out_of_order: Vec::new(),
            peer_fin: None,
            peer_closed: false,
            unread: 0,
            deaf: false,
            passive: false,
            tries: 0,
            resend_at: None,
            ack_at: None,
            end_at: None,
            probe_at: None,
            probes: 0,
            app,
        }
    }

    /// Number of the FIN: after all that was written.
    pub fn fin_off(&self) -> i64 {
        1 + self.written
    }

    pub fn fin_sent(&self) -> bool {
        self.fin_wanted && self.nxt > self.fin_off()
    }

    pub fn window(&self) -> u32 {
        self.style.buffer.saturating_sub(self.unread).min(65_535)
    }

    pub fn synchronized(&self) -> bool {
        !matches!(self.state, State::SynSent | State::SynReceived | State::Closed)
    }

    /// A packet of this connection.
    pub fn packet(&self, flags: Flags, at: i64, len: u32) -> Packet {
        let acks = flags.ack().then_some(self.rcv_nxt);
        Packet {
            from: self.host,
            inc: self.inc,
            generation: self.generation,
            seq: Seq::new(self.iss.wrapping_add(at as u32)),
            ack: acks
                .map_or(Seq::new(0), |ack| Seq::new(self.irs.unwrap_or_default().wrapping_add(ack as u32))),
            flags,
            len,
            window: self.window() as u16,
            id: 0,
            seq_off: Some(at),
            ack_off: acks,
            why: None,
        }
    }

    pub fn send_ack(&mut self, cx: &mut Context) {
        self.ack_at = None;
        cx.out.push(self.packet(Flags::ACK, self.nxt, 0));
    }

    /// Sends its reset and forgets the connection.
    pub fn reset(&mut self, cx: &mut Context, why: Why) {
        let mut packet = self.packet(Flags::RST.with(Flags::ACK), self.nxt, 0);
        packet.why = Some(why);
        cx.out.push(packet);
        self.state = State::Closed;
    }

    /// Sends SYN or SYN-ACK.
    pub fn send_syn(&mut self, cx: &mut Context) {
        let flags = if self.irs.is_some() { Flags::SYN.with(Flags::ACK) } else { Flags::SYN };
        let first = flags == Flags::SYN && self.nxt == 0;
        let len = if first { self.style.syn_data } else { 0 };
        cx.out.push(self.packet(flags, 0, len));
        self.written = self.written.max(i64::from(len));
        self.nxt = self.nxt.max(1 + i64::from(len));
        self.arm(cx);
    }

    pub fn arm(&mut self, cx: &Context) {
        let rto = (self.style.rto << self.tries.min(16)).min(self.style.max_rto);
        self.resend_at = Some(cx.now + rto);
    }

    /// Sends what may be sent (RFC 9293 §3.10.2), a FIN after it if wanted.
    pub fn output(&mut self, cx: &mut Context) {
        if !matches!(
            self.state,
            State::Established | State::CloseWait | State::FinWait1 | State::Closing | State::LastAck
        ) {
            return;
        }
        let end = 1 + self.written;
        loop {
            let room = self.una + self.peer_window - self.nxt;
            let len = (end - self.nxt).min(room).min(i64::from(self.style.mss)).max(0);
            let left = end - self.nxt - len;
            let fin = self.fin_wanted && !self.fin_sent() && left == 0 && room > len;
            let fin = fin && (len == 0 || self.style.fin_with_data);
            if len == 0 && !fin {
                break;
            }
            self.transmit(self.nxt, len as u32, fin, cx);
            self.nxt += len + i64::from(fin);
            if fin {
                self.state = match self.state {
                    State::Established => State::FinWait1,
                    State::CloseWait => State::LastAck,
                    other => other,
                };
            }
        }
        let waits = self.una < self.nxt || self.nxt < end + i64::from(self.fin_wanted);
        if waits && self.resend_at.is_none() {
            self.arm(cx);
        }
    }

    fn transmit(&mut self, at: i64, len: u32, fin: bool, cx: &mut Context) {
        let mut flags = Flags::ACK;
        if fin {
            flags = flags.with(Flags::FIN);
        }
        if len > 0 && at + i64::from(len) == 1 + self.written {
            flags = flags.with(Flags::PSH);
        }
        self.ack_at = None;
        cx.out.push(self.packet(flags, at, len));
    }

    /// The retransmission time-out (RFC 6298 §5.4 to §5.6); with a closed
    /// window, a probe of one octet (RFC 9293 §3.8.6.1).
    fn resend(&mut self, cx: &mut Context) {
        self.resend_at = None;
        self.tries += 1;
        if self.tries > self.style.retries {
            match self.style.reset_on_give_up && self.synchronized() {
                true => self.reset(cx, Why::GaveUp),
                false => self.state = State::Closed,
            }
            return;
        }
        match self.state {
            State::SynSent | State::SynReceived => return self.send_syn(cx),
            State::Closed | State::TimeWait | State::FinWait2 => return,
            _ => {}
        }
        let end = 1 + self.written;
        if self.una < self.nxt {
            let sent_data = self.nxt.min(end);
            let len = (sent_data - self.una).clamp(0, i64::from(self.style.mss));
            let fin = self.fin_sent() && self.una + len == end && (len == 0 || self.style.fin_with_data);
            self.transmit(self.una, len as u32, fin, cx);
        } else if self.nxt < end {
            self.transmit(self.nxt, 1, false, cx);
            self.nxt += 1;
        } else if self.fin_wanted && !self.fin_sent() {
            self.peer_window = self.peer_window.max(1);
            self.output(cx);
        } else {
            self.tries = 0;
            return;
        }
        self.arm(cx);
    }

    /// When it has something to do next.
    pub fn next_deadline(&self) -> Option<u64> {
        [self.resend_at, self.ack_at, self.end_at, self.probe_at, self.app.wakes_at]
            .into_iter()
            .flatten()
            .min()
    }

    /// Time has passed.
    pub fn tick(&mut self, cx: &mut Context) {
        let due = |at: Option<u64>| at.is_some_and(|at| at <= cx.now);
        if due(self.end_at) {
            self.state = State::Closed;
            return;
        }
        let (ack, resend, wake) = (due(self.ack_at), due(self.resend_at), due(self.app.wakes_at));
        let probe = due(self.probe_at);
        if ack {
            self.send_ack(cx);
        }
        if resend {
            self.resend(cx);
        }
        if probe {
            self.probe(cx);
        }
        if wake && self.state != State::Closed {
            self.app.wakes_at = None;
            self.run_app(cx);
        }
    }
}
