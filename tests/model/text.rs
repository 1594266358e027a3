//! An exchange as a conversation script, with what is true and what was said.

use std::fmt::Write as _;

use hsanalyze::script::{Expectation, parse};
use hsanalyze::track::Side;
use hsanalyze::verdict::judge;

use super::observe::{Judged, saying, words};
use super::packet::Captured;
use super::world::Story;

pub fn exchange(story: &Story, judged: &Judged) -> String {
    let client = judged.truths.first().map_or(0, |truth| truth.client);
    let mut text = format!("# captured {:?}; {:?}\n", story.wire.point, story.wire.legs);
    let mut newest = story.captured.first().map_or(0, |c| c.packet.inc);
    let mut last = story.captured.first().map_or(0, |c| c.at);
    for (captured, event) in story.captured.iter().zip(&judged.observed.events) {
        let inc = captured.packet.inc;
        if inc > newest {
            newest = inc;
            text.push_str("again\n");
        }
        let gap = captured.at - last;
        last = captured.at;
        let said = Expectation::of(event);
        writeln!(text, "{}", line(captured, client, newest, gap, &said)).unwrap();
    }
    for truth in &judged.truths {
        for allowed in &truth.allowed {
            writeln!(text, "# truth of connection {}: {}", truth.inc + 1, words(allowed, client)).unwrap();
        }
    }
    for (conv, ended) in &judged.observed.conversations {
        let said = saying(conv, &judge(conv, *ended));
        writeln!(text, "# said of conversation {}: {}", conv.number, words(&said, client)).unwrap();
    }
    for complaint in &judged.complaints {
        writeln!(text, "# wrong: {}: {}", complaint.class, complaint.detail).unwrap();
    }
    parse(&text).map_or_else(|why| format!("{text}# {why}\n"), |script| script.to_string())
}

fn line(captured: &Captured, client: usize, newest: usize, gap: u64, said: &Expectation) -> String {
    let packet = &captured.packet;
    let (from, to) = if packet.from == client { ("C", "S") } else { ("S", "C") };
    let mut text = format!("{from} > {to}  [{:?}]", packet.flags);
    let mut fields = Vec::new();
    match (packet.seq_off, packet.len) {
        (Some(seq), 0) => fields.push(format!("seq {seq}")),
        (Some(seq), len) => fields.push(format!("seq {seq}:{}", seq + i64::from(len))),
        (None, _) => {}
    }
    if let Some(ack) = packet.ack_off {
        fields.push(format!("ack {ack}"));
    }
    fields.push(format!("win {}", packet.window));
    if packet.inc < newest {
        fields.push("old".into());
    }
    write!(text, "  {}  after {gap}us  ; {}", fields.join(", "), said_of(said)).unwrap();
    if let Some(why) = packet.why {
        write!(text, "  # {why:?}").unwrap();
    }
    if packet.inc + 1 < newest {
        write!(text, "  # of connection {}", packet.inc + 1).unwrap();
    }
    text
}

fn said_of(said: &Expectation) -> String {
    let steps = Expectation { states: Vec::new(), ..said.clone() };
    let states: Vec<String> = said
        .states
        .iter()
        .map(|(side, state)| {
            let name = if *side == Side::Client { "client" } else { "server" };
            format!("{name} {}", state.name())
        })
        .collect();
    format!("{steps}; {}", states.join(", "))
}
