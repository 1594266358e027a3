//! A segment arrives (RFC 9293 §3.10.7, with RFC 5961).

use hsanalyze::model::{Flags, Seq};

use super::packet::{Packet, Why};
use super::tcb::{Context, State, Tcb};

/// The reset for a segment that has no connection (RFC 9293 §3.5.2, first
/// rule), or that acknowledges what was never sent (second rule).
pub fn reset_for(packet: &Packet, why: Why) -> Packet {
    let mut reset = Packet {
        from: 1 - packet.from,
        flags: Flags::RST,
        seq: packet.ack,
        seq_off: packet.ack_off,
        ack: Seq::new(0),
        ack_off: None,
        len: 0,
        window: 0,
        id: 0,
        why: Some(why),
        ..*packet
    };
    if !packet.flags.ack() {
        reset.flags = Flags::RST.with(Flags::ACK);
        reset.seq = Seq::new(0);
        reset.seq_off = None;
        reset.ack = packet.seq.advance(packet.span());
        reset.ack_off = packet.end_off();
    }
    reset
}

impl Tcb {
    /// An offset in the peer's numbers, near what is expected.
    fn peer_off(&self, seq: Seq) -> i64 {
        let expected = Seq::new(self.irs.unwrap_or_default().wrapping_add(self.rcv_nxt as u32));
        self.rcv_nxt + i64::from(seq.distance_from(expected))
    }

    fn own_off(&self, ack: Seq) -> i64 {
        let next = Seq::new(self.iss.wrapping_add(self.nxt as u32));
        self.nxt + i64::from(ack.distance_from(next))
    }

    /// An acknowledgment of another connection's numbers: that one is forgotten.
    fn bad_ack(&self, packet: &Packet) -> Why {
        let known = packet.inc == self.inc && packet.generation == self.generation;
        if known { Why::BadAck } else { Why::NoConnection }
    }

    pub fn arrives(&mut self, packet: &Packet, cx: &mut Context) {
        match self.state {
            State::Closed => {}
            State::SynSent => self.arrives_syn_sent(packet, cx),
            _ => self.arrives_synchronized(packet, cx),
        }
    }

    /// RFC 9293 §3.10.7.3.
    fn arrives_syn_sent(&mut self, packet: &Packet, cx: &mut Context) {
        let ack = packet.flags.ack().then(|| self.own_off(packet.ack));
        if ack.is_some_and(|ack| ack <= 0 || ack > self.nxt) {
            if !packet.flags.rst() {
                cx.out.push(reset_for(packet, self.bad_ack(packet)));
            }
            return;
        }
        if packet.flags.rst() {
            if ack.is_some() {
                self.state = State::Closed;
                cx.killed = true;
            }
            return;
        }
        if !packet.flags.syn() {
            return;
        }
        cx.mixed = packet.inc != self.inc;
        self.irs = Some(packet.seq.raw());
        self.generation = self.generation.max(packet.generation);
        self.rcv_nxt = 1;
        self.peer_window = i64::from(packet.window);
        if let Some(ack) = ack {
            self.una = ack;
            // Data of the SYN that was not taken is sent again.
            self.nxt = ack;
            self.opened(cx);
            self.send_ack(cx);
            self.output(cx);
        } else {
            self.state = State::SynReceived;
            self.tries = 0;
            self.send_syn(cx);
        }
    }

    fn opened(&mut self, cx: &mut Context) {
        self.state = State::Established;
        self.tries = 0;
        self.resend_at = None;
        self.arm_probe(cx);
        self.start_app(cx);
    }

    /// RFC 9293 §3.10.7.4.
    fn arrives_synchronized(&mut self, packet: &Packet, cx: &mut Context) {
        let seq = self.peer_off(packet.seq);
        if self.probe_at.is_some() {
            self.arm_probe(cx);
        }
        // Figure 7: the SYN-ACK of a simultaneous open stands before the window.
        let crossing = self.state == State::SynReceived && !self.passive && packet.syn_ack() && seq == 0;
        if crossing {
            if self.acknowledged(packet, cx) {
                self.send_ack(cx);
            }
            return;
        }
        if !self.acceptable(seq, i64::from(packet.span())) {
            if !packet.flags.rst() {
                let again = self.state == State::SynReceived && packet.bare_syn() && seq == 0;
                if again && self.style.syn_ack_again {
                    self.send_syn_ack_again(cx)
                } else {
                    self.send_ack(cx)
                }
                self.restart_time_wait(packet, cx);
            }
            return;
        }
        if packet.flags.rst() {
            return self.arrives_reset(seq, cx);
        }
        if packet.flags.syn() {
            return self.send_ack(cx);
        }
        if !packet.flags.ack() || !self.acknowledged(packet, cx) {
            return;
        }
        self.take_in(packet, seq, cx);
        if self.state != State::Closed {
            self.output(cx);
        }
    }

    fn send_syn_ack_again(&mut self, cx: &mut Context) {
        cx.out.push(self.packet(Flags::SYN.with(Flags::ACK), 0, 0));
    }

    /// Whether it lies in the window (RFC 9293 §3.10.7.4, first).
    fn acceptable(&self, seq: i64, span: i64) -> bool {
        let (low, window) = (self.rcv_nxt, i64::from(self.window()));
        let inside = |number: i64| number >= low && number < low + window;
        match (span, window) {
            (0, 0) => seq == low,
            (0, _) => inside(seq),
            (_, 0) => false,
            _ => inside(seq) || inside(seq + span - 1),
        }
    }

