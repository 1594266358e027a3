//! How a connection may be said to have opened.

use super::oracle::{Saying, View};
use super::packet::{Packet, Why};

/// One way to see it.
pub enum Opening {
    /// It was never open.
    Never(Saying),
    /// It was, in this way; how it ended is another question.
    Open(&'static str),
}

fn never(opening: &'static str) -> Opening {
    Opening::Never(Saying { opening, ..Saying::default() })
}

fn aborted(by: usize) -> Opening {
    Opening::Never(Saying { opening: "aborted", reset_by: Some(by), ..Saying::default() })
}

/// The landmarks of an opening, as places among the frames.
struct Marks {
    /// The server's own SYN.
    crossing: Option<usize>,
    syn_ack: Option<usize>,
    /// The first segment of the server that acknowledges the client's SYN, and
    /// the other way round.
    client_acked: Option<usize>,
    server_acked: Option<usize>,
    /// A reset of the client, of the server, and one that answers a SYN.
    client_reset: Option<usize>,
    server_reset: Option<usize>,
    refusal: Option<usize>,
}

fn marks(view: &View<'_>) -> Marks {
    let (client, server) = (view.client, view.server());
    let acks = |packet: &Packet| packet.acks().is_some_and(|ack| ack >= 1);
    let reset =
        |packet: &Packet| packet.flags.rst() && packet.seq_off.is_some() && packet.why != Some(Why::BadAck);
    Marks {
        crossing: view.first(server, Packet::bare_syn),
        syn_ack: view.first(server, |packet| packet.syn_ack() && acks(packet)),
        client_acked: view.first(server, acks),
        server_acked: view.first(client, acks),
        client_reset: view.first(client, reset),
        server_reset: view.first(server, reset),
        refusal: view.first(server, |packet| packet.flags.rst() && packet.seq_off.is_none()),
    }
}

/// Whether `a` was captured, before `b` if that was.
fn before(a: Option<usize>, b: Option<usize>) -> bool {
    a.is_some_and(|a| b.is_none_or(|b| a < b))
}

/// All honest views of how it opened.
pub fn openings(view: &View<'_>) -> Vec<Opening> {
    let marks = marks(view);
    match (marks.crossing, marks.server_acked) {
        (Some(_), _) => crossed(view, &marks),
        (None, Some(_)) => opened(view, &marks),
        (None, None) => unopened(view, &marks),
    }
}

/// Both sent a SYN (RFC 9293 §3.5, Figure 7). If the server's SYN was overtaken
/// by its SYN-ACK, it looks like an old copy as well.
fn crossed(view: &View<'_>, marks: &Marks) -> Vec<Opening> {
    let mut said = Vec::new();
    let opened_at = marks.client_acked.zip(marks.server_acked).map(|(a, b)| a.max(b));
    if opened_at.is_some() {
        said.push(Opening::Open("simultaneous"));
        if before(marks.syn_ack, marks.crossing) {
            said.push(Opening::Open("complete"));
        }
        // It answers a SYN that came before the server opened by itself, and
        // overtook what shows that.
        if before(marks.refusal, opened_at) {
            said.push(never("refused"));
        }
    }
    if before(marks.client_reset, opened_at) {
        said.push(aborted(view.client));
    } else if before(marks.server_reset, opened_at) {
        said.extend([never("half-open"), never("refused")]);
    } else if opened_at.is_none() {
        match (marks.client_acked.or(marks.server_acked), marks.refusal) {
            (None, None) => said.push(never("unanswered")),
            (Some(_), None) => said.push(never("half-open")),
            (None, Some(_)) => said.push(never("refused")),
            (Some(_), Some(_)) => said.extend([never("half-open"), never("refused")]),
        }
    }
    said
}

/// SYN, SYN-ACK, and something of the client that acknowledges it: open, even if
/// that was lost behind the capture point. If a reset stands before the third
/// segment, which it overtook, the observer may see it as the end.
fn opened(view: &View<'_>, marks: &Marks) -> Vec<Opening> {
    let mut said: Vec<_> = names(view).into_iter().map(Opening::Open).collect();
    if before(marks.client_reset, marks.server_acked) {
        said.push(aborted(view.client));
    }
    if before(marks.server_reset, marks.server_acked) {
        said.push(never("half-open"));
    }
    said
}

/// Fast Open if the SYN-ACK takes data of the SYN (RFC 7413 §4.2); a listener
/// that began anew may have taken it once and not the other time.
fn names(view: &View<'_>) -> Vec<&'static str> {
    let takes = |fast: bool| {
        view.first(view.server(), |p| p.syn_ack() && p.acks().is_some_and(|ack| (ack > 1) == fast)).is_some()
    };
    match (takes(true), takes(false)) {
        (true, true) => vec!["fast-open", "complete"],
        (true, false) => vec!["fast-open"],
        _ => vec!["complete"],
    }
}

/// The client never answered.
fn unopened(view: &View<'_>, marks: &Marks) -> Vec<Opening> {
    let mut said = Vec::new();
    if let Some(at) = marks.client_reset {
        said.push(aborted(view.client));
        // It had sent data or a FIN that was lost before the point: it had been
        // open, and the reset's number shows it; if it lies in the window.
        if view.frames[at].packet.seq_off > Some(1) {
            said.extend([Opening::Open("complete"), never("half-open")]);
        }
        if before(marks.refusal, marks.client_reset) {
            said.push(never("refused"));
        }
        if before(marks.server_reset, marks.client_reset) {
            said.push(never("half-open"));
        }
        return said;
    }
    match (marks.client_acked, marks.refusal) {
        (Some(_), None) => {
            said.push(never("half-open"));
            if marks.syn_ack.is_none() {
                // A bare ACK of the SYN is no SYN-ACK.
                said.push(never("unanswered"));
            }
        }
        (Some(_), Some(_)) => said.extend([never("half-open"), never("refused")]),
        (None, None) => said.push(never("unanswered")),
        (None, Some(_)) => {
            said.push(never("refused"));
            // The refusal was lost behind the point, and the next SYN was not
            // answered.
            let last_refusal = view.frames.iter().rposition(|frame| frame.packet.flags.rst());
            let last_syn = view.frames.iter().rposition(|frame| frame.packet.bare_syn());
            if last_syn > last_refusal {
                said.push(never("unanswered"));
            }
        }
    }
    said
}
