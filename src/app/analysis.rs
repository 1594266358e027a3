//! Joins the stages: a frame goes in, what a sink prints comes out.

use crate::decode::Decoder;
use crate::model::{Datagram, Decoded, Frame, IcmpError, Scope, Segment, Timestamp, Transport};
use crate::render::{About, Begin, Ceased, DatagramRow, Detail, IcmpRow, Judged, Row, Sink, Totals};
use crate::source::BATCH;
use crate::track::{Conversation, Ended, Event, Exchanges, Flow, Limits, Mark, Numberer, Numbers, Tracker};
use crate::verdict::{Confidence, Times, Verdict, judge};

/// One run over a capture. Knows neither files nor terminals.
pub struct Analysis {
    decoder: Decoder,
    stages: Stages,
    exchanges: Exchanges,
    /// Verdicts are wanted as soon as a conversation is over.
    live: bool,
    /// The time of the last frame.
    now: Timestamp,
    /// Frames that the kernel dropped so far, and when the last of them was
    /// noticed.
    lost: u64,
    lost_at: Option<Timestamp>,
}

/// The segment of a usual frame, and its flow.
#[derive(Clone, Copy, Debug)]
pub struct Ready<'a> {
    segment: Segment<'a>,
    flow: Flow,
}

/// What a segment goes through, while the decoder's buffers hold it.
struct Stages {
    numberer: Numberer,
    tracker: Tracker,
    /// What the last segment is.
    event: Event,
    sink: Box<dyn Sink>,
    detail: Detail,
    totals: Totals,
}

impl Stages {
    /// `true`: its conversation is over with it.
    fn segment(&mut self, segment: &Segment<'_>, flow: &Flow, out: &mut Vec<u8>) -> bool {
        self.totals.segments += 1;
        let event = &mut self.event;
        if matches!(self.detail, Detail::Conversations | Detail::Absorptions) {
            self.tracker.push_untold(segment, flow, event);
            if self.detail == Detail::Conversations || event.absorbs.is_none() {
                return false;
            }
        } else {
            self.tracker.push_of(segment, flow, event);
        }
        let Some(conversation) = self.tracker.current() else { return false };
        let numbers = &self.numberer.number(segment);
        if self.detail == Detail::Segments && misleads(segment, numbers, event, conversation) {
            event.marks.set(Mark::TcpdumpMisleads);
        }
        let closes = event.closes;
        let row = Row { segment, numbers, event, conversation, ordinal: self.totals.frames, closes };
        self.sink.segment(&row, out);
        closes
    }

    /// A segment that belongs to no conversation.
    #[cold]
    fn loose(&mut self, segment: &Segment<'_>, out: &mut Vec<u8>) {
        let numbers = self.numberer.number(segment);
        self.sink.loose(segment, numbers, self.totals.frames, out);
    }
}

impl Analysis {
    /// An analysis that prints through `sink`. `absolute`: tcpdump's `-S`.
    /// `live`: verdicts are wanted as soon as a conversation is over.
    pub fn new(sink: Box<dyn Sink>, limits: Limits, absolute: bool, live: bool) -> Self {
        let detail = sink.detail();
        let absolute = absolute || detail != Detail::Segments;
        let stages = Stages {
            numberer: if absolute { Numberer::absolute() } else { Numberer::new() },
            tracker: Tracker::new(limits).with_dialects(sink.wants_dialects()),
            event: Event::blank(),
            sink,
            detail,
            totals: Totals::default(),
        };
        Analysis {
            decoder: Decoder::new(),
            stages,
            exchanges: Exchanges::default(),
            live,
            now: Timestamp::MIN,
            lost: 0,
            lost_at: None,
        }
    }

    /// With UDP datagrams tracked, or counted as not TCP.
    #[must_use]
    pub fn with_datagrams(self, datagrams: bool) -> Self {
        Analysis { decoder: self.decoder.with_datagrams(datagrams), ..self }
    }

    /// Before the first frame.
    pub fn begin(&mut self, begin: &Begin, out: &mut Vec<u8>) {
        self.stages.sink.begin(begin, out);
    }

    /// Takes in one frame that passed the filter.
    pub fn frame(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) {
        let ready = self.ready(frame);
        self.take_in(frame, ready.as_ref(), out);
    }

