//! Between opening and closing: payload and acknowledgments.

use crate::model::{Segment, Seq, TcpOption};

use super::accept;
use super::close;
use super::conversation::{Conversation, Findings};
use super::facts::{Opened, Phase};
use super::half::Half;
use super::held;
use super::idle;
use super::mark::Mark;
use super::proof::{Claim, Proof, Status};
use super::state::Side;
use super::step::{Resend, Step};

/// Duplicate ACKs after which a sender retransmits at once (RFC 5681 §3.2).
const FAST_RETRANSMIT: u32 = 3;

/// The payload of a segment of an open conversation.
pub(super) fn on_payload(conv: &mut Conversation, seg: &Segment<'_>, from: Side, found: &mut Findings) {
    let Some(len) = std::num::NonZeroU32::new(seg.len).map(std::num::NonZero::get) else { return };
    conv.side_mut(from).learn_midstream(seg.seq);
    let peer_acked = conv.side(from.other()).acked;
    let cause = resend_cause(conv, seg, from);
    let peer = conv.side(from.other());
    let shut = peer.window == 0 && peer.acked.is_some();
    let probe = len == 1 && (shut || conv.side(from).probing);
    let half = conv.side_mut(from);
    let old_high = half.snd_nxt();
    let Some(added) = half.cover(seg.seq, len) else { return };
    half.bytes += u64::from(added.new);
    if added.new > 0 {
        half.last_data = Some(seg.at);
        asked_or_answered(conv, seg, from);
        conv.trail.get_or_insert_default().note(seg, from, peer_acked);
    }
    let half = conv.side_mut(from);
    let keep_alive = len == 1 && added.new == 0 && Some(seg.end()) == old_high;
    half.probing = probe && Some(seg.seq) == peer_acked;
    let step = if keep_alive && peer_acked == old_high {
        half.keep_alive = true;
        Step::KeepAlive
    } else if probe && Some(seg.seq) == peer_acked {
        Step::WindowProbe
    } else if added.new == 0 {
        half.retransmissions += 1;
        Step::Retransmission { cause, len }
    } else if added.fills_hole {
        Step::OutOfOrder { len }
    } else {
        Step::Data { len: added.new }
    };
    if added.leaves_gap {
        found.marks.set(Mark::Gap);
    }
    let asks = matches!(step, Step::KeepAlive | Step::WindowProbe);
    if !asks && !seg.flags.fin() && accept::fills_window(conv, seg, from) {
        window_is_full(conv, found);
    }
    // The handshake's third segment may carry data: both are said.
    found.steps.push(step);
    if let Step::Retransmission { .. } = step {
        let of = conv.trail.as_ref().and_then(|trail| trail.repeated_by(seg, from));
        repeats(step, seg.data_seq(), of, found);
        if let Some(trail) = conv.trail.as_mut().filter(|_| cause == Resend::Timeout) {
            let stuck = trail.timed_out(seg, from);
            conv.side_mut(from).stuck = stuck;
        }
    }
    if added.new > 0 && half_closed(conv, from) {
        conv.rare.note().half_closed_bytes += u64::from(added.new);
    }
    if !seg.flags.fin() {
        close::settle_fin(conv, from, found);
    }
}

#[cold]
pub(super) fn window_is_full(conv: &mut Conversation, found: &mut Findings) {
    conv.marks.set(Mark::WindowFull);
    found.marks.set(Mark::WindowFull);
}

/// Names the frame that a retransmission repeats, if it is known.
pub(super) fn repeats(step: Step, seq: Seq, of: Option<u64>, found: &mut Findings) {
    if of.is_some() {
        found.proofs.push(Proof { step, of, claim: Claim::Repeats { seq }, status: Status::Verified });
    }
}

/// The client asks, the server answers; the time in between is the server's.
pub(super) fn asked_or_answered(conv: &mut Conversation, seg: &Segment<'_>, from: Side) {
    match from {
        Side::Client => conv.asked = conv.asked.or(Some(seg.at)),
        Side::Server => {
            conv.first_answer.get_or_insert(seg.at);
            if let Some(asked) = conv.asked.take() {
                conv.note_wait(seg.at.since(asked));
            }
        }
    }
}