    /// In TIME-WAIT the only thing that can come is the FIN again.
    fn restart_time_wait(&mut self, packet: &Packet, cx: &Context) {
        if self.state == State::TimeWait && packet.flags.fin() {
            self.end_at = Some(cx.now + self.style.time_wait);
        }
    }

    /// RFC 5961 §3.2: only the exact number counts.
    fn arrives_reset(&mut self, seq: i64, cx: &mut Context) {
        if seq == self.rcv_nxt {
            self.state = State::Closed;
            cx.killed = true;
        } else {
            self.send_ack(cx);
        }
    }

    /// Fifth: the acknowledgment. False: nothing more is to be done.
    fn acknowledged(&mut self, packet: &Packet, cx: &mut Context) -> bool {
        let ack = self.own_off(packet.ack);
        if self.state == State::SynReceived {
            if ack <= self.una || ack > self.nxt {
                cx.out.push(reset_for(packet, self.bad_ack(packet)));
                return false;
            }
            self.opened(cx);
        }
        if ack > self.nxt || ack < self.una - 65_535 {
            self.send_ack(cx);
            return false;
        }
        if ack >= self.una {
            self.peer_window = i64::from(packet.window);
        }
        if ack > self.una || self.peer_window == 0 {
            self.tries = 0;
        }
        if ack > self.una {
            self.una = ack;
            self.resend_at = None;
            if self.una < self.nxt {
                self.arm(cx);
            }
        }
        if self.fin_sent() && self.una > self.fin_off() {
            self.own_fin_acknowledged(cx);
        }
        self.state != State::Closed
    }

    fn own_fin_acknowledged(&mut self, cx: &Context) {
        match self.state {
            State::FinWait1 => {
                self.state = State::FinWait2;
                if self.deaf {
                    self.end_at = Some(cx.now + self.style.time_wait);
                }
            }
            State::Closing => self.enter_time_wait(cx),
            State::LastAck => self.state = State::Closed,
            _ => {}
        }
    }

    fn enter_time_wait(&mut self, cx: &Context) {
        self.state = State::TimeWait;
        self.resend_at = None;
        self.end_at = Some(cx.now + self.style.time_wait);
    }

    /// Seventh and eighth: the text and the FIN.
    fn take_in(&mut self, packet: &Packet, seq: i64, cx: &mut Context) {
        if !matches!(self.state, State::Established | State::FinWait1 | State::FinWait2) {
            if packet.span() > 0 {
                self.send_ack(cx);
                self.restart_time_wait(packet, cx);
            }
            return;
        }
        let end = seq + i64::from(packet.len);
        let fresh = packet.len > 0 && end > self.rcv_nxt;
        if fresh && self.deaf {
            cx.out.push(reset_for(packet, Why::ClosedSocket));
            self.state = State::Closed;
            return;
        }
        if packet.flags.fin() {
            self.peer_fin = Some(end);
        }
        if fresh {
            let edge = self.rcv_nxt + i64::from(self.window());
            self.out_of_order.push((seq.max(self.rcv_nxt), end.min(edge)));
        }
        let before = self.rcv_nxt;
        let in_order = seq <= before;
        self.join();
        let fin = self.peer_fin == Some(self.rcv_nxt) && !self.peer_closed;
        if fin {
            self.rcv_nxt += 1;
            self.peer_closed = true;
        }
        if packet.span() > 0 {
            let late = in_order && !fin && self.style.delayed_ack > 0 && self.ack_at.is_none();
            if late && self.out_of_order.is_empty() {
                self.ack_at = Some(cx.now + self.style.delayed_ack);
            } else {
                self.send_ack_unless_closing(fin, cx);
            }
        }
        if fin {
            self.peer_fin_arrived(cx);
        }
        if self.rcv_nxt > before {
            self.wake_app(cx);
        }
    }

    /// Some stacks let the acknowledgment of a FIN wait for their own FIN.
    fn send_ack_unless_closing(&mut self, fin: bool, cx: &mut Context) {
        if fin && self.style.delayed_ack > 0 {
            self.ack_at = Some(cx.now + self.style.delayed_ack);
        } else {
            self.send_ack(cx);
        }
    }

    /// Joins what lies side by side to what was received in order.
    fn join(&mut self) {
        let before = self.rcv_nxt;
        while let Some(at) = self.out_of_order.iter().position(|&(start, _)| start <= self.rcv_nxt) {
            let (_, end) = self.out_of_order.swap_remove(at);
            self.rcv_nxt = self.rcv_nxt.max(end);
        }
        if self.rcv_nxt > before {
            self.app.heard = true;
            if !self.app.reads {
                self.unread += (self.rcv_nxt - before) as u32;
            }
        }
    }

    fn peer_fin_arrived(&mut self, cx: &Context) {
        match self.state {
            State::Established => self.state = State::CloseWait,
            State::FinWait1 => self.state = State::Closing,
            State::FinWait2 => {
                self.state = State::TimeWait;
                self.end_at = Some(cx.now + self.style.time_wait);
            }
            _ => {}
        }
    }
}