    /// Decodes a frame, if it is a usual one, and finds its flow.
    #[inline(always)] // so that it is put together where it stays
    fn ready<'a>(&self, frame: &Frame<'a>) -> Option<Ready<'a>> {
        let segment = Decoder::usual(frame)?;
        Some(Ready { flow: self.stages.tracker.flow_of(&segment), segment })
    }

    #[inline(never)] // keeps the way of the others short
    fn ready_in_vlan<'a>(&self, frame: &Frame<'a>) -> Option<Ready<'a>> {
        let segment = self.decoder.usual_in_vlan(frame)?;
        Some(Ready { flow: self.stages.tracker.flow_of(&segment), segment })
    }

    /// Gets frames ready for [`Analysis::take_in`], [`BATCH`] of them at most, and has
    /// fetched from memory what they will need. `None`: not a usual one.
    pub fn prepare<'a>(&self, frames: &[Frame<'a>], ready: &mut [Option<Ready<'a>>; BATCH]) {
        for (frame, ready) in frames.iter().zip(ready.iter_mut()) {
            *ready = self.ready(frame);
        }
        for (frame, ready) in frames.iter().zip(ready.iter_mut()).filter(|(_, ready)| ready.is_none()) {
            *ready = self.ready_in_vlan(frame);
        }
        let Stages { tracker, numberer, .. } = &self.stages;
        for ready in ready.iter().flatten() {
            tracker.approach(&ready.flow);
            numberer.approach(&ready.segment);
        }
    }

    /// Takes in one frame that passed the filter, and is what [`Analysis::prepare`] says.
    pub fn take_in(&mut self, frame: &Frame<'_>, ready: Option<&Ready<'_>>, out: &mut Vec<u8>) {
        self.stages.totals.frames += 1;
        self.now = frame.at;
        let closes = match ready {
            Some(ready) => self.stages.segment(&ready.segment, &ready.flow, out),
            None => self.unusual(frame, out),
        };
        if closes && self.live {
            self.over(out);
        }
        if self.stages.tracker.has_ended() {
            self.give_out(out);
        }
    }

    /// Any frame. `true`: a conversation is over with its segment.
    fn unusual(&mut self, frame: &Frame<'_>, out: &mut Vec<u8>) -> bool {
        let stages = &mut self.stages;
        let ordinal = stages.totals.frames;
        match self.decoder.walk(frame) {
            Err(why) => {
                stages.totals.skipped.add(why);
                stages.sink.pass(frame.at);
            }
            Ok(Decoded::IcmpError(error)) => self.icmp(&error, ordinal, out),
            Ok(Decoded::Datagram(datagram)) => self.datagram(&datagram, ordinal, out),
            Ok(Decoded::FirstFragment(segment)) => {
                stages.totals.skipped.add(crate::model::Skip::Fragment);
                stages.loose(&segment, out);
            }
            Ok(Decoded::Segment(segment)) if segment.fault.is_some() => {
                stages.totals.bad_headers += 1;
                stages.loose(&segment, out);
            }
            Ok(Decoded::Segment(segment)) => {
                let flow = stages.tracker.flow_of(&segment);
                return stages.segment(&segment, &flow, out);
            }
        }
        false
    }

    /// The conversation of the last segment is over with it.
    #[cold]
    fn over(&mut self, out: &mut Vec<u8>) {
        let Some(conversation) = self.stages.tracker.current() else { return };
        let scope = self.decoder.scope(conversation.scope());
        self.stages.sink.over(&judged(conversation, Ended::Over, scope), out);
    }

    #[cold]
    fn icmp(&mut self, error: &IcmpError, ordinal: u64, out: &mut Vec<u8>) {
        self.stages.totals.icmp_errors += 1;
        let about = match error.quoted {
            Transport::Tcp => self.stages.tracker.push_icmp(error).map(About::Conversation),
            Transport::Udp => self.exchanges.push_icmp(error).map(About::Exchange),
        };
        let about = about.unwrap_or(About::Unknown);
        let rejected = match about {
            About::Conversation(conv) => Some(conv).filter(|conv| conv.is_rejected_by(error.frame)),
            _ => None,
        };
        let closes = rejected.is_some();
        self.stages.sink.icmp(&IcmpRow { error, about, ordinal, closes }, out);
        if let Some(conversation) = rejected.filter(|_| self.live) {
            let scope = self.decoder.scope(conversation.scope());
            self.stages.sink.over(&judged(conversation, Ended::Over, scope), out);
        }
    }

    #[cold]
    fn datagram(&mut self, datagram: &Datagram, ordinal: u64, out: &mut Vec<u8>) {
        self.stages.totals.datagrams += 1;
        let (exchange, from) = self.exchanges.push(datagram);
        self.stages.sink.datagram(&DatagramRow { datagram, exchange, from, ordinal }, out);
        if self.exchanges.has_ended() {
            self.give_out_exchanges(out);
        }
    }

    fn give_out_exchanges(&mut self, out: &mut Vec<u8>) {
        for (exchange, why) in self.exchanges.take_ended() {
            self.stages.totals.exchanges += 1;
            let scope = self.decoder.scope(exchange.scope()).unwrap_or(&BARE);
            self.stages.sink.exchange(&Ceased { exchange: &exchange, why, scope }, out);
        }
    }

    /// Time passes without frames.
    pub fn idle(&mut self, now: Timestamp, out: &mut Vec<u8>) {
        self.now = now;
        self.stages.tracker.expire(now);
        self.give_out(out);
        self.exchanges.expire(now);
        self.give_out_exchanges(out);
    }

    /// So many frames were dropped by the kernel up to now: it lowers the
    /// confidence in the conversations that had begun.
    pub fn lost(&mut self, count: u64) {
        if count > self.lost {
            self.lost = count;
            self.lost_at = Some(self.now);
        }
    }

    /// No more frames come. `dropped`: frames that the kernel dropped, if it
    /// says. What is still tracked may be a million conversations, so that
    /// `spill` is asked after each to write what has been printed.
    ///
    /// # Errors
    /// Those of `spill`.
    pub fn finish(
        &mut self,
        dropped: Option<u64>,
        out: &mut Vec<u8>,
        spill: &mut dyn FnMut(&mut Vec<u8>) -> anyhow::Result<()>,
    ) -> anyhow::Result<Totals> {
        self.stages.totals.dropped_by_kernel = dropped;
        // Noticed only now: nobody knows when.
        if dropped.is_some_and(|dropped| dropped > self.lost) {
            self.lost_at = Some(Timestamp::from_nanos(i64::MAX));
        }
        self.stages.tracker.finish();
        while let Some((conversation, ended)) = self.stages.tracker.next_ended() {
            self.give_out_one(&conversation, ended, out);
            self.stages.tracker.recycle(conversation);
            spill(out)?;
        }
        self.exchanges.finish();
        self.give_out_exchanges(out);
        self.stages.sink.end(&self.stages.totals, out);
        Ok(self.stages.totals)
    }

    /// The time of the last frame, or of the last silence.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Counts so far.
    pub fn totals(&self) -> &Totals {
        &self.stages.totals
    }

    fn give_out(&mut self, out: &mut Vec<u8>) {
        while let Some((conversation, ended)) = self.stages.tracker.next_ended() {
            self.give_out_one(&conversation, ended, out);
            self.stages.tracker.recycle(conversation);
        }
    }

    fn give_out_one(&mut self, conv: &Conversation, ended: Ended, out: &mut Vec<u8>) {
        self.stages.totals.conversations += 1;
        // What began later lost nothing.
        let dropped = self.lost_at.is_some_and(|at| conv.first.at <= at);
        let scope = self.decoder.scope(conv.scope());
        let confidence = Confidence::of(conv, ended, dropped);
        let judged = Judged { confidence: &confidence, ..judged(conv, ended, scope) };
        self.stages.totals.unanswered += u64::from(matches!(judged.verdict, Verdict::Unanswered { .. }));
        self.stages.sink.conversation(&judged, out);
    }
}

