//! Conversation scripts: what is printed is what was read, and what is played is
//! tracked.

use hsanalyze::script::{Captured, Isns, frames, parse};
use hsanalyze::track::{Limits, Tracker};

/// Any text.
pub fn feed(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let script = match parse(&text) {
        Ok(script) => script,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let printed = script.to_string();
    assert_eq!(parse(&printed).as_ref(), Ok(&script), "{printed}");
    let Ok(frames) = frames(&script, Isns::new(u32::MAX, 1 << 31)) else { return };
    let mut tracker = Tracker::new(Limits { max_flows: 8, ..Limits::default() });
    for frame in &frames {
        match &frame.what {
            Captured::Segment(segment) => assert!(!tracker.push(&segment.get()).steps.is_empty()),
            Captured::Icmp(error) => drop(tracker.push_icmp(error).map(|conv| conv.number)),
        }
        assert!(tracker.live() <= 8);
    }
    tracker.finish();
}
