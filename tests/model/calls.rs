//! What the user of a connection may ask for (RFC 9293 §3.10), and keep-alives.

use hsanalyze::model::Flags;

use super::packet::Why;
use super::tcb::{Context, State, Tcb};

impl Tcb {
    /// The user's CLOSE (RFC 9293 §3.10.4): orderly, unless data is left
    /// unread (RFC 2525 §2.17).
    pub fn close(&mut self, cx: &mut Context) {
        match self.state {
            State::SynSent => self.state = State::Closed,
            State::Closed | State::TimeWait => {}
            _ if self.unread > 0 => self.reset(cx, Why::Abort),
            State::FinWait2 => {
                self.deaf = true;
                self.end_at = Some(cx.now + self.style.time_wait);
            }
            _ => {
                self.deaf = true;
                self.fin_wanted = true;
                self.output(cx);
            }
        }
    }

    /// shutdown(SHUT_WR): a FIN, but it still reads.
    pub fn shutdown(&mut self, cx: &mut Context) {
        if matches!(self.state, State::Established | State::CloseWait) {
            self.fin_wanted = true;
            self.output(cx);
        }
    }

    /// ABORT (RFC 9293 §3.10.5): no reset in SYN-SENT, and none where both
    /// sides have closed.
    pub fn abort(&mut self, cx: &mut Context) {
        match self.state {
            State::SynSent | State::Closing | State::LastAck | State::TimeWait | State::Closed => {
                self.state = State::Closed;
            }
            _ => self.reset(cx, Why::Abort),
        }
    }

    /// The connection was heard of: the next keep-alive is due that much later.
    pub fn arm_probe(&mut self, cx: &Context) {
        self.probes = 0;
        self.probe_at = (self.style.keep_alive > 0).then(|| cx.now + self.style.keep_alive);
    }

    /// A keep-alive stands one before SND.NXT, and only where nothing is under
    /// way; when several went unanswered it gives up.
    pub fn probe(&mut self, cx: &mut Context) {
        self.probe_at = Some(cx.now + self.style.keep_alive);
        if !matches!(self.state, State::Established | State::CloseWait) {
            self.probe_at = None;
        } else if self.una == self.nxt && self.probes >= self.style.retries {
            self.reset(cx, Why::GaveUp);
        } else if self.una == self.nxt {
            self.probes += 1;
            let octets = u32::from(self.style.probe_octet);
            cx.out.push(self.packet(Flags::ACK, self.nxt - 1, octets));
        }
    }
}
