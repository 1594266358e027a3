//! What a ladder shows of each row beside its texts: what became of the
//! segment, and how long nothing happened before it.

use std::time::Duration;

use hashbrown::HashSet;

use crate::lang::Run;
use crate::model::{Timestamp, Way};
use crate::track::{Claim, Conversation, Resend, Side, Step};

use super::draft::{Crossed, Drafted};
use super::row::{Item, Line};

/// From this pause on a ladder shows that time was left out.
const PAUSE: Duration = Duration::from_millis(100);

/// One row of a ladder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Rung {
    /// Octets of payload.
    pub len: u32,
    /// It carries again what was sent before.
    pub again: bool,
    /// It was sent again before anything acknowledged it: it, or what answered
    /// it, did not arrive.
    pub lost: bool,
    /// Nothing was captured for so long before it.
    pub pause: Option<Duration>,
}

impl Rung {
    /// One for each item.
    pub fn of_all(items: &[Item], conv: &Conversation) -> Vec<Rung> {
        let lost = lost(items, conv);
        let crossed = Crossed::of(conv).syns;
        let mut before: Option<Timestamp> = None;
        let mut rungs = Vec::with_capacity(items.len());
        for item in items {
            let (at, until) = match item {
                Item::Line(line) => (line.at, line.at),
                Item::Icmp(notice) => (notice.error.at, notice.error.at),
                // Its own text says how long it took.
                Item::Fold(fold) => (before.unwrap_or(fold.until), fold.until),
            };
            let pause = before.map(|before| at.since(before)).filter(|&pause| pause >= PAUSE);
            rungs.push(match item {
                Item::Line(line) => {
                    let again = line.steps().any(|step| is_again(step, crossed));
                    Rung { len: line.len, again, lost: lost.contains(&line.frame), pause }
                }
                Item::Icmp(_) | Item::Fold(_) => Rung { pause, ..Rung::default() },
            });
            before = Some(until);
        }
        rungs
    }
}

/// Elsewhere states are told as if each segment arrived. Where one is drawn that
/// does not, its receiver's new state goes to the one that repeats it.
pub(super) fn settle(drafts: &mut [Drafted], rungs: &[Rung]) {
    let mut waiting: [&'static str; 2] = [""; 2];
    let mut rungs = rungs.iter();
    for drafted in drafts {
        let rung = match drafted {
            Drafted::Why(_) => continue,
            _ => rungs.next().copied().unwrap_or_default(),
        };
        let Drafted::Line(draft) = drafted else { continue };
        let to = draft.from.other() as usize;
        for side in [0, 1] {
            let held_back = rung.lost && side == to;
            // A later state says more than the one that waits.
            if !held_back && !draft.states[side].is_empty() {
                waiting[side] = "";
            }
        }
        if rung.lost {
            let state = std::mem::take(&mut draft.states[to]);
            waiting[to] = if state.is_empty() { waiting[to] } else { state };
        } else if rung.again && draft.states[to].is_empty() {
            draft.states[to] = std::mem::take(&mut waiting[to]);
        }
    }
}

/// In a crossed opening each side sends a SYN-ACK.
fn is_again(step: &Step, crossed: bool) -> bool {
    match *step {
        Step::SynAck { attempt } => attempt > if crossed { 2 } else { 1 },
        Step::Syn { attempt, .. } | Step::Fin { attempt, .. } => attempt > 1,
        Step::Retransmission { .. } => true,
        _ => false,
    }
}

/// What a SYN or SYN-ACK waits for.
#[derive(Clone, Copy)]
struct Waiting {
    frame: u64,
    way: Way,
}

/// The frames that were sent again before anything acknowledged them.
fn lost(items: &[Item], conv: &Conversation) -> HashSet<u64> {
    let mut lost = HashSet::new();
    // The last SYN and SYN-ACK of each side that nothing has answered yet, by
    // kind, then way.
    let mut waiting: [[Option<Waiting>; 2]; 2] = Default::default();
    let mut answered: HashSet<u64> = HashSet::new();
    for item in items {
        let line = match item {
            Item::Line(line) => line,
            Item::Fold(fold) => {
                let told = fold.told(conv.client_way, None);
                let kind = match told.run {
                    Run::Syn => 0,
                    Run::SynAck => 1,
                    _ => continue,
                };
                let senders = Side::BOTH.into_iter().filter(|&side| told.segments[side as usize] > 0);
                for sender in senders {
                    let way =
                        if sender == Side::Client { conv.client_way } else { opposite(conv.client_way) };
                    lost.extend(waiting[kind][way as usize].take().map(|its| its.frame));
                }
                continue;
            }
            Item::Icmp(_) => continue,
        };
        acknowledge(line, &mut waiting, &mut answered);
        for proof in line.proofs().filter(|proof| matches!(proof.claim, Claim::Repeats { .. })) {
            let spurious = matches!(proof.step, Step::Retransmission { cause: Resend::Spurious, .. });
            lost.extend(proof.of.filter(|of| !spurious && !answered.contains(of)));
        }
        let kind = match line.steps().next() {
            Some(Step::Syn { .. } | Step::SimultaneousSyn) => 0,
            Some(Step::SynAck { .. }) => 1,
            _ => continue,
        };
        let its = Waiting { frame: line.frame, way: line.way };
        lost.extend(waiting[kind][line.way as usize].replace(its).map(|before| before.frame));
    }
    lost
}

/// Takes back from those that wait what this segment answers.
fn acknowledge(line: &Line, waiting: &mut [[Option<Waiting>; 2]; 2], answered: &mut HashSet<u64>) {
    for step in line.steps() {
        let kind = match *step {
            Step::SynAck { .. } | Step::Refused => 0,
            Step::FinAck { of, .. } | Step::LastAck { of, .. } => {
                answered.insert(of);
                continue;
            }
            // Data, too, comes only from one who has the SYN-ACK.
            Step::HandshakeAck | Step::Ack { .. } | Step::Data { .. } => 1,
            _ => continue,
        };
        for slot in waiting.iter_mut().take(kind + 1).flatten() {
            slot.take_if(|its| its.way != line.way);
        }
    }
}

fn opposite(way: Way) -> Way {
    match way {
        Way::Up => Way::Down,
        Way::Down => Way::Up,
    }
}
