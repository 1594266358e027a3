//! The lab in English.

use crate::lang::{Actor, LabGroup, LabNote, LabWord};

pub(super) fn actor(actor: Actor) -> &'static str {
    match actor {
        Actor::Client => "client",
        Actor::SecondClient => "client 2",
        Actor::ThirdClient => "client 3",
        Actor::Server => "server",
        Actor::Worker => "worker",
        Actor::SecondWorker => "worker 2",
        Actor::Kernel => "kernel",
        Actor::Network => "network",
    }
}

pub(super) fn group(group: LabGroup) -> &'static str {
    match group {
        LabGroup::Programs => "Programs of the textbook",
        LabGroup::Opening => "Opening",
        LabGroup::Data => "Data and silence",
        LabGroup::Closing => "Closing",
        LabGroup::Resets => "Resets",
        LabGroup::Losses => "Lost, late and forged segments",
    }
}

pub(super) fn word(word: LabWord) -> &'static str {
    match word {
        LabWord::Calls => "What the programs did, and the frames that came of it",
        LabWord::Causes => "Which call causes what",
        LabWord::Look => "What to look at",
        LabWord::Next => "Try next",
        LabWord::Script => "Is it what it should be?",
        LabWord::Wire => "What the wire shows",
        LabWord::Notes => "Experiments with TCP handshakes",
        LabWord::Satisfied => "as it should be: the wire showed what the script says",
        LabWord::NotSatisfied => "not as it should be: the wire did not show what the script says",
        LabWord::HowTo => "hsanalyze lab NAME runs one, in a network of its own; no root needed.",
        LabWord::GoOn => "[Enter]",
    }
}

pub(super) fn note(note: &LabNote<'_>, out: &mut String) {
    match note {
        LabNote::OwnNetwork => {
            out.push_str("Run just now in a network of its own: nothing of this machine was touched.")
        }
        LabNote::Recording(name) => {
            out.push_str(
                "Not run: this system does not allow a network of one's own. What follows is a recording: ",
            );
            out.push_str(name);
        }
        LabNote::Counted(sent, arrived) => {
            let lost = sent.saturating_sub(*arrived);
            out.push_str(&format!("sent {sent} octets, arrived {arrived}, lost {lost}"));
        }
        LabNote::Failed(why) => out.push_str(&format!("the programs could not go on: {why}")),
        LabNote::Interrupted => out.push_str("interrupted: the rest was not played"),
    }
}