/// A conversation that the kernel's drops, if any, do not touch.
fn judged<'a>(conversation: &'a Conversation, ended: Ended, scope: Option<&'a Scope>) -> Judged<'a> {
    Judged {
        conversation,
        ended,
        verdict: judge(conversation, ended),
        times: Times::of(conversation),
        confidence: &[],
        scope: scope.unwrap_or(&BARE),
    }
}

/// The bare link.
static BARE: Scope = Scope(Vec::new());

/// Whether tcpdump's number is not what a reader takes it for: an offset from
/// the ISN when it is relative, and relative when those before it were.
pub fn misleads(
    segment: &Segment<'_>,
    numbers: &Numbers,
    event: &Event,
    conversation: &Conversation,
) -> bool {
    let flags = segment.flags;
    let known = conversation.half.iter().all(|half| half.isn_seen());
    if flags.syn() || event.first || !known {
        return false;
    }
    if !numbers.relative {
        let acked_before = conversation.side(event.from).acked.is_some();
        return flags.rst() && !flags.ack() && acked_before;
    }
    let prints_seq = segment.len > 0 || flags.fin() || flags.rst();
    let differs = |shown: u32, isn: Option<u64>| isn.is_some_and(|isn| isn as u32 != shown);
    (prints_seq && differs(numbers.seq, event.isn_seq))
        || (flags.ack() && differs(numbers.ack, event.isn_ack))
}
