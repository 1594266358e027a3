//! Joins the stages: a frame goes in, what a sink prints comes out.

use crate::decode::Decoder;
use crate::model::{Decoded, Frame, Scope, Segment, Timestamp};
use crate::render::{Begin, Judged, Row, Sink, Totals};
use crate::track::{Conversation, Ended, Event, Limits, Mark, Numberer, Numbers, Tracker};
use crate::verdict::{Confidence, Times, judge};

/// One run over a capture. Knows neither files nor terminals.
pub struct Analysis {
    decoder: Decoder,
    numberer: Numberer,
    tracker: Tracker,
    sink: Box<dyn Sink>,
    totals: Totals,
}

impl Analysis {
    /// An analysis that prints through `sink`. `absolute`: tcpdump's `-S`.
    pub fn new(sink: Box<dyn Sink>, limits: Limits, absolute: bool) -> Self {
        Analysis {
            decoder: Decoder::new(),
            numberer: if absolute { Numberer::absolute() } else { Numberer::new() },
            tracker: Tracker::new(limits),
            sink,
            totals: Totals::default(),
        }
    }

    /// Before the first frame.
    pub fn begin(&mut self, begin: &Begin, out: &mut Vec<u8>) {
        self.sink.begin(begin, out);
    }

    /// Takes in one frame that passed the filter.
    pub fn frame(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) {
        self.totals.frames += 1;
        let ordinal = self.totals.frames;
        match self.decoder.decode(frame) {
            Err(why) => self.totals.skipped.add(why),
            Ok(Decoded::IcmpError(error)) => {
                self.totals.icmp_errors += 1;
                self.tracker.push_icmp(&error);
            }
            Ok(Decoded::FirstFragment(segment)) => {
                self.totals.skipped.add(crate::model::Skip::Fragment);
                let numbers = self.numberer.number(&segment);
                self.sink.loose(&segment, numbers, ordinal, out);
            }
            Ok(Decoded::Segment(segment)) if segment.fault.is_some() => {
                self.totals.bad_headers += 1;
                let numbers = self.numberer.number(&segment);
                self.sink.loose(&segment, numbers, ordinal, out);
            }
            Ok(Decoded::Segment(segment)) => {
                self.totals.segments += 1;
                let numbers = numbers_of(&mut self.numberer, &segment);
                let mut event = self.tracker.push(&segment);
                if misleads(&segment, numbers, &event) {
                    event.marks.set(Mark::TcpdumpMisleads);
                }
                if let Some(conversation) = self.tracker.current() {
                    let closes = event.closes;
                    let event = &event;
                    let row = Row { segment: &segment, numbers, event, conversation, ordinal, closes };
                    self.sink.segment(&row, out);
                }
            }
        }
        if self.tracker.has_ended() {
            self.give_out(false, out);
        }
    }

    /// Time passes without frames.
    pub fn idle(&mut self, now: Timestamp, out: &mut Vec<u8>) {
        self.tracker.expire(now);
        self.give_out(false, out);
    }

    /// No more frames come. `dropped`: frames that the kernel dropped, if it
    /// says.
    pub fn finish(&mut self, dropped: Option<u64>, out: &mut Vec<u8>) -> Totals {
        self.totals.dropped_by_kernel = dropped;
        self.tracker.finish();
        self.give_out(dropped.is_some_and(|n| n > 0), out);
        self.sink.end(&self.totals, out);
        self.totals
    }

    /// Counts so far.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    fn give_out(&mut self, dropped: bool, out: &mut Vec<u8>) {
        for (conversation, ended) in self.tracker.take_ended() {
            self.totals.conversations += 1;
            let scope = self.decoder.scope(conversation.scope());
            conversation_ended(&mut *self.sink, &conversation, ended, dropped, scope, out);
        }
    }
}

fn conversation_ended(
    sink: &mut dyn Sink,
    conversation: &Conversation,
    ended: Ended,
    dropped: bool,
    scope: Option<&Scope>,
    out: &mut Vec<u8>,
) {
    let bare = Scope::default();
    let confidence: Vec<Confidence> = Confidence::of(conversation, ended, dropped).collect();
    let judged = Judged {
        conversation,
        ended,
        verdict: judge(conversation, ended),
        times: Times::of(conversation),
        confidence: &confidence,
        scope: scope.unwrap_or(&bare),
    };
    sink.conversation(&judged, out);
}

/// tcpdump numbers a datagram that came in fragments by its first fragment,
/// which has been numbered when it came.
fn numbers_of(numberer: &mut Numberer, segment: &Segment<'_>) -> Numbers {
    numberer.number(segment)
}

/// Whether tcpdump's number is not what a reader takes it for: an offset from
/// the sender's ISN when it is relative, and relative when the others are.
fn misleads(segment: &Segment<'_>, numbers: Numbers, event: &Event) -> bool {
    let flags = segment.flags;
    let prints_seq = segment.len > 0 || flags.fin() || flags.rst();
    let differs = |shown: u32, isn: Option<u64>| isn.is_some_and(|isn| isn as u32 != shown);
    if flags.syn() {
        return false;
    }
    if numbers.relative {
        return (prints_seq && differs(numbers.seq, event.isn_seq))
            || (flags.ack() && differs(numbers.ack, event.isn_ack));
    }
    // Absolute among relative lines.
    !event.first && prints_seq && flags.rst()
}
