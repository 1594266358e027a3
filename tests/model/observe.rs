//! Gives the captured packets to the tracker and holds what it says against the
//! truth.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use hsanalyze::model::{Checksum, Endpoint, IpMeta, ScopeId, Segment, Timestamp};
use hsanalyze::track::{Conversation, Ended, Event, Limits, Side, Tracker};
use hsanalyze::verdict::{End, Verdict, judge};

use super::oracle::{Saying, Truth, truth};
use super::packet::Captured;
use super::world::{LONGEST, Story};

/// What the tracker made of an exchange.
pub struct Observed {
    /// For each captured packet.
    pub events: Vec<Event>,
    pub conversations: Vec<(Conversation, Ended)>,
}

pub fn endpoint(host: usize) -> Endpoint {
    let addr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, host as u8 + 1));
    Endpoint { addr, port: [40_000, 9_877][host] }
}

fn host_of(endpoint_: Endpoint) -> usize {
    usize::from(endpoint_ == endpoint(1))
}

fn segment(frame: usize, captured: &Captured) -> Segment<'static> {
    let packet = &captured.packet;
    Segment {
        frame: frame as u64 + 1,
        at: Timestamp::from_nanos(1_700_000_000_000_000_000 + captured.at as i64 * 1_000),
        carried: 0,
        interface: 0,
        arrival: None,
        link_hash: 0,
        src: endpoint(packet.from),
        dst: endpoint(1 - packet.from),
        scope: ScopeId::NONE,
        ip: IpMeta { ttl: 64, id: Some(packet.id), ecn: 0, wrapped: false, hidden: false },
        seq: packet.seq,
        ack_field: packet.ack,
        flags: packet.flags,
        window: packet.window,
        urgent: 0,
        len: packet.len,
        header_len: 20,
        options: &[],
        payload: &[],
        checksum: Checksum::Good,
        fault: None,
        fragments: 0,
        first_piece: 0,
    }
}

fn observe(story: &Story, limits: Limits) -> Observed {
    let mut tracker = Tracker::new(limits);
    let events = story.captured.iter().enumerate().map(|(at, c)| tracker.push(&segment(at, c))).collect();
    tracker.finish();
    let ended = tracker.take_ended().into_iter();
    let mut conversations: Vec<_> = ended.map(|(conv, why)| (*conv, why)).collect();
    conversations.sort_by_key(|(conv, _)| conv.number);
    Observed { events, conversations }
}

/// One thing that the tracker gets wrong, by class.
#[derive(Clone, Debug)]
pub struct Complaint {
    pub class: String,
    pub detail: String,
}

pub struct Judged {
    pub truths: Vec<Truth>,
    pub observed: Observed,
    pub complaints: Vec<Complaint>,
    /// Why the capture cannot tell the connections apart, if it cannot.
    pub undecidable: Option<&'static str>,
}

pub fn judge_story(story: &Story) -> Judged {
    let mut truths: Vec<Truth> = (0..story.incarnations.len()).filter_map(|inc| truth(story, inc)).collect();
    truths.sort_by_key(|truth| story.captured.iter().position(|c| c.packet.inc == truth.inc));
    let mut limits = Limits::default();
    if outlived(story, &truths) {
        limits.linger = Duration::from_micros(LONGEST);
    }
    let observed = observe(story, limits);
    let mut complaints = Vec::new();
    let undecidable = undecidable(story, &truths);
    if undecidable.is_some() {
        return Judged { truths, observed, complaints, undecidable };
    }
    if truths.len() != observed.conversations.len() {
        complaints.push(Complaint {
            class: format!(
                "conversations {}",
                if truths.len() < observed.conversations.len() { "split" } else { "merged" }
            ),
            detail: format!("{} expected, {} observed", truths.len(), observed.conversations.len()),
        });
    } else {
        for (truth, (conv, ended)) in truths.iter().zip(&observed.conversations) {
            compare(truth, conv, &judge(conv, *ended), &mut complaints);
        }
        numbers(story, &truths, &observed, &mut complaints);
    }
    Judged { truths, observed, complaints, undecidable }
}

/// The rule by which nothing can be said of this capture. The connections of a
/// flow are told apart by their SYNs as these come; two things defeat that:
///
/// - `mixed`: a host in SYN-SENT took an old SYN of the other side for the answer
///   to its new one. The connection that comes of it has one number of each.
/// - `reversed`: see [`reversed`].
fn undecidable(story: &Story, truths: &[Truth]) -> Option<&'static str> {
    let rules = [("mixed", story.mixed), ("reversed", reversed(story, truths))];
    rules.into_iter().find_map(|(name, holds)| holds.then_some(name))
}

/// Whether one side's SYNs stay unanswered and then the other side opens: its SYN
/// looks like one that crosses them.
fn reversed(story: &Story, truths: &[Truth]) -> bool {
    truths.windows(2).any(|pair| {
        let [before, after] = pair else { return false };
        let mut of_before = story.captured.iter().filter(|c| c.packet.inc == before.inc);
        before.client != after.client && of_before.all(|c| c.packet.from == before.client)
    })
}

/// Whether something of a connection that is over comes after a silence that is
/// longer than such a connection is remembered ([`Limits::linger`]): that is a
/// bound of memory, and such an exchange is judged with a longer one.
fn outlived(story: &Story, truths: &[Truth]) -> bool {
    let linger = Limits::default().linger.as_micros() as u64;
    truths.iter().any(|truth| {
        let times: Vec<u64> =
            story.captured.iter().filter(|c| c.packet.inc == truth.inc).map(|c| c.at).collect();
        let over = truth.over.unwrap_or(usize::MAX);
        times.windows(2).enumerate().any(|(at, pair)| at >= over && pair[1] - pair[0] > linger)
    })
}