/// Whether the other side has closed its direction, acknowledged.
fn half_closed(conv: &Conversation, from: Side) -> bool {
    conv.first_closer == Some(from.other()) && conv.side(from.other()).fin_acked()
}

fn resend_cause(conv: &Conversation, seg: &Segment<'_>, from: Side) -> Resend {
    let peer = conv.side(from.other());
    match peer.acked {
        Some(acked) if !seg.end().is_after(acked) => Resend::Spurious,
        Some(acked) if acked == seg.seq && peer.duplicate_acks >= FAST_RETRANSMIT => Resend::Fast,
        _ => Resend::Timeout,
    }
}

/// The acknowledgment of a segment of an open conversation. Says what the
/// segment is only if nothing else does; keeps the numbers in any case.
pub(super) fn on_ack(conv: &mut Conversation, seg: &Segment<'_>, ack: Seq, from: Side, found: &mut Findings) {
    conv.side_mut(from).learn_midstream(seg.seq);
    let peer = from.other();
    if conv.phase == Phase::Open(Opened::NotCaptured) {
        idle::on_answer(conv, seg, ack, from);
    }
    if accept::acks_unseen(conv, ack, from) {
        found.marks.set(Mark::AcksUnseen);
        let own = conv.side_mut(from);
        own.provoked = true;
        if let Some(fin) = &mut own.fin {
            fin.heard = true;
        }
        if found.steps.is_empty() {
            found.steps.push(Step::Ack { newly: 0 });
        }
        return;
    }
    // A bare ACK stands at its sender's SND.NXT: what is before it was sent.
    let ahead = conv.side(from).snd_nxt().map_or(0, |nxt| seg.seq.distance_from(nxt));
    if seg.span() == 0 && ahead > 0 && i64::from(ahead) <= i64::from(accept::window(conv, peer)) {
        conv.side_mut(from).cover(seg.seq, 0);
    }
    let in_flight = conv.side(peer).snd_nxt().is_some_and(|nxt| nxt.is_after(ack));
    let newly = newly_acked(conv, ack, from);
    if newly.is_some() {
        if conv.side_mut(peer).acknowledged(ack) > 0 {
            conv.marks.set(Mark::Gap);
        }
        if conv.side(peer).fin.is_some() {
            close::settle_fin(conv, peer, &mut Findings::blank());
        }
    }
    let asked = Asked::by(conv.side_mut(peer), found);
    let peer_shut = conv.side(peer).scaled && conv.side(peer).window == 0;
    let facts = Acking { newly, in_flight, asked, peer_shut, sack: sack(seg, ack) };
    let step = classify(conv.side_mut(from), seg, &facts);
    if from == Side::Server {
        held::on_server_ack(conv, seg, found);
    }
    if conv.side(peer).stuck {
        small_ones_pass(conv, ack, peer, step, (&facts, found));
    }
    let half = conv.side_mut(from);
    let shuts = seg.window == 0 && half.window != 0;
    half.window = seg.window;
    half.scaled = true;
    if let Some(newly) = newly {
        half.acked = Some(ack);
        half.duplicate_acks = if newly > 0 { 0 } else { half.duplicate_acks };
    }
    if found.steps.is_empty() {
        grant(half, step, shuts, found);
    } else if shuts && seg.len > 0 {
        found.steps.push(Step::ZeroWindow);
    }
}

/// An acknowledgment is what it was classified as: nothing else tells what the
/// segment is. `shuts`: it closes the window.
fn grant(half: &mut Half, step: Step, shuts: bool, found: &mut Findings) {
    half.probing = step == Step::WindowProbe;
    if let Step::DuplicateAck { nth } = step {
        half.duplicate_acks = nth;
    }
    if step == Step::KeepAlive {
        half.keep_alive = true;
    }
    found.steps.push(step);
    if shuts && step != Step::ZeroWindow {
        found.steps.push(Step::ZeroWindow);
    }
}

/// Whether an acknowledgment shows that small segments of `sender` arrive while a
/// full-sized one does not, however often it is sent.
fn small_ones_pass(
    conv: &mut Conversation,
    ack: Seq,
    sender: Side,
    step: Step,
    (facts, found): (&Acking, &mut Findings),
) {
    let Some(trail) = conv.trail.as_mut() else { return };
    let answers = |step: &Step| matches!(step, Step::ChallengeAck | Step::KeepAliveAck);
    let answers = answers(&step) || found.steps.any(answers);
    let beyond = match facts.sack {
        Sack::Beyond { octets } => octets,
        Sack::None | Sack::Twice => 0,
    };
    if trail.is_black_hole(sender, ack, answers, beyond) {
        conv.marks.set(Mark::PmtuBlackHole);
        found.marks.set(Mark::PmtuBlackHole);
    }
}

