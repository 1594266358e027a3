//! The calls of the programs, and the frames that each caused.

use crate::lab::{Caught, Entry};
use crate::lang::{Actor, LabWord};
use crate::render::{Role, elide, pad, width};
use crate::track::Side;

use super::page::{INDENT, Page};

/// The widest call.
const WIDEST: usize = 44;

/// Whose side a program is on.
fn side(who: Actor) -> Option<Side> {
    match who {
        Actor::Client | Actor::SecondClient | Actor::ThirdClient => Some(Side::Client),
        Actor::Server | Actor::Worker | Actor::SecondWorker => Some(Side::Server),
        Actor::Kernel | Actor::Network => None,
    }
}

/// Which call each frame belongs to: the last of its sender, or of what lies between
/// the hosts, if that began since the frame before; else it answers that frame, and
/// belongs where that one does. `log` is in the order of time.
fn owners(log: &[Entry], caught: &[Caught]) -> Vec<usize> {
    let mut owners: Vec<usize> = Vec::with_capacity(caught.len());
    let mut before: Option<(&Caught, usize)> = None;
    for frame in caught {
        let earlier = log.iter().take_while(|entry| entry.at <= frame.at).count();
        let earlier = log.get(..earlier).unwrap_or_default();
        let may_own = |entry: &Entry| {
            entry.who == Actor::Network || frame.from.is_some() && side(entry.who) == frame.from
        };
        let own = earlier.iter().rposition(may_own);
        let own = own.filter(|&nth| {
            before.is_none_or(|(before, _)| log.get(nth).is_some_and(|entry| entry.at >= before.at))
        });
        let owner = own.or(before.map(|(_, owner)| owner)).unwrap_or_else(|| earlier.len().saturating_sub(1));
        owners.push(owner);
        before = Some((frame, owner));
    }
    owners
}

impl Page {
    /// The calls of the programs, and the frames that each caused.
    pub(super) fn calls(&self, mut log: Vec<Entry>, caught: &[Caught], out: &mut String) {
        out.push('\n');
        self.title(self.lang.lab_word(LabWord::Calls), out);
        log.sort_by_key(|entry| entry.at);
        let name = |entry: &Entry| self.style.tidy(self.lang.actor(entry.who).into());
        let call = |entry: &Entry| {
            let result = entry.result.as_ref().map_or(String::new(), |result| format!(" = {result}"));
            self.style.tidy(format!("{}{result}", entry.call))
        };
        let longest = |cells: &dyn Fn(&Entry) -> String| log.iter().map(|entry| width(&cells(entry))).max();
        let room = usize::from(self.style.width);
        let names = longest(&name).unwrap_or(0);
        let widest = WIDEST.min(room.saturating_sub(INDENT + names + 2) * 2 / 3);
        let calls = longest(&call).unwrap_or(0).min(widest.max(8));
        let left = room.saturating_sub(INDENT + names + 2 + calls + 2);
        let owners = owners(&log, caught);
        for (nth, entry) in log.iter().enumerate() {
            let frames: Vec<&Caught> = caught
                .iter()
                .zip(&owners)
                .filter(|&(_, &owner)| owner == nth)
                .map(|(frame, _)| frame)
                .collect();
            pad(INDENT, out);
            let text = name(entry);
            self.style.paint(Role::Dim, &text, out);
            pad(names - width(&text) + 2, out);
            let dots = if self.style.ascii { "..." } else { "…" };
            let text = elide(&call(entry), calls, dots);
            self.style.paint(if entry.failed { Role::Trouble } else { Role::Plain }, &text, out);
            if !frames.is_empty() {
                pad(calls.saturating_sub(width(&text)) + 2, out);
                out.push_str(&self.style.tidy(line(&frames, left)));
            }
            out.push('\n');
        }
    }
}

/// `#1 [S]  #2 [S.]  #3 [.]`; if there is no room for all, the first and the last.
fn line(frames: &[&Caught], room: usize) -> String {
    let cell = |frame: &Caught| format!("#{} {}", frame.frame, frame.what);
    let all: Vec<String> = frames.iter().map(|frame| cell(frame)).collect();
    let all = all.join("  ");
    match frames {
        [first, .., last] if width(&all) > room => format!("{} … {}", cell(first), cell(last)),
        _ => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    fn entry(at: i64, who: Actor) -> Entry {
        Entry { at: Timestamp::from_nanos(at), who, call: "close()".into(), result: None, failed: false }
    }

    fn frame(at: i64, from: Option<Side>) -> Caught {
        Caught { frame: at as u64, at: Timestamp::from_nanos(at), what: "[.]".into(), from }
    }

    #[test]
    fn a_frame_belongs_to_its_senders_call_and_an_answer_to_what_it_answers() {
        let (client, server) = (Some(Side::Client), Some(Side::Server));
        // connect, accept, write, read, close of the server.
        let log = [
            entry(10, Actor::Client),
            entry(20, Actor::Server),
            entry(30, Actor::Client),
            entry(40, Actor::Server),
            entry(50, Actor::Server),
        ];
        let caught = [
            frame(11, client),
            frame(12, server),
            frame(13, None),
            // Late, when the server reads already.
            frame(45, client),
            frame(46, None),
            frame(51, server),
            frame(99, None),
        ];
        assert_eq!(owners(&log, &caught), [0, 0, 0, 2, 2, 4, 4]);
        // Nobody's call: the last one before it.
        assert_eq!(owners(&log, &[frame(35, None)]), [2]);
        assert_eq!(owners(&[], &[frame(35, None)]), [0]);
        // What was held back, and is let go.
        let log = [entry(10, Actor::Client), entry(20, Actor::Network)];
        let caught = [frame(11, client), frame(21, server), frame(22, client)];
        assert_eq!(owners(&log, &caught), [0, 1, 1]);
    }

    #[test]
    fn frames_without_room_are_shown_by_their_ends() {
        let frames = [frame(1, None), frame(2, None), frame(3, None)];
        let frames: Vec<&Caught> = frames.iter().collect();
        assert_eq!(line(&frames, 30), "#1 [.]  #2 [.]  #3 [.]");
        assert_eq!(line(&frames, 20), "#1 [.] … #3 [.]");
        assert_eq!(line(&frames[..1], 2), "#1 [.]");
    }
}
