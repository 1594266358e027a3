//! The tracker, and the laws that it obeys whatever comes.

use std::collections::BTreeMap;

use hsanalyze::model::Timestamp;
use hsanalyze::script::Outcome;
use hsanalyze::track::Limits;

use super::flows::{Shot, shots};
use super::story::{Judged, Seen, Story, WIDE, tell, tell_resting};

/// A walk over a few flows.
pub fn feed(data: &[u8]) {
    let Some((&how, walk)) = data.split_first() else { return };
    let shots = shots(walk);
    let whole = tell(&shots, WIDE, None);
    totals_add_up(&whole, &shots);
    match how % 4 {
        0 => sharded(&whole, &shots),
        1 => the_long_way(&whole, &shots),
        2 => crowded(&shots, usize::from(how / 4 % 4) + 1),
        _ => at_rest(&whole, &shots),
    }
}

/// Each segment is something, and belongs to exactly one conversation; each
/// conversation is given out once, or absorbed by another.
pub fn totals_add_up(story: &Story, shots: &[Shot]) {
    let pushed = shots.iter().filter(|shot| matches!(shot, Shot::Segment(..))).count();
    assert_eq!(story.events.len(), pushed);
    let mut counted: BTreeMap<u64, u64> = BTreeMap::new();
    for (frame, event) in &story.events {
        assert!(event.conversation > 0 && !event.steps.is_empty(), "frame {frame}: {event:?}");
        assert_eq!(!counted.contains_key(&event.conversation), event.first, "frame {frame}");
        *counted.entry(event.conversation).or_default() += 1;
        if let Some(absorbed) = event.absorbs {
            let segments = counted.remove(&absorbed).unwrap_or(0);
            assert!(segments > 0, "frame {frame} absorbs a conversation that is not there");
            *counted.entry(event.conversation).or_default() += segments;
        }
    }
    let ended: Vec<_> = story.ended.iter().map(|(c, _)| (c.number, c.segments() + c.rare.copies)).collect();
    let once: BTreeMap<_, _> = ended.iter().copied().collect();
    assert_eq!(once.len(), ended.len(), "a conversation was given out twice");
    assert_eq!(once, counted, "conversations and their segments");
}

/// What several machines say, each of its flows, one machine says of all. Where the
/// clock runs backwards, the one machine may already have given out a conversation
/// that was over, because of the time of another flow.
fn sharded(whole: &Story, shots: &[Shot]) {
    if !shots.is_sorted_by_key(at) {
        return;
    }
    let times = shots.iter().filter_map(|shot| match shot {
        Shot::Segment(seg, _) => Some(seg.at),
        Shot::Icmp(_) => None,
    });
    let end = times.max().unwrap_or_default();
    let (mut seen, mut judged) = (BTreeMap::new(), BTreeMap::new());
    for shard in 0..2 {
        let mine = shots.iter().filter(|shot| (shot.ports().0 ^ shot.ports().1) & 1 == shard);
        let part = tell(mine, WIDE, Some(end));
        seen.extend(part.seen());
        judged.extend(part.judged());
    }
    compare(whole, &seen, &judged);
}

fn at(shot: &Shot) -> Timestamp {
    match shot {
        Shot::Segment(seg, _) => seg.at,
        Shot::Icmp(error) => error.at,
    }
}

fn compare(whole: &Story, seen: &BTreeMap<u64, Seen>, judged: &BTreeMap<u64, Judged>) {
    for (frame, one) in whole.seen() {
        assert_eq!(Some(&one), seen.get(&frame), "frame {frame}");
    }
    assert_eq!(whole.judged(), *judged);
}

/// Options that say nothing, or say it in another order, keep a segment from the
/// short way.
fn the_long_way(whole: &Story, shots: &[Shot]) {
    let detour = |shot: &Shot| match shot {
        Shot::Segment(seg, options) if !seg.flags.syn() && options.is_empty() && seg.header_len == 20 => {
            let mut seg = *seg;
            seg.header_len = 24;
            Shot::Segment(seg, vec![1; 4])
        }
        Shot::Segment(seg, options)
            if !seg.flags.syn() && options.starts_with(&[1, 1, 8, 10]) && options.len() == 12 =>
        {
            let mut options = options.clone();
            options.rotate_left(2);
            Shot::Segment(*seg, options)
        }
        other => other.clone(),
    };
    let detours: Vec<Shot> = shots.iter().map(detour).collect();
    let long = tell(&detours, WIDE, None);
    compare(whole, &long.seen(), &long.judged());
}

/// Whether conversations rest between their segments changes nothing.
fn at_rest(whole: &Story, shots: &[Shot]) {
    assert_eq!(tell_resting(shots, WIDE).to_the_letter(), whole.to_the_letter());
}

/// Where there is no room, what is evicted is given out all the same.
fn crowded(shots: &[Shot], max_flows: usize) {
    let story = tell(shots, Limits { max_flows, max_lingering: 2, ..WIDE }, None);
    totals_add_up(&story, shots);
    for (conv, why) in &story.ended {
        assert!(!Outcome::of(conv, *why).opening.is_empty());
    }
}