/// What the other side's last segment asked for.
#[derive(Clone, Copy)]
struct Asked {
    /// A keep-alive: is anybody there?
    alive: bool,
    /// An unacceptable segment: a challenge ACK is due (RFC 5961).
    provoked: bool,
}

impl Asked {
    /// What `peer` asked for, of a segment that is so far what was `found`.
    fn by(peer: &mut Half, found: &Findings) -> Self {
        // What completes the handshake answers the SYN-ACK, not what came after that.
        let provoked = peer.provoked && !found.steps.any(|step| *step == Step::HandshakeAck);
        if provoked {
            peer.provoked = false;
        }
        Asked { alive: std::mem::take(&mut peer.keep_alive), provoked }
    }
}

/// Octets that `ack` acknowledges for the first time; `None` if it is an old
/// acknowledgment.
fn newly_acked(conv: &Conversation, ack: Seq, from: Side) -> Option<u32> {
    match conv.side(from).acked {
        // Its first: of what was captured of the other side.
        None => {
            let start = conv.side(from.other()).start();
            Some(start.filter(|&start| ack.is_after(start)).map_or(0, |start| ack.relative_to(start)))
        }
        Some(before) if ack.is_before(before) => None,
        Some(before) => Some(ack.relative_to(before)),
    }
}

/// What a SACK option says beside the acknowledgment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sack {
    /// There is none.
    None,
    /// Octets beyond a hole: the duplicate ACK of RFC 6675 §2, whatever the window.
    Beyond {
        /// How many, in the block that arrived last.
        octets: u32,
    },
    /// Octets that came twice (RFC 2883): no sign of loss.
    Twice,
}

fn sack(seg: &Segment<'_>, ack: Seq) -> Sack {
    // Timestamps alone leave no room for it.
    if seg.options.len() <= 12 {
        return Sack::None;
    }
    let blocks = seg.options().find_map(|option| match option {
        Ok(TcpOption::Sack(blocks)) => TcpOption::sack_blocks(blocks).next(),
        _ => None,
    });
    match blocks {
        None => Sack::None,
        Some((left, right)) if right.is_after(ack) => Sack::Beyond { octets: right.relative_to(left) },
        Some(_) => Sack::Twice,
    }
}

/// What is known of an acknowledgment when it is classified.
struct Acking {
    newly: Option<u32>,
    in_flight: bool,
    asked: Asked,
    peer_shut: bool,
    sack: Sack,
}

/// The first row that fits is what an acknowledgment without payload is.
fn classify(half: &Half, seg: &Segment<'_>, facts: &Acking) -> Step {
    let before_next = half.snd_nxt().is_some_and(|nxt| seg.end() == nxt.retreat(1));
    let opens = half.window == 0 && seg.window != 0 && half.acked.is_some();
    let duplicate = Step::DuplicateAck { nth: half.duplicate_acks + 1 };
    match facts.newly {
        _ if seg.len == 0 && before_next && half.fin.is_none() => {
            // The update that opened the window may have been lost on its way: who
            // probed before still probes.
            if facts.peer_shut || half.probing { Step::WindowProbe } else { Step::KeepAlive }
        }
        Some(newly) if newly > 0 => Step::Ack { newly },
        _ if facts.asked.provoked => Step::ChallengeAck,
        _ if seg.window == 0 && half.scaled => Step::ZeroWindow,
        Some(_) if matches!(facts.sack, Sack::Beyond { .. }) && half.acked.is_some() => duplicate,
        Some(_) if facts.sack == Sack::Twice => Step::Ack { newly: 0 },
        Some(_) if opens => Step::WindowUpdate,
        Some(_) if seg.window != half.window && half.scaled => Step::WindowUpdate,
        Some(_) if facts.asked.alive => Step::KeepAliveAck,
        Some(_) if facts.in_flight && half.acked.is_some() => duplicate,
        _ => Step::Ack { newly: 0 },
    }
}