/// The verdict in the oracle's words.
pub fn saying(conv: &Conversation, verdict: &Verdict) -> Saying {
    let host = |side: Side| host_of(conv.endpoint(side));
    let (simultaneous, segments) = match verdict.end() {
        Some(End::Graceful(close)) => (close.simultaneous, Some(close.segments)),
        _ => (false, None),
    };
    Saying {
        opening: verdict.opening(),
        ending: verdict.ending(),
        first: verdict.first_closer().map(host),
        reset_by: verdict.reset_by().map(host),
        simultaneous,
        segments,
        acked: match verdict.end() {
            Some(End::HalfClosed { acked, .. }) => Some(*acked),
            _ => None,
        },
    }
}

pub fn words(saying: &Saying, client: usize) -> String {
    let side = |host: usize| if host == client { "client" } else { "server" };
    let mut text = saying.opening.to_string();
    if let Some(ending) = saying.ending {
        write!(text, ", {ending}").unwrap();
    }
    if let Some(first) = saying.first {
        write!(text, ", first {}", side(first)).unwrap();
    }
    if let Some(segments) = saying.segments {
        write!(text, ", {segments} segments").unwrap();
    }
    if saying.simultaneous {
        text.push_str(", simultaneous");
    }
    if let Some(by) = saying.reset_by {
        write!(text, ", reset by {}", side(by)).unwrap();
    }
    if let Some(acked) = saying.acked {
        text.push_str(if acked { ", FIN acknowledged" } else { ", FIN not acknowledged" });
    }
    text
}

fn compare(truth: &Truth, conv: &Conversation, verdict: &Verdict, into: &mut Vec<Complaint>) {
    let said = saying(conv, verdict);
    let host = host_of(conv.endpoint(Side::Client));
    if host != truth.client {
        into.push(Complaint { class: "roles".into(), detail: format!("client is host {}", truth.client) });
        return;
    }
    if !truth.allowed.contains(&said) {
        let mut allowed: Vec<String> = truth.allowed.iter().map(|s| words(s, truth.client)).collect();
        allowed.dedup();
        let class = format!("said `{}` for `{}`", words(&said, truth.client), allowed.join("` or `"));
        into.push(Complaint { class, detail: format!("connection {}", truth.inc) });
        return;
    }
    let mut count = |what: &str, expected: u32, observed: u32| {
        if expected != observed {
            let class =
                format!("{what} counted {}", if observed < expected { "too few" } else { "too many" });
            into.push(Complaint { class, detail: format!("{expected} expected, {observed} observed") });
        }
    };
    // After a reset nothing is counted any more.
    let counted = said.reset_by.is_none() && said.opening != "refused" && !truth.restarted;
    if counted {
        count("SYNs", truth.syns, conv.syns);
    }
    if counted && !truth.crossing {
        count("SYN-ACKs", truth.syn_acks, conv.synacks);
    }
    if truth.plain && counted {
        for side in Side::BOTH {
            let sent = conv.side(side).fin.map_or(0, |fin| fin.sent);
            count("FINs", truth.fins[host_of(conv.endpoint(side))], sent);
        }
    }
}

/// Each packet must be in the conversation that it is of, with its numbers.
fn numbers(story: &Story, truths: &[Truth], observed: &Observed, into: &mut Vec<Complaint>) {
    let number_of: BTreeMap<usize, (u64, &Truth)> = truths
        .iter()
        .zip(&observed.conversations)
        .map(|(truth, (conv, _))| (truth.inc, (conv.number, truth)))
        .collect();
    for (frame, (captured, event)) in story.captured.iter().zip(&observed.events).enumerate() {
        let packet = &captured.packet;
        let Some(&(number, truth)) = number_of.get(&packet.inc) else { continue };
        if truth.restarted {
            continue;
        }
        let at = frame + 1;
        if event.conversation != number {
            let class = format!("[{:?}] in another conversation", packet.flags);
            let detail = format!("#{at} in {} instead of {number}", event.conversation);
            into.push(Complaint { class, detail });
            continue;
        }
        let wrong =
            |told: Option<u64>, true_: Option<i64>| true_.is_some_and(|off| told != u64::try_from(off).ok());
        // A side whose SYN was not captured yet has no ISN to count from.
        let known = |host: usize| {
            let mut of_this = story.captured.iter().filter(|c| c.packet.inc == packet.inc);
            let over_at = truth.over.and_then(|over| of_this.nth(over)).map_or(u64::MAX, |c| c.at);
            let same = |c: &&Captured| c.packet.inc == packet.inc && c.packet.from == host;
            let mut seen = story.captured[..at].iter().filter(same);
            seen.any(|c| c.packet.flags.syn() && c.at <= over_at)
        };
        if wrong(event.isn_seq, packet.seq_off) && known(packet.from) {
            let detail = format!("#{at} seq {:?} instead of {:?}", event.isn_seq, packet.seq_off);
            into.push(Complaint { class: format!("[{:?}] seq number", packet.flags), detail });
        }
        if wrong(event.isn_ack, packet.ack_off) && known(1 - packet.from) {
            let detail = format!("#{at} ack {:?} instead of {:?}", event.isn_ack, packet.ack_off);
            into.push(Complaint { class: format!("[{:?}] ack number", packet.flags), detail });
        }
    }
}
